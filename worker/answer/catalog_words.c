/* catalog_words.c - see catalog_words.h. A table of words with open addressing; a word is a
 * number: SipHash of tenant and word, cut to 32 bits. Two words of one number only make a name
 * look likelier than it is; the tenant is checked by whoever has the entry. */
#include "worker/answer/catalog_words.h"

#include <math.h>

#include "common/mem.h"
#include "worker/answer/plain.h"
#include "worker/answer/plural.h"

#define WORDS_ROOM_MIN 1024
#define WORDS_KEY_BYTES 512
#define WORDS_SPELT_MIN 256

/* A name is meant if the question has words of it that weigh this much of all of it. */
#define WORDS_SHARE_MIN 0.6

struct word {
    uint32_t number; /* 0: free */
    uint32_t count;
    uint32_t room;
    bool is_common; /* given up */
    struct catalog_name **names;
};

struct catalog_words {
    struct word *table;
    size_t room; /* a power of two */
    size_t count;
    size_t names;
    uint64_t seed[2];
    struct spelling spelling;
};

struct numbers {
    uint32_t all[PASSAGE_TERMS_MAX];
    size_t count;
    struct passage_terms terms; /* whose they are */
};

/* The same of a word in either number. */
static uint32_t words_number(const struct catalog_words *words, struct str tenant, struct str word)
{
    char key[WORDS_KEY_BYTES];
    struct str name = plural_without_s(word);
    const struct str parts[] = { str_slice(tenant, 0, WORDS_KEY_BYTES - PASSAGE_TERM_BYTES_MAX - 1),
                                 STR("\x1F"), name };
    uint32_t number = (uint32_t)str_hash(str_join(parts, countof(parts), key, sizeof(key)),
                                         words->seed);
    return number ? number : 1;
}

static bool words_join(char c)
{
    return plain_is_letter(c) || c == '\'' || c == '-' || c == '.' || c == '&';
}

/* "Luna M", Luna M有货吗: a letter that stands alone, as no part of "what's", "e-bike" or "20 l". */
static bool words_is_size(struct str text, size_t at)
{
    bool is_letter = text.ptr[at] >= 'b' && text.ptr[at] <= 'z' && text.ptr[at] != 'i';
    bool is_open = (at == 0 || !words_join(text.ptr[at - 1])) &&
                   (at + 1 == text.len || !words_join(text.ptr[at + 1]) ||
                    (text.ptr[at + 1] == '.' && at + 2 == text.len));
    bool is_unit = at > 1 && text.ptr[at - 1] == ' ' && text.ptr[at - 2] >= '0' &&
                   text.ptr[at - 2] <= '9';
    return is_letter && is_open && !is_unit;
}

static void words_add_sizes(struct str text, struct passage_terms *terms)
{
    struct plain plain;
    plain_of(text, &plain);
    struct str all = plain_str(&plain);
    for (size_t at = 0; at < all.len; at++) {
        if (words_is_size(all, at)) {
            passage_terms_add(terms, str_slice(all, at, 1));
        }
    }
}

static void words_of(const struct catalog_words *words, struct str tenant, struct str text,
                     struct numbers *ret_numbers)
{
    const struct passage_terms *terms = &ret_numbers->terms;
    passage_question_words(text, &ret_numbers->terms);
    words_add_sizes(text, &ret_numbers->terms);
    ret_numbers->count = 0;
    for (size_t i = 0; i < terms->count; i++) {
        ret_numbers->all[ret_numbers->count++] =
            words_number(words, tenant, passage_term(terms, i));
    }
}

struct catalog_words *catalog_words_create(const uint64_t seed[2])
{
    struct catalog_words *words = mem_zero(1, sizeof(*words));
    if (!words) {
        return NULL;
    }
    words->seed[0] = seed[0];
    words->seed[1] = seed[1];
    words->room = WORDS_ROOM_MIN;
    words->table = mem_zero(words->room, sizeof(*words->table));
    if (!words->table) {
        mem_free(words);
        return NULL;
    }
    return words;
}

void catalog_words_destroy(struct catalog_words *words)
{
    if (!words) {
        return;
    }
    for (size_t i = 0; i < words->room; i++) {
        mem_free(words->table[i].names);
    }
    mem_free(words->table);
    mem_free(words->spelling.words);
    mem_free(words);
}

/* The word's place, or the free one where it would be. */
static struct word *words_place(struct word *table, size_t room, uint32_t number)
{
    size_t at = number & (room - 1);
    while (table[at].number != 0 && table[at].number != number) {
        at = (at + 1) & (room - 1);
    }
    return &table[at];
}

/* Words that no name has any more are left behind, so the table is bounded by the names. */
static size_t words_live(const struct catalog_words *words)
{
    size_t live = 0;
    for (size_t i = 0; i < words->room; i++) {
        live += words->table[i].count > 0 || words->table[i].is_common ? 1 : 0;
    }
    return live;
}

