/* json_scan.c - see json_scan.h. A stack of open objects and arrays, no recursion. */
#include "common/json_scan.h"

#include "common/json_plain.h"

#define JSON_SCAN_DIGITS_MAX 18 /* these fit into 63 bits */

struct json_scan {
    struct str bytes;
    size_t at;
    json_t *root;
    json_t *open[JSON_SCAN_DEPTH_MAX]; /* of the tree below `root`, the innermost last */
    size_t depth;
    enum json_scan_end end; /* SCAN_DONE as long as nothing stands against it */
};

/* The next byte behind white space; NUL at the end, which is no part of JSON. */
static char scan_peek(struct json_scan *scan)
{
    while (scan->at < scan->bytes.len) {
        char c = scan->bytes.ptr[scan->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
            return c;
        }
        scan->at++;
    }
    return '\0';
}

static bool scan_leave(struct json_scan *scan, enum json_scan_end end)
{
    scan->end = end;
    return false;
}

static bool scan_take(struct json_scan *scan, char wanted)
{
    if (scan_peek(scan) != wanted) {
        return scan_leave(scan, SCAN_LEFT);
    }
    scan->at++;
    return true;
}

static bool scan_string(struct json_scan *scan, struct str *ret_text)
{
    if (!scan_take(scan, '"')) {
        return false;
    }
    size_t end = json_plain_end(scan->bytes, scan->at);
    if (end == scan->bytes.len || scan->bytes.ptr[end] != '"') {
        return scan_leave(scan, SCAN_LEFT);
    }
    *ret_text = str_slice(scan->bytes, scan->at, end - scan->at);
    scan->at = end + 1;
    return true;
}

static json_t *scan_text(struct json_scan *scan)
{
    struct str text;
    return scan_string(scan, &text) ? json_stringn_nocheck(text.ptr, text.len) : NULL;
}

static bool scan_is_digit(const struct json_scan *scan, size_t at)
{
    return at < scan->bytes.len && scan->bytes.ptr[at] >= '0' && scan->bytes.ptr[at] <= '9';
}

/* What follows the digits is looked at by scan_close(), so 1.5 and 1e3 are left. */
static json_t *scan_number(struct json_scan *scan)
{
    bool is_negative = scan->at < scan->bytes.len && scan->bytes.ptr[scan->at] == '-';
    size_t start = scan->at + (is_negative ? 1 : 0);
    size_t at = start;
    json_int_t number = 0;
    while (scan_is_digit(scan, at) && at - start < JSON_SCAN_DIGITS_MAX) {
        number = number * 10 + (scan->bytes.ptr[at++] - '0');
    }
    bool has_zero = at > start && scan->bytes.ptr[start] == '0' && (is_negative || at > start + 1);
    if (at == start || has_zero || scan_is_digit(scan, at)) {
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    scan->at = at;
    return json_integer(is_negative ? -number : number);
}

static json_t *scan_word(struct json_scan *scan, struct str word, json_t *value)
{
    if (!str_eq(str_slice(scan->bytes, scan->at, word.len), word)) {
        scan_leave(scan, SCAN_LEFT);
        return NULL;
    }
    scan->at += word.len;
    return value; /* one that is never freed */
}

static json_t *scan_open(struct json_scan *scan, json_t *container)
{
    scan->at++;
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
    switch (scan_peek(scan)) {
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
        if (!scan_string(scan, &key) || !scan_take(scan, ':')) {
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
        char c = scan_peek(scan);
        if (c == end) {
            scan->at++;
            scan->depth--;
            is_empty_allowed = false;
            continue;
        }
        if (is_empty_allowed) {
            return true; /* the first element of what was just opened */
        }
        return scan_take(scan, ',');
    }
    if (scan_peek(scan) != '\0' || scan->at < scan->bytes.len) {
        scan_leave(scan, SCAN_LEFT);
    }
    return false;
}

enum json_scan_end json_scan(struct str bytes, json_t **ret_root)
{
    struct json_scan scan = { .bytes = bytes };
    if (scan_peek(&scan) != '{') {
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
