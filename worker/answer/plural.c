/* plural.c - see plural.h. */
#include "worker/answer/plural.h"

#define PLURAL_STEM_MIN 4 /* bytes: too many words begin with fewer */

struct plural_ending {
    struct str one;
    struct str many;
    size_t stem_cut; /* bytes of `many` that a stem is without; 0: "ses" ends "cases", too */
};

/* The first that fits a singular is its own; a plural may have lost any of them. */
static const struct plural_ending plural_endings[] = {
    { STR("y"), STR("ies"), 3 },   { STR("s"), STR("ses"), 0 },   { STR("x"), STR("xes"), 2 },
    { STR("ch"), STR("ches"), 2 }, { STR("sh"), STR("shes"), 2 },
};

static bool plural_ends(struct str text, struct str ending)
{
    return text.len > ending.len + 1 &&
           str_eq(str_slice(text, text.len - ending.len, ending.len), ending);
}

static bool plural_has_s(struct str word)
{
    return plural_ends(word, STR("s")) && !plural_ends(word, STR("ss"));
}

static bool plural_is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* "tray" is no "traies". */
static bool plural_takes(struct str text, const struct plural_ending *row)
{
    return plural_ends(text, row->one) &&
           !(row->one.ptr[0] == 'y' && plural_is_vowel(text.ptr[text.len - 2]));
}

static enum err plural_swap(struct arena *arena, struct str text, size_t cut, struct str ending,
                            struct str *ret_other)
{
    struct str stem = str_slice(text, 0, text.len - cut);
    return arena_printf(arena, ret_other, "%.*s%.*s", STR_ARG(stem), STR_ARG(ending));
}

static enum err plural_many(struct arena *arena, struct str text, struct str *ret_other)
{
    for (size_t i = 0; i < countof(plural_endings); i++) {
        const struct plural_ending *row = &plural_endings[i];
        if (plural_takes(text, row)) {
            return plural_swap(arena, text, row->one.len, row->many, ret_other);
        }
    }
    return plural_swap(arena, text, 0, STR("s"), ret_other);
}

enum err plural_others(struct arena *arena, struct str text, struct str ret_others[PLURAL_MAX],
                       size_t *ret_count)
{
    size_t count = 0;
    bool is_word = text.len >= PLURAL_WORD_MIN && text.ptr[text.len - 1] >= 'a' &&
                   text.ptr[text.len - 1] <= 'z';
    bool is_many = is_word && plural_has_s(text);
    for (size_t i = 0; is_many && i < countof(plural_endings) && count == 0; i++) {
        const struct plural_ending *row = &plural_endings[i];
        if (plural_ends(text, row->many)) {
            TRY(plural_swap(arena, text, row->many.len, row->one, &ret_others[count++]));
        }
    }
    if (is_many) {
        TRY(plural_swap(arena, text, 1, STR_NONE, &ret_others[count++]));
    } else if (is_word) {
        TRY(plural_many(arena, text, &ret_others[count++]));
    }
    *ret_count = count;
    return OK;
}

struct str plural_without_s(struct str word)
{
    bool has_s = word.len > PLURAL_WORD_MIN && plural_has_s(word);
    return str_slice(word, 0, word.len - (has_s ? 1 : 0));
}

struct str plural_stem(struct str word)
{
    size_t cut = plural_has_s(word) || plural_ends(word, STR("y")) ? 1 : 0;
    for (size_t i = 0; i < countof(plural_endings); i++) {
        const struct plural_ending *row = &plural_endings[i];
        bool is_many = row->stem_cut > 0 && plural_ends(word, row->many) &&
                       word.len >= PLURAL_STEM_MIN + row->stem_cut;
        cut = is_many ? row->stem_cut : cut;
    }
    return word.len >= PLURAL_STEM_MIN + cut ? str_slice(word, 0, word.len - cut) : word;
}
