/* redis_session.h - keeps one connection to Redis: finds it, opens it, introduces itself, and
 * does so again after a while when it is lost.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_REDIS_SESSION_H
#define ADAPTER_REDIS_SESSION_H

#include "worker/adapter/redis_link.h"
#include "worker/adapter/redis_url.h"

#define REDIS_OPEN_MS_MAX 2000 /* from the first packet to the last reply of the introduction */
#define REDIS_PAUSE_MS 100     /* between attempts; doubles from there, with jitter */
#define REDIS_PAUSE_MS_MAX 5000

struct redis_session;

/* On the loop, never from inside a function of this header. */
struct redis_session_events {
    void (*on_up)(void *owner);
    /* An attempt failed, or the connection is lost, with all replies that were to come. */
    void (*on_down)(void *owner, const struct note *why);
    void (*on_reply)(void *owner, const struct redisReply *reply);
};

/* Borrowed until create returns, `loop` and `events` until destroy. */
struct redis_session_options {
    struct loop *loop;
    const struct redis_session_events *events;
    void *owner;
    const struct redis_url *url;
    struct str user; /* empty: the default user */
    struct str password;
    struct str client_name;
    struct redis_tls_files files;
    uint64_t seed;
};

/* ERR_CONFIG: a TLS file cannot be used; ERR_NOMEM. Connects later, on the loop. */
MUST_USE enum err redis_session_create(const struct redis_session_options *options,
                                       struct redis_session **ret_session, struct note *note);
void redis_session_destroy(struct redis_session *session); /* accepts NULL */

/* The password from the next connection on. ERR_NOMEM: it is still the last one. */
MUST_USE enum err redis_session_rekey(struct redis_session *session, struct str password);

bool redis_session_is_up(const struct redis_session *session);

/* Only while it is up. False: out of memory; the connection is given up, on_down follows. */
bool redis_session_send(struct redis_session *session, const struct str *arguments, size_t count);

/* The owner has given the connection up, for that reason; on_down follows. */
void redis_session_drop(struct redis_session *session, const char *why);

#endif
