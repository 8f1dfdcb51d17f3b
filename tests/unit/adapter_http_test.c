/* The HTTP client: what becomes of a call, exactly once, later, and never after its deadline. */
#include <semaphore.h>
#include "tests/unit/cm.h"

#include "common/mem.h"
#include "tests/unit/tls_script.h"
#include "worker/adapter/http_inner.h"

#define BODY "{\"text\":\"hello\"}"

/* What the server does with each request. */
struct plan {
    const char *answer;
    bool closes;
    char request[4096]; /* the last one's head */
};

static bool plan_read_request(int fd, struct plan *plan)
{
    char head[4096];
    char body[sizeof(BODY)];
    if (tcp_read_until(fd, "\r\n\r\n", head, sizeof(head)) < 0) {
        return false;
    }
    memcpy(plan->request, head, sizeof(head));
    return recv(fd, body, sizeof(BODY) - 1, MSG_WAITALL) == (ssize_t)(sizeof(BODY) - 1);
}

static void serve_plan(int fd, void *owner)
{
    struct plan *plan = owner;
    while (plan_read_request(fd, plan)) {
        if (!tcp_say(fd, plan->answer) || plan->closes) {
            return;
        }
    }
}

/* The first request is answered, what comes behind it is not. */
static void serve_once(int fd, void *owner)
{
    struct plan *plan = owner;
    if (plan_read_request(fd, plan) && tcp_say(fd, plan->answer)) {
        tcp_read_to_end(fd);
    }
}

static void serve_nothing(int fd, void *owner)
{
    (void)owner;
    tcp_read_to_end(fd);
}

struct asked {
    struct http_call call;
    struct loop *loop;
    struct http *http;
    int done;
    int stop_after;
    int *total;
    enum err err;
    int status;
    char body[256];
    char retry_after[32];
    char note[NOTE_TEXT_BYTES];
    int64_t at_ms;
};

static void copy_out(char *out, size_t size, struct str text)
{
    size_t len = min_size(size - 1, text.len);
    if (len > 0) {
        memcpy(out, text.ptr, len);
    }
    out[len] = '\0';
}

static void asked_on_done(struct http_call *call, enum err err)
{
    struct asked *asked = call->owner;
    struct str value = STR_NONE;
    asked->done++;
    asked->err = err;
    asked->status = call->status;
    asked->at_ms = loop_clock(asked->loop)->mono_ms;
    copy_out(asked->body, sizeof(asked->body), buf_str(&call->response));
    http_header(call, "retry-after", &value);
    copy_out(asked->retry_after, sizeof(asked->retry_after), value);
    copy_out(asked->note, sizeof(asked->note), str_from(call->note.text));
    if (++*asked->total >= asked->stop_after) {
        loop_stop(asked->loop);
    }
}

struct client {
    struct loop *loop;
    struct http *http;
    struct http_target *target;
    int total;
};

static void client_open_with(struct client *client, int port, struct http_options options)
{
    static const char *const headers[] = { "X-Fixed: yes", NULL };
    char url[64];
    *client = (struct client){ .loop = loop_create() };
    options.loop = client->loop;
    options.user_agent = "deskhand/test";
    client->http = http_create(&options);
    assert_non_null(client->http);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/generate", port);
    assert_int_equal(http_target_create(url, headers, &client->target, NULL), OK);
}

static void client_open(struct client *client, int port)
{
    client_open_with(client, port,
                     (struct http_options){
                         .calls_max = 8, .connections_max = 4, .connect_timeout_ms = 60000 });
}

static void client_close(struct client *client)
{
    http_target_unref(client->target);
    http_destroy(client->http);
    loop_destroy(client->loop);
}

static void client_post(struct client *client, struct asked *asked, int64_t wait_ms)
{
    *asked = (struct asked){ .loop = client->loop,
                             .http = client->http,
                             .stop_after = 1,
                             .total = &client->total };
    asked->call = (struct http_call){ .target = client->target,
                                      .body = STR(BODY),
                                      .trace = STR("00-abc-def-01"),
                                      .deadline_ms = loop_clock(client->loop)->mono_ms + wait_ms,
                                      .response_bytes_max = 100,
                                      .on_done = asked_on_done,
                                      .owner = asked };
    http_post(client->http, &asked->call);
    assert_int_equal(asked->done, 0);
}

/* One call against a server that gives `answer` and closes if told so. */
static struct asked ask_once(struct plan *plan)
{
    struct tcp_script server;
    struct client client;
    struct asked asked;
    tcp_script_start(&server, 0, serve_plan, plan);
    client_open(&client, server.port);
    client_post(&client, &asked, 60000);
    loop_run(client.loop);
    client_close(&client);
    tcp_script_stop(&server);
    assert_int_equal(asked.done, 1);
    return asked;
}

