/* knowledge_sense.c - see knowledge_sense.h. The text of a question that is being read is a copy,
 * so that its call can go on without it. */
#include "worker/adapter/knowledge_sense.h"

#include "common/mem.h"
#include "common/utf8.h"
#include "worker/adapter/commit_thread.h"
#include "worker/adapter/vector_book.h"

struct knowledge_sense {
    struct knowledge_sense_options options;
    struct commit_thread *thread;
    struct commit_job learning;
    struct commit_job reading;
    struct knowledge_library *library;      /* that is or was learnt */
    struct vector_book *book;               /* the thread's while it learns */
    float *learnt[LIBRARY_TENANTS_MAX + 1]; /* vectors of each index; NULL: none */
    enum err learnt_err;                    /* the first that an index has no vectors for */
    atomic_bool is_hurried;
    bool is_learning;
    bool is_reading;
    bool is_closing;
    struct list waiting;          /* struct knowledge_call */
    struct knowledge_call *asked; /* its question is being read; NULL: that came too late */
    char text[SENSE_QUESTION_BYTES_MAX + 1];
    size_t text_len;
    float vector[MEANING_DIMS];
    enum err err; /* of the reading */
    struct loop_timer *late;
};

/* ---- passages ---- */

static void sense_learn_run(struct commit_job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, learning);
    size_t count = knowledge_library_tenants(sense->library);
    sense->learnt_err = OK;
    for (size_t i = 0; i < count; i++) {
        enum err err = vector_book_read(sense->book, knowledge_library_at(sense->library, i),
                                        &sense->is_hurried, &sense->learnt[i]);
        sense->learnt_err = sense->learnt_err == OK ? err : sense->learnt_err;
    }
    if (sense->learnt_err != ERR_CANCELLED) {
        vector_book_sweep(sense->book);
    }
}

static void sense_tell_learnt(const struct knowledge_sense *sense)
{
    if (sense->learnt_err == OK) {
        log_say(sense->options.log, LOG_INFO, "knowledge",
                "passages are found by their meaning, too",
                LOG_INT("passages", vector_book_count(sense->book)));
    } else if (sense->learnt_err != ERR_CANCELLED) {
        log_say(sense->options.log, LOG_WARN, "knowledge",
                "some tenants' passages are found by their words alone",
                LOG_INT("passages_max", VECTOR_BOOK_MAX), LOG_ERR(sense->learnt_err));
    }
}

static void sense_learn_done(struct commit_job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, learning);
    sense->is_learning = false;
    sense_tell_learnt(sense);
    sense->options.on_learnt(sense->options.owner);
}

static void sense_submit(struct knowledge_sense *sense, struct commit_job *job)
{
    if (commit_thread_submit(sense->thread, job) != OK) {
        BUG("two jobs of a thread of their own have no room");
    }
}

static void sense_forget(struct knowledge_sense *sense)
{
    for (size_t i = 0; i < countof(sense->learnt); i++) {
        mem_free(TAKE(sense->learnt[i]));
    }
}

void knowledge_sense_learn(struct knowledge_sense *sense, struct knowledge_library *library)
{
    assert(!sense->is_learning);
    sense_forget(sense);
    sense->library = library;
    sense->is_learning = true;
    atomic_store(&sense->is_hurried, false);
    sense_submit(sense, &sense->learning);
}

bool knowledge_sense_is_learning(const struct knowledge_sense *sense)
{
    return sense->is_learning;
}

void knowledge_sense_hurry(struct knowledge_sense *sense)
{
    atomic_store(&sense->is_hurried, true);
}

void knowledge_sense_teach(struct knowledge_sense *sense)
{
    assert(!sense->is_learning);
    size_t count = knowledge_library_tenants(sense->library);
    for (size_t i = 0; i < count; i++) {
        if (sense->learnt[i]) {
            knowledge_index_learn(knowledge_library_at(sense->library, i), TAKE(sense->learnt[i]));
        }
    }
}

/* ---- questions ---- */

static void sense_count(const struct knowledge_sense *sense, enum metric_meaning result)
{
    metric_add(sense->options.metrics, METRIC_MEANING, result, 1);
}

static void sense_read_run(struct commit_job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, reading);
    struct embedder *embedder = sense->options.embedder;
    const struct str text = { sense->text, sense->text_len };
    sense->err = embedder->ops->embed(embedder, text, EMBED_QUESTION, sense->vector);
}

static void sense_arm(struct knowledge_sense *sense)
{
    struct list_node *first = list_first(&sense->waiting);
    int64_t late_ms = INT64_MAX;
    if (sense->asked) {
        late_ms = sense->asked->late_ms; /* it was there first, and all wait equally long */
    } else if (first) {
        late_ms = container_of(first, struct knowledge_call, node)->late_ms;
    }
    loop_timer_set(sense->late, late_ms);
}

