/* knowledge_learn.c - the half of knowledge_sense.h that is about passages. An index is learnt a
 * passage at a time; the thread looks at no more of the library than its passages, which stay as
 * they are. */
#include "common/mem.h"
#include "worker/adapter/knowledge_sense_inner.h"

/* ---- what is known of a library ---- */

static float *sense_room(const struct knowledge_index *index)
{
    return mem_zero(max_size(knowledge_index_count(index), 1), MEANING_DIMS * sizeof(float));
}

/* Each vector counts as often as an index holds it: so the bound is one of memory, and what is
 * wanted always has room in the book. */
static void sense_choose(struct knowledge_sense *sense)
{
    size_t room = VECTOR_BOOK_MAX;
    sense->left_out = 0;
    for (size_t i = 0; i < knowledge_library_tenants(sense->library); i++) {
        size_t count = knowledge_index_count(knowledge_library_at(sense->library, i));
        sense->is_wanted[i] = count <= room;
        if (sense->is_wanted[i]) {
            room -= count;
        } else if (sense->left_out++ == 0) {
            sense->first_left_out = i;
        }
    }
}

static bool sense_keep(struct knowledge_sense *sense, const struct knowledge_index *index)
{
    bool is_known = true;
    for (size_t row = 0; row < knowledge_index_count(index); row++) {
        is_known = vector_book_keep(sense->book, knowledge_index_at(index, row)) && is_known;
    }
    return is_known;
}

/* All of its passages are in the book. For lack of memory the index is learnt later. */
static void sense_take_known(struct knowledge_sense *sense, size_t place)
{
    const struct knowledge_index *index = knowledge_library_at(sense->library, place);
    float *vectors = sense_room(index);
    bool is_new = false;
    enum err err = vectors ? OK : ERR_NOMEM;
    for (size_t row = 0; row < knowledge_index_count(index) && err == OK; row++) {
        err = vector_book_read(sense->book, knowledge_index_at(index, row),
                               vectors + row * MEANING_DIMS, &is_new);
    }
    if (err != OK) {
        mem_free(vectors);
        return;
    }
    sense->learnt[place] = vectors;
    sense->is_wanted[place] = false;
}

/* What is gone leaves the book before anything new comes, so that it has room for that. */
static void sense_recall_run(struct job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, recalling);
    size_t count = knowledge_library_tenants(sense->library);
    bool is_known[SENSE_INDEXES] = { false };
    sense_choose(sense);
    for (size_t i = 0; i < count; i++) {
        is_known[i] = sense->is_wanted[i] &&
                      sense_keep(sense, knowledge_library_at(sense->library, i));
    }
    vector_book_sweep(sense->book);
    for (size_t i = 0; i < count; i++) {
        if (is_known[i]) {
            sense_take_known(sense, i);
        }
    }
}

static void sense_tell_left_out(const struct knowledge_sense *sense)
{
    if (sense->left_out == 0) {
        return;
    }
    size_t first = sense->first_left_out;
    const struct knowledge_index *index = knowledge_library_at(sense->library, first);
    log_say(sense->options.log, LOG_WARN, "knowledge",
            "tenants are left out for whose passages there is no room: words alone find those",
            LOG_INT("tenants", sense->left_out),
            LOG_STR("tenant", knowledge_library_tenant_at(sense->library, first)),
            LOG_INT("passages", knowledge_index_count(index)),
            LOG_INT("passages_max", VECTOR_BOOK_MAX));
}

static void sense_recall_done(struct job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, recalling);
    sense->is_busy = false;
    sense_tell_left_out(sense);
    sense->options.on_recalled(sense->options.owner, sense->library);
}

void sense_forget(struct knowledge_sense *sense)
{
    for (size_t i = 0; i < countof(sense->learnt); i++) {
        mem_free(TAKE(sense->learnt[i]));
    }
}

void knowledge_sense_recall(struct knowledge_sense *sense, struct knowledge_library *library)
{
    assert(!sense->is_busy);
    sense_forget(sense);
    sense->library = library;
    sense->is_busy = true;
    sense_submit(sense, &sense->recalling);
}

/* ---- what is not ---- */

