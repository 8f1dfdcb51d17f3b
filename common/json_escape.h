/* json_escape.h - the escapes of JSON's strings undone; part of json.h.
 *
 * RFC 8259, section 7: two-character escapes, and six-character ones, of which two make a character
 * outside the Basic Multilingual Plane. Stricter than that, as json_read() is: half of such a pair
 * and NUL are refused.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_ESCAPE_H
#define COMMON_JSON_ESCAPE_H

#include "common/str.h"

/* Where the string that goes on at `at`, behind its opening quote, has its closing quote.
 * bytes.len: it has none, or holds a control character. */
size_t json_escape_end(struct str bytes, size_t at);

/* Writes what `escaped` means, all between the quotes, which is valid UTF-8. `out` has room for
 * escaped.len bytes; there are no more. False: an escape that does not exist, half of a pair, or
 * NUL. */
MUST_USE bool json_unescape(struct str escaped, char *out, size_t *ret_len);

#endif
