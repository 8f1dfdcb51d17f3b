/* txn.c - exactly once: a batch is one Kafka transaction (committer.h, txn_state.h).
 *
 * The way of a batch is straight: begin, produce, check epochs, send offsets, commit. Each
 * fault on it ends in one of two ways: abort, or doubt (txn_replace.c). */
#include "worker/adapter/txn.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/txn_error.h"

/* Longer than the broker lets a transaction be open, so that time alone never decides. */
#define TXN_COMMIT_MS 15000
#define TXN_STEP_MS 10000

/* What went wrong, for the log and for whoever reads the batch's note. */
static enum txn_fault txn_fail(struct txn *txn, struct batch *batch, enum txn_fault fault,
                               const char *step, const char *why)
{
    log_say(txn->options.log, LOG_WARN, "txn", "a step of a transaction failed",
            LOG_CHARS("step", step), LOG_CHARS("state", txn_state_name(txn->state)),
            LOG_CHARS("reason", why), LOG_INT("fault", fault));
    note_set(&batch->note, "%s: %s", step, why);
    return fault;
}

static enum txn_fault txn_take_error(struct txn *txn, struct batch *batch,
                                     rd_kafka_error_t *error, const char *step)
{
    enum txn_fault fault = txn_error_fault(error);
    if (error) {
        kafka_voice_hear(&txn->voice, rd_kafka_error_code(error), rd_kafka_error_string(error));
        (void)txn_fail(txn, batch, fault, step, rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
    }
    return fault;
}

/* librdkafka reports success, but brokers may have been sent something twice. */
static enum txn_fault txn_doubt(struct txn *txn, struct batch *batch, const char *step)
{
    char requests[TXN_WATCH_TEXT_BYTES];
    char why[TXN_WATCH_TEXT_BYTES + 48];
    txn_watch_tell(&txn->watch, requests);
    snprintf(why, sizeof(why), "requests sent without an answer (%s)", requests);
    return txn_fail(txn, batch, TXN_FAULT_UNKNOWN, step, why);
}

static enum txn_fault txn_begin(struct txn *txn, struct batch *batch)
{
    txn_watch_reset(&txn->watch);
    enum txn_fault fault =
        txn_take_error(txn, batch, rd_kafka_begin_transaction(txn->client), "begin");
    if (fault == TXN_FAULT_NONE) {
        txn_state_move(&txn->state, TXN_BEGIN);
        CRASH_POINT("after-begin");
    }
    return fault;
}

static enum txn_fault txn_produce(struct txn *txn, struct batch *batch)
{
    int64_t deadline_us = commit_thread_now_us() + (int64_t)TXN_STEP_MS * 1000;
    enum err err = produce_batch(&txn->produce, batch, deadline_us);
    if (err != OK) {
        enum txn_fault fault = err == ERR_POISON ? TXN_FAULT_POISON : TXN_FAULT_ABORTABLE;
        rd_kafka_resp_err_t code = txn->produce.report.first_error;
        return txn_fail(txn, batch, fault, "produce",
                        code ? rd_kafka_err2str(code) : err_text(err));
    }
    txn_state_move(&txn->state, TXN_PRODUCED);
    CRASH_POINT("after-produce");
    return TXN_FAULT_NONE;
}

static enum txn_fault txn_send_offsets(struct txn *txn, struct committer_work *work)
{
    struct batch *batch = work->batch;
    if (produce_check_epochs(batch) != EPOCHS_HOLD && !DEFENCE_IS_LOWERED("epochs")) {
        return txn_fail(txn, batch, TXN_FAULT_GENERATION, "check",
                        "a partition was given away meanwhile");
    }
    rd_kafka_topic_partition_list_t *offsets = produce_offsets(txn->options.kafka.conf, batch);
    if (!offsets) {
        return txn_fail(txn, batch, TXN_FAULT_ABORTABLE, "offsets", err_text(ERR_NOMEM));
    }
    CRASH_POINT("before-offsets");
    enum txn_fault fault = txn_take_error(
        txn, batch,
        rd_kafka_send_offsets_to_transaction(txn->client, offsets, work->ticket->metadata,
                                             TXN_STEP_MS),
        "send offsets");
    rd_kafka_topic_partition_list_destroy(offsets);
    if (fault == TXN_FAULT_NONE) {
        txn_state_move(&txn->state, TXN_OFFSETS);
        CRASH_POINT("after-offsets");
    }
    return fault;
}

/* Reports that blame a record turn an abort into poison, also when librdkafka only says that
 * some messages failed. */
static enum txn_fault txn_blame(struct txn *txn, struct batch *batch, enum txn_fault fault)
{
    if (fault == TXN_FAULT_ABORTABLE && produce_blames(&txn->produce)) {
        rd_kafka_resp_err_t code = txn->produce.report.first_error;
        note_set(&batch->note, "produce: %s", rd_kafka_err2str(code));
        return TXN_FAULT_POISON;
    }
    return fault;
}

/* The commit waits for everything that was sent, so only behind it is it known whether
 * something was sent again. */
static enum txn_fault txn_commit(struct txn *txn, struct batch *batch)
{
    txn_state_move(&txn->state, TXN_COMMIT);
    CRASH_POINT("before-commit");
    enum txn_fault fault =
        txn_take_error(txn, batch, rd_kafka_commit_transaction(txn->client, TXN_COMMIT_MS),
                       "commit");
    CRASH_POINT("after-commit-call");
    if (fault == TXN_FAULT_NONE && !txn_watch_is_clean(&txn->watch)) {
        return txn_doubt(txn, batch, "commit");
    }
    if (fault == TXN_FAULT_NONE) {
        txn_state_move(&txn->state, TXN_COMMITTED);
        CRASH_POINT("after-commit");
    }
    return txn_blame(txn, batch, fault);
}

static enum txn_fault txn_attempt(struct txn *txn, struct committer_work *work)
{
    enum txn_fault fault = txn_begin(txn, work->batch);
    fault = fault ? fault : txn_produce(txn, work->batch);
    fault = fault ? fault : txn_send_offsets(txn, work);
    return fault ? fault : txn_commit(txn, work->batch);
}

static enum txn_fault txn_abort(struct txn *txn, struct batch *batch)
{
    txn_state_move(&txn->state, TXN_ABORT);
    CRASH_POINT("before-abort");
    enum txn_fault fault =
        txn_take_error(txn, batch, rd_kafka_abort_transaction(txn->client, TXN_COMMIT_MS),
                       "abort");
    if (fault == TXN_FAULT_NONE && !txn_watch_is_clean(&txn->watch)) {
        fault = txn_doubt(txn, batch, "abort");
    }
    if (fault == TXN_FAULT_NONE) {
        txn_state_move(&txn->state, TXN_ABORTED);
        CRASH_POINT("after-abort");
    }
    return fault;
}

static enum err txn_why(enum txn_fault fault)
{
    switch (fault) {
    case TXN_FAULT_POISON:
        return ERR_POISON;
    case TXN_FAULT_GENERATION:
        return ERR_GENERATION;
    case TXN_FAULT_UNKNOWN:
    case TXN_FAULT_FENCED:
    case TXN_FAULT_FATAL:
        return ERR_TXN_UNKNOWN;
    case TXN_FAULT_NONE:
    case TXN_FAULT_RETRIABLE:
    case TXN_FAULT_ABORTABLE:
    case TXN_FAULT_COUNT:
        break;
    }
    return ERR_TXN;
}

/* A begin that failed has opened nothing: there is nothing to abort, only to doubt. */
static enum txn_move txn_what_now(const struct txn *txn, enum txn_fault fault)
{
    return txn->state == TXN_IDLE ? TXN_DOUBT : txn_fault_move(txn->state, fault);
}

static void txn_recover(struct txn *txn, struct committer_work *work, enum txn_fault fault)
{
    struct batch *batch = work->batch;
    batch->why = txn_why(fault);
    work->result = produce_check_epochs(batch) == EPOCHS_GONE ? BATCH_LOST : BATCH_ABORTED;
    struct note note = batch->note;
    enum txn_move move = txn_what_now(txn, fault);
    if (move == TXN_ABORT) {
        enum txn_fault again = txn_abort(txn, batch);
        batch->note = note; /* the first fault is the telling one */
        if (again == TXN_FAULT_NONE) {
            metric_add(txn->options.metrics, METRIC_TRANSACTIONS, METRIC_TXN_ABORTED, 1);
            return;
        }
        fault = again;
    }
    metric_add(txn->options.metrics, METRIC_TRANSACTIONS, METRIC_TXN_UNKNOWN, 1);
    txn_state_move(&txn->state, TXN_DOUBT);
    txn_resolve(txn, work, fault);
}

static void txn_run(struct committer *committer, struct committer_work *work)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    struct batch *batch = work->batch;
    work->fatal = OK;
    batch->why = OK;
    if (txn->state != TXN_IDLE) { /* hurried away while a producer was being replaced */
        batch->why = ERR_CANCELLED;
        work->result = BATCH_ABORTED;
        return;
    }
    int64_t began_us = commit_thread_now_us();
    metric_set(txn->options.metrics, METRIC_TRANSACTION_OPEN, 1);
    enum txn_fault fault = txn_attempt(txn, work);
    if (fault == TXN_FAULT_NONE) {
        work->result = BATCH_COMMITTED;
        batch->commit_us = commit_thread_now_us() - began_us;
        metric_add(txn->options.metrics, METRIC_TRANSACTIONS, METRIC_TXN_COMMITTED, 1);
        metric_observe_us(txn->options.metrics, METRIC_COMMIT_SECONDS, 0, batch->commit_us);
        kafka_voice_forget(&txn->voice);
    } else {
        txn_recover(txn, work, fault);
        batch->commit_us = commit_thread_now_us() - began_us;
    }
    metric_set(txn->options.metrics, METRIC_TRANSACTION_OPEN, 0);
}

