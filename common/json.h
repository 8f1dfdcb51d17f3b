/* json.h - JSON in, strictly, with errors that name the place.
 *
 * json_read() refuses what schemas/README.md refuses before any schema. A cursor (struct
 * json_at) then walks the tree: it knows its parents, so that an error can name the JSON
 * pointer and the path that succeeds pays nothing for it. Decoders are written with
 *
 *     json_want_*  a required field: ERR_SCHEMA when missing, null or of another type
 *     json_may_*   an optional field: not there and null leave the output as it was
 *
 * which copy what they give into the arena. With a `key` of NULL they read the value at the
 * cursor itself, for elements of arrays. json_out.h is the way out.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/note.h"

#define JSON_DEPTH_MAX 64

struct json_t; /* a value of the parser's tree */

/* Where what is read goes, and where errors are told; outlives the cursors. */
struct json_in {
    struct arena *arena;
    struct note *note; /* may be NULL */
};

struct json_at {
    struct json_t *value; /* NULL: not there, or null */
    const struct json_in *in;
    const struct json_at *parent; /* NULL at the root; outlives this cursor */
    const char *key;              /* NULL at the root and in arrays */
    size_t index;                 /* in an array */
};

enum json_kind { KIND_NONE, KIND_OBJECT, KIND_ARRAY, KIND_TEXT, KIND_NUMBER, KIND_BOOL };

/* Once, before the first json_read(): memory comes from mem.h; `seed` (random) keeps
 * strangers from choosing keys that collide. */
void json_setup(uint64_t seed);

/* Reads one object. ERR_EMPTY, ERR_TOO_LARGE (over `bytes_max`), ERR_UTF8, ERR_JSON, ERR_NOMEM;
 * the note's text has line and column, its pointer is empty. */
MUST_USE enum err json_read(struct str bytes, size_t bytes_max, struct json_t **ret_root,
                            struct note *note);

/* Frees the tree and sets NULL; accepts NULL inside. For CLEANUP(json_drop). */
void json_drop(struct json_t **root);

/* The value as compact text, keys in their order of insertion. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err json_write(const struct json_t *root, struct buf *buf);

/* Cursors. A member or element that is not there has the value NULL. */
struct json_at json_root(struct json_t *root, const struct json_in *in);
struct json_at json_member(const struct json_at *object, const char *key);
struct json_at json_element(const struct json_at *array, size_t index);
size_t json_count(const struct json_at *array); /* 0 when not there */

/* Walks the members of an object in their order: `member` is zeroed before the first call, its
 * key is the next member's name. False: there are no more. */
bool json_next(const struct json_at *object, struct json_at *member);

/* What is at `key`; KIND_NONE for not there and null. */
enum json_kind json_kind_of(const struct json_at *at, const char *key);

/* Text of `chars_min` to `chars_max` characters, NUL-terminated behind its length. */
MUST_USE enum err json_want_text(const struct json_at *at, const char *key, size_t chars_min,
                                 size_t chars_max, struct str *ret_text);
MUST_USE enum err json_may_text(const struct json_at *at, const char *key, size_t chars_min,
                                size_t chars_max, struct str *ret_text);

/* A number without a fractional part, so 1.0 and 1e2 too. */
MUST_USE enum err json_want_int(const struct json_at *at, const char *key, int64_t min, int64_t max,
                                int64_t *ret_number);
MUST_USE enum err json_may_int(const struct json_at *at, const char *key, int64_t min, int64_t max,
                               int64_t *ret_number);

MUST_USE enum err json_want_number(const struct json_at *at, const char *key, double min,
                                   double max, double *ret_number);
MUST_USE enum err json_may_number(const struct json_at *at, const char *key, double min, double max,
                                  double *ret_number);

MUST_USE enum err json_want_bool(const struct json_at *at, const char *key, bool *ret_flag);
MUST_USE enum err json_may_bool(const struct json_at *at, const char *key, bool *ret_flag);

/* One of `names`; gives its index. */
MUST_USE enum err json_want_enum(const struct json_at *at, const char *key,
                                 const char *const *names, size_t names_count, size_t *ret_index);
MUST_USE enum err json_may_enum(const struct json_at *at, const char *key, const char *const *names,
                                size_t names_count, size_t *ret_index);

/* TIME of schemas/README.md, in milliseconds since 1970. */
MUST_USE enum err json_want_time(const struct json_at *at, const char *key, int64_t *ret_wall_ms);
MUST_USE enum err json_may_time(const struct json_at *at, const char *key, int64_t *ret_wall_ms);

/* Cursors again; after json_may_* `ret_at->value` is NULL when it is not there. */
MUST_USE enum err json_want_object(const struct json_at *at, const char *key,
                                   struct json_at *ret_at);
MUST_USE enum err json_may_object(const struct json_at *at, const char *key,
                                  struct json_at *ret_at);
MUST_USE enum err json_want_array(const struct json_at *at, const char *key, size_t count_min,
                                  size_t count_max, struct json_at *ret_at);
MUST_USE enum err json_may_array(const struct json_at *at, const char *key, size_t count_min,
                                 size_t count_max, struct json_at *ret_at);

/* Refuses the value at `key` for a reason of the decoder's own ("must be a currency code";
 * never the value itself): writes the note, gives ERR_SCHEMA. */
MUST_USE enum err json_fault(const struct json_at *at, const char *key, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
