/* order_asked.h - what a customer wants to know of orders, and what their lines add up to.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_ORDER_ASKED_H
#define ANSWER_ORDER_ASKED_H

#include "common/clock.h"
#include "common/order.h"
#include "worker/answer/concept.h"

enum order_asked {
    ORDER_ASKED_STATE,
    ORDER_ASKED_COUNT,  /* "how many orders do I have?" */
    ORDER_ASKED_TOTAL,  /* "how much did I pay?" */
    ORDER_ASKED_ITEMS,  /* "what did I order?" */
    ORDER_ASKED_PLACED,  /* "when did I order it?" */
    ORDER_ASKED_MISSING, /* "it never came" */
};

/* Of an order, by what the text is about. */
enum order_asked order_asked_in(concept_set about);

/* An amount of money in ten thousandths. */
struct order_total {
    int64_t amount;
    struct str currency;
};

/* What all its lines cost. False: a line has no price, its quantity is not positive, or its
 * currency is another; there are no lines; or the sum is beyond what a price may be. */
bool order_total_of(const struct order *order, struct order_total *ret_total);

/* It was cancelled, returned or refunded: nothing is paid for it in the end. */
bool order_is_undone(const struct order *order);

/* The same of several orders together, without those that are undone.
 * False also if none is left. */
bool order_total_of_all(const struct order *orders, size_t count, struct order_total *ret_total);

/* "1234.50": at least two decimals, none that says nothing behind those. */
#define ORDER_AMOUNT_BYTES 32
struct str order_amount(int64_t amount, char out[ORDER_AMOUNT_BYTES]);

/* "12.5" as 125000. False: it is no such amount, or beyond what a price may be. */
bool order_amount_read(struct str price, int64_t *ret_amount);

/* "2025-03-01": the day where it happened. */
struct str order_day(int64_t wall_ms, int offset_min, char out[CLOCK_TEXT_BYTES]);

/* The day it was placed on, written to `out`; false: the events that made its state do not tell. */
bool order_placed_day(const struct order *order, char out[CLOCK_TEXT_BYTES], struct str *ret_day);

#endif
