/* group_ticket.c - see group_ticket.h. */
#include "worker/adapter/group_ticket.h"

#include "common/mem.h"
#include "common/str.h"
#include "worker/adapter/crash_point.h"

struct group_ticket *group_ticket_of(rd_kafka_consumer_group_metadata_t *metadata)
{
    if (!metadata) {
        return NULL;
    }
    const char *member = rd_kafka_consumer_group_metadata_member_id(metadata);
    bool is_member = rd_kafka_consumer_group_metadata_generation_id(metadata) > 0 && member &&
                     member[0] != '\0';
    struct group_ticket *ticket = is_member ? mem_zero(1, sizeof(*ticket)) : NULL;
    if (!ticket) {
        rd_kafka_consumer_group_metadata_destroy(metadata);
        return NULL;
    }
    ticket->metadata = metadata;
    ticket->refs = 1;
    return ticket;
}

#ifdef DESKHAND_FAULTS
/* What a consumer outside the group would send: brokers take it and fence nothing. The group's
 * id is only in librdkafka's written form: a mark of seven bytes, the generation, the id. */
static void group_ticket_unfence(struct group_ticket *ticket)
{
    void *written;
    size_t size;
    rd_kafka_error_t *error =
        rd_kafka_consumer_group_metadata_write(ticket->metadata, &written, &size);
    if (error) {
        rd_kafka_error_destroy(error);
        return;
    }
    rd_kafka_consumer_group_metadata_destroy(ticket->metadata);
    ticket->metadata = rd_kafka_consumer_group_metadata_new((const char *)written + 7 + 4);
    rd_kafka_mem_free(NULL, written);
}
#endif

struct group_ticket *group_ticket_take(rd_kafka_t *consumer)
{
    struct group_ticket *ticket = group_ticket_of(rd_kafka_consumer_group_metadata(consumer));
#ifdef DESKHAND_FAULTS
    if (ticket && DEFENCE_IS_LOWERED("fencing")) {
        group_ticket_unfence(ticket);
    }
#endif
    return ticket;
}

struct group_ticket *group_ticket_ref(struct group_ticket *ticket)
{
    if (ticket) {
        ticket->refs++;
    }
    return ticket;
}

void group_ticket_unref(struct group_ticket *ticket)
{
    if (ticket && --ticket->refs == 0) {
        rd_kafka_consumer_group_metadata_destroy(ticket->metadata);
        mem_free(ticket);
    }
}

bool group_ticket_is_same_member(const struct group_ticket *a, const struct group_ticket *b)
{
    return str_eq(str_from(rd_kafka_consumer_group_metadata_member_id(a->metadata)),
                  str_from(rd_kafka_consumer_group_metadata_member_id(b->metadata)));
}
