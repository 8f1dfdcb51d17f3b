/* key.c - see key.h. Every part goes in with its length in front, so that no two lists of parts
 * can look alike. */
#include "worker/answer/key.h"

#include "common/utf8.h"
#include "worker/answer/order_asked.h"

#define KEY_VERSION "deskhand key 1"
#define KEY_BYTES_MAX ((size_t)4 << 20)
#define KEY_BYTES_USUAL 1024

static enum err key_put(struct buf *buf, struct str part)
{
    TRY(buf_reserve(buf, part.len + STR_INT_BYTES + 1));
    TRY(buf_add_int(buf, (int64_t)part.len));
    TRY(buf_add_char(buf, ':'));
    return buf_add(buf, part);
}

static enum err key_put_number(struct buf *buf, int64_t number)
{
    TRY(buf_add_char(buf, '#'));
    TRY(buf_add_int(buf, number));
    return buf_add_char(buf, ';');
}

static enum err key_sign(struct seal *seal, const struct buf *buf, struct key *ret_key)
{
    const struct str whole = buf_str(buf);
    return seal_name(seal, &whole, 1, ret_key->bytes);
}

enum err key_of(struct seal *seal, struct str kind, const struct str *names, size_t names_count,
                struct key *ret_key)
{
    CLEANUP(buf_fini) struct buf buf;
    char usual[KEY_BYTES_USUAL];
    buf_init_on(&buf, usual, sizeof(usual), KEY_BYTES_MAX);
    TRY(key_put(&buf, STR(KEY_VERSION)));
    TRY(key_put(&buf, kind));
    for (size_t i = 0; i < names_count; i++) {
        TRY(key_put(&buf, names[i]));
    }
    return key_sign(seal, &buf, ret_key);
}

static enum err key_put_product(struct buf *buf, const struct product *product)
{
    if (!product) {
        return key_put(buf, STR("no product"));
    }
    const struct str texts[] = { product->sku,         product->name,     product->category,
                                 product->price,       product->currency, product->description,
                                 product->ship_from };
    for (size_t i = 0; i < countof(texts); i++) {
        TRY(key_put(buf, texts[i]));
    }
    TRY(key_put_number(buf, product->stock));
    TRY(key_put_number(buf, product->ship_min_days));
    TRY(key_put_number(buf, product->ship_max_days));
    for (size_t i = 0; i < product->attributes_count; i++) {
        TRY(key_put(buf, product->attributes[i].name));
        TRY(key_put(buf, product->attributes[i].value));
    }
    return key_put_number(buf, (int64_t)product->attributes_count);
}

static enum err key_put_order(struct buf *buf, const struct order *order)
{
    const struct str texts[] = { order->order_id, order->carrier, order->tracking, order->eta };
    for (size_t i = 0; i < countof(texts); i++) {
        TRY(key_put(buf, texts[i]));
    }
    TRY(key_put_number(buf, order->type));
    TRY(key_put_number(buf, order->at_wall_ms));
    char text[CLOCK_TEXT_BYTES];
    struct str placed = STR_NONE;
    (void)order_placed_day(order, text, &placed);
    TRY(key_put_number(buf, order->at_offset_min));
    TRY(key_put(buf, placed));
    for (size_t i = 0; i < order->items_count; i++) {
        TRY(key_put(buf, order->items[i].sku));
        TRY(key_put(buf, order->items[i].name));
        TRY(key_put(buf, order->items[i].price));
        TRY(key_put(buf, order->items[i].currency));
        TRY(key_put_number(buf, order->items[i].quantity));
    }
    return key_put_number(buf, (int64_t)order->items_count);
}

static enum err key_put_passages(struct buf *buf, const struct brief *brief)
{
    for (size_t i = 0; i < brief->passages_count; i++) {
        TRY(key_put(buf, brief->passages[i].id));
        TRY(key_put(buf, brief->passages[i].title));
        TRY(key_put(buf, brief->passages[i].text));
    }
    return key_put_number(buf, (int64_t)brief->passages_count);
}

