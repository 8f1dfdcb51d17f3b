/* json_at.c - cursors into what was read, and typed getters; part of json.h.
 *
 * Every getter is two steps: find the value and tell missing from there, then check and
 * convert. The optional form only leaves the first complaint out. */
#include "common/json.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>

#include "common/clock.h"
#include "common/utf8.h"

struct json_at json_root(struct json_t *root, const struct json_in *in)
{
    return (struct json_at){ .value = root, .in = in };
}

static json_t *json_or_absent(json_t *value)
{
    return json_is_null(value) ? NULL : value;
}

struct json_at json_member(const struct json_at *object, const char *key)
{
    return (struct json_at){ .value = json_or_absent(json_object_get(object->value, key)),
                             .in = object->in,
                             .parent = object,
                             .key = key };
}

struct json_at json_element(const struct json_at *array, size_t index)
{
    return (struct json_at){ .value = json_or_absent(json_array_get(array->value, index)),
                             .in = array->in,
                             .parent = array,
                             .index = index };
}

size_t json_count(const struct json_at *array)
{
    return json_array_size(array->value);
}

bool json_next(const struct json_at *object, struct json_at *member)
{
    json_t *tree = object->value;
    void *place = member->key ? json_object_iter_next(tree, json_object_key_to_iter(member->key))
                              : json_object_iter(tree);
    if (!place) {
        return false;
    }
    *member = (struct json_at){ .value = json_or_absent(json_object_iter_value(place)),
                                .in = object->in,
                                .parent = object,
                                .key = json_object_iter_key(place) };
    return true;
}

/* The cursor that a getter is about. */
static struct json_at json_step(const struct json_at *at, const char *key)
{
    return key ? json_member(at, key) : *at;
}

static enum json_kind json_kind_at(const struct json_at *at)
{
    if (!at->value) {
        return KIND_NONE;
    }
    switch (json_typeof(at->value)) {
    case JSON_OBJECT:
        return KIND_OBJECT;
    case JSON_ARRAY:
        return KIND_ARRAY;
    case JSON_STRING:
        return KIND_TEXT;
    case JSON_INTEGER:
    case JSON_REAL:
        return KIND_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return KIND_BOOL;
    case JSON_NULL:
        break;
    }
    return KIND_NONE;
}

enum json_kind json_kind_of(const struct json_at *at, const char *key)
{
    struct json_at place = json_step(at, key);
    return json_kind_at(&place);
}

/* Appends what fits, which is cut, but always ends with a NUL. */
static size_t json_pointer_add(char *out, size_t size, size_t len, struct str part)
{
    size_t taken = min_size(part.len, size - 1 - len);
    memcpy(out + len, part.ptr, taken);
    out[len + taken] = '\0';
    return len + taken;
}

/* One step of an RFC 6901 pointer, where ~ and / are written as ~0 and ~1. */
static size_t json_pointer_step(char *out, size_t size, size_t len, const struct json_at *at)
{
    size_t end = json_pointer_add(out, size, len, STR("/"));
    if (!at->key) {
        char number[24];
        snprintf(number, sizeof(number), "%zu", at->index);
        return json_pointer_add(out, size, end, str_from(number));
    }
    for (const char *c = at->key; *c; c++) {
        struct str part = *c == '~' ? STR("~0") : *c == '/' ? STR("~1") : (struct str){ c, 1 };
        end = json_pointer_add(out, size, end, part);
    }
    return end;
}

static void json_pointer(const struct json_at *at, struct note *note)
{
    const struct json_at *steps[JSON_DEPTH_MAX + 1];
    size_t steps_count = 0;
    for (const struct json_at *step = at; step->parent; step = step->parent) {
        assert(steps_count < countof(steps));
        steps[steps_count++] = step;
    }
    char pointer[NOTE_POINTER_BYTES + 8] = ""; /* longer, so that it is the note that cuts */
    size_t len = 0;
    while (steps_count > 0) {
        len = json_pointer_step(pointer, sizeof(pointer), len, steps[--steps_count]);
    }
    note_at(note, "%s", pointer);
}

