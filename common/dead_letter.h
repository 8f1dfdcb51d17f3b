/* dead_letter.h - a record that cannot be worked on, kept for people.
 *
 * The original's key, bytes and headers as they were, with x-dlq- headers that say why and
 * from where (schemas/dead-letter.schema.json), so that sending the record again is a copy.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_DEAD_LETTER_H
#define COMMON_DEAD_LETTER_H

#include "common/reply.h"

struct dead_letter {
    enum err reason;
    const struct note *note; /* may be NULL */
    int attempts;
    int64_t first_at_wall_ms;
    size_t value_bytes_max; /* a larger record goes by reference: its position, not its bytes */
};

/* By reference the value is empty; where key and headers alone are larger than the limit,
 * headers and then the key are left out too. ERR_NOMEM. */
MUST_USE enum err dead_letter_encode(struct arena *arena, const struct reply_to *to,
                                     const struct dead_letter *letter, struct output *ret_output);

#endif