static enum err key_put_message(struct buf *buf, struct arena *arena, const struct brief *brief)
{
    const struct message *message = &brief->event->message;
    struct str canonical = brief->canonical;
    if (!canonical.ptr) {
        TRY(utf8_canonical(arena, message->text, &canonical));
    }
    TRY(key_put(buf, canonical));
    TRY(key_put(buf, message->sku));
    TRY(key_put(buf, message->order_id));
    return key_put(buf, message->channel);
}

static enum err key_put_request(struct buf *buf, const struct copy_request *request,
                                const struct ban *ban)
{
    const struct str texts[] = { request->sku,     request->audience, request->tone,
                                 request->channel, request->offer,    request->market,
                                 ban ? ban->version : STR_NONE };
    for (size_t i = 0; i < countof(texts); i++) {
        TRY(key_put(buf, texts[i]));
    }
    TRY(key_put_number(buf, request->variants));
    return key_put_number(buf, request->max_chars);
}

/* What the catalogue has for the message's wish, or for what its words may mean. */
static enum err key_put_shelf(struct buf *buf, const struct brief *brief)
{
    const bool flags[] = { brief->is_shelf, brief->is_shelf_part, brief->is_shelf_cheapest,
                           brief->is_choice, brief->is_unsold };
    for (size_t i = 0; i < countof(flags); i++) {
        TRY(key_put_number(buf, flags[i] ? 1 : 0));
    }
    for (size_t i = 0; i < brief->categories_count; i++) {
        TRY(key_put(buf, brief->categories[i]));
    }
    TRY(key_put_number(buf, (int64_t)brief->categories_count));
    TRY(key_put_number(buf, (int64_t)brief->asides_count));
    return key_put(buf, brief->aside);
}

static enum err key_put_brief(struct buf *buf, struct arena *arena, const struct brief *brief)
{
    const struct event *event = brief->event;
    TRY(key_put(buf, event->tenant));
    TRY(key_put(buf, brief->language));
    TRY(key_put_number(buf, event->kind));
    TRY(event->kind == EVENT_COPY_REQUEST
            ? key_put_request(buf, &event->copy_request, brief->ban)
            : key_put_message(buf, arena, brief));
    TRY(key_put_product(buf, brief_product(brief)));
    for (size_t i = 0; i < brief->others_count; i++) {
        TRY(key_put_product(buf, brief->others[i]));
    }
    TRY(key_put_number(buf, (int64_t)brief->others_count));
    TRY(key_put_shelf(buf, brief));
    for (size_t i = 0; i < brief->orders_count; i++) {
        TRY(key_put_order(buf, &brief->orders[i]));
    }
    TRY(key_put_number(buf, (int64_t)brief->orders_count));
    TRY(key_put_passages(buf, brief));
    bool is_personal = brief_is_personal(brief) && event->kind == EVENT_MESSAGE;
    TRY(key_put(buf, is_personal ? event->message.customer_id : STR_NONE));
    return brief->mended.len > 0 ? key_put(buf, brief->mended) : OK;
}

enum err key_of_answer(const struct key_scope *scope, struct arena *arena,
                       const struct brief *brief, bool *ret_cacheable, struct key *ret_key)
{
    if (brief->history_count > 0) {
        *ret_cacheable = false;
        return OK;
    }
    CLEANUP(buf_fini) struct buf buf;
    char usual[KEY_BYTES_USUAL];
    buf_init_on(&buf, usual, sizeof(usual), KEY_BYTES_MAX);
    TRY(key_put(&buf, STR(KEY_VERSION)));
    TRY(key_put(&buf, STR("screened answer")));
    TRY(key_put(&buf, scope->model));
    TRY(key_put(&buf, scope->prompt_version));
    TRY(key_put_brief(&buf, arena, brief));
    TRY(key_sign(scope->seal, &buf, ret_key));
    *ret_cacheable = true;
    return OK;
}
