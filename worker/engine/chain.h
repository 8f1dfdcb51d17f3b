/* chain.h - the model backends that may answer, in the order in which they are asked.
 *
 * Each has a gate of its own. The first that takes this kind of request is the one whose answers
 * are wanted; the others stand in for it.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_CHAIN_H
#define ENGINE_CHAIN_H

#include "common/metric.h"
#include "worker/engine/gate.h"
#include "worker/engine/model.h"

#define CHAIN_MAX 5 /* four by settings, and the builtin one behind them */

struct backend {
    struct model *model;
    enum metric_model metric;
    size_t inflight_max;
    size_t inflight_start;
    int64_t timeout_ms;
    unsigned kinds; /* bits of enum ask_kind that it takes */
    bool is_free;   /* no budget is asked for its calls, nor charged */
    struct gate gate;   /* the chain's */
    enum err shown_why; /* of the metrics: why it is shut; OK: it is not */
};

struct chain {
    struct backend backends[CHAIN_MAX];
    size_t count;
};

/* Makes the gates. The backends' other fields are filled. */
void chain_init(struct chain *chain);

/* Place of the first backend at or behind `from` that takes this kind; chain->count: none. */
size_t chain_find(const struct chain *chain, size_t from, enum ask_kind kind);

/* Place of the first of those whose gate wants one more. When none does: `current` if that is one
 * of them, else the first. chain->count: none takes this kind. */
size_t chain_choose(const struct chain *chain, size_t from, size_t current, enum ask_kind kind,
                    int64_t now_ms);

size_t chain_running(const struct chain *chain);
size_t chain_waiting(const struct chain *chain);

/* Calls that the gates allow at once now, of those that are open. */
size_t chain_limit(const struct chain *chain);

/* Records that are of use in memory while the gates allow so many calls. */
size_t chain_backlog_max(const struct chain *chain);

/* Percent of the calls that the worker may make which are made or wait: metric.def. */
int64_t chain_saturation(const struct chain *chain);

/* Sets the gauges of all gates. */
void chain_show(struct chain *chain, struct metrics *metrics);

/* The earliest gate_next_ms() while anyone waits. */
int64_t chain_next_ms(const struct chain *chain, int64_t now_ms);

#endif
