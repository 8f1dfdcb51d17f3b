/* sink_kafka.c - see sink_kafka.h. The loop's half: tickets, order of the three kinds of job,
 * and who is told. */
#include "worker/adapter/sink_kafka.h"

#include "common/mem.h"
#include "worker/adapter/committer.h"
#include "worker/engine/batch_epochs.h"

/* A batch that takes longer than this means trouble with the brokers; so do batches that were
 * aborted one after another for so long. */
#define SINK_PATIENCE_MS 5000
/* After an abort the engine tries again sooner than this, if there is anything left to commit. */
#define SINK_AGAIN_MS 8000

struct sink_kafka {
    struct sink port;
    struct sink_kafka_options options;
    struct committer *committer;
    struct job start;
    struct job run;
    struct job stop;
    struct loop_task refuse; /* a batch that cannot be tried */
    struct committer_work work;
    int64_t began_ms; /* of the batch that is under way */
    bool is_failing;  /* nothing was committed since the abort at `failing_since_ms` */
    int64_t failing_since_ms;
    int64_t failed_ms; /* the last abort */
    struct note failure;
    enum err started; /* set on the commit thread by `start` */
    struct note started_note;
    bool is_ready;
    bool is_failed;
};

static void sink_kafka_fail(struct sink_kafka *sink, enum err err, const struct note *note)
{
    if (!sink->is_failed) {
        sink->is_failed = true;
        sink->options.on_fatal(sink->options.owner, err, note);
    }
}

static void sink_kafka_start_run(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, start);
    sink->started = sink->committer->ops->start(sink->committer, &sink->started_note);
}

static void sink_kafka_start_done(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, start);
    if (sink->started != OK) {
        sink_kafka_fail(sink, sink->started, &sink->started_note);
        return;
    }
    sink->is_ready = true;
    log_say(sink->options.log, LOG_INFO, "sink", "the producer is ready");
    if (sink->options.on_ready) {
        sink->options.on_ready(sink->options.owner);
    }
}

static void sink_kafka_note(struct sink_kafka *sink, enum batch_result result)
{
    int64_t now_ms = loop_clock(sink->options.loop)->mono_ms;
    if (result != BATCH_ABORTED) {
        sink->is_failing = false;
        return;
    }
    if (!sink->is_failing) {
        sink->failing_since_ms = now_ms;
    }
    sink->is_failing = true;
    sink->failed_ms = now_ms;
    sink->failure = sink->work.batch->note;
}

static void sink_kafka_finish(struct sink_kafka *sink)
{
    struct batch *batch = sink->work.batch;
    enum batch_result result = sink->work.result;
    sink_kafka_note(sink, result);
    ticket_unref(sink->work.ticket);
    sink->work = (struct committer_work){ 0 };
    batch->on_done(batch, result);
}

static void sink_kafka_run_run(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, run);
    sink->committer->ops->run(sink->committer, &sink->work);
}

static void sink_kafka_run_done(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, run);
    const struct batch *batch = sink->work.batch;
    if (sink->work.fatal != OK) {
        sink_kafka_fail(sink, sink->work.fatal, &batch->note);
    }
    if (batch->why == ERR_GENERATION && batch_epochs(batch) == EPOCHS_HOLD) {
        source_kafka_ticket_refused(sink->options.source);
    }
    sink_kafka_finish(sink);
}

static void sink_kafka_refuse(struct loop_task *task)
{
    struct sink_kafka *sink = container_of(task, struct sink_kafka, refuse);
    sink->work.result = batch_epochs_result(sink->work.batch);
    sink_kafka_finish(sink);
}

static void sink_kafka_commit(struct sink *port, struct batch *batch)
{
    struct sink_kafka *sink = container_of(port, struct sink_kafka, port);
    assert(!sink->work.batch);
    bool needs_ticket = sink->options.delivery == DELIVERY_EXACTLY_ONCE;
    struct ticket *ticket = source_kafka_ticket(sink->options.source);
    sink->work = (struct committer_work){ .batch = batch, .ticket = ticket_ref(ticket) };
    sink->began_ms = loop_clock(sink->options.loop)->mono_ms;
    batch->why = ERR_GENERATION;
    if (needs_ticket && !ticket) {
        note_set(&batch->note, "the worker is not in the group now");
    } else if (job_thread_submit(sink->options.thread, &sink->run) == OK) {
        return;
    }
    loop_later(sink->options.loop, &sink->refuse);
}

