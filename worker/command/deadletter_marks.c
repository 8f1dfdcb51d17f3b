/* deadletter_marks.c - see deadletter_marks.h. */
#include "worker/command/deadletter_marks.h"

#include "common/mem.h"

enum err marks_init(struct marks *marks, int32_t partitions, struct str topic_id)
{
    *marks = (struct marks){ .parts = mem_zero((size_t)partitions, sizeof(*marks->parts)) };
    if (!marks->parts) {
        return ERR_NOMEM;
    }
    marks->partitions = partitions;
    marks->topic_id = topic_id;
    for (int32_t number = 0; number < partitions; number++) {
        for (size_t state = 0; state < LETTER_STATE_COUNT; state++) {
            runs_init(&marks->parts[number].settled[state], MARKS_MAX);
        }
    }
    return OK;
}

void marks_fini(struct marks *marks)
{
    for (int32_t number = 0; number < marks->partitions; number++) {
        for (size_t state = 0; state < LETTER_STATE_COUNT; state++) {
            runs_fini(&marks->parts[number].settled[state]);
        }
    }
    mem_free(marks->parts);
    *marks = (struct marks){ 0 };
}

void marks_begin(struct marks *marks, int32_t partition, int64_t first)
{
    assert(partition < marks->partitions);
    marks->parts[partition].first = first;
}

/* A mark that was under way when its topic was made anew names a letter that was in the old one. */
static bool marks_is_of_other_topic(const struct marks *marks, const struct letter_mark *mark)
{
    return marks->topic_id.len > 0 && mark->topic_id.len > 0 &&
           !str_eq(marks->topic_id, mark->topic_id);
}

enum err marks_take(struct marks *marks, const struct record *record)
{
    struct letter_mark mark;
    assert(record->partition < marks->partitions);
    struct marks_part *part = &marks->parts[record->partition];
    if (!letter_read_mark(record, &mark) || mark.offset < part->first ||
        marks_is_of_other_topic(marks, &mark)) {
        return OK;
    }
    return runs_add(&part->settled[mark.state], mark.offset, mark.offset + 1);
}

enum letter_state marks_state(const struct marks *marks, int32_t partition, int64_t offset)
{
    assert(partition < marks->partitions);
    for (unsigned state = LETTER_REDRIVEN; state < LETTER_STATE_COUNT; state++) {
        if (runs_has(&marks->parts[partition].settled[state], offset)) {
            return (enum letter_state)state;
        }
    }
    return LETTER_OPEN;
}
