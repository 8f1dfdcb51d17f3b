/* json_out.h - JSON out, straight into a buffer.
 *
 * Compact, and in the order of the calls, so the same value is always the same bytes. The
 * first error sticks and the calls after it do nothing: a writer checks once, at the end.
 *
 *     struct json_out out = json_out_to(&buf);
 *     json_open_object(&out, NULL);
 *     json_put_text(&out, "id", answer->id);
 *     json_close_object(&out);
 *     return json_out_end(&out);
 *
 * `key` is NULL at the root and inside arrays. Text must be valid UTF-8 (else ERR_UTF8).
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_OUT_H
#define COMMON_JSON_OUT_H

#include "common/buf.h"

struct json_out {
    struct buf *buf;
    size_t start; /* what the buffer held before */
    enum err err;
    unsigned depth;
    bool is_first; /* of its object or array */
};

/* Appends to `buf`, which outlives it. */
struct json_out json_out_to(struct buf *buf);

void json_open_object(struct json_out *out, const char *key);
void json_close_object(struct json_out *out);
void json_open_array(struct json_out *out, const char *key);
void json_close_array(struct json_out *out);

void json_put_text(struct json_out *out, const char *key, struct str text);
void json_put_int(struct json_out *out, const char *key, int64_t number);
void json_put_number(struct json_out *out, const char *key, double number); /* finite */
void json_put_bool(struct json_out *out, const char *key, bool flag);
void json_put_time(struct json_out *out, const char *key, int64_t wall_ms);

/* Text that already is JSON. */
void json_put_raw(struct json_out *out, const char *key, struct str json);

/* Leaves the field out when the text is empty. */
void json_put_text_if(struct json_out *out, const char *key, struct str text);

/* The first error. Everything must be closed. After an error the buffer is as it was. */
MUST_USE enum err json_out_end(struct json_out *out);

#endif
