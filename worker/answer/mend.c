/* mend.c - see mend.h. */
#include "worker/answer/mend.h"

#include "common/utf8.h"
#include "worker/answer/catalog_words.h"
#include "worker/answer/concept.h"
#include "worker/answer/plural.h"
#include "worker/answer/spelling.h"

#define MEND_VOCABULARY_MAX 8192

static struct spelling_word mend_words[MEND_VOCABULARY_MAX];

/* Made before main() and only read from then on, as the rules' words themselves (concept.c). */
static struct spelling mend_vocabulary = { .words = mend_words, .room = MEND_VOCABULARY_MAX };

static bool mend_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What makes one name of letters and what is not letters: "KTL-17", "ann@example.com". */
static bool mend_is_of_name(char c)
{
    return mend_is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '@' ||
           c == '/' || c == '#' || c == '\'';
}

/* The bytes from `at` to where the name ends; a full stop goes on with one before a letter. */
static size_t mend_run(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len) {
        bool is_joint = text.ptr[end] == '.' && end > at && end + 1 < text.len &&
                        mend_is_of_name(text.ptr[end + 1]);
        if (!is_joint && !mend_is_of_name(text.ptr[end])) {
            break;
        }
        end++;
    }
    return end - at;
}

/* The letters that the run is of, but for "'s"; 0: it is of others, too. */
static size_t mend_letters(struct str run)
{
    size_t len = 0;
    while (len < run.len && mend_is_letter(run.ptr[len])) {
        len++;
    }
    struct str rest = str_slice(run, len, run.len);
    return rest.len == 0 || str_eq(rest, STR("'s")) ? len : 0;
}

static void mend_learn_phrase(struct str phrase, bool is_only_known)
{
    for (size_t at = 0; at < phrase.len; at++) {
        struct str run = str_slice(phrase, at, mend_run(phrase, at));
        spelling_add(&mend_vocabulary, str_slice(run, 0, mend_letters(run)), is_only_known);
        at += run.len;
    }
}

static void mend_learn(enum concept concept, bool is_only_known)
{
    struct str phrase = concept_word(concept, 0);
    for (size_t i = 1; phrase.len > 0; i++) {
        mend_learn_phrase(phrase, is_only_known);
        phrase = concept_word(concept, i);
    }
}

__attribute__((constructor)) static void mend_build(void)
{
    static const struct str known[] = {
#define KNOWN(word) { word, sizeof(word) - 1 },
#include "worker/answer/mend_known.def"
#undef KNOWN
    };
    static const struct str usual[] = {
#define USUAL(words) { words, sizeof(words) - 1 },
#include "worker/answer/mend_usual.def"
#undef USUAL
    };
    for (size_t i = 0; i < CONCEPT_COUNT; i++) {
        if (i != CONCEPT_ANGRY && i != CONCEPT_SCOPE) {
            mend_learn((enum concept)i, false);
        }
    }
    /* "Created" is not "cheated": nobody is taken for angry, or off topic, by a misspelling. */
    mend_learn(CONCEPT_ANGRY, true);
    mend_learn(CONCEPT_SCOPE, true);
    for (size_t i = 0; i < countof(known); i++) {
        spelling_add(&mend_vocabulary, known[i], true);
    }
    for (size_t i = 0; i < countof(usual); i++) {
        struct str rest = usual[i];
        struct str word;
        while (str_split(&rest, ' ', &word)) {
            spelling_add(&mend_vocabulary, word, true);
        }
    }
    assert(mend_vocabulary.count < MEND_VOCABULARY_MAX);
}

/* `typed` is in lower case. */
static struct str mend_find(const struct catalog *catalog, struct str tenant, struct str typed)
{
    struct spelling_near near = { .count = 0 };
    struct spelling_search search = { .typed = typed, .distance = 1 };
    for (; near.count == 0 && search.distance <= spelling_distance(typed); search.distance++) {
        spelling_find(&mend_vocabulary, &search, &near);
        catalog_words_near(catalog_words_of(catalog), tenant, typed, search.distance, &near);
    }
    return near.count == 1 ? near.words[0] : STR_NONE;
}

