/* json_plain.c - see json_plain.h. */
#include "common/json_plain.h"

#define BYTES_OF(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* A bit is set in each byte that is less than `limit`, which is at most 0x80; bytes behind such a
 * one may be marked in vain (Anderson, Bit Twiddling Hacks). */
static uint64_t json_plain_less(uint64_t word, unsigned char limit)
{
    return (word - BYTES_OF(limit)) & ~word & BYTES_OF(0x80);
}

static bool json_plain_is(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

size_t json_plain_end(struct str text, size_t at)
{
    uint64_t word;
    assert(at <= text.len);
    while (text.len - at >= sizeof(word)) {
        memcpy(&word, text.ptr + at, sizeof(word));
        if (json_plain_less(word, 0x20) | json_plain_less(word ^ BYTES_OF('"'), 1) |
            json_plain_less(word ^ BYTES_OF('\\'), 1)) {
            break;
        }
        at += sizeof(word);
    }
    while (at < text.len && json_plain_is((unsigned char)text.ptr[at])) {
        at++;
    }
    return at;
}
