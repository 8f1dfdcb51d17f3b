/* probe_http.h - just enough of HTTP/1.1 for probes: reads a request's head, writes a response.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ADAPTER_PROBE_HTTP_H
#define ADAPTER_PROBE_HTTP_H

#include "common/buf.h"

#define PROBE_HEAD_BYTES_MAX 4096

enum probe_verdict {
    PROBE_INCOMPLETE, /* more bytes are needed */
    PROBE_GOOD,
    PROBE_BAD,      /* 400 */
    PROBE_TOO_LARGE /* 431 */
};

struct probe_request {
    bool is_get;  /* GET or HEAD */
    bool is_head; /* the body is left out of the response */
    struct str path; /* without a query; borrowed from the bytes */
};

enum probe_verdict probe_request_read(struct str bytes, struct probe_request *ret_request);

struct probe_response {
    int status;
    const char *type;
    struct str body;
};

/* The whole response; the connection is closed behind it. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err probe_response_write(const struct probe_response *response, bool with_body,
                                       struct buf *buf);

#endif
