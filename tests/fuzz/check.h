/* check.h - what every fuzz target needs: a check that stops with the fact that does not hold. */
#ifndef TESTS_FUZZ_CHECK_H
#define TESTS_FUZZ_CHECK_H

#include "common/str.h"
#include "common/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define CHECK(fact)                                                                                \
    do {                                                                                           \
        if (!(fact)) {                                                                             \
            BUG(#fact);                                                                            \
        }                                                                                          \
    } while (0)

/* Cuts the first line off `*rest`; empty when there is none. */
static inline struct str check_line(struct str *rest)
{
    struct str line = STR_NONE;
    return str_split(rest, '\n', &line) ? line : STR_NONE;
}

/* What is shown to people is whole and can be shown. */
static inline void check_note(const char *text, size_t size)
{
    size_t len = strnlen(text, size);
    CHECK(len > 0 && len < size);
    CHECK(utf8_check((struct str){ text, len }, NULL) == OK);
}

#endif
