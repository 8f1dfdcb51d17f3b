/* http_result.c - what came back: bytes, the few headers that say when to come again, and
 * what curl's results mean; see http_inner.h. */
#include "worker/adapter/http_inner.h"

#include <ctype.h>

static const char *const kept_headers[] = { "retry-after", "retry-after-ms", "x-ratelimit-" };

size_t http_on_body(char *bytes, size_t one, size_t len, void *owner)
{
    struct http_slot *slot = owner;
    assert(one == 1);
    slot->refused = buf_add(&slot->call->response, (struct str){ bytes, len });
    return slot->refused == OK ? len : 0;
}

static bool header_is_kept(struct str name)
{
    for (size_t i = 0; i < countof(kept_headers); i++) {
        struct str kept = str_from(kept_headers[i]);
        bool is_prefix = kept.ptr[kept.len - 1] == '-';
        struct str start = is_prefix ? str_slice(name, 0, kept.len) : name;
        if (str_eq_ascii_case(start, kept)) {
            return true;
        }
    }
    return false;
}

/* "name:value\n"; what does not fit is not kept. */
static enum err header_keep(struct buf *headers, struct str name, struct str value)
{
    size_t before = headers->len;
    for (size_t i = 0; i < name.len; i++) {
        TRY(buf_add_char(headers, (char)tolower((unsigned char)name.ptr[i])));
    }
    TRY(buf_add_char(headers, ':'));
    TRY(buf_add(headers, value));
    TRY(buf_add_char(headers, '\n'));
    assert(headers->len > before);
    return OK;
}

size_t http_on_header(char *bytes, size_t one, size_t len, void *owner)
{
    struct http_slot *slot = owner;
    struct buf *headers = &slot->call->headers;
    struct str line = { bytes, len };
    struct str name;
    assert(one == 1);
    if (str_starts(line, STR("HTTP/"))) {
        buf_clear(headers); /* of a 1xx before */
        return len;
    }
    if (!str_split(&line, ':', &name) || !line.ptr || !header_is_kept(name)) {
        return len;
    }
    size_t before = headers->len;
    if (header_keep(headers, name, str_trim(line)) != OK) {
        headers->len = before;
    }
    return len;
}

bool http_header(const struct http_call *call, const char *name, struct str *ret_value)
{
    struct str rest = buf_str(&call->headers);
    struct str line;
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        struct str found;
        if (str_split(&line, ':', &found) && str_is(found, name)) {
            *ret_value = line;
            return true;
        }
    }
    return false;
}

static enum err result_of_code(CURLcode code)
{
    switch ((int)code) { /* not every code is ours to name */
    case CURLE_OK:
        return OK;
    case CURLE_OUT_OF_MEMORY:
        return ERR_NOMEM;
    case CURLE_FILESIZE_EXCEEDED:
        return ERR_ANSWER;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT: /* of connecting: the whole call has our own deadline */
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PROXY:
        return ERR_UNREACHABLE;
    default:
        return ERR_BACKEND;
    }
}

/* What people can do about it. */
static const char *result_advice(CURLcode code)
{
    switch ((int)code) { /* not every code has one */
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return "; check model.ca.file and the host of model.url";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
        return "; check model.url";
    default:
        return "";
    }
}

enum err http_result(struct http_slot *slot, CURLcode code)
{
    struct http_call *call = slot->call;
    if (slot->refused == ERR_NOMEM) {
        return ERR_NOMEM;
    }
    if (slot->refused != OK || code == CURLE_FILESIZE_EXCEEDED) {
        note_set(&call->note, "the response has more than %zu bytes", call->response_bytes_max);
        return ERR_ANSWER;
    }
    if (code != CURLE_OK) {
        note_set(&call->note, "%.100s%s", slot->why[0] ? slot->why : curl_easy_strerror(code),
                 result_advice(code));
        return result_of_code(code);
    }
    long status = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    call->status = (int)status;
    return OK;
}
