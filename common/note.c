/* note.c - see note.h. */
#include "common/note.h"

#include <stdarg.h>
#include <string.h>

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
