/* rank_past.c - see rank_past.h. */
#include "worker/answer/rank_past.h"

#include "common/mem.h"
#include "worker/answer/rank_next.h"

/* Of an order only so many lines are tied to each other and to what was bought before, so that
 * a huge basket costs no more than a large one. */
#define RANK_TIED_LINES 40
#define RANK_TIED_BEFORE 40
#define RANK_TIED_ORDERS 20

static void rank_order_free(struct rank *rank, struct rank_order *order)
{
    rank->lines -= order->lines_count;
    mem_free(order->lines);
    mem_free(order);
}

void rank_past_forget(struct rank *rank, struct rank_customer *customer)
{
    for (uint32_t i = 0; i < customer->orders_count; i++) {
        rank_order_free(rank, customer->orders[i]);
    }
    map_remove(&rank->customers, &customer->entry);
    list_remove(&rank->by_age, &customer->node);
    mem_free(customer->orders);
    mem_free(customer->views);
    mem_free(customer);
}

void rank_past_forget_oldest(struct rank *rank)
{
    struct list_node *node = list_first(&rank->by_age);
    rank_past_forget(rank, container_of(node, struct rank_customer, node));
    rank->forgotten++;
}

/* ---- places ---- */

static bool rank_order_is_before(const struct rank_order *a, const struct rank_order *b)
{
    if (a->at_wall_ms != b->at_wall_ms) {
        return a->at_wall_ms < b->at_wall_ms;
    }
    return str_cmp(a->id, b->id) < 0;
}

/* Moves the order at `at`, whose time has changed or which is new, to where it belongs. */
static uint32_t rank_past_sift(struct rank_customer *customer, uint32_t at)
{
    struct rank_order **orders = customer->orders;
    struct rank_order *order = orders[at];
    while (at > 0 && rank_order_is_before(order, orders[at - 1])) {
        orders[at] = orders[at - 1];
        orders[--at] = order;
    }
    return at;
}

/* To an earlier time, if it is one. */
static uint32_t rank_past_move(struct rank_customer *customer, uint32_t at, int64_t at_wall_ms)
{
    if (at_wall_ms >= customer->orders[at]->at_wall_ms) {
        return at;
    }
    rank_next_uncount(customer, at);
    customer->orders[at]->at_wall_ms = at_wall_ms;
    uint32_t to = rank_past_sift(customer, at);
    rank_next_count(customer, to);
    return to;
}

static void rank_past_drop_oldest_order(struct rank *rank, struct rank_customer *customer)
{
    rank_order_free(rank, customer->orders[0]);
    customer->orders_count--;
    memmove(customer->orders, customer->orders + 1,
            customer->orders_count * sizeof(struct rank_order *));
}

static enum err rank_past_grow(struct rank_customer *customer)
{
    if (customer->orders_count < customer->orders_room) {
        return OK;
    }
    uint32_t room = customer->orders_room > 0 ? 2 * customer->orders_room : 4;
    struct rank_order **orders = mem_resize(customer->orders, room * sizeof(struct rank_order *));
    if (!orders) {
        return ERR_NOMEM;
    }
    customer->orders = orders;
    customer->orders_room = room;
    return OK;
}

static enum err rank_past_add(struct rank_customer *customer, struct str id, int64_t at_wall_ms,
                              uint32_t *ret_at)
{
    struct rank_order *order = mem_zero(1, sizeof(*order) + id.len);
    if (!order) {
        return ERR_NOMEM;
    }
    if (rank_past_grow(customer) != OK) {
        mem_free(order);
        return ERR_NOMEM;
    }
    memcpy(order->bytes, id.ptr, id.len);
    order->id = (struct str){ order->bytes, id.len };
    order->at_wall_ms = at_wall_ms;
    customer->orders[customer->orders_count++] = order;
    *ret_at = rank_past_sift(customer, customer->orders_count - 1);
    customer->shop->orders++;
    return OK;
}

/* orders_count: it is not known. */
static uint32_t rank_past_find(const struct rank_customer *customer, struct str id)
{
    for (uint32_t i = customer->orders_count; i > 0; i--) {
        if (str_eq(customer->orders[i - 1]->id, id)) {
            return i - 1;
        }
    }
    return customer->orders_count;
}

static enum err rank_past_place(struct rank_customer *customer, struct str id, int64_t at_wall_ms,
                                uint32_t *ret_at)
{
    uint32_t at = rank_past_find(customer, id);
    if (at == customer->orders_count) {
        return rank_past_add(customer, id, at_wall_ms, ret_at);
    }
    *ret_at = rank_past_move(customer, at, at_wall_ms);
    return OK;
}

