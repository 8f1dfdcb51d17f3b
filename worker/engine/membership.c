/* membership.c - see membership.h. */
#include "worker/engine/membership.h"

#include "common/mem.h"
#include "worker/engine/alarm.h"
#include "worker/engine/claiming.h"

static const char *const membership_words[] = { "assigned", "revoked", "lost" };

struct membership_note {
    struct list_node node;
    enum membership_event event;
    size_t count;
    struct partition_id ids[];
};

void membership_init(struct membership *membership)
{
    holdings_init(&membership->holdings);
    list_init(&membership->noted);
    membership->ticket = NULL;
    membership->last = NULL;
    membership->is_refused = false;
    membership->is_stopped = false;
    membership->is_leaving = false;
}

void membership_fini(struct membership *membership)
{
    struct list_node *node;
    while ((node = list_pop(&membership->noted)) != NULL) {
        mem_free(container_of(node, struct membership_note, node));
    }
    ticket_unref(TAKE(membership->ticket));
    ticket_unref(TAKE(membership->last));
    holdings_fini(&membership->holdings);
}

/* --- giving up ------------------------------------------------------------------------------ */

/* Tells the engine once of all that it has in one of `phases` (bits). */
static void membership_tell(struct membership *membership, unsigned phases,
                            void (*on_ids)(struct engine *engine, const struct partition_id *ids,
                                           size_t count))
{
    struct holdings *holdings = &membership->holdings;
    struct partition_id *ids = mem_zero(holdings_count(holdings), sizeof(*ids));
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
    claiming_unassign(membership);
    claiming_start(membership);
}

void membership_retake(struct membership *membership, struct partition_id id)
{
    struct holding *holding = holdings_find(&membership->holdings, id);
    if (!holding || holding->phase != HOLDING_OURS || membership->is_stopped) {
        return;
    }
    if (membership->group->ops->is_eager(membership->group)) {
        membership_retake_all(membership);
        return;
    }
    struct source *port = membership->port;
    port->events->on_lost(port->engine, &id, 1);
    holdings_move(&membership->holdings, holding, HOLDING_CLAIMING);
    claiming_unassign(membership);
    claiming_start(membership);
}

/* Between two tickets of ours someone else may have had our partitions, though nobody has said
 * that they were lost: a member that was thrown out comes back with another id, and a static one
 * may have missed a generation. */
static bool membership_was_away(const struct membership *membership, const struct ticket *fresh)
{
    const struct ticket *last = membership->last;
    if (!fresh || !last) {
        return false;
    }
    bool has_missed = membership->group->is_static && !membership->group->is_silent &&
                      fresh->generation > last->generation + 1;
    return has_missed || !str_eq(last->member, fresh->member);
}

static void membership_renew_ticket(struct membership *membership)
{
    struct ticket *fresh = membership->group->ops->take_ticket(membership->group);
    bool was_away = membership_was_away(membership, fresh);
    ticket_unref(membership->ticket);
    membership->ticket = fresh;
    if (fresh) {
        ticket_unref(membership->last);
        membership->last = ticket_ref(fresh);
    }
    if (was_away && membership->holdings.in_phase[HOLDING_OURS] > 0 && !membership->is_stopped) {
        log_say(membership->log, LOG_WARN, "source",
                "this worker was out of the group: it claims its partitions again");
        membership_retake_all(membership);
    }
}

void membership_refused(struct membership *membership)
{
    membership->is_refused = membership->group->is_silent;
}

/* --- events --------------------------------------------------------------------------------- */

void membership_note(struct membership *membership, enum membership_event event,
                     const struct partition_id *ids, size_t count)
{
    struct membership_note *note = mem_alloc(sizeof(*note) + count * sizeof(*ids));
    if (!note) {
        BUG("out of memory in a rebalance"); /* a lost event would stop the worker for ever */
    }
    *note = (struct membership_note){ .event = event, .count = count };
    if (count > 0) {
        memcpy(note->ids, ids, count * sizeof(*ids));
    }
    list_append(&membership->noted, &note->node);
}

/* The client goes on from a revocation when it is answered, and takes the unassigning of a
 * partition that is claimed again for an answer, too. So an assignment says that what we still
 * drain is someone else's by now. */
static void membership_end_drain(struct membership *membership)
{
    struct holdings *holdings = &membership->holdings;
    if (holdings->in_phase[HOLDING_REVOKED] == 0) {
        return;
    }
    membership_tell(membership, BIT(HOLDING_REVOKED), membership->port->events->on_lost);
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(holdings, &id, &holding)) {
        if (holding->phase == HOLDING_REVOKED) {
            holdings_move(holdings, holding, HOLDING_NONE);
        }
    }
    claiming_unassign(membership);
}

