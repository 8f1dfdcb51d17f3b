/* http_target.c - addresses and fixed headers; see http.h. Credentials in an address would end
 * up in logs, so they are refused. */
#include "worker/adapter/http_inner.h"

#include <arpa/inet.h>

#include "common/mem.h"

/* The environment's proxy is for the outside world. */
static bool host_is_loopback(const char *host)
{
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) == 1) {
        return ntohl(address.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
    }
    struct str name = str_from(host);
    return str_eq_ascii_case(name, STR("localhost")) || str_eq(name, STR("[::1]"));
}

static enum err target_take_parts(CURLU *parts, const char *url, struct http_target *target,
                                  struct note *note)
{
    CLEANUP(http_free_text) char *scheme = NULL;
    CLEANUP(http_free_text) char *host = NULL;
    CLEANUP(http_free_text) char *user = NULL;
    CLEANUP(http_free_text) char *password = NULL;
    CURLUcode code = curl_url_set(parts, CURLUPART_URL, url, 0);
    if (code == CURLUE_OUT_OF_MEMORY) {
        return ERR_NOMEM;
    }
    if (code != CURLUE_OK || curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)) {
        note_set(note, "not an address like http://host:port/path");
        return ERR_CONFIG;
    }
    if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK ||
        curl_url_get(parts, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK) {
        note_set(note, "an address must not hold a user or password");
        return ERR_CONFIG;
    }
    target->is_loopback = host_is_loopback(host);
    target->is_secure = strcmp(scheme, "https") == 0;
    return OK;
}

static enum err target_add_header(struct http_target *target, const char *header)
{
    struct curl_slist *headers = curl_slist_append(target->headers, header);
    if (!headers) {
        return ERR_NOMEM;
    }
    target->headers = headers;
    return OK;
}

/* "Expect:" keeps curl from waiting for a 100 before large bodies. */
static enum err target_fill(struct http_target *target, const char *const *headers)
{
    TRY(target_add_header(target, "Expect:"));
    TRY(target_add_header(target, "Content-Type: application/json"));
    TRY(target_add_header(target, "Accept: application/json"));
    for (; *headers; headers++) {
        TRY(target_add_header(target, *headers));
    }
    return OK;
}

enum err http_target_create(const char *url, const char *const *headers,
                            struct http_target **ret_target, struct note *note)
{
    struct http_target found = { .url = NULL };
    CURLU *parts = curl_url();
    if (!parts) {
        return ERR_NOMEM;
    }
    enum err err = target_take_parts(parts, url, &found, note);
    curl_url_cleanup(parts);
    TRY(err);
    struct http_target *target = mem_zero(1, sizeof(*target));
    if (!target) {
        return ERR_NOMEM;
    }
    *target = found;
    target->refs = 1;
    target->url = mem_dup(url);
    if (!target->url || target_fill(target, headers) != OK) {
        http_target_unref(target);
        return ERR_NOMEM;
    }
    *ret_target = target;
    return OK;
}

struct http_target *http_target_ref(struct http_target *target)
{
    target->refs++;
    return target;
}

/* The headers may hold a key. */
static void target_forget(struct curl_slist *headers)
{
    for (struct curl_slist *one = headers; one; one = one->next) {
        explicit_bzero(one->data, strlen(one->data));
    }
}

void http_target_unref(struct http_target *target)
{
    if (!target || --target->refs > 0) {
        return;
    }
    target_forget(target->headers);
    curl_slist_free_all(target->headers);
    mem_free(target->url);
    mem_free(target);
}

void http_free_text(char **text)
{
    curl_free(*text);
}