static void a_response_comes_back_with_status_body_and_headers(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 429 Slow\r\nRetry-After:  7 \r\nX-Other: a\r\n"
                                   "Content-Length: 2\r\n\r\nhi" };
    struct asked asked = ask_once(&plan);
    assert_int_equal(asked.err, OK);
    assert_int_equal(asked.status, 429);
    assert_string_equal(asked.body, "hi");
    assert_string_equal(asked.retry_after, "7");
}

static void a_request_carries_the_fixed_headers_and_the_trace(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
    struct asked asked = ask_once(&plan);
    assert_int_equal(asked.err, OK);
    assert_non_null(strstr(plan.request, "POST /generate HTTP/1.1\r\n"));
    assert_non_null(strstr(plan.request, "X-Fixed: yes\r\n"));
    assert_non_null(strstr(plan.request, "traceparent: 00-abc-def-01\r\n"));
    assert_non_null(strstr(plan.request, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(plan.request, "User-Agent: deskhand/test\r\n"));
    assert_null(strstr(plan.request, "Expect"));
}

static void a_redirect_is_an_answer_and_not_followed(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                                   "Content-Length: 0\r\n\r\n" };
    struct asked asked = ask_once(&plan);
    assert_int_equal(asked.err, OK);
    assert_int_equal(asked.status, 302);
}

static void a_response_that_is_announced_too_large_is_refused(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" };
    struct asked asked = ask_once(&plan);
    assert_int_equal(asked.err, ERR_ANSWER);
    assert_non_null(strstr(asked.note, "more than 100 bytes"));
}

static void a_response_that_grows_too_large_is_refused(void **state)
{
    (void)state;
    struct plan plan = {
        .answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
                  "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    };
    assert_int_equal(ask_once(&plan).err, ERR_ANSWER);
}

static void a_response_that_breaks_off_is_the_backends_failure(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
                         .closes = true };
    struct asked asked = ask_once(&plan);
    assert_int_equal(asked.err, ERR_BACKEND);
    assert_int_equal(asked.status, 0);
    assert_true(asked.note[0] != '\0');
}

static void garbage_is_the_backends_failure(void **state)
{
    (void)state;
    struct plan plan = { .answer = "\x01\x02\x03\r\n\r\n", .closes = true };
    assert_int_equal(ask_once(&plan).err, ERR_BACKEND);
}

static void a_connection_is_used_again(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
    struct tcp_script server;
    struct client client;
    struct asked asked;
    tcp_script_start(&server, 0, serve_plan, &plan);
    client_open(&client, server.port);
    for (int i = 0; i < 5; i++) {
        client_post(&client, &asked, 60000);
        loop_run(client.loop);
        assert_int_equal(asked.err, OK);
    }
    client_close(&client);
    tcp_script_stop(&server);
    assert_int_equal(tcp_accepted(&server), 1);
}

struct witness {
    struct plan plan;
    sem_t requests;
};

static void serve_and_witness(int fd, void *owner)
{
    struct witness *witness = owner;
    while (plan_read_request(fd, &witness->plan)) {
        sem_post(&witness->requests);
        if (!tcp_say(fd, witness->plan.answer)) {
            return;
        }
    }
}

static bool witness_saw(struct witness *witness)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    return sem_timedwait(&witness->requests, &until) == 0;
}

/* The loop may have much to do before it comes to curl's timer. */
static void a_request_goes_out_on_an_open_connection_though_the_loop_does_not_turn(void **state)
{
    (void)state;
    struct witness witness = {
        .plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
    };
    struct tcp_script server;
    struct client client;
    struct asked asked;
    sem_init(&witness.requests, 0, 0);
    tcp_script_start(&server, 0, serve_and_witness, &witness);
    client_open(&client, server.port);
    client_post(&client, &asked, 60000);
    loop_run(client.loop);
    assert_true(witness_saw(&witness));
    client_post(&client, &asked, 60000);
    assert_true(witness_saw(&witness));
    loop_run(client.loop);
    assert_int_equal(asked.err, OK);
    client_close(&client);
    tcp_script_stop(&server);
    sem_destroy(&witness.requests);
}

static void a_port_without_a_server_is_unreachable_and_says_why(void **state)
{
    (void)state;
    struct client client;
    struct asked asked;
    client_open(&client, tcp_closed_port());
    client_post(&client, &asked, 60000);
    loop_run(client.loop);
    client_close(&client);
    assert_int_equal(asked.err, ERR_UNREACHABLE);
    assert_non_null(strstr(asked.note, "connect"));
}

