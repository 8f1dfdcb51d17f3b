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
    mem_free(buf->ptr);
    buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
}

enum err buf_reserve(struct buf *buf, size_t len)
{
    if (len > buf->max - buf->len) {
        return ERR_FULL;
    }
    if (buf->size - buf->len >= len) {
        return OK;
    }
    size_t doubled = max_size(buf->size * 2, BUF_FIRST_BYTES);
    size_t size = min_size(max_size(doubled, buf->len + len), buf->max);
    char *ptr = mem_resize(buf->ptr, size);
    if (!ptr) {
        return ERR_NOMEM;
    }
    buf->ptr = ptr;
    buf->size = size;
    return OK;
}

enum err buf_add(struct buf *buf, struct str text)
{
    TRY(buf_reserve(buf, text.len));
    if (text.len) {
        memcpy(buf->ptr + buf->len, text.ptr, text.len);
    }
    buf->len += text.len;
    return OK;
}

enum err buf_add_char(struct buf *buf, char c)
{
    return buf_add(buf, (struct str){ &c, 1 });
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
