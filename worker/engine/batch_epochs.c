/* batch_epochs.c - see batch_epochs.h. */
#include "worker/engine/batch_epochs.h"

enum batch_epochs batch_epochs(const struct batch *batch)
{
    size_t held = 0;
    for (size_t i = 0; i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        held += epoch_now(progress->epoch) == progress->epoch_expected;
    }
    if (held == batch->progress_count) {
        return EPOCHS_HOLD;
    }
    return held > 0 ? EPOCHS_SOME : EPOCHS_GONE;
}

enum batch_result batch_epochs_result(const struct batch *batch)
{
    return batch_epochs(batch) == EPOCHS_GONE ? BATCH_LOST : BATCH_ABORTED;
}
