/* toll.h - what a model call took, in tokens and money: told to the metrics, to the budget, and to
 * the turn that led it, whose audit record says who pays.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TOLL_H
#define ENGINE_TOLL_H

#include "worker/engine/turn.h"

/* The flight's call has ended with `err`; its seats are still taken. */
void toll_take(struct engine *engine, struct flight *flight, enum err err);

/* A call that was let in is not made: what was set aside for it is free again. */
void toll_give_back(struct engine *engine, const struct flight *flight);

#endif
