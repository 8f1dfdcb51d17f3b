/* mem.h - the only door to the allocator.
 *
 * Everything that allocates goes through here, so that a test can make the n-th allocation
 * fail and see that nothing leaks and no output is touched.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_MEM_H
#define COMMON_MEM_H

#include "common/str.h"

/* As malloc, calloc, realloc, free: NULL when there is no memory. mem_free accepts NULL. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *ptr, size_t size);
void mem_free(void *ptr);

/* A NUL-terminated copy, or NULL. */
char *mem_dup(const char *text);
char *mem_dup_str(struct str text);

/* For tests: the n-th allocation from now fails (1 is the next), once; 0 switches it off. */
void mem_fail_nth(long nth);

/* For what gives out memory of its own: counts as an allocation. True: it must fail. */
bool mem_must_fail(void);

/* For tests: true if the planned failure has happened. */
bool mem_has_failed(void);

#if defined(__SANITIZE_ADDRESS__)
#define MEM_IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_IS_WATCHED
#endif
#endif

/* Memory that is kept for later must not be used until then: AddressSanitizer tells if it is. */
#ifdef MEM_IS_WATCHED
void __asan_poison_memory_region(const volatile void *ptr, size_t size);
void __asan_unpoison_memory_region(const volatile void *ptr, size_t size);
#define MEM_HIDE(ptr, size) __asan_poison_memory_region((ptr), (size))
#define MEM_UNHIDE(ptr, size) __asan_unpoison_memory_region((ptr), (size))
#else
#define MEM_HIDE(ptr, size) ((void)(ptr), (void)(size))
#define MEM_UNHIDE(ptr, size) ((void)(ptr), (void)(size))
#endif

#endif
