/* screen_beyond.h - what a reply says of all, of the best, or of what is still to come: "fits all
 * sizes", "our cheapest", "we'll notify you when it is back".
 *
 * Each word of it is a usual one and there is no value in it, so that nothing else finds it. It
 * needs a fact that says so, too.
 *
 * Sentences are plain (plain.h). Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_BEYOND_H
#define ANSWER_SCREEN_BEYOND_H

#include "worker/answer/screen_facts.h"
#include "worker/answer/screen_pair.h"

/* FLAW_PROMISE: it says such a thing, and no fact does. `pairs` are the sentence's. */
enum flaw screen_beyond_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                             struct str sentence);

#endif
