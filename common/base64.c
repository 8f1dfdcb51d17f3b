/* base64.c - see base64.h. */
#include "common/base64.h"

static const char base64_digits[2][65] = {
    [BASE64_STANDARD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

#define BASE64_NONE 64u

size_t base64_length(size_t bytes, enum base64_kind kind)
{
    size_t whole = bytes / 3 * 4;
    size_t left = bytes % 3;
    if (left == 0) {
        return whole;
    }
    return whole + (kind == BASE64_STANDARD ? 4 : left + 1);
}

/* All whole groups: three bytes to four digits each. */
static size_t base64_encode_whole(struct str bytes, const char *digits, char *out)
{
    char *to = out;
    for (size_t at = 0; at + 3 <= bytes.len; at += 3) {
        const unsigned char *group = (const unsigned char *)bytes.ptr + at;
        uint32_t word = (uint32_t)group[0] << 16 | (uint32_t)group[1] << 8 | group[2];
        to[0] = digits[word >> 18];
        to[1] = digits[word >> 12 & 63u];
        to[2] = digits[word >> 6 & 63u];
        to[3] = digits[word & 63u];
        to += 4;
    }
    return (size_t)(to - out);
}

/* One to three bytes to two to four digits. */
static size_t base64_encode_group(const char *bytes, size_t len, const char *digits, char out[4])
{
    uint32_t word = 0;
    for (size_t i = 0; i < 3; i++) {
        word = word << 8 | (i < len ? (unsigned char)bytes[i] : 0u);
    }
    for (size_t i = 0; i <= len; i++) {
        out[i] = digits[word >> (18 - 6 * i) & 63u];
    }
    return len + 1;
}

enum err base64_encode(struct str bytes, enum base64_kind kind, struct buf *buf)
{
    if (bytes.len == 0) {
        return OK; /* nor is there a place to write to, perhaps */
    }
    TRY(buf_reserve(buf, base64_length(bytes.len, kind)));
    buf->len += base64_encode_whole(bytes, base64_digits[kind], buf->ptr + buf->len);
    size_t left = bytes.len % 3;
    if (left > 0) {
        size_t digits = base64_encode_group(bytes.ptr + bytes.len - left, left,
                                            base64_digits[kind], buf->ptr + buf->len);
        buf->len += digits;
        while (kind == BASE64_STANDARD && digits++ < 4) {
            buf->ptr[buf->len++] = '=';
        }
    }
    return OK;
}

static uint32_t base64_value(char c, enum base64_kind kind)
{
    if (c >= 'A' && c <= 'Z') {
        return (uint32_t)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (uint32_t)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0') + 52;
    }
    if (c == base64_digits[kind][62]) {
        return 62;
    }
    return c == base64_digits[kind][63] ? 63 : BASE64_NONE;
}

/* Two to four digits to one to three bytes; 0 when they are none, or when bits that no byte
 * has are set. */
static size_t base64_decode_group(struct str digits, enum base64_kind kind, char out[3])
{
    uint32_t word = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t value = i < digits.len ? base64_value(digits.ptr[i], kind) : 0;
        if (value == BASE64_NONE) {
            return 0;
        }
        word = word << 6 | value;
    }
    size_t len = digits.len - 1;
    uint32_t stray_mask = (1u << (8 * (3 - len))) - 1;
    if (word & stray_mask) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = (char)(word >> (16 - 8 * i) & 0xFFu);
    }
    return len;
}

/* The digits without the padding, which must be the right one. */
static enum err base64_unpad(struct str text, enum base64_kind kind, struct str *ret_digits)
{
    size_t len = text.len;
    if (kind == BASE64_STANDARD) {
        if (len % 4 != 0) {
            return ERR_FORMAT;
        }
        for (int i = 0; i < 2 && len > 0 && text.ptr[len - 1] == '='; i++) {
            len--;
        }
    }
    if (len % 4 == 1) {
        return ERR_FORMAT;
    }
    *ret_digits = str_slice(text, 0, len);
    return OK;
}

enum err base64_decode(struct str text, enum base64_kind kind, struct buf *buf)
{
    struct str digits;
    TRY(base64_unpad(text, kind, &digits));
    size_t before = buf->len;
    TRY(buf_reserve(buf, digits.len * 3 / 4));
    for (size_t at = 0; at < digits.len; at += 4) {
        size_t len = base64_decode_group(str_slice(digits, at, 4), kind, buf->ptr + buf->len);
        if (len == 0) {
            buf->len = before;
            return ERR_FORMAT;
        }
        buf->len += len;
    }
    return OK;
}
