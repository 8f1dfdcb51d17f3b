/* rank_next.c - see rank_next.h. */
#include "worker/answer/rank_next.h"

static bool rank_next_is_paired(const struct rank_order *order)
{
    return !order->is_cancelled && order->lines_count > 0;
}

/* NULL: there is none before it. */
static const struct rank_order *rank_next_before(const struct rank_customer *customer, uint32_t at)
{
    for (uint32_t i = at; i > 0; i--) {
        if (rank_next_is_paired(customer->orders[i - 1])) {
            return customer->orders[i - 1];
        }
    }
    return NULL;
}

static const struct rank_order *rank_next_after(const struct rank_customer *customer, uint32_t at)
{
    for (uint32_t i = at + 1; i < customer->orders_count; i++) {
        if (rank_next_is_paired(customer->orders[i])) {
            return customer->orders[i];
        }
    }
    return NULL;
}

static bool rank_next_has(const struct rank_order *order, const struct rank_item *item)
{
    for (uint32_t i = 0; i < order->lines_count; i++) {
        if (order->lines[i].item == item) {
            return true;
        }
    }
    return false;
}

/* Counts the pair, or takes it back; nothing if one of the two is NULL. */
static void rank_next_pair(struct rank_shop *shop, const struct rank_order *from,
                           const struct rank_order *to, bool is_there)
{
    for (uint32_t i = 0; from && to && i < from->lines_count; i++) {
        struct rank_item *item = from->lines[i].item;
        uint32_t again = rank_next_has(to, item) ? 1 : 0;
        item->followed += is_there ? 1 : -1U;
        item->next_again += is_there ? again : -again;
        shop->followed += is_there ? 1 : -(uint64_t)1;
        shop->next_again += is_there ? again : -(uint64_t)again;
    }
}

static void rank_next_stand(struct rank_customer *customer, uint32_t at, bool is_there)
{
    const struct rank_order *order = customer->orders[at];
    if (!rank_next_is_paired(order)) {
        return;
    }
    const struct rank_order *before = rank_next_before(customer, at);
    const struct rank_order *after = rank_next_after(customer, at);
    rank_next_pair(customer->shop, before, after, !is_there);
    rank_next_pair(customer->shop, before, order, is_there);
    rank_next_pair(customer->shop, order, after, is_there);
}

void rank_next_count(struct rank_customer *customer, uint32_t at)
{
    rank_next_stand(customer, at, true);
}

void rank_next_uncount(struct rank_customer *customer, uint32_t at)
{
    rank_next_stand(customer, at, false);
}

void rank_next_recount(struct rank_customer *customer, uint32_t at, uint32_t lines_before)
{
    struct rank_order *order = customer->orders[at];
    uint32_t lines = order->lines_count;
    if (lines == lines_before) {
        return;
    }
    order->lines_count = lines_before;
    rank_next_uncount(customer, at);
    order->lines_count = lines;
    rank_next_count(customer, at);
}
