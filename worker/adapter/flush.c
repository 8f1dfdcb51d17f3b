/* flush.c - at least once: produce, wait for the reports, then commit the offsets
 * (committer.h). A crash between the two repeats the batch; nothing else does. */
#include "common/mem.h"
#include "worker/adapter/committer.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/now.h"
#include "worker/adapter/produce.h"
#include "worker/engine/batch_epochs.h"

#define FLUSH_COMMIT_MS 90000 /* a commit waits for the coordinator and for its answer */
#define FLUSH_STEP_MS 12000 /* longer than message.timeout.ms: every report has come by then */

struct flush {
    struct committer committer;
    struct committer_options options;
    rd_kafka_t *client; /* NULL: none now */
    struct kafka_voice voice;
    struct produce_job produce;
};

static void flush_drop_client(struct flush *flush)
{
    produce_drop_client(&flush->produce);
    flush->client = NULL;
}

static enum err flush_make_client(struct flush *flush, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&flush->options.kafka, KAFKA_PLAIN_SINK, &flush->voice, &conf, note));
    rd_kafka_conf_set_dr_msg_cb(conf, produce_on_report);
    TRY(kafka_client_create(conf, KAFKA_PLAIN_SINK, &flush->client, note));
    flush->produce.client = flush->client;
    return OK;
}

static enum err flush_start(struct committer *committer, struct note *note)
{
    return flush_make_client(container_of(committer, struct flush, committer), note);
}

/* A producer that still holds records of an earlier try is replaced, so that no report comes
 * for an outcome that is gone. */
static enum err flush_produce(struct flush *flush, struct batch *batch)
{
    struct produce_report *report = &flush->produce.report;
    if (!flush->client) {
        TRY(flush_make_client(flush, &batch->note));
    }
    int64_t deadline_us = now_mono_us() + (int64_t)FLUSH_STEP_MS * 1000;
    enum err err = produce_batch(&flush->produce, batch, deadline_us);
    bool is_flushed = rd_kafka_flush(flush->client, FLUSH_STEP_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!is_flushed || rd_kafka_fatal_error(flush->client, NULL, 0)) {
        flush_drop_client(flush);
        metric_add(flush->options.metrics, METRIC_PRODUCERS, 0, 1);
    }
    if (err == OK && is_flushed && report->failed == 0) {
        return OK;
    }
    note_set(&batch->note, "produce: %s", produce_why(&flush->produce));
    bool is_refused = err == ERR_POISON || produce_blames(&flush->produce);
    return is_refused ? ERR_POISON : ERR_TXN;
}

static void flush_leave_out_lost(rd_kafka_topic_partition_list_t *offsets,
                                 const struct batch *batch)
{
    for (size_t i = batch->progress_count; i > 0; i--) {
        const struct progress *progress = &batch->progress[i - 1];
        if (epoch_now(progress->epoch) != progress->epoch_expected) {
            rd_kafka_topic_partition_list_del_by_idx(offsets, (int)i - 1);
        }
    }
}

static enum err flush_commit(struct flush *flush, struct batch *batch)
{
    rd_kafka_topic_partition_list_t *offsets =
        produce_offsets(flush->options.kafka.conf, batch);
    if (!offsets) {
        return ERR_NOMEM;
    }
    flush_leave_out_lost(offsets, batch);
    CRASH_POINT("before-commit");
    rd_kafka_resp_err_t code =
        offsets->cnt == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR
                          : rd_kafka_commit(flush->options.consumer, offsets, 0);
    for (int i = 0; !code && i < offsets->cnt; i++) {
        code = offsets->elems[i].err;
    }
    rd_kafka_topic_partition_list_destroy(offsets);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        note_set(&batch->note, "commit offsets: %s", rd_kafka_err2str(code));
        return ERR_GENERATION;
    }
    CRASH_POINT("after-commit");
    return OK;
}

/* The producer, its records and its reports; or the offsets. */
static enum err flush_go(struct flush *flush, struct batch *batch)
{
    struct job_thread *thread = flush->options.thread;
    job_thread_enter(thread, "produce", 2 * FLUSH_STEP_MS + KAFKA_CLOSE_MS);
    enum err err = flush_produce(flush, batch);
    job_thread_leave(thread);
    if (err != OK) {
        return err;
    }
    CRASH_POINT("after-produce");
    job_thread_enter(thread, "commit offsets", FLUSH_COMMIT_MS);
    err = flush_commit(flush, batch);
    job_thread_leave(thread);
    return err;
}

static void flush_run(struct committer *committer, struct committer_work *work)
{
    struct flush *flush = container_of(committer, struct flush, committer);
    struct batch *batch = work->batch;
    int64_t began_us = now_mono_us();
    work->fatal = OK;
    batch->why = OK;
    if (batch_epochs(batch) == EPOCHS_GONE) {
        batch->why = ERR_GENERATION;
        work->result = BATCH_LOST;
        return;
    }
    enum err err = flush_go(flush, batch);
    batch->why = err;
    batch->commit_us = now_mono_us() - began_us;
    work->result = err == OK ? BATCH_COMMITTED : BATCH_ABORTED;
    metric_add(flush->options.metrics, METRIC_TRANSACTIONS,
               err == OK ? METRIC_TXN_COMMITTED : METRIC_TXN_ABORTED, 1);
    if (err == OK) {
        metric_observe_us(flush->options.metrics, METRIC_COMMIT_SECONDS, 0, batch->commit_us);
    }
}

static void flush_stop(struct committer *committer)
{
    flush_drop_client(container_of(committer, struct flush, committer));
}

static void flush_destroy(struct committer *committer)
{
    struct flush *flush = container_of(committer, struct flush, committer);
    kafka_voice_fini(&flush->voice);
    mem_free(flush);
}

static const struct committer_ops flush_ops = {
    .start = flush_start,
    .run = flush_run,
    .stop = flush_stop,
    .destroy = flush_destroy,
};

enum err flush_create(const struct committer_options *options, struct committer **ret_committer,
                      struct note *note)
{
    struct flush *flush = mem_zero(1, sizeof(*flush));
    if (!flush) {
        return ERR_NOMEM;
    }
    flush->committer.ops = &flush_ops;
    flush->options = *options;
    flush->produce.conf = options->kafka.conf;
    kafka_voice_init(&flush->voice, options->log, "sink", &flush->produce);
    rd_kafka_conf_t *conf;
    enum err err = kafka_conf_make(&options->kafka, KAFKA_PLAIN_SINK, &flush->voice, &conf, note);
    if (err != OK) {
        flush_destroy(&flush->committer);
        return err;
    }
    rd_kafka_conf_destroy(conf); /* only to see that the settings are good */
    *ret_committer = &flush->committer;
    return OK;
}