/* ---- lines ---- */

static struct rank_line *rank_order_find(struct rank_order *order, const struct rank_item *item)
{
    for (uint32_t i = 0; i < order->lines_count; i++) {
        if (order->lines[i].item == item) {
            return &order->lines[i];
        }
    }
    return NULL;
}

/* How many of the customer's orders have the product, cancelled ones left out; more than two are
 * told as three. */
static int rank_past_buys(const struct rank_customer *customer, const struct rank_item *item)
{
    int buys = 0;
    for (uint32_t i = customer->orders_count; i > 0 && buys < 3; i--) {
        struct rank_order *order = customer->orders[i - 1];
        buys += !order->is_cancelled && rank_order_find(order, item) ? 1 : 0;
    }
    return buys;
}

/* Each pair of customer and product counts as bought again once. */
static void rank_past_count(struct rank_customer *customer, struct rank_item *item)
{
    struct rank_shop *shop = customer->shop;
    item->orders++;
    shop->lines++;
    rank_top_raise(&shop->top, item);
    if (item->category) {
        rank_top_raise(&item->category->top, item);
    }
    int buys = rank_past_buys(customer, item);
    item->buyers += buys == 1 ? 1 : 0;
    shop->buyers += buys == 1 ? 1 : 0;
    item->rebuyers += buys == 2 ? 1 : 0;
    shop->rebuyers += buys == 2 ? 1 : 0;
}

/* The contrary, once the order is cancelled. Orders of the customer that were dropped are not seen
 * any more, so each count is held to what it is a part of. */
static void rank_past_uncount(struct rank_customer *customer, struct rank_item *item)
{
    struct rank_shop *shop = customer->shop;
    int buys = rank_past_buys(customer, item);
    item->orders--;
    shop->lines--;
    item->buyers -= buys == 0 && item->buyers > 0 ? 1 : 0;
    shop->buyers -= buys == 0 && shop->buyers > 0 ? 1 : 0;
    item->rebuyers -= buys == 1 && item->rebuyers > 0 ? 1 : 0;
    shop->rebuyers -= buys == 1 && shop->rebuyers > 0 ? 1 : 0;
    item->buyers = item->buyers < item->orders ? item->buyers : item->orders;
    item->rebuyers = item->rebuyers < item->buyers ? item->rebuyers : item->buyers;
    shop->buyers = shop->buyers < shop->lines ? shop->buyers : shop->lines;
    shop->rebuyers = shop->rebuyers < shop->buyers ? shop->rebuyers : shop->buyers;
    rank_top_lower(&shop->top, item);
    if (item->category) {
        rank_top_lower(&item->category->top, item);
    }
}

static enum err rank_past_add_line(struct rank *rank, struct rank_customer *customer,
                                   struct rank_order *order, struct rank_item *item)
{
    if (order->lines_count >= RANK_ORDER_LINES_MAX) {
        return OK;
    }
    bool is_power = (order->lines_count & (order->lines_count - 1)) == 0;
    if (is_power) {
        size_t room = max_size(2 * (size_t)order->lines_count, 1);
        struct rank_line *lines = mem_resize(order->lines, room * sizeof(*lines));
        if (!lines) {
            return ERR_NOMEM;
        }
        order->lines = lines;
    }
    order->lines[order->lines_count++] = (struct rank_line){ .item = item };
    rank->lines++;
    if (!order->is_cancelled) {
        rank_past_count(customer, item);
    }
    return OK;
}

/* ---- ties ---- */

/* A weight below zero takes the tie back, and cannot fail. */
static enum err rank_past_tie(struct rank *rank, struct rank_item *from, struct rank_item *to,
                              enum rank_tie tie, float weight)
{
    if (from == to) {
        return OK;
    }
    if (weight < 0) {
        rank_near_take_back(from, to, tie, -weight);
        return OK;
    }
    return rank_near_add(from, to, tie, weight, &rank->room);
}

static uint32_t rank_past_tied_lines(const struct rank_order *order)
{
    return order->lines_count < RANK_TIED_LINES ? order->lines_count : RANK_TIED_LINES;
}

/* `by` is 1, or -1 to take back. */
static enum err rank_past_tie_together(struct rank *rank, const struct rank_order *order,
                                       uint32_t first_new, float by)
{
    for (uint32_t i = first_new; i < rank_past_tied_lines(order); i++) {
        for (uint32_t k = 0; k < i; k++) {
            struct rank_item *a = order->lines[i].item;
            struct rank_item *b = order->lines[k].item;
            TRY(rank_past_tie(rank, a, b, RANK_TOGETHER, by));
            TRY(rank_past_tie(rank, b, a, RANK_TOGETHER, by));
        }
    }
    return OK;
}

