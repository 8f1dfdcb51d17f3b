/* json_scan.c - see json_scan.h. A stack of open objects and arrays, no recursion. */
#include "common/json_scan.h"

#include "common/json_escape.h"
#include "common/json_plain.h"
#include "common/json_token.h"
#include "common/mem.h"

struct json_scan {
    struct json_token token;
    json_t *root;
    json_t *open[JSON_SCAN_DEPTH_MAX]; /* of the tree below `root`, the innermost last */
    size_t depth;
    enum json_scan_end end; /* SCAN_DONE as long as nothing stands against it */
};

static bool scan_leave(struct json_scan *scan, enum json_scan_end end)
{
    scan->end = end;
    return false;
}

static bool scan_take(struct json_scan *scan, char wanted)
{
    return json_token_take(&scan->token, wanted) || scan_leave(scan, SCAN_LEFT);
}

/* One without escapes. */
static bool scan_key(struct json_scan *scan, struct str *ret_key)
{
    return json_token_string(&scan->token, ret_key) || scan_leave(scan, SCAN_LEFT);
}

static json_t *scan_escaped(struct json_scan *scan, struct str escaped)
{
    json_t *text = NULL;
    size_t len;
    char *out = mem_alloc(escaped.len);
    if (!out) {
        return NULL;
    }
    if (json_unescape(escaped, out, &len)) {
        text = json_stringn_nocheck(out, len);
    } else {
        scan_leave(scan, SCAN_LEFT);
    }
    mem_free(out);
    return text;
}

static json_t *scan_text(struct json_scan *scan)
{
    struct str bytes = scan->token.bytes;
    size_t start = scan->token.at + 1;
    size_t plain_end = json_plain_end(bytes, start);
    size_t end = json_escape_end(bytes, plain_end);
    if (end == bytes.len) {
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    scan->token.at = end + 1;
    struct str text = str_slice(bytes, start, end - start);
    return end == plain_end ? json_stringn_nocheck(text.ptr, text.len) : scan_escaped(scan, text);
}

static json_t *scan_number(struct json_scan *scan)
{
    int64_t number;
    if (!json_token_int(&scan->token, &number)) {
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    return json_integer(number);
}

static json_t *scan_word(struct json_scan *scan, struct str word, json_t *value)
{
    if (!str_eq(str_slice(scan->token.bytes, scan->token.at, word.len), word)) {
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    scan->token.at += word.len;
    return value; /* one that is never freed */
}

static json_t *scan_open(struct json_scan *scan, json_t *container)
{
    scan->token.at++;
    if (container && scan->depth == JSON_SCAN_DEPTH_MAX) {
        json_decref(container);
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    return container;
}

/* Without a value the reason is in `end`, or there was no memory. */
static json_t *scan_value(struct json_scan *scan)
{
    switch (json_token_peek(&scan->token)) {
    case '"':
        return scan_text(scan);
    case '{':
        return scan_open(scan, json_object());
    case '[':
        return scan_open(scan, json_array());
    case 't':
        return scan_word(scan, STR("true"), json_true());
    case 'f':
        return scan_word(scan, STR("false"), json_false());
    case 'n':
        return scan_word(scan, STR("null"), json_null());
    default:
        return scan_number(scan);
    }
}

static json_t *scan_top(const struct json_scan *scan)
{
    return scan->depth > 0 ? scan->open[scan->depth - 1] : NULL;
}

/* A key that occurs twice is left: it does not make the object larger. */
static bool scan_put_member(struct json_scan *scan, json_t *object, struct str key, json_t *value)
{
    size_t before = json_object_size(object);
    if (json_object_setn_new_nocheck(object, key.ptr, key.len, value)) {
        return scan_leave(scan, SCAN_NOMEM);
    }
    return json_object_size(object) > before ? true : scan_leave(scan, SCAN_LEFT);
}

/* Takes `value`, which may be NULL. */
static bool scan_put(struct json_scan *scan, struct str key, json_t *value)
{
    json_t *top = scan_top(scan);
    if (!value) {
        return scan_leave(scan, scan->end == SCAN_DONE ? SCAN_NOMEM : scan->end);
    }
    if (!top) {
        scan->root = value;
        return true;
    }
    if (json_is_object(top)) {
        return scan_put_member(scan, top, key, value);
    }
    return json_array_append_new(top, value) ? scan_leave(scan, SCAN_NOMEM) : true;
}

/* A value with its key, if it has one; an object or array is open then. */
static bool scan_element(struct json_scan *scan)
{
    json_t *top = scan_top(scan);
    struct str key = STR_NONE;
    if (json_is_object(top)) {
        if (!scan_key(scan, &key) || !scan_take(scan, ':')) {
            return false;
        }
    }
    json_t *value = scan_value(scan);
    if (!scan_put(scan, key, value)) {
        return false;
    }
    if (json_is_object(value) || json_is_array(value)) {
        scan->open[scan->depth++] = value;
    }
    return true;
}

/* Behind a value: closes what ends here. True: another element follows. */
static bool scan_close(struct json_scan *scan, bool is_empty_allowed)
{
    while (scan->depth > 0) {
        char end = json_is_object(scan_top(scan)) ? '}' : ']';
        char c = json_token_peek(&scan->token);
        if (c == end) {
            scan->token.at++;
            scan->depth--;
            is_empty_allowed = false;
            continue;
        }
        if (is_empty_allowed) {
            return true; /* the first element of what was just opened */
        }
        return scan_take(scan, ',');
    }
    if (!json_token_is_end(&scan->token)) {
        scan_leave(scan, SCAN_LEFT);
    }
    return false;
}

enum json_scan_end json_scan(struct str bytes, json_t **ret_root)
{
    struct json_scan scan = { .token = { .bytes = bytes } };
    if (json_token_peek(&scan.token) != '{') {
        return SCAN_LEFT;
    }
    size_t depth;
    do {
        depth = scan.depth;
    } while (scan_element(&scan) && scan_close(&scan, scan.depth > depth));
    if (scan.end != SCAN_DONE) {
        json_decref(scan.root);
        return scan.end;
    }
    *ret_root = scan.root;
    return SCAN_DONE;
}
