/* deadletter_redrive.c - `deskhand deadletter redrive` and `drop`: what settles letters.
 *
 * Letters are taken in the order of their partition, so the records of one key go in the order
 * in which they were given up. Some of them are sent in one transaction with their marks, never
 * more than the rate allows by then; nothing waits inside of a transaction. */
#include "worker/command/deadletter.h"

#include <signal.h>

#include "common/json_out.h"
#include "common/mem.h"
#include "worker/adapter/now.h"
#include "worker/adapter/redrive_kafka.h"
#include "worker/command/deadletter_pace.h"

#define BATCH_MAX 100
#define BATCH_BYTES_MAX ((size_t)4 << 20)
#define BATCH_ARENA_BYTES ((size_t)1 << 30) /* one original may be as large as brokers allow */
#define WAIT_STEP_US 50000
#define TOPIC_BELIEVED_US 100000

static volatile sig_atomic_t settle_is_interrupted;

static void settle_on_signal(int number)
{
    (void)number;
    settle_is_interrupted = 1;
}

/* The second signal ends the command at once; what is not committed is not sent. */
static void settle_listen(void)
{
    struct sigaction action = { .sa_handler = settle_on_signal,
                                .sa_flags = (int)SA_RESETHAND };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* What brokers said of a topic, for as long as it is believed. */
struct settling_topic {
    char name[TOPIC_NAME_BYTES_MAX + 1];
    bool is_there;
    int64_t until_us;
};

struct settling {
    struct deadletter *dead;
    const struct settle_options *options;
    struct redrive *redrive; /* NULL: nothing is changed */
    struct arena arena;      /* of the batch */
    struct redrive_item items[BATCH_MAX];
    struct record letters[BATCH_MAX];
    size_t count;
    struct pace pace;
    struct settling_topic topic; /* the one that was asked for last */
    struct settle_sum sum;
};

static const char *settle_word(const struct settling *settling)
{
    bool is_drop = settling->options->to == LETTER_DROPPED;
    if (!settling->options->acts) {
        return is_drop ? "would be dropped" : "would be redriven";
    }
    return is_drop ? "dropped" : "redriven";
}

/* --- a batch -------------------------------------------------------------------------------- */

static enum err settle_tell(struct settling *settling, const struct record *record,
                            const char *result, const char *why)
{
    struct letter letter;
    struct letter_row row;
    struct note note = { 0 };
    deadletter_see(settling->dead, record, &letter, &note, &row);
    row.result = result;
    row.why = why;
    return deadletter_write_row(settling->dead, &row);
}

/* What was neither sent nor refused is still open, and is not spoken of. */
static enum err settle_tell_batch(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        const struct redrive_item *item = &settling->items[i];
        if (!item->is_sent && !item->is_refused) {
            continue;
        }
        settling->sum.kept += item->is_refused ? 1 : 0;
        settling->sum.settled += item->is_refused ? 0 : 1;
        TRY(settle_tell(settling, &settling->letters[i],
                        item->is_refused ? "kept" : settle_word(settling), item->why.text));
    }
    return OK;
}

/* What brokers say when a topic goes under a transaction tells nobody what has happened. */
static enum err settle_explain(struct settling *settling, enum err err)
{
    struct deadletter *dead = settling->dead;
    if (err != ERR_UNAVAILABLE && err != ERR_TXN && err != ERR_TXN_UNKNOWN) {
        return err;
    }
    TRY(letterbox_check(dead->box, dead->note));
    for (size_t i = 0; i < settling->count; i++) {
        const char *name = settling->items[i].topic_name;
        if (name && !letterbox_may_have_topic(dead->box, name)) {
            note_set(dead->note, "topic %s has been deleted meanwhile; run it again", name);
            return ERR_UNAVAILABLE;
        }
    }
    return err;
}

static enum err settle_send(struct settling *settling)
{
    struct deadletter *dead = settling->dead;
    TRY(letterbox_check(dead->box, dead->note));
    enum err err = redrive_send(settling->redrive, settling->items, settling->count, dead->note);
    TRY(settle_tell_batch(settling));
    return err == OK ? OK : settle_explain(settling, err);
}

static enum err settle_flush(struct settling *settling)
{
    if (settling->count == 0) {
        return OK;
    }
    enum err err = settle_send(settling);
    settling->count = 0;
    arena_fini(&settling->arena);
    return err;
}

/* Until the next letter may go, or somebody ends it. */
static enum err settle_wait(struct settling *settling)
{
    if (pace_wait_us(&settling->pace, now_mono_us()) > 0) {
        TRY(settle_flush(settling));
    }
    for (;;) {
        int64_t left_us = pace_wait_us(&settling->pace, now_mono_us());
        if (left_us == 0 || settle_is_interrupted) {
            break;
        }
        deadletter_sleep(1 + min_i64(left_us, WAIT_STEP_US) / 1000);
    }
    pace_take(&settling->pace, now_mono_us());
    return settle_is_interrupted ? ERR_CANCELLED : OK;
}

