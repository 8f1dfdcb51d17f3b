/* consumer.c - see consumer.h. The cooperative protocol; a group of the eager one revokes all
 * before it joins again. */
#include "tests/sim/consumer.h"

void consumer_open(struct consumer *consumer, struct cluster *cluster, int pod, bool is_static)
{
    *consumer = (struct consumer){
        .cluster = cluster, .pod = pod, .is_static = is_static, .generation = -1
    };
}

static bool consumer_is_waiting(const struct consumer *consumer)
{
    return consumer->state == JOIN_WAIT_ASSIGN || consumer->state == JOIN_WAIT_UNASSIGN;
}

static bool consumer_is_rebalancing(const struct consumer *consumer)
{
    return (consumer->member != 0 && consumer->state == JOIN_SENT) ||
           consumer->state == JOIN_SYNCING || consumer_is_waiting(consumer) || consumer->has_more ||
           consumer->rejoins;
}

static void consumer_rebalance(struct consumer *consumer, bool is_assign, unsigned parts,
                               bool rejoins)
{
    if (consumer->ops_count == CONSUMER_OPS_MAX) {
        BUG("the simulated consumer's queue is full");
    }
    consumer->rejoins = rejoins;
    consumer->state = is_assign ? JOIN_WAIT_ASSIGN : JOIN_WAIT_UNASSIGN;
    consumer->ops[consumer->ops_count++] = (struct rebalance_op){ is_assign, parts };
    consumer->group_assignment = is_assign ? consumer->group_assignment | parts
                                           : consumer->group_assignment & ~parts;
}

static void consumer_revoke_all(struct consumer *consumer, bool is_lost)
{
    if (consumer->group_assignment != 0 && !consumer_is_waiting(consumer)) {
        consumer->is_lost = consumer->is_lost || is_lost;
        consumer_rebalance(consumer, false, consumer->group_assignment, true);
        return;
    }
    consumer->state = JOIN_INIT;
}

static void consumer_revoke_all_maybe(struct consumer *consumer, bool is_lost)
{
    if (!consumer_is_rebalancing(consumer)) {
        consumer_revoke_all(consumer, is_lost);
    }
}

static void consumer_send_join(struct consumer *consumer)
{
    const struct join_request request = {
        .pod = consumer->pod,
        .member = consumer->member,
        .is_static = consumer->is_static,
        .claimed = consumer->group_assignment,
        .claimed_generation = consumer->generation,
    };
    switch (cluster_join(consumer->cluster, &request, &consumer->member)) {
    case JOIN_WAITS:
    case JOIN_AS_BEFORE:
        consumer->state = JOIN_SENT;
        return;
    case JOIN_ID_REQUIRED:
        consumer_revoke_all(consumer, true);
        return;
    case JOIN_UNKNOWN:
        consumer->member = 0; /* and nobody is told */
        return;
    }
}

static void consumer_hear_join(struct consumer *consumer)
{
    enum broker_reply reply = cluster_joined(consumer->cluster, consumer->member,
                                             &consumer->generation);
    if (reply == REPLY_OK) {
        consumer->state = JOIN_SYNCING;
    } else if (reply == REPLY_MEMBER) {
        consumer->member = 0;
        consumer->state = JOIN_INIT;
    }
}

static void consumer_take_assignment(struct consumer *consumer, unsigned assigned)
{
    unsigned revoked = consumer->group_assignment & ~assigned;
    unsigned added = assigned & ~consumer->group_assignment;
    if (revoked == 0) {
        consumer_rebalance(consumer, true, added, false);
        return;
    }
    consumer->has_more = true;
    consumer->more = added;
    consumer_rebalance(consumer, false, revoked, false);
}

/* Thrown out, or left behind: part of the metadata is gone at once. */
static bool consumer_is_out(struct consumer *consumer, enum broker_reply reply)
{
    consumer->member = reply == REPLY_MEMBER ? 0 : consumer->member;
    consumer->generation = reply == REPLY_GENERATION ? -1 : consumer->generation;
    return reply == REPLY_MEMBER || reply == REPLY_GENERATION;
}

static void consumer_hear_sync(struct consumer *consumer)
{
    unsigned assigned = 0;
    enum broker_reply reply = cluster_sync(consumer->cluster, consumer->member,
                                           consumer->generation, &assigned);
    if (reply == REPLY_OK) {
        consumer_take_assignment(consumer, assigned);
    } else if (consumer_is_out(consumer, reply)) {
        consumer_revoke_all(consumer, true);
    } else {
        consumer->state = JOIN_INIT;
    }
}

static void consumer_rejoin(struct consumer *consumer)
{
    if (consumer->cluster->is_eager) {
        consumer_revoke_all_maybe(consumer, false);
    } else if (!consumer_is_rebalancing(consumer)) {
        consumer->state = JOIN_INIT;
    }
}

