/* knowledge_desk.c - see knowledge_desk.h. Two threads: one searches, one reads and takes down. A
 * library belongs to the thread that searches while a job of it runs, else to the loop; its
 * passages never change, so a third may read them meanwhile. */
#include "worker/adapter/knowledge_desk.h"

#include "common/mem.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/knowledge_sense.h"

/* So many questions are answered before the loop hears of any of them. */
#define DESK_CALLS_PER_JOB 32

/* Pages of a topic often come many at a time; the whole of them is read again for all of those. */
#define DESK_REST_MS 500
#define DESK_FAILED_REST_MS 10000

struct knowledge_desk {
    struct knowledge port;
    struct knowledge_desk_options options;
    struct job_thread *searcher;
    struct job_thread *reader;
    struct knowledge_library *library;
    struct knowledge_library *fresh; /* the reader's while it runs */
    struct knowledge_library *next;  /* read, and taken as soon as no search runs */
    struct knowledge_library *old;   /* the reader's: to be taken down */
    struct list waiting;             /* struct knowledge_call */
    struct list running;             /* of the job */
    struct job search;
    struct job read;
    struct job drop;
    struct knowledge_pages *pages;      /* of the topic */
    const struct library_page **shared; /* those that the reader reads */
    size_t shared_count;
    struct knowledge_sense *sense; /* NULL: words alone decide */
    struct loop_timer *rest;       /* until changed pages are read */
    void (*on_current)(void *owner);
    void *owner;      /* of on_current */
    struct note note; /* of the reading */
    enum err read_err;
    bool is_searching;
    bool is_reading;  /* from there until the old library is gone */
    bool is_stale;    /* something has changed since the reading began */
    bool is_live;     /* what changes is read as it comes */
    bool is_learnt;   /* the library's vectors wait until no search runs */
    bool is_recalled; /* what is known of the next library's */
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

static void desk_search_run(struct job *job)
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
    unsigned *covers = arena_zero(call->arena, max_size(count, 1), sizeof(*covers));
    if (!passages || !covers) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(arena_copy(call->arena, call->found[i].passage->id, &passages[i].id));
        TRY(arena_copy(call->arena, call->found[i].passage->title, &passages[i].title));
        TRY(arena_copy(call->arena, call->found[i].passage->text, &passages[i].text));
        covers[i] = call->found[i].cover;
    }
    call->passages = passages;
    call->covers = covers;
    return OK;
}

static void desk_go(struct knowledge_desk *desk);

static void desk_search_done(struct job *job)
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

static void desk_submit(struct job_thread *thread, struct job *job)
{
    if (job_thread_submit(thread, job) != OK) {
        BUG("one job of a thread of its own has no room");
    }
}

static void desk_learn(struct knowledge_desk *desk)
{
    if (!desk->is_closing) {
        knowledge_sense_learn(desk->sense);
    }
}

static void desk_swap(struct knowledge_desk *desk)
{
    desk->old = desk->library;
    desk->library = TAKE(desk->next);
    desk_submit(desk->reader, &desk->drop);
    if (desk->is_recalled) {
        desk->is_recalled = false;
        knowledge_sense_teach(desk->sense);
        desk_learn(desk);
    }
}

/* A library that is still being learnt cannot be taken down, and what is known of the next one
 * is there as soon as that is. */
static bool desk_may_swap(struct knowledge_desk *desk)
{
    if (!desk->sense || desk->is_recalled) {
        return true;
    }
    if (knowledge_sense_is_busy(desk->sense)) {
        knowledge_sense_hurry(desk->sense);
        return false;
    }
    if (!desk->is_closing) {
        knowledge_sense_recall(desk->sense, desk->next);
    }
    return desk->is_closing;
}

/* Nobody looks into the library now. */
static void desk_renew(struct knowledge_desk *desk)
{
    if (desk->is_learnt) {
        knowledge_sense_teach(desk->sense);
        desk->is_learnt = false;
    }
    if (desk->next && desk_may_swap(desk)) {
        desk_swap(desk);
    }
}

