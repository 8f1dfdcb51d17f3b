/* str.h - a piece of text or bytes that someone else owns.
 *
 * Passed by value. Not NUL-terminated unless a function says so. `ptr` may be NULL only
 * when `len` is 0.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_STR_H
#define COMMON_STR_H

#include <string.h>

#include "common/base.h"

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })

/* For printf: printf("%.*s", STR_ARG(text)). */
#define STR_ARG(text) (int)(text).len, (text).ptr ? (text).ptr : ""

static inline struct str str_from(const char *text)
{
    return text ? (struct str){ text, strlen(text) } : STR_NONE;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_from(text));
}

/* Order by bytes; <0, 0, >0. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str text, struct str prefix);

/* Equal but for the case of ASCII letters. */
bool str_eq_ascii_case(struct str a, struct str b);

/* From byte `from` on (clamped), at most `len` bytes. */
static inline struct str str_slice(struct str text, size_t from, size_t len)
{
    size_t start = min_size(from, text.len);
    if (!text.ptr) {
        return STR_NONE;
    }
    return (struct str){ text.ptr + start, min_size(len, text.len - start) };
}

/* ASCII white space; an ASCII digit. */
static inline bool str_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool str_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What a hexadecimal digit stands for; -1: it is none. */
static inline int str_hex_digit(char c)
{
    char lower = (char)(c | 0x20);
    if (str_is_digit(c)) {
        return c - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Without ASCII white space at both ends. */
struct str str_trim(struct str text);

/* Position of `needle`, or `text.len` when it does not occur. An empty needle is at 0. */
size_t str_find(struct str text, struct str needle);

/* The first line, with the line break that it may end with. */
struct str str_line(struct str text);

/* Cuts the part before the first `separator` off `*rest`; false when `*rest` was used up
 * (its `ptr` is NULL then). */
bool str_split(struct str *rest, char separator, struct str *ret_part);

/* The whole text as a decimal number between `min` and `max`. False: nothing is written. */
bool str_to_i64(struct str text, int64_t min, int64_t max, int64_t *ret_number);

/* A number in decimal; without the locale and the format string of printf, since most records
 * need several. */
#define STR_INT_BYTES 21
struct str str_from_int(int64_t number, char out[STR_INT_BYTES]);

/* The parts one behind the other in `out`, which has room for `room` bytes. What does not fit is
 * a bug. */
struct str str_join(const struct str *parts, size_t parts_count, char *out, size_t room);

/* SipHash-2-4 (Aumasson and Bernstein, 2012) under `seed`: for maps that hold foreign keys. */
uint64_t str_hash(struct str text, const uint64_t seed[2]);

#endif
