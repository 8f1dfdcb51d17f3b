/* plural.c - see plural.h. */
#include "worker/answer/plural.h"

struct plural_ending {
    struct str one;
    struct str many;
};

/* The first that fits a singular is its own; a plural may have lost any of them. */
static const struct plural_ending plural_endings[] = {
    { STR("y"), STR("ies") },   { STR("s"), STR("ses") },   { STR("x"), STR("xes") },
    { STR("ch"), STR("ches") }, { STR("sh"), STR("shes") },
};

static bool plural_ends(struct str text, struct str ending)
{
    return text.len > ending.len + 1 &&
           str_eq(str_slice(text, text.len - ending.len, ending.len), ending);
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
    bool is_many = is_word && plural_ends(text, STR("s")) && !plural_ends(text, STR("ss"));
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
