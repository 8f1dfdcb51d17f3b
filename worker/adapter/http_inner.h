/* http_inner.h - what the files of the HTTP client share.
 *
 *     http.c          calls: post, deadline, cancel, completion
 *     http_target.c   addresses and fixed headers
 *     http_wait.c     curl's sockets and timers on the loop
 *     http_result.c   what curl's results mean, and the headers that are kept
 *
 * Thread: the loop's. */
#ifndef ADAPTER_HTTP_INNER_H
#define ADAPTER_HTTP_INNER_H

#include <curl/curl.h>

#include "common/list.h"
#include "worker/adapter/http.h"

struct http_target {
    char *url;
    struct curl_slist *headers;
    bool is_loopback; /* no proxy */
    unsigned refs;
    bool is_secure;   /* https: the handshake tells whether a connection can be shared, so it
                         is waited for. Without one only the first response would tell. */
};

struct http_wait {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer;
    struct loop_task ended; /* something has, and is told then */
    struct list sockets;    /* struct http_socket */
    void (*on_progress)(struct http_wait *wait);
};

struct http {
    struct http_options options;
    CURLM *multi;
    struct http_wait wait;
    struct list idle; /* struct http_slot: handles for reuse */
    size_t running;
};

/* What a call needs only while curl works on it. */
struct http_slot {
    struct list_node node;
    struct http *http;
    struct http_call *call;
    CURL *easy;
    struct loop_timer *deadline;
    enum err refused; /* why we stopped reading: ERR_FULL, ERR_NOMEM */
    struct curl_slist trace;
    char trace_text[sizeof("traceparent: ") + HTTP_TRACE_BYTES_MAX];
    char why[CURL_ERROR_SIZE];
};

/* ERR_NOMEM; half of it may be there: call http_wait_fini() in any case. */
MUST_USE enum err http_wait_init(struct http_wait *wait, struct loop *loop, CURLM *multi);
void http_wait_fini(struct http_wait *wait); /* after curl has let go of its sockets */

/* Has curl work on what was added now, rather than in the next turn of the loop, when all that has
 * come meanwhile was seen to. What ends by that is told in the next turn. */
void http_wait_start(struct http_wait *wait);

/* What became of the transfer of `slot`, into its call. */
enum err http_result(struct http_slot *slot, CURLcode code);

/* curl's callbacks that take the response in; `slot` is the last argument. */
size_t http_on_body(char *bytes, size_t one, size_t len, void *slot);
size_t http_on_header(char *bytes, size_t one, size_t len, void *slot);

void http_free_text(char **text); /* for CLEANUP */

#endif
