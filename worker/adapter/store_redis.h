/* store_redis.h - a store in Redis over TCP, TLS or a Unix socket.
 *
 * Never blocks and never makes anyone wait longer than the time-out: without a connection
 * calls fail at once, and the connection comes back by itself. Says once in the log that the
 * store is away, and once that it is back. TLS always checks the server's name. Counts
 * METRIC_STORE_*.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_STORE_REDIS_H
#define ADAPTER_STORE_REDIS_H

#include "common/log.h"
#include "common/metric.h"
#include "common/note.h"
#include "worker/adapter/loop.h"
#include "worker/engine/store.h"

#define STORE_REDIS_BYTES_MAX ((size_t)16 << 20) /* of calls whose replies are to come */

/* Borrowed until the store is destroyed, the strings until create returns. */
struct store_redis_options {
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct str url; /* redis://[user@]host[:port][/db], rediss://..., unix:///path[?db=n] */
    struct str user;     /* overrides the address's; empty: the default user */
    struct str password; /* empty: none is sent */
    const char *ca_file; /* NULL or empty: the system's certificates */
    const char *cert_file;
    const char *key_file;
    struct str client_name; /* shown in CLIENT LIST; empty: none */
    int64_t timeout_ms;     /* of one call */
    size_t calls_max;       /* under way at once; more fail with ERR_FULL, as do those that are
                               more than STORE_REDIS_BYTES_MAX together */
    uint64_t seed;          /* random: spreads the attempts of many workers to connect */
};

/* ERR_CONFIG: the address or a certificate cannot be used. ERR_NOMEM. Connects later, on the
 * loop; whether it can is not an error here. */
MUST_USE enum err store_redis_create(const struct store_redis_options *options,
                                     struct store **ret_store, struct note *note);
void store_redis_destroy(struct store *store); /* no call is under way; accepts NULL */

/* The password from the next connection on. ERR_NOMEM: it is still the last one. */
MUST_USE enum err store_redis_rekey(struct store *store, struct str password);

/* Why calls fail now, for /readyz and logs; empty when the store is up. */
struct str store_redis_trouble(const struct store *store);

#endif
