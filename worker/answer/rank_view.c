/* rank_view.c - see rank_hear() in rank.h: what became of recommended products.
 *
 * Kept for a customer and a product, so that one who refuses a thing is not offered it on the
 * next day again, and nobody else's offers change. */
#include "common/mem.h"
#include "worker/answer/rank.h"

#define RANK_VIEWS_MAX 64

static struct rank_view *rank_view_find(struct rank_customer *customer,
                                        const struct rank_item *item)
{
    for (uint32_t i = 0; i < customer->views_count; i++) {
        if (customer->views[i].item == item) {
            return &customer->views[i];
        }
    }
    return NULL;
}

static enum err rank_view_grow(struct rank_customer *customer)
{
    if (customer->views_count < customer->views_room) {
        return OK;
    }
    uint32_t room = customer->views_room > 0 ? 2 * customer->views_room : 4;
    struct rank_view *views = mem_resize(customer->views, room * sizeof(*views));
    if (!views) {
        return ERR_NOMEM;
    }
    customer->views = views;
    customer->views_room = room;
    return OK;
}

/* The oldest of too many is forgotten. */
static enum err rank_view_take(struct rank_customer *customer, struct rank_item *item,
                               struct rank_view **ret_view)
{
    *ret_view = rank_view_find(customer, item);
    if (*ret_view) {
        return OK;
    }
    if (customer->views_count == RANK_VIEWS_MAX) {
        customer->views_count--;
        memmove(customer->views, customer->views + 1,
                customer->views_count * sizeof(*customer->views));
    }
    TRY(rank_view_grow(customer));
    *ret_view = &customer->views[customer->views_count++];
    **ret_view = (struct rank_view){ .item = item };
    return OK;
}

enum err rank_hear(struct rank *rank, struct str tenant, struct str customer_id, struct str sku,
                   enum rank_verdict verdict)
{
    struct rank_shop *shop = rank_find_shop(rank, tenant);
    struct rank_item *item = shop ? rank_find_item(rank, shop, sku) : NULL;
    struct rank_customer *customer = item ? rank_find_customer(rank, shop, customer_id) : NULL;
    struct rank_view *view;
    if (!customer) {
        return OK;
    }
    TRY(rank_view_take(customer, item, &view));
    bool is_liked = verdict == RANK_CLICKED || verdict == RANK_BOUGHT;
    if (verdict == RANK_SHOWN && view->shown < UINT16_MAX) {
        view->shown++;
    }
    if (verdict == RANK_REFUSED) {
        view->is_refused = true;
    }
    if (is_liked) {
        view->shown = 0;
        view->is_refused = false;
    }
    return OK;
}