/* No more than one passage is new, so that questions come in between. */
static void sense_learn_run(struct job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, learning);
    const struct knowledge_index *index = knowledge_library_at(sense->library, sense->place);
    bool is_new = false;
    sense->vectors = sense->vectors ? sense->vectors : sense_room(index);
    sense->learn_err = sense->vectors ? OK : ERR_NOMEM;
    while (sense->learn_err == OK && !is_new && sense->row < knowledge_index_count(index)) {
        sense->learn_err = vector_book_read(sense->book, knowledge_index_at(index, sense->row),
                                            sense->vectors + sense->row * MEANING_DIMS, &is_new);
        sense->row++;
    }
}

static void sense_tell_passage(const struct knowledge_sense *sense)
{
    const struct knowledge_index *index = knowledge_library_at(sense->library, sense->place);
    log_say(sense->options.log, LOG_WARN, "knowledge",
            "a passage cannot be read for its meaning; its words find it",
            LOG_STR("tenant", knowledge_library_tenant_at(sense->library, sense->place)),
            LOG_STR("passage", knowledge_index_at(index, sense->row - 1)->id));
}

static void sense_give_up(struct knowledge_sense *sense)
{
    log_say(sense->options.log, LOG_WARN, "knowledge",
            "a tenant's passages are found by their words alone",
            LOG_STR("tenant", knowledge_library_tenant_at(sense->library, sense->place)),
            LOG_ERR(sense->learn_err));
    mem_free(TAKE(sense->vectors));
    sense->is_wanted[sense->place] = false;
}

/* Whether passages are left to be read. */
static bool sense_has_more(struct knowledge_sense *sense)
{
    size_t count = knowledge_library_tenants(sense->library);
    while (sense->place < count && !sense->is_wanted[sense->place]) {
        sense->place++;
        sense->row = 0;
    }
    return sense->place < count;
}

/* False: learning is over. */
static bool sense_learn_on(struct knowledge_sense *sense)
{
    sense->is_busy = !sense->is_hurried && sense_has_more(sense);
    if (sense->is_busy) {
        sense_submit(sense, &sense->learning);
        return true;
    }
    mem_free(TAKE(sense->vectors));
    if (!sense->is_hurried) {
        log_say(sense->options.log, LOG_INFO, "knowledge",
                "passages are found by their meaning, too",
                LOG_INT("passages", vector_book_count(sense->book)));
    }
    return false;
}

static void sense_learn_done(struct job *job)
{
    struct knowledge_sense *sense = container_of(job, struct knowledge_sense, learning);
    const struct knowledge_index *index = knowledge_library_at(sense->library, sense->place);
    if (sense->learn_err == ERR_FORMAT) {
        sense_tell_passage(sense);
    } else if (sense->learn_err != OK) {
        sense_give_up(sense);
    }
    if (sense->vectors && sense->row == knowledge_index_count(index)) {
        sense->learnt[sense->place] = TAKE(sense->vectors);
        sense->is_wanted[sense->place] = false;
        sense->options.on_learnt(sense->options.owner);
    }
    if (!sense_learn_on(sense)) {
        sense->options.on_learnt(sense->options.owner);
    }
}

void knowledge_sense_learn(struct knowledge_sense *sense)
{
    assert(!sense->is_busy);
    sense->is_hurried = false;
    sense->place = 0;
    sense->row = 0;
    (void)sense_learn_on(sense);
}

bool knowledge_sense_is_busy(const struct knowledge_sense *sense)
{
    return sense->is_busy;
}

void knowledge_sense_hurry(struct knowledge_sense *sense)
{
    sense->is_hurried = true;
}

void knowledge_sense_teach(struct knowledge_sense *sense)
{
    for (size_t i = 0; i < knowledge_library_tenants(sense->library); i++) {
        if (sense->learnt[i]) {
            knowledge_index_learn(knowledge_library_at(sense->library, i), TAKE(sense->learnt[i]));
        }
    }
}

void sense_begin_learning(struct knowledge_sense *sense)
{
    sense->recalling = (struct job){ .run = sense_recall_run, .on_done = sense_recall_done };
    sense->learning = (struct job){ .run = sense_learn_run, .on_done = sense_learn_done };
}
