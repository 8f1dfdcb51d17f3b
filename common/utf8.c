/* utf8.c - see utf8.h. utf8proc is asked only for text that has other characters than
 * ASCII, since most questions in European languages have few or none. */
#include "common/utf8.h"

#include <utf8proc.h>

#include "common/mem.h"

#define UTF8_CANONICAL                                                                             \
    ((utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |                    \
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE))

/* How a sequence starts: its length, the bits of its first byte that count, and the least
 * character that may be written with that length. */
struct utf8_lead {
    size_t len;
    uint32_t bits;
    uint32_t min;
};

static struct utf8_lead utf8_lead(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF) {
        return (struct utf8_lead){ 2, byte & 0x1Fu, 0x80 };
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        return (struct utf8_lead){ 3, byte & 0x0Fu, 0x800 };
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        return (struct utf8_lead){ 4, byte & 0x07u, 0x10000 };
    }
    return (struct utf8_lead){ 0, 0, 0 };
}

static bool utf8_is_character(uint32_t number)
{
    return number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
}

static bool utf8_is_follower(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80u;
}

uint32_t utf8_next(struct str text, size_t *at)
{
    assert(*at < text.len);
    size_t start = (*at)++;
    unsigned char first = (unsigned char)text.ptr[start];
    if (first < 0x80) {
        return first;
    }
    struct utf8_lead lead = utf8_lead(first);
    if (lead.len == 0 || text.len - start < lead.len) {
        return UTF8_BAD;
    }
    uint32_t character = lead.bits;
    for (size_t i = 1; i < lead.len; i++) {
        if (!utf8_is_follower(text.ptr[start + i])) {
            return UTF8_BAD;
        }
        character = character << 6 | ((unsigned char)text.ptr[start + i] & 0x3Fu);
    }
    if (character < lead.min || !utf8_is_character(character)) {
        return UTF8_BAD;
    }
    *at = start + lead.len;
    return character;
}

static size_t utf8_ascii_length(struct str text, size_t from)
{
    size_t at = from;
    uint64_t word;
    while (text.len - at >= sizeof(word)) {
        memcpy(&word, text.ptr + at, sizeof(word));
        if (word & 0x8080808080808080u) {
            break;
        }
        at += sizeof(word);
    }
    while (at < text.len && (unsigned char)text.ptr[at] < 0x80) {
        at++;
    }
    return at - from;
}

enum err utf8_check(struct str text, size_t *ret_bad_at)
{
    size_t at = utf8_ascii_length(text, 0);
    while (at < text.len) {
        size_t start = at;
        if (utf8_next(text, &at) == UTF8_BAD) {
            if (ret_bad_at) {
                *ret_bad_at = start;
            }
            return ERR_UTF8;
        }
        at += utf8_ascii_length(text, at);
    }
    return OK;
}

struct str utf8_without_mark(struct str text)
{
    static const struct str mark = { "\xef\xbb\xbf", 3 };
    return str_starts(text, mark) ? str_slice(text, mark.len, text.len) : text;
}

size_t utf8_count(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += !utf8_is_follower(text.ptr[i]);
    }
    return count;
}

struct str utf8_cut(struct str text, size_t chars_max)
{
    size_t chars = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (!utf8_is_follower(text.ptr[at]) && chars++ == chars_max) {
            return str_slice(text, 0, at);
        }
    }
    return text;
}

struct str utf8_cut_bytes(struct str text, size_t bytes_max)
{
    if (text.len <= bytes_max) {
        return text;
    }
    size_t end = bytes_max;
    while (end > 0 && utf8_is_follower(text.ptr[end])) {
        end--;
    }
    return str_slice(text, 0, end);
}

size_t utf8_put(uint32_t character, char out[4])
{
    if (!utf8_is_character(character)) {
        return 0;
    }
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    uint32_t rest = character;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (rest & 0x3Fu));
        rest >>= 6;
    }
    out[0] = (char)(marks[len] | rest);
    return len;
}

static bool utf8_is_space(uint32_t character)
{
    return character == ' ' || (character >= '\t' && character <= '\r') || character == 0x85 ||
           character == 0xA0 || character == 0x1680 ||
           (character >= 0x2000 && character <= 0x200A) ||
           character == 0x2028 || character == 0x2029 || character == 0x202F ||
           character == 0x205F || character == 0x3000;
}

/* Runs of white space become one space, those at the ends go: in place, since that never
 * makes a text longer. Valid text only. */
static size_t utf8_squeeze(char *text, size_t len)
{
    struct str whole = { text, len };
    size_t to = 0;
    bool gap = false;
    for (size_t at = 0; at < len;) {
        size_t start = at;
        if (utf8_is_space(utf8_next(whole, &at))) {
            gap = to > 0;
            continue;
        }
        if (gap) {
            text[to++] = ' ';
            gap = false;
        }
        memmove(text + to, text + start, at - start);
        to += at - start;
    }
    return to;
}

static enum err utf8_canonical_ascii(struct arena *arena, struct str text,
                                     struct str *ret_canonical)
{
    char *copy = arena_alloc(arena, text.len + 1);
    if (!copy) {
        return ERR_NOMEM;
    }
    size_t len = 0;
    bool gap = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (utf8_is_space((unsigned char)c)) {
            gap = len > 0;
            continue;
        }
        if (gap) {
            copy[len++] = ' ';
            gap = false;
        }
        copy[len++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    copy[len] = '\0';
    *ret_canonical = (struct str){ copy, len };
    return OK;
}

/* `*ret_text` is to be freed; the caller squeezes and copies it. */
static enum err utf8_fold(struct str text, char **ret_text, size_t *ret_len)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.ptr;
    utf8proc_ssize_t bytes_len = (utf8proc_ssize_t)text.len;
    utf8proc_ssize_t wanted = utf8proc_decompose(bytes, bytes_len, NULL, 0, UTF8_CANONICAL);
    if (wanted < 0) {
        return ERR_UTF8;
    }
    /* One more, since reencoding writes a NUL behind the text. */
    utf8proc_int32_t *wide = mem_alloc(((size_t)wanted + 1) * sizeof(*wide));
    if (!wide) {
        return ERR_NOMEM;
    }
    utf8proc_ssize_t count = utf8proc_decompose(bytes, bytes_len, wide, wanted, UTF8_CANONICAL);
    utf8proc_ssize_t len = utf8proc_reencode(wide, count, UTF8_CANONICAL);
    if (len < 0) {
        mem_free(wide);
        return ERR_UTF8;
    }
    *ret_text = (char *)wide;
    *ret_len = (size_t)len;
    return OK;
}

enum err utf8_canonical(struct arena *arena, struct str text, struct str *ret_canonical)
{
    if (utf8_ascii_length(text, 0) == text.len) {
        return utf8_canonical_ascii(arena, text, ret_canonical);
    }
    TRY(utf8_check(text, NULL));
    char *folded;
    size_t len;
    TRY(utf8_fold(text, &folded, &len));
    struct str squeezed = { folded, utf8_squeeze(folded, len) };
    enum err err = arena_copy(arena, squeezed, ret_canonical);
    mem_free(folded);
    return err;
}
