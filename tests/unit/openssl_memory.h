/* openssl_memory.h - lets OpenSSL take its memory from common/mem.h, so that its allocations can
 * fail too. To be called first in main(): later OpenSSL refuses it. */
#ifndef TESTS_UNIT_OPENSSL_MEMORY_H
#define TESTS_UNIT_OPENSSL_MEMORY_H

#include <openssl/crypto.h>

#include "tests/unit/leaf.h"

static void *openssl_memory_alloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return size ? mem_alloc(size) : NULL;
}

static void *openssl_memory_resize(void *ptr, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return mem_resize(ptr, size);
}

static void openssl_memory_free(void *ptr, const char *file, int line)
{
    (void)file;
    (void)line;
    mem_free(ptr);
}

static inline void openssl_memory_starvable(void)
{
    if (CRYPTO_set_mem_functions(openssl_memory_alloc, openssl_memory_resize,
                                 openssl_memory_free) != 1) {
        BUG("OpenSSL has allocated already");
    }
}

/* As starve(), for what asks OpenSSL: it may get over a failure of its own (a cache that stays
 * empty), so that success is allowed too; `attempt` checks its result itself. */
static inline long starve_openssl(try_fn *attempt, void *owner)
{
    if (attempt(owner) != OK) { /* what is only set up once */
        fail_msg("fails with all memory");
    }
    long failures = 0;
    for (long nth = 1;; nth++) {
        mem_fail_nth(nth);
        enum err err = attempt(owner);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        if (!has_failed) {
            assert_int_equal(err, OK);
            return failures;
        }
        assert_true(err == OK || err == ERR_NOMEM);
        failures += err == ERR_NOMEM;
    }
}

#endif
