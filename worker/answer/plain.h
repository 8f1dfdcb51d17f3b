/* plain.h - a text in the form in which words are looked up in it.
 *
 * ASCII in lower case, full-width forms as ASCII, curly apostrophes straight, Traditional
 * characters as Simplified ones (those of han.def, which are the ones that the word tables
 * need), white space as single spaces and none between two Han characters. A line feed stays:
 * it ends a sentence. For looking up only: what is keyed, sent or published is never this.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PLAIN_H
#define ANSWER_PLAIN_H

#include "common/str.h"

/* What lies behind is not looked at: a wish is told in the first thousand characters. */
#define PLAIN_BYTES_MAX 4096
#define PLAIN_TAIL_BYTES 8

struct plain {
    char bytes[PLAIN_BYTES_MAX + PLAIN_TAIL_BYTES]; /* NULs behind the text: a word may be loaded */
    size_t len;
};

/* Bytes that are not UTF-8 are left out. */
void plain_of(struct str text, struct plain *ret_plain);

static inline struct str plain_str(const struct plain *plain)
{
    return (struct str){ plain->bytes, plain->len };
}

/* The rest of plain_is_at(), when the first byte is there. */
bool plain_goes_on(struct str text, size_t at, struct str word);

/* True if `word`, which is not empty, stands in the plain `text` at byte `at`. A word that begins
 * or ends with an ASCII letter or digit does not touch another one there; with a '*' at its end it
 * may go on. Tables of words are tried at each byte of a text: most fail at the first. */
static inline bool plain_is_at(struct str text, size_t at, struct str word)
{
    assert(word.len > 0);
    return at < text.len && text.ptr[at] == word.ptr[0] && plain_goes_on(text, at, word);
}

static inline bool plain_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* True if byte `at` goes on with a word of ASCII letters and digits: none begins there. */
static inline bool plain_is_inside(struct str text, size_t at)
{
    return at > 0 && plain_is_letter(text.ptr[at]) && plain_is_letter(text.ptr[at - 1]);
}

/* Where `word` stands first at byte `from` or behind, text.len if nowhere. */
size_t plain_find(struct str text, size_t from, struct str word);

static inline bool plain_has(struct str text, struct str word)
{
    return plain_find(text, 0, word) < text.len;
}

/* True if no letter beyond ASCII is in it, so that no Chinese word need be looked for. */
bool plain_is_ascii(struct str text);

/* True if any of `words`, parted by '|' and none empty, stands in the plain `text`. */
bool plain_has_any(struct str text, const char *words);

#endif
