/* note.h - where an error tells people its details.
 *
 * The caller owns the space, so nothing is allocated on a path that fails. `pointer` is an
 * RFC 6901 JSON pointer into the input, or empty.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_NOTE_H
#define COMMON_NOTE_H

#include "common/base.h"

#define NOTE_TEXT_BYTES 160
#define NOTE_POINTER_BYTES 96

struct note {
    char text[NOTE_TEXT_BYTES];
    char pointer[NOTE_POINTER_BYTES];
};

/* Writes the text, cut to fit at a character's boundary; leaves the pointer. Bytes that are not
 * UTF-8 and control characters are '?', white space is a space. `note` may be NULL. */
void note_set(struct note *note, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes the pointer, cut to fit and otherwise as it is: programs follow it. `note` may be NULL. */
void note_at(struct note *note, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
