/* field.c - see field.h. */
#include "common/field.h"

#include "common/clock.h"
#include "common/utf8.h"

#define PRICE_LIMIT 1e12 /* the largest double below it still rounds to twelve digits */
#define PRICE_DIGITS_MAX 12
#define PRICE_DECIMALS_MAX 4
#define PRICE_TEXT_MAX (PRICE_DIGITS_MAX + 1 + PRICE_DECIMALS_MAX)
#define TIME_TEXT_MAX 35

static bool field_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

enum err field_want_id(const struct json_at *at, const char *key, struct str *ret_id)
{
    return json_want_text(at, key, 1, FIELD_ID_MAX, ret_id);
}

enum err field_may_id(const struct json_at *at, const char *key, struct str *ret_id)
{
    return json_may_text(at, key, 1, FIELD_ID_MAX, ret_id);
}

enum err field_may_label(const struct json_at *at, const char *key, struct str *ret_label)
{
    return json_may_text(at, key, 0, FIELD_LABEL_MAX, ret_label);
}

enum err field_may_short(const struct json_at *at, const char *key, struct str *ret_text)
{
    return json_may_text(at, key, 0, FIELD_SHORT_MAX, ret_text);
}

enum err field_may_seq(const struct json_at *at, const char *key, int64_t *ret_seq)
{
    return json_may_int(at, key, 0, FIELD_SEQ_MAX, ret_seq);
}

bool field_is_language(struct str text)
{
    if (text.len > FIELD_LANGUAGE_MAX) {
        return false;
    }
    struct str rest = text;
    struct str part;
    bool is_first = true;
    while (str_split(&rest, '-', &part)) {
        if (part.len < 2 || part.len > (is_first ? 3u : 8u)) {
            return false;
        }
        for (size_t i = 0; i < part.len; i++) {
            if (!field_is_letter(part.ptr[i]) && (is_first || !str_is_digit(part.ptr[i]))) {
                return false;
            }
        }
        is_first = false;
    }
    return !is_first;
}

enum err field_may_language(const struct json_at *at, const char *key, struct str *ret_language)
{
    struct str language = STR_NONE;
    TRY(json_may_text(at, key, 0, FIELD_LANGUAGE_MAX, &language));
    if (!language.ptr) {
        return OK;
    }
    if (!field_is_language(language)) {
        return json_fault(at, key, "must be a language tag such as en or zh-Hans");
    }
    *ret_language = language;
    return OK;
}

/* ^[A-Z]{3}$ */
bool field_is_currency(struct str text)
{
    for (size_t i = 0; i < 3; i++) {
        if (text.len != 3 || text.ptr[i] < 'A' || text.ptr[i] > 'Z') {
            return false;
        }
    }
    return true;
}

enum err field_may_currency(const struct json_at *at, const char *key, struct str *ret_currency)
{
    struct str currency = STR_NONE;
    TRY(json_may_text(at, key, 0, 3, &currency));
    if (!currency.ptr) {
        return OK;
    }
    if (!field_is_currency(currency)) {
        return json_fault(at, key, "must be a currency code of three capital letters");
    }
    *ret_currency = currency;
    return OK;
}

/* ^[0-9]{1,12}(\.[0-9]{1,4})?$ */
bool field_is_price(struct str text)
{
    size_t whole = 0;
    while (whole < text.len && str_is_digit(text.ptr[whole])) {
        whole++;
    }
    if (whole < 1 || whole > PRICE_DIGITS_MAX) {
        return false;
    }
    if (whole == text.len) {
        return true;
    }
    struct str decimals = str_slice(text, whole + 1, text.len);
    if (text.ptr[whole] != '.' || decimals.len < 1 || decimals.len > PRICE_DECIMALS_MAX) {
        return false;
    }
    for (size_t i = 0; i < decimals.len; i++) {
        if (!str_is_digit(decimals.ptr[i])) {
            return false;
        }
    }
    return true;
}

static enum err field_price_of_number(struct arena *arena, double number, struct str *ret_price)
{
    struct str price;
    /* Adding a zero makes -0 a 0. */
    TRY(arena_printf(arena, &price, "%.*f", PRICE_DECIMALS_MAX, number + 0.0));
    while (price.ptr[price.len - 1] == '0') {
        price.len--;
    }
    if (price.ptr[price.len - 1] == '.') {
        price.len--;
    }
    *ret_price = price;
    return OK;
}

enum err field_may_price(const struct json_at *at, const char *key, struct str *ret_price)
{
    enum json_kind kind = json_kind_of(at, key);
    if (kind == KIND_NUMBER) {
        double number = 0;
        TRY(json_want_number(at, key, 0, PRICE_LIMIT, &number));
        if (number >= PRICE_LIMIT) {
            return json_fault(at, key, "must be less than 1000000000000");
        }
        return field_price_of_number(at->in->arena, number, ret_price);
    }
    if (kind != KIND_NONE && kind != KIND_TEXT) {
        return json_fault(at, key, "must be a number or a decimal string");
    }
    struct str price = STR_NONE;
    TRY(json_may_text(at, key, 0, PRICE_TEXT_MAX, &price));
    if (!price.ptr) {
        return OK;
    }
    if (!field_is_price(price)) {
        return json_fault(at, key, "must be a decimal of up to 12 digits and 4 decimals");
    }
    *ret_price = price;
    return OK;
}

bool field_is_day_or_time(struct str text)
{
    int64_t wall_ms;
    return text.len <= TIME_TEXT_MAX && clock_parse_day_or_time(text, &wall_ms);
}

enum err field_may_day_or_time(const struct json_at *at, const char *key, struct str *ret_text)
{
    struct str text = STR_NONE;
    TRY(json_may_text(at, key, 0, TIME_TEXT_MAX, &text));
    if (!text.ptr) {
        return OK;
    }
    if (!field_is_day_or_time(text)) {
        return json_fault(at, key, "must be a date, or a date and time with its zone");
    }
    *ret_text = text;
    return OK;
}

/* ^[a-z][a-z0-9_-]{0,63}$ */
bool field_is_reason(struct str text)
{
    if (text.len < 1 || text.len > FIELD_REASON_MAX || text.ptr[0] < 'a' || text.ptr[0] > 'z') {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

/* A character has one to four bytes, so most texts need not be counted. */
bool field_has_chars(struct str text, size_t chars_min, size_t chars_max)
{
    if (text.len < chars_min || text.len / 4 > chars_max) {
        return false;
    }
    if (text.len <= chars_max && text.len / 4 >= chars_min) {
        return true;
    }
    size_t chars = utf8_count(text);
    return chars >= chars_min && chars <= chars_max;
}
