/* handoff.h - the word that a person should answer: schemas/handoff.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_HANDOFF_H
#define COMMON_HANDOFF_H

#include "common/reply.h"

struct handoff {
    struct str reason;   /* an error's label, or a rule such as "person_wanted" */
    struct str summary;  /* no personal values beyond what the conversation's reference gives */
    struct str language; /* of the conversation; empty: what the message said, if it did */
};

/* A summary that is too long is cut. */
MUST_USE enum err handoff_encode(struct arena *arena, const struct reply_to *to,
                                 const struct handoff *handoff, struct output *ret_output);

#endif
