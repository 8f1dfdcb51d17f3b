/* screen_number.h - one number at a place of a plain text: 1,299.50, twenty-five, 三百二十.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_NUMBER_H
#define ANSWER_SCREEN_NUMBER_H

#include "worker/answer/plain.h"

struct screen_number {
    int64_t amount; /* in ten thousandths */
    size_t len;
    bool is_parted; /* has a comma or a point */
};

/* False: there is none. Words that stand for no number ("one of them", 一下) are the caller's to
 * leave out. */
bool screen_number_at(struct str text, size_t at, struct screen_number *ret_number);

#endif
