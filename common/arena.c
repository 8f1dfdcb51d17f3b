/* arena.c - see arena.h. Chunks double up to a bound: small turns stay small, and a long
 * conversation does not cost hundreds of allocations. */
#include "common/arena.h"

#include <stdarg.h>

#include "common/mem.h"

#define ARENA_CHUNK_MAX ((size_t)65536)
#define ARENA_FIRST_BYTES ((size_t)2048 - sizeof(struct arena_chunk))
#define ARENA_MORE_BYTES ((size_t)4096 - sizeof(struct arena_chunk))

void arena_pool_init(struct arena_pool *pool, size_t count_max)
{
    *pool = (struct arena_pool){ .count_max = count_max };
}

static void arena_free(struct arena_chunk *chunk)
{
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        MEM_UNHIDE(chunk->bytes, chunk->size);
        mem_free(chunk);
        chunk = next;
    }
}

void arena_pool_fini(struct arena_pool *pool)
{
    arena_free(TAKE(pool->first));
    arena_free(TAKE(pool->more));
    pool->count = 0;
}

/* The pool's chunks of that size; NULL: it keeps none of them. */
static struct arena_chunk **arena_spares(struct arena_pool *pool, size_t size)
{
    if (!pool || (size != ARENA_FIRST_BYTES && size != ARENA_MORE_BYTES)) {
        return NULL;
    }
    return size == ARENA_FIRST_BYTES ? &pool->first : &pool->more;
}

void arena_init(struct arena *arena, size_t max_bytes)
{
    arena_init_from(arena, NULL, max_bytes);
}

void arena_init_from(struct arena *arena, struct arena_pool *pool, size_t max_bytes)
{
    *arena = (struct arena){ .pool = pool, .max_bytes = max_bytes };
}

static void arena_give_back(struct arena_pool *pool, struct arena_chunk *chunk)
{
    struct arena_chunk **spares = arena_spares(pool, chunk->size);
    if (!spares || pool->count == pool->count_max) {
        mem_free(chunk);
        return;
    }
    pool->count++;
    chunk->next = *spares;
    *spares = chunk;
    MEM_HIDE(chunk->bytes, chunk->size);
}

void arena_fini(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        arena_give_back(arena->pool, chunk);
        chunk = next;
    }
    arena_init_from(arena, arena->pool, arena->max_bytes);
}

static struct arena_chunk *arena_take_chunk(struct arena_pool *pool, size_t bytes)
{
    struct arena_chunk **spares = arena_spares(pool, bytes);
    struct arena_chunk *chunk = spares ? *spares : NULL;
    if (chunk) {
        pool->count--;
        *spares = chunk->next;
        MEM_UNHIDE(chunk->bytes, chunk->size);
        return chunk;
    }
    chunk = mem_alloc(sizeof(*chunk) + bytes);
    if (chunk) {
        chunk->size = bytes;
    }
    return chunk;
}

/* How much the next chunk should have for `size` bytes: with a pool what others can use again. */
static size_t arena_next_bytes(const struct arena *arena, size_t size)
{
    if (!arena->chunks && (size <= ARENA_FIRST_BYTES || !arena->pool)) {
        return ARENA_FIRST_BYTES;
    }
    return arena->pool ? ARENA_MORE_BYTES : min_size(arena->chunks->size * 2, ARENA_CHUNK_MAX);
}

static bool arena_grow(struct arena *arena, size_t size)
{
    size_t left = arena->max_bytes - arena->total_bytes;
    size_t bytes = max_size(min_size(arena_next_bytes(arena, size), left), size);
    if (bytes > left) {
        return false;
    }
    struct arena_chunk *chunk = arena_take_chunk(arena->pool, bytes);
    if (!chunk) {
        return false;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used_bytes = 0;
    arena->total_bytes += bytes;
    return true;
}

void *arena_alloc_more(struct arena *arena, size_t size)
{
    if (size > arena->max_bytes || !arena_grow(arena, arena_round(size))) {
        return NULL;
    }
    arena->used_bytes = arena_round(size);
    return arena->chunks->bytes;
}

void arena_trim(struct arena *arena, const void *ptr, size_t size, size_t kept)
{
    assert(kept <= size);
    const char *end = arena->chunks ? arena->chunks->bytes + arena->used_bytes : NULL;
    if (end == (const char *)ptr + arena_round(size)) {
        arena->used_bytes -= arena_round(size) - arena_round(kept);
    }
}

void *arena_zero(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return NULL;
    }
    void *ptr = arena_alloc(arena, bytes);
    return ptr ? memset(ptr, 0, bytes) : NULL;
}

enum err arena_copy(struct arena *arena, struct str text, struct str *ret_copy)
{
    char *copy = arena_alloc(arena, text.len + 1);
    if (!copy) {
        return ERR_NOMEM;
    }
    if (text.len) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    *ret_copy = (struct str){ copy, text.len };
    return OK;
}

enum err arena_join(struct arena *arena, const struct str *parts, size_t parts_count,
                    struct str *ret_text)
{
    size_t len = 0;
    for (size_t i = 0; i < parts_count; i++) {
        len += parts[i].len;
    }
    char *text = arena_alloc(arena, len + 1);
    if (!text) {
        return ERR_NOMEM;
    }
    text[len] = '\0';
    *ret_text = str_join(parts, parts_count, text, len);
    return OK;
}

enum err arena_printf(struct arena *arena, struct str *ret_text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
    if (!text) {
        return ERR_NOMEM;
    }
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    *ret_text = (struct str){ text, (size_t)len };
    return OK;
}
