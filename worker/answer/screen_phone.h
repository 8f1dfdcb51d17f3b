/* screen_phone.h - a telephone number in a plain text, however its digits are grouped.
 *
 * "+49 (0)30 901820" and "0049-30-901 820" are one number. Where the country is not told, a
 * number with its 0 in front may be that of any country; one that the facts have without a
 * country has none in a reply either.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_PHONE_H
#define ANSWER_SCREEN_PHONE_H

#include "worker/answer/plain.h"

enum screen_phone_form {
    SCREEN_PHONE_BARE,     /* 400-820-8820; also a number of something else, of 7 digits or more */
    SCREEN_PHONE_NATIONAL, /* 0800 1234567 */
    SCREEN_PHONE_ABROAD    /* +49 30 901820, 0049 30 901820 */
};

struct screen_phone {
    enum screen_phone_form form;
    int64_t digits; /* 7 to 15 of them with the 0, the 00 or the + that `form` stands for */
};

/* Bytes of the number that begins at `at`, which does not go on from another; 0: none does. */
size_t screen_phone_at(struct str text, size_t at, struct screen_phone *ret_phone);

/* True if the one that is said is the one of the fact. */
bool screen_phone_fits(const struct screen_phone *said, const struct screen_phone *fact);

#endif