static void words_move(struct catalog_words *words, struct word *table, size_t room)
{
    for (size_t i = 0; i < words->room; i++) {
        struct word *word = &words->table[i];
        if (word->count > 0 || word->is_common) {
            *words_place(table, room, word->number) = *word;
        } else {
            mem_free(word->names);
        }
    }
}

static enum err words_grow(struct catalog_words *words)
{
    if (4 * (words->count + 1) < 3 * words->room) {
        return OK;
    }
    size_t live = words_live(words);
    size_t room = WORDS_ROOM_MIN;
    while (2 * (live + 1) > room) {
        room *= 2;
    }
    struct word *table = mem_zero(room, sizeof(*table));
    if (!table) {
        return ERR_NOMEM;
    }
    words_move(words, table, room);
    mem_free(words->table);
    words->table = table;
    words->room = room;
    words->count = live;
    return OK;
}

static void words_give_up(struct word *word)
{
    mem_free(TAKE(word->names));
    word->count = 0;
    word->room = 0;
    word->is_common = true;
}

static enum err words_put(struct word *word, struct catalog_name *name)
{
    if (word->is_common) {
        return OK;
    }
    if (word->count == CATALOG_NAMES_MAX) {
        words_give_up(word);
        return OK;
    }
    if (word->count == word->room) {
        uint32_t room = word->room ? 2 * word->room : 1;
        struct catalog_name **names = mem_resize(word->names, room * sizeof(struct catalog_name *));
        if (!names) {
            return ERR_NOMEM;
        }
        word->names = names;
        word->room = room;
    }
    word->names[word->count++] = name;
    return OK;
}

/* A word that no name has had yet can be misspelt from now on. */
static enum err words_spell(struct catalog_words *words, struct str word)
{
    struct spelling *spelling = &words->spelling;
    struct str stem = plural_without_s(word);
    if (!spelling_is_word(stem) || spelling->count == SPELLING_WORDS_MAX) {
        return OK;
    }
    if (spelling->count == spelling->room) {
        size_t room = min_size(max_size(2 * spelling->room, WORDS_SPELT_MIN), SPELLING_WORDS_MAX);
        struct spelling_word *all = mem_resize(spelling->words, room * sizeof(*all));
        if (!all) {
            return ERR_NOMEM;
        }
        spelling->words = all;
        spelling->room = room;
    }
    spelling_add(spelling, stem, false);
    return OK;
}

enum err catalog_words_add(struct catalog_words *words, struct catalog_name *name,
                           struct str tenant, struct str text)
{
    struct numbers numbers;
    *name = (struct catalog_name){ { 0 } };
    words->names++;
    words_of(words, tenant, text, &numbers);
    for (size_t i = 0; i < numbers.count && i < CATALOG_WORDS_MAX; i++) {
        TRY(words_grow(words));
        struct word *word = words_place(words->table, words->room, numbers.all[i]);
        if (word->number == 0) {
            TRY(words_spell(words, passage_term(&numbers.terms, i)));
            words->count++;
        }
        word->number = numbers.all[i];
        TRY(words_put(word, name));
        name->words[i] = numbers.all[i];
    }
    return OK;
}

static void words_take(struct word *word, const struct catalog_name *name)
{
    for (uint32_t i = 0; i < word->count; i++) {
        if (word->names[i] == name) {
            word->names[i] = word->names[--word->count];
            return;
        }
    }
}

void catalog_words_remove(struct catalog_words *words, struct catalog_name *name)
{
    for (size_t i = 0; i < CATALOG_WORDS_MAX && name->words[i] != 0; i++) {
        words_take(words_place(words->table, words->room, name->words[i]), name);
        name->words[i] = 0;
    }
    words->names--;
}

/* Inverse document frequency (Spaerck Jones, 1972). */
static double words_weight(const struct catalog_words *words, uint32_t number)
{
    const struct word *word = words_place(words->table, words->room, number);
    size_t count = word->is_common ? CATALOG_NAMES_MAX : word->count;
    return log(1.0 + (double)words->names / (double)max_size(count, 1));
}

static bool numbers_have(const struct numbers *numbers, uint32_t number)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->all[i] == number) {
            return true;
        }
    }
    return false;
}

bool catalog_words_have(const struct catalog_words *words, struct str tenant, struct str word)
{
    const struct word *place = words_place(words->table, words->room,
                                           words_number(words, tenant, word));
    return place->count > 0 || place->is_common;
}

void catalog_words_in(const struct catalog_words *words, struct str tenant, struct str text,
                      struct passage_terms *ret_terms)
{
    struct passage_terms all;
    passage_question_words(text, &all);
    ret_terms->count = 0;
    for (size_t i = 0; i < all.count; i++) {
        struct str term = passage_term(&all, i);
        if (catalog_words_have(words, tenant, term)) {
            passage_terms_add(ret_terms, term);
        }
    }
}

