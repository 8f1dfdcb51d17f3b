/* screen_extent.h - how far a promise goes: "even if used", "at any time", 随时可以退.
 *
 * A page that promises a thing promises it within limits. A reply that widens them, or lets the
 * other side pay, promises something else.
 *
 * Sentences are plain (plain.h). Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_EXTENT_H
#define ANSWER_SCREEN_EXTENT_H

#include "worker/answer/plain.h"

/* True if `sentence` goes further than `page` does, one of the shop's that promises the same. */
bool screen_extent_is_wider(struct str sentence, struct str page);

#endif