static void membership_on_assigned(struct membership *membership,
                                   const struct membership_note *note)
{
    membership_end_drain(membership);
    membership_renew_ticket(membership);
    for (size_t i = 0; i < note->count && !membership->is_stopped; i++) {
        struct holding *holding = holdings_make(&membership->holdings, note->ids[i]);
        if (holding && holding->phase == HOLDING_NONE) {
            holdings_move(&membership->holdings, holding, HOLDING_CLAIMING);
        }
    }
    struct group *group = membership->group;
    bool has_claims = membership->holdings.in_phase[HOLDING_CLAIMING] > 0;
    if (!has_claims || !group->ops->is_eager(group)) {
        group->ops->assign(group, NULL, 0);
    }
    claiming_start(membership);
}

/* Still the same member in the same generation: the group has given nothing of ours away. */
static bool membership_is_unmoved(const struct membership *membership)
{
    const struct ticket *last = membership->last;
    struct ticket *now = membership->group->ops->take_ticket(membership->group);
    bool is_unmoved = now && last && now->generation == last->generation &&
                      str_eq(now->member, last->member);
    ticket_unref(now);
    return is_unmoved;
}

/* Topics that are gone, or hidden from us, take their partitions with them and leave us the rest:
 * no event would ever give it back. */
static void membership_lose_named(struct membership *membership,
                                  const struct membership_note *note)
{
    struct source *port = membership->port;
    for (size_t i = 0; i < note->count; i++) {
        struct holding *holding = holdings_find(&membership->holdings, note->ids[i]);
        if (!holding || holding->phase == HOLDING_NONE) {
            continue;
        }
        if (holding->phase != HOLDING_CLAIMING && !membership->is_leaving) {
            port->events->on_lost(port->engine, &note->ids[i], 1);
        }
        holdings_move(&membership->holdings, holding, HOLDING_NONE);
    }
    claiming_unassign(membership);
}

static void membership_on_lost(struct membership *membership, const struct membership_note *note)
{
    if (!membership->group->ops->is_eager(membership->group) && membership_is_unmoved(membership)) {
        membership_lose_named(membership, note);
        return;
    }
    ticket_unref(TAKE(membership->ticket));
    ticket_unref(TAKE(membership->last));
    membership_lose(membership, HOLDING_NONE);
    claiming_unassign(membership);
}

static void membership_on_revoked(struct membership *membership,
                                  const struct membership_note *note)
{
    struct holdings *holdings = &membership->holdings;
    for (size_t i = 0; i < note->count; i++) {
        struct holding *holding = holdings_find(holdings, note->ids[i]);
        bool is_held = holding && holding->phase != HOLDING_NONE;
        if (is_held && holding->phase != HOLDING_REVOKED) {
            bool is_known = holding->phase == HOLDING_OURS && !membership->is_leaving;
            holdings_move(holdings, holding, is_known ? HOLDING_REVOKED : HOLDING_NONE);
        }
    }
    if (holdings->in_phase[HOLDING_REVOKED] > 0) {
        membership_tell(membership, BIT(HOLDING_REVOKED), membership->port->events->on_revoke);
    } else {
        claiming_unassign(membership);
    }
}

static void membership_act_on(struct membership *membership, const struct membership_note *note)
{
    log_say(membership->log, LOG_INFO, "source", "the group has moved",
            LOG_CHARS("event", membership_words[note->event]),
            LOG_INT("partitions", note->count));
    switch (note->event) {
    case MEMBERSHIP_ASSIGNED:
        membership_on_assigned(membership, note);
        return;
    case MEMBERSHIP_REVOKED:
        membership_on_revoked(membership, note);
        return;
    case MEMBERSHIP_LOST:
        membership_on_lost(membership, note);
        return;
    }
}

void membership_act(struct membership *membership, bool is_all)
{
    struct list_node *node;
    while ((node = list_pop(&membership->noted)) != NULL) {
        struct membership_note *note = container_of(node, struct membership_note, node);
        membership_act_on(membership, note);
        mem_free(note);
    }
    if (membership->is_refused && is_all) {
        membership->is_refused = false;
        membership_renew_ticket(membership);
    }
}

void membership_read(struct reading *reading)
{
    claiming_done(reading);
}

void membership_wake(struct membership *membership)
{
    claiming_start(membership);
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
        claiming_unassign(membership);
    }
}

void membership_stop(struct membership *membership)
{
    struct group *group = membership->group;
    membership->is_stopped = true;
    /* In the eager protocol the client still waits for an answer to its assignment. */
    bool is_waiting = group->ops->is_eager(group) &&
                      membership->holdings.in_phase[HOLDING_CLAIMING] > 0;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        if (holding->phase == HOLDING_CLAIMING) {
            holdings_move(&membership->holdings, holding, HOLDING_NONE);
        }
    }
    if (is_waiting) {
        group->ops->assign(group, NULL, 0);
    }
    group->ops->wake_at(group, ALARM_NEVER);
}

void membership_leave(struct membership *membership)
{
    membership_stop(membership);
    membership->is_leaving = true;
    bool is_waiting = membership->holdings.in_phase[HOLDING_REVOKED] > 0;
    membership_lose(membership, HOLDING_NONE);
    if (is_waiting) { /* the client, for an answer to its revocation */
        claiming_unassign(membership);
    }
}