static void a_silent_server_costs_no_more_than_the_deadline(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
    struct tcp_script server;
    struct client client;
    struct asked asked;
    tcp_script_start(&server, 0, serve_once, &plan);
    client_open(&client, server.port);
    client_post(&client, &asked, 60000); /* opens the connection, which could be late */
    loop_run(client.loop);
    assert_int_equal(asked.err, OK);
    client_post(&client, &asked, 50);
    int64_t deadline_ms = asked.call.deadline_ms;
    loop_run(client.loop);
    assert_int_equal(asked.err, ERR_TIMEOUT);
    assert_true(asked.at_ms >= deadline_ms);
    assert_string_equal(asked.note, "no complete response before the deadline");
    client_close(&client);
    tcp_script_stop(&server);
}

static void a_deadline_that_has_passed_asks_nobody(void **state)
{
    (void)state;
    struct client client;
    struct asked asked;
    client_open(&client, tcp_closed_port());
    client_post(&client, &asked, 0);
    loop_run(client.loop);
    client_close(&client);
    assert_int_equal(asked.done, 1);
    assert_int_equal(asked.err, ERR_TIMEOUT);
}

static void a_cancelled_call_completes_once_and_later(void **state)
{
    (void)state;
    struct tcp_script server;
    struct client client;
    struct asked asked;
    tcp_script_start(&server, 0, serve_nothing, NULL);
    client_open(&client, server.port);
    client_post(&client, &asked, 60000);
    http_cancel(&asked.call);
    http_cancel(&asked.call);
    assert_int_equal(asked.done, 0);
    loop_run(client.loop);
    assert_int_equal(asked.done, 1);
    assert_int_equal(asked.err, ERR_CANCELLED);
    client_close(&client);
    tcp_script_stop(&server);
}

static const struct http_options two_calls_on_one_connection = { .calls_max = 2,
                                                                 .connections_max = 1,
                                                                 .connect_timeout_ms = 60000 };

static void more_calls_than_allowed_are_turned_away(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
    struct tcp_script server;
    struct client client;
    struct asked asked[3];
    tcp_script_start(&server, 0, serve_plan, &plan);
    client_open_with(&client, server.port, two_calls_on_one_connection);
    for (int i = 0; i < 3; i++) {
        client_post(&client, &asked[i], 60000);
        asked[i].stop_after = 3;
    }
    loop_run(client.loop);
    assert_int_equal(asked[0].err, OK);
    assert_int_equal(asked[1].err, OK);
    assert_int_equal(asked[2].err, ERR_FULL);
    assert_int_equal(tcp_accepted(&server), 1);
    client_close(&client);
    tcp_script_stop(&server);
}

static void a_call_that_waits_for_a_connection_costs_no_more_than_its_deadline(void **state)
{
    (void)state;
    struct tcp_script server;
    struct client client;
    struct asked first;
    struct asked second;
    tcp_script_start(&server, 0, serve_nothing, NULL);
    client_open_with(&client, server.port, two_calls_on_one_connection);
    client_post(&client, &first, 60000);
    client_post(&client, &second, 50);
    loop_run(client.loop);
    assert_int_equal(first.done, 0);
    assert_int_equal(second.err, ERR_TIMEOUT);
    http_cancel(&first.call);
    loop_run(client.loop);
    assert_int_equal(first.err, ERR_CANCELLED);
    client_close(&client);
    tcp_script_stop(&server);
}

