/* hex.h - bytes as they stand in published test vectors: "00 01 fe", white space ignored. */
#ifndef TESTS_UNIT_HEX_H
#define TESTS_UNIT_HEX_H

#include "tests/unit/leaf.h"

#define HEX_BYTES_MAX 2048

static inline int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* What `text` stands for; of the last eight calls. */
static inline struct str hex_bytes(const char *text)
{
    static char bytes[8][HEX_BYTES_MAX];
    static unsigned turn;
    char *out = bytes[turn++ % 8];
    size_t digits = 0;
    for (const char *c = text; *c; c++) {
        int digit = hex_digit(*c);
        if (digit < 0) {
            assert_non_null(strchr(" \n", *c));
            continue;
        }
        assert_true(digits / 2 < HEX_BYTES_MAX);
        int high = digits % 2 ? (unsigned char)out[digits / 2] : 0;
        out[digits / 2] = (char)(digits % 2 ? high * 16 + digit : digit);
        digits++;
    }
    assert_true(digits % 2 == 0);
    return (struct str){ out, digits / 2 };
}

static inline const uint8_t *hex_octets(const char *text)
{
    return (const uint8_t *)hex_bytes(text).ptr;
}

#define assert_hex(bytes, size, text)                                                              \
    do {                                                                                           \
        struct str expected_ = hex_bytes(text);                                                    \
        assert_int_equal((size), expected_.len);                                                   \
        assert_memory_equal((bytes), expected_.ptr, expected_.len);                                \
    } while (0)

#endif
