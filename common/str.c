/* str.c - see str.h. */
#include "common/str.h"

static char str_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

int str_cmp(struct str a, struct str b)
{
    size_t shared = min_size(a.len, b.len);
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str text, struct str prefix)
{
    return text.len >= prefix.len && str_eq((struct str){ text.ptr, prefix.len }, prefix);
}

bool str_eq_ascii_case(struct str a, struct str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (str_lower(a.ptr[i]) != str_lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

struct str str_trim(struct str text)
{
    size_t start = 0;
    size_t end = text.len;
    while (start < end && str_is_space(text.ptr[start])) {
        start++;
    }
    while (end > start && str_is_space(text.ptr[end - 1])) {
        end--;
    }
    return str_slice(text, start, end - start);
}

size_t str_find(struct str text, struct str needle)
{
    if (needle.len == 0) {
        return 0;
    }
    const char *hit = text.len ? memmem(text.ptr, text.len, needle.ptr, needle.len) : NULL;
    return hit ? (size_t)(hit - text.ptr) : text.len;
}

struct str str_line(struct str text)
{
    const char *end = text.len > 0 ? memchr(text.ptr, '\n', text.len) : NULL;
    return end ? (struct str){ text.ptr, (size_t)(end - text.ptr) + 1 } : text;
}

bool str_split(struct str *rest, char separator, struct str *ret_part)
{
    if (!rest->ptr) {
        return false;
    }
    const char *hit = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
    if (!hit) {
        *ret_part = *rest;
        *rest = STR_NONE;
        return true;
    }
    size_t part_len = (size_t)(hit - rest->ptr);
    *ret_part = str_slice(*rest, 0, part_len);
    *rest = (struct str){ hit + 1, rest->len - part_len - 1 };
    return true;
}

bool str_to_i64(struct str text, int64_t min, int64_t max, int64_t *ret_number)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    struct str digits = str_slice(text, negative ? 1 : 0, text.len);
    if (digits.len == 0) {
        return false;
    }
    int64_t number = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, c - '0', &number)) {
            return false;
        }
    }
    if (!negative && __builtin_sub_overflow(0, number, &number)) {
        return false;
    }
    if (number < min || number > max) {
        return false;
    }
    *ret_number = number;
    return true;
}

struct str str_from_int(int64_t number, char out[STR_INT_BYTES])
{
    size_t at = STR_INT_BYTES;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        out[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0) {
        out[--at] = '-';
    }
    return (struct str){ out + at, STR_INT_BYTES - at };
}

struct str str_join(const struct str *parts, size_t parts_count, char *out, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < parts_count; i++) {
        assert(parts[i].len <= room - len);
        if (parts[i].len > 0) {
            memcpy(out + len, parts[i].ptr, parts[i].len);
        }
        len += parts[i].len;
    }
    return (struct str){ out, len };
}

struct sip {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

static uint64_t sip_rotate(uint64_t word, unsigned bits)
{
    return (word << bits) | (word >> (64 - bits));
}

static void sip_round(struct sip *sip)
{
    sip->v0 += sip->v1;
    sip->v1 = sip_rotate(sip->v1, 13) ^ sip->v0;
    sip->v0 = sip_rotate(sip->v0, 32);
    sip->v2 += sip->v3;
    sip->v3 = sip_rotate(sip->v3, 16) ^ sip->v2;
    sip->v0 += sip->v3;
    sip->v3 = sip_rotate(sip->v3, 21) ^ sip->v0;
    sip->v2 += sip->v1;
    sip->v1 = sip_rotate(sip->v1, 17) ^ sip->v2;
    sip->v2 = sip_rotate(sip->v2, 32);
}

static void sip_absorb(struct sip *sip, uint64_t word)
{
    sip->v3 ^= word;
    sip_round(sip);
    sip_round(sip);
    sip->v0 ^= word;
}

static uint64_t sip_load(const char *bytes, size_t len)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

uint64_t str_hash(struct str text, const uint64_t seed[2])
{
    struct sip sip = { seed[0] ^ 0x736f6d6570736575u, seed[1] ^ 0x646f72616e646f6du,
                       seed[0] ^ 0x6c7967656e657261u, seed[1] ^ 0x7465646279746573u };
    size_t whole = text.len & ~(size_t)7;
    for (size_t at = 0; at < whole; at += 8) {
        sip_absorb(&sip, sip_load(text.ptr + at, 8));
    }
    uint64_t tail = text.len > whole ? sip_load(text.ptr + whole, text.len - whole) : 0;
    sip_absorb(&sip, tail | (uint64_t)text.len << 56);
    sip.v2 ^= 0xff;
    for (int i = 0; i < 4; i++) {
        sip_round(&sip);
    }
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}
