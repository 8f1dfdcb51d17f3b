/* spelling.h - which known words a word that is not known may be meant for.
 *
 * By the distance of Damerau (1964) and Levenshtein, letters left out, added, changed or swapped
 * with their neighbour: one for words of SPELLING_LETTERS_MIN letters, two from
 * SPELLING_LETTERS_LONG on. Short words are real words too easily, so a changed letter ("skirt",
 * "shirt") counts from SPELLING_LETTERS_CHANGED on only. The first letter is the same, and the
 * last one but for a swap: who misspells seldom misses those, and other endings make other words
 * ("cleaner", "cleaned").
 *
 * Words are of ASCII letters in lower case. Pure: no I/O, no clock. */
#ifndef ANSWER_SPELLING_H
#define ANSWER_SPELLING_H

#include "common/str.h"

#define SPELLING_LETTERS_MIN 5
#define SPELLING_LETTERS_CHANGED 7
#define SPELLING_LETTERS_LONG 9
#define SPELLING_LETTERS_MAX 24
#define SPELLING_LENGTHS (SPELLING_LETTERS_MAX - SPELLING_LETTERS_MIN + 1)
#define SPELLING_WORDS_MAX 65535
#define SPELLING_NEAR_MAX 4 /* more are as good as that many: not one */

struct spelling_word {
    uint32_t letters; /* a bit for each that it has */
    uint16_t next;    /* word of its length and first letter, plus one; 0: no more */
    uint8_t len;
    bool is_only_known; /* and never what another word is meant for */
    char text[SPELLING_LETTERS_MAX];
};

struct spelling {
    struct spelling_word *words; /* whoever has the spelling sees to their room */
    size_t count;
    size_t room; /* at most SPELLING_WORDS_MAX */
    uint16_t heads[26][SPELLING_LENGTHS];
};

struct spelling_near {
    struct str words[SPELLING_NEAR_MAX]; /* of the spelling */
    size_t count;
};

/* True if it is of ASCII letters in lower case, and as many as can be told apart. */
bool spelling_is_word(struct str word);

/* Adds a word, unless it is there, is none, or there is no room. Borrows nothing. */
void spelling_add(struct spelling *spelling, struct str word, bool is_only_known);

/* `word` passes spelling_is_word(). */
bool spelling_has(const struct spelling *spelling, struct str word);

/* True if `word`, which is not `typed`, is at most `distance` away from it by the rules above. Both
 * pass spelling_is_word(). */
bool spelling_is_near(struct str typed, struct str word, unsigned distance);

/* How far a word may be off. */
unsigned spelling_distance(struct str typed);

/* Whether a word counts. */
typedef bool spelling_counts_fn(const void *of, struct str word);

struct spelling_search {
    struct str typed;
    unsigned distance;
    spelling_counts_fn *counts; /* NULL: each does */
    const void *of;
};

/* Adds the words that what was typed may be meant for, each once, to those that are there. */
void spelling_find(const struct spelling *spelling, const struct spelling_search *search,
                   struct spelling_near *near);

#endif
