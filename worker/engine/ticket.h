/* ticket.h - proof of membership that goes with a transaction's offsets.
 *
 * Taken when an assignment is handled, never later: metadata fetched at commit time could carry
 * a lost partition past the broker's fence. A consumer outside of the group has none.
 *
 * Pure: no I/O, no clock. Thread: the loop's; the commit thread only looks at the one of its
 * batch. */
#ifndef ENGINE_TICKET_H
#define ENGINE_TICKET_H

#include "common/str.h"

struct ticket {
    unsigned refs;
    struct str member;   /* the id that the group gave */
    int32_t generation;
    void (*on_free)(struct ticket *ticket); /* its maker's, when nobody holds it any more */
};

static inline struct ticket *ticket_ref(struct ticket *ticket) /* accepts NULL */
{
    if (ticket) {
        ticket->refs++;
    }
    return ticket;
}

static inline void ticket_unref(struct ticket *ticket) /* accepts NULL */
{
    if (ticket && --ticket->refs == 0) {
        ticket->on_free(ticket);
    }
}

#endif
