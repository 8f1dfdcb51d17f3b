/* txn.c - exactly once: a batch is one Kafka transaction (committer.h, txn_way.h).
 *
 * Each step of the way is one or two calls of librdkafka, which block. */
#include "worker/adapter/txn.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/now.h"
#include "worker/adapter/txn_error.h"

/* Longer than the broker lets a transaction be open, so that time alone never decides. */
#define TXN_COMMIT_MS 15000
#define TXN_STEP_MS 10000
#define TXN_READ_MS 5000
/* No step takes longer, unless a call of librdkafka does not keep its timeout. */
#define TXN_LONGEST_STEP_MS 20000

static enum txn_fault txn_fail(struct txn *txn, enum txn_fault fault, const char *why)
{
    const char *step = txn_step_name(txn->way.step);
    log_say(txn->options.log, LOG_WARN, "txn", "a step of a transaction failed",
            LOG_CHARS("step", step), LOG_CHARS("state", txn_state_name(txn->way.state)),
            LOG_CHARS("reason", why), LOG_INT("fault", fault));
    if (txn->way.fault == TXN_FAULT_NONE) { /* the first fault is the telling one */
        note_set(&txn->way.batch->note, "%s: %s", step, why);
    }
    return fault;
}

static enum txn_fault txn_take_error(struct txn *txn, rd_kafka_error_t *error)
{
    enum txn_fault fault = txn_error_fault(error);
    if (error) {
        kafka_voice_hear(&txn->voice, rd_kafka_error_code(error), rd_kafka_error_string(error));
        (void)txn_fail(txn, fault, rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
    }
    return fault;
}

static enum txn_fault txn_begin(struct txn *txn)
{
    txn_watch_reset(&txn->watch);
    enum txn_fault fault = txn_take_error(txn, rd_kafka_begin_transaction(txn->client));
    if (fault == TXN_FAULT_NONE) {
        CRASH_POINT("after-begin");
    }
    return fault;
}

static enum txn_fault txn_produce(struct txn *txn)
{
    int64_t deadline_us = now_mono_us() + (int64_t)TXN_STEP_MS * 1000;
    enum err err = produce_batch(&txn->produce, txn->way.batch, deadline_us);
    if (err != OK) {
        enum txn_fault fault = err == ERR_POISON ? TXN_FAULT_POISON : TXN_FAULT_ABORTABLE;
        rd_kafka_resp_err_t code = txn->produce.report.first_error;
        return txn_fail(txn, fault, code ? rd_kafka_err2str(code) : err_text(err));
    }
    CRASH_POINT("after-produce");
    return TXN_FAULT_NONE;
}

/* Reports that blame a record turn an abort into poison, also when librdkafka only says that
 * some messages failed. A wrong clock blames none. */
static enum txn_fault txn_blame(struct txn *txn, enum txn_fault fault)
{
    if (fault != TXN_FAULT_ABORTABLE) {
        return fault;
    }
    bool is_refused = produce_blames(&txn->produce);
    if (!is_refused && !txn->produce.report.is_of_clock) {
        return fault;
    }
    note_set(&txn->way.batch->note, "produce: %s", produce_why(&txn->produce));
    return is_refused ? TXN_FAULT_POISON : fault;
}

/* A transaction that fails while its offsets are sent leaves the call with no more to say than
 * that the state is wrong. What has failed is said to whoever wants to begin in that state, which
 * changes nothing in it. */
static rd_kafka_error_t *txn_first_error(struct txn *txn, rd_kafka_error_t *error)
{
    if (!error || rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__STATE) {
        return error;
    }
    rd_kafka_error_t *first = rd_kafka_begin_transaction(txn->client);
    if (!first || !rd_kafka_error_txn_requires_abort(first)) {
        rd_kafka_error_destroy(first);
        return error;
    }
    rd_kafka_error_destroy(error);
    return first;
}

static enum txn_fault txn_send_offsets(struct txn *txn, struct ticket *ticket)
{
    rd_kafka_topic_partition_list_t *offsets =
        produce_offsets(txn->options.kafka.conf, txn->way.batch);
    if (!offsets) {
        return txn_fail(txn, TXN_FAULT_ABORTABLE, err_text(ERR_NOMEM));
    }
    CRASH_POINT("before-offsets");
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(
        txn->client, offsets, group_ticket_metadata(ticket), TXN_STEP_MS);
    enum txn_fault fault = txn_blame(txn, txn_take_error(txn, txn_first_error(txn, error)));
    rd_kafka_topic_partition_list_destroy(offsets);
    if (fault == TXN_FAULT_NONE) {
        CRASH_POINT("after-offsets");
    }
    return fault;
}

/* librdkafka reports success, but brokers may have been sent something twice: only behind the
 * end, which waits for everything that was sent, is that known. */
static void txn_look_for_resends(struct txn *txn, struct txn_took *took)
{
    took->is_clean = txn_watch_is_clean(&txn->watch);
    if (took->fault == TXN_FAULT_NONE && !took->is_clean) {
        char requests[TXN_WATCH_TEXT_BYTES];
        char why[TXN_WATCH_TEXT_BYTES + 48];
        txn_watch_tell(&txn->watch, requests);
        snprintf(why, sizeof(why), "requests sent without an answer (%s)", requests);
        (void)txn_fail(txn, TXN_FAULT_UNKNOWN, why);
    }
}

static void txn_commit(struct txn *txn, struct txn_took *took)
{
    CRASH_POINT("before-commit");
    took->fault = txn_take_error(txn, rd_kafka_commit_transaction(txn->client, TXN_COMMIT_MS));
    CRASH_POINT("after-commit-call");
    txn_look_for_resends(txn, took);
    took->fault = txn_blame(txn, took->fault);
}

/* A refused record ends the transaction at once, and the step under way fails; the report that
 * names it may come only with all that the abort waits for. */
static void txn_hear_late_reports(struct txn *txn)
{
    if (txn_blame(txn, txn->way.fault) == TXN_FAULT_POISON) {
        txn->way.batch->why = ERR_POISON;
    }
}

static void txn_abort(struct txn *txn, struct txn_took *took)
{
    CRASH_POINT("before-abort");
    took->fault = txn_take_error(txn, rd_kafka_abort_transaction(txn->client, TXN_COMMIT_MS));
    txn_look_for_resends(txn, took);
    txn_hear_late_reports(txn);
}

static void txn_trace(struct txn *txn, const rd_kafka_topic_partition_list_t *found)
{
    const struct batch *batch = txn->way.batch;
    for (size_t i = 0; i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        struct str topic = conf_topic_name(txn->options.kafka.conf, progress->id.topic);
        const rd_kafka_topic_partition_t *part =
            rd_kafka_topic_partition_list_find(found, topic.ptr, progress->id.number);
        struct str metadata = part ? (struct str){ part->metadata, part->metadata_size } : STR_NONE;
        txn->traces[i] = txn_way_trace(progress, part ? part->offset : -1, metadata);
    }
}

static void txn_read(struct txn *txn, struct txn_took *took)
{
    const struct batch *batch = txn->way.batch;
    rd_kafka_topic_partition_list_t *found = produce_partitions(txn->options.kafka.conf, batch);
    mem_free(txn->traces);
    txn->traces = mem_zero(batch->progress_count, sizeof(*txn->traces));
    rd_kafka_resp_err_t code = found && txn->traces
                                   ? rd_kafka_committed(txn->options.consumer, found, TXN_READ_MS)
                                   : RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
    for (int i = 0; !code && i < found->cnt; i++) {
        code = found->elems[i].err;
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        txn_trace(txn, found);
        took->traces = txn->traces;
    } else {
        log_say(txn->options.log, LOG_WARN, "txn", "committed offsets cannot be read yet",
                LOG_CHARS("reason", rd_kafka_err2str(code)));
    }
    if (found) {
        rd_kafka_topic_partition_list_destroy(found);
    }
}

static void txn_init(struct txn *txn, struct txn_took *took)
{
    bool is_replacing = txn->way.state == TXN_REPLACING;
    if (is_replacing && !txn->client) {
        metric_add(txn->options.metrics, METRIC_PRODUCERS, 0, 1);
    }
    if (is_replacing) {
        CRASH_POINT("before-replace");
    }
    txn_producer_init(txn, took);
    if (!is_replacing) {
        return;
    }
    if (took->fault == TXN_FAULT_NONE) {
        CRASH_POINT("after-replace");
        return;
    }
    log_say(txn->options.log, LOG_ERROR, "txn", "the producer cannot be replaced yet",
            LOG_ERR(txn->init_err), LOG_CHARS("reason", txn->init_note.text));
}

static void txn_drop(struct txn *txn)
{
    metric_add(txn->options.metrics, METRIC_TRANSACTIONS, METRIC_TXN_UNKNOWN, 1);
    log_say(txn->options.log, LOG_WARN, "txn",
            "the result of a transaction is in doubt: the producer is replaced",
            LOG_INT("fault", txn->way.fault), LOG_CHARS("reason", txn->way.batch->note.text));
    txn_producer_drop(txn);
}

static void txn_take_step(struct txn *txn, struct ticket *ticket,
                          struct txn_took *took)
{
    switch (txn->way.step) {
    case TXN_STEP_INIT:
        txn_init(txn, took);
        return;
    case TXN_STEP_WAIT:
        job_thread_wait(txn->options.thread, txn->way.step_ms);
        return;
    case TXN_STEP_BEGIN:
        took->fault = txn_begin(txn);
        return;
    case TXN_STEP_PRODUCE:
        took->fault = txn_produce(txn);
        return;
    case TXN_STEP_OFFSETS:
        took->fault = txn_send_offsets(txn, ticket);
        return;
    case TXN_STEP_COMMIT:
        txn_commit(txn, took);
        return;
    case TXN_STEP_ABORT:
        txn_abort(txn, took);
        return;
    case TXN_STEP_DROP:
        txn_drop(txn);
        return;
    case TXN_STEP_READ:
        txn_read(txn, took);
        return;
    case TXN_STEP_NONE:
    case TXN_STEP_COUNT:
        break;
    }
    BUG("there is no step to take");
}

/* What a step has led to. */
static void txn_tell(struct txn *txn, enum txn_step step)
{
    const struct txn_way *way = &txn->way;
    if (way->state != TXN_IDLE) {
        return;
    }
    if (step == TXN_STEP_COMMIT) {
        CRASH_POINT("after-commit");
    } else if (step == TXN_STEP_ABORT) {
        metric_add(txn->options.metrics, METRIC_TRANSACTIONS, METRIC_TXN_ABORTED, 1);
        CRASH_POINT("after-abort");
    } else if (step == TXN_STEP_READ) {
        CRASH_POINT("after-read-back");
        log_say(txn->options.log, LOG_INFO, "txn", "the result of the transaction is known",
                LOG_BOOL("committed", way->result == BATCH_COMMITTED));
    }
}

static void txn_go(struct txn *txn, struct ticket *ticket)
{
    while (txn->way.step != TXN_STEP_NONE) {
        enum txn_step step = txn->way.step;
        struct txn_took took = { .fault = TXN_FAULT_NONE };
        job_thread_enter(txn->options.thread, txn_step_name(step), TXN_LONGEST_STEP_MS);
        txn_take_step(txn, ticket, &took);
        job_thread_leave(txn->options.thread);
        took.is_hurried = job_thread_is_hurried(txn->options.thread);
        took.now_ms = now_mono_us() / 1000;
        txn_way_took(&txn->way, &took);
        txn_tell(txn, step);
    }
}

static void txn_explain_end(struct txn *txn, struct committer_work *work)
{
    struct note *note = &work->batch->note;
    bool has_reason = txn->init_err != OK && txn->init_err != ERR_FENCED;
    if (txn->way.fatal == ERR_FENCED && has_reason) { /* none of the attempts has replaced it */
        work->fatal = txn->init_err;
        *note = txn->init_note;
    } else if (txn->way.fatal == ERR_FENCED) {
        note_set(note, "the producer was fenced too often; is another worker running with the "
                       "same worker.id? (%s)", txn->id);
    } else if (txn->way.fatal != OK) {
        note_set(note, "transactional id %s: only some offsets of a transaction are committed; "
                       "the brokers have torn it", txn->id);
    }
}

static void txn_run(struct committer *committer, struct committer_work *work)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    struct metrics *metrics = txn->options.metrics;
    struct batch *batch = work->batch;
    int64_t began_us = now_mono_us();
    metric_set(metrics, METRIC_TRANSACTION_OPEN, 1);
    txn_way_commit(&txn->way, batch);
    txn_go(txn, work->ticket);
    work->result = txn->way.result;
    work->fatal = txn->way.fatal;
    batch->commit_us = now_mono_us() - began_us;
    metric_set(metrics, METRIC_TRANSACTION_OPEN, 0);
    if (work->result == BATCH_COMMITTED && txn->way.fault == TXN_FAULT_NONE) {
        metric_add(metrics, METRIC_TRANSACTIONS, METRIC_TXN_COMMITTED, 1);
        metric_observe_us(metrics, METRIC_COMMIT_SECONDS, 0, batch->commit_us);
        kafka_voice_forget(&txn->voice);
    }
    txn_explain_end(txn, work);
}

