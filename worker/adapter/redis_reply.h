/* redis_reply.h - what a reply of Redis means for the call that it answers.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_REDIS_REPLY_H
#define ADAPTER_REDIS_REPLY_H

#include "worker/engine/store.h"

struct redisReply;

/* Takes one of the call's replies, which is no error, into its results. ERR_BACKEND: no server of
 * ours says that to this operation. ERR_NOMEM. */
MUST_USE enum err redis_reply_take(const struct redisReply *reply, struct store_call *call);

/* True if the error says that what stands there is of another type than all that we write: as a
 * value that cannot be read, it is none. */
bool redis_reply_is_miss(const struct redisReply *reply, enum store_op op);

#endif
