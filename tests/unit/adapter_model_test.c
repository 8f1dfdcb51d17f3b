/* Models behind HTTP, from ask() to on_done(): once, later, and before the deadline. */
#include "tests/unit/cm.h"

#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/tcp_script.h"
#include "worker/adapter/model_generate.h"
#include "worker/adapter/model_http.h"
#include "worker/adapter/model_openai.h"

#define CHAT_ANSWER                                                                                \
    "{\"model\":\"m1-2025\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],"                     \
    "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}"

/* Answers every request with one response, and keeps the last request. */
struct plan {
    const char *status; /* NULL: says nothing */
    const char *headers;
    const char *body;
    char head[4096];
    char request[4096];
};

static bool plan_read(int fd, struct plan *plan)
{
    if (tcp_read_until(fd, "\r\n\r\n", plan->head, sizeof(plan->head)) < 0) {
        return false;
    }
    const char *length = strstr(plan->head, "Content-Length: ");
    long long want = 0;
    if (!length || sscanf(length, "Content-Length: %lld", &want) != 1 ||
        want >= (long long)sizeof(plan->request)) {
        return false;
    }
    plan->request[want] = '\0';
    return recv(fd, plan->request, (size_t)want, MSG_WAITALL) == want;
}

static void serve_plan(int fd, void *owner)
{
    struct plan *plan = owner;
    char head[512];
    while (plan_read(fd, plan)) {
        if (!plan->status) {
            continue;
        }
        snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", plan->status,
                 plan->headers ? plan->headers : "", strlen(plan->body));
        tcp_say(fd, head);
        tcp_say(fd, plan->body);
    }
}

enum dialect { OPENAI, GENERATE };

struct kit {
    struct plan *plan;
    struct tcp_script server;
    struct loop *loop;
    struct http *http;
    struct model *model;
    enum dialect dialect;
    struct arena arena;
    struct model_call call;
    int done;
    enum err err;
    int64_t at_ms;
};

static enum err make_openai(struct kit *kit, const char *url, struct note *note)
{
    const struct model_openai_options options = { .loop = kit->loop,
                                                  .http = kit->http,
                                                  .url = str_from(url),
                                                  .name = STR("m1"),
                                                  .key = STR("sk-secret"),
                                                  .max_tokens = 64,
                                                  .temperature = 0.5,
                                                  .response_bytes_max = 2000 };
    return model_openai_create(&options, &kit->model, note);
}

static enum err make_generate(struct kit *kit, const char *url, struct note *note)
{
    const struct model_generate_options options = { .loop = kit->loop,
                                                    .http = kit->http,
                                                    .url = str_from(url),
                                                    .name = STR("m2"),
                                                    .response_bytes_max = 2000 };
    return model_generate_create(&options, &kit->model, note);
}

static void kit_open(struct kit *kit, enum dialect dialect, struct plan *plan)
{
    char url[64];
    *kit = (struct kit){ .plan = plan, .dialect = dialect, .loop = loop_create() };
    const struct http_options options = { .loop = kit->loop,
                                          .user_agent = "test",
                                          .calls_max = 4,
                                          .connections_max = 4,
                                          .connect_timeout_ms = 60000 };
    tcp_script_start(&kit->server, 0, serve_plan, plan);
    kit->http = http_create(&options);
    assert_non_null(kit->http);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", kit->server.port);
    assert_int_equal(dialect == OPENAI ? make_openai(kit, url, NULL)
                                       : make_generate(kit, url, NULL),
                     OK);
    arena_init(&kit->arena, 1 << 16);
}

static void kit_close(struct kit *kit)
{
    model_http_destroy(kit->model);
    http_destroy(kit->http);
    loop_destroy(kit->loop);
    tcp_script_stop(&kit->server);
    arena_fini(&kit->arena);
}

static void kit_on_done(struct model_call *call, enum err err)
{
    struct kit *kit = call->owner;
    kit->done++;
    kit->err = err;
    kit->at_ms = loop_clock(kit->loop)->mono_ms;
    loop_stop(kit->loop);
}

static void kit_ask(struct kit *kit, int64_t wait_ms)
{
    static const struct prompt_part parts[] = { { ROLE_SYSTEM, { "Be kind.", 8 } },
                                                { ROLE_USER, { "Hello?", 6 } } };
    struct prompt prompt = { .parts = parts, .parts_count = 2 };
    kit->done = 0;
    kit->call = (struct model_call){ .prompt = &prompt,
                                     .trace = STR("00-trace-01"),
                                     .deadline_ms = loop_clock(kit->loop)->mono_ms + wait_ms,
                                     .arena = &kit->arena,
                                     .on_done = kit_on_done,
                                     .owner = kit };
    kit->model->ops->ask(kit->model, &kit->call);
    kit->call.prompt = NULL;
    assert_int_equal(kit->done, 0);
}

