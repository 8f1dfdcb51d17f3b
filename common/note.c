/* note.c - see note.h. */
#include "common/note.h"

#include <stdarg.h>
#include <string.h>

#include "common/shown.h"
#include "common/utf8.h"

/* A cut inside a UTF-8 sequence would make a log line or a header invalid. */
static void note_trim(char *text, size_t size, int wanted)
{
    if (wanted < 0) {
        text[0] = '\0';
        return;
    }
    if ((size_t)wanted < size) {
        return;
    }
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0u) == 0x80u) {
        end--;
    }
    if (end > 0 && (unsigned char)text[end - 1] >= 0xC0u) {
        end--;
    }
    text[end] = '\0';
}

/* A stranger's bytes may be quoted in it: a space for white space, '?' for what is no character
 * or would steer a terminal. */
static void note_clean(char *text)
{
    struct str whole = str_from(text);
    for (size_t at = 0; at < whole.len;) {
        size_t from = at;
        uint32_t c = utf8_next(whole, &at);
        bool is_space = c == '\t' || c == '\n' || c == '\r';
        if (shown_steers(c)) {
            memset(text + from, is_space ? ' ' : '?', at - from);
        }
    }
}

static void PRINTF_LIKE(3, 0)
    note_format(char *text, size_t size, const char *format, va_list args)
{
    note_trim(text, size, vsnprintf(text, size, format, args));
}

void note_set(struct note *note, const char *format, ...)
{
    if (!note) {
        return;
    }
    va_list args;
    va_start(args, format);
    note_format(note->text, sizeof(note->text), format, args);
    note_clean(note->text);
    va_end(args);
}

void note_at(struct note *note, const char *format, ...)
{
    if (!note) {
        return;
    }
    va_list args;
    va_start(args, format);
    note_format(note->pointer, sizeof(note->pointer), format, args);
    va_end(args);
}
