/* replay_print.h - what a replay says: of each event, and in the end.
 *
 * The same events, outcomes and settings always give the same bytes.
 *
 * Thread: the loop's. */
#ifndef COMMAND_REPLAY_PRINT_H
#define COMMAND_REPLAY_PRINT_H

#include "worker/command/printer.h"
#include "worker/command/replay_book.h"

struct replay_report {
    struct str topic_name;
    const struct book_event *event;
    struct str asked; /* for people: what the customer wrote; may be empty */
    const struct statement *recorded;
    const struct statement *fresh;
    const struct difference *difference;
};

/* Text: a line, and where it is not the same the fields that differ, word by word: [-gone-] and
 * {+new+}. JSON: one line. ERR_NOMEM, ERR_FULL. */
MUST_USE enum err replay_render(struct buf *buf, enum print_form form,
                                const struct replay_report *report);

struct replay_sum {
    size_t events;
    size_t verdicts[VERDICT_COUNT];
    size_t recorded[OUTCOME_KIND_COUNT];
    size_t fresh[OUTCOME_KIND_COUNT];
    size_t unknown; /* for which nothing was found */
};

void replay_sum_add(struct replay_sum *sum, const struct replay_report *report);
MUST_USE enum err replay_render_sum(struct buf *buf, enum print_form form,
                                    const struct replay_sum *sum);

#endif
