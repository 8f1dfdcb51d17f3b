/* varint.c - see varint.h. */
#include "common/varint.h"

size_t varint_length(uint64_t number)
{
    size_t len = 1;
    for (uint64_t rest = number >> 7; rest; rest >>= 7) {
        len++;
    }
    return len;
}

enum err varint_add(struct buf *buf, uint64_t number)
{
    TRY(buf_reserve(buf, varint_length(number)));
    uint64_t rest = number;
    while (rest >= 0x80) {
        buf->ptr[buf->len++] = (char)(0x80u | (rest & 0x7Fu));
        rest >>= 7;
    }
    buf->ptr[buf->len++] = (char)rest;
    return OK;
}

enum err varint_take(struct str *rest, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < rest->len && i < VARINT_BYTES_MAX; i++) {
        uint64_t byte = (unsigned char)rest->ptr[i];
        /* The tenth byte has room for one bit. */
        if (i == VARINT_BYTES_MAX - 1 && byte > 1) {
            return ERR_FORMAT;
        }
        number |= (byte & 0x7Fu) << (7 * i);
        if (byte & 0x80u) {
            continue;
        }
        if (byte == 0 && i > 0) {
            return ERR_FORMAT;
        }
        *rest = str_slice(*rest, i + 1, rest->len);
        *ret_number = number;
        return OK;
    }
    return ERR_FORMAT;
}
