/* conclude.h - turns what was found into the one outcome of a turn.
 *
 * Encodes the output records, writes memo, history and cache, leaves the lane and makes the
 * turn READY. Exactly one of these ends each turn.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_CONCLUDE_H
#define ENGINE_CONCLUDE_H

#include "common/audit.h"
#include "common/reply.h"
#include "worker/engine/turn.h"

/* For encoders of this turn's outputs. */
struct reply_to conclude_to(const struct turn *turn);

/* One more record of the outcome, unless its topic is switched off. */
void conclude_add(struct turn *turn, const struct output *output);

/* From turn->work->said. ERR_ANSWER: what was said cannot be used. Whenever it fails, nothing has
 * been written and the turn is where it was. */
MUST_USE enum err conclude_said(struct turn *turn, enum answer_source source);

/* `why` is an error of class HANDOFF. From then on a person has the conversation (handover.h). */
void conclude_handoff(struct turn *turn, enum err why);

/* A person gives the conversation back; what the note says joins its history. */
void conclude_handback(struct turn *turn);

void conclude_dead_letter(struct turn *turn, enum err why);

/* With a record that was made elsewhere, or none (NULL), and what the audit says of it; the event
 * is remembered. ERR_NOMEM: nothing has happened. */
MUST_USE enum err conclude_made(struct turn *turn, const struct output *output,
                                const struct audit *audit);

void conclude_duplicate(struct turn *turn);

void conclude_nothing(struct turn *turn, struct str reason);

/* A message that nobody asked the worker to answer joins the history of its conversation. */
void conclude_heard(struct turn *turn);

/* The broker refuses this outcome for ever: a dead letter by reference takes its place. The
 * turn stays where it is. False: that was refused too, or cannot be made. */
bool conclude_refused(struct turn *turn, enum err why);

/* Stores what turn->work->said holds under the key of the event of a turn that was dropped: the
 * next owner finds what was paid for. ERR_NOMEM. */
MUST_USE enum err conclude_keep(struct turn *turn);

#endif
