/* price.h - what tokens of a model cost, by a table that the operator keeps.
 *
 * Amounts are millionths of the table's currency, whichever that is, as whole numbers, so that
 * sums of them are exact.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_PRICE_H
#define ENGINE_PRICE_H

#include "common/arena.h"
#include "common/note.h"

#define PRICES_MAX 256

/* For a million tokens, in units of the currency. */
struct price {
    struct str model; /* its name; with a * at its end: all whose names begin so */
    double in;
    double out;
    double cached; /* of the input, as far as the backend had it in its cache */
};

struct prices {
    struct price rows[PRICES_MAX];
    size_t count;
};

/* Tokens of one or more calls. */
struct usage {
    int64_t calls;
    int64_t tokens_in;
    int64_t tokens_out;
    int64_t tokens_cached; /* part of tokens_in */
    int64_t cost_micros;   /* of those whose price is known */
    bool has_cost;
};

/* Reads lines MODEL = IN OUT [CACHED]; without CACHED it is as IN. Strings are the arena's.
 * ERR_CONFIG: the note says which line and why. ERR_NOMEM. */
MUST_USE enum err prices_read(struct arena *arena, struct str text, struct prices *ret_prices,
                              struct note *note);

/* The row of that model, or the longest that begins as its name does; NULL: none. */
const struct price *prices_find(const struct prices *prices, struct str model);

/* Rounded to a whole millionth. */
int64_t price_micros(const struct price *price, const struct usage *usage);

void usage_add(struct usage *usage, const struct usage *more);

#endif