/* What one line is tied to. `only` NULL: to all orders before it. A cancelled order is tied to
 * nothing but keeps its place, so that what was tied past it can be taken back as it was tied. */
struct rank_past_basis {
    const struct rank_customer *customer;
    uint32_t at;
    const struct rank_order *only;
};

static enum err rank_past_tie_line(struct rank *rank, const struct rank_past_basis *basis,
                                   struct rank_item *item, float by)
{
    uint32_t tied = 0;
    for (uint32_t back = 1; back <= basis->at && back <= RANK_TIED_ORDERS; back++) {
        const struct rank_order *before = basis->customer->orders[basis->at - back];
        bool is_tied = basis->only ? before == basis->only : !before->is_cancelled;
        uint32_t left = RANK_TIED_BEFORE - tied;
        uint32_t count = before->lines_count < left ? before->lines_count : left;
        for (uint32_t k = 0; is_tied && k < count; k++) {
            TRY(rank_past_tie(rank, before->lines[k].item, item, RANK_AFTER, by / (float)back));
        }
        tied += count;
    }
    return OK;
}

static enum err rank_past_tie_before(struct rank *rank, const struct rank_past_basis *basis,
                                     uint32_t first_new, float by)
{
    const struct rank_order *order = basis->customer->orders[basis->at];
    for (uint32_t i = first_new; i < rank_past_tied_lines(order); i++) {
        TRY(rank_past_tie_line(rank, basis, order->lines[i].item, by));
    }
    return OK;
}

/* ---- a cancelled order ---- */

static enum err rank_past_untie(struct rank *rank, struct rank_customer *customer, uint32_t at)
{
    const struct rank_order *order = customer->orders[at];
    struct rank_past_basis basis = { .customer = customer, .at = at };
    TRY(rank_past_tie_together(rank, order, 0, -1.0F));
    TRY(rank_past_tie_before(rank, &basis, 0, -1.0F));
    basis.only = order;
    for (uint32_t i = 1; i <= RANK_TIED_ORDERS && at + i < customer->orders_count; i++) {
        basis.at = at + i;
        if (!customer->orders[basis.at]->is_cancelled) {
            TRY(rank_past_tie_before(rank, &basis, 0, -1.0F));
        }
    }
    return OK;
}

/* Takes back what the order has taught; the order stays known, so that what else is said of it
 * teaches nothing. */
static enum err rank_past_cancel(struct rank *rank, struct rank_customer *customer, uint32_t at)
{
    struct rank_order *order = customer->orders[at];
    if (order->is_cancelled) {
        return OK;
    }
    TRY(rank_past_untie(rank, customer, at));
    rank_next_uncount(customer, at);
    order->is_cancelled = true;
    customer->shop->orders--;
    for (uint32_t i = 0; i < order->lines_count; i++) {
        rank_past_uncount(customer, order->lines[i].item);
    }
    return OK;
}

/* ---- events ---- */

static bool rank_is_return(enum order_type type)
{
    return type == ORDER_RETURNED || type == ORDER_REFUNDED;
}

static void rank_past_return(struct rank_line *line)
{
    line->item->returners += line->state == RANK_KEPT ? 1 : 0;
    line->state = RANK_RETURNED;
}

static enum err rank_past_take_lines(struct rank *rank, struct rank_customer *customer,
                                     struct rank_order *to, const struct order *from)
{
    for (size_t i = 0; i < from->items_count; i++) {
        struct rank_item *item = NULL;
        TRY(rank_take_item(rank, customer->shop, &from->items[i], &item));
        if (!item) {
            continue;
        }
        if (!rank_order_find(to, item)) {
            TRY(rank_past_add_line(rank, customer, to, item));
        }
        struct rank_line *line = rank_order_find(to, item);
        if (line && rank_is_return(from->type)) {
            rank_past_return(line);
        }
    }
    return OK;
}

static void rank_past_mark(struct rank_order *to, const struct order *from)
{
    to->is_returned = to->is_returned || (rank_is_return(from->type) && from->items_count == 0);
    for (uint32_t i = 0; to->is_returned && i < to->lines_count; i++) {
        rank_past_return(&to->lines[i]);
    }
}

static void rank_past_keep_bounds(struct rank *rank)
{
    while (rank->lines > rank->limits.lines_max && rank->by_age.count > 1) {
        rank_past_forget_oldest(rank);
    }
}

/* It would be dropped again at once, and counted again when it comes again. */
static bool rank_past_is_too_old(const struct rank_customer *customer, int64_t at_wall_ms)
{
    return customer->orders_count == RANK_ORDERS_MAX &&
           at_wall_ms < customer->orders[0]->at_wall_ms;
}

