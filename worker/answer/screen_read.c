/* screen_read.c - see screen_read.h. From left to right, the longest form first: a date, a time of
 * day, a telephone number, an identifier, a number with the sign in front of it or the unit behind
 * it. */
#include "worker/answer/screen_read.h"

#include "worker/answer/screen_number.h"
#include "worker/answer/screen_pair.h"
#include "worker/answer/screen_phone.h"
#include "worker/answer/screen_week.h"

enum screen_unit {
    UNIT_NONE,
    UNIT_DAY, UNIT_WORKDAY, UNIT_MONTH, UNIT_MINUTE,
    UNIT_DOLLAR, UNIT_USD, UNIT_EUR, UNIT_GBP, UNIT_CNY, UNIT_YEN_SIGN, UNIT_JPY, UNIT_HKD,
    UNIT_AUD, UNIT_CAD, UNIT_SGD, UNIT_CHF,
    UNIT_PERCENT, UNIT_TENTHS, UNIT_GRAM, UNIT_POUND_WEIGHT, UNIT_OUNCE, UNIT_MILLIMETRE,
    UNIT_INCH, UNIT_MILLILITRE, UNIT_WATT, UNIT_VOLT, UNIT_MAH, UNIT_GIGABYTE, UNIT_HERTZ,
    UNIT_CELSIUS, UNIT_LUMEN
};

struct unit_row {
    struct str word;
    enum screen_kind kind;
    enum screen_unit unit;
    int64_t factor;
};

static const struct unit_row units[] = {
#define UNIT(word, kind, unit, factor)                                                             \
    { { word, sizeof(word) - 1 }, SCREEN_##kind, UNIT_##unit, factor },
#include "worker/answer/screen_unit.def"
#undef UNIT
};

static struct screen_firsts unit_firsts; /* only read once main() runs */

__attribute__((constructor)) static void unit_firsts_build(void)
{
    for (size_t i = 0; i < countof(units); i++) {
        screen_firsts_add(&unit_firsts, units[i].word);
    }
}

unsigned screen_currency(struct str code)
{
    for (size_t i = 0; i < countof(units); i++) {
        if (units[i].kind == SCREEN_MONEY && str_eq_ascii_case(units[i].word, code)) {
            return units[i].unit;
        }
    }
    return UNIT_NONE;
}

bool screen_is_same_money(unsigned one, unsigned other)
{
    if (one == other) {
        return true;
    }
    unsigned low = one < other ? one : other;
    unsigned high = one < other ? other : one;
    bool is_dollar = low == UNIT_DOLLAR && (high == UNIT_USD || high == UNIT_HKD ||
                                            high == UNIT_AUD || high == UNIT_CAD ||
                                            high == UNIT_SGD);
    bool is_yen_sign = (low == UNIT_CNY && high == UNIT_YEN_SIGN) ||
                       (low == UNIT_YEN_SIGN && high == UNIT_JPY);
    return is_dollar || is_yen_sign;
}

bool screen_is_day_unit(unsigned unit)
{
    return unit == UNIT_DAY;
}


static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] == ' ') {
        at++;
    }
    return at;
}

