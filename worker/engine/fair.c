/* fair.c - see fair.h. There are so few queues that looking at all of them is the quickest. */
#include "worker/engine/fair.h"

void fair_init(struct fair *fair)
{
    *fair = (struct fair){ .count = 0 };
    for (size_t i = 0; i < FAIR_QUEUES; i++) {
        list_init(&fair->queues[i].waiting);
    }
}

static struct fair_place *fair_head(const struct fair_queue *queue)
{
    return list_entry(list_first(&queue->waiting), struct fair_place, node);
}

/* The tenant's queue; else the empty one with the least to remember; else the shared one. */
static size_t fair_find(const struct fair *fair, uint64_t tenant)
{
    size_t empty = FAIR_TENANTS_MAX;
    for (size_t i = 0; i < FAIR_TENANTS_MAX; i++) {
        const struct fair_queue *queue = &fair->queues[i];
        bool is_empty = list_is_empty(&queue->waiting);
        if (queue->tenant == tenant && (!is_empty || queue->finish > fair->now)) {
            return i;
        }
        if (is_empty && (empty == FAIR_TENANTS_MAX || queue->finish < fair->queues[empty].finish)) {
            empty = i;
        }
    }
    return empty;
}

/* The queue that `place` comes into, with its tag: behind all that wait there. */
static struct fair_queue *fair_enter(struct fair *fair, struct fair_place *place, uint64_t tenant,
                                     int64_t cost)
{
    assert(cost > 0);
    place->queue = fair_find(fair, tenant);
    struct fair_queue *queue = &fair->queues[place->queue];
    if (queue->tenant != tenant) {
        /* A stranger's debt and closure are not this one's; in the shared queue they are. */
        bool is_shared = place->queue == FAIR_TENANTS_MAX;
        queue->finish = is_shared ? queue->finish : fair->now;
        queue->closed_until_ms = is_shared ? queue->closed_until_ms : 0;
        queue->tenant = tenant;
    }
    place->tenant = tenant;
    place->is_back = false;
    place->start = queue->finish > fair->now ? queue->finish : fair->now;
    queue->finish = place->start + (double)cost;
    fair->count++;
    return queue;
}

void fair_add(struct fair *fair, struct fair_place *place, uint64_t tenant, int64_t cost)
{
    list_append(&fair_enter(fair, place, tenant, cost)->waiting, &place->node);
}

/* The first of the tenant's that has not come back; NULL: none. Returners are before all the
 * others of their tenant, so in a tenant's own queue only they are looked at. */
static struct fair_place *fair_first_new(const struct fair_queue *queue, uint64_t tenant)
{
    struct list_node *node = list_first(&queue->waiting);
    for (; node; node = list_next(&queue->waiting, node)) {
        struct fair_place *place = container_of(node, struct fair_place, node);
        if (place->tenant == tenant && !place->is_back) {
            return place;
        }
    }
    return NULL;
}

void fair_add_back(struct fair *fair, struct fair_place *place, uint64_t tenant, int64_t cost)
{
    struct fair_queue *queue = fair_enter(fair, place, tenant, cost);
    const struct fair_place *head = fair_head(queue);
    struct fair_place *next = fair_first_new(queue, tenant);
    bool is_own = place->queue < FAIR_TENANTS_MAX;
    place->is_back = true;
    if (next) {
        place->start = next->start;
        list_insert_before(&queue->waiting, &next->node, &place->node);
        return;
    }
    place->start = is_own && head ? head->start : place->start;
    list_append(&queue->waiting, &place->node);
}

struct fair_place *fair_first(const struct fair *fair, int64_t now_ms)
{
    struct fair_place *first = NULL;
    for (size_t i = 0; i < FAIR_QUEUES; i++) {
        struct fair_place *head = fair_head(&fair->queues[i]);
        if (head && now_ms >= fair->queues[i].closed_until_ms &&
            (!first || head->start < first->start)) {
            first = head;
        }
    }
    return first;
}

void fair_remove(struct fair *fair, struct fair_place *place)
{
    list_remove(&fair->queues[place->queue].waiting, &place->node);
    fair->count--;
}

void fair_take(struct fair *fair, struct fair_place *place)
{
    fair->now = place->start > fair->now ? place->start : fair->now;
    fair_remove(fair, place);
}

void fair_close(struct fair *fair, const struct fair_place *place, int64_t until_ms)
{
    fair->queues[place->queue].closed_until_ms = until_ms;
}

int64_t fair_next_ms(const struct fair *fair, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < FAIR_QUEUES; i++) {
        const struct fair_queue *queue = &fair->queues[i];
        if (!list_is_empty(&queue->waiting) && queue->closed_until_ms > now_ms) {
            next_ms = min_i64(next_ms, queue->closed_until_ms);
        }
    }
    return next_ms;
}
