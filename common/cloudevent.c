/* cloudevent.c - see cloudevent.h. Malformed traceparent and expirytime are dropped, not
 * refused: they are hints of the transport, and no reason to leave a customer waiting. */
#include "common/cloudevent.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/utf8.h"

#define CONTENT_TYPE_MAX 256
#define TRACEPARENT_BYTES 55
#define STRUCTURED "application/cloudevents+json"
#define BATCH "application/cloudevents-batch"

/* ---- content types ---- */

static bool cloudevent_is_token(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '_' || c == '-';
}

/* Only white space, or white space and parameters of printable ASCII. */
static bool cloudevent_is_parameters(struct str text)
{
    size_t at = 0;
    if (text.len == 0) {
        return true;
    }
    while (at < text.len && text.ptr[at] == ' ') {
        at++;
    }
    if (at == text.len || text.ptr[at] != ';') {
        return false;
    }
    for (; at < text.len; at++) {
        if (text.ptr[at] < ' ' || text.ptr[at] > '~') {
            return false;
        }
    }
    return true;
}

/* ^[Aa]pplication/([A-Za-z0-9._-]+\+)?json( *;[ -~]*)?$ */
static bool cloudevent_is_json_type(struct str type)
{
    struct str rest = str_slice(type, 1, type.len);
    if (type.len > CONTENT_TYPE_MAX || type.len == 0 || (type.ptr[0] | 0x20) != 'a' ||
        !str_starts(rest, STR("pplication/"))) {
        return false;
    }
    rest = str_slice(rest, sizeof("pplication/") - 1, rest.len);
    size_t prefix = 0;
    while (prefix < rest.len && cloudevent_is_token(rest.ptr[prefix])) {
        prefix++;
    }
    if (prefix > 0 && prefix < rest.len && rest.ptr[prefix] == '+') {
        rest = str_slice(rest, prefix + 1, rest.len);
    }
    return str_starts(rest, STR("json")) && cloudevent_is_parameters(str_slice(rest, 4, rest.len));
}

/* ---- headers ---- */

static bool cloudevent_has_attribute(const struct record *record)
{
    for (size_t i = 0; i < record->headers_count; i++) {
        if (str_starts(record->headers[i].name, STR("ce_"))) {
            return true;
        }
    }
    return false;
}

enum err cloudevent_mode_of(const struct record *record, enum cloudevent_mode *ret_mode,
                            struct note *note)
{
    struct str type;
    bool has_type = record_header(record, "content-type", &type);
    if (has_type && str_starts(type, STR(STRUCTURED))) {
        *ret_mode = CLOUDEVENT_STRUCTURED;
        return OK;
    }
    if (has_type && (str_starts(type, STR(BATCH)) || !cloudevent_is_json_type(type))) {
        note_at(note, "%s", "");
        note_set(note, "header content-type: must be JSON, such as " CLOUDEVENT_JSON
                       " (no batches)");
        return ERR_FORMAT;
    }
    *ret_mode = cloudevent_has_attribute(record) ? CLOUDEVENT_BINARY : CLOUDEVENT_PLAIN;
    return OK;
}

/* What reading headers needs, in one place. */
struct headers_in {
    struct arena *arena;
    const struct record *record;
    struct note *note;
};

static enum err cloudevent_bad_header(const struct headers_in *in, const char *name,
                                      const char *what, enum err err)
{
    note_at(in->note, "%s", "");
    note_set(in->note, "header %s: %s", name, what);
    return err;
}

/* As json_may_text() with at least one character. */
static enum err cloudevent_may_header(const struct headers_in *in, const char *name,
                                      size_t chars_max, struct str *ret_text)
{
    struct str value;
    if (!record_header(in->record, name, &value)) {
        return OK;
    }
    if (utf8_check(value, NULL) != OK) {
        return cloudevent_bad_header(in, name, "is not valid UTF-8", ERR_UTF8);
    }
    if (value.len == 0) {
        return cloudevent_bad_header(in, name, "is empty", ERR_SCHEMA);
    }
    if (value.len > chars_max && utf8_count(value) > chars_max) {
        return cloudevent_bad_header(in, name, "is too long", ERR_SCHEMA);
    }
    if (memchr(value.ptr, '\0', value.len)) {
        return cloudevent_bad_header(in, name, "has a NUL", ERR_SCHEMA);
    }
    return arena_copy(in->arena, value, ret_text);
}

