/* probe_address.c - see probe_address.h. */
#include "worker/adapter/probe_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#define PROBE_HOST_BYTES 256

static enum err address_refuse(struct note *note, const char *why)
{
    note_set(note, "http.listen: %s", why);
    return ERR_CONFIG;
}

/* Splits at the last colon and takes brackets off; the host may be empty. */
static bool address_split(struct str listen, struct str *ret_host, struct str *ret_port)
{
    size_t colon = listen.len;
    while (colon > 0 && listen.ptr[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0) {
        return false;
    }
    struct str host = str_slice(listen, 0, colon - 1);
    *ret_port = str_slice(listen, colon, listen.len);
    if (str_starts(host, STR("["))) {
        if (host.ptr[host.len - 1] != ']') {
            return false;
        }
        host = str_slice(host, 1, host.len - 2);
    } else if (str_find(host, STR(":")) < host.len) {
        return false; /* IPv6 without brackets */
    }
    *ret_host = host;
    return true;
}

/* "::" stands for IPv4 too, where the system has IPv6 at all. */
static const char *address_everywhere(void)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
    int number = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has_ipv6 =
        number >= 0 && bind(number, (struct sockaddr *)&address, sizeof(address)) == 0;
    if (number >= 0) {
        close(number);
    }
    return has_ipv6 ? "::" : "0.0.0.0";
}

static enum err address_find(const char *host, int64_t port, struct sockaddr_storage *ret_address,
                             struct note *note)
{
    char service[8];
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    snprintf(service, sizeof(service), "%d", (int)port);
    int status = getaddrinfo(host[0] ? host : address_everywhere(), service, &hints, &found);
    if (status != 0) {
        note_set(note, "http.listen: %s: %s", host, gai_strerror(status));
        return ERR_CONFIG;
    }
    *ret_address = (struct sockaddr_storage){ .ss_family = AF_UNSPEC };
    memcpy(ret_address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return OK;
}

enum err probe_address_parse(struct str listen, struct sockaddr_storage *ret_address,
                             struct note *note)
{
    struct str host;
    struct str port_text;
    int64_t port = 0;
    char name[PROBE_HOST_BYTES];
    if (!address_split(listen, &host, &port_text)) {
        return address_refuse(note, "expected address:port, [IPv6 address]:port or :port");
    }
    if (!str_to_i64(port_text, 0, 65535, &port)) {
        return address_refuse(note, "the port must be a number from 0 to 65535");
    }
    if (host.len >= sizeof(name) || (host.len > 0 && memchr(host.ptr, '\0', host.len))) {
        return address_refuse(note, "the address is too long");
    }
    snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
    return address_find(name, port, ret_address, note);
}
