/* waiver.h - a message that takes a wish back and says nothing else: "never mind the refund",
 * 不用退款了.
 *
 * Each word must be one of the wish, of what takes it back, or one that says nothing: what is left
 * may be another wish. To keep an order, which somebody may be about to cancel, is one.
 *
 * Texts are plain (plain.h). Pure: no I/O, no clock. */
#ifndef ANSWER_WAIVER_H
#define ANSWER_WAIVER_H

#include "worker/answer/concept.h"

#define WAIVER_BYTES_MAX 120

/* `concepts` are those of the text. */
bool waiver_is(struct str text, const struct concepts *concepts);

#endif
