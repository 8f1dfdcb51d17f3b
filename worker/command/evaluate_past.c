/* evaluate_past.c - see evaluate_past.h. */
#include "worker/command/evaluate_past.h"

#include <math.h>

#include "common/mem.h"

/* ---- counting ---- */

static int past_order_buys(const void *a, const void *b)
{
    const struct past_buy *left = a;
    const struct past_buy *right = b;
    return left->item < right->item ? -1 : left->item > right->item;
}

/* Equal items next to each other become one. */
static uint64_t past_merge(struct past_buy *buys, uint64_t count)
{
    uint64_t kept = 0;
    qsort(buys, count, sizeof(*buys), past_order_buys);
    for (uint64_t i = 0; i < count; i++) {
        if (kept > 0 && buys[kept - 1].item == buys[i].item) {
            buys[kept - 1].orders += buys[i].orders;
        } else {
            buys[kept++] = buys[i];
        }
    }
    return kept;
}

/* How many lines each customer has, as the places behind them. */
static uint64_t past_measure(struct past *past)
{
    const struct baskets *baskets = past->baskets;
    for (uint32_t i = 0; i < baskets->count; i++) {
        const struct basket *basket = &baskets->all[i];
        past->starts[basket->customer + 1] += basket->is_held ? 0 : basket->items_count;
    }
    for (uint32_t i = 0; i < baskets->customers.count; i++) {
        past->starts[i + 1] += past->starts[i];
    }
    return past->starts[baskets->customers.count];
}

static enum err past_collect(struct past *past)
{
    const struct baskets *baskets = past->baskets;
    uint64_t *ends = mem_alloc((baskets->customers.count + 1) * sizeof(*ends));
    if (!ends) {
        return ERR_NOMEM;
    }
    memcpy(ends, past->starts, (baskets->customers.count + 1) * sizeof(*ends));
    for (uint32_t i = 0; i < baskets->count; i++) {
        const struct basket *basket = &baskets->all[i];
        for (uint32_t k = 0; !basket->is_held && k < basket->items_count; k++) {
            past->buys[ends[basket->customer]++] = (struct past_buy){ basket->items[k], 1 };
            past->sold[basket->items[k]]++;
        }
    }
    mem_free(ends);
    return OK;
}

static void past_join(struct past *past)
{
    uint64_t to = 0;
    uint64_t from = 0;
    for (uint32_t i = 0; i < past->baskets->customers.count; i++) {
        uint64_t end = past->starts[i + 1];
        uint64_t kept = past_merge(past->buys + from, end - from);
        memmove(past->buys + to, past->buys + from, kept * sizeof(*past->buys));
        past->starts[i] = to;
        for (uint64_t k = to; k < to + kept; k++) {
            past->buyers[past->buys[k].item]++;
            past->has_repeats = past->has_repeats || past->buys[k].orders > 1;
        }
        to += kept;
        from = end;
    }
    past->starts[past->baskets->customers.count] = to;
}

static int past_order_top(const void *a, const void *b, void *owner)
{
    const struct past *past = owner;
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    if (past->sold[left] != past->sold[right]) {
        return past->sold[left] > past->sold[right] ? -1 : 1;
    }
    return str_cmp(past->baskets->items.texts[left], past->baskets->items.texts[right]);
}

enum err past_init(struct past *past, const struct baskets *baskets)
{
    size_t items = max_size(baskets->items.count, 1);
    *past = (struct past){ .baskets = baskets };
    past->starts = mem_zero((size_t)baskets->customers.count + 1, sizeof(*past->starts));
    past->sold = mem_zero(items, sizeof(*past->sold));
    past->buyers = mem_zero(items, sizeof(*past->buyers));
    past->top = mem_zero(items, sizeof(*past->top));
    past->scores = mem_zero(items, sizeof(*past->scores));
    if (!past->starts || !past->sold || !past->buyers || !past->top || !past->scores) {
        return ERR_NOMEM;
    }
    past->buys = mem_alloc(max_size(past_measure(past), 1) * sizeof(*past->buys));
    if (!past->buys) {
        return ERR_NOMEM;
    }
    TRY(past_collect(past));
    past_join(past);
    for (uint32_t i = 0; i < baskets->items.count; i++) {
        past->top[i] = i;
    }
    qsort_r(past->top, baskets->items.count, sizeof(*past->top), past_order_top, past);
    return OK;
}

