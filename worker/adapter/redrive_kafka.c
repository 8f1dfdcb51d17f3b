/* redrive_kafka.c - see redrive_kafka.h. */
#include "worker/adapter/redrive_kafka.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/now.h"
#include "worker/adapter/txn_error.h"
#include "worker/adapter/txn_listen.h"

#define REDRIVE_COMMIT_MS 15000
#define REDRIVE_POLL_MS 10
#define REDRIVE_TRIES 3
/* The topics decide what is too large, not this sender: what it sends was there before. */
#define REDRIVE_MESSAGE_BYTES "268435456"

struct redrive {
    struct redrive_options options;
    struct kafka_voice voice;
    struct txn_watch watch;
    rd_kafka_t *client;
    size_t refused; /* records of the transaction that is under way */
    const struct redrive_item *first; /* of that transaction */
    bool is_unanswered; /* its commit: it may be in, or get in yet */
};

static void redrive_refuse(struct redrive *redrive, struct redrive_item *item,
                           rd_kafka_resp_err_t code)
{
    redrive->refused++;
    item->is_refused = true;
    note_set(&item->why, "%s", kafka_advice(code));
}

static void redrive_on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    struct kafka_voice *voice = opaque;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && txn_error_refuses_record(message->err)) {
        redrive_refuse(voice->owner, message->_private, message->err);
    }
}

/* --- one record ----------------------------------------------------------------------------- */

static enum err redrive_produce(struct redrive *redrive, const char *topic_name,
                                const struct record *record, struct redrive_item *item)
{
    const rd_kafka_vu_t to = { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic_name };
    int64_t until_us = now_mono_us() + redrive->options.timeout_ms * 1000;
    rd_kafka_resp_err_t code;
    while ((code = kafka_record_queue(redrive->client, to, record, item)) ==
               RD_KAFKA_RESP_ERR__QUEUE_FULL &&
           now_mono_us() < until_us) {
        rd_kafka_poll(redrive->client, REDRIVE_POLL_MS);
    }
    bool is_nowhere = code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                      code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (is_nowhere || txn_error_refuses_record(code)) {
        redrive_refuse(redrive, item, code);
        return ERR_POISON;
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? OK : ERR_TXN;
}

/* --- one transaction ------------------------------------------------------------------------ */

/* Brokers do not say which of the transaction's topics it is. */
static enum err redrive_explain_right(const struct redrive *redrive, struct note *note)
{
    const char *original = redrive->first->topic_name;
    note_set(note, "%s: no permission; allow WRITE on %s%s%s", redrive->options.doing,
             redrive->first->mark_topic_name,
             original ? " and on where letters came from, as " : "", original ? original : "");
    return ERR_CONFIG;
}

static enum err redrive_explain(struct redrive *redrive, rd_kafka_error_t *error, struct note *note)
{
    if (!error) {
        return OK;
    }
    enum txn_fault fault = txn_error_fault(error);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    kafka_voice_hear(&redrive->voice, code, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    if (fault == TXN_FAULT_FENCED) {
        note_set(note, "another redrive or drop of these letters has begun; this one has ended");
        return ERR_FENCED;
    }
    if (kafka_voice_last(&redrive->voice) == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        return redrive_explain_right(redrive, note);
    }
    enum err err = kafka_voice_explain(&redrive->voice, code, redrive->options.doing, note);
    return fault == TXN_FAULT_ABORTABLE && err != ERR_CONFIG ? ERR_TXN : err;
}

static enum err redrive_produce_all(struct redrive *redrive, struct redrive_item *items,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct redrive_item *item = &items[i];
        if (item->topic_name) {
            TRY(redrive_produce(redrive, item->topic_name, &item->original, item));
        }
        TRY(redrive_produce(redrive, item->mark_topic_name, &item->mark, item));
    }
    CRASH_POINT("redrive-produced");
    return OK;
}

/* What is said of this transaction's records must not be heard in the next one, which would fail
 * for it: librdkafka counts what was not delivered. */
static void redrive_hear_all(struct redrive *redrive)
{
    int64_t until_us = now_mono_us() + redrive->options.timeout_ms * 1000;
    while (rd_kafka_outq_len(redrive->client) > 0 && now_mono_us() < until_us) {
        rd_kafka_poll(redrive->client, REDRIVE_POLL_MS);
    }
}

/* ERR_POISON: nothing was sent, since at least one record is refused. ERR_TXN: nothing was sent,
 * and no record is named. */
static enum err redrive_abort(struct redrive *redrive, enum err err, struct note *note)
{
    rd_kafka_error_t *error = rd_kafka_abort_transaction(redrive->client, REDRIVE_COMMIT_MS);
    redrive_hear_all(redrive);
    if (err == ERR_CONFIG) { /* without a right there is no transaction that could be aborted */
        rd_kafka_error_destroy(error);
        return err;
    }
    struct note abort_note = { 0 };
    enum err abort_err = redrive_explain(redrive, error, &abort_note);
    if (abort_err != OK) {
        *note = abort_note;
        return abort_err;
    }
    return redrive->refused > 0 ? ERR_POISON : err;
}

/* What was sent twice may still reach a broker, and would end the next transaction early. */
static enum err redrive_doubt(const struct redrive *redrive, struct note *note)
{
    if (txn_watch_is_clean(&redrive->watch) && !redrive->is_unanswered) {
        return OK;
    }
    note_set(note, "brokers did not answer in time: how the last transaction ended is not known. "
                   "Run it again: what is settled is left alone");
    return ERR_TXN_UNKNOWN;
}

static void redrive_note_sent(struct redrive_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i].is_sent = true;
    }
}

