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

/* "350 ml", "350ml", 120毫升: `unit` at `at` goes on from a number, and no letter goes on from it. */
static bool property_is_unit_at(struct str text, size_t at, struct str unit)
{
    size_t before = at;
    size_t behind = at + unit.len;
    before -= before > 0 && text.ptr[before - 1] == ' ' ? 1 : 0;
    bool has_number = before > 0 && str_is_digit(text.ptr[before - 1]);
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

static bool property_is_in(const struct property *property, struct str entry)
{
    return property_has_word(entry, property->asks) || property_has_word(entry, property->tells) ||
           property_has_any_unit(entry, property->units);
}

_Static_assert(countof(properties) <= 64, "properties are bits of one word");

/* 多大 asks for a size or a capacity: one of them is enough. */
static bool property_is_met(struct str word, uint64_t told)
{
    bool is_met = false;
    for (size_t i = 0; i < countof(properties); i++) {
        bool is_told = (told & UINT64_C(1) << i) != 0;
        is_met = is_met || (is_told && plain_has_any(word, properties[i].asks));
    }
    return is_met;
}

/* Whether the question has a word for the property that asks for none of those that are told. */
static bool property_is_missed(struct str question, const struct property *property, uint64_t told)
{
    struct str rest = str_from(property->asks);
    struct str word;
    bool is_missed = false;
    while (!is_missed && str_split(&rest, '|', &word)) {
        is_missed = plain_has(question, word) && !property_is_met(word, told);
    }
    return is_missed;
}

static enum property_told property_verdict(struct str question, uint64_t told, uint64_t untold)
{
    if (told == 0) {
        return untold == 0 ? PROPERTY_NOT_ASKED : PROPERTY_UNTOLD;
    }
    for (size_t i = 0; i < countof(properties); i++) {
        bool is_untold = (untold & UINT64_C(1) << i) != 0;
        if (is_untold && property_is_missed(question, &properties[i], told)) {
            return PROPERTY_PARTLY;
        }
    }
    return PROPERTY_TOLD;
}

enum property_told property_is_told(struct str question, struct str entry)
{
    struct plain asked;
    struct plain text;
    uint64_t told = 0;
    uint64_t untold = 0;
    plain_of(question, &asked);
    plain_of(entry, &text);
    for (size_t i = 0; i < countof(properties); i++) {
        if (property_has_word(plain_str(&asked), properties[i].asks)) {
            bool is_in = property_is_in(&properties[i], plain_str(&text));
            told |= is_in ? UINT64_C(1) << i : 0;
            untold |= is_in ? 0 : UINT64_C(1) << i;
        }
    }
    return property_verdict(plain_str(&asked), told, untold);
}

/* Bytes of the longest of the words that stands there. */
static size_t property_word_at(struct str text, size_t at, const char *words)
{
    struct str rest = str_from(words);
    struct str word;
    size_t longest = 0;
    while (rest.len > 0 && str_split(&rest, '|', &word)) {
        bool is_longer = word.len > longest && word.ptr[word.len - 1] != '*';
        longest = is_longer && plain_is_at(text, at, word) ? word.len : longest;
    }
    return longest;
}

/* Only a color or a material is what another one is not: what holds two litres can hold one. */
#define PROPERTIES_OF_KINDS 2

size_t property_excluded_at(struct str text, size_t at, struct str entry)
{
    size_t longest = 0;
    for (size_t i = 0; i < PROPERTIES_OF_KINDS; i++) {
        const struct property *property = &properties[i];
        size_t len = max_size(property_word_at(text, at, property->asks),
                              property_word_at(text, at, property->tells));
        bool is_other = len > longest && !plain_has(entry, str_slice(text, at, len)) &&
                        property_is_in(property, entry);
        longest = is_other ? len : longest;
    }
    return longest;
}

struct str property_colour_at(struct str text, size_t at)
{
    static const char names[] = "color|colors|colour|colours|颜色|什么色|配色"; /* of no colour */
    struct str rest = str_from(properties[0].asks);
    struct str word;
    struct str longest = STR_NONE;
    while (rest.len > 0 && str_split(&rest, '|', &word)) {
        bool is_longer = word.len > longest.len && plain_is_at(text, at, word);
        longest = is_longer && !plain_has_any(word, names) ? word : longest;
    }
    return longest;
}