static enum err kit_run(struct kit *kit)
{
    kit_ask(kit, 60000);
    loop_run(kit->loop);
    assert_int_equal(kit->done, 1);
    assert_true(kit->err == OK || kit->call.note.text[0] != '\0');
    assert_null(strstr(kit->call.note.text, "secret"));
    return kit->err;
}

static void an_answer_comes_back_with_all_that_was_told(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = "200 OK", .body = CHAT_ANSWER };
    kit_open(&kit, OPENAI, &plan);
    assert_int_equal(kit_run(&kit), OK);
    assert_true(str_is(kit.call.text, "hi"));
    assert_true(str_is(kit.call.model, "m1-2025"));
    assert_int_equal(kit.call.tokens_in, 5);
    assert_int_equal(kit.call.tokens_out, 2);
    assert_non_null(strstr(plan.head, "POST /v1/chat/completions HTTP/1.1\r\n"));
    assert_non_null(strstr(plan.head, "Authorization: Bearer sk-secret\r\n"));
    assert_non_null(strstr(plan.head, "traceparent: 00-trace-01\r\n"));
    assert_non_null(strstr(plan.request, "{\"role\":\"user\",\"content\":\"Hello?\"}"));
    assert_non_null(strstr(plan.request, "\"max_tokens\":64,\"temperature\":0.5"));
    assert_true(str_is(kit.model->label, "openai:m1 max_tokens=64 temperature=0.5 json=schema"));
    kit_close(&kit);
}

static void the_plain_dialect_sends_and_reads_one_text(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = "200 OK", .body = "{\"response\":\"hello\"}" };
    kit_open(&kit, GENERATE, &plan);
    assert_int_equal(kit_run(&kit), OK);
    assert_true(str_is(kit.call.text, "hello"));
    assert_true(str_is(kit.call.model, "m2"));
    assert_int_equal(kit.call.tokens_in, -1);
    assert_non_null(strstr(plan.head, "POST /generate HTTP/1.1\r\n"));
    assert_null(strstr(plan.head, "Authorization"));
    assert_string_equal(plan.request, "{\"text\":\"Be kind.\\n\\nHello?\"}");
    assert_true(str_is(kit.model->label, "generate:m2"));
    kit_close(&kit);
}

static struct kit refused_with(struct plan *plan)
{
    struct kit kit;
    kit_open(&kit, OPENAI, plan);
    assert_int_not_equal(kit_run(&kit), OK);
    kit_close(&kit);
    return kit;
}

static void a_busy_backend_says_when_to_come_again(void **state)
{
    (void)state;
    struct plan plan = { .status = "429 Too Many Requests",
                         .headers = "Retry-After: 3\r\n",
                         .body = "{\"error\":{\"message\":\"secret\",\"code\":\"rate_limit\"}}" };
    struct kit kit = refused_with(&plan);
    assert_int_equal(kit.err, ERR_BUSY);
    assert_int_equal(kit.call.retry_after_ms, 3000);
    assert_string_equal(kit.call.note.text, "HTTP status 429, rate_limit");
    plan.headers = "retry-after-ms: 250\r\nRetry-After: 1\r\n";
    assert_int_equal(refused_with(&plan).call.retry_after_ms, 250);
    plan.headers = "Retry-After: -5\r\n";
    assert_int_equal(refused_with(&plan).call.retry_after_ms, -1);
}

static void each_failure_has_its_own_error(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        const char *body;
        enum err err;
    } cases[] = {
        { "401 Unauthorized", "secret", ERR_AUTH },
        { "400 Bad Request", "secret", ERR_REFUSED },
        { "302 Found", "", ERR_REFUSED },
        { "500 Internal Server Error", "{}", ERR_BACKEND },
        { "503 Service Unavailable", "", ERR_BUSY },
        { "200 OK", "{\"error\":{\"message\":\"secret\"}}", ERR_BACKEND },
        { "200 OK", "secret", ERR_ANSWER },
        { "200 OK", "", ERR_ANSWER },
        { "204 No Content", "", ERR_ANSWER },
        { "200 OK", "{\"choices\":[{\"message\":{\"content\":\"secret\xff\"}}]}", ERR_ANSWER },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct plan plan = { .status = cases[i].status, .body = cases[i].body };
        assert_int_equal(refused_with(&plan).err, cases[i].err);
    }
}

static void an_answer_that_is_refused_tells_what_it_took(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = "200 OK",
                         .body = "{\"choices\":[{\"message\":{\"content\":\"secret\"},"
                                 "\"finish_reason\":\"length\"}],\"usage\":{"
                                 "\"prompt_tokens\":5,\"completion_tokens\":64}}" };
    kit_open(&kit, OPENAI, &plan);
    assert_int_equal(kit_run(&kit), ERR_ANSWER);
    assert_int_equal(kit.call.text.len, 0);
    assert_true(str_is(kit.call.model, "m1"));
    assert_int_equal(kit.call.tokens_in, 5);
    assert_int_equal(kit.call.tokens_out, 64);
    kit_close(&kit);
}

