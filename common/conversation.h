/* conversation.h - who has a conversation: the records of a compacted topic.
 *
 * A record says that a person has the conversation of its key, a tombstone that it was given
 * back. It is written in the transaction of the hand-off or hand-back, and read whole by every
 * worker, so that what was decided survives any of them, and the store. The key alone tells:
 * a record of a newer version means the same. schemas/conversation.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_CONVERSATION_H
#define COMMON_CONVERSATION_H

#include "common/reply.h"

/* The key of tenant and conversation, opaque to others. ERR_NOMEM. */
MUST_USE enum err conversation_key(struct arena *arena, struct str tenant,
                                   struct str conversation_id, struct str *ret_key);

struct conversation {
    struct str key;
    struct str reason; /* of the hand-off */
    int version;       /* common/stored.h */
};

/* A person has it now. `ret_token` names this hand-off, never 0. */
MUST_USE enum err conversation_encode(struct arena *arena, const struct reply_to *to,
                                      const struct conversation *conversation,
                                      struct output *ret_output, uint64_t *ret_token);

/* It was given back: a tombstone. */
struct output conversation_end(struct str key);

/* The token of a record that was read; 0: it cannot be told. */
uint64_t conversation_token(struct str value);

#endif
