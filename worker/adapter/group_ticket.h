/* group_ticket.h - a ticket (worker/engine/ticket.h) of librdkafka's group metadata.
 *
 * Metadata of a consumer outside of the group would switch the broker's fencing off, so of such
 * a one there is no ticket.
 *
 * Thread: the loop's; the commit thread only looks at the ticket of its batch. */
#ifndef ADAPTER_GROUP_TICKET_H
#define ADAPTER_GROUP_TICKET_H

#include <librdkafka/rdkafka.h>

#include "worker/engine/ticket.h"

/* With one reference; NULL when the consumer is in no group now, or out of memory. */
struct ticket *group_ticket_take(rd_kafka_t *consumer);

/* Takes `metadata`, also when it returns NULL; for tests. */
struct ticket *group_ticket_of(rd_kafka_consumer_group_metadata_t *metadata);

/* What goes with the offsets; borrowed. */
const rd_kafka_consumer_group_metadata_t *group_ticket_metadata(struct ticket *ticket);

#endif
