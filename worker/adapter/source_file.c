/* source_file.c - see source_file.h. A line is read when the engine has room; a terminal or a
 * pipe is waited for, a regular file is simply read. */
#include "worker/adapter/source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"

#define SOURCE_FILE_CHUNK ((size_t)16384)
#define SOURCE_FILE_LINES_PER_TURN 64

struct source_file {
    struct source source;
    struct source_file_options options;
    int fd;
    bool owns_fd;
    struct loop_fd *watch; /* NULL: a regular file */
    struct loop_task task;
    bool is_queued;
    bool is_stopped;
    bool paused[TOPIC_COUNT];
    size_t paused_count; /* one waits, all wait: lines come in order */
    bool is_at_end;
    bool is_told;    /* on_eof has run */
    bool is_cutting; /* the rest of a line that was too long is dropped */
    enum err failure; /* why the end was reached early */
    struct note why;
    struct buf bytes;
    size_t begun; /* of `bytes`: where the next line begins */
    int64_t offsets[TOPIC_COUNT];
};

static struct source_file *source_file_of(struct source *source)
{
    return container_of(source, struct source_file, source);
}

static void source_file_later(struct source_file *file)
{
    if (!file->is_queued && !file->is_stopped) {
        file->is_queued = true;
        loop_later(file->options.loop, &file->task);
    }
}

static void source_file_deliver(struct source_file *file, struct str line)
{
    struct arena arena;
    struct record record = { 0 };
    arena_init(&arena, 4 * file->options.line_bytes_max + SOURCE_FILE_CHUNK);
    if (file->options.on_line(file->options.owner, &arena, line, &record)) {
        record.partition = 0;
        record.leader_epoch = -1;
        record.offset = file->offsets[record.topic]++;
        record.timestamp_wall_ms = loop_clock(file->options.loop)->wall_ms;
        file->source.events->on_record(file->source.engine, &record);
    }
    arena_fini(&arena);
}

/* What has been read and not been taken. */
static struct str source_file_rest(const struct source_file *file)
{
    return str_slice(buf_str(&file->bytes), file->begun, file->bytes.len - file->begun);
}

static bool source_file_has_line(const struct source_file *file)
{
    struct str rest = source_file_rest(file);
    return rest.len > 0 && memchr(rest.ptr, '\n', rest.len);
}

/* False: no whole line is here. */
static bool source_file_line(struct source_file *file)
{
    struct str rest = source_file_rest(file);
    const char *end = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;
    size_t limit = file->options.line_bytes_max + 1;
    size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
    bool is_whole = end || (file->is_at_end && len > 0) || len >= limit;
    if (!is_whole) {
        return false;
    }
    size_t taken = min_size(len, limit);
    if (!file->is_cutting) {
        source_file_deliver(file, (struct str){ rest.ptr, taken });
    }
    file->is_cutting = !end && len >= limit;
    file->begun += end ? len + 1 : len;
    return true;
}

static void source_file_finish(struct source_file *file)
{
    if (!file->is_told) {
        file->is_told = true;
        file->options.on_eof(file->options.owner, file->failure, &file->why);
    }
}

static void source_file_read(struct source_file *file)
{
    if (buf_reserve(&file->bytes, SOURCE_FILE_CHUNK) != OK) {
        return;
    }
    ssize_t len = read(file->fd, file->bytes.ptr + file->bytes.len, SOURCE_FILE_CHUNK);
    if (len > 0) {
        file->bytes.len += (size_t)len;
    } else if (len == 0) {
        file->is_at_end = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        note_set(&file->why, "%s cannot be read on: %s", file->options.path, strerror(errno));
        file->failure = ERR_INPUT;
        file->is_at_end = true;
    }
}

static void source_file_serve(struct source_file *file)
{
    for (int i = 0; i < SOURCE_FILE_LINES_PER_TURN; i++) {
        if (file->paused_count > 0 || file->is_stopped || !source_file_line(file)) {
            break;
        }
    }
    buf_drop(&file->bytes, file->begun);
    file->begun = 0;
    bool has_more = source_file_has_line(file);
    if (file->paused_count > 0 || file->is_stopped) {
        return;
    }
    if (file->is_at_end && file->bytes.len == 0) {
        source_file_finish(file);
    } else if (has_more || file->is_at_end || !file->watch) {
        source_file_later(file);
    } else {
        loop_fd_want(file->watch, LOOP_READABLE);
    }
}

