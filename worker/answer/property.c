/* property.c - see property.h. */
#include "worker/answer/property.h"

#include "worker/answer/plain.h"

struct property {
    const char *asks;
    const char *tells;
    const char *units;
};

static const struct property properties[] = {
#define PROPERTY(asks, tells, units) { asks, tells, units },
#include "worker/answer/property.def"
#undef PROPERTY
};

static bool property_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "350 ml", "350ml", 120毫升: `unit` at `at` goes on from a number, and no letter goes on from it. */
static bool property_is_unit_at(struct str text, size_t at, struct str unit)
{
    size_t before = at;
    size_t behind = at + unit.len;
    before -= before > 0 && text.ptr[before - 1] == ' ' ? 1 : 0;
    bool has_number = before > 0 && property_is_digit(text.ptr[before - 1]);
    bool is_latin = plain_is_letter(unit.ptr[0]);
    return has_number && (!is_latin || behind >= text.len || !plain_is_letter(text.ptr[behind]));
}

static bool property_has_unit(struct str text, struct str unit)
{
    for (size_t from = 0; from < text.len;) {
        struct str rest = str_slice(text, from, text.len);
        size_t at = from + str_find(rest, unit);
        if (at >= text.len) {
            return false;
        }
        if (property_is_unit_at(text, at, unit)) {
            return true;
        }
        from = at + 1;
    }
    return false;
}

static bool property_has_any_unit(struct str text, const char *units)
{
    struct str rest = str_from(units);
    struct str unit;
    bool has = false;
    while (rest.len > 0 && !has && str_split(&rest, '|', &unit)) {
        has = property_has_unit(text, unit);
    }
    return has;
}

static bool property_has_word(struct str text, const char *words)
{
    return words[0] != '\0' && plain_has_any(text, words);
}

enum property_told property_is_told(struct str question, struct str entry)
{
    struct plain asked;
    struct plain told;
    enum property_told verdict = PROPERTY_NOT_ASKED;
    plain_of(question, &asked);
    plain_of(entry, &told);
    struct str text = plain_str(&told);
    for (size_t i = 0; i < countof(properties); i++) {
        const struct property *property = &properties[i];
        if (!property_has_word(plain_str(&asked), property->asks)) {
            continue;
        }
        if (property_has_word(text, property->asks) || property_has_word(text, property->tells) ||
            property_has_any_unit(text, property->units)) {
            return PROPERTY_TOLD;
        }
        verdict = PROPERTY_UNTOLD;
    }
    return verdict;
}
