/* custody.h - the conversations that a person has.
 *
 * Once a conversation was handed off, nobody but the person answers it until it is given back.
 * What all workers know of that is a compacted topic (common/conversation.h), written in the
 * transaction of the hand-off itself. This is the topic's content in memory, by the key of its
 * records, and besides it the hand-offs of this worker which are not in the topic yet: those
 * hold from the moment on in which they are decided, whatever older news the topic still brings.
 *
 * When it is full the conversation that was handed off longest ago is forgotten, and counted.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_CUSTODY_H
#define ENGINE_CUSTODY_H

#include "common/str.h"

/* Longer keys are nobody's conversation. */
#define CUSTODY_KEY_BYTES_MAX 4096

struct custody;

/* At most `conversations_max`. NULL when out of memory. */
struct custody *custody_create(size_t conversations_max, const uint64_t seed[2]);
void custody_destroy(struct custody *custody); /* accepts NULL */

bool custody_has(const struct custody *custody, struct str key);
size_t custody_count(const struct custody *custody);
size_t custody_forgotten(const struct custody *custody); /* for lack of room, so far */

/* This worker hands it off; `token` (not 0) names the hand-off. ERR_FULL: it has only hand-offs
 * that are not in the topic yet. ERR_NOMEM. */
MUST_USE enum err custody_take(struct custody *custody, struct str key, uint64_t token);

/* That hand-off will not be published. */
void custody_cancel(struct custody *custody, struct str key, uint64_t token);

/* The topic says that a person has it, since the hand-off `token` (0: whichever). ERR_FULL,
 * ERR_NOMEM. */
MUST_USE enum err custody_learn(struct custody *custody, struct str key, uint64_t token);

/* The topic says that it was given back. */
void custody_return(struct custody *custody, struct str key);

#endif
