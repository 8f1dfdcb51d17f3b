/* redis_uv.h - lets hiredis wait on our loop.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_REDIS_UV_H
#define ADAPTER_REDIS_UV_H

#include "worker/adapter/loop.h"

struct redisAsyncContext;

/* Call once, right after the connection was started and before anything is sent. What it
 * takes is given back when hiredis frees the context. ERR_NOMEM: nothing was attached. */
MUST_USE enum err redis_uv_attach(struct redisAsyncContext *context, struct loop *loop);

#endif
