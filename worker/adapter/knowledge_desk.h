/* knowledge_desk.h - the knowledge port: pages from folders, searched on a thread of their own.
 *
 * A question of common words looks at every passage, which takes longer than the loop may wait.
 * Calls wait here, in order, and go over to the thread many at a time; there are never more
 * of them than turns. Reading the
 * folders again goes on beside that; answers are made from the old pages until the new ones
 * are whole.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_KNOWLEDGE_DESK_H
#define ADAPTER_KNOWLEDGE_DESK_H

#include "worker/adapter/knowledge_library.h"
#include "worker/adapter/loop.h"
#include "worker/engine/knowledge.h"

struct knowledge_desk;

struct knowledge_desk_options {
    struct loop *loop;
    struct library_options library; /* its strings are borrowed as long as the desk is there */
};

/* Reads the folders, so before the loop runs. ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err knowledge_desk_create(const struct knowledge_desk_options *options,
                                        struct knowledge_desk **ret_desk, struct note *note);

/* All calls have ended. Waits for a reading that is under way: runs the loop, whose tick must be
 * off. Accepts NULL. */
void knowledge_desk_destroy(struct knowledge_desk *desk);

struct knowledge *knowledge_desk_port(struct knowledge_desk *desk);

/* Reads the folders again. When they cannot be read, or one reading is under way, the log says
 * so and the pages stay. */
void knowledge_desk_reload(struct knowledge_desk *desk);

#endif
