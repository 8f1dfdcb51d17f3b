/* rank_score.c - see rank_score.h.
 *
 * The constants were chosen on half of the customers of two shops; docs/recommendations.md says
 * which, and what came out for the others. */
#include "worker/answer/rank_score.h"

#include <math.h>

#define RANK_RETURNED_WEIGHT 0.2 /* for each order that sent it back */
#define RANK_REFUSED_WEIGHT 0.05
#define RANK_IGNORED_WEIGHT 0.8 /* for each time it was shown in vain, from the third on */
#define RANK_IGNORED_MAX 10

/* Where customers buy the same things again and again, new ones are bought less. */
#define RANK_NEAR_WEIGHT 0.02
#define RANK_NEAR_SETTLED 10.0 /* for a shop where everything is bought again: 1 / (1 + this) */

/* Two products that were bought once, and together, are not twins: as many orders more in the
 * denominator of the cosine let chance count for less. */
#define RANK_NEAR_SHRINK 20.0
#define RANK_POPULAR_WEIGHT 0.15
#define RANK_CONTEXT_WEIGHT 1.0
#define RANK_FAVOURITE_WEIGHT 0.01

#define RANK_BASIS_LINES 50     /* so many products bought lately lead to others */
#define RANK_FAVOURITE_ITEMS 16 /* candidates of one category */

#define RANK_AHEAD 4 /* products that are called into the cache before they are looked at */

static struct rank_candidate *rank_score_find(struct rank_table *table, struct rank_item *item)
{
    struct rank_slot *slot = &table->rank->slots[item->index];
    if (slot->round == table->rank->round) {
        return &table->candidates[slot->place];
    }
    if (table->count == RANK_CANDIDATES_MAX) {
        return NULL;
    }
    *slot = (struct rank_slot){ table->rank->round, (uint32_t)table->count };
    struct rank_candidate *candidate = &table->candidates[table->count++];
    *candidate = (struct rank_candidate){ .item = item };
    return candidate;
}

const struct rank_habit *rank_score_habit(const struct rank_table *table,
                                          const struct rank_candidate *candidate)
{
    size_t place = (size_t)(candidate - table->candidates);
    bool is_own = place < table->own_count && table->own[place].orders > 0;
    return is_own ? &table->own[place] : NULL;
}

/* ---- what the customer bought ---- */

static struct rank_candidate *rank_score_find_own(struct rank_table *table, struct rank_item *item)
{
    struct rank_candidate *candidate = rank_score_find(table, item);
    if (table->count > table->own_count) {
        table->own[table->own_count++] = (struct rank_habit){ 0 };
    }
    return candidate;
}

static void rank_score_order(struct rank_table *table, const struct rank_order *from)
{
    const struct rank_habit_order order = rank_habits_add(&table->habits, from->at_wall_ms,
                                                          from->lines_count);
    for (uint32_t i = 0; i < from->lines_count; i++) {
        struct rank_candidate *candidate = rank_score_find_own(table, from->lines[i].item);
        if (!candidate) {
            return;
        }
        if (from->lines[i].state == RANK_KEPT) {
            struct rank_habit *habit = &table->own[candidate - table->candidates];
            rank_habit_add(habit, &table->habits, &order, i);
        } else {
            candidate->returned++;
        }
    }
}

static bool rank_score_counts(const struct rank_order *order)
{
    return !order->is_cancelled && order->lines_count > 0;
}

static void rank_score_own(struct rank_table *table)
{
    const struct rank_customer *customer = table->customer;
    table->habits.now_wall_ms = table->now_wall_ms;
    for (uint32_t i = customer->orders_count; i > 0; i--) {
        if (rank_score_counts(customer->orders[i - 1])) {
            rank_score_order(table, customer->orders[i - 1]);
        }
    }
}

/* ---- what that leads to ---- */

/* The cosine of the two products, but for what is bought later counting as well. */
static double rank_score_strength(const struct rank_item *from, const struct rank_near *near)
{
    double orders = sqrt((double)from->orders * near->item->orders);
    return near->weight / (orders + RANK_NEAR_SHRINK);
}

/* Products lie anywhere in memory, so those that are looked at soon are called into the cache. */
static void rank_score_expect(const struct rank_table *table, const struct rank_item *from,
                              uint32_t at)
{
    if (at + 2 * RANK_AHEAD < from->near_count) {
        __builtin_prefetch(&from->near[at + 2 * RANK_AHEAD].item->index);
    }
    if (at + RANK_AHEAD < from->near_count) {
        __builtin_prefetch(&table->rank->slots[from->near[at + RANK_AHEAD].item->index]);
    }
}

static void rank_score_ties(struct rank_table *table, const struct rank_item *from, double weight)
{
    for (uint32_t i = 0; i < from->near_count; i++) {
        rank_score_expect(table, from, i);
        const struct rank_near *near = &from->near[i];
        struct rank_candidate *candidate = rank_score_find(table, near->item);
        if (!candidate) {
            return;
        }
        double strength = weight * rank_score_strength(from, near);
        candidate->near += strength;
        if (strength > candidate->tie_strength) {
            candidate->tie_strength = strength;
            candidate->tie = near;
            candidate->from = from;
        }
    }
}

/* Returns the weight that was given out. */
static double rank_score_ties_of(struct rank_table *table, const struct rank_order *order,
                                 double weight, uint32_t lines_max)
{
    double sum = 0;
    for (uint32_t i = 0; i < order->lines_count && i < lines_max; i++) {
        if (order->lines[i].state == RANK_KEPT) {
            rank_score_ties(table, order->lines[i].item, weight);
            sum += weight;
        }
    }
    return sum;
}