static enum err PRINTF_LIKE(2, 3) json_wrong(const struct json_at *at, const char *format, ...)
{
    char text[NOTE_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    note_set(at->in->note, "%s", text);
    json_pointer(at, at->in->note);
    return ERR_SCHEMA;
}

enum err json_fault(const struct json_at *at, const char *key, const char *format, ...)
{
    char text[NOTE_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct json_at place = json_step(at, key);
    return json_wrong(&place, "%s", text);
}

static enum err json_missing(const struct json_at *at)
{
    return json_wrong(at, "is missing");
}

static enum err json_text_at(const struct json_at *at, size_t chars_min, size_t chars_max,
                             struct str *ret_text)
{
    if (json_kind_at(at) != KIND_TEXT) {
        return json_wrong(at, "must be text");
    }
    struct str text = { json_string_value(at->value), json_string_length(at->value) };
    if (text.len < 4 * chars_min || text.len > chars_max) { /* else it need not be counted */
        size_t chars = utf8_count(text);
        if (chars < chars_min || chars > chars_max) {
            return json_wrong(at, "has %zu characters, must have %zu to %zu", chars, chars_min,
                              chars_max);
        }
    }
    return arena_copy(at->in->arena, text, ret_text);
}

enum err json_want_text(const struct json_at *at, const char *key, size_t chars_min,
                        size_t chars_max, struct str *ret_text)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_text_at(&place, chars_min, chars_max, ret_text)
                       : json_missing(&place);
}

enum err json_may_text(const struct json_at *at, const char *key, size_t chars_min,
                       size_t chars_max, struct str *ret_text)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_text_at(&place, chars_min, chars_max, ret_text) : OK;
}

/* 1.0 and 1e2 are integers; 2^63 and what is beyond has no int64_t. */
static bool json_as_int(const json_t *value, int64_t *ret_number)
{
    if (json_is_integer(value)) {
        *ret_number = json_integer_value(value);
        return true;
    }
    double real = json_real_value(value);
    if (trunc(real) != real || real < -0x1p63 || real >= 0x1p63) {
        return false;
    }
    *ret_number = (int64_t)real;
    return true;
}

static enum err json_int_at(const struct json_at *at, int64_t min, int64_t max, int64_t *ret_number)
{
    int64_t number;
    if (json_kind_at(at) != KIND_NUMBER || !json_as_int(at->value, &number)) {
        return json_wrong(at, "must be an integer");
    }
    if (number < min || number > max) {
        return json_wrong(at, "must be from %lld to %lld", (long long)min, (long long)max);
    }
    *ret_number = number;
    return OK;
}

enum err json_want_int(const struct json_at *at, const char *key, int64_t min, int64_t max,
                       int64_t *ret_number)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_int_at(&place, min, max, ret_number) : json_missing(&place);
}

enum err json_may_int(const struct json_at *at, const char *key, int64_t min, int64_t max,
                      int64_t *ret_number)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_int_at(&place, min, max, ret_number) : OK;
}

static enum err json_number_at(const struct json_at *at, double min, double max, double *ret_number)
{
    if (json_kind_at(at) != KIND_NUMBER) {
        return json_wrong(at, "must be a number");
    }
    double number = json_number_value(at->value);
    if (number < min || number > max) {
        return json_wrong(at, "must be from %g to %g", min, max);
    }
    *ret_number = number;
    return OK;
}

enum err json_want_number(const struct json_at *at, const char *key, double min, double max,
                          double *ret_number)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_number_at(&place, min, max, ret_number) : json_missing(&place);
}

enum err json_may_number(const struct json_at *at, const char *key, double min, double max,
                         double *ret_number)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_number_at(&place, min, max, ret_number) : OK;
}

static enum err json_bool_at(const struct json_at *at, bool *ret_flag)
{
    if (json_kind_at(at) != KIND_BOOL) {
        return json_wrong(at, "must be true or false");
    }
    *ret_flag = json_is_true(at->value);
    return OK;
}

