/* varint.h - numbers in as few bytes as they need (unsigned LEB128).
 *
 * Decoding is strict: the shortest form only, so one number has one written form.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_VARINT_H
#define COMMON_VARINT_H

#include "common/buf.h"

#define VARINT_BYTES_MAX 10

/* Appends 1 to VARINT_BYTES_MAX bytes. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err varint_add(struct buf *buf, uint64_t number);

size_t varint_length(uint64_t number);

/* Cuts one number off the front of `*rest`. ERR_FORMAT: cut off, too long or not the
 * shortest form; nothing is changed. */
MUST_USE enum err varint_take(struct str *rest, uint64_t *ret_number);

#endif
