/* shelf_words.c - see shelf_words.h. */
#include "worker/answer/shelf_words.h"

#include "worker/answer/plain.h"
#include "worker/answer/plural.h"

#define SHELF_STEM_MIN 4 /* bytes: too much begins with fewer, a cap and a capsule */

static void word_add(struct shelf_word *word, struct str form)
{
    word->forms[word->forms_count++] = form;
}

static void word_add_made(struct shelf_word *word, struct str begin, struct str end)
{
    const struct str parts[] = { begin, end };
    word_add(word, str_join(parts, countof(parts), word->made, sizeof(word->made)));
}

/* A long word may go on behind its stem, a short one is there in the one number or the other. */
static void word_of(struct str term, struct shelf_word *word)
{
    struct str one = plural_without_s(term);
    bool is_plural = one.len < term.len;
    struct str stem = is_plural ? one : passage_word_stem(term);
    word->forms_count = 0;
    if (!plain_is_letter(term.ptr[0])) {
        word_add(word, term);
    } else if (stem.len >= SHELF_STEM_MIN) {
        word_add_made(word, stem, STR("*"));
    } else {
        word_add(word, term);
        word_add_made(word, term, STR("s"));
        if (is_plural) {
            word_add(word, one);
        }
    }
}

void shelf_words_of(const struct shelf_wish *wish, struct shelf_words *ret_words)
{
    assert(wish->words.count <= SHELF_WORDS_MAX);
    ret_words->count = wish->words.count;
    for (size_t i = 0; i < ret_words->count; i++) {
        word_of(passage_term(&wish->words, i), &ret_words->items[i]);
    }
}

static bool word_is_in(const struct shelf_word *word, struct str plain)
{
    bool is_in = false;
    for (size_t i = 0; i < word->forms_count && !is_in; i++) {
        is_in = plain_has(plain, word->forms[i]);
    }
    return is_in;
}

size_t shelf_words_met(const struct shelf_words *words, struct str text,
                       bool ret_stand[SHELF_WORDS_MAX])
{
    size_t met = 0;
    struct plain plain;
    plain_of(text, &plain);
    for (size_t i = 0; i < words->count; i++) {
        ret_stand[i] = word_is_in(&words->items[i], plain_str(&plain));
        met += ret_stand[i] ? 1 : 0;
    }
    return met;
}
