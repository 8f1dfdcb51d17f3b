/* order_scan.h - the usual order, read without a tree; part of order.h.
 *
 * The tree of an order event has some forty parts, each of which is made, looked up, copied and
 * freed: half of what an order event costs. What almost every one looks like, and each state that
 * we have written, is read here in one pass, into one copy of its bytes. At the first sign of
 * anything else (an escape, a fraction, a null, a field that we do not know, a fault) nothing is
 * decided: json_read() and order_decode() read the bytes from their start, and say what is wrong.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_ORDER_SCAN_H
#define COMMON_ORDER_SCAN_H

#include "common/order.h"

/* Longer ones, and those with more lines, are left. */
#define ORDER_SCAN_BYTES_MAX ((size_t)16384)
#define ORDER_SCAN_ITEMS_MAX 24

enum order_scan_end {
    ORDER_SCAN_DONE,
    ORDER_SCAN_LEFT, /* to json_read() */
    ORDER_SCAN_NOMEM
};

/* Reads an event. With ORDER_SCAN_DONE the order is the one that order_decode() reads, and the
 * bytes are no CloudEvent in structured mode; else `*ret_order` is not touched. */
enum order_scan_end order_scan_event(struct arena *arena, struct str bytes,
                                     struct order *ret_order);

/* The same for a state, as order_state_decode() reads it. */
enum order_scan_end order_scan_state(struct arena *arena, struct str bytes,
                                     struct order *ret_order);

#endif
