/* rig_model.h - the model backends of a rig, made from the settings; part of rig.h.
 *
 * Thread: the loop's. */
#ifndef COMMAND_RIG_MODEL_H
#define COMMAND_RIG_MODEL_H

#include "worker/answer/completion.h"
#include "worker/command/rig.h"

/* The backends in the order of their settings, and behind them the builtin one where a fallback
 * wants it. `is_embedded`: only the builtin one. On failure rig_close_models() is still due.
 * ERR_CONFIG, ERR_NOMEM, ERR_OS. */
MUST_USE enum err rig_open_models(struct rig *rig, bool is_embedded, struct note *note);
void rig_close_models(struct rig *rig); /* accepts a zeroed rig */

/* How replies are asked for over the openai interface. */
enum completion_json rig_model_json(const struct rig *rig);

/* For the engine, without gates. */
struct chain rig_chain(const struct rig *rig);

#endif
