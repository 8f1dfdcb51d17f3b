/* redis_tls.h - TLS to Redis: always with the server's certificate and its name checked.
 *
 * hiredis can do TLS by itself, but then cannot tell why a certificate was refused; so we make
 * the session and hand it over.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_REDIS_TLS_H
#define ADAPTER_REDIS_TLS_H

#include "common/note.h"
#include "common/str.h"

struct ssl_st; /* OpenSSL's session */
struct redis_tls;

struct redis_tls_files {
    const char *ca;   /* NULL or empty: the system's certificates */
    const char *cert; /* NULL or empty: none is shown */
    const char *key;
};

/* `host` is a name or an address: what the certificate must be for. ERR_CONFIG: a file cannot
 * be used; ERR_NOMEM. */
MUST_USE enum err redis_tls_create(const struct redis_tls_files *files, const char *host,
                                   struct redis_tls **ret_tls, struct note *note);
void redis_tls_destroy(struct redis_tls *tls); /* accepts NULL */

/* A session for one connection; NULL when out of memory. Whoever gets it frees it. */
struct ssl_st *redis_tls_session(struct redis_tls *tls);
void redis_tls_session_free(struct ssl_st *session); /* accepts NULL */

/* Before each step of a session: errors that others left behind are not the session's. */
void redis_tls_begin_step(void);

/* What the session's last step stopped for. */
bool redis_tls_wants_read(const struct ssl_st *session);
bool redis_tls_wants_write(const struct ssl_st *session);

/* Why it failed ("the certificate is refused: hostname mismatch"); empty if TLS does not know.
 * The text is static or in `out`. */
const char *redis_tls_why(const struct ssl_st *session, char out[NOTE_TEXT_BYTES]);

#endif
