/* json_out.c - see json_out.h. There is no tree in between: what an outcome says is known
 * when it is written, and the text goes where it is needed. */
#include "common/json_out.h"

#include <math.h>

#include "common/clock.h"
#include "common/json_plain.h"
#include "common/utf8.h"

struct json_out json_out_to(struct buf *buf)
{
    return (struct json_out){ .buf = buf, .start = buf->len, .err = OK, .is_first = true };
}

static void json_out_add(struct json_out *out, struct str text)
{
    if (out->err == OK) {
        out->err = buf_add(out->buf, text);
    }
}

/* Where the next `len` bytes are to be written; NULL: there is no room. */
static char *json_out_room(struct json_out *out, size_t len)
{
    out->err = out->err == OK ? buf_reserve(out->buf, len) : out->err;
    if (out->err != OK) {
        return NULL;
    }
    char *room = out->buf->ptr + out->buf->len;
    out->buf->len += len;
    return room;
}

static void json_out_add_char(struct json_out *out, char c)
{
    char *room = json_out_room(out, 1);
    if (room) {
        *room = c;
    }
}

/* How a byte that cannot stand for itself is written in a string; 'u' stands for \u00XX. */
static char json_out_escape(unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 'u';
    }
}

static void json_out_add_escaped(struct json_out *out, unsigned char byte, char escape)
{
    static const char digits[] = "0123456789abcdef";
    char text[6] = { '\\', escape, '0', '0', digits[byte >> 4], digits[byte & 15] };
    json_out_add(out, (struct str){ text, escape == 'u' ? 6 : 2 });
}

/* A text of which every byte is written as it is, as almost all are. */
static void json_out_quote_plain(struct json_out *out, struct str text)
{
    char *room = json_out_room(out, text.len + 2);
    if (room) {
        room[0] = '"';
        memcpy(room + 1, text.ptr ? text.ptr : "", text.len);
        room[text.len + 1] = '"';
    }
}

static void json_out_quote(struct json_out *out, struct str text)
{
    if (json_plain_is_ascii(text)) {
        json_out_quote_plain(out, text);
        return;
    }
    if (out->err == OK) {
        out->err = utf8_check(text, NULL);
    }
    size_t end = json_plain_end(text, 0);
    if (end == text.len) {
        json_out_quote_plain(out, text);
        return;
    }
    json_out_add_char(out, '"');
    for (size_t at = 0; at < text.len && out->err == OK;) {
        end = json_plain_end(text, at);
        json_out_add(out, (struct str){ text.ptr + at, end - at });
        if (end < text.len) {
            unsigned char byte = (unsigned char)text.ptr[end];
            json_out_add_escaped(out, byte, json_out_escape(byte));
        }
        at = end + 1;
    }
    json_out_add_char(out, '"');
}

/* `,"key":` of a key that is written as it is, as those of our own are. */
static void json_out_lead_plain(struct json_out *out, struct str key)
{
    size_t comma = out->is_first ? 0 : 1;
    char *room = json_out_room(out, comma + key.len + 3);
    if (room) {
        room[0] = ',';
        room[comma] = '"';
        memcpy(room + comma + 1, key.ptr, key.len);
        room[comma + key.len + 1] = '"';
        room[comma + key.len + 2] = ':';
    }
}

/* The comma and the key that go before any value. */
static void json_out_lead(struct json_out *out, const char *key)
{
    struct str name = str_from(key);
    if (key && json_plain_is_ascii(name)) {
        json_out_lead_plain(out, name);
        out->is_first = false;
        return;
    }
    if (!out->is_first) {
        json_out_add_char(out, ',');
    }
    out->is_first = false;
    if (key) {
        json_out_quote(out, name);
        json_out_add_char(out, ':');
    }
}

static void json_out_open(struct json_out *out, const char *key, struct str bracket)
{
    json_out_lead(out, key);
    json_out_add(out, bracket);
    out->depth++;
    out->is_first = true;
}

static void json_out_close(struct json_out *out, struct str bracket)
{
    assert(out->depth > 0);
    json_out_add(out, bracket);
    out->depth--;
    out->is_first = false;
}

void json_open_object(struct json_out *out, const char *key)
{
    json_out_open(out, key, STR("{"));
}

void json_close_object(struct json_out *out)
{
    json_out_close(out, STR("}"));
}

void json_open_array(struct json_out *out, const char *key)
{
    json_out_open(out, key, STR("["));
}

void json_close_array(struct json_out *out)
{
    json_out_close(out, STR("]"));
}

void json_put_text(struct json_out *out, const char *key, struct str text)
{
    json_out_lead(out, key);
    json_out_quote(out, text);
}

void json_put_text_if(struct json_out *out, const char *key, struct str text)
{
    if (text.len) {
        json_put_text(out, key, text);
    }
}

void json_put_raw(struct json_out *out, const char *key, struct str json)
{
    json_out_lead(out, key);
    json_out_add(out, json);
}

void json_put_int(struct json_out *out, const char *key, int64_t number)
{
    char text[STR_INT_BYTES];
    json_put_raw(out, key, str_from_int(number, text));
}

/* The fewest digits that read back as the same number. */
void json_put_number(struct json_out *out, const char *key, double number)
{
    assert(isfinite(number));
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    json_put_raw(out, key, str_from(text));
}

void json_put_bool(struct json_out *out, const char *key, bool flag)
{
    json_put_raw(out, key, flag ? STR("true") : STR("false"));
}

void json_put_time(struct json_out *out, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES];
    json_put_text(out, key, clock_format(wall_ms, text));
}

enum err json_out_end(struct json_out *out)
{
    assert(out->depth == 0);
    if (out->err != OK) {
        out->buf->len = out->start;
    }
    return out->err;
}