/* What the text leans on comes first, as it did in the conversation. */
static void sense_copy(struct knowledge_sense *sense, const struct passage_question *question)
{
    struct str before = utf8_cut_bytes(question->before, SENSE_QUESTION_BYTES_MAX / 2);
    sense->text_len = 0;
    if (before.len > 0) {
        memcpy(sense->text, before.ptr, before.len);
        sense->text[before.len] = '\n';
        sense->text_len = before.len + 1;
    }
    struct str text = utf8_cut_bytes(question->text, SENSE_QUESTION_BYTES_MAX - sense->text_len);
    memcpy(sense->text + sense->text_len, text.ptr ? text.ptr : "", text.len);
    sense->text_len += text.len;
}

static void sense_go(struct knowledge_sense *sense)
{
    if (!sense->is_reading && !list_is_empty(&sense->waiting)) {
        struct list_node *node = list_pop(&sense->waiting);
        sense->asked = container_of(node, struct knowledge_call, node);
        sense_copy(sense, &sense->asked->question);
        sense->is_reading = true;
        sense_submit(sense, &sense->reading);
    }
    sense_arm(sense);
}

static void sense_give(struct knowledge_sense *sense, struct knowledge_call *call)
{
    float *vector = sense->err == OK ? arena_zero(call->arena, MEANING_DIMS, sizeof(*vector))
                                     : NULL;
    if (vector) {
        memcpy(vector, sense->vector, sizeof(sense->vector));
        call->question.vector = vector;
    }
    sense_count(sense, vector ? METRIC_MEANING_USED : METRIC_MEANING_FAILED);
    sense->options.on_question(sense->options.owner, call);
}

static void sense_read_done(struct commit_job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, reading);
    sense->is_reading = false;
    if (sense->asked) {
        sense_give(sense, TAKE(sense->asked));
    }
    if (sense->is_closing) {
        loop_stop(sense->options.loop);
        return;
    }
    sense_go(sense);
}

static void sense_let_go(struct knowledge_sense *sense, struct knowledge_call *call)
{
    sense_count(sense, METRIC_MEANING_LATE);
    sense->options.on_question(sense->options.owner, call);
}

static void sense_on_late(void *owner)
{
    struct knowledge_sense *sense = owner;
    int64_t now_ms = loop_clock(sense->options.loop)->mono_ms;
    if (sense->asked && sense->asked->late_ms <= now_ms) {
        sense_let_go(sense, TAKE(sense->asked));
    }
    struct list_node *node;
    while ((node = list_first(&sense->waiting)) != NULL &&
           container_of(node, struct knowledge_call, node)->late_ms <= now_ms) {
        list_pop(&sense->waiting);
        sense_let_go(sense, container_of(node, struct knowledge_call, node));
    }
    sense_arm(sense);
}

bool knowledge_sense_ask(struct knowledge_sense *sense, struct knowledge_call *call)
{
    if (sense->waiting.count == SENSE_QUESTIONS_MAX) {
        sense_count(sense, METRIC_MEANING_FULL);
        return false;
    }
    call->late_ms = loop_clock(sense->options.loop)->mono_ms + sense->options.wait_ms;
    list_append(&sense->waiting, &call->node);
    sense_go(sense);
    return true;
}

/* ---- life ---- */

struct knowledge_sense *knowledge_sense_create(const struct knowledge_sense_options *options)
{
    struct knowledge_sense *sense = mem_zero(1, sizeof(*sense));
    if (!sense) {
        return NULL;
    }
    const struct commit_thread_options thread = { options->loop, options->log };
    sense->options = *options;
    sense->learning = (struct commit_job){ .run = sense_learn_run, .on_done = sense_learn_done };
    sense->reading = (struct commit_job){ .run = sense_read_run, .on_done = sense_read_done };
    list_init(&sense->waiting);
    sense->book = vector_book_create(options->embedder, options->seed);
    sense->late = loop_timer_create(options->loop, sense_on_late, sense);
    sense->thread = commit_thread_create(&thread);
    if (!sense->book || !sense->late || !sense->thread) {
        knowledge_sense_destroy(sense);
        return NULL;
    }
    return sense;
}

void knowledge_sense_destroy(struct knowledge_sense *sense)
{
    if (!sense) {
        return;
    }
    assert(!sense->is_learning && !sense->asked && list_is_empty(&sense->waiting));
    sense->is_closing = true;
    while (sense->is_reading) {
        loop_run(sense->options.loop);
    }
    commit_thread_destroy(sense->thread);
    loop_timer_destroy(sense->late);
    vector_book_destroy(sense->book);
    sense_forget(sense);
    mem_free(sense);
}
