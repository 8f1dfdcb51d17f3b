/* json_out.c - see json_out.h. There is no tree in between: what an outcome says is known
 * when it is written, and the text goes where it is needed. */
#include "common/json_out.h"

#include <math.h>

#include "common/clock.h"
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

/* How a byte is written inside a string; 0 for most: as it is. 'u' stands for \u00XX. */
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
        return byte < 0x20 ? 'u' : 0;
    }
}

static void json_out_add_escaped(struct json_out *out, unsigned char byte, char escape)
{
    static const char digits[] = "0123456789abcdef";
    char text[6] = { '\\', escape, '0', '0', digits[byte >> 4], digits[byte & 15] };
    json_out_add(out, (struct str){ text, escape == 'u' ? 6 : 2 });
}

static void json_out_quote(struct json_out *out, struct str text)
{
    if (out->err == OK) {
        out->err = utf8_check(text, NULL);
    }
    json_out_add(out, STR("\""));
    size_t start = 0;
    for (size_t at = 0; at < text.len && out->err == OK; at++) {
        unsigned char byte = (unsigned char)text.ptr[at];
        char escape = json_out_escape(byte);
        if (escape) {
            json_out_add(out, str_slice(text, start, at - start));
            json_out_add_escaped(out, byte, escape);
            start = at + 1;
        }
    }
    json_out_add(out, str_slice(text, start, text.len));
    json_out_add(out, STR("\""));
}

/* The comma and the key that go before any value. */
static void json_out_lead(struct json_out *out, const char *key)
{
    if (!out->is_first) {
        json_out_add(out, STR(","));
    }
    out->is_first = false;
    if (key) {
        json_out_quote(out, str_from(key));
        json_out_add(out, STR(":"));
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
