/* The probes, seen by a client: answers, refusals, and peers that never finish. */
#include "tests/unit/cm.h"

#include "tests/unit/tcp_script.h"
#include "worker/adapter/probe.h"
#include "worker/adapter/probe_address.h"
#include "worker/adapter/probe_http.h"

struct kit {
    struct loop *loop;
    struct loop_wake *wake;
    struct metrics *metrics;
    struct probe *probe;
    bool is_ready;
    bool is_amiss;
    const char *request;
    size_t request_len;
    char response[8192];
    int clients[70];
};

static bool kit_is_ready(void *owner, struct buf *reasons)
{
    struct kit *kit = owner;
    if (!kit->is_ready || kit->is_amiss) {
        assert_int_equal(buf_add(reasons, STR("store: away\n")), OK);
    }
    return kit->is_ready;
}

static enum err kit_add_metrics(void *owner, struct buf *buf)
{
    const struct kit *kit = owner;
    return kit->is_amiss ? ERR_NOMEM : buf_add(buf, STR("of_the_moment 1\n"));
}

static void kit_on_wake(void *owner)
{
    struct kit *kit = owner;
    loop_stop(kit->loop);
}

static void kit_open(struct kit *kit)
{
    *kit = (struct kit){ .loop = loop_create(), .metrics = metrics_create(), .is_ready = true };
    kit->wake = loop_wake_create(kit->loop, kit_on_wake, kit);
    const struct probe_options options = { .loop = kit->loop,
                                           .metrics = kit->metrics,
                                           .listen = STR("127.0.0.1:0"),
                                           .is_ready = kit_is_ready,
                                           .add_metrics = kit_add_metrics,
                                           .owner = kit };
    assert_int_equal(probe_create(&options, &kit->probe, NULL), OK);
    assert_true(probe_port(kit->probe) > 0);
}

static void kit_close(struct kit *kit)
{
    probe_destroy(kit->probe);
    loop_wake_destroy(kit->wake);
    loop_destroy(kit->loop);
    metrics_destroy(kit->metrics);
}

static int client_connect(const struct kit *kit)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)probe_port(kit->probe)),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void client_read_all(int fd, char *out, size_t size)
{
    size_t len = 0;
    ssize_t got;
    while (len + 1 < size && (got = recv(fd, out + len, size - 1 - len, 0)) > 0) {
        len += (size_t)got;
    }
    out[len] = '\0';
}

/* Sends the request and reads until the server closes. */
static void *client_run(void *owner)
{
    struct kit *kit = owner;
    int fd = client_connect(kit);
    tcp_send(fd, kit->request, kit->request_len);
    client_read_all(fd, kit->response, sizeof(kit->response));
    close(fd);
    loop_wake_send(kit->wake);
    return NULL;
}

static const char *kit_send(struct kit *kit, const char *request, size_t len)
{
    pthread_t thread;
    kit->request = request;
    kit->request_len = len;
    assert_int_equal(pthread_create(&thread, NULL, client_run, kit), 0);
    loop_run(kit->loop);
    assert_int_equal(pthread_join(thread, NULL), 0);
    return kit->response;
}

static const char *kit_get(struct kit *kit, const char *path)
{
    char request[256];
    int len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    return kit_send(kit, request, (size_t)len);
}

static void begins(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0) {
        fail_msg("\"%s\" does not begin with \"%s\"", text, start);
    }
}

static void ends(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t want = strlen(end);
    if (len < want || strcmp(text + len - want, end) != 0) {
        fail_msg("\"%s\" does not end with \"%s\"", text, end);
    }
}

static void a_worker_whose_loop_turns_is_alive(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    const char *response = kit_get(&kit, "/livez");
    begins(response, "HTTP/1.1 200 OK\r\n");
    ends(response, "\r\n\r\nalive\n");
    assert_non_null(strstr(response, "Connection: close\r\n"));
    kit_close(&kit);
}

static void readiness_names_its_reasons(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    begins(kit_get(&kit, "/readyz?verbose=1"), "HTTP/1.1 200 OK\r\n");
    ends(kit_get(&kit, "/readyz"), "\r\n\r\nready\n");
    kit.is_amiss = true;
    begins(kit_get(&kit, "/readyz"), "HTTP/1.1 200 OK\r\n");
    ends(kit_get(&kit, "/readyz"), "\r\n\r\nstore: away\nready\n");
    kit.is_ready = false;
    const char *response = kit_get(&kit, "/readyz");
    begins(response, "HTTP/1.1 503 Service Unavailable\r\n");
    ends(response, "\r\n\r\nstore: away\n");
    kit_close(&kit);
}

