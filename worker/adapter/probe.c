/* probe.c - see probe.h. One request a connection. After the response our half is shut and what
 * still comes in is dropped until the peer has closed, so that no reset overtakes the response. */
#include "worker/adapter/probe.h"

#include <netinet/in.h>
#include <uv.h>

#include "common/mem.h"
#include "worker/adapter/probe_address.h"
#include "worker/adapter/probe_http.h"

#define PROBE_PEERS_MAX 64
#define PROBE_PEER_MS_MAX 5000
#define PROBE_BODY_BYTES_MAX ((size_t)4 << 20)
#define PROBE_TEXT "text/plain; charset=utf-8"
#define PROBE_METRICS "text/plain; version=0.0.4; charset=utf-8"

struct probe {
    uv_tcp_t listener;
    struct probe_options options;
    struct list peers;
};

struct probe_peer {
    struct list_node node;
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct probe *probe;
    struct loop_timer *deadline;
    bool is_answered;
    struct buf response;
    size_t len;
    char head[PROBE_HEAD_BYTES_MAX];
};

static void peer_on_closed(uv_handle_t *handle)
{
    struct probe_peer *peer = container_of((uv_tcp_t *)handle, struct probe_peer, tcp);
    buf_fini(&peer->response);
    mem_free(peer);
}

static void peer_close(struct probe_peer *peer)
{
    if (!uv_is_closing((uv_handle_t *)&peer->tcp)) {
        list_remove(&peer->probe->peers, &peer->node);
        loop_timer_destroy(peer->deadline);
        uv_close((uv_handle_t *)&peer->tcp, peer_on_closed);
    }
}

static void peer_on_deadline(void *owner)
{
    peer_close(owner);
}

static void peer_on_written(uv_write_t *write, int status)
{
    struct probe_peer *peer = container_of(write, struct probe_peer, write);
    if (status == 0 &&
        uv_shutdown(&peer->shutdown, (uv_stream_t *)&peer->tcp, NULL) == 0) {
        return;
    }
    peer_close(peer);
}

static struct probe_response probe_metrics(const struct probe *probe, struct buf *body)
{
    const struct probe_options *options = &probe->options;
    enum err err = metrics_render(options->metrics, body);
    if (err == OK && options->add_metrics) {
        err = options->add_metrics(options->owner, body);
    }
    if (err != OK) {
        return (struct probe_response){ 500, PROBE_TEXT, STR("out of memory\n") };
    }
    return (struct probe_response){ 200, PROBE_METRICS, buf_str(body) };
}

static struct probe_response probe_ready(const struct probe *probe, struct buf *body)
{
    if (probe->options.is_ready(probe->options.owner, body)) {
        bool is_told = body->len > 0 && buf_add(body, STR("ready\n")) == OK;
        return (struct probe_response){ 200, PROBE_TEXT,
                                        is_told ? buf_str(body) : STR("ready\n") };
    }
    return (struct probe_response){ 503, PROBE_TEXT,
                                    body->len > 0 ? buf_str(body) : STR("not ready\n") };
}

static struct probe_response probe_route(const struct probe *probe,
                                         const struct probe_request *request, struct buf *body)
{
    if (!request->is_get) {
        return (struct probe_response){ 405, PROBE_TEXT, STR("only GET and HEAD\n") };
    }
    if (str_is(request->path, "/livez")) {
        return (struct probe_response){ 200, PROBE_TEXT, STR("alive\n") };
    }
    if (str_is(request->path, "/readyz")) {
        return probe_ready(probe, body);
    }
    if (str_is(request->path, "/metrics")) {
        return probe_metrics(probe, body);
    }
    return (struct probe_response){ 404, PROBE_TEXT, STR("/livez, /readyz or /metrics\n") };
}

static struct probe_response probe_answer(const struct probe *probe, enum probe_verdict verdict,
                                          const struct probe_request *request, struct buf *body)
{
    switch (verdict) {
    case PROBE_GOOD:
        return probe_route(probe, request, body);
    case PROBE_TOO_LARGE:
        return (struct probe_response){ 431, PROBE_TEXT, STR("the head is too large\n") };
    case PROBE_BAD:
    case PROBE_INCOMPLETE:
        break;
    }
    return (struct probe_response){ 400, PROBE_TEXT, STR("not a request\n") };
}

static void peer_answer(struct probe_peer *peer, enum probe_verdict verdict,
                        const struct probe_request *request)
{
    CLEANUP(buf_fini) struct buf body;
    buf_init(&body, PROBE_BODY_BYTES_MAX);
    struct probe_response response = probe_answer(peer->probe, verdict, request, &body);
    peer->is_answered = true;
    if (probe_response_write(&response, !request->is_head, &peer->response) != OK) {
        peer_close(peer);
        return;
    }
    uv_buf_t bytes = uv_buf_init(peer->response.ptr, (unsigned)peer->response.len);
    if (uv_write(&peer->write, (uv_stream_t *)&peer->tcp, &bytes, 1, peer_on_written) != 0) {
        peer_close(peer);
    }
}

