/* base64.h - RFC 4648, standard and for URLs.
 *
 * Decoding is strict: no white space, no wrong padding, no stray bits, so one value has one
 * written form.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include "common/buf.h"

enum base64_kind {
    BASE64_STANDARD, /* + and /, padded */
    BASE64_URL       /* - and _, not padded */
};

size_t base64_length(size_t bytes, enum base64_kind kind);

/* Appends. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err base64_encode(struct str bytes, enum base64_kind kind, struct buf *buf);

/* Appends. ERR_FORMAT when `text` is not exactly an encoding; ERR_FULL, ERR_NOMEM. On any
 * error the buffer is as it was. */
MUST_USE enum err base64_decode(struct str text, enum base64_kind kind, struct buf *buf);

#endif
