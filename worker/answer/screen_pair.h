/* screen_pair.h - what tells at once that a word is not there: the bytes with which it begins.
 *
 * Hundreds of words are looked for in each sentence, and tables of them at each place. Most are
 * not there; only what may be is looked at in earnest.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_PAIR_H
#define ANSWER_SCREEN_PAIR_H

#include "worker/answer/plain.h"

/* Two bytes side by side, as one of so many. */
#define SCREEN_PAIRS 1024

/* Of a text. One bit for each; several pairs share one. */
struct screen_pairs {
    uint64_t bits[SCREEN_PAIRS / 64];
};

/* A word of a table with its pair. */
struct screen_pair_word {
    struct str word;
    unsigned pair;
};

static inline unsigned screen_pair_of(const char *bytes)
{
    return ((unsigned)(unsigned char)bytes[0] * 37u + (unsigned char)bytes[1]) % SCREEN_PAIRS;
}

static inline struct screen_pair_word screen_pair_word(struct str word)
{
    assert(word.len >= 2 && word.ptr[1] != '*');
    return (struct screen_pair_word){ word, screen_pair_of(word.ptr) };
}

static inline struct screen_pairs screen_pairs_of(struct str text)
{
    struct screen_pairs pairs = { { 0 } };
    for (size_t at = 0; at + 1 < text.len; at++) {
        unsigned pair = screen_pair_of(text.ptr + at);
        pairs.bits[pair / 64] |= UINT64_C(1) << (pair % 64);
    }
    return pairs;
}

/* False: no word with that pair stands in the text. */
static inline bool screen_pairs_may_have(const struct screen_pairs *pairs, unsigned pair)
{
    return (pairs->bits[pair / 64] >> (pair % 64)) & 1;
}

/* The two bytes behind the first two, of a word that has four; else the first two again. Both pairs
 * of a longer word are there far less often than one. */
static inline unsigned screen_pair_second(struct str word)
{
    bool is_long = word.len >= 4 && word.ptr[3] != '*';
    return screen_pair_of(word.ptr + (is_long ? 2 : 0));
}

/* The beginnings of a table's words: their first two bytes, or the one that they have. */
struct screen_firsts {
    bool alone[256];
    struct screen_pairs pairs;
};

static inline void screen_firsts_add(struct screen_firsts *firsts, struct str word)
{
    if (word.len < 2 || word.ptr[1] == '*') {
        firsts->alone[(unsigned char)word.ptr[0]] = true;
        return;
    }
    unsigned pair = screen_pair_of(word.ptr);
    firsts->pairs.bits[pair / 64] |= UINT64_C(1) << (pair % 64);
}

/* False: no word of the table stands at byte `at`. */
static inline bool screen_firsts_may_be(const struct screen_firsts *firsts, struct str text,
                                        size_t at)
{
    if (at >= text.len) {
        return false;
    }
    return firsts->alone[(unsigned char)text.ptr[at]] ||
           (at + 1 < text.len &&
            screen_pairs_may_have(&firsts->pairs, screen_pair_of(text.ptr + at)));
}

#endif
