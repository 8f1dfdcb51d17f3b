/* quantity.h - how many pieces of a product a question asks for, and what they cost.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_QUANTITY_H
#define ANSWER_QUANTITY_H

#include "common/product.h"
#include "worker/answer/order_asked.h"

#define QUANTITY_MAX 999

struct quantity_total {
    int64_t quantity; /* at least 2 */
    int64_t amount;   /* in ten thousandths, of the product's currency */
};

/* "three of the kettle", "3 kettles", 三个茶壶: price times quantity. False: the question asks for
 * no number of pieces, holds another number that may be meant, or the product has no price. */
bool quantity_total(struct str question, const struct product *product,
                    struct quantity_total *ret_total);

#endif
