/* screen_fit.c - see screen_fit.h. */
#include "worker/answer/screen_fit.h"

#include "worker/answer/screen_phone.h"

/* One end of a range may stand alone if it is called that end. */
static bool said_has_bound(const struct screen_said *said, enum screen_bound fact)
{
    enum screen_bound bound = said->value->bound;
    if (bound == fact) {
        return true;
    }
    bool is_low = plain_has_any(said->before, "at least|from|minimum|as early as|earliest|"
                                              "至少|最快|最少|最早|起");
    if (bound == SCREEN_ALONE && fact == SCREEN_FROM) {
        return is_low;
    }
    return bound == SCREEN_ALONE && fact == SCREEN_TO && !is_low;
}

static bool said_is_ahead(const struct screen_said *said)
{
    return plain_has_any(said->before, "in|within|another") ||
           plain_has_any(said->behind, "from now|from today|later|后|之后|以后|内");
}

/* Of an order that has a date, its days are counted to that date, whatever a product may take. */
static bool said_is_of_dated_order(const struct screen_said *said)
{
    topic_set others = said->topics & ~(TOPIC_BIT(SHIP) | TOPIC_BIT(ARRIVE));
    return said->is_order_dated && said_is_ahead(said) && others == 0;
}

/* "in two days", 三天后: the day that it is then. */
static bool said_is_day(const struct screen_said *said, int64_t today,
                        const struct screen_value *fact)
{
    const struct screen_value *value = said->value;
    if (fact->kind != SCREEN_DATE || !screen_is_day_unit(value->unit) || !said_is_ahead(said) ||
        value->bound != SCREEN_ALONE) {
        return false;
    }
    struct screen_date then = screen_date_of(today + value->amount / 10000);
    return screen_is_same_day(&then, &fact->date) && fact->date.day > 0;
}

static bool money_fits(const struct screen_value *value, const struct screen_value *fact)
{
    return value->kind == SCREEN_MONEY && fact->kind == SCREEN_MONEY &&
           value->amount == fact->amount && screen_is_same_money(value->unit, fact->unit);
}

/* A price is sometimes told without its currency. */
static bool bare_price_fits(const struct screen_value *value, const struct screen_value *fact)
{
    return fact->kind == SCREEN_MONEY && value->amount == fact->amount &&
           (value->kind == SCREEN_NUMBER || (value->kind == SCREEN_MONEY && fact->unit == 0));
}

static bool amount_fits(const struct screen_value *value, const struct screen_value *fact)
{
    return value->unit == fact->unit && value->amount == fact->amount;
}

static struct screen_phone phone_of(const struct screen_value *value)
{
    return (struct screen_phone){ (enum screen_phone_form)value->unit, value->amount };
}

static bool phone_fits(const struct screen_value *value, const struct screen_value *fact)
{
    const struct screen_phone said = phone_of(value);
    const struct screen_phone told = phone_of(fact);
    return screen_phone_fits(&said, &told);
}

bool screen_fits(const struct screen_said *said, int64_t today, const struct screen_value *fact)
{
    const struct screen_value *value = said->value;
    if (value->kind == SCREEN_PERIOD && said_is_day(said, today, fact)) {
        return true;
    }
    if (value->kind == SCREEN_PERIOD && said_is_of_dated_order(said)) {
        return false;
    }
    if (money_fits(value, fact) || bare_price_fits(value, fact)) {
        return true;
    }
    if (value->kind != fact->kind) {
        return false;
    }
    switch (value->kind) {
    case SCREEN_DATE:
        return screen_is_same_day(&value->date, &fact->date);
    case SCREEN_PERIOD:
        return amount_fits(value, fact) && said_has_bound(said, fact->bound);
    case SCREEN_MEASURE:
    case SCREEN_CLOCK:
    case SCREEN_NUMBER:
        return amount_fits(value, fact);
    case SCREEN_PHONE:
        return phone_fits(value, fact);
    case SCREEN_MONEY:
    case SCREEN_IDENTIFIER:
    case SCREEN_TEXT:
        break;
    }
    return false;
}