static void metrics_are_in_the_text_format(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    metric_set(kit.metrics, METRIC_STORE_UP, 1);
    kit.is_amiss = true;
    begins(kit_get(&kit, "/metrics"), "HTTP/1.1 500 ");
    kit.is_amiss = false;
    const char *response = kit_get(&kit, "/metrics");
    begins(response, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4");
    kit_close(&kit);
}

static void other_requests_are_refused(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    begins(kit_get(&kit, "/"), "HTTP/1.1 404 Not Found\r\n");
    begins(kit_get(&kit, "/livez/x"), "HTTP/1.1 404 Not Found\r\n");
    const char post[] = "POST /livez HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
    const char *response = kit_send(&kit, post, sizeof(post) - 1);
    begins(response, "HTTP/1.1 405 Method Not Allowed\r\n");
    assert_non_null(strstr(response, "Allow: GET, HEAD\r\n"));
    begins(kit_send(&kit, "hello\r\n\r\n", 9), "HTTP/1.1 400 Bad Request\r\n");
    kit_close(&kit);
}

static void a_head_request_has_no_body(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    const char head[] = "HEAD /livez HTTP/1.1\r\n\r\n";
    const char *response = kit_send(&kit, head, sizeof(head) - 1);
    begins(response, "HTTP/1.1 200 OK\r\n");
    assert_non_null(strstr(response, "Content-Length: 6\r\n"));
    ends(response, "\r\n\r\n");
    kit_close(&kit);
}

static void a_head_without_end_is_cut_off(void **state)
{
    (void)state;
    struct kit kit;
    char request[3 * PROBE_HEAD_BYTES_MAX];
    memset(request, 'a', sizeof(request));
    memcpy(request, "GET /livez HTTP/1.1\r\nX: ", 24);
    kit_open(&kit);
    begins(kit_send(&kit, request, sizeof(request)),
           "HTTP/1.1 431 Request Header Fields Too Large\r\n");
    kit_close(&kit);
}

static void peers_that_say_nothing_keep_nobody_out(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    for (size_t i = 0; i < countof(kit.clients); i++) {
        kit.clients[i] = client_connect(&kit);
        begins(kit_get(&kit, "/livez"), "HTTP/1.1 200 OK\r\n");
    }
    for (size_t i = 0; i < countof(kit.clients); i++) {
        close(kit.clients[i]);
    }
    kit_close(&kit);
}

static void a_port_that_is_taken_is_told(void **state)
{
    (void)state;
    struct kit kit;
    char listen[32];
    struct note note = { .text = "" };
    struct probe *other = NULL;
    kit_open(&kit);
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", probe_port(kit.probe));
    const struct probe_options options = { .loop = kit.loop,
                                           .metrics = kit.metrics,
                                           .listen = str_from(listen),
                                           .is_ready = kit_is_ready,
                                           .owner = &kit };
    assert_int_equal(probe_create(&options, &other, &note), ERR_UNAVAILABLE);
    assert_non_null(strstr(note.text, listen));
    assert_null(other);
    kit_close(&kit);
}

static enum err parse(const char *listen, int *ret_family, struct note *note)
{
    struct sockaddr_storage address;
    enum err err = probe_address_parse(str_from(listen), &address, note);
    if (err == OK) {
        *ret_family = address.ss_family;
    }
    return err;
}

static void addresses_are_read_in_their_usual_forms(void **state)
{
    (void)state;
    int family = 0;
    assert_int_equal(parse("127.0.0.1:9464", &family, NULL), OK);
    assert_int_equal(family, AF_INET);
    assert_int_equal(parse("[::1]:9464", &family, NULL), OK);
    assert_int_equal(family, AF_INET6);
    assert_int_equal(parse(":0", &family, NULL), OK);
    assert_int_equal(parse("localhost:1", &family, NULL), OK);
}

static void addresses_that_cannot_work_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "127.0.0.1", "9464", "::1:9464", "[::1:9464", ":x",
                                         ":65536", ":-1", "127.0.0.1:", "no such host:1" };
    for (size_t i = 0; i < countof(texts); i++) {
        int family = 0;
        struct note note = { .text = "" };
        assert_int_equal(parse(texts[i], &family, &note), ERR_CONFIG);
        begins(note.text, "http.listen: ");
    }
}

static enum probe_verdict read_head(const char *bytes)
{
    struct probe_request request;
    return probe_request_read(str_from(bytes), &request);
}

static void only_a_whole_and_plain_request_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_head(""), PROBE_INCOMPLETE);
    assert_int_equal(read_head("GET / HTTP/1.1\r\n"), PROBE_INCOMPLETE);
    assert_int_equal(read_head("GET / HTTP/1.1\r\n\r\n"), PROBE_GOOD);
    assert_int_equal(read_head("GET / HTTP/1.0\r\nA: b\r\n\r\n"), PROBE_GOOD);
    assert_int_equal(read_head("\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET /\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET  / HTTP/1.1\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("get / HTTP/1.1\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET x HTTP/1.1\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET /\x01 HTTP/1.1\r\n\r\n"), PROBE_BAD);
    assert_int_equal(read_head("GET / HTTP/2.0\r\n\r\n"), PROBE_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_whose_loop_turns_is_alive),
        cmocka_unit_test(readiness_names_its_reasons),
        cmocka_unit_test(metrics_are_in_the_text_format),
        cmocka_unit_test(other_requests_are_refused),
        cmocka_unit_test(a_head_request_has_no_body),
        cmocka_unit_test(a_head_without_end_is_cut_off),
        cmocka_unit_test(peers_that_say_nothing_keep_nobody_out),
        cmocka_unit_test(a_port_that_is_taken_is_told),
        cmocka_unit_test(addresses_are_read_in_their_usual_forms),
        cmocka_unit_test(addresses_that_cannot_work_are_refused),
        cmocka_unit_test(only_a_whole_and_plain_request_is_read),
    };
    return cmocka_run_group_tests_name("adapter_probe", tests, NULL, NULL);
}
