/* arena.h - memory that lives and dies with one turn.
 *
 * Grows by chunks up to a maximum and is given back in one call; nothing in it is freed
 * one by one.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include "common/str.h"

#define ARENA_ALIGN ((size_t)16)

struct arena_chunk;

/* Chunks that arenas have given back, for those that come. A turn's are too large for what malloc
 * keeps at hand, so taking and merging them is a good part of what a short turn costs. */
struct arena_pool {
    struct arena_chunk *first; /* of the size that an arena begins with */
    struct arena_chunk *more;  /* of the one that it goes on with */
    size_t count;
    size_t count_max;
};

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of `bytes` */
    _Alignas(16) char bytes[];
};

struct arena {
    struct arena_pool *pool;    /* NULL: none */
    struct arena_chunk *chunks; /* newest first */
    size_t used_bytes;          /* of the newest chunk */
    size_t total_bytes;         /* taken from the allocator */
    size_t max_bytes;
};

/* Keeps at most `count_max` chunks of 2 or 4 KiB. All of its arenas are ended before it is. */
void arena_pool_init(struct arena_pool *pool, size_t count_max);
void arena_pool_fini(struct arena_pool *pool);

/* What an allocation of `size` bytes takes. */
static inline size_t arena_round(size_t size)
{
    return (max_size(size, 1) + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
}

/* Allocates nothing yet. `max_bytes` bounds what arena_alloc may take in all. */
void arena_init(struct arena *arena, size_t max_bytes);

/* The same, with chunks of `pool`, which is borrowed until arena_fini(). */
void arena_init_from(struct arena *arena, struct arena_pool *pool, size_t max_bytes);
void arena_fini(struct arena *arena); /* may be called again */

/* The rest of arena_alloc(), when the newest chunk has no room. */
void *arena_alloc_more(struct arena *arena, size_t size);

/* 16-byte aligned, not cleared. NULL when there is no memory or the maximum is reached. */
static inline void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk = arena->chunks;
    size_t left = chunk ? chunk->size - arena->used_bytes : 0;
    if (size > left || arena_round(size) > left) {
        return arena_alloc_more(arena, size);
    }
    void *ptr = chunk->bytes + arena->used_bytes;
    arena->used_bytes += arena_round(size);
    return ptr;
}

/* Of `size` bytes that arena_alloc() gave at `ptr` only the first `kept` are needed; what is behind
 * them is given out again, if nothing has been taken since. */
void arena_trim(struct arena *arena, const void *ptr, size_t size, size_t kept);

/* Cleared. */
void *arena_zero(struct arena *arena, size_t count, size_t size);

#define arena_new(arena, type) ((type *)arena_zero((arena), 1, sizeof(type)))

/* A NUL-terminated copy; `len` does not count the NUL. ERR_NOMEM as for arena_alloc. */
MUST_USE enum err arena_copy(struct arena *arena, struct str text, struct str *ret_copy);

/* The parts one behind the other, NUL-terminated. */
MUST_USE enum err arena_join(struct arena *arena, const struct str *parts, size_t parts_count,
                             struct str *ret_text);

/* As printf, into the arena. */
MUST_USE enum err arena_printf(struct arena *arena, struct str *ret_text, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
