/* rank_pick.c - see rank_pick.h. */
#include "worker/answer/rank_pick.h"

#include "worker/answer/rank_best.h"

/* So many of the best candidates are looked at, to find enough that may be offered. */
#define RANK_LOOKED_AT(count) (8 * (count) + 256)

/* No category takes more than this part of the places, as long as others have candidates. */
#define RANK_CATEGORY_PART(count) (((count) + 1) / 2)

static bool rank_pick_is_wanted(const struct rank_wish *wish, const struct rank_item *item)
{
    for (size_t i = 0; i < wish->exclude_count; i++) {
        if (str_eq(wish->exclude[i], item->sku)) {
            return false;
        }
    }
    return !str_eq(wish->context, item->sku) &&
           (!wish->may_offer || wish->may_offer(wish->owner, item->sku));
}

/* ---- why ---- */

static void rank_pick_because(struct rank_pick *pick, struct str id)
{
    if (pick->because_count < RANK_BECAUSE_MAX) {
        pick->because[pick->because_count++] = id;
    }
}

static bool rank_order_has(const struct rank_order *order, const struct rank_item *item,
                           const struct rank_category *category)
{
    for (uint32_t i = 0; !order->is_cancelled && i < order->lines_count; i++) {
        const struct rank_line *line = &order->lines[i];
        bool is_it = category ? line->item->category == category : line->item == item;
        if (line->state == RANK_KEPT && is_it) {
            return true;
        }
    }
    return false;
}

/* The newest orders with the product, or with any of the category if there is one. */
static void rank_pick_orders(struct rank_pick *pick, const struct rank_customer *customer,
                             const struct rank_category *category)
{
    for (uint32_t i = customer->orders_count; i > 0; i--) {
        const struct rank_order *order = customer->orders[i - 1];
        if (rank_order_has(order, pick->item, category)) {
            pick->orders++;
            rank_pick_because(pick, order->id);
        }
    }
}

static void rank_pick_tie(struct rank_pick *pick, enum rank_reason reason,
                          const struct rank_item *with, const struct rank_near *near)
{
    pick->reason = reason;
    pick->with = with;
    pick->tie = near->together > 0 ? RANK_TOGETHER : RANK_AFTER;
    pick->orders = near->together > 0 ? near->together : near->after;
    rank_pick_because(pick, with->sku);
}

static struct rank_pick rank_pick_explain(const struct rank_table *table,
                                          const struct rank_candidate *candidate)
{
    struct rank_pick pick = { .item = candidate->item, .score = candidate->score };
    if (candidate->context_tie) {
        rank_pick_tie(&pick, RANK_CONTEXT, table->context, candidate->context_tie);
    } else if (rank_score_habit(table, candidate)) {
        pick.reason = RANK_AGAIN;
        rank_pick_orders(&pick, table->customer, NULL);
    } else if (candidate->tie) {
        rank_pick_tie(&pick, RANK_WITH, candidate->from, candidate->tie);
    } else if (candidate->favourite > 0) {
        pick.reason = RANK_CATEGORY;
        rank_pick_orders(&pick, table->customer, candidate->item->category);
    } else {
        pick.reason = RANK_POPULAR;
        pick.orders = candidate->item->orders;
    }
    return pick;
}

/* ---- the choice ---- */

struct rank_choice {
    const struct rank_table *table;
    const struct rank_wish *wish;
    struct rank_pick *picks;
    size_t count;
};

static size_t rank_pick_in(const struct rank_choice *choice, const struct rank_category *category)
{
    size_t count = 0;
    for (size_t i = 0; i < choice->count; i++) {
        count += choice->picks[i].item->category == category ? 1 : 0;
    }
    return count;
}

static bool rank_pick_is_too_many(const struct rank_choice *choice,
                                  const struct rank_category *category)
{
    return category && rank_pick_in(choice, category) >= RANK_CATEGORY_PART(choice->wish->count);
}

static void rank_pick_choose(struct rank_choice *choice, struct rank_best *best)
{
    for (size_t i = 0; choice->count < choice->wish->count && rank_best_reach(best, i); i++) {
        const struct rank_candidate *candidate = best->candidates[i];
        if (!candidate || rank_pick_is_too_many(choice, candidate->item->category)) {
            continue;
        }
        best->candidates[i] = NULL;
        if (rank_pick_is_wanted(choice->wish, candidate->item)) {
            choice->picks[choice->count++] = rank_pick_explain(choice->table, candidate);
        }
    }
}

/* What was passed over for its category has the places that are left. */
static void rank_pick_fill(struct rank_choice *choice, struct rank_best *best)
{
    for (size_t i = 0; choice->count < choice->wish->count && rank_best_reach(best, i); i++) {
        const struct rank_candidate *candidate = best->candidates[i];
        if (candidate && rank_pick_is_wanted(choice->wish, candidate->item)) {
            choice->picks[choice->count++] = rank_pick_explain(choice->table, candidate);
        }
    }
}

static enum err rank_pick_from(struct rank_choice *choice, struct rank_table *table,
                               struct arena *arena)
{
    const struct rank_wish *wish = choice->wish;
    struct rank_best best;
    table->now_wall_ms = wish->now_wall_ms;
    table->customer = rank_find_customer(table->rank, table->shop, wish->customer_id);
    table->context = wish->context.len > 0 ? rank_find_item(table->rank, table->shop, wish->context)
                                           : NULL;
    TRY(rank_score(table, arena));
    TRY(rank_best_init(&best, arena, table, RANK_LOOKED_AT(wish->count)));
    rank_pick_choose(choice, &best);
    rank_pick_fill(choice, &best);
    return OK;
}

enum err rank_pick(struct rank *rank, struct arena *arena, const struct rank_wish *wish,
                   struct rank_pick **ret_picks, size_t *ret_count)
{
    assert(wish->count >= 1 && wish->count <= RANK_COUNT_MAX);
    struct rank_table table = { .rank = rank, .shop = rank_find_shop(rank, wish->tenant) };
    struct rank_choice choice = { .table = &table, .wish = wish };
    choice.picks = arena_zero(arena, wish->count, sizeof(*choice.picks));
    if (!choice.picks) {
        return ERR_NOMEM;
    }
    if (table.shop) {
        TRY(rank_pick_from(&choice, &table, arena));
    }
    *ret_picks = choice.picks;
    *ret_count = choice.count;
    return OK;
}