static void an_answer_that_is_too_large_is_refused(void **state)
{
    (void)state;
    char body[3000];
    memset(body, ' ', sizeof(body) - 1);
    body[sizeof(body) - 1] = '\0';
    struct plan plan = { .status = "200 OK", .body = body };
    assert_int_equal(refused_with(&plan).err, ERR_ANSWER);
}

static void the_deadline_holds_and_the_call_completes_once(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = NULL };
    kit_open(&kit, OPENAI, &plan);
    kit_ask(&kit, 40);
    loop_run(kit.loop);
    assert_int_equal(kit.done, 1);
    assert_int_equal(kit.err, ERR_TIMEOUT);
    assert_true(kit.at_ms >= kit.call.deadline_ms);
    kit_close(&kit);
}

static void a_cancelled_call_completes_once_and_later(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = NULL };
    kit_open(&kit, OPENAI, &plan);
    kit_ask(&kit, 10000);
    kit.model->ops->cancel(kit.model, &kit.call);
    kit.model->ops->cancel(kit.model, &kit.call);
    assert_int_equal(kit.done, 0);
    loop_run(kit.loop);
    assert_int_equal(kit.done, 1);
    assert_int_equal(kit.err, ERR_CANCELLED);
    kit_close(&kit);
}

static void text_that_is_no_text_is_not_sent(void **state)
{
    (void)state;
    static const struct prompt_part bad[] = { { ROLE_USER, { "\xff", 1 } } };
    struct kit kit;
    struct plan plan = { .status = "200 OK", .body = CHAT_ANSWER };
    struct prompt prompt = { .parts = bad, .parts_count = 1 };
    kit_open(&kit, OPENAI, &plan);
    kit.call = (struct model_call){ .prompt = &prompt,
                                    .deadline_ms = INT64_MAX,
                                    .arena = &kit.arena,
                                    .on_done = kit_on_done,
                                    .owner = &kit };
    kit.model->ops->ask(kit.model, &kit.call);
    assert_int_equal(kit.done, 0);
    loop_run(kit.loop);
    assert_int_equal(kit.err, ERR_REFUSED);
    assert_int_equal(tcp_accepted(&kit.server), 0);
    kit_close(&kit);
}

static void an_address_that_cannot_work_is_named(void **state)
{
    (void)state;
    struct kit kit = { .loop = loop_create() };
    struct note note = { .text = "" };
    assert_int_equal(make_openai(&kit, "localhost", &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "model.url: "));
    assert_int_equal(make_generate(&kit, "ftp://x", &note), ERR_CONFIG);
    assert_null(kit.model);
    loop_destroy(kit.loop);
}

static void no_memory_is_told_and_nothing_leaks(void **state)
{
    (void)state;
    struct kit kit;
    struct plan plan = { .status = "200 OK", .body = CHAT_ANSWER };
    enum err err = ERR_NOMEM;
    kit_open(&kit, OPENAI, &plan);
    for (long nth = 1; err != OK; nth++) {
        assert_true(nth < 100);
        mem_fail_nth(nth);
        kit_ask(&kit, 300);
        loop_run(kit.loop);
        err = kit.err;
        assert_int_equal(kit.done, 1);
        assert_true(err == OK || err == ERR_NOMEM || err == ERR_TIMEOUT);
    }
    err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        struct kit other = { .loop = kit.loop, .http = kit.http };
        assert_true(nth < 100);
        mem_fail_nth(nth);
        err = make_openai(&other, "http://localhost", NULL);
        assert_true(err == OK || err == ERR_NOMEM);
        mem_fail_nth(0);
        model_http_destroy(other.model);
    }
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_back_with_all_that_was_told),
        cmocka_unit_test(the_plain_dialect_sends_and_reads_one_text),
        cmocka_unit_test(a_busy_backend_says_when_to_come_again),
        cmocka_unit_test(each_failure_has_its_own_error),
        cmocka_unit_test(an_answer_that_is_refused_tells_what_it_took),
        cmocka_unit_test(an_answer_that_is_too_large_is_refused),
        cmocka_unit_test(the_deadline_holds_and_the_call_completes_once),
        cmocka_unit_test(a_cancelled_call_completes_once_and_later),
        cmocka_unit_test(text_that_is_no_text_is_not_sent),
        cmocka_unit_test(an_address_that_cannot_work_is_named),
        cmocka_unit_test(no_memory_is_told_and_nothing_leaks),
    };
    json_setup(1);
    return cmocka_run_group_tests_name("adapter_model", tests, NULL, NULL);
}
