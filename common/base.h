/* base.h - the few words of C that the whole program is written with.
 *
 * Attributes, the three clean-up idioms and the one macro that returns. Everything else
 * has a module of its own.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_BASE_H
#define COMMON_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/err.h"

#define PRINTF_LIKE(format_arg, first_arg) __attribute__((format(printf, format_arg, first_arg)))
#define BIT(n) (1u << (n))
#define countof(array) (sizeof(array) / sizeof((array)[0]))

/* The struct that `member` is embedded in. */
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* CLEANUP(fn): calls fn(&variable) when the variable leaves its scope; for locals of
 * synchronous functions. TAKE(ptr): moves ownership out of such a variable. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define TAKE(ptr)                                                                                  \
    ({                                                                                             \
        __typeof__(ptr) taken_ = (ptr);                                                            \
        (ptr) = NULL;                                                                              \
        taken_;                                                                                    \
    })

/* Returns the error of `expr` to the caller, if it is one. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (expr);                                                                \
        if (try_err_ != OK) {                                                                      \
            return try_err_;                                                                       \
        }                                                                                          \
    } while (0)

/* A broken invariant of our own: stop before a wrong answer is sent. */
#define BUG(text)                                                                                  \
    do {                                                                                           \
        fprintf(stderr, "deskhand: bug at %s:%d: %s\n", __FILE__, __LINE__, (text));               \
        abort();                                                                                   \
    } while (0)

static inline int64_t min_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t max_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
