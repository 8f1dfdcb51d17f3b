/* json.c - see json.h; reading and writing whole values. json_at.c has the cursors, json_scan.c
 * reads what looks as usual.
 *
 * Two things are done here that jansson does not do as we need them. Nesting is counted
 * before parsing, in one pass without recursion, since its own limit is a constant. And its
 * messages quote the input, which may be a customer's text, so only its error codes are
 * used. */
#include "common/json.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "common/json_scan.h"
#include "common/mem.h"
#include "common/utf8.h"

/* jansson's scanner does not look whether a token's buffer could grow, and reads on behind its
 * end. So it is never refused memory while it reads: once there is none, it gets what it asks
 * for from a reserve, no more input, and what it has read is thrown away. The reserve is never
 * touched otherwise. */
#define JSON_RESERVE_BYTES ((size_t)4 << 20)
static _Alignas(max_align_t) char json_reserve[JSON_RESERVE_BYTES];
static atomic_flag json_reserve_is_taken = ATOMIC_FLAG_INIT;
static _Thread_local size_t json_reserve_used;
static _Thread_local bool json_is_reading;
static _Thread_local bool json_starved;

static void *json_reserve_alloc(size_t size)
{
    size_t rounded = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    if (!json_starved && atomic_flag_test_and_set(&json_reserve_is_taken)) {
        BUG("out of memory in two readers of JSON at once");
    }
    json_starved = true;
    if (rounded > JSON_RESERVE_BYTES - json_reserve_used) {
        BUG("out of memory while JSON is read");
    }
    void *ptr = json_reserve + json_reserve_used;
    json_reserve_used += rounded;
    return ptr;
}

/* The tree of a message has some forty small parts, which are given back together, soon and on the
 * same thread. So they are laid one behind the other, and the block is empty again when the last
 * one is gone; what does not fit comes from mem.h. */
#define JSON_BLOCK_BYTES ((size_t)16 << 10)
static _Thread_local _Alignas(max_align_t) char json_block[JSON_BLOCK_BYTES];
static _Thread_local size_t json_block_used;
static _Thread_local size_t json_block_parts;

static void *json_block_alloc(size_t size)
{
    if (size > JSON_BLOCK_BYTES - json_block_used) {
        return mem_alloc(size);
    }
    if (mem_must_fail()) {
        return NULL;
    }
    size_t rounded = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    char *ptr = json_block + json_block_used;
    MEM_UNHIDE(ptr, size);
    json_block_used += min_size(rounded, JSON_BLOCK_BYTES - json_block_used);
    json_block_parts++;
    return ptr;
}

static void json_block_free(void)
{
    if (--json_block_parts == 0) {
        json_block_used = 0;
        MEM_HIDE(json_block, JSON_BLOCK_BYTES);
    }
}

static bool json_is_within(const void *ptr, const char *start, size_t len)
{
    return (uintptr_t)ptr - (uintptr_t)start < len;
}

static void *json_alloc(size_t size)
{
    void *ptr = json_starved ? NULL : json_block_alloc(size);
    return ptr || !json_is_reading ? ptr : json_reserve_alloc(size);
}

static void json_free(void *ptr)
{
    if (json_is_within(ptr, json_block, JSON_BLOCK_BYTES)) {
        json_block_free();
    } else if (!json_is_within(ptr, json_reserve, JSON_RESERVE_BYTES)) {
        mem_free(ptr);
    }
}

void json_setup(uint64_t seed)
{
    json_set_alloc_funcs(json_alloc, json_free);
    json_object_seed((size_t)(seed ? seed : 1)); /* to jansson, 0 means: take one yourself */
}

struct json_place {
    size_t line;
    size_t column; /* in characters */
};

static struct json_place json_place_of(struct str bytes, size_t at)
{
    struct json_place place = { .line = 1 };
    size_t line_start = 0;
    for (size_t i = 0; i < at; i++) {
        if (bytes.ptr[i] == '\n') {
            place.line++;
            line_start = i + 1;
        }
    }
    place.column = utf8_count(str_slice(bytes, line_start, at - line_start)) + 1;
    return place;
}

static enum err json_refuse(struct note *note, enum err err, const char *what,
                            struct json_place place)
{
    note_at(note, "%s", "");
    note_set(note, "%s at line %zu, column %zu", what, place.line, place.column);
    return err;
}

/* Where the string that begins at `at` ends: behind its quote, or at the end of the bytes. */
static size_t json_skip_string(struct str bytes, size_t at)
{
    size_t i = at + 1;
    while (i < bytes.len && bytes.ptr[i] != '"') {
        i += bytes.ptr[i] == '\\' ? 2 : 1;
    }
    return min_size(i + 1, bytes.len);
}

