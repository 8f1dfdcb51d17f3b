/* brief.h - all that an answer may be made from: the event, its language and intent, the
 * conversation so far, and the facts.
 *
 * The prompt, the cache key, the builtin model and the screen all read the same brief, so
 * what is keyed is what was asked.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BRIEF_H
#define ANSWER_BRIEF_H

#include "common/event.h"
#include "common/fact.h"
#include "common/flaw.h"
#include "worker/answer/ban.h"
#include "worker/answer/intent.h"
#include "worker/answer/offer.h"
#include "worker/answer/passage.h"

#define BRIEF_HISTORY_MAX 32
#define BRIEF_ORDERS_MAX 8
#define BRIEF_PASSAGES_MAX 4
#define BRIEF_LEANING_MAX 3
#define BRIEF_PRODUCTS_MAX 3 /* that one message names */
#define BRIEF_CATEGORIES_MAX 12

/* One earlier message of the conversation, with the answer it got (empty if none). */
struct exchange {
    int32_t partition;
    int64_t offset;
    int64_t at_wall_ms;
    enum author author;
    struct str text;
    struct str answer;
    struct str sku; /* the product it was about, as far as that was known */
    struct str order_id;
};

struct brief {
    const struct event *event;
    struct str language;      /* of the answer: "zh", "en", ... */
    struct str canonical;     /* the text of a message; ptr is NULL: not made yet */
    struct str mended;        /* the same without what was misspelt (mend.h); empty: nothing was */
    enum intent intent;       /* of a message */
    const struct exchange *history; /* oldest first */
    size_t history_count;
    const struct order *orders; /* of this customer, newest first */
    size_t orders_count;
    bool orders_known; /* false: the store was away, so their absence means nothing */
    const struct order *named; /* what brief_find_named() has found */
    bool names_number;         /* the message has an order's number, one of `orders` or not */
    concept_set about;         /* what the message's text is about */
    bool is_named_found;       /* false: none of the three has been looked for yet */
    const struct product *product; /* the one it is about, or NULL */
    const struct product *const *others; /* besides `product`: named, then the asides */
    size_t others_count;
    size_t asides_count; /* of `others`, the last ones: neither named nor what all of it wishes */
    bool is_choice;     /* the asides are what it may mean, as its words fit them equally */
    struct str aside;   /* the question of several (question.h) that the asides fit, as a wish;
                           it is the one that is_shelf_part and is_shelf_cheapest are of, then */
    bool names_product; /* the message's own words name `product` */
    bool is_shelf;      /* product and others are what fits a wish (shelf.h), or nothing does */
    bool is_shelf_part; /* more fits than these */
    bool is_shelf_cheapest; /* these cost least of their kind, of those in stock */
    const struct str *categories; /* it asks what is sold at all; is_shelf_part: and others */
    size_t categories_count;
    bool is_wish;   /* it only asks whether there is such a thing */
    bool is_unsold; /* and no product of the whole catalogue has its words */
    const struct passage *passages; /* of the shop's knowledge, best first */
    const unsigned *covers; /* of each, how much of what is asked it tells; NULL: not known */
    size_t passages_count;
    const struct offer *offers; /* of a recommendation, best first */
    size_t offers_count;
    const struct ban *ban; /* what copy may not say; NULL: nothing is banned */
    enum flaw flaw; /* of the answer that was given to it before; FLAW_NONE: there was none */
};

/* What has to be fetched before an event can be answered. */
struct needs {
    bool history;
    bool orders;
    bool passages;
    bool leans; /* the text says too little without the history: passages are looked for by both */
    struct str sku; /* empty: none known from the event itself */
};

/* Rules, in this order; `text` is the message's:
 *
 *   an event that is no customer's message    nothing; a copy request its sku
 *   greeting, thanks, person, angry, scope,
 *   help, robot                               nothing
 *   nod                                       history, that it leans on
 *   order status, return, refund, cancel,
 *   change of address                         orders
 *   any other message that names an order     orders: context.order_id, "my order", "我的订单",
 *                                             "I ordered", a number after "order"
 *   other, short and with a digit             orders: it may be an order's number
 *   "the second one", and no product is named orders: one that was listed before may be meant
 *   "F-0900", and no product is named         orders: the same
 *   price, and no product is named            orders: that of an order may be meant
 *   other, complaint                          history: no rule knows what it leans on
 *   order status, ... that names no order     history: it may have been named before
 *   shipping time, price, stock, product      history, unless context.sku names the product
 *   a text that leans on another              history: a pronoun (it, that, them, 它, 那个), a
 *                                             choice (the second, other, both, 另一个), an
 *                                             ellipsis (starts with and/what about/那/还有, ends
 *                                             with 呢), a comparison (again, else, cheaper, 更)
 *
 * Passages are needed for all of these but the first two lines: a policy can matter to any of them.
 * "This" and 这个 lean on context.sku when there is one, so they need no history then. */
struct needs brief_needs(const struct event *event, enum intent intent);

/* The same when the text names a product of the catalogue, which is as good as context.sku;
 * that one comes first when both are there. Borrows `named_sku`; empty: none is named. `known` is
 * what the message's text is about, where that has been found out; NULL: it has not. */
struct needs brief_needs_named(const struct event *event, enum intent intent,
                               struct str named_sku, const struct concepts *known);

/* What a text is about, all of its sentences together. */
concept_set brief_concepts(struct str text);

/* The product it is about: `product`, or the one that a copy request brings. NULL: none. */
const struct product *brief_product(const struct brief *brief);

/* The product with the attributes that a copy request brings, which go before its own of the same
 * name. Borrows both; the copy is the arena's. ERR_NOMEM. */
MUST_USE enum err brief_add_attributes(struct arena *arena, const struct copy_request *request,
                                       const struct product **product);

/* The product the conversation was about last, from history; empty if none. */
struct str brief_history_sku(const struct exchange *history, size_t history_count);

/* What a text leans on that goes on from the history: the customer's last message, and as long as
 * that one leans itself the one before it, at most BRIEF_LEANING_MAX. Empty: the customer has said
 * nothing. ERR_NOMEM. */
MUST_USE enum err brief_said_before(struct arena *arena, const struct exchange *history,
                                    size_t history_count, struct str *ret_text);

/* The message's text as it is looked into for what it asks and names; not what a model is told. */
static inline struct str brief_text(const struct brief *brief)
{
    return brief->mended.len > 0 ? brief->mended : brief->event->message.text;
}

/* How many of the others the message names, or fit its wish. */
static inline size_t brief_named_count(const struct brief *brief)
{
    return brief->others_count - brief->asides_count;
}

/* Names of what the brief relies on, for answers and audit. Returns how many were written. */
size_t brief_facts(const struct brief *brief, struct fact facts[FACTS_MAX]);

/* True if the answer may hold one customer's own facts: history, orders, or that there are
 * none where they were asked for. */
bool brief_is_personal(const struct brief *brief);

#endif
