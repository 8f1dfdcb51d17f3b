/* delay_model_bench.c - a model server that costs next to nothing, so that a measurement on a
 * small machine is one of the worker.
 *
 *   delay_model_bench PORT DELAY_MS
 *
 * Answers each POST after DELAY_MS with a chat completion. Its text tells when the reply was sent
 * (microseconds of CLOCK_REALTIME, in letters, since a figure in an answer would need a ground).
 * Prints a line when it listens; runs until it is killed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <uv.h>

#define REQUEST_BYTES_MAX 16384
#define REPLY_BYTES 768
#define STAMP_LETTERS 16 /* of four bits each */

struct peer {
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    int open; /* of tcp and timer */
    size_t have;
    char request[REQUEST_BYTES_MAX];
    char reply[REPLY_BYTES];
};

static uint64_t delay_ms;

static void die(const char *what, int code)
{
    fprintf(stderr, "delay_model_bench: %s: %s\n", what, uv_strerror(code));
    exit(1);
}

static void on_close(uv_handle_t *handle)
{
    struct peer *peer = handle->data;
    if (--peer->open == 0) {
        free(peer);
    }
}

static void drop(struct peer *peer)
{
    if (!uv_is_closing((uv_handle_t *)&peer->tcp)) {
        uv_close((uv_handle_t *)&peer->tcp, on_close);
        uv_close((uv_handle_t *)&peer->timer, on_close);
    }
}

static void stamp(char out[STAMP_LETTERS + 1])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t at_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    for (int i = 0; i < STAMP_LETTERS; i++) {
        out[i] = (char)('a' + ((at_us >> (4 * (STAMP_LETTERS - 1 - i))) & 15));
    }
    out[STAMP_LETTERS] = '\0';
}

static void on_written(uv_write_t *write, int status)
{
    if (status < 0) {
        drop(write->data);
    }
}

static void on_due(uv_timer_t *timer)
{
    struct peer *peer = timer->data;
    char body[512];
    char sent[STAMP_LETTERS + 1];
    stamp(sent);
    int len = snprintf(body, sizeof(body),
                       "{\"model\":\"fake\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                       "\"message\":{\"role\":\"assistant\",\"content\":\""
                       "{\\\"text\\\":\\\"Thank you for writing. The reply code is %s.\\\","
                       "\\\"language\\\":\\\"en\\\",\\\"action\\\":\\\"answer\\\","
                       "\\\"reason\\\":\\\"none\\\",\\\"confidence\\\":\\\"high\\\"}\"}}],"
                       "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":12}}",
                       sent);
    int all = snprintf(peer->reply, sizeof(peer->reply),
                       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: %d\r\n\r\n%s",
                       len, body);
    uv_buf_t buf = uv_buf_init(peer->reply, (unsigned)all);
    peer->write.data = peer;
    uv_write(&peer->write, (uv_stream_t *)&peer->tcp, &buf, 1, on_written);
}

/* A client of one call at a time: what follows the request is another one. */
static void take_request(struct peer *peer)
{
    const char *end = memmem(peer->request, peer->have, "\r\n\r\n", 4);
    if (!end) {
        return;
    }
    size_t head = (size_t)(end - peer->request) + 4;
    size_t body = 0;
    for (const char *line = peer->request; line < end;) {
        if (strncasecmp(line, "content-length:", 15) == 0) {
            body = strtoul(line + 15, NULL, 10);
        }
        line = (const char *)memchr(line, '\n', (size_t)(end + 4 - line)) + 1;
    }
    if (peer->have < head + body) {
        return;
    }
    peer->have = 0;
    if (delay_ms == 0) {
        on_due(&peer->timer);
        return;
    }
    uv_update_time(peer->timer.loop);
    uv_timer_start(&peer->timer, on_due, delay_ms, 0);
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    (void)wanted;
    struct peer *peer = handle->data;
    *buf = uv_buf_init(peer->request + peer->have, (unsigned)(REQUEST_BYTES_MAX - peer->have));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    (void)buf;
    struct peer *peer = stream->data;
    if (got < 0) {
        drop(peer);
        return;
    }
    peer->have += (size_t)got;
    take_request(peer);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct peer *peer = status < 0 ? NULL : malloc(sizeof(*peer));
    if (!peer) {
        return;
    }
    peer->have = 0;
    peer->open = 2;
    uv_tcp_init(server->loop, &peer->tcp);
    uv_timer_init(server->loop, &peer->timer);
    peer->tcp.data = peer->timer.data = peer;
    if (uv_accept(server, (uv_stream_t *)&peer->tcp) != 0) {
        drop(peer);
        return;
    }
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, on_alloc, on_read);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        die("usage: PORT DELAY_MS", UV_EINVAL);
    }
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t server;
    struct sockaddr_in address;
    uv_ip4_addr("127.0.0.1", (int)strtol(arguments[1], NULL, 10), &address);
    delay_ms = strtoul(arguments[2], NULL, 10);
    uv_tcp_init(loop, &server);
    int code = uv_tcp_bind(&server, (const struct sockaddr *)&address, 0);
    code = code ? code : uv_listen((uv_stream_t *)&server, 4096, on_connection);
    if (code) {
        die("listen", code);
    }
    puts("listening");
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
