/* screen_fit.h - whether a value of a reply is the value that a fact states.
 *
 * The same kind, amount and unit are not always enough, nor always needed: one end of a range must
 * be called that end, "in two days" may be a date, a price may stand without its currency.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_FIT_H
#define ANSWER_SCREEN_FIT_H

#include "worker/answer/screen_facts.h"

/* A value of a reply, and the plain text around it that says which value it is. */
struct screen_said {
    const struct screen_value *value;
    struct str before; /* from the end of the value or fact before it */
    struct str behind; /* up to the end of its clause */
    topic_set topics;  /* what it is told of */
    bool is_order_dated; /* of an order whose day of arrival is known */
};

/* True if what the value is told of is what the fact is about. */
bool screen_is_told_of(const struct screen_said *said, const struct screen_fact *fact);

/* `today` is a day since 1970. Words (SCREEN_TEXT) and identifiers are no values: false. */
bool screen_fits(const struct screen_said *said, int64_t today, const struct screen_value *fact);

/* True if what is said in the plain `text` is the number of the fact (screen_is_bare_number()),
 * with a unit that its attribute leaves to its name: "warranty in months 24". */
bool screen_fits_bare(const struct screen_said *said, struct str text,
                      const struct screen_fact *fact);

#endif
