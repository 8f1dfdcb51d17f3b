/* conclude.h - turns what was found into the one outcome of a turn.
 *
 * Encodes the output records, writes memo, history and cache, leaves the lane and makes the
 * turn READY. Exactly one of these ends each turn.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_CONCLUDE_H
#define ENGINE_CONCLUDE_H

#include "worker/engine/turn.h"

/* From turn->work->said. ERR_ANSWER: what was said cannot be used, nothing has happened. */
MUST_USE enum err conclude_said(struct turn *turn, enum answer_source source);

/* `reason` is an error of class HANDOFF. */
void conclude_handoff(struct turn *turn, enum err why);

void conclude_dead_letter(struct turn *turn, enum err why);

void conclude_duplicate(struct turn *turn);

void conclude_nothing(struct turn *turn, struct str reason);

/* A message that nobody asked the worker to answer joins the history of its conversation. */
void conclude_heard(struct turn *turn);

/* The broker refuses this outcome for ever: a dead letter by reference takes its place. The
 * turn stays where it is. False: that was refused too, or cannot be made. */
bool conclude_refused(struct turn *turn, enum err why);

#endif
