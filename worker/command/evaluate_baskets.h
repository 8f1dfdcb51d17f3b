/* evaluate_baskets.h - a file of baskets: who bought what together, and when.
 *
 * CSV with a line that names the columns `customer`, `time` (or `seq`), `sku` (or `item`), and
 * if there are any `order` and `category`; one line for each product. Or JSON lines with
 * `customer`, `time` or `seq`, `order` and `items`, a list of skus. A time is RFC 3339 or a number
 * that grows, in whatever unit (evaluate_pace.h). Without `order`, what a customer bought at one
 * time is a basket.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_BASKETS_H
#define COMMAND_EVALUATE_BASKETS_H

#include "common/arena.h"
#include "common/map.h"
#include "common/note.h"

#define BASKETS_BYTES_MAX ((size_t)1 << 30)
#define BASKETS_NAMES_MAX 2000000 /* customers, products and baskets, of each */

struct basket {
    uint32_t number; /* by first line */
    uint32_t customer;
    int64_t at;
    struct str order;
    uint32_t *items; /* numbers of products, each once */
    uint32_t items_count;
    uint32_t items_room;
    bool is_held; /* the customer's last one, which is to be foretold */
};

struct basket_names {
    struct map map;
    struct str *texts; /* by number */
    uint32_t count;
    uint32_t room;
};

struct baskets {
    struct arena arena;
    struct basket_names customers;
    struct basket_names items;
    struct basket_names orders;
    struct str *categories; /* by number of the product; empty: not known */
    uint32_t categories_room;
    struct basket *all; /* in order of time, equal ones as in the file */
    uint32_t count;
    uint32_t room;
    uint64_t lines;
    bool has_dates;    /* not all times are numbers */
    bool is_stretched; /* the times are made from numbers that were no milliseconds */
};

/* Reads the file's bytes; holds back the last basket of everyone with at least three. The
 * result is to be given to baskets_fini() even after an error. ERR_FORMAT, with the line in the
 * note; ERR_FULL; ERR_NOMEM. */
MUST_USE enum err baskets_read(struct baskets *baskets, struct str bytes, struct note *note);
void baskets_fini(struct baskets *baskets);

/* The number of a product that is in the file. */
uint32_t baskets_number(const struct baskets *baskets, struct str sku);

#endif
