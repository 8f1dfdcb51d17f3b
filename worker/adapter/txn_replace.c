/* txn_replace.c - see txn.h. The new producer's init_transactions fences everything that the
 * old one has sent and ends its transaction one way or the other; after that, committed
 * offsets cannot change behind our back, and say what became of the batch. */
#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/txn.h"
#include "worker/adapter/txn_error.h"

#define TXN_INIT_MS 10000
#define TXN_RETRY_MS 500
#define TXN_READ_MS 5000

void txn_drop_client(struct txn *txn)
{
    if (!txn->client) {
        return;
    }
    rd_kafka_purge(txn->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
    rd_kafka_destroy(txn->client);
    txn->client = NULL;
    txn->produce.client = NULL;
}

static enum err txn_make_client(struct txn *txn, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&txn->options.kafka, KAFKA_TXN_SINK, &txn->voice, &conf, note));
    rd_kafka_conf_set_dr_msg_cb(conf, produce_on_report);
    txn_watch_install(conf, &txn->watch);
    TRY(kafka_client_create(conf, KAFKA_TXN_SINK, &txn->client, note));
    txn->produce.client = txn->client;
    return OK;
}

/* One try. ERR_FENCED and ERR_TXN: this producer is of no use; ERR_TIMEOUT: try again. */
static enum err txn_init(struct txn *txn, int timeout_ms, rd_kafka_resp_err_t *ret_code)
{
    rd_kafka_error_t *error = rd_kafka_init_transactions(txn->client, timeout_ms);
    if (!error) {
        return OK;
    }
    *ret_code = rd_kafka_error_code(error);
    kafka_voice_hear(&txn->voice, *ret_code, rd_kafka_error_string(error));
    enum txn_fault fault = txn_error_fault(error);
    bool is_fatal = rd_kafka_error_is_fatal(error) != 0;
    rd_kafka_error_destroy(error);
    if (fault == TXN_FAULT_FENCED) {
        return ERR_FENCED;
    }
    return is_fatal ? ERR_TXN : ERR_TIMEOUT;
}

static enum err txn_explain(struct txn *txn, rd_kafka_resp_err_t code, struct note *note)
{
    char doing[KAFKA_TXN_ID_BYTES + 32];
    snprintf(doing, sizeof(doing), "transactional id %s", txn->id);
    return kafka_voice_explain(&txn->voice, code, doing, note);
}

enum err txn_take_over(struct txn *txn, int64_t timeout_ms, struct note *note)
{
    int64_t deadline_us = commit_thread_now_us() + timeout_ms * 1000;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (;;) {
        if (!txn->client) {
            TRY(txn_make_client(txn, note));
        }
        int64_t left_ms = (deadline_us - commit_thread_now_us()) / 1000;
        /* In short pieces, so that wrong credentials need not wait for the whole time. */
        enum err err = txn_init(txn, (int)max_i64(min_i64(left_ms, 2000), 1), &code);
        if (err == OK) {
            kafka_voice_forget(&txn->voice);
            return OK;
        }
        if (err != ERR_TIMEOUT) {
            txn_drop_client(txn);
        }
        bool is_hopeless = kafka_is_hopeless(code) ||
                           kafka_is_hopeless(kafka_voice_last(&txn->voice));
        if (err == ERR_FENCED || is_hopeless || commit_thread_is_hurried(txn->options.thread) ||
            commit_thread_now_us() >= deadline_us) {
            enum err class = txn_explain(txn, code, note);
            return err == ERR_FENCED ? ERR_FENCED : class;
        }
        commit_thread_wait(txn->options.thread, 100);
    }
}

/* Trouble that only time or people end: said once in a while, and tried for ever. */
static bool txn_replace(struct txn *txn, struct committer_work *work)
{
    struct note *note = &work->batch->note;
    txn_drop_client(txn);
    for (;;) {
        if (!txn->client) {
            if (!txn_may_replace(&txn->replacements, commit_thread_now_us() / 1000)) {
                note_set(note,
                         "the producer was replaced too often; is another worker running with the "
                         "same worker.id? (%s)", txn->id);
                work->fatal = ERR_FENCED;
                return false;
            }
            metric_add(txn->options.metrics, METRIC_PRODUCERS, 0, 1);
        }
        CRASH_POINT("before-replace");
        struct note why = { 0 };
        enum err err = txn_take_over(txn, TXN_INIT_MS, &why);
        if (err == OK) {
            CRASH_POINT("after-replace");
            return true;
        }
        if (commit_thread_is_hurried(txn->options.thread)) {
            return false;
        }
        txn_state_move(&txn->state, TXN_DOUBT);
        log_say(txn->options.log, LOG_ERROR, "txn", "the producer cannot be replaced yet",
                LOG_ERR(err), LOG_CHARS("reason", why.text));
        commit_thread_wait(txn->options.thread, TXN_RETRY_MS);
    }
}

