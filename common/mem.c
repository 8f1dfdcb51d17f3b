/* mem.c - see mem.h. The countdown is atomic because threads of libraries allocate too. */
#include "common/mem.h"

#include <stdatomic.h>
#include <string.h>

#define MEM_AT_HAND_BYTES 1024

static atomic_long mem_countdown;
static atomic_bool mem_failed;

bool mem_must_fail(void)
{
    if (atomic_load_explicit(&mem_countdown, memory_order_relaxed) == 0) {
        return false;
    }
    if (atomic_fetch_sub(&mem_countdown, 1) != 1) {
        return false;
    }
    atomic_store(&mem_failed, true);
    return true;
}

void *mem_alloc(size_t size)
{
    return mem_must_fail() ? NULL : malloc(size ? size : 1);
}

void *mem_zero(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || mem_must_fail()) {
        return NULL;
    }
    /* glibc's calloc does not look at the blocks that its malloc has at hand. */
    if (bytes > 0 && bytes <= MEM_AT_HAND_BYTES) {
        void *ptr = malloc(bytes);
        return ptr ? memset(ptr, 0, bytes) : NULL;
    }
    return calloc(count ? count : 1, size ? size : 1);
}

void *mem_resize(void *ptr, size_t size)
{
    return mem_must_fail() ? NULL : realloc(ptr, size ? size : 1);
}

void mem_free(void *ptr)
{
    free(ptr);
}

char *mem_dup(const char *text)
{
    return mem_dup_str(str_from(text));
}

char *mem_dup_str(struct str text)
{
    char *copy = mem_alloc(text.len + 1);
    if (copy) {
        memcpy(copy, text.len > 0 ? text.ptr : "", text.len);
        copy[text.len] = '\0';
    }
    return copy;
}

void mem_fail_nth(long nth)
{
    atomic_store(&mem_failed, false);
    atomic_store(&mem_countdown, nth);
}

bool mem_has_failed(void)
{
    return atomic_load(&mem_failed);
}
