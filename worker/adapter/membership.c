/* membership.c - see membership.h. */
#include "worker/adapter/membership_inner.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/kafka_conf.h"

enum membership_kind { MEMBERSHIP_ASSIGNED, MEMBERSHIP_REVOKED, MEMBERSHIP_LOST };

static const char *const membership_kinds[] = { "assigned", "revoked", "lost" };

struct membership_event {
    struct list_node node;
    enum membership_kind kind;
    rd_kafka_topic_partition_list_t *partitions;
};

static void membership_on_retry(void *owner)
{
    membership_claim(owner);
}

static void membership_on_look(void *owner)
{
    membership_look(owner);
}

enum err membership_init(struct membership *membership)
{
    holdings_init(&membership->holdings);
    list_init(&membership->noted);
    list_init(&membership->waiting);
    membership->ticket = NULL;
    membership->retry = loop_timer_create(membership->loop, membership_on_retry, membership);
    membership->look = loop_timer_create(membership->loop, membership_on_look, membership);
    return membership->retry && membership->look ? OK : ERR_NOMEM;
}

static void membership_forget(struct membership_event *event)
{
    rd_kafka_topic_partition_list_destroy(event->partitions);
    mem_free(event);
}

void membership_fini(struct membership *membership)
{
    struct list_node *node;
    while ((node = list_pop(&membership->noted)) != NULL) {
        membership_forget(container_of(node, struct membership_event, node));
    }
    while ((node = list_pop(&membership->waiting)) != NULL) {
        takeover_destroy(container_of(node, struct takeover, node));
    }
    loop_timer_destroy(TAKE(membership->retry));
    loop_timer_destroy(TAKE(membership->look));
    group_ticket_unref(TAKE(membership->ticket));
    holdings_fini(&membership->holdings);
}

bool membership_topic(const struct membership *membership, const char *name, enum topic *ret_topic)
{
    for (size_t i = 0; i < membership->inputs_count; i++) {
        if (str_is(kafka_topic_name(membership->conf, membership->inputs[i]), name)) {
            *ret_topic = membership->inputs[i];
            return true;
        }
    }
    return false;
}

static bool membership_id(const struct membership *membership,
                          const rd_kafka_topic_partition_t *part, struct partition_id *ret_id)
{
    ret_id->number = part->partition;
    return membership_topic(membership, part->topic, &ret_id->topic);
}

/* --- giving up ------------------------------------------------------------------------------ */

/* Tells the engine once of all that it has in one of `phases` (bits), and moves it on. */
static void membership_tell(struct membership *membership, unsigned phases,
                            void (*on_ids)(struct engine *engine, const struct partition_id *ids,
                                           size_t count))
{
    struct holdings *holdings = &membership->holdings;
    size_t most = holdings->in_phase[HOLDING_OURS] + holdings->in_phase[HOLDING_REVOKED];
    struct partition_id *ids = mem_zero(most, sizeof(*ids));
    if (!ids) {
        BUG("out of memory in a rebalance");
    }
    size_t count = 0;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(holdings, &id, &holding)) {
        if (phases & BIT(holding->phase)) {
            ids[count++] = id;
        }
    }
    if (count > 0) {
        on_ids(membership->port->engine, ids, count);
    }
    mem_free(ids);
}

/* Nothing that the engine has is ours any more, or not for sure. What was revoked stays
 * someone else's; the rest goes to `next`. */
static void membership_lose(struct membership *membership, enum holding_phase next)
{
    if (!membership->is_leaving) {
        membership_tell(membership, BIT(HOLDING_OURS) | BIT(HOLDING_REVOKED),
                        membership->port->events->on_lost);
    }
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        if (holding->phase != HOLDING_NONE) {
            bool is_revoked = holding->phase == HOLDING_REVOKED;
            holdings_move(&membership->holdings, holding, is_revoked ? HOLDING_NONE : next);
        }
    }
}

static void membership_retake_all(struct membership *membership)
{
    membership_lose(membership, HOLDING_CLAIMING);
    membership_unassign(membership);
    membership_claim(membership);
}

void membership_retake(struct membership *membership, struct partition_id id)
{
    struct holding *holding = holdings_find(&membership->holdings, id);
    if (!holding || holding->phase != HOLDING_OURS || membership->is_stopped) {
        return;
    }
    if (membership_is_eager(membership)) {
        membership_retake_all(membership);
        return;
    }
    struct source *port = membership->port;
    port->events->on_lost(port->engine, &id, 1);
    holdings_move(&membership->holdings, holding, HOLDING_CLAIMING);
    membership_unassign(membership);
    membership_claim(membership);
}

/* A member that was away comes back with another id: between, its partitions were someone
 * else's, though nobody has said that they were lost. */
static void membership_renew_ticket(struct membership *membership)
{
    struct group_ticket *fresh = group_ticket_take(membership->client);
    struct group_ticket *old = membership->ticket;
    bool was_away = fresh && old && !group_ticket_is_same_member(old, fresh);
    group_ticket_unref(old);
    membership->ticket = fresh;
    if (was_away && membership->holdings.in_phase[HOLDING_OURS] > 0 && !membership->is_stopped) {
        log_say(membership->log, LOG_WARN, "source",
                "this worker was out of the group: it claims its partitions again");
        membership_retake_all(membership);
    }
}

