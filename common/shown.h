/* shown.h - a stranger's text, as a terminal or a log may show it.
 *
 * Terminals obey control characters, and some characters turn the reading direction over, so that
 * a line says something else than it holds (Unicode TR 36). What is one of those is decided here,
 * for notes, logs and whatever commands print. An answer to a customer has its own, narrower set
 * (compose.c): there the marks U+200E and U+200F are ordinary.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_SHOWN_H
#define COMMON_SHOWN_H

#include "common/str.h"

/* True for C0, DEL and C1, the separators U+2028 and U+2029, Unicode's Bidi_Control, UTF8_BAD. */
bool shown_steers(uint32_t character);

/* What to show for the character at byte `*at`, which moves behind it: the character, " / " for
 * a line feed, "?" for what else steers. `*at` must be below text.len; what is returned lives as
 * long as the text. */
struct str shown_next(struct str text, size_t *at);

#endif