enum err json_want_bool(const struct json_at *at, const char *key, bool *ret_flag)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_bool_at(&place, ret_flag) : json_missing(&place);
}

enum err json_may_bool(const struct json_at *at, const char *key, bool *ret_flag)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_bool_at(&place, ret_flag) : OK;
}

static enum err json_enum_at(const struct json_at *at, const char *const *names, size_t names_count,
                             size_t *ret_index)
{
    if (json_kind_at(at) != KIND_TEXT) {
        return json_wrong(at, "must be text");
    }
    struct str text = { json_string_value(at->value), json_string_length(at->value) };
    for (size_t i = 0; i < names_count; i++) {
        if (str_is(text, names[i])) {
            *ret_index = i;
            return OK;
        }
    }
    char allowed[NOTE_TEXT_BYTES] = "";
    size_t len = 0;
    for (size_t i = 0; i < names_count; i++) {
        len = json_pointer_add(allowed, sizeof(allowed), len, STR(" "));
        len = json_pointer_add(allowed, sizeof(allowed), len, str_from(names[i]));
    }
    return json_wrong(at, "must be one of%s", allowed);
}

enum err json_want_enum(const struct json_at *at, const char *key, const char *const *names,
                        size_t names_count, size_t *ret_index)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_enum_at(&place, names, names_count, ret_index) : json_missing(&place);
}

enum err json_may_enum(const struct json_at *at, const char *key, const char *const *names,
                       size_t names_count, size_t *ret_index)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_enum_at(&place, names, names_count, ret_index) : OK;
}

static enum err json_time_at(const struct json_at *at, int64_t *ret_wall_ms)
{
    struct str text = { json_string_value(at->value), json_string_length(at->value) };
    if (json_kind_at(at) != KIND_TEXT || !clock_parse(text, ret_wall_ms)) {
        return json_wrong(at, "must be a time like 2025-01-31T23:59:59Z");
    }
    return OK;
}

enum err json_want_time(const struct json_at *at, const char *key, int64_t *ret_wall_ms)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_time_at(&place, ret_wall_ms) : json_missing(&place);
}

enum err json_may_time(const struct json_at *at, const char *key, int64_t *ret_wall_ms)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_time_at(&place, ret_wall_ms) : OK;
}

/* `place` is what json_step() made, so its parent is the caller's own cursor. */
static enum err json_object_at(struct json_at place, struct json_at *ret_at)
{
    if (place.value && json_kind_at(&place) != KIND_OBJECT) {
        return json_wrong(&place, "must be an object");
    }
    *ret_at = place;
    return OK;
}

enum err json_want_object(const struct json_at *at, const char *key, struct json_at *ret_at)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_object_at(place, ret_at) : json_missing(&place);
}

enum err json_may_object(const struct json_at *at, const char *key, struct json_at *ret_at)
{
    return json_object_at(json_step(at, key), ret_at);
}

static enum err json_array_at(struct json_at place, size_t count_min, size_t count_max,
                              struct json_at *ret_at)
{
    if (place.value && json_kind_at(&place) != KIND_ARRAY) {
        return json_wrong(&place, "must be an array");
    }
    size_t count = json_count(&place);
    if (place.value && count < count_min && count_max == SIZE_MAX) {
        return json_wrong(&place, "has %zu elements, must have %zu or more", count, count_min);
    }
    if (place.value && (count < count_min || count > count_max)) {
        return json_wrong(&place, "has %zu elements, must have %zu to %zu", count, count_min,
                          count_max);
    }
    *ret_at = place;
    return OK;
}

enum err json_want_array(const struct json_at *at, const char *key, size_t count_min,
                         size_t count_max, struct json_at *ret_at)
{
    struct json_at place = json_step(at, key);
    return place.value ? json_array_at(place, count_min, count_max, ret_at) : json_missing(&place);
}

enum err json_may_array(const struct json_at *at, const char *key, size_t count_min,
                        size_t count_max, struct json_at *ret_at)
{
    return json_array_at(json_step(at, key), count_min, count_max, ret_at);
}
