/* group_ticket.h - proof of membership that goes with a transaction's offsets.
 *
 * Taken on the loop when an assignment is handled, never later: metadata fetched at commit
 * time could carry a lost partition past the broker's fence. Metadata of a consumer outside
 * of the group would switch fencing off, so of such a one there is no ticket.
 *
 * Thread: the loop's; the commit thread only looks at the ticket of its batch. */
#ifndef ADAPTER_GROUP_TICKET_H
#define ADAPTER_GROUP_TICKET_H

#include <librdkafka/rdkafka.h>

#include "common/base.h"

struct group_ticket {
    rd_kafka_consumer_group_metadata_t *metadata;
    unsigned refs;
};

/* With one reference; NULL when the consumer is in no group now, or out of memory. */
struct group_ticket *group_ticket_take(rd_kafka_t *consumer);

/* Takes `metadata`, also when it returns NULL; for tests. */
struct group_ticket *group_ticket_of(rd_kafka_consumer_group_metadata_t *metadata);

struct group_ticket *group_ticket_ref(struct group_ticket *ticket); /* accepts NULL */
void group_ticket_unref(struct group_ticket *ticket);               /* accepts NULL */

/* Whether both were taken by the same member; a member that was away has another id. */
bool group_ticket_is_same_member(const struct group_ticket *a, const struct group_ticket *b);

#endif