static enum err cloudevent_want_header(const struct headers_in *in, const char *name,
                                       size_t chars_max, struct str *ret_text)
{
    struct str text = STR_NONE;
    TRY(cloudevent_may_header(in, name, chars_max, &text));
    if (!text.ptr) {
        return cloudevent_bad_header(in, name, "is missing", ERR_SCHEMA);
    }
    *ret_text = text;
    return OK;
}

static enum err cloudevent_check_version(const struct headers_in *in)
{
    struct str version;
    if (!record_header(in->record, "ce_specversion", &version)) {
        return cloudevent_bad_header(in, "ce_specversion", "is missing", ERR_SCHEMA);
    }
    if (!str_is(version, CLOUDEVENT_SPECVERSION)) {
        return cloudevent_bad_header(in, "ce_specversion", "must be " CLOUDEVENT_SPECVERSION,
                                     ERR_VERSION);
    }
    return OK;
}

static enum err cloudevent_header_times(const struct headers_in *in, struct cloudevent *cloudevent)
{
    struct str text;
    if (record_header(in->record, "ce_time", &text) &&
        !clock_parse(text, &cloudevent->time_wall_ms)) {
        return cloudevent_bad_header(in, "ce_time", "must be a date and time with its zone",
                                     ERR_SCHEMA);
    }
    if (record_header(in->record, "ce_expirytime", &text) &&
        !clock_parse(text, &cloudevent->expires_wall_ms)) {
        cloudevent->expires_wall_ms = -1;
    }
    return OK;
}

enum err cloudevent_from_headers(struct arena *arena, const struct record *record,
                                 struct cloudevent *ret_cloudevent, struct note *note)
{
    struct headers_in in = { arena, record, note };
    struct cloudevent cloudevent = CLOUDEVENT_NONE;
    struct str trace;
    TRY(cloudevent_check_version(&in));
    TRY(cloudevent_want_header(&in, "ce_id", FIELD_ID_MAX, &cloudevent.id));
    TRY(cloudevent_want_header(&in, "ce_source", CLOUDEVENT_SOURCE_MAX, &cloudevent.source));
    TRY(cloudevent_want_header(&in, "ce_type", FIELD_ID_MAX, &cloudevent.type));
    TRY(cloudevent_may_header(&in, "ce_tenant", FIELD_ID_MAX, &cloudevent.tenant));
    TRY(cloudevent_header_times(&in, &cloudevent));
    if (record_header(record, "ce_traceparent", &trace) && cloudevent_is_traceparent(trace)) {
        TRY(arena_copy(arena, trace, &cloudevent.traceparent));
    }
    *ret_cloudevent = cloudevent;
    return OK;
}

/* ---- structured mode ---- */

bool cloudevent_is_envelope(const struct json_at *root)
{
    return json_kind_of(root, "specversion") == KIND_TEXT;
}

/* A fault that is told like any other, but routed as `err`. */
static enum err cloudevent_fault_as(enum err err, enum err fault)
{
    return fault == OK ? OK : err;
}

static enum err cloudevent_read_version(const struct json_at *root)
{
    struct str version = STR_NONE;
    TRY(json_want_text(root, "specversion", 0, SIZE_MAX, &version));
    if (!str_is(version, CLOUDEVENT_SPECVERSION)) {
        return cloudevent_fault_as(
            ERR_VERSION, json_fault(root, "specversion", "must be " CLOUDEVENT_SPECVERSION));
    }
    return OK;
}

static enum err cloudevent_read_content_type(const struct json_at *root)
{
    struct str type = STR_NONE;
    TRY(json_may_text(root, "datacontenttype", 0, CONTENT_TYPE_MAX, &type));
    if (type.ptr && !cloudevent_is_json_type(type)) {
        return cloudevent_fault_as(
            ERR_FORMAT,
            json_fault(root, "datacontenttype", "must be JSON, such as " CLOUDEVENT_JSON));
    }
    return OK;
}

