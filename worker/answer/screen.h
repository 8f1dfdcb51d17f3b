/* screen.h - whether a reply says only what the facts of its brief say.
 *
 * Sentence by sentence, over the plain form of text (plain.h):
 *
 *  1. Words of facts (names, numbers of orders, carriers, values of attributes) are found first,
 *     the longest first; nothing in them is read again.
 *  2. What is left is read for values (screen_read.h): money, dates, also relative ones, periods,
 *     measures, numbers in digits and words, identifiers.
 *  3. Each value must be a fact's: same kind, same amount and unit, same end of a range; of the
 *     order and the product that the reply speaks of; and told of the same topic
 *     (screen_topic.def): what stands between a value and the one before it must be what the fact
 *     is about, so that swapped attributes do not pass. A passage's values have their sentence's,
 *     and are told of the thing that it names (screen_subject.h).
 *     Words that stand in a sentence of the description as it is are told of what it tells
 *     (screen_described.h).
 *  4. States of orders and of the stock are compared with the facts, negation included: of the
 *     order whose number or thing stands before (screen_order.h), of each where "both" are told of.
 *  5. A promise (money back, free, exchange, discount, ...) or its denial needs a sentence of a
 *     passage that says so with the same negation and goes as far (screen_extent.h). What is told
 *     as done, or as what the writer will do, is no passage's (screen_deed.h).
 *  6. In a sentence that claims any of these, each word must be a fact's or one of the words that
 *     state nothing by themselves (screen_word.def): so a product of another name is found. The
 *     same holds of one that tells of the product in words ("it is very quiet"). In every
 *     sentence a name in capitals must be known.
 *  7. "Next week" and its like need an order's day in it, or a page (screen_vague.h).
 *
 * Copy, and what recommends a product, is all claims: there each word of each sentence must be
 * known, besides those that praise and state nothing that could be held against the goods
 * (screen_praise.def).
 *
 * When in doubt it refuses: the price is another call, or the builtin wording.
 *
 * Pure: no I/O; the day is an argument. */
#ifndef ANSWER_SCREEN_H
#define ANSWER_SCREEN_H

#include "common/arena.h"
#include "worker/answer/brief.h"

struct screen_verdict {
    enum flaw flaw;    /* what the reply gets wrong first; FLAW_NONE: nothing */
    bool leans_on_day; /* it tells of days or periods: another day may find otherwise of it. If not,
                          no day does. Where there is a flaw this is not known. */
};

/* As screen_reply(), and whether that holds for every day. */
MUST_USE enum err screen_judge(struct arena *arena, const struct brief *brief, struct str text,
                               int64_t now_wall_ms, struct screen_verdict *ret_verdict);

/* What the reply gets wrong first; FLAW_NONE: nothing. `now_wall_ms` tells what "tomorrow" is, in
 * UTC. `arena` is used for a while. ERR_NOMEM: nothing is known, `*ret_flaw` is untouched. */
MUST_USE enum err screen_reply(struct arena *arena, const struct brief *brief, struct str text,
                               int64_t now_wall_ms, enum flaw *ret_flaw);

#endif
