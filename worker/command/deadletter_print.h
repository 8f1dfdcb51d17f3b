/* deadletter_print.h - dead letters as lines, for people or for programs.
 *
 * Keys and details come from strangers: control characters are shown as '?'.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_DEADLETTER_PRINT_H
#define COMMAND_DEADLETTER_PRINT_H

#include "common/buf.h"
#include "common/letter.h"
#include "worker/command/printer.h"

struct letter_row {
    const struct record *record;
    const struct letter *letter; /* NULL: the record is none, `why` says so */
    enum letter_state state;
    const char *result; /* what became of it now, or NULL */
    const char *why;    /* or "" */
};

/* One line. ERR_NOMEM, ERR_FULL. */
MUST_USE enum err letter_row_render(struct buf *buf, enum print_form form,
                                    const struct letter_row *row);

/* All that is known of one letter; text: a line for each thing, the value last. */
MUST_USE enum err letter_whole_render(struct buf *buf, enum print_form form,
                                      const struct letter_row *row, const struct record *original);

struct letter_sum {
    size_t states[LETTER_STATE_COUNT]; /* of letters */
    size_t strangers;                  /* records that are no letters */
    size_t reasons[ERR_COUNT + 1];     /* of the open ones; the last: labels of other versions */
};

void letter_sum_add(struct letter_sum *sum, const struct letter_row *row);
MUST_USE enum err letter_sum_render(struct buf *buf, enum print_form form,
                                    const struct letter_sum *sum);

#endif
