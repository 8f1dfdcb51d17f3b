/* knowledge_desk.c - see knowledge_desk.h. Two threads: one searches, one reads and takes down. A
 * library belongs to the thread that searches while a job of it runs, else to the loop. */
#include "worker/adapter/knowledge_desk.h"

#include "common/mem.h"
#include "worker/adapter/commit_thread.h"

/* So many questions are answered before the loop hears of any of them. */
#define DESK_CALLS_PER_JOB 32

struct knowledge_desk {
    struct knowledge port;
    struct knowledge_desk_options options;
    struct commit_thread *searcher;
    struct commit_thread *reader;
    struct knowledge_library *library;
    struct knowledge_library *fresh; /* the reader's while it runs */
    struct knowledge_library *next;  /* read, and taken as soon as no search runs */
    struct knowledge_library *old;   /* the reader's: to be taken down */
    struct list waiting;            /* struct knowledge_call */
    struct list running;            /* of the job */
    struct commit_job search;
    struct commit_job read;
    struct commit_job drop;
    struct note note; /* of the reading */
    enum err read_err;
    bool is_searching;
    bool is_reading; /* from there until the old library is gone */
    bool is_closing;
};

static void desk_find(struct knowledge_desk *desk, struct knowledge_call *call)
{
    struct knowledge_index *index = knowledge_library_of(desk->library, call->tenant);
    call->passages_count = 0;
    call->err = index ? knowledge_index_find(index, &call->question, call->found,
                                             countof(call->found), &call->passages_count)
                      : OK;
}

static void desk_search_run(struct commit_job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, search);
    for (struct list_node *node = list_first(&desk->running); node;
         node = list_next(&desk->running, node)) {
        desk_find(desk, container_of(node, struct knowledge_call, node));
    }
}

/* The library may be replaced before the owner looks, so what was found is copied. */
static enum err desk_copy(struct knowledge_call *call)
{
    size_t count = call->passages_count;
    struct passage *passages = arena_zero(call->arena, max_size(count, 1), sizeof(*passages));
    if (!passages) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(arena_copy(call->arena, call->found[i]->id, &passages[i].id));
        TRY(arena_copy(call->arena, call->found[i]->title, &passages[i].title));
        TRY(arena_copy(call->arena, call->found[i]->text, &passages[i].text));
    }
    call->passages = passages;
    return OK;
}

static void desk_go(struct knowledge_desk *desk);

static void desk_search_done(struct commit_job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, search);
    struct list_node *node;
    while ((node = list_pop(&desk->running)) != NULL) {
        struct knowledge_call *call = container_of(node, struct knowledge_call, node);
        enum err err = call->err == OK ? desk_copy(call) : call->err;
        call->on_done(call, err);
    }
    desk->is_searching = false;
    desk_go(desk);
}

static void desk_submit(struct commit_thread *thread, struct commit_job *job)
{
    if (commit_thread_submit(thread, job) != OK) {
        BUG("one job of a thread of its own has no room");
    }
}

static void desk_swap(struct knowledge_desk *desk)
{
    desk->old = desk->library;
    desk->library = TAKE(desk->next);
    desk_submit(desk->reader, &desk->drop);
}

static void desk_go(struct knowledge_desk *desk)
{
    if (desk->is_searching) {
        return;
    }
    if (desk->next) {
        desk_swap(desk);
    }
    while (desk->running.count < DESK_CALLS_PER_JOB && !list_is_empty(&desk->waiting)) {
        list_append(&desk->running, list_pop(&desk->waiting));
    }
    if (list_is_empty(&desk->running)) {
        return;
    }
    desk->is_searching = true;
    desk_submit(desk->searcher, &desk->search);
}

static bool desk_has(struct knowledge *port, struct str tenant)
{
    const struct knowledge_desk *desk = container_of(port, struct knowledge_desk, port);
    return knowledge_library_of(desk->library, tenant) != NULL;
}

static void desk_ask(struct knowledge *port, struct knowledge_call *call)
{
    struct knowledge_desk *desk = container_of(port, struct knowledge_desk, port);
    list_append(&desk->waiting, &call->node);
    desk_go(desk);
}

static const struct knowledge_ops desk_ops = {
    .name = "folder",
    .has = desk_has,
    .find = desk_ask,
};

static void desk_read_run(struct commit_job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, read);
    desk->read_err = knowledge_library_read(&desk->options.library, &desk->fresh, &desk->note);
}

static void desk_end_reading(struct knowledge_desk *desk)
{
    desk->is_reading = false;
    if (desk->is_closing) {
        loop_stop(desk->options.loop);
    }
}

static void desk_drop_run(struct commit_job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, drop);
    knowledge_library_destroy(TAKE(desk->old));
}

static void desk_drop_done(struct commit_job *job)
{
    desk_end_reading(container_of(job, struct knowledge_desk, drop));
}

static void desk_read_done(struct commit_job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, read);
    if (desk->read_err != OK) {
        log_say(desk->options.library.log, LOG_WARN, "knowledge",
                "the shop's pages cannot be read again; the last ones stay in use",
                LOG_CHARS("reason", desk->note.text), LOG_ERR(desk->read_err));
        desk_end_reading(desk);
        return;
    }
    desk->next = TAKE(desk->fresh);
    log_say(desk->options.library.log, LOG_INFO, "knowledge", "the shop's pages were read again",
            LOG_INT("passages", knowledge_library_count(desk->next)));
    desk_go(desk);
}

void knowledge_desk_reload(struct knowledge_desk *desk)
{
    if (desk->is_reading) {
        log_say(desk->options.library.log, LOG_INFO, "knowledge",
                "the shop's pages are being read already");
        return;
    }
    desk->is_reading = true;
    desk_submit(desk->reader, &desk->read);
}

static enum err desk_open(struct knowledge_desk *desk, struct note *note)
{
    const struct commit_thread_options options = { desk->options.loop, desk->options.library.log };
    TRY(knowledge_library_read(&desk->options.library, &desk->library, note));
    desk->searcher = commit_thread_create(&options);
    desk->reader = commit_thread_create(&options);
    return desk->searcher && desk->reader ? OK : ERR_NOMEM;
}

enum err knowledge_desk_create(const struct knowledge_desk_options *options,
                               struct knowledge_desk **ret_desk, struct note *note)
{
    struct knowledge_desk *desk = mem_zero(1, sizeof(*desk));
    if (!desk) {
        return ERR_NOMEM;
    }
    desk->port.ops = &desk_ops;
    desk->options = *options;
    desk->search = (struct commit_job){ .run = desk_search_run, .on_done = desk_search_done };
    desk->read = (struct commit_job){ .run = desk_read_run, .on_done = desk_read_done };
    desk->drop = (struct commit_job){ .run = desk_drop_run, .on_done = desk_drop_done };
    list_init(&desk->waiting);
    list_init(&desk->running);
    enum err err = desk_open(desk, note);
    if (err != OK) {
        knowledge_desk_destroy(desk);
        return err;
    }
    *ret_desk = desk;
    return OK;
}

void knowledge_desk_destroy(struct knowledge_desk *desk)
{
    if (!desk) {
        return;
    }
    assert(!desk->is_searching && list_is_empty(&desk->waiting));
    desk->is_closing = true;
    while (desk->is_reading) {
        loop_run(desk->options.loop);
    }
    commit_thread_destroy(desk->searcher);
    commit_thread_destroy(desk->reader);
    knowledge_library_destroy(desk->library);
    knowledge_library_destroy(desk->next);
    mem_free(desk);
}

struct knowledge *knowledge_desk_port(struct knowledge_desk *desk)
{
    return desk ? &desk->port : NULL;
}