/* What comes behind the head is read over it and dropped. */
static void peer_on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_room)
{
    (void)suggested;
    struct probe_peer *peer = container_of((uv_tcp_t *)handle, struct probe_peer, tcp);
    size_t at = peer->is_answered ? 0 : peer->len;
    *ret_room = uv_buf_init(peer->head + at, (unsigned)(sizeof(peer->head) - at));
}

static void peer_on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
    (void)room;
    struct probe_peer *peer = container_of((uv_tcp_t *)stream, struct probe_peer, tcp);
    loop_refresh(peer->probe->options.loop);
    if (len < 0) {
        peer_close(peer);
        return;
    }
    if (peer->is_answered || len == 0) {
        return;
    }
    struct probe_request request = { .is_get = false };
    peer->len += (size_t)len;
    enum probe_verdict verdict =
        probe_request_read((struct str){ peer->head, peer->len }, &request);
    if (verdict != PROBE_INCOMPLETE) {
        peer_answer(peer, verdict, &request);
    }
}

static struct probe_peer *peer_create(struct probe *probe)
{
    struct probe_peer *peer = mem_zero(1, sizeof(*peer));
    if (!peer) {
        return NULL;
    }
    peer->probe = probe;
    peer->deadline = loop_timer_create(probe->options.loop, peer_on_deadline, peer);
    if (!peer->deadline) {
        mem_free(peer);
        return NULL;
    }
    buf_init(&peer->response, PROBE_BODY_BYTES_MAX + PROBE_HEAD_BYTES_MAX);
    uv_tcp_init(loop_uv(probe->options.loop), &peer->tcp);
    list_append(&probe->peers, &peer->node);
    return peer;
}

/* The oldest makes room. Without memory nobody is let in any more: whoever watches /livez then
 * starts the worker anew. */
static void probe_on_connection(uv_stream_t *listener, int status)
{
    struct probe *probe = container_of((uv_tcp_t *)listener, struct probe, listener);
    loop_refresh(probe->options.loop);
    if (status < 0) {
        return;
    }
    if (probe->peers.count >= PROBE_PEERS_MAX) {
        peer_close(list_entry(list_first(&probe->peers), struct probe_peer, node));
    }
    struct probe_peer *peer = peer_create(probe);
    if (!peer) {
        return;
    }
    loop_timer_set(peer->deadline,
                   loop_clock(probe->options.loop)->mono_ms + PROBE_PEER_MS_MAX);
    if (uv_accept(listener, (uv_stream_t *)&peer->tcp) != 0 ||
        uv_read_start((uv_stream_t *)&peer->tcp, peer_on_room, peer_on_read) != 0) {
        peer_close(peer);
    }
}

static void probe_on_closed(uv_handle_t *handle)
{
    mem_free(container_of((uv_tcp_t *)handle, struct probe, listener));
}

void probe_destroy(struct probe *probe)
{
    if (!probe) {
        return;
    }
    while (!list_is_empty(&probe->peers)) {
        peer_close(list_entry(list_first(&probe->peers), struct probe_peer, node));
    }
    uv_close((uv_handle_t *)&probe->listener, probe_on_closed);
}

static enum err probe_listen(struct probe *probe, const struct sockaddr_storage *address,
                             struct note *note)
{
    int status = uv_tcp_bind(&probe->listener, (const struct sockaddr *)address, 0);
    if (status == 0) {
        status = uv_listen((uv_stream_t *)&probe->listener, PROBE_PEERS_MAX, probe_on_connection);
    }
    if (status == 0) {
        return OK;
    }
    note_set(note, "http.listen: %.*s: %s", STR_ARG(probe->options.listen), uv_strerror(status));
    return status == UV_EADDRINUSE ? ERR_UNAVAILABLE : ERR_CONFIG;
}

enum err probe_create(const struct probe_options *options, struct probe **ret_probe,
                      struct note *note)
{
    struct sockaddr_storage address;
    TRY(probe_address_parse(options->listen, &address, note));
    struct probe *probe = mem_zero(1, sizeof(*probe));
    if (!probe) {
        return ERR_NOMEM;
    }
    probe->options = *options;
    list_init(&probe->peers);
    uv_tcp_init(loop_uv(options->loop), &probe->listener);
    enum err err = probe_listen(probe, &address, note);
    if (err != OK) {
        probe_destroy(probe);
        return err;
    }
    probe->options.listen = STR_NONE;
    log_say(options->log, LOG_INFO, "probe", "listening for probes",
            LOG_STR("server.address", options->listen), LOG_INT("server.port", probe_port(probe)));
    *ret_probe = probe;
    return OK;
}

int probe_port(const struct probe *probe)
{
    struct sockaddr_storage address;
    int len = sizeof(address);
    if (uv_tcp_getsockname(&probe->listener, (struct sockaddr *)&address, &len) != 0) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}
