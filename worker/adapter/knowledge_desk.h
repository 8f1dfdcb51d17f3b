/* knowledge_desk.h - the knowledge port: pages from folders and a topic, searched on a thread of
 * their own.
 *
 * A question of common words looks at every passage, which takes longer than the loop may wait.
 * Calls wait here, in order, and go over to the thread many at a time; there are never more
 * of them than turns. Reading the pages again goes on beside that; answers are made from the old
 * ones until the new ones are whole. With an embedder, what passages mean is worked out after that
 * (knowledge_sense.h).
 *
 * Thread: the loop's. */
#ifndef ADAPTER_KNOWLEDGE_DESK_H
#define ADAPTER_KNOWLEDGE_DESK_H

#include "worker/adapter/embedder.h"
#include "worker/adapter/knowledge_pages.h"
#include "worker/adapter/loop.h"
#include "worker/engine/knowledge.h"

struct knowledge_desk;

struct knowledge_desk_options {
    struct loop *loop;
    struct library_options library; /* its strings are borrowed as long as the desk is there */
    struct metrics *metrics;        /* only with an embedder */
    struct embedder *embedder;      /* borrowed likewise; NULL: words alone decide */
    int64_t meaning_wait_ms;        /* how long a question waits for it */
    uint64_t seed[2];
};

/* Reads the folders, so before the loop runs. ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err knowledge_desk_create(const struct knowledge_desk_options *options,
                                        struct knowledge_desk **ret_desk, struct note *note);

/* All calls have ended. Waits for a reading that is under way: runs the loop, whose tick must be
 * off. Accepts NULL. */
void knowledge_desk_destroy(struct knowledge_desk *desk);

struct knowledge *knowledge_desk_port(struct knowledge_desk *desk);

/* Reads the folders again; while one reading is under way, after it. When they cannot be read the
 * log says so and the pages stay. */
void knowledge_desk_reload(struct knowledge_desk *desk);

/* Takes a page of the topic, or takes one back. ERR_FULL: there is no room for it, what was there
 * stays; ERR_NOMEM. */
MUST_USE enum err knowledge_desk_put(struct knowledge_desk *desk, struct str key, struct str tenant,
                                     const struct page *page);

/* The topic was read whole. `on_current` runs once, when questions are answered from it, perhaps at
 * once; while the folders beside it cannot be read it waits. What changes from now on is read soon
 * after. */
void knowledge_desk_begin(struct knowledge_desk *desk, void (*on_current)(void *owner),
                          void *owner);

#endif