struct mending {
    const struct catalog *catalog;
    struct str tenant;
    struct str parts[2 * MEND_WORDS_MAX + 1]; /* as it was, and mended, in turn */
    char mended[MEND_WORDS_MAX][SPELLING_LETTERS_MAX];
    size_t count;
    size_t tried;
};

/* "Planners" as "planner". */
static bool mend_is_plural(struct str typed)
{
    struct str one = plural_without_s(typed);
    return one.len < typed.len && spelling_is_word(one) && spelling_has(&mend_vocabulary, one);
}

static bool mend_is_known(const struct mending *mending, struct str typed)
{
    return spelling_has(&mend_vocabulary, typed) || mend_is_plural(typed) ||
           catalog_words_have(catalog_words_of(mending->catalog), mending->tenant, typed);
}

/* The word at its place, mended, unless it stays; `text` up to `*done` is in the parts. */
static void mend_word(struct mending *mending, struct str text, struct str word, size_t *done)
{
    char lower[SPELLING_LETTERS_MAX];
    struct str typed = { lower, min_size(word.len, sizeof(lower)) };
    for (size_t i = 0; i < typed.len; i++) {
        lower[i] = (char)(word.ptr[i] | 0x20);
    }
    if (word.len > sizeof(lower) || !spelling_is_word(typed) || mend_is_known(mending, typed)) {
        return;
    }
    mending->tried++;
    struct str near = mend_find(mending->catalog, mending->tenant, typed);
    if (near.len > 0) {
        size_t start = (size_t)(word.ptr - text.ptr);
        char *out = mending->mended[mending->count / 2];
        memcpy(out, near.ptr, near.len);
        mending->parts[mending->count++] = str_slice(text, *done, start - *done);
        mending->parts[mending->count++] = (struct str){ out, near.len };
        *done = start + word.len;
    }
}

/* The ASCII form of the full-width letter, digit or hyphen at `at`; NUL: none stands there. */
static char mend_narrow_at(struct str text, size_t at)
{
    unsigned char first = (unsigned char)text.ptr[at];
    if (first != 0xEF || at + 3 > text.len) {
        return '\0';
    }
    uint32_t character = utf8_next(text, &at);
    bool is_wide = character >= 0xFF01 && character <= 0xFF5E;
    char narrow = is_wide ? (char)(character - 0xFF01 + '!') : '\0';
    return mend_is_letter(narrow) || (narrow >= '0' && narrow <= '9') || narrow == '-' ? narrow
                                                                                        : '\0';
}

/* "ＳＫＵ－１２" as SKU-12. The text itself, if there is nothing of the kind in it. */
static enum err mend_narrow(struct arena *arena, struct str text, struct str *ret_text)
{
    char narrow[MEND_BYTES_MAX];
    size_t len = 0;
    bool is_narrowed = false;
    for (size_t at = 0; at < text.len;) {
        char c = mend_narrow_at(text, at);
        narrow[len++] = c != '\0' ? c : text.ptr[at];
        is_narrowed = is_narrowed || c != '\0';
        at += c != '\0' ? 3 : 1;
    }
    *ret_text = text;
    return is_narrowed ? arena_copy(arena, (struct str){ narrow, len }, ret_text) : OK;
}

enum err mend_text(struct arena *arena, const struct catalog *catalog, struct str tenant,
                   struct str typed, struct str *ret_mended)
{
    struct mending mending = { .catalog = catalog, .tenant = tenant, .count = 0 };
    struct str text;
    size_t done = 0;
    *ret_mended = STR_NONE;
    if (typed.len > MEND_BYTES_MAX) {
        return OK;
    }
    TRY(mend_narrow(arena, typed, &text));
    for (size_t at = 0; at < text.len && mending.tried < MEND_WORDS_MAX; at++) {
        struct str run = str_slice(text, at, mend_run(text, at));
        size_t letters = run.len < SPELLING_LETTERS_MIN ? 0 : mend_letters(run);
        if (letters >= SPELLING_LETTERS_MIN) {
            mend_word(&mending, text, str_slice(run, 0, letters), &done);
        }
        at += run.len;
    }
    if (mending.count == 0) {
        *ret_mended = text.ptr == typed.ptr ? STR_NONE : text;
        return OK;
    }
    mending.parts[mending.count++] = str_slice(text, done, text.len);
    return arena_join(arena, mending.parts, mending.count, ret_mended);
}
