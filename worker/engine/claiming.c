/* claiming.c - see claiming.h. */
#include "worker/engine/claiming.h"

#include "common/mem.h"
#include "worker/engine/alarm.h"

#define CLAIMING_RETRY_MS 500

static bool claiming_is_eager(const struct membership *membership)
{
    return membership->group->ops->is_eager(membership->group);
}

static void claiming_again(struct membership *membership)
{
    membership->group->ops->wake_at(membership->group,
                                    membership->clock->mono_ms + CLAIMING_RETRY_MS);
}

void claiming_unassign(struct membership *membership)
{
    struct holdings *holdings = &membership->holdings;
    struct partition_id *ids = mem_zero(holdings_count(holdings), sizeof(*ids));
    if (!ids) {
        BUG("out of memory in a rebalance"); /* an event without an answer stops it for ever */
    }
    size_t count = 0;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(holdings, &id, &holding)) {
        bool is_held = holding->phase == HOLDING_OURS || holding->phase == HOLDING_REVOKED;
        if (holding->is_assigned && !is_held) {
            holding->is_assigned = false;
            ids[count++] = id;
        }
    }
    membership->group->ops->unassign(membership->group, ids, count);
    mem_free(ids);
}

static void reading_destroy(struct reading *reading)
{
    if (reading) {
        mem_free(reading->claims);
        mem_free(reading->is_read);
        mem_free(reading->numbers);
        mem_free(reading);
    }
}

static struct reading *reading_create(struct membership *membership, size_t count)
{
    struct reading *reading = mem_zero(1, sizeof(*reading));
    if (!reading) {
        return NULL;
    }
    reading->membership = membership;
    reading->claims = mem_zero(count, sizeof(*reading->claims));
    reading->is_read = mem_zero(count, sizeof(*reading->is_read));
    reading->numbers = mem_zero(count, sizeof(*reading->numbers));
    if (!reading->claims || !reading->is_read || !reading->numbers) {
        reading_destroy(reading);
        return NULL;
    }
    return reading;
}

/* --- what has come back --------------------------------------------------------------------- */

static bool claiming_is_current(const struct holding *holding, uint32_t number)
{
    return holding && holding->phase == HOLDING_CLAIMING && holding->claim == number;
}

/* Moves what the engine may take over to the front of `reading`; the rest is asked for again.
 * Returns how many these are. */
static size_t claiming_sort(struct membership *membership, struct reading *reading)
{
    size_t ready = 0;
    size_t failed = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct holding *holding = holdings_find(&membership->holdings, reading->claims[i].id);
        if (!claiming_is_current(holding, reading->numbers[i])) {
            continue;
        }
        holding->is_asked = reading->is_read[i];
        failed += reading->is_read[i] ? 0 : 1;
        if (reading->is_read[i]) {
            reading->claims[ready++] = reading->claims[i];
        }
    }
    if (failed == 0) {
        return ready;
    }
    log_say(membership->log, LOG_WARN, "source",
            "committed offsets of some partitions cannot be read yet",
            LOG_INT("partitions", failed));
    claiming_again(membership);
    if (!claiming_is_eager(membership)) {
        return ready;
    }
    for (size_t i = 0; i < ready; i++) { /* eager: all of them, or none yet */
        holdings_find(&membership->holdings, reading->claims[i].id)->is_asked = false;
    }
    return 0;
}

/* Only what the engine has not refused is fetched. */
static void claiming_take(struct membership *membership, struct claim *claims, size_t count)
{
    struct source *port = membership->port;
    port->events->on_claim(port->engine, claims, count);
    size_t fetched = 0;
    for (size_t i = 0; i < count; i++) {
        struct holding *holding = holdings_find(&membership->holdings, claims[i].id);
        holdings_move(&membership->holdings, holding, HOLDING_OURS);
        holding->is_paused = false;
        holding->is_assigned = !claims[i].refused;
        if (holding->is_assigned) {
            claims[fetched++] = claims[i];
        }
    }
    membership->group->ops->assign(membership->group, claims, fetched);
}

void claiming_done(struct reading *reading)
{
    struct membership *membership = reading->membership;
    if (!membership->is_stopped) {
        size_t count = claiming_sort(membership, reading);
        if (count > 0) {
            claiming_take(membership, reading->claims, count);
        }
    }
    reading_destroy(reading);
}

/* --- asking --------------------------------------------------------------------------------- */

static size_t claiming_wanted(const struct membership *membership)
{
    size_t wanted = 0;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        wanted += holding->phase == HOLDING_CLAIMING && !holding->is_asked ? 1 : 0;
    }
    return wanted;
}

static void claiming_fill(const struct membership *membership, struct reading *reading)
{
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        if (holding->phase != HOLDING_CLAIMING || holding->is_asked) {
            continue;
        }
        reading->claims[reading->count] = (struct claim){
            .id = id, .committed = -1, .leader_epoch = -1, .low = -1, .high = -1
        };
        reading->numbers[reading->count++] = holding->claim;
    }
}

void claiming_start(struct membership *membership)
{
    size_t wanted = membership->is_stopped ? 0 : claiming_wanted(membership);
    if (wanted == 0) {
        return;
    }
    struct reading *reading = reading_create(membership, wanted);
    if (!reading) {
        claiming_again(membership);
        return;
    }
    claiming_fill(membership, reading);
    if (!membership->group->ops->read(membership->group, reading)) {
        reading_destroy(reading);
        claiming_again(membership);
        return;
    }
    for (size_t i = 0; i < reading->count; i++) {
        holdings_find(&membership->holdings, reading->claims[i].id)->is_asked = true;
    }
}
