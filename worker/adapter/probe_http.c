/* probe_http.c - see probe_http.h. Headers are not looked at: nothing here depends on them. */
#include "worker/adapter/probe_http.h"

static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 'A' || text.ptr[i] > 'Z') {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_target(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') {
            return false;
        }
    }
    return text.len > 0 && text.ptr[0] == '/';
}

/* METHOD SP target SP HTTP/1.x */
static enum probe_verdict read_line(struct str line, struct probe_request *ret_request)
{
    struct str method;
    struct str target;
    if (!str_split(&line, ' ', &method) || !is_token(method) || !str_split(&line, ' ', &target) ||
        !is_target(target) || line.len != sizeof("HTTP/1.1") - 1 ||
        !str_starts(line, STR("HTTP/1."))) {
        return PROBE_BAD;
    }
    ret_request->is_head = str_is(method, "HEAD");
    ret_request->is_get = ret_request->is_head || str_is(method, "GET");
    ret_request->path = str_slice(target, 0, str_find(target, STR("?")));
    return PROBE_GOOD;
}

enum probe_verdict probe_request_read(struct str bytes, struct probe_request *ret_request)
{
    if (str_find(bytes, STR("\r\n\r\n")) == bytes.len) {
        return bytes.len >= PROBE_HEAD_BYTES_MAX ? PROBE_TOO_LARGE : PROBE_INCOMPLETE;
    }
    return read_line(str_slice(bytes, 0, str_find(bytes, STR("\r\n"))), ret_request);
}

static const char *status_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        BUG("a status without a phrase");
    }
}

enum err probe_response_write(const struct probe_response *response, bool with_body,
                              struct buf *buf)
{
    TRY(buf_printf(buf,
                   "HTTP/1.1 %d %s\r\n"
                   "Content-Type: %s\r\n"
                   "Content-Length: %zu\r\n"
                   "Cache-Control: no-store\r\n"
                   "%s"
                   "Connection: close\r\n\r\n",
                   response->status, status_phrase(response->status), response->type,
                   response->body.len, response->status == 405 ? "Allow: GET, HEAD\r\n" : ""));
    return with_body ? buf_add(buf, response->body) : OK;
}
