/* deadletter_redrive.c - `deskhand deadletter redrive` and `drop`: what settles letters.
 *
 * Letters are taken in the order of their partition, so the records of one key go in the order
 * in which they were given up. Some of them are sent in one transaction with their marks, never
 * more than the rate allows by then; nothing waits inside of a transaction. */
#include "worker/command/deadletter.h"

#include <signal.h>

#include "common/json_out.h"
#include "common/mem.h"
#include "worker/adapter/redrive_kafka.h"

#define BATCH_MAX 100
#define BATCH_BYTES_MAX ((size_t)4 << 20)
#define BATCH_ARENA_BYTES ((size_t)1 << 30) /* one original may be as large as brokers allow */
#define WAIT_STEP_MS 50

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

struct settling {
    struct deadletter *dead;
    const struct settle_options *options;
    struct redrive *redrive; /* NULL: nothing is changed */
    struct arena arena;      /* of the batch */
    struct redrive_item items[BATCH_MAX];
    struct record letters[BATCH_MAX];
    size_t count;
    int64_t began_ms;
    int64_t paced; /* letters that the rate has let through */
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

static enum err settle_tell_batch(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        const struct redrive_item *item = &settling->items[i];
        settling->sum.kept += item->is_refused ? 1 : 0;
        settling->sum.settled += item->is_refused ? 0 : 1;
        TRY(settle_tell(settling, &settling->letters[i],
                        item->is_refused ? "kept" : settle_word(settling), item->why.text));
    }
    return OK;
}

static enum err settle_flush(struct settling *settling)
{
    if (settling->count == 0) {
        return OK;
    }
    enum err err =
        redrive_send(settling->redrive, settling->items, settling->count, settling->dead->note);
    err = err == OK ? settle_tell_batch(settling) : err;
    settling->count = 0;
    arena_fini(&settling->arena);
    return err;
}

/* Until the next letter may go, or somebody ends it. */
static enum err settle_wait(struct settling *settling)
{
    int64_t due_ms = settling->began_ms + settling->paced * 1000 / settling->options->rate;
    if (deadletter_now_ms() < due_ms) {
        TRY(settle_flush(settling));
    }
    for (;;) {
        int64_t left_ms = due_ms - deadletter_now_ms();
        if (left_ms <= 0 || settle_is_interrupted) {
            break;
        }
        deadletter_sleep(min_i64(left_ms, WAIT_STEP_MS));
    }
    settling->paced++;
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
        .at_wall_ms = deadletter_now_wall_ms(),
        .worker = STR(DESKHAND_VERSION),
    };
    *item = (struct redrive_item){
        .mark_topic_name = kafka_topic_name(dead->conf, TOPIC_DEAD_LETTERS).ptr,
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
    bool is_full = settling->count == BATCH_MAX || arena->total_bytes >= BATCH_BYTES_MAX;
    return is_full ? settle_flush(settling) : OK;
}

/* --- one letter ----------------------------------------------------------------------------- */

/* Only to where this worker reads: a letter may have been written by anybody. */
static bool settle_is_input(const struct settling *settling, struct str topic_name)
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (topic_is_input(topic) &&
            str_eq(kafka_topic_name(settling->dead->conf, topic), topic_name)) {
            return true;
        }
    }
    return false;
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

static enum err settle_do(struct settling *settling, const struct letter_row *row)
{
    struct letterbox_found found;
    struct arena arena;
    arena_init(&arena, BATCH_ARENA_BYTES);
    enum err err = settle_find(settling, row, &arena, &found);
    if (err == OK && !found.is_there) {
        err = settle_keep(settling, row->record, found.why.text);
    } else if (err == OK && !settling->options->acts) {
        settling->sum.settled++;
        err = settle_tell(settling, row->record, settle_word(settling), "");
    } else if (err == OK) {
        err = settle_wait(settling);
        err = err == OK ? settle_add(settling, row->record, row->letter, &found.record) : err;
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
    if (settling->sum.picked == dead->pick.limit) {
        return ERR_CANCELLED;
    }
    settling->sum.picked++;
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
    settling->sum.is_interrupted = settle_is_interrupted != 0;
    TRY(settling->dead->form == PRINT_JSON ? settle_sum_json(settling, &buf)
                                           : settle_sum_text(settling, &buf));
    return deadletter_write(settling->dead, buf_str(&buf));
}

/* The sender first: it ends what an interrupted one has left open, so that the marks that are
 * read then are all there are. */
static enum err settle_open(struct settling *settling)
{
    struct deadletter *dead = settling->dead;
    const struct redrive_options options = {
        .kafka = deadletter_kafka(dead),
        .timeout_ms = conf_int(dead->conf, CONF_START_TIMEOUT_MS),
    };
    if (settling->options->acts) {
        settle_listen();
        TRY(redrive_open(&options, &settling->redrive, dead->note));
    }
    TRY(deadletter_open(dead));
    dead->doing = settling->options->to == LETTER_DROPPED ? "dropping" : "redriving";
    settling->began_ms = deadletter_now_ms();
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
    TRY(err == ERR_CANCELLED ? OK : err);
    TRY(settle_flush(settling));
    return settle_end(settling);
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