static void desk_go(struct knowledge_desk *desk)
{
    if (desk->is_searching) {
        return;
    }
    desk_renew(desk);
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

static void desk_queue(void *owner, struct knowledge_call *call)
{
    struct knowledge_desk *desk = owner;
    list_append(&desk->waiting, &call->node);
    desk_go(desk);
}

static void desk_go_or_stop(struct knowledge_desk *desk)
{
    desk_go(desk);
    if (desk->is_closing) {
        loop_stop(desk->options.loop);
    }
}

static void desk_on_recalled(void *owner, const struct knowledge_library *library)
{
    struct knowledge_desk *desk = owner;
    desk->is_recalled = library == desk->next;
    if (!desk->is_recalled) { /* it is the first one */
        desk_learn(desk);
    }
    desk_go_or_stop(desk);
}

static void desk_on_learnt(void *owner)
{
    struct knowledge_desk *desk = owner;
    desk->is_learnt = true;
    desk_go_or_stop(desk);
}

static void desk_ask(struct knowledge *port, struct knowledge_call *call)
{
    struct knowledge_desk *desk = container_of(port, struct knowledge_desk, port);
    const struct knowledge_index *index = knowledge_library_of(desk->library, call->tenant);
    if (desk->sense && index && knowledge_index_has_vectors(index) &&
        knowledge_sense_ask(desk->sense, call)) {
        return;
    }
    desk_queue(desk, call);
}

static const struct knowledge_ops desk_ops = {
    .name = "folder",
    .has = desk_has,
    .find = desk_ask,
};

static void desk_read_run(struct job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, read);
    desk->read_err = knowledge_library_read(&desk->options.library, desk->shared,
                                            desk->shared_count, &desk->fresh, &desk->note);
}

static void desk_rest(struct knowledge_desk *desk, int64_t wait_ms)
{
    loop_timer_set(desk->rest, loop_clock(desk->options.loop)->mono_ms + wait_ms);
}

static void desk_tell_current(struct knowledge_desk *desk)
{
    if (desk->on_current) {
        void (*on_current)(void *owner) = TAKE(desk->on_current);
        on_current(desk->owner);
    }
}

static void desk_end_reading(struct knowledge_desk *desk)
{
    desk->is_reading = false;
    knowledge_pages_release(desk->pages, TAKE(desk->shared), desk->shared_count);
    if (desk->is_closing) {
        loop_stop(desk->options.loop);
        return;
    }
    if (desk->read_err == OK) {
        desk_tell_current(desk);
    }
    if (desk->is_stale) {
        desk_rest(desk, desk->read_err == OK ? DESK_REST_MS : DESK_FAILED_REST_MS);
    }
}

static void desk_drop_run(struct job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, drop);
    knowledge_library_destroy(TAKE(desk->old));
}

static void desk_drop_done(struct job *job)
{
    desk_end_reading(container_of(job, struct knowledge_desk, drop));
}

static void desk_read_done(struct job *job)
{
    struct knowledge_desk *desk = container_of(job, struct knowledge_desk, read);
    if (desk->read_err != OK) {
        log_say(desk->options.library.log, LOG_WARN, "knowledge",
                "the shop's pages cannot be read again; the last ones stay in use",
                LOG_CHARS("reason", desk->note.text), LOG_ERR(desk->read_err));
        desk->is_stale = true;
        desk_end_reading(desk);
        return;
    }
    desk->next = TAKE(desk->fresh);
    log_say(desk->options.library.log, LOG_INFO, "knowledge", "the shop's pages were read again",
            LOG_INT("passages", knowledge_library_count(desk->next)));
    desk_go(desk);
}

