/* language.c - see language.h. */
#include "worker/answer/language.h"

#include "common/utf8.h"
#include "worker/answer/plain.h"

struct language {
    struct str code;
    const char *name;
    enum utf8_script script;
};

static const struct language languages[] = {
#define LANGUAGE(code, name, script) { { "" code, sizeof(code) - 1 }, name, script },
#include "worker/answer/languages.def"
#undef LANGUAGE
};

static const struct language *language_find(struct str code)
{
    size_t primary = min_size(str_find(code, STR("-")), code.len);
    for (size_t i = 0; i < countof(languages); i++) {
        if (str_eq_ascii_case(str_slice(code, 0, primary), languages[i].code)) {
            return &languages[i];
        }
    }
    return NULL;
}

static const struct language *language_of_script(enum utf8_script script)
{
    for (size_t i = 0; i < countof(languages); i++) {
        if (languages[i].script == script && script != UTF8_COMMON) {
            return &languages[i];
        }
    }
    return NULL;
}

/* A Han character says about as much as a word; one Kana decides that it is Japanese. */
static enum utf8_script language_script(struct str text)
{
    struct utf8_scripts scripts = utf8_scripts_in(text);
    scripts.of[UTF8_HAN] *= 3;
    if (scripts.of[UTF8_KANA] > 0) {
        scripts.of[UTF8_KANA] += scripts.of[UTF8_HAN] + scripts.of[UTF8_KANA] * 2;
        scripts.of[UTF8_HAN] = 0;
    }
    enum utf8_script most = UTF8_COMMON;
    size_t count = 0;
    for (size_t script = UTF8_LATIN; script < UTF8_OTHER; script++) {
        if (scripts.of[script] > count) {
            count = scripts.of[script];
            most = (enum utf8_script)script;
        }
    }
    return most;
}

/* The languages that are told apart by their words. */
enum latin { LATIN_EN, LATIN_DE, LATIN_FR, LATIN_ES, LATIN_IT, LATIN_PT, LATIN_NL, LATIN_COUNT };

static const char *const latin_codes[LATIN_COUNT] = {
    [LATIN_EN] = "en", [LATIN_DE] = "de", [LATIN_FR] = "fr", [LATIN_ES] = "es",
    [LATIN_IT] = "it", [LATIN_PT] = "pt", [LATIN_NL] = "nl",
};

struct language_word {
    struct str text;
    enum latin language;
};

static const struct language_word language_words[] = { /* by their bytes */
#define WORD(language, word) { { word, sizeof(word) - 1 }, LATIN_##language },
#include "worker/answer/language_words.def"
#undef WORD
};

#define LANGUAGE_SLOTS 1024

_Static_assert(countof(language_words) < LANGUAGE_SLOTS / 2, "most slots are empty");

/* Where a word stands in language_words, plus one; 0: nowhere. A slot that is taken is followed by
 * the next one. Made before main(), since C cannot do it while it compiles, and only read from
 * then on: each word of each message is looked up. */
static uint16_t language_index[LANGUAGE_SLOTS];

/* So few words of a language tell of a short text, else twice as many. */
#define LANGUAGE_SHORT_WORDS 5
#define LANGUAGE_UNKNOWN_WORDS_MIN 4 /* shorter texts may be no more than names */

struct language_votes {
    size_t of[LATIN_COUNT];
    size_t words;
};

static bool language_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static size_t language_slot(struct str word)
{
    size_t first = (unsigned char)word.ptr[0];
    size_t middle = (unsigned char)word.ptr[word.len / 2];
    size_t last = (unsigned char)word.ptr[word.len - 1];
    return (first * 37 + middle * 5 + last * 101 + word.len) % LANGUAGE_SLOTS;
}

__attribute__((constructor)) static void language_index_build(void)
{
    for (size_t i = 0; i < countof(language_words); i++) {
        size_t slot = language_slot(language_words[i].text);
        while (language_index[slot]) {
            slot = (slot + 1) % LANGUAGE_SLOTS;
        }
        language_index[slot] = (uint16_t)(i + 1);
    }
}

