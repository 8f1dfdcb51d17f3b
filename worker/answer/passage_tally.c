/* passage_tally.c - see passage_tally.h. A table with open addressing; a word is a number. */
#include "worker/answer/passage_tally.h"

#include "common/mem.h"

#define TALLY_ROOM_MIN 1024

/* The pages are the shop's own: nobody chooses their words to collide. */
static const uint64_t tally_seed[2] = { 0x70616765, 0x776f7264 };

struct tally_word {
    uint32_t number; /* 0: free */
    uint32_t count;
    uint32_t last; /* the passage that was counted last */
};

struct passage_tally {
    struct tally_word *table;
    size_t room; /* a power of two */
    size_t count;
};

struct passage_tally *passage_tally_create(void)
{
    struct passage_tally *tally = mem_zero(1, sizeof(*tally));
    if (!tally) {
        return NULL;
    }
    tally->room = TALLY_ROOM_MIN;
    tally->table = mem_zero(tally->room, sizeof(*tally->table));
    if (!tally->table) {
        mem_free(tally);
        return NULL;
    }
    return tally;
}

void passage_tally_destroy(struct passage_tally *tally)
{
    if (tally) {
        mem_free(tally->table);
        mem_free(tally);
    }
}

static uint32_t tally_number(struct str word)
{
    uint32_t number = (uint32_t)str_hash(passage_word_stem(word), tally_seed);
    return number ? number : 1;
}

static struct tally_word *tally_place(struct tally_word *table, size_t room, uint32_t number)
{
    size_t at = number & (room - 1);
    while (table[at].number != 0 && table[at].number != number) {
        at = (at + 1) & (room - 1);
    }
    return &table[at];
}

static enum err tally_grow(struct passage_tally *tally)
{
    if (4 * (tally->count + 1) < 3 * tally->room) {
        return OK;
    }
    size_t room = 2 * tally->room;
    struct tally_word *table = mem_zero(room, sizeof(*table));
    if (!table) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < tally->room; i++) {
        if (tally->table[i].number != 0) {
            *tally_place(table, room, tally->table[i].number) = tally->table[i];
        }
    }
    mem_free(tally->table);
    tally->table = table;
    tally->room = room;
    return OK;
}

enum err passage_tally_add(struct passage_tally *tally, uint32_t number, struct str words)
{
    struct str word;
    while (str_split(&words, ' ', &word)) {
        if (word.len == 0) {
            continue;
        }
        TRY(tally_grow(tally));
        struct tally_word *place = tally_place(tally->table, tally->room, tally_number(word));
        if (place->number == 0 && tally->count == TALLY_WORDS_MAX) {
            continue;
        }
        tally->count += place->number == 0 ? 1 : 0;
        place->number = tally_number(word);
        place->count += place->last != number ? 1 : 0;
        place->last = number;
    }
    return OK;
}

size_t passage_tally_of(const struct passage_tally *tally, struct str word)
{
    return tally_place(tally->table, tally->room, tally_number(word))->count;
}

/* How many of the terms that stand too often are rarer; of equal ones the earlier is. */
static size_t tally_rank(const size_t *counts, size_t count, size_t often_max, size_t of)
{
    size_t rank = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_rarer = counts[i] < counts[of] || (counts[i] == counts[of] && i < of);
        rank += counts[i] > often_max && is_rarer ? 1 : 0;
    }
    return rank;
}

/* A word that stands nowhere is rare, but finds nothing. */
static bool tally_has_rare(const size_t *counts, size_t count, size_t often_max)
{
    for (size_t i = 0; i < count; i++) {
        if (counts[i] > 0 && counts[i] <= often_max) {
            return true;
        }
    }
    return false;
}

void passage_tally_thin(const struct passage_tally *tally, struct passage_terms *terms,
                        size_t often_max, size_t often_kept)
{
    size_t counts[PASSAGE_TERMS_MAX];
    size_t kept = 0;
    size_t count = terms->count;
    for (size_t i = 0; i < count; i++) {
        counts[i] = passage_tally_of(tally, passage_term(terms, i));
    }
    often_kept = tally_has_rare(counts, count, often_max) ? 0 : often_kept;
    for (size_t i = 0; i < count; i++) {
        if (counts[i] > often_max && tally_rank(counts, count, often_max, i) >= often_kept) {
            continue;
        }
        if (kept != i) {
            memcpy(terms->bytes[kept], terms->bytes[i], terms->lens[i]);
            terms->lens[kept] = terms->lens[i];
        }
        kept++;
    }
    terms->count = kept;
}
