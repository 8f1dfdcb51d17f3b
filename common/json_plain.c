/* json_plain.c - see json_plain.h. */
#include "common/json_plain.h"

#define WORD_BYTES sizeof(uint64_t)
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

/* A bit is set if the word has a byte that is not plain. */
static uint64_t json_plain_marks(uint64_t word)
{
    return json_plain_less(word, 0x20) | json_plain_less(word ^ BYTES_OF('"'), 1) |
           json_plain_less(word ^ BYTES_OF('\\'), 1);
}

static uint64_t json_plain_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}

/* At which byte of a word with that marks, of which it has one, the first one is not plain; or 0,
 * where the words of the machine begin with their last byte, which may be marked in vain. */
static size_t json_plain_first(uint64_t marks)
{
    bool is_in_order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    return is_in_order ? (size_t)__builtin_ctzll(marks) / 8 : 0;
}

size_t json_plain_end(struct str text, size_t at)
{
    assert(at <= text.len);
    while (text.len - at >= WORD_BYTES) {
        uint64_t marks = json_plain_marks(json_plain_word(text.ptr + at));
        if (marks) {
            at += json_plain_first(marks);
            break;
        }
        at += WORD_BYTES;
    }
    while (at < text.len && json_plain_is((unsigned char)text.ptr[at])) {
        at++;
    }
    return at;
}

/* Four to seven bytes as one word: what the halves share is in it twice. */
static uint64_t json_plain_short_word(struct str text)
{
    uint32_t first;
    uint32_t last;
    memcpy(&first, text.ptr, sizeof(first));
    memcpy(&last, text.ptr + text.len - sizeof(last), sizeof(last));
    return (uint64_t)first << 32 | last;
}

bool json_plain_is_ascii(struct str text)
{
    const uint64_t high = BYTES_OF(0x80);
    if (text.len >= WORD_BYTES) {
        uint64_t word = json_plain_word(text.ptr + text.len - WORD_BYTES);
        uint64_t marks = json_plain_marks(word) | (word & high);
        for (size_t at = 0; at + WORD_BYTES < text.len; at += WORD_BYTES) {
            word = json_plain_word(text.ptr + at);
            marks |= json_plain_marks(word) | (word & high);
        }
        return marks == 0;
    }
    if (text.len >= WORD_BYTES / 2) {
        uint64_t word = json_plain_short_word(text);
        return (json_plain_marks(word) | (word & high)) == 0;
    }
    bool is_plain = true;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        is_plain = is_plain && byte < 0x80 && json_plain_is(byte);
    }
    return is_plain;
}
