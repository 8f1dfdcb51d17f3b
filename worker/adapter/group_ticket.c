/* group_ticket.c - see group_ticket.h. */
#include "worker/adapter/group_ticket.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"

struct group_ticket {
    struct ticket ticket;
    rd_kafka_consumer_group_metadata_t *metadata;
};

static void group_ticket_free(struct ticket *base)
{
    struct group_ticket *ticket = container_of(base, struct group_ticket, ticket);
    rd_kafka_consumer_group_metadata_destroy(ticket->metadata);
    mem_free(ticket);
}

struct ticket *group_ticket_of(rd_kafka_consumer_group_metadata_t *metadata)
{
    if (!metadata) {
        return NULL;
    }
    const char *member = rd_kafka_consumer_group_metadata_member_id(metadata);
    int32_t generation = rd_kafka_consumer_group_metadata_generation_id(metadata);
    bool is_member = generation > 0 && member && member[0] != '\0';
    struct group_ticket *ticket = is_member ? mem_zero(1, sizeof(*ticket)) : NULL;
    if (!ticket) {
        rd_kafka_consumer_group_metadata_destroy(metadata);
        return NULL;
    }
    ticket->metadata = metadata;
    ticket->ticket = (struct ticket){
        .refs = 1,
        .member = str_from(member),
        .generation = generation,
        .on_free = group_ticket_free,
    };
    return &ticket->ticket;
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
    ticket->ticket.member = STR_NONE;
    rd_kafka_mem_free(NULL, written);
}
#endif

struct ticket *group_ticket_take(rd_kafka_t *consumer)
{
    struct ticket *ticket = group_ticket_of(rd_kafka_consumer_group_metadata(consumer));
#ifdef DESKHAND_FAULTS
    if (ticket && DEFENCE_IS_LOWERED("fencing")) {
        group_ticket_unfence(container_of(ticket, struct group_ticket, ticket));
    }
#endif
    return ticket;
}

const rd_kafka_consumer_group_metadata_t *group_ticket_metadata(struct ticket *ticket)
{
    return container_of(ticket, struct group_ticket, ticket)->metadata;
}
