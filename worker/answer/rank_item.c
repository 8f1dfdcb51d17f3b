/* rank_item.c - see rank_item.h. */
#include "worker/answer/rank_item.h"

#include "common/mem.h"

#define RANK_NEAR_FIRST 4

bool rank_item_precedes(const struct rank_item *a, const struct rank_item *b)
{
    if (a->orders != b->orders) {
        return a->orders > b->orders;
    }
    return str_cmp(a->sku, b->sku) < 0;
}

static size_t rank_top_find(const struct rank_top *top, const struct rank_item *item)
{
    size_t at = 0;
    while (at < top->count && top->items[at] != item) {
        at++;
    }
    return at;
}

void rank_top_raise(struct rank_top *top, struct rank_item *item)
{
    bool is_full = top->count == RANK_TOP_MAX;
    if (is_full && !rank_item_precedes(item, top->items[top->count - 1]) &&
        top->items[top->count - 1] != item) {
        return;
    }
    size_t at = rank_top_find(top, item);
    if (at == top->count) {
        top->count += is_full ? 0 : 1;
        at = top->count - 1;
        top->items[at] = item;
    }
    while (at > 0 && rank_item_precedes(item, top->items[at - 1])) {
        top->items[at] = top->items[at - 1];
        top->items[--at] = item;
    }
}

static void rank_top_remove(struct rank_top *top, size_t at)
{
    top->count--;
    memmove(&top->items[at], &top->items[at + 1], (top->count - at) * sizeof(top->items[0]));
}

void rank_top_lower(struct rank_top *top, struct rank_item *item)
{
    size_t at = rank_top_find(top, item);
    if (at == top->count) {
        return;
    }
    if (item->orders == 0) {
        rank_top_remove(top, at);
        return;
    }
    while (at + 1 < top->count && rank_item_precedes(top->items[at + 1], item)) {
        top->items[at] = top->items[at + 1];
        top->items[++at] = item;
    }
}

static uint32_t rank_near_find(const struct rank_item *item, const struct rank_item *other)
{
    uint32_t at = 0;
    while (at < item->near_count && item->near[at].item != other) {
        at++;
    }
    return at;
}

/* More room, as long as there is some for all of them. */
static enum err rank_near_grow(struct rank_item *item, struct rank_room *room)
{
    uint32_t wanted = item->near_room > 0 ? 2 * item->near_room : RANK_NEAR_FIRST;
    wanted = wanted < RANK_NEAR_MAX ? wanted : RANK_NEAR_MAX;
    size_t more = wanted - item->near_room;
    if (more == 0 || room->used + more > room->max) {
        return OK;
    }
    struct rank_near *near = mem_resize(item->near, wanted * sizeof(*near));
    if (!near) {
        return ERR_NOMEM;
    }
    item->near = near;
    item->near_room = wanted;
    room->used += more;
    return OK;
}

static bool rank_near_is_less(const struct rank_near *a, const struct rank_near *b)
{
    if (a->weight < b->weight || a->weight > b->weight) {
        return a->weight < b->weight;
    }
    return str_cmp(a->item->sku, b->item->sku) > 0;
}

static uint32_t rank_near_least(const struct rank_item *item)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < item->near_count; i++) {
        least = rank_near_is_less(&item->near[i], &item->near[least]) ? i : least;
    }
    return least;
}

/* The place of `other`, which is new, or near_room when there is none at all. */
static uint32_t rank_near_enter(struct rank_item *item, struct rank_item *other)
{
    if (item->near_room == 0) {
        return 0;
    }
    if (item->near_count < item->near_room) {
        item->near[item->near_count] = (struct rank_near){ .item = other };
        return item->near_count++;
    }
    uint32_t at = rank_near_least(item);
    item->near[at] = (struct rank_near){ .item = other, .weight = item->near[at].weight };
    return at;
}

static uint16_t *rank_near_count(struct rank_near *near, enum rank_tie tie)
{
    return tie == RANK_TOGETHER ? &near->together : &near->after;
}

enum err rank_near_add(struct rank_item *item, struct rank_item *other, enum rank_tie tie,
                       float weight, struct rank_room *room)
{
    uint32_t at = rank_near_find(item, other);
    if (at == item->near_count) {
        if (item->near_count == item->near_room) {
            TRY(rank_near_grow(item, room));
        }
        at = rank_near_enter(item, other);
    }
    if (item->near_room == 0) {
        return OK;
    }
    struct rank_near *near = &item->near[at];
    near->weight += weight;
    uint16_t *count = rank_near_count(near, tie);
    *count = (uint16_t)(*count < UINT16_MAX ? *count + 1 : UINT16_MAX);
    return OK;
}

void rank_near_take_back(struct rank_item *item, const struct rank_item *other, enum rank_tie tie,
                         float weight)
{
    uint32_t at = rank_near_find(item, other);
    uint16_t *count = at < item->near_count ? rank_near_count(&item->near[at], tie) : NULL;
    if (!count || *count == 0) {
        return;
    }
    (*count)--;
    struct rank_near *near = &item->near[at];
    near->weight = near->weight > weight ? near->weight - weight : 0;
    if (near->together == 0 && near->after == 0) {
        item->near_count--;
        memmove(near, near + 1, (item->near_count - at) * sizeof(*near));
    }
}