static enum err json_check_depth(struct str bytes, struct note *note)
{
    size_t depth = 0;
    size_t at = 0;
    while (at < bytes.len) {
        char c = bytes.ptr[at];
        if (c == '"') {
            at = json_skip_string(bytes, at);
            continue;
        }
        if (c == '[' || c == '{') {
            depth++;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
        if (depth > JSON_DEPTH_MAX) {
            return json_refuse(note, ERR_JSON, "nested too deeply", json_place_of(bytes, at));
        }
        at++;
    }
    return OK;
}

static const char *json_error_phrase(enum json_error_code code)
{
    static const char *const phrases[] = {
        [json_error_premature_end_of_input] = "ends too early",
        [json_error_end_of_input_expected] = "something follows the value",
        [json_error_invalid_utf8] = "bytes that are not UTF-8",
        [json_error_null_character] = "a NUL character in a text",
        [json_error_null_byte_in_key] = "a NUL character in a key",
        [json_error_duplicate_key] = "a key occurs twice in one object",
        [json_error_numeric_overflow] = "a number is too large",
    };
    const char *phrase = (size_t)code < countof(phrases) ? phrases[code] : NULL;
    return phrase ? phrase : "not JSON";
}

static size_t json_feed(void *buffer, size_t size, void *owner)
{
    struct str *rest = owner;
    size_t len = json_starved ? 0 : min_size(size, rest->len);
    if (len > 0) {
        memcpy(buffer, rest->ptr, len);
        *rest = str_slice(*rest, len, rest->len);
    }
    return len;
}

/* NULL with `*ret_starved` when there was no memory, else with `*ret_error`. */
static json_t *json_load_all(struct str bytes, json_error_t *ret_error, bool *ret_starved)
{
    struct str rest = bytes;
    json_is_reading = true;
    json_t *root = json_load_callback(json_feed, &rest, JSON_REJECT_DUPLICATES, ret_error);
    json_is_reading = false;
    *ret_starved = json_starved;
    if (json_starved) {
        json_decref(root);
        root = NULL;
        json_starved = false;
        json_reserve_used = 0;
        atomic_flag_clear(&json_reserve_is_taken);
    }
    return root;
}

static enum err json_parse(struct str bytes, struct json_t **ret_root, struct note *note)
{
    json_error_t error = { .line = 1, .column = 1 };
    bool is_starved;
    json_t *root = json_load_all(bytes, &error, &is_starved);
    if (is_starved) {
        return ERR_NOMEM;
    }
    if (!root) {
        struct json_place place = { (size_t)max_i64(error.line, 1),
                                    (size_t)max_i64(error.column, 1) };
        return json_refuse(note, ERR_JSON, json_error_phrase(json_error_code(&error)), place);
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return json_refuse(note, ERR_JSON, "not an object", (struct json_place){ 1, 1 });
    }
    *ret_root = root;
    return OK;
}

enum err json_read(struct str bytes, size_t bytes_max, struct json_t **ret_root, struct note *note)
{
    if (bytes.len == 0) {
        note_at(note, "%s", "");
        note_set(note, "no bytes at all");
        return ERR_EMPTY;
    }
    if (bytes.len > bytes_max) {
        note_at(note, "%s", "");
        note_set(note, "%zu bytes, at most %zu are allowed", bytes.len, bytes_max);
        return ERR_TOO_LARGE;
    }
    size_t bad_at;
    if (utf8_check(bytes, &bad_at) != OK) {
        return json_refuse(note, ERR_UTF8, "bytes that are not UTF-8",
                           json_place_of(bytes, bad_at));
    }
    switch (json_scan(bytes, ret_root)) {
    case SCAN_DONE:
        return OK;
    case SCAN_NOMEM:
        return ERR_NOMEM;
    case SCAN_LEFT:
        break;
    }
    TRY(json_check_depth(bytes, note));
    return json_parse(bytes, ret_root, note);
}

void json_drop(struct json_t **root)
{
    json_decref(*root);
    *root = NULL;
}

struct json_dump {
    struct buf *buf;
    enum err err;
};

static int json_dump_part(const char *bytes, size_t len, void *owner)
{
    struct json_dump *dump = owner;
    dump->err = buf_add(dump->buf, (struct str){ bytes, len });
    return dump->err == OK ? 0 : -1;
}

enum err json_write(const struct json_t *root, struct buf *buf)
{
    size_t before = buf->len;
    struct json_dump dump = { .buf = buf, .err = OK };
    /* The reserve is for reading only: while writing, memory that is not there fails the call. What
     * fails without the buffer saying why can be nothing else. */
    int failed = json_dump_callback(root, json_dump_part, &dump, JSON_COMPACT | JSON_ENCODE_ANY);
    if (failed) {
        buf->len = before;
        return dump.err == OK ? ERR_NOMEM : dump.err;
    }
    return OK;
}
