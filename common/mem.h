/* mem.h - the only door to the allocator.
 *
 * Everything that allocates goes through here, so that a test can make the n-th allocation
 * fail and see that nothing leaks and no output is touched.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_MEM_H
#define COMMON_MEM_H

#include "common/base.h"

/* As malloc, calloc, realloc, free: NULL when there is no memory. mem_free accepts NULL. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *ptr, size_t size);
void mem_free(void *ptr);

/* A NUL-terminated copy, or NULL. */
char *mem_dup(const char *text);

/* For tests: the n-th allocation from now fails (1 is the next), once; 0 switches it off. */
void mem_fail_nth(long nth);

/* For tests: true if the planned failure has happened. */
bool mem_has_failed(void);

#endif
