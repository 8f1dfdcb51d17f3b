/* batch_epochs.h - whether the partitions of a batch are still those that it was made for.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ENGINE_BATCH_EPOCHS_H
#define ENGINE_BATCH_EPOCHS_H

#include "worker/engine/sink.h"

enum batch_epochs {
    EPOCHS_HOLD, /* every one */
    EPOCHS_SOME,
    EPOCHS_GONE  /* none */
};

enum batch_epochs batch_epochs(const struct batch *batch);

/* What becomes of a batch that is not tried, or whose transaction was aborted. */
enum batch_result batch_epochs_result(const struct batch *batch);

#endif
