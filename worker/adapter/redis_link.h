/* redis_link.h - one connection to Redis on our loop: commands out, replies in, in order.
 *
 * Uses hiredis for the protocol and TLS. Not its asynchronous half, which aborts the process
 * when a server sends a reply that nobody asked for.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_REDIS_LINK_H
#define ADAPTER_REDIS_LINK_H

#include <sys/socket.h>

#include "common/note.h"
#include "common/str.h"
#include "worker/adapter/loop.h"
#include "worker/adapter/redis_tls.h"

#define REDIS_REPLY_BYTES_MAX ((size_t)16 << 20) /* of one, with all its elements */
#define REDIS_REPLY_ELEMENTS_MAX 65536
#define REDIS_ARGUMENTS_MAX 1024

struct redisReply;
struct redis_link;

/* The calls come on the loop, never from inside a function of this header. */
struct redis_link_events {
    void (*on_open)(void *owner);                                 /* may send now */
    void (*on_reply)(void *owner, const struct redisReply *reply); /* borrowed until return */
    /* The last call; the link is gone with it. */
    void (*on_close)(void *owner, const struct note *why);
};

/* The address is borrowed until open returns, the rest until the link is gone. */
struct redis_link_options {
    struct loop *loop;
    const struct sockaddr *address;
    struct redis_tls *tls; /* NULL: none */
    const struct redis_link_events *events;
    void *owner;
};

/* NULL and a note: the connection could not even be begun. */
struct redis_link *redis_link_open(const struct redis_link_options *options, struct note *note);

/* Queues one command. ERR_NOMEM: the link is not usable any more and is to be closed. */
MUST_USE enum err redis_link_send(struct redis_link *link, const struct str *arguments,
                                  size_t count);

/* No event comes any more. Accepts NULL. */
void redis_link_close(struct redis_link *link);

#endif
