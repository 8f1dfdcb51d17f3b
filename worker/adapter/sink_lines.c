/* sink_lines.c - see sink_lines.h. */
#include "worker/adapter/sink_lines.h"

#include <errno.h>
#include <unistd.h>

#include "common/json_out.h"
#include "common/mem.h"
#include "common/utf8.h"

#define SINK_LINES_BYTES_MAX ((size_t)64 << 20)

struct sink_lines {
    struct sink sink;
    struct sink_lines_options options;
    struct loop_task task;
    struct loop_fd *watch;
    struct buf waiting; /* bytes of the batch that are not written yet */
    struct batch *batch;
    enum batch_result result;
};

static struct sink_lines *sink_lines_of(struct sink *sink)
{
    return container_of(sink, struct sink_lines, sink);
}

/* Text as it is; bytes that are none, as their number. */
static void sink_lines_put(struct json_out *out, const char *key, struct str text)
{
    if (utf8_check(text, NULL) == OK) {
        json_put_text(out, key, text);
        return;
    }
    json_put_int(out, "bytes", (int64_t)text.len);
}

static enum err sink_lines_output(struct buf *buf, const struct output *output)
{
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "topic", str_from(topic_info(output->topic)->default_name));
    sink_lines_put(&out, "key", output->key);
    json_open_object(&out, "headers");
    for (size_t i = 0; i < output->headers_count; i++) {
        char name[128];
        snprintf(name, sizeof(name), "%.*s", STR_ARG(output->headers[i].name));
        sink_lines_put(&out, name, output->headers[i].value);
    }
    json_close_object(&out);
    sink_lines_put(&out, "value", output->value);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return buf_add_char(buf, '\n');
}

static enum err sink_lines_delivery(struct sink_lines *lines, const struct delivery *delivery)
{
    if (lines->options.on_outcome) {
        lines->options.on_outcome(lines->options.owner, delivery);
    }
    if (lines->options.fd < 0) {
        return OK;
    }
    for (size_t i = 0; i < delivery->outcome.outputs_count; i++) {
        TRY(sink_lines_output(&lines->waiting, &delivery->outcome.outputs[i]));
    }
    return OK;
}

static void sink_lines_end(struct sink_lines *lines)
{
    struct batch *batch = lines->batch;
    lines->batch = NULL;
    buf_clear(&lines->waiting);
    batch->on_done(batch, lines->result);
}

static void sink_lines_write(struct sink_lines *lines)
{
    while (lines->waiting.len > 0) {
        ssize_t len = write(lines->options.fd, lines->waiting.ptr, lines->waiting.len);
        bool is_full = len < 0 && (errno == EAGAIN || errno == EINTR);
        if (is_full && lines->watch) {
            loop_fd_want(lines->watch, LOOP_WRITABLE);
            return;
        }
        if (len < 0 && !is_full) {
            note_set(&lines->batch->note, "writing the outcome failed: %s", strerror(errno));
            lines->result = BATCH_ABORTED;
            break;
        }
        buf_drop(&lines->waiting, len > 0 ? (size_t)len : 0);
    }
    if (lines->watch) {
        loop_fd_want(lines->watch, 0);
    }
    sink_lines_end(lines);
}

static void sink_lines_on_writable(void *owner, unsigned events)
{
    (void)events;
    sink_lines_write(owner);
}

static void sink_lines_run(struct loop_task *task)
{
    struct sink_lines *lines = container_of(task, struct sink_lines, task);
    lines->result = BATCH_COMMITTED;
    struct list_node *node = list_first(&lines->batch->deliveries);
    while (node) {
        struct delivery *delivery = container_of(node, struct delivery, node);
        if (sink_lines_delivery(lines, delivery) != OK) {
            note_set(&lines->batch->note, "%s", err_text(ERR_FULL));
            lines->result = BATCH_ABORTED;
            sink_lines_end(lines);
            return;
        }
        node = list_next(&lines->batch->deliveries, node);
    }
    sink_lines_write(lines);
}

static void sink_lines_commit(struct sink *sink, struct batch *batch)
{
    struct sink_lines *lines = sink_lines_of(sink);
    assert(!lines->batch);
    lines->batch = batch;
    loop_later(lines->options.loop, &lines->task);
}

static const struct sink_ops sink_lines_ops = { .name = "lines", .commit = sink_lines_commit };

struct sink *sink_lines_create(const struct sink_lines_options *options)
{
    struct sink_lines *lines = mem_zero(1, sizeof(*lines));
    if (!lines) {
        return NULL;
    }
    lines->sink.ops = &sink_lines_ops;
    lines->options = *options;
    lines->task.run = sink_lines_run;
    buf_init(&lines->waiting, SINK_LINES_BYTES_MAX);
    if (options->fd >= 0) {
        /* A regular file cannot be watched, and never is full. */
        lines->watch = loop_fd_create(options->loop, options->fd, sink_lines_on_writable, lines);
    }
    return &lines->sink;
}

void sink_lines_destroy(struct sink *sink)
{
    if (!sink) {
        return;
    }
    struct sink_lines *lines = sink_lines_of(sink);
    loop_fd_destroy(lines->watch);
    buf_fini(&lines->waiting);
    mem_free(lines);
}