void membership_refused(struct membership *membership)
{
    if (!list_is_empty(&membership->noted)) {
        return; /* the reason is known already and will be acted on */
    }
    membership_renew_ticket(membership);
}

/* --- events --------------------------------------------------------------------------------- */

void membership_note(struct membership *membership, rd_kafka_resp_err_t code,
                     const rd_kafka_topic_partition_list_t *partitions)
{
    struct membership_event *event = mem_zero(1, sizeof(*event));
    rd_kafka_topic_partition_list_t *copy =
        event ? rd_kafka_topic_partition_list_copy(partitions) : NULL;
    if (!copy) {
        BUG("out of memory in a rebalance"); /* a lost event would stop the worker for ever */
    }
    event->partitions = copy;
    event->kind = MEMBERSHIP_ASSIGNED;
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        bool is_lost = rd_kafka_assignment_lost(membership->client) != 0;
        event->kind = is_lost ? MEMBERSHIP_LOST : MEMBERSHIP_REVOKED;
        CRASH_POINT("in-revoke");
    }
    list_append(&membership->noted, &event->node);
}

static void membership_on_assigned(struct membership *membership,
                                   const rd_kafka_topic_partition_list_t *partitions)
{
    membership_renew_ticket(membership);
    for (int i = 0; i < partitions->cnt && !membership->is_stopped; i++) {
        struct partition_id id;
        struct holding *holding = NULL;
        if (membership_id(membership, &partitions->elems[i], &id)) {
            holding = holdings_make(&membership->holdings, id);
        }
        if (holding && holding->phase == HOLDING_NONE) {
            holdings_move(&membership->holdings, holding, HOLDING_CLAIMING);
        }
    }
    bool has_claims = membership->holdings.in_phase[HOLDING_CLAIMING] > 0;
    if (!has_claims || !membership_is_eager(membership)) {
        membership_assign_nothing(membership);
    }
    membership_claim(membership);
}

static void membership_on_lost(struct membership *membership)
{
    group_ticket_unref(TAKE(membership->ticket));
    CRASH_POINT("in-lost");
    membership_lose(membership, HOLDING_NONE);
    membership_unassign(membership);
}

static void membership_on_revoked(struct membership *membership,
                                  const rd_kafka_topic_partition_list_t *partitions)
{
    struct holdings *holdings = &membership->holdings;
    for (int i = 0; i < partitions->cnt; i++) {
        struct partition_id id;
        struct holding *holding = NULL;
        if (membership_id(membership, &partitions->elems[i], &id)) {
            holding = holdings_find(holdings, id);
        }
        if (holding && holding->phase != HOLDING_NONE) {
            bool is_known = holding->phase == HOLDING_OURS && !membership->is_leaving;
            holdings_move(holdings, holding, is_known ? HOLDING_REVOKED : HOLDING_NONE);
        }
    }
    if (holdings->in_phase[HOLDING_REVOKED] > 0) {
        membership_tell(membership, BIT(HOLDING_REVOKED), membership->port->events->on_revoke);
    } else {
        membership_unassign(membership);
    }
}

void membership_act(struct membership *membership)
{
    struct list_node *node;
    while ((node = list_pop(&membership->noted)) != NULL) {
        struct membership_event *event = container_of(node, struct membership_event, node);
        log_say(membership->log, LOG_INFO, "source", "the group has moved",
                LOG_CHARS("event", membership_kinds[event->kind]),
                LOG_INT("partitions", event->partitions->cnt));
        switch (event->kind) {
        case MEMBERSHIP_ASSIGNED:
            membership_on_assigned(membership, event->partitions);
            break;
        case MEMBERSHIP_REVOKED:
            membership_on_revoked(membership, event->partitions);
            break;
        case MEMBERSHIP_LOST:
            membership_on_lost(membership);
            break;
        }
        membership_forget(event);
    }
}

void membership_release(struct membership *membership, const struct partition_id *ids,
                        size_t count)
{
    struct holdings *holdings = &membership->holdings;
    size_t released = 0;
    for (size_t i = 0; i < count; i++) {
        struct holding *holding = holdings_find(holdings, ids[i]);
        if (holding && holding->phase == HOLDING_REVOKED) {
            holdings_move(holdings, holding, HOLDING_NONE);
            released++;
        }
    }
    if (released > 0 && holdings->in_phase[HOLDING_REVOKED] == 0) {
        membership_unassign(membership);
    }
}

void membership_stop(struct membership *membership)
{
    membership->is_stopped = true;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        if (holding->phase == HOLDING_CLAIMING) {
            holdings_move(&membership->holdings, holding, HOLDING_NONE);
        }
    }
    loop_timer_set(membership->retry, INT64_MAX);
}

void membership_leave(struct membership *membership)
{
    membership_stop(membership);
    membership->is_leaving = true;
    membership_lose(membership, HOLDING_NONE);
}
