/* json_plain.h - text that stands in JSON as it is.
 *
 * Almost every string of an event and of an answer has no character that JSON escapes, so the
 * reader and the writer ask for that first, eight bytes at a time.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_PLAIN_H
#define COMMON_JSON_PLAIN_H

#include "common/str.h"

/* Where the first byte from `at` on stands that a JSON string does not hold as it is: a quote, a
 * backslash or a control character; text.len: there is none. Bytes from 0x80 on are not looked at.
 * `at` is at most text.len. */
size_t json_plain_end(struct str text, size_t at);

/* True if the whole text is ASCII that a JSON string holds as it is; looks at all of it at once. */
bool json_plain_is_ascii(struct str text);

#endif
