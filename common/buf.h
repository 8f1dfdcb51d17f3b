/* buf.h - bytes that grow, up to a maximum that is named at the start.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include "common/str.h"

struct buf {
    char *ptr;
    size_t len;
    size_t size;
    size_t max;
};

/* Allocates nothing yet. */
void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);

/* Keeps the memory. */
void buf_clear(struct buf *buf);

/* ERR_FULL: the maximum would be passed. On any error the content is as it was. */
MUST_USE enum err buf_add(struct buf *buf, struct str text);
MUST_USE enum err buf_add_char(struct buf *buf, char c);
MUST_USE enum err buf_add_int(struct buf *buf, int64_t number);
MUST_USE enum err buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for `len` more bytes at ptr + len; the caller then adds to `len` what it wrote. */
MUST_USE enum err buf_reserve(struct buf *buf, size_t len);

/* Drops `len` bytes from the front. */
void buf_drop(struct buf *buf, size_t len);

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->ptr, buf->len };
}

#endif