void past_fini(struct past *past)
{
    mem_free(past->starts);
    mem_free(past->sold);
    mem_free(past->buyers);
    mem_free(past->top);
    mem_free(past->scores);
    mem_free(past->buys);
    *past = (struct past){ 0 };
}

const struct past_buy *past_find(const struct past *past, uint32_t customer, uint32_t item)
{
    const struct past_buy wanted = { .item = item };
    uint64_t start = past->starts[customer];
    return bsearch(&wanted, past->buys + start, past->starts[customer + 1] - start, sizeof(wanted),
                   past_order_buys);
}

/* ---- rankings ---- */

struct past_list {
    uint32_t *items;
    uint32_t count;
};

static bool past_has(const struct past_list *list, uint32_t item)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return true;
        }
    }
    return false;
}

static void past_fill(struct past *past, uint32_t customer, struct past_list *list)
{
    for (uint32_t i = 0; i < past->baskets->items.count && list->count < EVALUATE_COUNT; i++) {
        uint32_t item = past->top[i];
        bool is_had = !past->has_repeats && past_find(past, customer, item);
        if (past->sold[item] > 0 && !is_had && !past_has(list, item)) {
            list->items[list->count++] = item;
        }
    }
}

static bool past_precedes(const struct past *past, uint32_t a, uint32_t b)
{
    if (past->scores[a] > past->scores[b] || past->scores[a] < past->scores[b]) {
        return past->scores[a] > past->scores[b];
    }
    return past_order_top(&a, &b, (void *)(uintptr_t)past) < 0;
}

/* Puts `item` where its score belongs among the best. */
static void past_keep(struct past *past, struct past_list *list, uint32_t item)
{
    uint32_t at = list->count;
    if (list->count == EVALUATE_COUNT) {
        at = EVALUATE_COUNT - 1;
        if (!past_precedes(past, item, list->items[at])) {
            return;
        }
    } else {
        list->count++;
    }
    while (at > 0 && past_precedes(past, item, list->items[at - 1])) {
        list->items[at] = list->items[at - 1];
        at--;
    }
    list->items[at] = item;
}

uint32_t past_rank_popular(struct past *past, uint32_t customer, uint32_t *ret_items)
{
    struct past_list list = { .items = ret_items };
    past_fill(past, customer, &list);
    return list.count;
}

uint32_t past_rank_personal(struct past *past, uint32_t customer, uint32_t *ret_items)
{
    struct past_list list = { .items = ret_items };
    for (uint64_t i = past->starts[customer]; past->has_repeats && i < past->starts[customer + 1];
         i++) {
        past->scores[past->buys[i].item] = past->buys[i].orders;
        past_keep(past, &list, past->buys[i].item);
    }
    past_fill(past, customer, &list);
    return list.count;
}

/* The sum over what both bought of 1/sqrt(buyers): what one shared product says of another of
 * `other`, but for its own 1/sqrt(buyers). */
static double past_overlap(const struct past *past, uint32_t customer, uint32_t other)
{
    double sum = 0;
    uint64_t i = past->starts[customer];
    uint64_t k = past->starts[other];
    while (i < past->starts[customer + 1] && k < past->starts[other + 1]) {
        uint32_t mine = past->buys[i].item;
        uint32_t theirs = past->buys[k].item;
        sum += mine == theirs ? 1 / sqrt(past->buyers[mine]) : 0;
        i += mine <= theirs ? 1 : 0;
        k += theirs <= mine ? 1 : 0;
    }
    return sum;
}

uint32_t past_rank_neighbours(struct past *past, uint32_t customer, uint32_t *ret_items)
{
    const struct baskets *baskets = past->baskets;
    struct past_list list = { .items = ret_items };
    memset(past->scores, 0, baskets->items.count * sizeof(*past->scores));
    for (uint32_t other = 0; other < baskets->customers.count; other++) {
        double overlap = past_overlap(past, customer, other);
        for (uint64_t k = past->starts[other]; overlap > 0 && k < past->starts[other + 1]; k++) {
            uint32_t item = past->buys[k].item;
            past->scores[item] += overlap / sqrt(past->buyers[item]);
        }
    }
    for (uint32_t item = 0; item < baskets->items.count; item++) {
        bool is_had = !past->has_repeats && past_find(past, customer, item);
        if (past->scores[item] > 0 && !is_had) {
            past_keep(past, &list, item);
        }
    }
    past_fill(past, customer, &list);
    return list.count;
}