static enum err cloudevent_read_extensions(const struct json_at *root,
                                           struct cloudevent *cloudevent)
{
    struct str trace = STR_NONE;
    struct str expiry = STR_NONE;
    TRY(field_may_short(root, "traceparent", &trace));
    if (cloudevent_is_traceparent(trace)) {
        cloudevent->traceparent = trace;
    }
    if (json_kind_of(root, "expirytime") == KIND_TEXT) {
        TRY(json_want_text(root, "expirytime", 0, SIZE_MAX, &expiry));
    }
    if (!clock_parse(expiry, &cloudevent->expires_wall_ms)) {
        cloudevent->expires_wall_ms = -1;
    }
    return field_may_id(root, "tenant", &cloudevent->tenant);
}

enum err cloudevent_from_envelope(const struct json_at *root, struct cloudevent *ret_cloudevent,
                                  struct json_at *ret_data)
{
    struct cloudevent cloudevent = CLOUDEVENT_NONE;
    struct json_at data;
    TRY(cloudevent_read_version(root));
    TRY(field_want_id(root, "id", &cloudevent.id));
    TRY(json_want_text(root, "source", 1, CLOUDEVENT_SOURCE_MAX, &cloudevent.source));
    TRY(field_want_id(root, "type", &cloudevent.type));
    TRY(json_want_object(root, "data", &data));
    TRY(json_may_time(root, "time", &cloudevent.time_wall_ms));
    TRY(cloudevent_read_content_type(root));
    TRY(cloudevent_read_extensions(root, &cloudevent));
    *ret_cloudevent = cloudevent;
    *ret_data = data;
    return OK;
}

/* ---- both ---- */

enum err cloudevent_trace(struct arena *arena, const struct record *record,
                          struct cloudevent *cloudevent)
{
    struct str trace;
    if (!record_header(record, "traceparent", &trace) || !cloudevent_is_traceparent(trace)) {
        return OK;
    }
    return arena_copy(arena, trace, &cloudevent->traceparent);
}

bool cloudevent_claims(struct str type, const char *payload)
{
    struct str rest = str_slice(type, sizeof(CLOUDEVENT_CLAIM) - 1, type.len);
    struct str name = str_from(payload);
    if (!str_starts(type, STR(CLOUDEVENT_CLAIM))) {
        return true;
    }
    return str_starts(rest, name) && str_is(str_slice(rest, name.len, rest.len), ".v1");
}

/* Lower-case hex digits, as the standard wants them. */
static bool cloudevent_hex(struct str text, size_t from, size_t len, bool *ret_is_zero)
{
    *ret_is_zero = true;
    for (size_t i = from; i < from + len; i++) {
        char c = text.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
            return false;
        }
        *ret_is_zero = *ret_is_zero && c == '0';
    }
    return true;
}

/*  00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 *  version, trace id, parent id, flags */
bool cloudevent_is_traceparent(struct str text)
{
    bool is_00;
    bool no_trace;
    bool no_parent;
    bool no_flags;
    if (text.len < TRACEPARENT_BYTES || text.len > FIELD_SHORT_MAX) {
        return false;
    }
    if (!cloudevent_hex(text, 0, 2, &is_00) || !cloudevent_hex(text, 3, 32, &no_trace) ||
        !cloudevent_hex(text, 36, 16, &no_parent) || !cloudevent_hex(text, 53, 2, &no_flags)) {
        return false;
    }
    if (text.ptr[2] != '-' || text.ptr[35] != '-' || text.ptr[52] != '-' || no_trace || no_parent) {
        return false;
    }
    if (text.len == TRACEPARENT_BYTES) {
        return !str_starts(text, STR("ff"));
    }
    for (size_t i = TRACEPARENT_BYTES; i < text.len; i++) {
        if (text.ptr[i] < '!' || text.ptr[i] > '~') {
            return false;
        }
    }
    /* A later version may say more behind another dash. */
    return !is_00 && !str_starts(text, STR("ff")) && text.ptr[TRACEPARENT_BYTES] == '-';
}
