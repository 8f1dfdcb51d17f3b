/* screen_described.h - whether words stand in what the product's description says, word for word.
 *
 * "A novel by Liu Cixin" tells of the author, whatever the sentence around it tells of.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_DESCRIBED_H
#define ANSWER_SCREEN_DESCRIBED_H

#include "worker/answer/screen_facts.h"

/* True if `words` stand in the plain `text` in a whole sentence of the description, or in a clause
 * of one that says more than they do, which is a clause there, too. What is between byte `begin`,
 * the end of the value before them, and that must tell of nothing. */
bool screen_is_described(const struct screen_facts *facts, struct str text,
                         const struct screen_value *words, size_t begin);

#endif
