/* sink_lines.c - see sink_lines.h. */
#include "worker/adapter/sink_lines.h"

#include "common/mem.h"

struct sink_lines {
    struct sink sink;
    struct sink_lines_options options;
    struct loop_task task;
    struct batch *batch;
};

static void sink_lines_run(struct loop_task *task)
{
    struct sink_lines *lines = container_of(task, struct sink_lines, task);
    struct batch *batch = TAKE(lines->batch);
    struct list_node *node = list_first(&batch->deliveries);
    for (; node; node = list_next(&batch->deliveries, node)) {
        const struct delivery *delivery = list_entry(node, struct delivery, node);
        lines->options.on_outcome(lines->options.owner, delivery);
    }
    batch->on_done(batch, BATCH_COMMITTED);
}

static void sink_lines_commit(struct sink *sink, struct batch *batch)
{
    struct sink_lines *lines = container_of(sink, struct sink_lines, sink);
    assert(!lines->batch);
    lines->batch = batch;
    loop_later(lines->options.loop, &lines->task);
}

struct sink *sink_lines_create(const struct sink_lines_options *options)
{
    static const struct sink_ops ops = { "lines", sink_lines_commit };
    struct sink_lines *lines = mem_zero(1, sizeof(*lines));
    if (!lines) {
        return NULL;
    }
    lines->sink.ops = &ops;
    lines->options = *options;
    lines->task.run = sink_lines_run;
    return &lines->sink;
}

void sink_lines_destroy(struct sink *sink)
{
    if (sink) {
        struct sink_lines *lines = container_of(sink, struct sink_lines, sink);
        loop_task_drop(lines->options.loop, &lines->task);
        mem_free(lines);
    }
}
