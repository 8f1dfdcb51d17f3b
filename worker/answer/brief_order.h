/* brief_order.h - which of a customer's orders a message is about.
 *
 * One that is named is the one that is told, or none is: another order's state, told as if it were
 * that one's, is worse than a question back.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BRIEF_ORDER_H
#define ANSWER_BRIEF_ORDER_H

#include "worker/answer/brief.h"

/* How many products of all orders are held against the text, those of the newest order first. */
#define BRIEF_ITEMS_MAX 1024

/* What the message's text is about. */
concept_set brief_about(const struct brief *brief);

/* The order it is about: the one whose number the text has ("F 1001" is F-1001, too), or whose
 * tracking number, else the context's, else the newest if "the last order" is said, else the one
 * whose place in the answer before is named ("the second one"), else the one with most of the
 * products that the text names, else one that goes with the carrier whose parcel it speaks of
 * ("my DHL parcel"), else the conversation's last, else the newest. NULL: there is none, one is
 * named that is not among `orders`, or a product that none of them has. */
const struct order *brief_order(const struct brief *brief);

/* The same, but NULL where nothing names one: the newest would be a guess. */
const struct order *brief_order_named(const struct brief *brief);

/* The order with most of the products that the text names, by the sku of the catalogue's product
 * that it names, or by the name that the order has for it; NULL: none has any. */
const struct order *brief_order_by_items(const struct brief *brief);

/* True if the text has the number of one of `orders`, or that of its parcel. */
bool brief_names_order(const struct brief *brief);

/* The order that the exchange right before was about; NULL: none. */
const struct order *brief_order_before(const struct brief *brief);

/* Looks for it once, for all who will ask; history, orders and product are there. */
void brief_find_named(struct brief *brief);

/* All that it may be about: those whose numbers the text has; all if it asks for all; those that
 * fit the named products equally well, or the named carrier; the one that is named otherwise; else
 * the newest and those under way. At most `max`, newest first. Gives how many; none where
 * brief_order() has none. */
size_t brief_orders_meant(const struct brief *brief, const struct order **ret_orders, size_t max);

/* True if the text has a number ("100234", "order B-9", 物流 SF9) that none of `orders` has. */
bool brief_names_unknown_order(const struct brief *brief);

/* True if the text names a product of the catalogue, and nothing names one of `orders`. */
bool brief_names_other_product(const struct brief *brief);

#endif
