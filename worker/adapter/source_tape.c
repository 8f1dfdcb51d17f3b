/* source_tape.c - see source_tape.h. */
#include "worker/adapter/source_tape.h"

#include "common/mem.h"

#define SOURCE_TAPE_PORTION 256

struct source_tape {
    struct source source;
    struct source_tape_options options;
    struct loop_task task;
    bool is_queued;
    bool is_stopped;
    /* Records go in one order over all partitions, so while any is paused, all wait. */
    size_t paused;
};

static struct source_tape *source_tape_of(struct source *source)
{
    return container_of(source, struct source_tape, source);
}

static void source_tape_run(struct loop_task *task)
{
    struct source_tape *tape = container_of(task, struct source_tape, task);
    tape->is_queued = false;
    for (int i = 0; i < SOURCE_TAPE_PORTION; i++) {
        if (tape->paused > 0 || tape->is_stopped) {
            return;
        }
        const struct record *record = tape->options.next(tape->options.owner);
        if (!record) {
            return;
        }
        tape->source.events->on_record(tape->source.engine, record);
    }
    source_tape_wake(&tape->source);
}

static void source_tape_pause(struct source *source, struct partition_id id)
{
    (void)id;
    source_tape_of(source)->paused++;
}

static void source_tape_resume(struct source *source, struct partition_id id)
{
    (void)id;
    assert(source_tape_of(source)->paused > 0);
    source_tape_of(source)->paused--;
    source_tape_wake(source);
}

static void source_tape_release(struct source *source, const struct partition_id *ids, size_t count)
{
    (void)source;
    (void)ids;
    (void)count;
}

static void source_tape_stop(struct source *source)
{
    source_tape_of(source)->is_stopped = true;
}

struct source *source_tape_create(const struct source_tape_options *options)
{
    static const struct source_ops ops = {
        .name = "tape",
        .pause = source_tape_pause,
        .resume = source_tape_resume,
        .release = source_tape_release,
        .stop = source_tape_stop,
    };
    struct source_tape *tape = mem_zero(1, sizeof(*tape));
    if (!tape) {
        return NULL;
    }
    tape->source.ops = &ops;
    tape->options = *options;
    tape->task.run = source_tape_run;
    return &tape->source;
}

void source_tape_destroy(struct source *source)
{
    if (source) {
        struct source_tape *tape = source_tape_of(source);
        loop_task_drop(tape->options.loop, &tape->task);
        mem_free(tape);
    }
}

void source_tape_start(struct source *source, struct claim *claims, size_t claims_count)
{
    source->events->on_claim(source->engine, claims, claims_count);
    source_tape_wake(source);
}

void source_tape_wake(struct source *source)
{
    struct source_tape *tape = source_tape_of(source);
    if (!tape->is_queued && !tape->is_stopped) {
        tape->is_queued = true;
        loop_later(tape->options.loop, &tape->task);
    }
}
