/* spelling.c - see spelling.h. Words lie in chains by first letter and length, so that a word is
 * held against few; most of those are ruled out by which letters they have. */
#include "worker/answer/spelling.h"

struct spelling_table {
    unsigned rows[3][SPELLING_LETTERS_MAX + 1]; /* of the letter before the last, the last, this */
};

bool spelling_is_word(struct str word)
{
    bool is_word = word.len >= SPELLING_LETTERS_MIN && word.len <= SPELLING_LETTERS_MAX;
    for (size_t i = 0; is_word && i < word.len; i++) {
        is_word = word.ptr[i] >= 'a' && word.ptr[i] <= 'z';
    }
    return is_word;
}

static uint32_t spelling_letters(struct str word)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < word.len; i++) {
        letters |= UINT32_C(1) << (word.ptr[i] - 'a');
    }
    return letters;
}

static struct str spelling_text(const struct spelling_word *word)
{
    return (struct str){ word->text, word->len };
}

/* The first word of a chain, plus one. */
static size_t spelling_head(const struct spelling *spelling, char first, size_t len)
{
    return spelling->heads[first - 'a'][len - SPELLING_LETTERS_MIN];
}

bool spelling_has(const struct spelling *spelling, struct str word)
{
    uint32_t letters = spelling_letters(word); /* tells most of them apart */
    size_t next = spelling_head(spelling, word.ptr[0], word.len);
    while (next != 0) {
        const struct spelling_word *one = &spelling->words[next - 1];
        if (one->letters == letters && memcmp(one->text, word.ptr, word.len) == 0) {
            return true;
        }
        next = one->next;
    }
    return false;
}

void spelling_add(struct spelling *spelling, struct str word, bool is_only_known)
{
    if (!spelling_is_word(word) || spelling->count == spelling->room ||
        spelling_has(spelling, word)) {
        return;
    }
    struct spelling_word *added = &spelling->words[spelling->count++];
    uint16_t *head = &spelling->heads[word.ptr[0] - 'a'][word.len - SPELLING_LETTERS_MIN];
    *added = (struct spelling_word){ .letters = spelling_letters(word),
                                     .next = *head,
                                     .len = (uint8_t)word.len,
                                     .is_only_known = is_only_known };
    memcpy(added->text, word.ptr, word.len);
    *head = (uint16_t)spelling->count;
}

static unsigned spelling_least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The restricted distance: no letter that was swapped is changed again. */
static unsigned spelling_far(struct str typed, struct str word, unsigned change)
{
    struct spelling_table table;
    for (size_t j = 0; j <= word.len; j++) {
        table.rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= typed.len; i++) {
        unsigned *row = table.rows[i % 3];
        const unsigned *above = table.rows[(i + 2) % 3];
        const unsigned *before = table.rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= word.len; j++) {
            bool is_same = typed.ptr[i - 1] == word.ptr[j - 1];
            bool is_swap = i > 1 && j > 1 && typed.ptr[i - 1] == word.ptr[j - 2] &&
                           typed.ptr[i - 2] == word.ptr[j - 1];
            unsigned best = above[j - 1] + (is_same ? 0 : change);
            best = spelling_least(best, spelling_least(above[j], row[j - 1]) + 1);
            row[j] = is_swap ? spelling_least(best, before[j - 2] + 1) : best;
        }
    }
    return table.rows[typed.len % 3][word.len];
}

static bool spelling_ends_alike(struct str typed, struct str word)
{
    char last = typed.ptr[typed.len - 1];
    char before = typed.ptr[typed.len - 2];
    bool is_swap = last == word.ptr[word.len - 2] && before == word.ptr[word.len - 1];
    return last == word.ptr[word.len - 1] || is_swap;
}

bool spelling_is_near(struct str typed, struct str word, unsigned distance)
{
    size_t start = 0;
    if (typed.ptr[0] != word.ptr[0] || str_eq(typed, word) || !spelling_ends_alike(typed, word)) {
        return false;
    }
    while (start < typed.len && start < word.len && typed.ptr[start] == word.ptr[start]) {
        start++;
    }
    unsigned change = typed.len < SPELLING_LETTERS_CHANGED ? 2 : 1;
    return spelling_far(str_slice(typed, start, typed.len), str_slice(word, start, word.len),
                        change) <= distance;
}

unsigned spelling_distance(struct str typed)
{
    return typed.len >= SPELLING_LETTERS_LONG ? 2 : 1;
}

static void near_add(struct spelling_near *near, struct str word)
{
    bool is_there = near->count == SPELLING_NEAR_MAX;
    for (size_t i = 0; i < near->count; i++) {
        is_there = is_there || str_eq(near->words[i], word);
    }
    if (!is_there) {
        near->words[near->count++] = word;
    }
}

/* Each step changes two of the letters that a word has at most. */
static bool spelling_may_be_near(uint32_t typed, uint32_t word, unsigned distance)
{
    return (unsigned)__builtin_popcount(typed ^ word) <= 2 * distance;
}

static bool spelling_is_meant(const struct spelling_search *search, uint32_t letters,
                              const struct spelling_word *word)
{
    struct str text = spelling_text(word);
    return !word->is_only_known && spelling_may_be_near(letters, word->letters, search->distance) &&
           spelling_is_near(search->typed, text, search->distance) &&
           (!search->counts || search->counts(search->of, text));
}

void spelling_find(const struct spelling *spelling, const struct spelling_search *search,
                   struct spelling_near *near)
{
    uint32_t letters = spelling_letters(search->typed);
    size_t len = search->typed.len;
    size_t shortest = max_size(len - search->distance, SPELLING_LETTERS_MIN);
    size_t longest = min_size(len + search->distance, SPELLING_LETTERS_MAX);
    for (len = shortest; len <= longest; len++) {
        size_t next = spelling_head(spelling, search->typed.ptr[0], len);
        for (; next != 0; next = spelling->words[next - 1].next) {
            if (spelling_is_meant(search, letters, &spelling->words[next - 1])) {
                near_add(near, spelling_text(&spelling->words[next - 1]));
            }
        }
    }
}