static enum err rank_past_learn(struct rank *rank, struct rank_customer *customer,
                                const struct order *order, int64_t at_wall_ms)
{
    uint32_t at = 0;
    TRY(rank_past_place(customer, order->order_id, at_wall_ms, &at));
    struct rank_order *to = customer->orders[at];
    uint32_t first_new = to->lines_count;
    TRY(order->type == ORDER_CANCELLED ? rank_past_cancel(rank, customer, at) : OK);
    enum err err = rank_past_take_lines(rank, customer, to, order);
    rank_next_recount(customer, at, first_new);
    TRY(err);
    rank_past_mark(to, order);
    rank_past_keep_bounds(rank);
    return to->is_cancelled ? OK : rank_past_tie_together(rank, to, first_new, 1.0F);
}

/* ---- what is tied anew ---- */

/* The orders that are tied to others than before once the event is learned: from `first` on,
 * without the last `rest` ones. */
struct rank_past_stretch {
    uint32_t first;
    uint32_t rest;
};

static uint32_t rank_past_place_of(const struct rank_customer *customer, struct str id,
                                   int64_t at_wall_ms)
{
    const struct rank_order order = { .at_wall_ms = at_wall_ms, .id = id };
    uint32_t at = customer->orders_count;
    while (at > 0 && rank_order_is_before(&order, customer->orders[at - 1])) {
        at--;
    }
    return at;
}

static bool rank_past_grows(const struct rank *rank, const struct rank_customer *customer,
                            struct rank_order *to, const struct order *from)
{
    for (size_t i = 0; i < from->items_count; i++) {
        const struct rank_item *item = rank_find_item(rank, customer->shop, from->items[i].sku);
        if (!item || !rank_order_find(to, item)) {
            return true;
        }
    }
    return false;
}

/* The order itself, and those behind where it stood and will stand. */
static struct rank_past_stretch rank_past_stretch_of(const struct rank *rank,
                                                     const struct rank_customer *customer,
                                                     const struct order *order,
                                                     int64_t at_wall_ms)
{
    uint32_t count = customer->orders_count;
    uint32_t at = rank_past_find(customer, order->order_id);
    if (at == count) {
        uint32_t to = rank_past_place_of(customer, order->order_id, at_wall_ms);
        uint32_t behind = count - to;
        return (struct rank_past_stretch){
            to, behind > RANK_TIED_ORDERS ? behind - RANK_TIED_ORDERS : 0
        };
    }
    struct rank_past_stretch stretch = { at, 0 };
    uint32_t behind = count - at - 1;
    if (at_wall_ms < customer->orders[at]->at_wall_ms) {
        stretch.first = rank_past_place_of(customer, order->order_id, at_wall_ms);
    } else if (!rank_past_grows(rank, customer, customer->orders[at], order)) {
        return (struct rank_past_stretch){ count, 0 };
    }
    stretch.rest = behind > RANK_TIED_ORDERS ? behind - RANK_TIED_ORDERS : 0;
    return stretch;
}

static enum err rank_past_tie_stretch(struct rank *rank, const struct rank_customer *customer,
                                      struct rank_past_stretch stretch, float by)
{
    struct rank_past_basis basis = { .customer = customer, .at = stretch.first };
    for (; basis.at + stretch.rest < customer->orders_count; basis.at++) {
        if (!customer->orders[basis.at]->is_cancelled) {
            TRY(rank_past_tie_before(rank, &basis, 0, by));
        }
    }
    return OK;
}

/* Ties are those of the orders as they stand: what comes in between two others, or grows there,
 * changes those of what lies behind it. */
enum err rank_past_take(struct rank *rank, struct rank_customer *customer,
                        const struct order *order, int64_t at_wall_ms)
{
    uint32_t known = rank_past_find(customer, order->order_id);
    if (rank_past_is_too_old(customer, at_wall_ms)) {
        return OK;
    }
    if (known == customer->orders_count && known == RANK_ORDERS_MAX) {
        rank_past_drop_oldest_order(rank, customer);
    } else if (known < customer->orders_count && order->type == ORDER_CANCELLED) {
        TRY(rank_past_cancel(rank, customer, known));
    }
    const struct rank_past_stretch stretch =
        rank_past_stretch_of(rank, customer, order, at_wall_ms);
    TRY(rank_past_tie_stretch(rank, customer, stretch, -1.0F));
    enum err err = rank_past_learn(rank, customer, order, at_wall_ms);
    TRY(rank_past_tie_stretch(rank, customer, stretch, 1.0F));
    return err;
}
