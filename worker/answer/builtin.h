/* builtin.h - answers without any model server: facts filled into sentences, in Chinese and
 * English (English for every other language).
 *
 * The embedded default and the last step of the fallback chain. Says only what the facts say;
 * asks back when a fact is missing.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_H
#define ANSWER_BUILTIN_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* A reply's text, or for a copy request the JSON object that copy_said_read() reads.
 * ERR_NO_FACTS (class HANDOFF): only a person can answer this. */
MUST_USE enum err builtin_answer(struct arena *arena, const struct brief *brief,
                                 struct str *ret_text);

/* The language of its words where `wanted` is asked for: "zh", else "en". */
struct str builtin_language(struct str wanted);

#endif