static void source_file_run(struct loop_task *task)
{
    struct source_file *file = container_of(task, struct source_file, task);
    file->is_queued = false;
    bool is_wanted = !file->watch && file->paused_count == 0 && !source_file_has_line(file);
    if (is_wanted && !file->is_at_end) {
        source_file_read(file);
    }
    source_file_serve(file);
}

static void source_file_on_readable(void *owner, unsigned events)
{
    (void)events;
    struct source_file *file = owner;
    loop_fd_want(file->watch, 0);
    source_file_read(file);
    source_file_serve(file);
}

static void source_file_pause(struct source *source, struct partition_id id)
{
    struct source_file *file = source_file_of(source);
    file->paused_count += file->paused[id.topic] ? 0 : 1;
    file->paused[id.topic] = true;
}

static void source_file_resume(struct source *source, struct partition_id id)
{
    struct source_file *file = source_file_of(source);
    file->paused_count -= file->paused[id.topic] ? 1 : 0;
    file->paused[id.topic] = false;
    source_file_later(file);
}

static void source_file_release(struct source *source, const struct partition_id *ids,
                                size_t count)
{
    (void)source;
    (void)ids;
    (void)count;
}

static void source_file_stop(struct source *source)
{
    struct source_file *file = source_file_of(source);
    file->is_stopped = true;
    if (file->watch) {
        loop_fd_want(file->watch, 0);
    }
}

static const struct source_ops source_file_ops = {
    .name = "file",
    .pause = source_file_pause,
    .resume = source_file_resume,
    .release = source_file_release,
    .stop = source_file_stop,
};

static enum err source_file_open(struct source_file *file, struct note *note)
{
    struct stat found;
    if (strcmp(file->options.path, "-") == 0) {
        file->fd = STDIN_FILENO;
        return OK;
    }
    file->fd = open(file->options.path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        note_set(note, "%s cannot be read: %s", file->options.path, strerror(errno));
        return ERR_INPUT;
    }
    file->owns_fd = true;
    if (fstat(file->fd, &found) == 0 && S_ISDIR(found.st_mode)) {
        note_set(note, "%s is a directory", file->options.path);
        return ERR_INPUT;
    }
    return OK;
}

enum err source_file_create(const struct source_file_options *options,
                            struct source **ret_source, struct note *note)
{
    struct source_file *file = mem_zero(1, sizeof(*file));
    if (!file) {
        return ERR_NOMEM;
    }
    file->source.ops = &source_file_ops;
    file->options = *options;
    file->task.run = source_file_run;
    buf_init(&file->bytes, options->line_bytes_max + 2 * SOURCE_FILE_CHUNK);
    enum err err = source_file_open(file, note);
    if (err != OK) {
        source_file_destroy(&file->source);
        return err;
    }
    file->watch = loop_fd_create(options->loop, file->fd, source_file_on_readable, file);
    *ret_source = &file->source;
    return OK;
}

void source_file_start(struct source *source)
{
    struct source_file *file = source_file_of(source);
    struct claim claims[TOPIC_COUNT];
    for (size_t i = 0; i < file->options.topics_count; i++) {
        claims[i] = (struct claim){ .id = { file->options.topics[i], 0 },
                                    .committed = -1,
                                    .leader_epoch = -1,
                                    .low = 0,
                                    .high = -1 };
    }
    source->events->on_claim(source->engine, claims, file->options.topics_count);
    source_file_later(file);
}

void source_file_destroy(struct source *source)
{
    if (!source) {
        return;
    }
    struct source_file *file = source_file_of(source);
    if (file->is_queued) {
        loop_task_drop(file->options.loop, &file->task);
    }
    loop_fd_destroy(file->watch);
    if (file->owns_fd) {
        close(file->fd);
    }
    buf_fini(&file->bytes);
    mem_free(file);
}
