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
    bool is_unit = value->unit == fact->unit || value->kind == SCREEN_WEEKDAYS;
    return is_unit && value->amount == fact->amount;
}

/* Hours of some days are those of each of them, and of no other. */
static bool clock_fits(const struct screen_value *value, const struct screen_value *fact)
{
    bool has_days = value->unit == 0 || fact->unit == 0 || (value->unit & ~fact->unit) == 0;
    return has_days && value->amount == fact->amount;
}

static bool is_only_weekday(const struct screen_date *date)
{
    return date->weekday > 0 && date->day == 0 && date->month == 0;
}

bool screen_is_told_of(const struct screen_said *said, const struct screen_fact *fact)
{
    enum screen_kind kind = said->value->kind;
    bool is_phone = kind == SCREEN_PHONE;
    bool is_one_of_days = kind == SCREEN_DATE && fact->value.kind == SCREEN_WEEKDAYS;
    topic_set topics = said->topics;
    if (is_phone) { /* whatever one calls about; but it is no parcel's and no product's */
        topics &= TOPIC_BIT(TRACKING) | TOPIC_BIT(SKU) | TOPIC_BIT(ORDER);
    } else if (is_one_of_days || kind == SCREEN_WEEKDAYS || kind == SCREEN_CLOCK) {
        topics &= ~(TOPIC_BIT(HOURS) | TOPIC_BIT(PHONE));
    }
    /* A parcel that arrives on a Wednesday is not borne out by hours from Monday to Friday. */
    bool is_strict = is_phone || is_one_of_days;
    return (fact->topics == 0 && !(is_strict && topics)) || (topics & ~fact->topics) == 0;
}

/* "Call us on a Wednesday", where the page says from Monday to Friday. */
static bool one_of_days_fits(const struct screen_value *value, const struct screen_value *fact)
{
    return value->kind == SCREEN_DATE && fact->kind == SCREEN_WEEKDAYS &&
           is_only_weekday(&value->date) && ((fact->amount >> (value->date.weekday - 1)) & 1) != 0;
}

/* "From 9 to 17", where no day is told with it. */
static bool bare_hour_fits(const struct screen_value *value, const struct screen_value *fact)
{
    return value->kind == SCREEN_NUMBER && fact->kind == SCREEN_CLOCK &&
           value->bound != SCREEN_ALONE && value->amount % 10000 == 0 &&
           value->amount / 10000 * 60 == fact->amount;
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
    if (money_fits(value, fact) || bare_price_fits(value, fact) || bare_hour_fits(value, fact) ||
        one_of_days_fits(value, fact)) {
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
    case SCREEN_CLOCK:
        return clock_fits(value, fact);
    case SCREEN_MEASURE:
    case SCREEN_WEEKDAYS:
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

bool screen_fits_bare(const struct screen_said *said, struct str text,
                      const struct screen_fact *fact)
{
    bool is_told = fact->topics == 0 || (said->topics & fact->topics) != 0;
    return is_told && plain_is_at(text, said->value->from, fact->text);
}