static void rank_score_near(struct rank_table *table)
{
    const struct rank_customer *customer = table->customer;
    uint32_t lines_left = RANK_BASIS_LINES;
    double sum = 0;
    double age = 1;
    for (uint32_t i = customer->orders_count; i > 0 && lines_left > 0; i--) {
        const struct rank_order *order = customer->orders[i - 1];
        if (rank_score_counts(order)) {
            sum += rank_score_ties_of(table, order, 1 / age, lines_left);
            lines_left -= order->lines_count < lines_left ? order->lines_count : lines_left;
            age += 1;
        }
    }
    for (size_t i = 0; i < table->count && sum > 0; i++) {
        table->candidates[i].near /= sum;
    }
}

static void rank_score_context(struct rank_table *table)
{
    const struct rank_item *context = table->context;
    for (uint32_t i = 0; context && i < context->near_count; i++) {
        struct rank_candidate *candidate = rank_score_find(table, context->near[i].item);
        if (!candidate) {
            return;
        }
        candidate->context = rank_score_strength(context, &context->near[i]);
        candidate->context_tie = &context->near[i];
    }
}

/* ---- categories and the shop ---- */

static void rank_score_like(struct rank_table *table, const struct rank_category *category,
                            double share)
{
    size_t at = 0;
    while (at < table->favourites_count && table->favourites[at].category != category) {
        at++;
    }
    if (at == RANK_FAVOURITES_MAX) {
        return;
    }
    if (at == table->favourites_count) {
        table->favourites[table->favourites_count++].category = category;
    }
    table->favourites[at].share += share;
}

static void rank_score_favourites(struct rank_table *table)
{
    double sum = 0;
    for (size_t i = 0; i < table->own_count; i++) {
        const struct rank_habit *habit = &table->own[i];
        const struct rank_category *category = table->candidates[i].item->category;
        sum += habit->by_size;
        if (habit->orders > 0 && category) {
            rank_score_like(table, category, habit->by_size);
        }
    }
    for (size_t i = 0; i < table->favourites_count; i++) {
        const struct rank_favourite *favourite = &table->favourites[i];
        const struct rank_top *top = &favourite->category->top;
        for (size_t k = 0; k < top->count && k < RANK_FAVOURITE_ITEMS; k++) {
            struct rank_candidate *candidate = rank_score_find(table, top->items[k]);
            if (!candidate) {
                return;
            }
            candidate->favourite = favourite->share / sum;
        }
    }
}

static void rank_score_popular(struct rank_table *table)
{
    const struct rank_top *top = &table->shop->top;
    for (size_t i = 0; i < top->count; i++) {
        if (!rank_score_find(table, top->items[i])) {
            return;
        }
    }
}

/* ---- the sum ---- */

static double rank_score_view(const struct rank_table *table, const struct rank_item *item)
{
    const struct rank_customer *customer = table->customer;
    for (uint32_t i = 0; customer && i < customer->views_count; i++) {
        const struct rank_view *view = &customer->views[i];
        if (view->item == item) {
            int vain = view->shown > 2 ? view->shown - 2 : 0;
            vain = vain < RANK_IGNORED_MAX ? vain : RANK_IGNORED_MAX;
            return view->is_refused ? RANK_REFUSED_WEIGHT : pow(RANK_IGNORED_WEIGHT, vain);
        }
    }
    return 1;
}

/* What the customer has not bought yet, by what else says for it. Ties count for
 * less in a shop that is `settled`. */
static double rank_score_new(const struct rank_table *table, const struct rank_candidate *candidate,
                             double settled)
{
    double share = (double)candidate->item->orders / (double)(table->shop->orders + 1);
    double near = RANK_NEAR_WEIGHT * candidate->near / settled;
    return RANK_POPULAR_WEIGHT * share + RANK_FAVOURITE_WEIGHT * candidate->favourite * share +
           RANK_CONTEXT_WEIGHT * candidate->context + near;
}

/* Products that nobody in the shop buys twice are not offered to who has them. */
static double rank_score_had(const struct rank_table *table, const struct rank_candidate *candidate,
                             const struct rank_habit *habit)
{
    double chance = rank_habit_chance(habit, &table->habits, table->shop, candidate->item);
    return chance > 0 ? chance + RANK_CONTEXT_WEIGHT * candidate->context : 0;
}

static double rank_score_of(const struct rank_table *table, const struct rank_candidate *candidate,
                            double settled)
{
    const struct rank_habit *habit = rank_score_habit(table, candidate);
    double score = habit ? rank_score_had(table, candidate, habit)
                         : rank_score_new(table, candidate, settled);
    score *= candidate->returned > 0 ? pow(RANK_RETURNED_WEIGHT, candidate->returned) : 1;
    return score * rank_score_view(table, candidate->item);
}

static void rank_score_all(struct rank_table *table)
{
    double settled = 1 + RANK_NEAR_SETTLED * rank_habit_usual(table->shop);
    for (size_t i = 0; i < table->count; i++) {
        table->candidates[i].score = rank_score_of(table, &table->candidates[i], settled);
    }
}

enum err rank_score(struct rank_table *table, struct arena *arena)
{
    table->candidates = arena_alloc(arena, RANK_CANDIDATES_MAX * sizeof(*table->candidates));
    table->own = arena_alloc(arena, RANK_CANDIDATES_MAX * sizeof(*table->own));
    if (!table->candidates || !table->own) {
        return ERR_NOMEM;
    }
    table->rank->round++;
    if (table->customer) {
        rank_score_own(table);
        rank_score_favourites(table);
        rank_score_near(table);
    }
    rank_score_context(table);
    rank_score_popular(table);
    rank_score_all(table);
    return OK;
}
