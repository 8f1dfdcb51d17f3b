/* buf.c - see buf.h. */
#include "common/buf.h"

#include <stdarg.h>

#include "common/mem.h"

#define BUF_FIRST_BYTES ((size_t)256)

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){ .max = max };
}

void buf_fini(struct buf *buf)
{
    if (!buf->is_lent) {
        mem_free(buf->ptr);
    }
    buf_init(buf, buf->max);
}

void buf_init_on(struct buf *buf, void *memory, size_t size, size_t max)
{
    *buf = (struct buf){ .ptr = memory, .size = min_size(size, max), .max = max, .is_lent = true };
}

enum err buf_init_in(struct buf *buf, struct arena *arena, size_t size, size_t max)
{
    void *memory = arena_alloc(arena, size);
    buf_init(buf, max);
    if (!memory) {
        return ERR_NOMEM;
    }
    buf_init_on(buf, memory, size, max);
    return OK;
}

enum err buf_keep(struct buf *buf, struct arena *arena, struct str *ret_text)
{
    if (!buf->is_lent || buf->len == buf->size) {
        return arena_copy(arena, buf_str(buf), ret_text);
    }
    buf->ptr[buf->len] = '\0';
    arena_trim(arena, buf->ptr, buf->size, buf->len + 1);
    *ret_text = buf_str(buf);
    return OK;
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
}

enum err buf_grow(struct buf *buf, size_t len)
{
    if (len > buf->max - buf->len) {
        return ERR_FULL;
    }
    size_t doubled = max_size(buf->size * 2, BUF_FIRST_BYTES);
    size_t size = min_size(max_size(doubled, buf->len + len), buf->max);
    char *ptr = mem_resize(buf->is_lent ? NULL : buf->ptr, size);
    if (!ptr) {
        return ERR_NOMEM;
    }
    if (buf->is_lent) {
        memcpy(ptr, buf->ptr, buf->len);
    }
    buf->ptr = ptr;
    buf->size = size;
    buf->is_lent = false;
    return OK;
}

enum err buf_add_int(struct buf *buf, int64_t number)
{
    char text[STR_INT_BYTES];
    return buf_add(buf, str_from_int(number, text));
}

enum err buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        return ERR_FULL;
    }
    /* vsnprintf writes a NUL behind the text: room for it, but it is not content. */
    TRY(buf_reserve(buf, (size_t)len + 1));
    va_start(args, format);
    vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return OK;
}

void buf_drop(struct buf *buf, size_t len)
{
    assert(len <= buf->len);
    if (len == 0) {
        return;
    }
    memmove(buf->ptr, buf->ptr + len, buf->len - len);
    buf->len -= len;
}