static bool txn_is_as_sent(const rd_kafka_topic_partition_t *part, const struct progress *progress)
{
    struct str found = { part->metadata, part->metadata_size };
    return part->offset == progress->position && str_eq(found, progress->metadata);
}

static void txn_trace(const struct batch *batch, const struct conf *conf,
                      const rd_kafka_topic_partition_list_t *found, enum txn_trace *traces)
{
    for (size_t i = 0; i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        const rd_kafka_topic_partition_t *part = rd_kafka_topic_partition_list_find(
            found, kafka_topic_name(conf, progress->id.topic).ptr, progress->id.number);
        bool is_ours = epoch_now(progress->epoch) == progress->epoch_expected;
        if (!is_ours) {
            traces[i] = TXN_TRACE_FOREIGN;
        } else {
            traces[i] = part && txn_is_as_sent(part, progress) ? TXN_TRACE_OURS : TXN_TRACE_OTHER;
        }
    }
}

/* False: hurried, or out of memory. */
static bool txn_read_back(struct txn *txn, const struct batch *batch, enum txn_verdict *ret_verdict)
{
    const struct conf *conf = txn->options.kafka.conf;
    enum txn_trace *traces = mem_zero(batch->progress_count, sizeof(*traces));
    bool is_read = false;
    while (traces && !is_read && !commit_thread_is_hurried(txn->options.thread)) {
        rd_kafka_topic_partition_list_t *found = produce_partitions(conf, batch);
        rd_kafka_resp_err_t code =
            found ? rd_kafka_committed(txn->options.consumer, found, TXN_READ_MS)
                  : RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
        for (int i = 0; !code && i < found->cnt; i++) {
            code = found->elems[i].err;
        }
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            txn_trace(batch, conf, found, traces);
            is_read = true;
        } else {
            log_say(txn->options.log, LOG_WARN, "txn", "committed offsets cannot be read yet",
                    LOG_CHARS("reason", rd_kafka_err2str(code)));
            commit_thread_wait(txn->options.thread, TXN_RETRY_MS);
        }
        if (found) {
            rd_kafka_topic_partition_list_destroy(found);
        }
    }
    if (is_read) {
        *ret_verdict = txn_verdict(traces, batch->progress_count);
    }
    mem_free(traces);
    return is_read;
}

static void txn_decide(struct txn *txn, struct committer_work *work, enum txn_verdict verdict)
{
    struct batch *batch = work->batch;
    switch (verdict) {
    case TXN_VERDICT_IN:
        work->result = BATCH_COMMITTED;
        break;
    case TXN_VERDICT_OUT:
        work->result = BATCH_ABORTED;
        break;
    case TXN_VERDICT_GONE:
        work->result = BATCH_LOST;
        break;
    case TXN_VERDICT_TORN:
        note_set(&batch->note, "transactional id %s: only some offsets of a transaction are "
                               "committed; the brokers have torn it", txn->id);
        work->fatal = ERR_UNAVAILABLE;
        work->result = BATCH_ABORTED;
        txn_state_move(&txn->state, TXN_GIVE_UP);
        return;
    }
    txn_state_move(&txn->state, TXN_DECIDED);
}

void txn_resolve(struct txn *txn, struct committer_work *work, enum txn_fault fault)
{
    struct batch *batch = work->batch;
    log_say(txn->options.log, LOG_WARN, "txn",
            "the result of a transaction is in doubt: the producer is replaced",
            LOG_INT("fault", fault), LOG_CHARS("reason", batch->note.text));
    work->result = BATCH_ABORTED;
    if (!txn_replace(txn, work)) {
        if (work->fatal != OK) {
            txn_state_move(&txn->state, TXN_GIVE_UP);
        }
        return;
    }
    txn_state_move(&txn->state, TXN_STARTED);
    enum txn_verdict verdict;
    if (!txn_read_back(txn, batch, &verdict)) {
        return;
    }
    txn_decide(txn, work, verdict);
    CRASH_POINT("after-read-back");
    log_say(txn->options.log, LOG_INFO, "txn", "the result of the transaction is known",
            LOG_BOOL("committed", work->result == BATCH_COMMITTED),
            LOG_INT("partitions", batch->progress_count));
}
