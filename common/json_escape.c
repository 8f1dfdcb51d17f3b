/* json_escape.c - see json_escape.h. */
#include "common/json_escape.h"

#include "common/json_plain.h"
#include "common/utf8.h"

#define ESCAPE_UNIT_BYTES 6 /* a backslash, u, four digits */

size_t json_escape_end(struct str bytes, size_t at)
{
    while ((at = json_plain_end(bytes, at)) < bytes.len) {
        if (bytes.ptr[at] == '"') {
            return at;
        }
        if (bytes.ptr[at] != '\\') {
            return bytes.len;
        }
        at = min_size(at + 2, bytes.len);
    }
    return bytes.len;
}

/* The code unit that a backslash, u and four digits at `at` mean; -1: they are not there. */
static int32_t escape_unit(struct str escaped, size_t at)
{
    if (escaped.len - at < ESCAPE_UNIT_BYTES || escaped.ptr[at] != '\\' ||
        escaped.ptr[at + 1] != 'u') {
        return -1;
    }
    int32_t unit = 0;
    for (size_t i = 2; i < ESCAPE_UNIT_BYTES; i++) {
        int digit = str_hex_digit(escaped.ptr[at + i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Of one character; returns how long its escape is, 0: it means nothing. */
static size_t escape_wide(struct str escaped, size_t at, char *out, size_t *len)
{
    int32_t code = escape_unit(escaped, at);
    size_t taken = ESCAPE_UNIT_BYTES;
    if (code <= 0 || (code >= 0xdc00 && code <= 0xdfff)) {
        return 0;
    }
    if (code >= 0xd800 && code <= 0xdbff) {
        int32_t low = escape_unit(escaped, at + taken);
        if (low < 0xdc00 || low > 0xdfff) {
            return 0;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        taken += ESCAPE_UNIT_BYTES;
    }
    *len += utf8_put((uint32_t)code, out + *len);
    return taken;
}

static char escape_short(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return '\0';
    }
}

/* The same for the escape at `at`, whatever its form. */
static size_t escape_one(struct str escaped, size_t at, char *out, size_t *len)
{
    char c = at + 1 < escaped.len ? escaped.ptr[at + 1] : '\0';
    if (c == 'u') {
        return escape_wide(escaped, at, out, len);
    }
    char meant = escape_short(c);
    out[*len] = meant;
    *len += meant ? 1 : 0;
    return meant ? 2 : 0;
}

bool json_unescape(struct str escaped, char *out, size_t *ret_len)
{
    size_t len = 0;
    size_t at = 0;
    while (at < escaped.len) {
        size_t end = json_plain_end(escaped, at);
        memcpy(out + len, escaped.ptr + at, end - at);
        len += end - at;
        at = end;
        if (at == escaped.len) {
            break;
        }
        size_t taken = escaped.ptr[at] == '\\' ? escape_one(escaped, at, out, &len) : 0;
        if (taken == 0) {
            return false;
        }
        at += taken;
    }
    *ret_len = len;
    return true;
}