/* The words of one tenant. */
struct own {
    const struct catalog_words *words;
    struct str tenant;
};

static bool words_are_own(const void *of, struct str word)
{
    const struct own *own = of;
    return catalog_words_have(own->words, own->tenant, word);
}

void catalog_words_near(const struct catalog_words *words, struct str tenant, struct str typed,
                        unsigned distance, struct spelling_near *near)
{
    const struct own own = { words, tenant };
    const struct spelling_search search = {
        plural_without_s(typed), distance, words_are_own, &own };
    if (spelling_is_word(search.typed)) {
        spelling_find(&words->spelling, &search, near);
    }
}

struct rating {
    double found; /* weight of the name's words that the question has */
    double share; /* of all of the name's */
};

static struct rating words_rate(const struct catalog_words *words, const struct numbers *asked,
                                const struct catalog_name *name)
{
    double all = 0;
    struct rating rating = { 0 };
    for (size_t i = 0; i < CATALOG_WORDS_MAX && name->words[i] != 0; i++) {
        double weight = words_weight(words, name->words[i]);
        all += weight;
        rating.found += numbers_have(asked, name->words[i]) ? weight : 0;
    }
    rating.share = all > 0 ? rating.found / all : 0;
    return rating;
}

/* The names that have the rarest words are rated; two at the top name none. */
struct best {
    struct catalog_name *name;
    struct rating rating;
    bool is_tied;
};

static void words_weigh_in(struct best *best, struct catalog_name *name, struct rating rating)
{
    if (name == best->name) {
        return;
    }
    double ahead = rating.found - best->rating.found;
    bool is_more = ahead > 1e-9 || (ahead > -1e-9 && rating.share > best->rating.share + 1e-9);
    bool is_same = !is_more && ahead > -1e-9 && rating.share > best->rating.share - 1e-9;
    if (is_more) {
        *best = (struct best){ name, rating, false };
    }
    best->is_tied = best->is_tied || is_same;
}

static bool name_has(const struct catalog_name *name, uint32_t number)
{
    for (size_t i = 0; i < CATALOG_WORDS_MAX && name->words[i] != 0; i++) {
        if (name->words[i] == number) {
            return true;
        }
    }
    return false;
}

/* "The kids bike", where there are kids' helmets and other bikes: several words, and each that is
 * in any name is in this one. */
static bool words_are_all_of(const struct catalog_words *words, const struct numbers *asked,
                             const struct catalog_name *name)
{
    size_t count = 0;
    for (size_t i = 0; i < asked->count; i++) {
        const struct word *word = words_place(words->table, words->room, asked->all[i]);
        bool is_of_name = name_has(name, asked->all[i]);
        if (!is_of_name && (word->count > 0 || word->is_common)) {
            return false;
        }
        count += is_of_name ? 1 : 0;
    }
    return count > 1;
}

/* The best of the names that have one of the words. */
static struct best words_best(const struct catalog_words *words, const struct numbers *asked)
{
    struct best best = { .name = NULL };
    for (size_t i = 0; i < asked->count; i++) {
        const struct word *word = words_place(words->table, words->room, asked->all[i]);
        for (uint32_t name = 0; name < word->count; name++) {
            words_weigh_in(&best, word->names[name], words_rate(words, asked, word->names[name]));
        }
    }
    return best;
}

struct catalog_name *catalog_words_find(const struct catalog_words *words, struct str tenant,
                                        struct str text)
{
    struct numbers asked;
    words_of(words, tenant, text, &asked);
    struct best best = words_best(words, &asked);
    bool is_alone = false; /* a word that only this name has was said */
    for (size_t i = 0; best.name && i < asked.count; i++) {
        const struct word *word = words_place(words->table, words->room, asked.all[i]);
        is_alone = is_alone || (word->count == 1 && word->names[0] == best.name);
    }
    bool is_meant = best.name && !best.is_tied &&
                    (best.rating.share >= WORDS_SHARE_MIN || is_alone ||
                     words_are_all_of(words, &asked, best.name));
    return is_meant ? best.name : NULL;
}

void catalog_words_alike(const struct catalog_words *words, struct str tenant, struct str text,
                         catalog_name_fn *on_name, void *context)
{
    struct numbers asked;
    words_of(words, tenant, text, &asked);
    struct best best = words_best(words, &asked);
    for (size_t i = 0; i < asked.count; i++) {
        const struct word *word = words_place(words->table, words->room, asked.all[i]);
        for (uint32_t name = 0; name < word->count; name++) {
            struct rating rating = words_rate(words, &asked, word->names[name]);
            if (rating.found > best.rating.found - 1e-9) {
                on_name(context, word->names[name]);
            }
        }
    }
}
