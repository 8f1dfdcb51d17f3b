/* unnamed.c - see unnamed.h. */
#include "worker/answer/unnamed.h"

#include "worker/answer/intent.h"

#define UNNAMED_RUN_MIN 2

struct unnamed_run {
    size_t from;
    size_t to;
    size_t words; /* 0: none */
};

static bool unnamed_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '\'';
}

/* The next word of ASCII letters from `*at` on, which then is its end. */
static bool unnamed_word(struct str text, size_t *at, struct str *ret_word)
{
    size_t from = *at;
    while (from < text.len && !unnamed_is_letter(text.ptr[from])) {
        from++;
    }
    size_t to = from;
    while (to < text.len && unnamed_is_letter(text.ptr[to])) {
        to++;
    }
    *at = to;
    *ret_word = str_slice(text, from, to - from);
    return to > from;
}

static size_t unnamed_words(struct str name, struct str words[UNNAMED_WORDS_MAX])
{
    size_t count = 0;
    for (size_t at = 0; count < UNNAMED_WORDS_MAX && unnamed_word(name, &at, &words[count]);) {
        count++;
    }
    return count;
}

static bool unnamed_has(const struct str *words, size_t count, struct str word)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_ascii_case(words[i], word)) {
            return true;
        }
    }
    return false;
}

/* Words that follow one another with one space between. */
static void unnamed_run_add(struct unnamed_run *run, size_t from, size_t to)
{
    bool goes_on = run->words > 0 && from == run->to + 1;
    *run = goes_on ? (struct unnamed_run){ run->from, to, run->words + 1 }
                   : (struct unnamed_run){ from, to, 1 };
}

static struct unnamed_run unnamed_longest(struct str text, const struct str *words, size_t count)
{
    struct unnamed_run run = { .words = 0 };
    struct unnamed_run longest = { .words = 0 };
    struct str word;
    for (size_t at = 0; unnamed_word(text, &at, &word);) {
        if (unnamed_has(words, count, word)) {
            unnamed_run_add(&run, at - word.len, at);
            longest = run.words > longest.words ? run : longest;
        }
    }
    return longest;
}

bool unnamed_place(struct str text, struct str name, size_t *ret_from, size_t *ret_to)
{
    struct str words[UNNAMED_WORDS_MAX];
    size_t exact = name.len > 0 ? str_find(text, name) : text.len;
    if (exact < text.len) {
        *ret_from = exact;
        *ret_to = exact + name.len;
        return true;
    }
    size_t count = unnamed_words(name, words);
    struct unnamed_run run = unnamed_longest(text, words, count);
    *ret_from = run.from;
    *ret_to = run.to;
    return run.words >= UNNAMED_RUN_MIN || (run.words == 1 && count == 1);
}

static bool unnamed_says_something(struct str name)
{
    struct plain plain;
    struct concepts found;
    plain_of(name, &plain);
    concepts_in(&plain, &found);
    return found.all != 0;
}

/* A sku of digits alone would be taken for a number of something. */
static bool unnamed_may_stand(struct str sku)
{
    for (size_t i = 0; i < sku.len; i++) {
        if ((sku.ptr[i] | 0x20) >= 'a' && (sku.ptr[i] | 0x20) <= 'z') {
            return true;
        }
    }
    return false;
}

enum err unnamed_text(struct arena *arena, const struct catalog *catalog, struct str tenant,
                      struct str text, struct str *ret_text)
{
    struct concepts found;
    const struct product *product = NULL;
    struct str with_sku;
    size_t from;
    size_t to;
    *ret_text = STR_NONE;
    struct str sku = catalog_named(catalog, tenant, text);
    if (sku.len > 0) {
        TRY(catalog_find(catalog, arena, tenant, sku, &product));
    }
    if (!product || !unnamed_may_stand(product->sku) || !unnamed_says_something(product->name) ||
        !unnamed_place(text, product->name, &from, &to)) {
        return OK;
    }
    TRY(arena_printf(arena, &with_sku, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, from)),
                     STR_ARG(product->sku), STR_ARG(str_slice(text, to, text.len))));
    bool is_same = intent_read(text, &found) == intent_read(with_sku, &found);
    *ret_text = is_same ? STR_NONE : with_sku;
    return OK;
}
