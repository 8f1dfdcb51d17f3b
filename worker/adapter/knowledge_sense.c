/* knowledge_sense.c - see knowledge_sense.h. The text of a question that is being read is a copy,
 * so that its call can go on without it. */
#include "worker/adapter/knowledge_sense_inner.h"

#include "common/mem.h"
#include "common/utf8.h"

void sense_submit(struct knowledge_sense *sense, struct job *job)
{
    if (job_thread_submit(sense->thread, job) != OK) {
        BUG("two jobs of a thread of their own have no room");
    }
}

static void sense_count(const struct knowledge_sense *sense, enum metric_meaning result)
{
    metric_add(sense->options.metrics, METRIC_MEANING, result, 1);
}

static void sense_read_run(struct job *job)
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

static void sense_read_done(struct job *job)
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
    const struct job_thread_options thread = { options->loop, options->log };
    sense->options = *options;
    sense_begin_learning(sense);
    sense->reading = (struct job){ .run = sense_read_run, .on_done = sense_read_done };
    list_init(&sense->waiting);
    sense->book = vector_book_create(options->embedder, options->seed);
    sense->late = loop_timer_create(options->loop, sense_on_late, sense);
    sense->thread = job_thread_create(&thread);
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
    assert(!sense->is_busy && !sense->asked && list_is_empty(&sense->waiting));
    sense->is_closing = true;
    while (sense->is_reading) {
        loop_run(sense->options.loop);
    }
    job_thread_destroy(sense->thread);
    loop_timer_destroy(sense->late);
    vector_book_destroy(sense->book);
    sense_forget(sense);
    mem_free(sense);
}
