/* screen_read.h - the values that a sentence holds: money, dates, periods, measures, numbers and
 * identifiers, in Chinese and English, in digits and in words.
 *
 * Facts and replies are read by the same code, so that "two weeks" and 十四天 are
 * one value. Relative dates become dates by the day that is given.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_READ_H
#define ANSWER_SCREEN_READ_H

#include "worker/answer/screen_date.h"

enum screen_kind {
    SCREEN_MONEY,
    SCREEN_PERIOD,
    SCREEN_MEASURE,
    SCREEN_DATE,
    SCREEN_CLOCK,      /* a time of day: `amount` in minutes, `unit` the days of each week that it
                          is told of, as below; 0: of any */
    SCREEN_WEEKDAYS,   /* each week: `amount` their bits (screen_week.h), `unit` 1: "weekdays" */
    SCREEN_PHONE,      /* screen_phone.h: `amount` its digits, `unit` its form */
    SCREEN_NUMBER,     /* without a unit */
    SCREEN_IDENTIFIER, /* letters and digits mixed, five digits or more, an address */
    SCREEN_TEXT        /* a fact's own words */
};

/* One end of a range, as 3 of "3 to 5 days". */
enum screen_bound { SCREEN_ALONE, SCREEN_FROM, SCREEN_TO };

struct screen_value {
    enum screen_kind kind;
    enum screen_bound bound;
    int64_t amount; /* in ten thousandths; of the unit that all of a kind share */
    unsigned unit;
    struct screen_date date;
    size_t from; /* in the plain text */
    size_t to;
};

/* What is left out of a sentence: a byte that is not 0 was read already. */
struct screen_sentence {
    struct plain plain;
    unsigned char read[PLAIN_BYTES_MAX];
};

#define SCREEN_VALUES_MAX 64

/* Appends the values of what is not read yet, in their order, and marks them as read. `today` is a
 * day since 1970. False: there are more than SCREEN_VALUES_MAX. */
bool screen_read(struct screen_sentence *sentence, int64_t today, struct screen_value *values,
                 size_t *count);

/* The unit of a currency code such as "EUR"; 0: not known. */
unsigned screen_currency(struct str code);

/* True if amounts of both units may be the same money: "$" is any dollar. */
bool screen_is_same_money(unsigned one, unsigned other);

/* True for days, not for working days. */
bool screen_is_day_unit(unsigned unit);

#endif
