/* offer_said.h - reads the sentences that a model wrote for recommended products.
 *
 * {"sentences":[{"sku","sentence"}]}, also out of a code fence or between other words. Which
 * products are offered, and in which order, is not the model's to say.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_OFFER_SAID_H
#define ANSWER_OFFER_SAID_H

#include "common/arena.h"
#include "worker/answer/offer.h"

#define OFFER_SAID_BYTES_MAX ((size_t)128 << 10)

/* Gives each offer its sentence, without white space at its ends. What is said of a product that
 * was not offered, or said again, is dropped; so is what is not one sentence, or empty, or longer
 * than OFFER_SENTENCE_CHARS_MAX, or not plain text. ERR_ANSWER: it is not such an object;
 * ERR_NOMEM: the offers are as they were. Sentences are the arena's. */
MUST_USE enum err offer_said_read(struct arena *arena, struct str said, struct offer *offers,
                                  size_t count);

#endif
