/* screen_words.c - see screen_words.h. A hash table that is made before main(), as concept.c's. */
#include "worker/answer/screen_words.h"

#define WORDS_SLOTS 8192 /* twice what is in the table, at least; a test holds it to that */
#define WORDS_HAN_MAX 5  /* characters of the longest Chinese word */

#define EN(words) words,
#define ZH(words) words,
static const char *const word_lists[] = {
#include "worker/answer/screen_word.def"
};
static const char *const praise_lists[] = {
#include "worker/answer/screen_praise.def"
};
#undef EN
#undef ZH

struct words {
    struct str slots[WORDS_SLOTS];
};

/* Only read once main() runs. */
static struct words plain_words;
static struct words praise_words;

/* FNV-1a (Fowler, Noll, Vo): the words are ours, so that no stranger can make them collide. */
static uint32_t words_hash(struct str word)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++) {
        hash = (hash ^ (unsigned char)word.ptr[i]) * 16777619u;
    }
    return hash;
}

static size_t words_place(const struct words *words, struct str word)
{
    size_t i = words_hash(word) % WORDS_SLOTS;
    while (words->slots[i].len > 0 && !str_eq(words->slots[i], word)) {
        i = (i + 1) % WORDS_SLOTS;
    }
    return i;
}

static void words_take(struct words *words, const char *const *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_from(lists[i]);
        struct str word;
        while (str_split(&rest, ' ', &word)) {
            if (word.len > 0) {
                words->slots[words_place(words, word)] = word;
            }
        }
    }
}

__attribute__((constructor)) static void words_build(void)
{
    words_take(&plain_words, word_lists, countof(word_lists));
    words_take(&praise_words, praise_lists, countof(praise_lists));
}

static bool words_has(const struct words *words, struct str word)
{
    return word.len > 0 && words->slots[words_place(words, word)].len > 0;
}

static bool words_has_form(const struct words *words, struct str word)
{
    static const struct str endings[] = { { "'s", 2 }, { "ing", 3 }, { "ed", 2 }, { "es", 2 },
                                          { "ly", 2 }, { "d", 1 },   { "s", 1 } };
    if (words_has(words, word)) {
        return true;
    }
    for (size_t i = 0; i < countof(endings); i++) {
        size_t cut = word.len > endings[i].len + 2 ? word.len - endings[i].len : 0;
        if (cut && str_eq(str_slice(word, cut, word.len), endings[i]) &&
            words_has(words, str_slice(word, 0, cut))) {
            return true;
        }
    }
    return false;
}

static size_t words_at(const struct words *words, struct str text)
{
    for (size_t chars = WORDS_HAN_MAX; chars > 0; chars--) {
        if (text.len >= 3 * chars && words_has(words, str_slice(text, 0, 3 * chars))) {
            return 3 * chars;
        }
    }
    return 0;
}

bool screen_word_is_plain(struct str word)
{
    return words_has_form(&plain_words, word);
}

size_t screen_word_at(struct str text)
{
    return words_at(&plain_words, text);
}

bool screen_word_is_praise(struct str word)
{
    return words_has_form(&praise_words, word);
}

size_t screen_praise_at(struct str text)
{
    return words_at(&praise_words, text);
}
