/* price.c - see price.h. */
#include "worker/engine/price.h"

#include "common/conf_rule.h"
#include "common/properties.h"

#define PRICE_MAX 1e9
#define PRICE_TOKENS_MAX 1e12 /* whatever a backend says that it counted */

static bool price_number(struct str *rest, double *ret_number)
{
    struct str word = STR_NONE;
    struct str trimmed = str_trim(*rest);
    *rest = trimmed;
    return str_split(rest, ' ', &word) && conf_rule_real(word, ret_number) && *ret_number >= 0 &&
           *ret_number <= PRICE_MAX;
}

static enum err price_take(const struct property *property, struct price *ret_price,
                           struct note *note)
{
    struct price price = { .model = property->key };
    struct str rest = property->value;
    bool is_good = price_number(&rest, &price.in) && price_number(&rest, &price.out);
    price.cached = price.in;
    if (is_good && str_trim(rest).len > 0) {
        is_good = price_number(&rest, &price.cached) && str_trim(rest).len == 0;
    }
    if (!is_good) {
        note_set(note, "%.64s: must be two or three prices of a million tokens: in, out, cached",
                 property->key.ptr);
        return ERR_CONFIG;
    }
    *ret_price = price;
    return OK;
}

static enum err prices_fill(struct arena *arena, struct properties *properties,
                            struct prices *prices, struct note *note)
{
    for (;;) {
        struct property property;
        TRY(properties_next(properties, arena, &property, note));
        if (property.key.len == 0) {
            return OK;
        }
        if (prices->count == PRICES_MAX) {
            note_set(note, "more than %d models", PRICES_MAX);
            return ERR_CONFIG;
        }
        TRY(price_take(&property, &prices->rows[prices->count], note));
        prices->count++;
    }
}

enum err prices_read(struct arena *arena, struct str text, struct prices *ret_prices,
                     struct note *note)
{
    struct properties properties = properties_of(text);
    struct note why = { .text = "" };
    ret_prices->count = 0;
    enum err err = prices_fill(arena, &properties, ret_prices, &why);
    if (err != OK) {
        ret_prices->count = 0;
        note_set(note, "line %zu: %s", properties.line, why.text);
    }
    return err;
}

static bool price_is_of(const struct price *price, struct str model)
{
    struct str name = price->model;
    if (name.ptr[name.len - 1] == '*') {
        return str_starts(model, str_slice(name, 0, name.len - 1));
    }
    return str_eq(name, model);
}

const struct price *prices_find(const struct prices *prices, struct str model)
{
    const struct price *best = NULL;
    for (size_t i = 0; i < prices->count; i++) {
        const struct price *price = &prices->rows[i];
        if (str_eq(price->model, model)) {
            return price;
        }
        if (price_is_of(price, model) && (!best || price->model.len > best->model.len)) {
            best = price;
        }
    }
    return best;
}

/* A token at 1 for a million costs one millionth. */
static double price_of(double price, int64_t tokens)
{
    double count = (double)max_i64(tokens, 0);
    return price * (count < PRICE_TOKENS_MAX ? count : PRICE_TOKENS_MAX);
}

int64_t price_micros(const struct price *price, const struct usage *usage)
{
    int64_t cached = min_i64(usage->tokens_cached, usage->tokens_in);
    double micros = price_of(price->in, usage->tokens_in - cached) +
                    price_of(price->cached, cached) + price_of(price->out, usage->tokens_out);
    return micros < 9e15 ? (int64_t)(micros + 0.5) : (int64_t)9e15;
}

void usage_add(struct usage *usage, const struct usage *more)
{
    usage->calls += more->calls;
    usage->tokens_in += more->tokens_in;
    usage->tokens_out += more->tokens_out;
    usage->tokens_cached += more->tokens_cached;
    usage->cost_micros += more->cost_micros;
    usage->has_cost = usage->has_cost || more->has_cost;
}
