/* toll.h - what a model call took, in tokens and money: told to the metrics, to the budget, and to
 * the turn that led it, whose audit record says who pays.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TOLL_H
#define ENGINE_TOLL_H

#include "worker/engine/turn.h"

/* The flight's call has ended with `err`; its seats are still taken. */
void toll_take(struct engine *engine, struct flight *flight, enum err err);

#endif
