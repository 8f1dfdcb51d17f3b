/* screen_words.c - see screen_words.h. A hash table that is made before main(), as concept.c's. */
#include "worker/answer/screen_words.h"

#define WORDS_SLOTS 8192 /* twice what is in the table, at least; a test holds it to that */
#define WORDS_HAN_MAX 5  /* characters of the longest Chinese word */

static const char *const word_lists[] = {
#define EN(words) words,
#define ZH(words) words,
#include "worker/answer/screen_word.def"
#undef EN
#undef ZH
};

static struct str words_table[WORDS_SLOTS]; /* only read once main() runs */

/* FNV-1a (Fowler, Noll, Vo): the words are ours, so that no stranger can make them collide. */
static uint32_t words_hash(struct str word)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++) {
        hash = (hash ^ (unsigned char)word.ptr[i]) * 16777619u;
    }
    return hash;
}

static struct str *words_slot(struct str word)
{
    size_t i = words_hash(word) % WORDS_SLOTS;
    while (words_table[i].len > 0 && !str_eq(words_table[i], word)) {
        i = (i + 1) % WORDS_SLOTS;
    }
    return &words_table[i];
}

__attribute__((constructor)) static void words_build(void)
{
    for (size_t i = 0; i < countof(word_lists); i++) {
        struct str rest = str_from(word_lists[i]);
        struct str word;
        while (str_split(&rest, ' ', &word)) {
            if (word.len > 0) {
                *words_slot(word) = word;
            }
        }
    }
}

static bool words_has(struct str word)
{
    return word.len > 0 && words_slot(word)->len > 0;
}

bool screen_word_is_plain(struct str word)
{
    static const struct str endings[] = { { "'s", 2 }, { "ing", 3 }, { "ed", 2 }, { "es", 2 },
                                          { "ly", 2 }, { "d", 1 },   { "s", 1 } };
    if (words_has(word)) {
        return true;
    }
    for (size_t i = 0; i < countof(endings); i++) {
        size_t cut = word.len > endings[i].len + 2 ? word.len - endings[i].len : 0;
        if (cut && str_eq(str_slice(word, cut, word.len), endings[i]) &&
            words_has(str_slice(word, 0, cut))) {
            return true;
        }
    }
    return false;
}

size_t screen_word_at(struct str text)
{
    for (size_t chars = WORDS_HAN_MAX; chars > 0; chars--) {
        if (text.len >= 3 * chars && words_has(str_slice(text, 0, 3 * chars))) {
            return 3 * chars;
        }
    }
    return 0;
}
