/* tcp_script.h - a server on a free loopback port whose part is written in the test: each
 * connection runs `serve` on a thread of its own, with plain blocking reads and writes. */
#ifndef TESTS_UNIT_TCP_SCRIPT_H
#define TESTS_UNIT_TCP_SCRIPT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base.h"

#define TCP_SCRIPT_CONNECTIONS_MAX 64

typedef void tcp_serve_fn(int fd, void *owner);

struct tcp_script;

struct tcp_connection {
    struct tcp_script *script;
    pthread_t thread;
    int fd;
};

struct tcp_script {
    int listener;
    int port;
    tcp_serve_fn *serve;
    void *owner;
    pthread_t thread;
    struct tcp_connection connections[TCP_SCRIPT_CONNECTIONS_MAX];
    atomic_int accepted;
};

static inline void *tcp_serve_one(void *arg)
{
    struct tcp_connection *connection = arg;
    connection->script->serve(connection->fd, connection->script->owner);
    close(connection->fd);
    return NULL;
}

static inline void *tcp_accept_all(void *arg)
{
    struct tcp_script *script = arg;
    for (int i = 0; i < TCP_SCRIPT_CONNECTIONS_MAX; i++) {
        int fd = accept4(script->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            return NULL;
        }
        script->connections[i] = (struct tcp_connection){ .script = script, .fd = fd };
        atomic_fetch_add(&script->accepted, 1); /* before the peer can notice */
        if (pthread_create(&script->connections[i].thread, NULL, tcp_serve_one,
                           &script->connections[i]) != 0) {
            BUG("no thread for a connection");
        }
    }
    return NULL;
}

static inline int tcp_port_of(int fd)
{
    struct sockaddr_in address = { 0 };
    socklen_t len = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        BUG("no address");
    }
    return ntohs(address.sin_port);
}

/* Port 0: a free one. */
static inline void tcp_script_start(struct tcp_script *script, int port, tcp_serve_fn *serve,
                                    void *owner)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int yes = 1;
    *script = (struct tcp_script){ .serve = serve, .owner = owner };
    script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(script->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(script->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(script->listener, TCP_SCRIPT_CONNECTIONS_MAX) != 0) {
        BUG("no port to listen on");
    }
    script->port = tcp_port_of(script->listener);
    if (pthread_create(&script->thread, NULL, tcp_accept_all, script) != 0) {
        BUG("no thread to accept on");
    }
}

/* Every `serve` must be about to return: their clients have closed. */
static inline void tcp_script_stop(struct tcp_script *script)
{
    shutdown(script->listener, SHUT_RDWR);
    pthread_join(script->thread, NULL);
    close(script->listener);
    for (int i = 0; i < atomic_load(&script->accepted); i++) {
        pthread_join(script->connections[i].thread, NULL);
    }
}

static inline int tcp_accepted(struct tcp_script *script)
{
    return atomic_load(&script->accepted);
}

/* False: the peer has closed. */
static inline bool tcp_send(int fd, const void *bytes, size_t len)
{
    return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static inline bool tcp_say(int fd, const char *text)
{
    return tcp_send(fd, text, strlen(text));
}

/* Reads until `text` is the end of what was read since the start; -1: the peer has closed. */
static inline int tcp_read_until(int fd, const char *text, char *out, size_t size)
{
    size_t len = 0;
    size_t want = strlen(text);
    while (len + 1 < size) {
        if (recv(fd, out + len, 1, 0) != 1) {
            return -1;
        }
        len++;
        out[len] = '\0';
        if (len >= want && memcmp(out + len - want, text, want) == 0) {
            return (int)len;
        }
    }
    return -1;
}

static inline void tcp_read_to_end(int fd)
{
    char dropped[4096];
    while (recv(fd, dropped, sizeof(dropped), 0) > 0) {
    }
}

/* A port where nobody listens. */
static inline int tcp_closed_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        BUG("no port");
    }
    int port = tcp_port_of(fd);
    close(fd);
    return port;
}

#endif