static const struct sink_ops sink_kafka_ops = { .name = "kafka", .commit = sink_kafka_commit };

enum err sink_kafka_create(const struct sink_kafka_options *options, struct sink_kafka **ret_sink,
                           struct note *note)
{
    struct sink_kafka *sink = mem_zero(1, sizeof(*sink));
    if (!sink) {
        return ERR_NOMEM;
    }
    sink->port.ops = &sink_kafka_ops;
    sink->options = *options;
    sink->start.run = sink_kafka_start_run;
    sink->start.on_done = sink_kafka_start_done;
    sink->run.run = sink_kafka_run_run;
    sink->run.on_done = sink_kafka_run_done;
    sink->refuse.run = sink_kafka_refuse;
    struct committer_options inner = {
        .kafka = options->kafka,
        .log = options->log,
        .metrics = options->metrics,
        .thread = options->thread,
        .consumer = source_kafka_client(options->source),
        .start_timeout_ms = options->start_timeout_ms,
    };
    enum err err = options->delivery == DELIVERY_EXACTLY_ONCE
                       ? txn_create(&inner, &sink->committer, note)
                       : flush_create(&inner, &sink->committer, note);
    if (err != OK) {
        mem_free(sink);
        return err;
    }
    *ret_sink = sink;
    return OK;
}

void sink_kafka_start(struct sink_kafka *sink)
{
    if (job_thread_submit(sink->options.thread, &sink->start) != OK) {
        BUG("the commit thread is full at the start");
    }
}

static void sink_kafka_stop_run(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, stop);
    sink->committer->ops->stop(sink->committer);
}

static void sink_kafka_stop_done(struct job *job)
{
    struct sink_kafka *sink = container_of(job, struct sink_kafka, stop);
    sink->is_ready = false;
    if (sink->options.on_closed) {
        sink->options.on_closed(sink->options.owner);
    }
}

void sink_kafka_close(struct sink_kafka *sink)
{
    sink->stop = (struct job){ .run = sink_kafka_stop_run,
                               .on_done = sink_kafka_stop_done,
                               .call = "close",
                               .most_ms = KAFKA_CLOSE_MS };
    if (job_thread_submit(sink->options.thread, &sink->stop) != OK) {
        BUG("the commit thread is full at the end");
    }
}

void sink_kafka_destroy(struct sink_kafka *sink)
{
    if (!sink) {
        return;
    }
    assert(!sink->work.batch);
    sink->committer->ops->destroy(sink->committer);
    mem_free(sink);
}

struct sink *sink_kafka_port(struct sink_kafka *sink)
{
    return &sink->port;
}

/* Aborted for a while, and what was aborted is still there to be tried again. */
static bool sink_kafka_is_failing(const struct sink_kafka *sink, int64_t now_ms)
{
    bool is_tried = sink->work.batch || now_ms - sink->failed_ms < SINK_AGAIN_MS;
    return sink->is_failing && is_tried && now_ms - sink->failing_since_ms > SINK_PATIENCE_MS;
}

bool sink_kafka_is_ready(const struct sink_kafka *sink, struct buf *reasons)
{
    int64_t now_ms = loop_clock(sink->options.loop)->mono_ms;
    bool is_slow = sink->work.batch && now_ms - sink->began_ms > SINK_PATIENCE_MS;
    bool is_failing = sink_kafka_is_failing(sink, now_ms);
    if (sink->is_ready && !is_slow && !is_failing) {
        return true;
    }
    if (!reasons) {
        return false;
    }
    /* Not ready, whether or not there is room to say why. */
    if (sink->is_ready) {
        (void)!buf_printf(reasons, "sink: brokers do not take a transaction%s%s\n",
                          is_failing ? ": " : "", is_failing ? sink->failure.text : "");
    } else {
        (void)!buf_add(reasons, STR("sink: the producer is not ready\n"));
    }
    return false;
}
