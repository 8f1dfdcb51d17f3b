/* properties.c - see properties.h. */
#include "common/properties.h"

#include "common/buf.h"
#include "common/utf8.h"

struct properties properties_of(struct str bytes)
{
    const struct str mark = STR("\xEF\xBB\xBF"); /* some editors begin UTF-8 files with it */
    size_t start = str_starts(bytes, mark) ? mark.len : 0;
    return (struct properties){ .rest = str_slice(bytes, start, bytes.len), .next_line = 1 };
}

/* A backslash that is itself behind a backslash is text, so an odd number continues. */
static bool properties_goes_on(struct str line)
{
    size_t backslashes = 0;
    while (backslashes < line.len && line.ptr[line.len - 1 - backslashes] == '\\') {
        backslashes++;
    }
    return backslashes % 2 == 1;
}

static bool properties_is_comment(struct str line)
{
    return line.len > 0 && (line.ptr[0] == '#' || line.ptr[0] == '!');
}

/* One line of the file, without its end and the white space before it. */
static bool properties_line(struct properties *properties, struct str *ret_line)
{
    struct str line;
    if (!str_split(&properties->rest, '\n', &line)) {
        return false;
    }
    properties->next_line++;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    while (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t' || line.ptr[0] == '\f')) {
        line = str_slice(line, 1, line.len);
    }
    *ret_line = line;
    return true;
}

/* A line together with those that it goes on in. */
static enum err properties_join(struct properties *properties, struct str first, struct buf *joined)
{
    struct str line = first;
    while (properties_goes_on(line)) {
        TRY(buf_add(joined, str_slice(line, 0, line.len - 1)));
        if (!properties_line(properties, &line)) {
            return OK;
        }
    }
    return buf_add(joined, line);
}

/* The character of \uXXXX, as UTF-8; 0 bytes when the digits are none, or only half of one. */
static size_t properties_unicode(struct str digits, char out[4])
{
    uint32_t character = 0;
    if (digits.len < 4) {
        return 0;
    }
    for (size_t i = 0; i < 4; i++) {
        int digit = str_hex_digit(digits.ptr[i]);
        if (digit < 0) {
            return 0;
        }
        character = character * 16 + (uint32_t)digit;
    }
    return character ? utf8_put(character, out) : 0;
}

static char properties_escape(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    default:
        return strchr("\\=:#! ", c) ? c : '\0';
    }
}

/* Resolves escapes in place, which never makes a text longer. False: one is unknown. */
static bool properties_unescape(char *text, size_t *len)
{
    size_t to = 0;
    for (size_t at = 0; at < *len; at++) {
        if (text[at] != '\\') {
            text[to++] = text[at];
            continue;
        }
        at++;
        char out[4] = { at < *len && text[at] ? properties_escape(text[at]) : '\0' };
        size_t out_len = out[0] ? 1 : 0;
        if (at < *len && text[at] == 'u') {
            out_len = properties_unicode((struct str){ text + at + 1, *len - at - 1 }, out);
            at += 4;
        }
        if (out_len == 0) {
            return false;
        }
        memcpy(text + to, out, out_len);
        to += out_len;
    }
    text[to] = '\0';
    *len = to;
    return true;
}

static enum err properties_text(struct arena *arena, struct str raw, struct str *ret_text,
                                struct note *note)
{
    char *text = arena_alloc(arena, raw.len + 1);
    if (!text) {
        return ERR_NOMEM;
    }
    size_t len = raw.len;
    if (len) {
        memcpy(text, raw.ptr, len);
    }
    if (!properties_unescape(text, &len)) {
        note_set(note, "a backslash before something that it has no meaning for; "
                       "write \\\\ for a backslash");
        return ERR_CONFIG;
    }
    *ret_text = (struct str){ text, len };
    return OK;
}

/* Position of the = that is not escaped, or the length. */
static size_t properties_separator(struct str line)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] != '=') {
        at += line.ptr[at] == '\\' ? 2 : 1;
    }
    return min_size(at, line.len);
}

static enum err properties_pair(struct str line, struct arena *arena, struct property *ret_property,
                                struct note *note)
{
    size_t separator = properties_separator(line);
    struct str key = str_trim(str_slice(line, 0, separator));
    if (separator == line.len || key.len == 0) {
        note_set(note, "is not key=value");
        return ERR_CONFIG;
    }
    struct str value = str_slice(line, separator + 1, line.len);
    size_t escaped_end = value.len;
    while (value.len > 0 && (value.ptr[value.len - 1] == ' ' || value.ptr[value.len - 1] == '\t')) {
        value.len--;
    }
    /* "\ " at the end is white space that was meant. */
    if (value.len < escaped_end && properties_goes_on(value)) {
        value.len++;
    }
    while (value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t')) {
        value = str_slice(value, 1, value.len);
    }
    struct property property;
    TRY(properties_text(arena, key, &property.key, note));
    TRY(properties_text(arena, value, &property.value, note));
    *ret_property = property;
    return OK;
}

enum err properties_next(struct properties *properties, struct arena *arena,
                         struct property *ret_property, struct note *note)
{
    struct str line;
    do {
        properties->line = properties->next_line;
        if (!properties_line(properties, &line)) {
            *ret_property = (struct property){ STR(""), STR("") };
            return OK;
        }
    } while (line.len == 0 || properties_is_comment(line));
    CLEANUP(buf_fini) struct buf joined;
    buf_init(&joined, line.len + properties->rest.len);
    TRY(properties_join(properties, line, &joined));
    if (utf8_check(buf_str(&joined), NULL) != OK ||
        str_find(buf_str(&joined), (struct str){ "", 1 }) < joined.len) {
        note_set(note, "is not UTF-8 text");
        return ERR_CONFIG;
    }
    return properties_pair(buf_str(&joined), arena, ret_property, note);
}