static void consumer_send_heartbeat(struct consumer *consumer)
{
    enum broker_reply reply = cluster_beat(consumer->cluster, consumer->member,
                                           consumer->generation);
    if (reply == REPLY_REBALANCING) {
        consumer_rejoin(consumer);
    } else if (consumer_is_out(consumer, reply)) {
        consumer_revoke_all_maybe(consumer, true);
    }
}

bool consumer_beat(struct consumer *consumer)
{
    switch (consumer->state) {
    case JOIN_INIT:
        consumer_send_join(consumer);
        return true;
    case JOIN_SENT:
        consumer_hear_join(consumer);
        return true;
    case JOIN_SYNCING:
        consumer_hear_sync(consumer);
        return true;
    case JOIN_WAIT_ASSIGN:
    case JOIN_WAIT_UNASSIGN:
    case JOIN_STEADY:
        consumer_send_heartbeat(consumer);
        return true;
    case JOIN_LEFT:
        break;
    }
    return false;
}

static void consumer_leave(struct consumer *consumer)
{
    if (consumer->member != 0 && !consumer->is_static) {
        cluster_leave(consumer->cluster, consumer->member);
    }
    consumer->member = 0;
    consumer->generation = -1;
}

void consumer_oversleep(struct consumer *consumer)
{
    if (consumer->is_closing || consumer->state == JOIN_LEFT) {
        return;
    }
    consumer_leave(consumer);
    consumer_revoke_all_maybe(consumer, true);
}

void consumer_close(struct consumer *consumer)
{
    consumer->is_closing = true;
    if (consumer_is_waiting(consumer)) {
        return; /* the application's answer goes on from here */
    }
    if (consumer->group_assignment != 0) {
        consumer_rebalance(consumer, false, consumer->group_assignment, false);
        return;
    }
    consumer_leave(consumer);
    consumer->state = JOIN_LEFT;
}

bool consumer_take_op(struct consumer *consumer, enum membership_event *ret_event,
                      unsigned *ret_parts)
{
    if (consumer->ops_count == 0) {
        return false;
    }
    struct rebalance_op op = consumer->ops[0];
    consumer->ops_count--;
    memmove(consumer->ops, consumer->ops + 1, consumer->ops_count * sizeof(op));
    *ret_event = op.is_assign        ? MEMBERSHIP_ASSIGNED
                 : consumer->is_lost ? MEMBERSHIP_LOST
                                     : MEMBERSHIP_REVOKED;
    *ret_parts = op.parts;
    return true;
}

/* --- the application's calls ---------------------------------------------------------------- */

/* Where the state machine goes when nothing of an answer is left to be done. */
static void consumer_go_on(struct consumer *consumer)
{
    if (consumer->is_closing) {
        consumer->has_more = false;
        consumer->rejoins = false;
        consumer->state = JOIN_STEADY;
        consumer_close(consumer);
        return;
    }
    if (consumer->has_more) {
        consumer->has_more = false;
        consumer_rebalance(consumer, true, consumer->more, true);
        return;
    }
    consumer->state = consumer->rejoins ? JOIN_INIT : JOIN_STEADY;
    consumer->rejoins = false;
}

void consumer_assign(struct consumer *consumer, const struct claim *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int part = claims[i].id.number;
        consumer->fetched |= BIT(part);
        consumer->paused &= ~BIT(part);
        consumer->ended &= ~BIT(part);
        consumer->next[part] = claims[i].start;
    }
    consumer->is_lost = false;
    if (consumer->state == JOIN_WAIT_ASSIGN) {
        consumer_go_on(consumer);
    }
}

void consumer_unassign(struct consumer *consumer, unsigned parts)
{
    consumer->fetched &= ~parts;
    consumer->is_lost = false;
    if (consumer->state == JOIN_WAIT_UNASSIGN) {
        consumer_go_on(consumer);
    }
}

void consumer_pause(struct consumer *consumer, int part, bool is_paused)
{
    consumer->paused = is_paused ? consumer->paused | BIT(part) : consumer->paused & ~BIT(part);
}

bool consumer_fetch(struct consumer *consumer, int part, int *ret_question, int64_t *ret_end)
{
    unsigned bit = BIT(part);
    if (!(consumer->fetched & bit) || (consumer->paused & bit) || consumer_is_waiting(consumer)) {
        return false;
    }
    *ret_question = cluster_fetch(consumer->cluster, part, consumer->next[part]);
    if (*ret_question >= 0) {
        consumer->next[part] = consumer->cluster->questions[*ret_question].offset + 1;
        consumer->ended &= ~bit;
        return true;
    }
    *ret_end = consumer->cluster->logs[part].end;
    bool is_news = !(consumer->ended & bit) || *ret_end > consumer->next[part];
    consumer->ended |= bit;
    consumer->next[part] = *ret_end;
    return is_news;
}
