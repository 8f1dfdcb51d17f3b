/* taped.h - the engine of the live worker between a tape of records and whoever looks at what comes
 * out: what `replay` and `evaluate reply` put to work. Nothing is published.
 *
 * Thread: the loop's. */
#ifndef COMMAND_TAPED_H
#define COMMAND_TAPED_H

#include "worker/adapter/sink_lines.h"
#include "worker/adapter/source_tape.h"
#include "worker/command/rig.h"

struct taped {
    struct source *source;
    struct sink *sink;
    struct engine *engine;
};

struct taped_options {
    struct rig *rig; /* borrowed until taped_close() */
    const struct record *(*next)(void *owner); /* as of source_tape.h */
    sink_outcome_fn *on_outcome;
    struct engine_events events; /* with the owner of all three */
    struct recommender *recommender; /* NULL: no recommendations */
    bool ignores_age;   /* old events are answered like new ones */
    bool keeps_work;    /* on_settled reads turn->work */
    bool keeps_custody; /* what a person has got is not answered, though nobody writes it down */
};

/* ERR_NOMEM; taped_close() is to be called all the same. */
MUST_USE enum err taped_open(struct taped *taped, const struct taped_options *options);
void taped_close(struct taped *taped); /* accepts a zeroed one */

#endif
