/* buf.h - bytes that grow, up to a maximum that is named at the start.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include "common/arena.h"

struct buf {
    char *ptr;
    size_t len;
    size_t size;
    size_t max;
    bool is_lent; /* `ptr` is not its own to free */
};

/* Allocates nothing yet. */
void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);

/* The same, but it begins in the `size` bytes at `memory`, which outlive it, and has memory of its
 * own only when it outgrows them. */
void buf_init_on(struct buf *buf, void *memory, size_t size, size_t max);

/* Begins in `size` bytes of the arena. buf_keep() leaves its content there, NUL-terminated, and
 * gives back what is not needed; nothing is copied if it was not outgrown. ERR_NOMEM. */
MUST_USE enum err buf_init_in(struct buf *buf, struct arena *arena, size_t size, size_t max);
MUST_USE enum err buf_keep(struct buf *buf, struct arena *arena, struct str *ret_text);

/* Keeps the memory. */
void buf_clear(struct buf *buf);

/* The rest of buf_reserve(), when there is no room yet. */
MUST_USE enum err buf_grow(struct buf *buf, size_t len);

/* Room for `len` more bytes at ptr + len; the caller then adds to `len` what it wrote. */
MUST_USE static inline enum err buf_reserve(struct buf *buf, size_t len)
{
    return buf->size - buf->len >= len ? OK : buf_grow(buf, len);
}

/* ERR_FULL: the maximum would be passed. On any error the content is as it was. */
MUST_USE static inline enum err buf_add(struct buf *buf, struct str text)
{
    TRY(buf_reserve(buf, text.len));
    if (text.len) {
        memcpy(buf->ptr + buf->len, text.ptr, text.len);
    }
    buf->len += text.len;
    return OK;
}

MUST_USE static inline enum err buf_add_char(struct buf *buf, char c)
{
    TRY(buf_reserve(buf, 1));
    buf->ptr[buf->len++] = c;
    return OK;
}

MUST_USE enum err buf_add_int(struct buf *buf, int64_t number);
MUST_USE enum err buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Drops `len` bytes from the front. */
void buf_drop(struct buf *buf, size_t len);

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->ptr, buf->len };
}

#endif