static const struct unit_row *unit_at(struct str text, size_t at, bool is_glued)
{
    const struct unit_row *best = NULL;
    if (!screen_firsts_may_be(&unit_firsts, text, at)) {
        return NULL;
    }
    for (size_t i = 0; i < countof(units); i++) {
        struct str word = units[i].word;
        bool is_longer = !best || word.len > best->word.len;
        if (!is_longer || word.ptr[0] != text.ptr[at]) {
            continue;
        }
        /* Glued to its number, as in 5kg, only what follows counts as its edge. */
        struct str from = is_glued ? str_slice(text, at, text.len) : text;
        if (plain_is_at(from, is_glued ? 0 : at, word)) {
            best = &units[i];
        }
    }
    return best;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

/* A run of letters, digits and what joins them, if it is no number with a unit: AB-1234, 1Z999,
 * 100234, x@y.example */
static size_t identifier_at(struct str text, size_t at)
{
    size_t end = at;
    size_t digits = 0;
    size_t letters = 0;
    size_t joints = 0;
    while (end < text.len) {
        char c = text.ptr[end];
        bool is_joint = c == '-' || c == '_' || c == '@' || c == '/' || c == '.' || c == '#';
        bool goes_on = end + 1 < text.len && is_word_char(text.ptr[end + 1]);
        if (!is_word_char(c) && !(is_joint && goes_on && end > at)) {
            break;
        }
        digits += is_digit(c);
        letters += is_word_char(c) && !is_digit(c);
        joints += c == '@' || c == '_' || c == '#';
        end++;
    }
    bool is_web = letters > 3 && (str_find(str_slice(text, at, end - at), STR("www.")) == 0 ||
                                  str_find(str_slice(text, at, end - at), STR(".com")) < end - at);
    if (digits == 0) { /* most words: no look at what else they could be */
        return joints > 0 || is_web ? end - at : 0;
    }
    struct screen_number number;
    bool is_number = screen_number_at(text, at, &number);
    size_t behind = is_number ? at + number.len : at;
    bool is_joined = behind < text.len && text.ptr[behind] == '-'; /* "30-day" */
    bool is_measure = is_number && letters > 0 && is_digit(text.ptr[at]) &&
                      unit_at(text, behind + (is_joined ? 1 : 0), true);
    bool is_ordinal = screen_ordinal_end(text, behind) > behind;
    bool is_mixed = letters > 0 && !is_measure && !is_ordinal;
    bool is_long = letters == 0 && digits >= 5 && !(is_number && number.is_parted);
    return is_mixed || is_long || joints > 0 || is_web ? end - at : 0;
}

/* A telephone number, or an identifier where that is longer: 4008208820-A. */
static size_t code_at(struct str text, size_t at, struct screen_value *value)
{
    struct screen_phone phone = { .digits = 0 };
    size_t dialled = screen_phone_at(text, at, &phone);
    size_t len = identifier_at(text, at);
    bool is_phone = dialled > 0 && dialled >= len;
    value->kind = is_phone ? SCREEN_PHONE : SCREEN_IDENTIFIER;
    value->amount = phone.digits;
    value->unit = phone.form;
    return is_phone ? dialled : len;
}

/* "-", "to", "~", "至", "到" between two numbers. */
static size_t range_mark_at(struct str text, size_t at)
{
    static const struct str marks[] = { { "-", 1 },  { "~", 1 },  { "to ", 3 }, { "–", 3 },
                                        { "—", 3 }, { "至", 3 }, { "到", 3 },  { "and ", 4 } };
    size_t from = skip_spaces(text, at);
    for (size_t i = 0; i < countof(marks); i++) {
        if (str_starts(str_slice(text, from, marks[i].len), marks[i])) {
            return skip_spaces(text, from + marks[i].len);
        }
    }
    return 0;
}

#define READ_HALF 5000 /* in ten thousandths */

static bool is_period(const struct unit_row *unit)
{
    return unit && unit->kind == SCREEN_PERIOD;
}

/* 月 of 一个半月, 半年: the unit behind 半, which may have lost its 个. */
static const struct unit_row *half_unit_at(struct str text, size_t at)
{
    static const struct unit_row month = { { "月", 3 }, SCREEN_PERIOD, UNIT_MONTH, 1 };
    const struct unit_row *unit = unit_at(text, at, true);
    if (!unit && plain_is_at(text, at, month.word)) {
        return &month;
    }
    return is_period(unit) ? unit : NULL;
}

/* "A month", "an hour", "half a year", 半个月: periods that are told without a number. Bytes of
 * what stands in front of the unit; 0: none. */
static size_t period_lead_at(struct str text, size_t at, int64_t *ret_amount)
{
    static const struct {
        struct str word;
        int64_t amount;
    } leads[] = {
        { STR("half a "), READ_HALF }, { STR("half an "), READ_HALF }, { STR("a "), 10000 },
        { STR("an "), 10000 },         { STR("半"), READ_HALF },
    };
    char c = text.ptr[at];
    for (size_t i = 0; i < countof(leads) && (c == 'a' || c == 'h' || c == leads[4].word.ptr[0]);
         i++) {
        size_t len = leads[i].word.len;
        if (plain_is_at(text, at, leads[i].word) && half_unit_at(text, at + len)) {
            *ret_amount = leads[i].amount;
            return len;
        }
    }
    return 0;
}

/* "Twice a day", "24 hours a day": how often, and no period. */
static bool is_rate(struct str text, size_t at)
{
    struct str before = str_slice(text, at > 8 ? at - 8 : 0, min_size(at, 8));
    return plain_has_any(before, "hours|times|once|twice|days");
}

static bool period_at(struct str text, size_t at, struct screen_value *value, size_t *ret_len)
{
    int64_t amount = 0;
    size_t lead = period_lead_at(text, at, &amount);
    if (lead == 0 || is_rate(text, at)) {
        return false;
    }
    const struct unit_row *unit = half_unit_at(text, at + lead);
    size_t end = at + lead + unit->word.len;
    if (plain_is_at(text, end, STR(" and a half"))) {
        amount += READ_HALF;
        end += STR(" and a half").len;
    }
    *value = (struct screen_value){ .kind = SCREEN_PERIOD, .unit = unit->unit, .from = at,
                                    .amount = amount * unit->factor };
    *ret_len = end - at;
    return true;
}

/* Bytes of the half that belongs to the number which ends at `end`: "one and a half", 一个半. */
static size_t half_behind(struct str text, size_t end)
{
    static const struct str halves[] = { STR(" and a half"), STR("个半"), STR(" 个半") };
    for (size_t i = 0; i < countof(halves); i++) {
        if (plain_is_at(text, end, halves[i])) {
            size_t behind = end + halves[i].len;
            bool is_chinese = i > 0;
            return !is_chinese || half_unit_at(text, behind) ? halves[i].len : 0;
        }
    }
    return 0;
}

static struct screen_value value_of(const struct screen_number *number, size_t from)
{
    return (struct screen_value){ .kind = SCREEN_NUMBER,
                                  .amount = number->amount,
                                  .from = from,
                                  .to = from + number->len };
}

static void value_take_unit(struct screen_value *value, const struct unit_row *unit)
{
    value->kind = unit->kind;
    value->unit = unit->unit;
    value->amount *= unit->factor;
}

struct reading {
    struct screen_value *values;
    size_t count;
};

static bool reading_add(struct reading *reading, const struct screen_value *value)
{
    if (reading->count == SCREEN_VALUES_MAX) {
        return false;
    }
    reading->values[reading->count++] = *value;
    return true;
}

/* A number, or two that are a range, with the unit in front of or behind them. */
static size_t amount_at(struct str text, size_t at, struct screen_value values[2],
                        size_t *ret_count)
{
    struct screen_number number;
    const struct unit_row *sign = unit_at(text, at, false);
    sign = sign && sign->kind == SCREEN_MONEY ? sign : NULL;
    size_t from = sign ? skip_spaces(text, at + sign->word.len) : at;
    if (!screen_number_at(text, from, &number)) {
        return 0;
    }
    values[0] = value_of(&number, from);
    size_t end = from + number.len;
    size_t count = 1;
    size_t half = half_behind(text, end);
    values[0].amount += half > 0 ? READ_HALF : 0;
    end += half;
    size_t second = range_mark_at(text, end);
    const struct unit_row *between = unit_at(text, skip_spaces(text, end), true);
    if (second && !between) {
        const struct unit_row *again = unit_at(text, second, false);
        size_t to = again && again->kind == SCREEN_MONEY ? second + again->word.len : second;
        if (screen_number_at(text, to, &number)) {
            values[1] = value_of(&number, to);
            values[0].bound = SCREEN_FROM;
            values[1].bound = SCREEN_TO;
            end = to + number.len;
            count = 2;
        }
    }
    size_t behind = skip_spaces(text, end);
    behind += plain_is_at(text, behind, STR("-")) && behind == end ? 1 : 0; /* "30-day" */
    const struct unit_row *unit = half > 0 ? half_unit_at(text, behind) : NULL;
    unit = unit ? unit : unit_at(text, behind, true);
    for (size_t i = 0; i < count && (unit || sign); i++) {
        value_take_unit(&values[i], unit ? unit : sign);
    }
    end = unit ? behind + unit->word.len : end;
    if (is_period(unit) && plain_is_at(text, end, STR("半"))) { /* 一年半 */
        values[count - 1].amount += READ_HALF * unit->factor;
        end += STR("半").len;
    }
    values[0].from = at;
    *ret_count = count;
    return end - at;
}

static bool is_start(const struct screen_sentence *sentence, size_t at)
{
    struct str text = plain_str(&sentence->plain);
    bool touches = at > 0 && is_word_char(text.ptr[at]) && is_word_char(text.ptr[at - 1]);
    return !sentence->read[at] && !touches && ((unsigned char)text.ptr[at] & 0xC0) != 0x80;
}

/* Nothing of what was read already may be in a value. */
static bool is_free(const struct screen_sentence *sentence, size_t at, size_t len)
{
    for (size_t i = at; i < at + len; i++) {
        if (sentence->read[i]) {
            return false;
        }
    }
    return len > 0;
}

#define READ_FOUND_MAX 3 /* days of the week, and from when to when */

/* An hour without minutes, 9 or 17, that no unit makes a number of something; 0: none. */
static size_t bare_hour_at(struct str text, size_t at, struct screen_value *value)
{
    struct screen_number number;
    if (at >= text.len || !is_digit(text.ptr[at]) || !screen_number_at(text, at, &number) ||
        number.amount % 10000 != 0 || number.amount > INT64_C(240000) || number.is_parted) {
        return 0;
    }
    *value = (struct screen_value){ .kind = SCREEN_CLOCK, .from = at,
                                    .amount = number.amount / 10000 * 60 };
    return number.len;
}

/* Bytes of the hours behind days: "9-17", ", from 9 to 17:00". What has minutes is read anyway. */
static size_t hours_behind(struct str text, size_t end, struct screen_value hours[2])
{
    static const struct str leads[] = { STR(","), STR(":"), STR("from "), STR("between ") };
    size_t at = skip_spaces(text, end);
    int64_t minutes = 0;
    for (size_t i = 0; i < countof(leads); i++) {
        bool is_lead = str_starts(str_slice(text, at, leads[i].len), leads[i]);
        at = is_lead ? skip_spaces(text, at + leads[i].len) : at;
    }
    size_t first = bare_hour_at(text, at, &hours[0]);
    size_t to = first > 0 ? range_mark_at(text, at + first) : 0;
    if (to == 0) {
        return 0;
    }
    size_t last = screen_clock_at(text, to, &minutes);
    if (last > 0) {
        hours[1] = (struct screen_value){ .kind = SCREEN_CLOCK, .from = to, .amount = minutes };
        return to + last - end;
    }
    last = bare_hour_at(text, to, &hours[1]);
    size_t behind = skip_spaces(text, to + last);
    bool goes_on = behind < text.len && (text.ptr[behind] == '-' || text.ptr[behind] == '/' ||
                                         text.ptr[behind] == ':' || text.ptr[behind] == '%');
    return last > 0 && !goes_on && !unit_at(text, behind, true) ? to + last - end : 0;
}

/* A day, or days of each week, and the hours that are told with them. */
static size_t days_at(struct str text, size_t at, int64_t today,
                      struct screen_value values[READ_FOUND_MAX], size_t *ret_count)
{
    struct screen_week week = { .days = 0 };
    struct screen_value value = { .kind = SCREEN_DATE, .from = at };
    size_t len = screen_week_at(text, at, &week);
    bool is_several = len > 0 && week.weekday == 0;
    value.date.weekday = week.weekday;
    len = len > 0 ? len : screen_date_at(text, at, today, &value.date);
    if (is_several) {
        value = (struct screen_value){ .kind = SCREEN_WEEKDAYS, .from = at, .amount = week.days,
                                       .unit = week.is_working };
    }
    bool is_weekly = is_several || (value.date.weekday > 0 && value.date.day == 0);
    size_t hours = len > 0 && is_weekly ? hours_behind(text, at + len, &values[1]) : 0;
    values[0] = value;
    *ret_count = hours > 0 ? READ_FOUND_MAX : 1;
    return len + hours;
}

static size_t read_one(const struct screen_sentence *sentence, size_t at, int64_t today,
                       struct screen_value values[READ_FOUND_MAX], size_t *ret_count)
{
    struct str text = plain_str(&sentence->plain);
    struct screen_value value = { .from = at };
    size_t len = days_at(text, at, today, values, ret_count);
    if (is_free(sentence, at, len)) {
        return len;
    }
    *ret_count = 1;
    len = screen_clock_at(text, at, &value.amount);
    if (is_free(sentence, at, len)) {
        value.kind = SCREEN_CLOCK;
        values[0] = value;
        return len;
    }
    len = code_at(text, at, &value);
    if (is_free(sentence, at, len)) {
        values[0] = value;
        return len;
    }
    if (period_at(text, at, &values[0], &len)) {
        return is_free(sentence, at, len) ? len : 0;
    }
    len = amount_at(text, at, values, ret_count);
    return is_free(sentence, at, len) ? len : 0;
}

static unsigned weekly_days_of(const struct screen_value *value)
{
    const struct screen_date *date = &value->date;
    bool is_day = value->kind == SCREEN_DATE && date->weekday > 0 && date->day == 0;
    return value->kind == SCREEN_WEEKDAYS ? (unsigned)value->amount
           : is_day                       ? 1u << (date->weekday - 1)
                                          : 0;
}

/* "Mon-Fri 9-17, Sat 10-14": hours are those of the days in front of them. Where hours come first,
 * the days behind them are not looked for. */
static void hours_bind(struct screen_value *values, size_t count)
{
    unsigned days = 0;
    bool has_hours = false; /* since the last days */
    for (size_t i = 0; i < count; i++) {
        unsigned told = weekly_days_of(&values[i]);
        if (told > 0) {
            days = has_hours ? told : days | told;
            has_hours = false;
        } else if (values[i].kind == SCREEN_CLOCK) {
            if (days == 0) {
                return;
            }
            values[i].unit = days;
            has_hours = true;
        } else if (values[i].kind == SCREEN_DATE) {
            return;
        }
    }
}

bool screen_read(struct screen_sentence *sentence, int64_t today, struct screen_value *values,
                 size_t *count)
{
    struct reading reading = { values, *count };
    for (size_t at = 0; at < sentence->plain.len;) {
        struct screen_value found[READ_FOUND_MAX];
        size_t found_count = 0;
        bool may_start = is_start(sentence, at);
        size_t len = may_start ? read_one(sentence, at, today, found, &found_count) : 0;
        if (len == 0) {
            at++;
            continue;
        }
        for (size_t i = 0; i < found_count; i++) {
            found[i].to = at + len;
            if (!reading_add(&reading, &found[i])) {
                return false;
            }
        }
        memset(sentence->read + at, 1, len);
        at += len;
    }
    hours_bind(values + *count, reading.count - *count);
    *count = reading.count;
    return true;
}