static enum err txn_start(struct committer *committer, struct note *note)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    CRASH_POINT("before-init");
    txn_way_start(&txn->way, now_mono_us() / 1000, txn->options.start_timeout_ms);
    txn_go(txn, NULL);
    if (txn->way.state != TXN_IDLE) {
        *note = txn->init_note;
        return txn->init_err;
    }
    CRASH_POINT("after-init");
    return OK;
}

static void txn_stop(struct committer *committer)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    txn_producer_drop(txn);
    txn_way_stop(&txn->way);
}

static void txn_destroy(struct committer *committer)
{
    struct txn *txn = container_of(committer, struct txn, committer);
    kafka_voice_fini(&txn->voice);
    mem_free(txn->traces);
    mem_free(txn);
}

static const struct committer_ops txn_ops = {
    .start = txn_start,
    .run = txn_run,
    .stop = txn_stop,
    .destroy = txn_destroy,
};

static unsigned txn_lowered(void)
{
    unsigned lowered = 0;
    lowered |= DEFENCE_IS_LOWERED("epochs") ? TXN_LOWER_EPOCHS : 0;
    lowered |= DEFENCE_IS_LOWERED("resends") ? TXN_LOWER_RESENDS : 0;
    return lowered;
}

enum err txn_create(const struct committer_options *options, struct committer **ret_committer,
                    struct note *note)
{
    struct txn *txn = mem_zero(1, sizeof(*txn));
    if (!txn) {
        return ERR_NOMEM;
    }
    txn->committer.ops = &txn_ops;
    txn->options = *options;
    txn_way_init(&txn->way);
    txn->way.lowered = txn_lowered();
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