/* `original` is the letter itself, or the record that it points to. */
static enum err settle_add(struct settling *settling, const struct record *record,
                           const struct letter *letter, const struct record *original)
{
    struct deadletter *dead = settling->dead;
    struct arena *arena = &settling->arena;
    struct redrive_item *item = &settling->items[settling->count];
    const struct letter_mark mark = {
        .state = settling->options->to,
        .offset = record->offset,
        .at_wall_ms = now_wall_ms(),
        .worker = STR(DESKHAND_VERSION),
        .topic_id = letterbox_topic_id(dead->box),
    };
    *item = (struct redrive_item){
        .mark_topic_name = conf_topic_name(dead->conf, TOPIC_DEAD_LETTERS).ptr,
    };
    TRY(record_copy(arena, record, &settling->letters[settling->count]));
    TRY(letter_mark_record(arena, &mark, &item->mark));
    item->mark.partition = record->partition;
    if (settling->options->to == LETTER_REDRIVEN) {
        struct record copy;
        struct str name;
        TRY(record_copy(arena, original, &copy));
        TRY(letter_original(arena, &copy, letter->redrives, &item->original));
        TRY(arena_copy(arena, letter->topic_name, &name));
        item->original.partition = letter->partition;
        item->topic_name = name.ptr;
    }
    settling->count++;
    bool is_full = settling->count == pace_at_once(&settling->pace, BATCH_MAX) ||
                   arena->total_bytes >= BATCH_BYTES_MAX;
    return is_full ? settle_flush(settling) : OK;
}

/* --- one letter ----------------------------------------------------------------------------- */

/* Only to where this worker reads: a letter may have been written by anybody. */
static bool settle_is_input(const struct settling *settling, struct str topic_name)
{
    enum topic topic;
    return conf_topic_find(settling->dead->conf, topic_name, &topic) && topic_is_input(topic);
}

/* Why a letter cannot be sent again, in the note; empty: it can. */
static void settle_object(const struct settling *settling, const struct letter_row *row,
                          struct note *note)
{
    const struct letter *letter = row->letter;
    if (settling->options->to == LETTER_DROPPED) {
        return;
    }
    if (!letter) {
        note_set(note, "no dead letter: %s", row->why);
    } else if (!settle_is_input(settling, letter->topic_name)) {
        note_set(note, "%.*s is no input of these settings", STR_ARG(letter->topic_name));
    } else if (letter->redrives >= settling->options->redrives_max) {
        note_set(note, "it has come back from %lld redrives; mend its cause, then "
                       "--redrives-max %lld",
                 (long long)letter->redrives, (long long)letter->redrives + 1);
    }
}

static enum err settle_keep(struct settling *settling, const struct record *record, const char *why)
{
    settling->sum.kept++;
    return settle_tell(settling, record, "kept", why);
}

static enum err settle_find(struct settling *settling, const struct letter_row *row,
                            struct arena *arena, struct letterbox_found *ret_found)
{
    bool is_elsewhere = settling->options->to == LETTER_REDRIVEN && row->letter->is_reference;
    if (is_elsewhere) {
        return letterbox_fetch(settling->dead->box, row->letter, arena, ret_found,
                               settling->dead->note);
    }
    *ret_found = (struct letterbox_found){ .is_there = true, .record = *row->record };
    return OK;
}

/* Now, and not when the letter's turn to be sent was waited for. */
static bool settle_has_input(struct settling *settling, const struct letter_row *row)
{
    struct settling_topic *topic = &settling->topic;
    if (settling->options->to == LETTER_DROPPED) {
        return true;
    }
    struct str name = row->letter->topic_name;
    if (!str_is(name, topic->name) || now_mono_us() >= topic->until_us) {
        snprintf(topic->name, sizeof(topic->name), "%.*s", STR_ARG(name));
        topic->is_there = letterbox_may_have_topic(settling->dead->box, topic->name);
        topic->until_us = now_mono_us() + TOPIC_BELIEVED_US;
    }
    return topic->is_there;
}

static enum err settle_act(struct settling *settling, const struct letter_row *row,
                           const struct record *original)
{
    if (settling->options->acts) {
        TRY(settle_wait(settling));
    }
    if (!settle_has_input(settling, row)) {
        return settle_keep(settling, row->record, "its topic is not there");
    }
    settling->sum.taken++;
    if (settling->options->acts) {
        return settle_add(settling, row->record, row->letter, original);
    }
    settling->sum.settled++;
    return settle_tell(settling, row->record, settle_word(settling), "");
}

static enum err settle_do(struct settling *settling, const struct letter_row *row)
{
    struct letterbox_found found;
    struct arena arena;
    arena_init(&arena, BATCH_ARENA_BYTES);
    enum err err = settle_find(settling, row, &arena, &found);
    if (err == OK && !found.is_there) {
        err = settle_keep(settling, row->record, found.why.text);
    } else if (err == OK) {
        err = settle_act(settling, row, &found.record);
    }
    arena_fini(&arena);
    return err;
}

