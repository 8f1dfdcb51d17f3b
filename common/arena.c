/* arena.c - see arena.h. Chunks double up to a bound: small turns stay small, and a long
 * conversation does not cost hundreds of allocations. */
#include "common/arena.h"

#include <stdarg.h>

#include "common/mem.h"

#define ARENA_ALIGN ((size_t)16)
#define ARENA_CHUNK_MIN ((size_t)2048)
#define ARENA_CHUNK_MAX ((size_t)65536)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of `bytes` */
    _Alignas(16) char bytes[];
};

void arena_init(struct arena *arena, size_t max_bytes)
{
    *arena = (struct arena){ .max_bytes = max_bytes };
}

void arena_fini(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        mem_free(chunk);
        chunk = next;
    }
    arena_init(arena, arena->max_bytes);
}

static bool arena_grow(struct arena *arena, size_t size)
{
    size_t wanted = arena->chunks ? min_size(arena->chunks->size * 2, ARENA_CHUNK_MAX)
                                  : ARENA_CHUNK_MIN - sizeof(struct arena_chunk);
    size_t left = arena->max_bytes - arena->total_bytes;
    size_t bytes = max_size(min_size(wanted, left), size);
    if (bytes > left) {
        return false;
    }
    struct arena_chunk *chunk = mem_alloc(sizeof(*chunk) + bytes);
    if (!chunk) {
        return false;
    }
    chunk->size = bytes;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used_bytes = 0;
    arena->total_bytes += bytes;
    return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > arena->max_bytes) {
        return NULL;
    }
    size_t rounded = (max_size(size, 1) + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    if (!arena->chunks || arena->chunks->size - arena->used_bytes < rounded) {
        if (!arena_grow(arena, rounded)) {
            return NULL;
        }
    }
    void *ptr = arena->chunks->bytes + arena->used_bytes;
    arena->used_bytes += rounded;
    return ptr;
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