/* NULL: it tells of no language. */
static const struct language_word *language_word_find(struct str word)
{
    for (size_t slot = language_slot(word); language_index[slot];
         slot = (slot + 1) % LANGUAGE_SLOTS) {
        const struct language_word *known = &language_words[language_index[slot] - 1];
        if (str_eq(known->text, word)) {
            return known;
        }
    }
    return NULL;
}

static void language_vote(struct language_votes *votes, struct str word)
{
    const struct language_word *known = language_word_find(word);
    votes->words++;
    if (known) {
        votes->of[known->language]++;
    }
}

static void language_count(struct str text, struct language_votes *ret_votes)
{
    struct plain plain;
    plain_of(text, &plain);
    struct str rest = plain_str(&plain);
    *ret_votes = (struct language_votes){ .words = 0 };
    for (size_t at = 0; at < rest.len;) {
        size_t start = at;
        while (at < rest.len && language_is_letter(rest.ptr[at])) {
            at++;
        }
        if (at > start) {
            language_vote(ret_votes, str_slice(rest, start, at - start));
        }
        at += at == start ? 1 : 0;
    }
}

/* What the words tell, English first among equals; empty: nothing. */
static struct str language_by_words(const struct language_votes *votes)
{
    enum latin best = LATIN_EN;
    for (enum latin i = LATIN_EN + 1; i < LATIN_COUNT; i++) {
        best = votes->of[i] > votes->of[best] ? i : best;
    }
    bool is_told = best == LATIN_EN || votes->words <= LANGUAGE_SHORT_WORDS ||
                   votes->of[best] > 1;
    return votes->of[best] > 0 && is_told ? str_from(latin_codes[best]) : STR_NONE;
}

static bool language_fits(const struct language *language, enum utf8_script script)
{
    if (script == UTF8_COMMON || script == UTF8_LATIN) {
        return script == UTF8_COMMON || language->script == UTF8_COMMON ||
               language->script == UTF8_LATIN;
    }
    bool is_kin = script == UTF8_HAN && language->script == UTF8_KANA;
    bool is_slavic = script == UTF8_CYRILLIC && str_is(language->code, "uk");
    return language->script == script || is_kin || is_slavic;
}

/* A short code such as "A100?" is in Latin letters and in no language. */
static bool language_is_open(enum utf8_script script)
{
    return script == UTF8_COMMON || script == UTF8_HAN || script == UTF8_CYRILLIC ||
           script == UTF8_LATIN;
}

static struct str language_of_latin(struct str text, const struct language *hinted,
                                    struct str fallback)
{
    struct language_votes votes;
    language_count(text, &votes);
    struct str told = language_by_words(&votes);
    if (told.len > 0) {
        return told;
    }
    if (hinted && language_fits(hinted, UTF8_LATIN)) {
        return hinted->code;
    }
    const struct language *last = language_find(fallback);
    bool is_short = votes.words < LANGUAGE_UNKNOWN_WORDS_MIN;
    bool is_fitting = last && language_fits(last, UTF8_LATIN);
    return !is_short ? STR("und") : is_fitting ? last->code : STR("en");
}

struct str language_of(struct str text, struct str hint, struct str fallback)
{
    enum utf8_script script = language_script(text);
    const struct language *hinted = language_find(hint);
    if (script == UTF8_LATIN) {
        return language_of_latin(text, hinted, fallback);
    }
    if (hinted && language_is_open(script) && language_fits(hinted, script)) {
        return hinted->code;
    }
    const struct language *seen = language_of_script(script);
    if (seen) {
        return seen->code;
    }
    const struct language *last = hinted ? hinted : language_find(fallback);
    return last ? last->code : STR("und");
}

const char *language_name(struct str language)
{
    const struct language *found = language_find(language);
    return found ? found->name : NULL;
}
