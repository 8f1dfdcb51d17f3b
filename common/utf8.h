/* utf8.h - text as characters: check, count, cut, canonical form, scripts.
 *
 * A character here is a Unicode code point. Bytes that came from outside are checked once,
 * where they come in; everything behind that point may rely on valid text.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include "common/arena.h"

#define UTF8_BAD UINT32_MAX

enum utf8_script {
    UTF8_COMMON, /* digits, punctuation, white space, symbols */
    UTF8_LATIN,
    UTF8_GREEK,
    UTF8_CYRILLIC,
    UTF8_HEBREW,
    UTF8_ARABIC,
    UTF8_DEVANAGARI,
    UTF8_THAI,
    UTF8_HAN,
    UTF8_KANA, /* Hiragana and Katakana */
    UTF8_HANGUL,
    UTF8_OTHER,
    UTF8_SCRIPT_COUNT
};

struct utf8_scripts {
    size_t of[UTF8_SCRIPT_COUNT];
};

/* The character at byte `*at`, which moves behind it; UTF8_BAD (and one byte on) where the
 * bytes are not UTF-8 by RFC 3629: overlong, surrogate, above U+10FFFF, cut off.
 * `*at` must be below text.len. */
uint32_t utf8_next(struct str text, size_t *at);

/* ERR_UTF8: `*ret_bad_at` is the first byte that is wrong. It may be NULL. */
MUST_USE enum err utf8_check(struct str text, size_t *ret_bad_at);

/* The text behind a byte order mark, which some editors and spreadsheets put in front of a file. */
struct str utf8_without_mark(struct str text);

/* Characters in valid text. */
size_t utf8_count(struct str text);

/* The longest start of valid text with at most so many characters, or bytes. */
struct str utf8_cut(struct str text, size_t chars_max);
struct str utf8_cut_bytes(struct str text, size_t bytes_max);

/* NFKC with case folding, runs of white space as one space, none at the ends: what cache
 * keys are made from. Characters without a visible form are dropped. ERR_UTF8, ERR_NOMEM. */
MUST_USE enum err utf8_canonical(struct arena *arena, struct str text, struct str *ret_canonical);

/* Where the grapheme cluster that begins at byte `at` of valid text ends: what a reader takes for
 * one character, by Unicode TR 29. `at` must be below text.len and the start of one. */
size_t utf8_grapheme_end(struct str text, size_t at);

enum utf8_script utf8_script_of(uint32_t character);

/* How many characters of each script valid text has. */
struct utf8_scripts utf8_scripts_in(struct str text);

/* Bytes written to `out`, 1 to 4; 0 for a surrogate or a number above U+10FFFF. */
size_t utf8_put(uint32_t character, char out[4]);

#endif