static enum err txn_start(struct committer *committer, struct note *note)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    txn_state_move(&txn->state, TXN_START);
    CRASH_POINT("before-init");
    enum err err = txn_take_over(txn, txn->options.start_timeout_ms, note);
    if (err != OK) {
        txn_state_move(&txn->state, TXN_GIVE_UP);
        return err;
    }
    txn_state_move(&txn->state, TXN_STARTED);
    CRASH_POINT("after-init");
    return OK;
}

static void txn_stop(struct committer *committer)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    txn_drop_client(txn);
    txn_state_move(&txn->state, TXN_STOP);
}

static void txn_destroy(struct committer *committer)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    kafka_voice_fini(&txn->voice);
    mem_free(txn);
}

static const struct committer_ops txn_ops = {
    .start = txn_start,
    .run = txn_run,
    .stop = txn_stop,
    .destroy = txn_destroy,
};

enum err txn_create(const struct committer_options *options, struct committer **ret_committer,
                    struct note *note)
{
    struct txn *txn = mem_zero(1, sizeof(*txn));
    if (!txn) {
        return ERR_NOMEM;
    }
    txn->committer.ops = &txn_ops;
    txn->options = *options;
    txn->produce.conf = options->kafka.conf;
    kafka_voice_init(&txn->voice, options->log, "sink", &txn->produce);
    rd_kafka_conf_t *conf;
    enum err err = kafka_txn_id(&options->kafka, txn->id, note);
    err = err ? err : kafka_conf_make(&options->kafka, KAFKA_TXN_SINK, &txn->voice, &conf, note);
    if (err != OK) {
        txn_destroy(&txn->committer);
        return err;
    }
    rd_kafka_conf_destroy(conf); /* only to see that the settings are good */
    *ret_committer = &txn->committer;
    return OK;
}
