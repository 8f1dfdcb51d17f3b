/* screen_vague.h - times that are told without a day: "next week", 月底.
 *
 * Sentences are plain (plain.h). Pure: no I/O; the day is among the facts. */
#ifndef ANSWER_SCREEN_VAGUE_H
#define ANSWER_SCREEN_VAGUE_H

#include "worker/answer/screen_facts.h"
#include "worker/answer/screen_pair.h"

/* FLAW_DATE: such a time is told, no day of the order that is spoken of (or of any, SCREEN_ANY) is
 * in it, and no page has it. `*ret_leans` is set when one is told: it is another one tomorrow. */
enum flaw screen_vague_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                            struct str sentence, int order, bool *ret_leans);

#endif