static enum err redrive_commit(struct redrive *redrive, struct note *note)
{
    rd_kafka_error_t *error = rd_kafka_commit_transaction(redrive->client, REDRIVE_COMMIT_MS);
    redrive->is_unanswered = txn_error_fault(error) == TXN_FAULT_UNKNOWN;
    return redrive_explain(redrive, error, note);
}

static enum err redrive_try(struct redrive *redrive, struct redrive_item *items, size_t count,
                            struct note *note)
{
    txn_watch_reset(&redrive->watch);
    redrive->refused = 0;
    redrive->first = items;
    redrive->is_unanswered = false;
    kafka_voice_forget(&redrive->voice);
    TRY(redrive_explain(redrive, rd_kafka_begin_transaction(redrive->client), note));
    enum err err = redrive_produce_all(redrive, items, count);
    if (err != OK) {
        note_set(note, "%s", err_text(err));
    } else {
        err = redrive_commit(redrive, note);
    }
    if (err == OK) {
        CRASH_POINT("redrive-committed");
    } else if (err != ERR_FENCED) {
        err = redrive_abort(redrive, err, note);
    }
    TRY(err == ERR_FENCED ? err : redrive_doubt(redrive, note));
    if (err == OK) {
        redrive_note_sent(items, count);
    }
    return err;
}

/* What was said of items when they were together. */
static void redrive_forget(struct redrive_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i].is_refused = false;
        items[i].why = (struct note){ 0 };
    }
}

/* Alone, an item is refused for itself; a failure that names nothing is tried again. */
static enum err redrive_try_one(struct redrive *redrive, struct redrive_item *item,
                                struct note *note)
{
    enum err err = ERR_TXN;
    for (int tries = 0; tries < REDRIVE_TRIES && err == ERR_TXN; tries++) {
        redrive_forget(item, 1);
        err = redrive_try(redrive, item, 1, note);
        if (err == ERR_POISON) {
            err = item->is_refused ? OK : ERR_TXN;
        }
    }
    return err;
}

/* An error of size may blame a whole request for one record, so each goes by itself then. */
enum err redrive_send(struct redrive *redrive, struct redrive_item *items, size_t count,
                      struct note *note)
{
    enum err err = redrive_try(redrive, items, count, note);
    if (err != ERR_POISON && err != ERR_TXN) {
        return err;
    }
    redrive_forget(items, count);
    for (size_t i = 0; i < count; i++) {
        TRY(redrive_try_one(redrive, &items[i], note));
    }
    return OK;
}

/* --- opening -------------------------------------------------------------------------------- */

static enum err redrive_connect(struct redrive *redrive, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&redrive->options.kafka, KAFKA_TXN_SINK, &redrive->voice, &conf, note));
    kafka_conf_need(conf, "message.max.bytes", REDRIVE_MESSAGE_BYTES);
    rd_kafka_conf_set_dr_msg_cb(conf, redrive_on_report);
    txn_listen_install(conf, &redrive->watch);
    return kafka_client_create(conf, KAFKA_TXN_SINK, &redrive->client, note);
}

static enum err redrive_init(struct redrive *redrive, struct note *note)
{
    rd_kafka_error_t *error =
        rd_kafka_init_transactions(redrive->client, (int)redrive->options.timeout_ms);
    rd_kafka_poll(redrive->client, 0); /* what the brokers' connections say is heard only here */
    return redrive_explain(redrive, error, note);
}

enum err redrive_open(const struct redrive_options *options, struct redrive **ret_redrive,
                      struct note *note)
{
    struct redrive *redrive = mem_zero(1, sizeof(*redrive));
    if (!redrive) {
        return ERR_NOMEM;
    }
    redrive->options = *options;
    kafka_voice_init(&redrive->voice, NULL, "redrive", redrive);
    enum err err = redrive_connect(redrive, note);
    err = err == OK ? redrive_init(redrive, note) : err;
    if (err != OK) {
        redrive_close(redrive);
        return err;
    }
    *ret_redrive = redrive;
    return OK;
}

void redrive_close(struct redrive *redrive)
{
    if (!redrive) {
        return;
    }
    kafka_client_destroy(redrive->client);
    kafka_voice_fini(&redrive->voice);
    mem_free(redrive);
}