/* One reading at a time: what changes meanwhile is read afterwards. */
void knowledge_desk_reload(struct knowledge_desk *desk)
{
    desk->is_stale = true;
    if (desk->is_reading) {
        return;
    }
    if (knowledge_pages_share(desk->pages, &desk->shared, &desk->shared_count) != OK) {
        log_say(desk->options.library.log, LOG_ERROR, "knowledge",
                "the shop's pages are not read again for lack of memory");
        desk_rest(desk, DESK_FAILED_REST_MS);
        return;
    }
    desk->is_stale = false;
    desk->is_reading = true;
    desk_submit(desk->reader, &desk->read);
}

static void desk_on_rested(void *owner)
{
    struct knowledge_desk *desk = owner;
    loop_timer_set(desk->rest, INT64_MAX);
    knowledge_desk_reload(desk);
}

enum err knowledge_desk_put(struct knowledge_desk *desk, struct str key, struct str tenant,
                            const struct page *page)
{
    bool has_changed = true;
    if (page->is_removed) {
        has_changed = knowledge_pages_drop(desk->pages, key);
    } else {
        TRY(knowledge_pages_put(desk->pages, key, tenant, page));
    }
    if (has_changed && !desk->is_stale && desk->is_live) {
        desk->is_stale = true;
        desk_rest(desk, DESK_REST_MS);
    }
    return OK;
}

void knowledge_desk_begin(struct knowledge_desk *desk, void (*on_current)(void *owner), void *owner)
{
    desk->on_current = on_current;
    desk->owner = owner;
    desk->is_live = true;
    if (knowledge_pages_count(desk->pages) == 0) {
        desk_tell_current(desk);
        return;
    }
    knowledge_desk_reload(desk);
}

static bool desk_open_sense(struct knowledge_desk *desk)
{
    const struct knowledge_desk_options *options = &desk->options;
    const struct knowledge_sense_options sense = {
        .loop = options->loop,
        .log = options->library.log,
        .metrics = options->metrics,
        .embedder = options->embedder,
        .wait_ms = options->meaning_wait_ms,
        .seed = { options->seed[0], options->seed[1] },
        .on_question = desk_queue,
        .on_recalled = desk_on_recalled,
        .on_learnt = desk_on_learnt,
        .owner = desk,
    };
    if (!options->embedder) {
        return true;
    }
    desk->sense = knowledge_sense_create(&sense);
    if (desk->sense) {
        knowledge_sense_recall(desk->sense, desk->library);
    }
    return desk->sense != NULL;
}

static enum err desk_open(struct knowledge_desk *desk, struct note *note)
{
    const struct job_thread_options options = { desk->options.loop, desk->options.library.log };
    TRY(knowledge_library_read(&desk->options.library, NULL, 0, &desk->library, note));
    desk->pages = knowledge_pages_create(desk->options.seed);
    desk->rest = loop_timer_create(desk->options.loop, desk_on_rested, desk);
    desk->searcher = job_thread_create(&options);
    desk->reader = job_thread_create(&options);
    bool is_open = desk->pages && desk->rest && desk->searcher && desk->reader;
    return is_open && desk_open_sense(desk) ? OK : ERR_NOMEM;
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
    desk->search = (struct job){ .run = desk_search_run, .on_done = desk_search_done };
    desk->read = (struct job){ .run = desk_read_run, .on_done = desk_read_done };
    desk->drop = (struct job){ .run = desk_drop_run, .on_done = desk_drop_done };
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
    if (desk->sense) {
        knowledge_sense_hurry(desk->sense);
    }
    while (desk->is_reading || (desk->sense && knowledge_sense_is_busy(desk->sense))) {
        loop_run(desk->options.loop);
    }
    knowledge_sense_destroy(desk->sense);
    job_thread_destroy(desk->searcher);
    job_thread_destroy(desk->reader);
    knowledge_library_destroy(desk->library);
    knowledge_library_destroy(desk->next);
    loop_timer_destroy(desk->rest);
    knowledge_pages_destroy(desk->pages);
    mem_free(desk);
}

struct knowledge *knowledge_desk_port(struct knowledge_desk *desk)
{
    return desk ? &desk->port : NULL;
}