static void serve_tls(int fd, void *owner)
{
    tls_serve(owner, fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
}

/* One call over TLS to `host`, whose certificate is for "localhost". */
static struct asked ask_tls(const char *host, bool trusts)
{
    struct tls_script tls;
    struct tcp_script server;
    struct client client;
    struct asked asked;
    char url[64];
    static const char *const none[] = { NULL };
    tls_script_init(&tls);
    tcp_script_start(&server, 0, serve_tls, &tls);
    client_open_with(&client, server.port,
                     (struct http_options){ .ca_file = trusts ? tls.path : NULL,
                                            .calls_max = 1,
                                            .connections_max = 1,
                                            .connect_timeout_ms = 60000 });
    http_target_unref(client.target);
    snprintf(url, sizeof(url), "https://%s:%d/", host, server.port);
    assert_int_equal(http_target_create(url, none, &client.target, NULL), OK);
    client_post(&client, &asked, 60000);
    loop_run(client.loop);
    client_close(&client);
    tcp_script_stop(&server);
    tls_script_fini(&tls);
    return asked;
}

static void a_server_is_trusted_by_its_certificate_and_its_name(void **state)
{
    (void)state;
    struct asked asked = ask_tls("localhost", true);
    assert_int_equal(asked.err, OK);
    assert_string_equal(asked.body, "hi");
    asked = ask_tls("127.0.0.1", true);
    assert_int_equal(asked.err, ERR_UNREACHABLE);
    assert_non_null(strstr(asked.note, "127.0.0.1"));
    asked = ask_tls("localhost", false);
    assert_int_equal(asked.err, ERR_UNREACHABLE);
    assert_non_null(strstr(asked.note, "self-signed certificate"));
}

static bool passes_the_proxy_by(const char *url)
{
    static const char *const none[] = { NULL };
    struct http_target *target = NULL;
    assert_int_equal(http_target_create(url, none, &target, NULL), OK);
    bool is_loopback = target->is_loopback;
    http_target_unref(target);
    return is_loopback;
}

static void only_addresses_of_this_machine_pass_the_proxy_by(void **state)
{
    (void)state;
    assert_true(passes_the_proxy_by("http://localhost:8080/v1"));
    assert_true(passes_the_proxy_by("http://LOCALHOST/"));
    assert_true(passes_the_proxy_by("http://127.0.0.1/"));
    assert_true(passes_the_proxy_by("https://127.8.9.10:443/"));
    assert_true(passes_the_proxy_by("http://[::1]:8080/"));
    assert_false(passes_the_proxy_by("http://127.example.com/"));
    assert_false(passes_the_proxy_by("http://127.0.0.1.example.com/"));
    assert_false(passes_the_proxy_by("http://localhost.example.com/"));
    assert_false(passes_the_proxy_by("http://128.0.0.1/"));
    assert_false(passes_the_proxy_by("http://[::2]/"));
    assert_false(passes_the_proxy_by("http://[2001:db8::127]/"));
}

static void refuse_url(const char *url)
{
    static const char *const none[] = { NULL };
    struct http_target *target = NULL;
    struct note note = { .text = "" };
    assert_int_equal(http_target_create(url, none, &target, &note), ERR_CONFIG);
    assert_null(target);
    assert_true(note.text[0] != '\0');
    assert_null(strstr(note.text, "hunter2"));
}

static void addresses_that_cannot_work_are_refused_at_once(void **state)
{
    (void)state;
    refuse_url("");
    refuse_url("localhost:8000");
    refuse_url("ftp://localhost/");
    refuse_url("http://");
    refuse_url("http://user:hunter2@localhost/");
    refuse_url("http://exa mple/");
}

static void no_memory_fails_the_call_and_nothing_else(void **state)
{
    (void)state;
    struct plan plan = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" };
    struct tcp_script server;
    struct client client;
    struct asked asked;
    tcp_script_start(&server, 0, serve_plan, &plan);
    client_open(&client, server.port);
    enum err err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        assert_true(nth < 50);
        mem_fail_nth(nth);
        client_post(&client, &asked, 200);
        loop_run(client.loop);
        err = asked.err;
        assert_true(err == OK || err == ERR_NOMEM || err == ERR_TIMEOUT);
    }
    mem_fail_nth(0);
    client_close(&client);
    tcp_script_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_comes_back_with_status_body_and_headers),
        cmocka_unit_test(a_request_carries_the_fixed_headers_and_the_trace),
        cmocka_unit_test(a_redirect_is_an_answer_and_not_followed),
        cmocka_unit_test(a_response_that_is_announced_too_large_is_refused),
        cmocka_unit_test(a_response_that_grows_too_large_is_refused),
        cmocka_unit_test(a_response_that_breaks_off_is_the_backends_failure),
        cmocka_unit_test(garbage_is_the_backends_failure),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_request_goes_out_on_an_open_connection_though_the_loop_does_not_turn),
        cmocka_unit_test(a_port_without_a_server_is_unreachable_and_says_why),
        cmocka_unit_test(a_silent_server_costs_no_more_than_the_deadline),
        cmocka_unit_test(a_deadline_that_has_passed_asks_nobody),
        cmocka_unit_test(a_cancelled_call_completes_once_and_later),
        cmocka_unit_test(more_calls_than_allowed_are_turned_away),
        cmocka_unit_test(a_call_that_waits_for_a_connection_costs_no_more_than_its_deadline),
        cmocka_unit_test(a_server_is_trusted_by_its_certificate_and_its_name),
        cmocka_unit_test(only_addresses_of_this_machine_pass_the_proxy_by),
        cmocka_unit_test(addresses_that_cannot_work_are_refused_at_once),
        cmocka_unit_test(no_memory_fails_the_call_and_nothing_else),
    };
    return cmocka_run_group_tests_name("adapter_http", tests, NULL, NULL);
}