static enum err settle_on_record(void *owner, const struct record *record)
{
    struct settling *settling = owner;
    struct deadletter *dead = settling->dead;
    struct letter_mark mark;
    struct letter letter;
    struct letter_row row;
    struct note note = { 0 };
    struct note why = { 0 };
    if (letter_read_mark(record, &mark)) {
        return OK;
    }
    deadletter_see(dead, record, &letter, &note, &row);
    enum pick_verdict verdict = pick_judge(&dead->pick, record, row.letter);
    if (row.state != LETTER_OPEN || verdict != PICK_YES) {
        settling->sum.skipped += row.state == LETTER_OPEN && verdict == PICK_SKIPPED ? 1 : 0;
        return OK;
    }
    if (settling->sum.taken == dead->pick.limit) {
        return ERR_CANCELLED;
    }
    settle_object(settling, &row, &why);
    return why.text[0] ? settle_keep(settling, record, why.text) : settle_do(settling, &row);
}

static enum err settle_on_step(void *owner, int64_t done, int64_t all)
{
    struct settling *settling = owner;
    return settle_is_interrupted ? ERR_CANCELLED : deadletter_on_step(settling->dead, done, all);
}

/* --- all of them ---------------------------------------------------------------------------- */

static enum err settle_sum_text(struct settling *settling, struct buf *buf)
{
    const struct settle_sum *sum = &settling->sum;
    TRY(buf_printf(buf, "%lld %s, %lld kept, %lld skipped%s\n", (long long)sum->settled,
                   settle_word(settling), (long long)sum->kept, (long long)sum->skipped,
                   sum->is_interrupted ? "; interrupted: run it again to go on" : ""));
    return settling->options->acts
               ? OK
               : buf_add(buf, STR("Nothing was changed. With --yes it is done.\n"));
}

static enum err settle_sum_json(struct settling *settling, struct buf *buf)
{
    const struct settle_sum *sum = &settling->sum;
    struct json_out json = json_out_to(buf);
    json_open_object(&json, NULL);
    json_open_object(&json, "summary");
    json_put_int(&json, letter_state_name(settling->options->to), sum->settled);
    json_put_int(&json, "kept", sum->kept);
    json_put_int(&json, "skipped", sum->skipped);
    json_put_bool(&json, "dry_run", !settling->options->acts);
    json_put_bool(&json, "interrupted", sum->is_interrupted);
    json_close_object(&json);
    json_close_object(&json);
    TRY(json_out_end(&json));
    return buf_add_char(buf, '\n');
}

static enum err settle_end(struct settling *settling)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 1 << 16);
    TRY(settling->dead->form == PRINT_JSON ? settle_sum_json(settling, &buf)
                                           : settle_sum_text(settling, &buf));
    return deadletter_write(settling->dead, buf_str(&buf));
}

/* The sender first: it ends what an interrupted one has left open, so that the marks that are
 * read then are all there are. */
static enum err settle_open(struct settling *settling)
{
    struct deadletter *dead = settling->dead;
    bool is_drop = settling->options->to == LETTER_DROPPED;
    struct redrive_options options = {
        .kafka = deadletter_kafka(dead),
        .timeout_ms = conf_int(dead->conf, CONF_START_TIMEOUT_MS),
        .doing = is_drop ? "marking letters as dropped" : "sending letters again",
    };
    options.kafka.txn_scope = conf_topic_name(dead->conf, TOPIC_DEAD_LETTERS).ptr;
    if (settling->options->acts) {
        TRY(redrive_open(&options, &settling->redrive, dead->note));
    }
    TRY(deadletter_open(dead));
    if (settling->options->acts) {
        settle_listen(); /* until here there is nothing to end in order */
    }
    dead->doing = is_drop ? "dropping" : "redriving";
    pace_init(&settling->pace, settling->options->rate, now_mono_us());
    return OK;
}

static enum err settle_go(struct settling *settling)
{
    const struct letterbox_pass pass = {
        .partition = LETTERBOX_ALL_PARTITIONS,
        .owner = settling,
        .on_record = settle_on_record,
        .on_step = settle_on_step,
    };
    TRY(settle_open(settling));
    enum err err = letterbox_read(settling->dead->box, &pass, settling->dead->note);
    err = err == OK || err == ERR_CANCELLED ? settle_flush(settling) : err;
    settling->sum.is_interrupted = err != OK || settle_is_interrupted != 0;
    if (err != ERR_OS) { /* standard output takes nothing any more */
        TRY(settle_end(settling));
    }
    TRY(err);
    return settling->sum.is_interrupted ? OK : deadletter_doubt_topic(settling->dead);
}

enum err deadletter_settle(struct deadletter *dead, const struct settle_options *options,
                           struct settle_sum *ret_sum)
{
    struct settling *settling = mem_zero(1, sizeof(*settling));
    if (!settling) {
        return ERR_NOMEM;
    }
    settling->dead = dead;
    settling->options = options;
    arena_init(&settling->arena, BATCH_ARENA_BYTES);
    enum err err = settle_go(settling);
    redrive_close(settling->redrive);
    arena_fini(&settling->arena);
    *ret_sum = settling->sum;
    mem_free(settling);
    return err;
}
