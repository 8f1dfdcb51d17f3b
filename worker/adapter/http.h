/* http.h - POST over HTTP and HTTPS, many at once, on the loop.
 *
 * Keeps connections alive, uses HTTP/2 where TLS offers it, follows no redirects (credentials
 * would go with them), reads no more than was allowed, and gives up at the call's deadline.
 * Proxies come from the environment by curl's rules, never for loopback addresses.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_HTTP_H
#define ADAPTER_HTTP_H

#include "common/buf.h"
#include "common/note.h"
#include "worker/adapter/loop.h"

struct http;

struct http_options {
    struct loop *loop;
    const char *ca_file;    /* NULL: the system's certificates; see pem_file_check() */
    const char *user_agent; /* borrowed until destroy, as ca_file is */
    size_t calls_max;       /* under way at once */
    size_t connections_max;
    int64_t connect_timeout_ms;
};

/* NULL when out of memory. */
struct http *http_create(const struct http_options *options);
void http_destroy(struct http *http); /* no call is under way; accepts NULL */

/* Where to and with which fixed headers ("Name: value", NULL-terminated list). ERR_CONFIG: no
 * http or https address, or one with a password in it. ERR_NOMEM. */
struct http_target;
MUST_USE enum err http_target_create(const char *url, const char *const *headers,
                                     struct http_target **ret_target, struct note *note);
struct http_target *http_target_ref(struct http_target *target);
void http_target_unref(struct http_target *target); /* accepts NULL */

struct http_call;
struct http_slot;

/* OK: there is a response, of any status. Else ERR_TIMEOUT, ERR_UNREACHABLE, ERR_BACKEND (it
 * broke off), ERR_ANSWER (too large), ERR_FULL, ERR_NOMEM or ERR_CANCELLED, with a note. */
typedef void http_done_fn(struct http_call *call, enum err err);

#define HTTP_TRACE_BYTES_MAX 64     /* a longer traceparent is not sent */
#define HTTP_HEADERS_BYTES_MAX 1024 /* of the response, as far as they are kept */

/* Embedded in its owner. */
struct http_call {
    const struct http_target *target; /* borrowed until on_done */
    struct str body;                  /* the same */
    struct str trace;                 /* traceparent, or empty; borrowed until http_post returns */
    int64_t deadline_ms;              /* monotonic */
    size_t response_bytes_max;
    http_done_fn *on_done;
    void *owner;

    int status;          /* result; 0: no response */
    struct buf response; /* result; taken back when on_done returns */
    struct buf headers;  /* result; see http_header() */
    struct note note;    /* result of an error */

    enum err err; /* http's, from here on */
    struct http *http;
    struct loop_task task;
    struct http_slot *slot;
};

void http_post(struct http *http, struct http_call *call);

/* on_done runs later with ERR_CANCELLED, unless it is on its way already. */
void http_cancel(struct http_call *call);

/* Retry-After, retry-after-ms and x-ratelimit-... of the response, by lower-case name. */
bool http_header(const struct http_call *call, const char *name, struct str *ret_value);

/* The version of the library that makes the connections, for `deskhand version`. */
const char *http_version(void);

#endif
