/* recommend_words.h - a model's words for what is recommended, where recommend.words asks for them.
 *
 * The ranking never waits for a model, only its words do: whatever becomes of the call, the
 * recommendation is published, with our own words in the place of those that are not there or
 * cannot be said.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RECOMMEND_WORDS_H
#define ENGINE_RECOMMEND_WORDS_H

#include "worker/engine/turn.h"

/* Whether a model is to be asked about the turn's offers; turn->backend is the one. Not one whose
 * gate is shut, but for a probe that is due. */
bool recommend_wants_words(struct turn *turn);

/* True for a recommendation request that has offers: our own words can always be said. */
bool recommend_has_words(const struct turn *turn);

/* Reads the words that the turn has got into its offers. ERR_ANSWER: they are no such object. */
MUST_USE enum err recommend_read_words(struct turn *turn);

/* Adds the recommendation in the words that the turn has got, as far as they may be said.
 * ERR_ANSWER: they cannot be read, or nothing is to be recommended any more. ERR_NOMEM. */
MUST_USE enum err recommend_worded(struct turn *turn, enum answer_source source);

/* Ends the turn with our own words, because a model gave none. ERR_NOMEM. */
MUST_USE enum err recommend_own_words(struct turn *turn);

#endif
