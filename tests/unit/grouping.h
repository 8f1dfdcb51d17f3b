/* grouping.h - a membership between a scripted client and an engine that only takes notes. */
#ifndef TESTS_UNIT_GROUPING_H
#define TESTS_UNIT_GROUPING_H

#include "tests/unit/cm.h"
#include "worker/engine/alarm.h"
#include "worker/engine/membership.h"

#define GROUPING_PARTS 8

struct grouping {
    struct clock clock;
    struct group group;
    struct source port;
    struct membership membership;
    bool is_eager;
    bool refuses_readings;
    const char *member; /* of the next ticket; NULL: none */
    int32_t generation;
    size_t tickets;     /* that are held by someone */
    struct reading *reading; /* under way */
    int64_t wake_ms;
    size_t assigns;     /* calls */
    size_t unassigns;
    bool is_fetched[GROUPING_PARTS];
    int64_t start[GROUPING_PARTS];
    bool is_engines[GROUPING_PARTS]; /* between a claim and its loss or release */
    bool is_draining[GROUPING_PARTS];
    size_t losses;      /* partitions */
};

static struct grouping grouping;

static bool grouping_is_eager(struct group *group)
{
    (void)group;
    return grouping.is_eager;
}

static void grouping_free(struct ticket *ticket)
{
    grouping.tickets--;
    free(ticket);
}

static struct ticket *grouping_take_ticket(struct group *group)
{
    (void)group;
    if (!grouping.member) {
        return NULL;
    }
    struct ticket *ticket = calloc(1, sizeof(*ticket));
    *ticket = (struct ticket){ 1, str_from(grouping.member), grouping.generation, grouping_free };
    grouping.tickets++;
    return ticket;
}

static void grouping_assign(struct group *group, const struct claim *claims, size_t count)
{
    (void)group;
    grouping.assigns++;
    for (size_t i = 0; i < count; i++) {
        grouping.is_fetched[claims[i].id.number] = true;
        grouping.start[claims[i].id.number] = claims[i].start;
    }
}

static void grouping_unassign(struct group *group, const struct partition_id *ids, size_t count)
{
    (void)group;
    grouping.unassigns++;
    for (size_t i = 0; i < count; i++) {
        assert_true(grouping.is_fetched[ids[i].number]);
        grouping.is_fetched[ids[i].number] = false;
    }
}

static bool grouping_read(struct group *group, struct reading *reading)
{
    (void)group;
    if (grouping.refuses_readings) {
        return false;
    }
    assert_null(grouping.reading);
    grouping.reading = reading;
    return true;
}

static void grouping_wake_at(struct group *group, int64_t at_ms)
{
    (void)group;
    grouping.wake_ms = at_ms;
}

static const struct group_ops grouping_group_ops = {
    grouping_is_eager, grouping_take_ticket, grouping_assign,
    grouping_unassign, grouping_read,        grouping_wake_at,
};

static void grouping_on_claim(struct engine *engine, struct claim *claims, size_t count)
{
    (void)engine;
    for (size_t i = 0; i < count; i++) {
        assert_false(grouping.is_engines[claims[i].id.number]);
        grouping.is_engines[claims[i].id.number] = true;
        claims[i].start = claims[i].committed;
        claims[i].refused = claims[i].committed == 13;
    }
}

static void grouping_on_revoke(struct engine *engine, const struct partition_id *ids, size_t count)
{
    (void)engine;
    for (size_t i = 0; i < count; i++) {
        assert_true(grouping.is_engines[ids[i].number]);
        grouping.is_draining[ids[i].number] = true;
    }
}

static void grouping_on_lost(struct engine *engine, const struct partition_id *ids, size_t count)
{
    (void)engine;
    for (size_t i = 0; i < count; i++) {
        assert_true(grouping.is_engines[ids[i].number]);
        grouping.is_engines[ids[i].number] = false;
        grouping.is_draining[ids[i].number] = false;
        grouping.losses++;
    }
}

static const struct source_events grouping_events = {
    .on_claim = grouping_on_claim,
    .on_revoke = grouping_on_revoke,
    .on_lost = grouping_on_lost,
};

static inline void grouping_open(void)
{
    memset(&grouping, 0, sizeof(grouping));
    grouping.clock.mono_ms = 1000;
    grouping.group.ops = &grouping_group_ops;
    grouping.port.events = &grouping_events;
    grouping.member = "m1";
    grouping.generation = 1;
    grouping.wake_ms = ALARM_NEVER;
    grouping.membership = (struct membership){
        .group = &grouping.group, .port = &grouping.port, .clock = &grouping.clock
    };
    membership_init(&grouping.membership);
}

static inline void grouping_close(void)
{
    if (grouping.reading) {
        membership_stop(&grouping.membership);
        membership_read(grouping.reading);
    }
    membership_fini(&grouping.membership);
    assert_int_equal(grouping.tickets, 0);
}

/* Tells the membership of partitions [first, first + count), and lets it act. */
static inline void grouping_tell(enum membership_event event, int32_t first, size_t count)
{
    struct partition_id ids[GROUPING_PARTS] = { { .number = 0 } };
    for (size_t i = 0; i < count; i++) {
        ids[i] = (struct partition_id){ TOPIC_MESSAGES, first + (int32_t)i };
    }
    membership_note(&grouping.membership, event, ids, count);
    membership_act(&grouping.membership, true);
}

/* Completes the reading: everything stands at `committed`; but for `missing`, if >= 0. */
static inline void grouping_found(int64_t committed, int32_t missing)
{
    struct reading *reading = grouping.reading;
    assert_non_null(reading);
    grouping.reading = NULL;
    for (size_t i = 0; i < reading->count; i++) {
        reading->claims[i].committed = committed;
        reading->is_read[i] = reading->claims[i].id.number != missing;
    }
    membership_read(reading);
}

static inline void grouping_release(int32_t number)
{
    const struct partition_id id = { TOPIC_MESSAGES, number };
    grouping.is_engines[number] = false;
    grouping.is_draining[number] = false;
    membership_release(&grouping.membership, &id, 1);
}

#endif
