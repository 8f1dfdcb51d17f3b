/* The Redis store against servers that behave, refuse, hang, lie and go away. */
#include "tests/unit/cm.h"

#include "common/mem.h"
#include "tests/unit/redis_kit.h"

#define SILENCE_MS 1000 /* after so long without any reply a connection is given up */

static const char *kit_get(struct kit *kit)
{
    return store_get(kit->loop, kit->store, "key", kit->out);
}

/* One call against a server that gives `reply` to it. */
static enum err call_with(enum store_op op, const char *reply, char out[64])
{
    struct kit kit = { .want_up = false };
    struct store_ask ask;
    kit_open(&kit, (struct plan){ .reply = reply });
    kit_wait(&kit, true);
    enum err err = store_ask_run(
        &ask, kit.loop, kit.store,
        (struct store_call){ .op = op, .key = STR("key"), .value = STR("me") });
    struct str said = op == STORE_CLAIM ? ask.call.found ? STR("won") : STR("lost")
                                        : ask.call.found_value;
    snprintf(out, 64, "%.*s", STR_ARG(said));
    assert_int_equal(kit_failures(&kit, ERR_BACKEND), err == ERR_BACKEND ? 1 : 0);
    store_ask_fini(&ask);
    kit_close(&kit);
    return err;
}

static enum err get_with(const char *reply, char out[64])
{
    return call_with(STORE_GET, reply, out);
}

static void it_introduces_itself_before_it_is_up(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_redis_options options = kit_options(&kit);
    options.password = STR("secret");
    kit_open_at(&kit, (struct plan){ .reply = "$-1\r\n" }, options, "worker@", "/3");
    kit_wait(&kit, true);
    assert_string_equal(kit.plan.seen, "AUTH worker secret|CLIENT SETNAME test|SELECT 3|PING|");
    assert_int_equal(store_redis_trouble(kit.store).len, 0);
    assert_int_equal(metric_get(kit.metrics, METRIC_STORE_UP, 0, 0), 1);
    kit_close(&kit);
}

static void keys_have_a_prefix_and_hold_no_strange_bytes(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "$3\r\none\r\n" });
    kit_wait(&kit, true);
    assert_string_equal(store_get(kit.loop, kit.store, "\xff\xfe\n", kit.out), "one");
    assert_true(plan_saw(&kit.plan, "GET deskhand:1:__4K|"));
    kit_close(&kit);
}

static void values_and_misses_are_told_apart(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "$-1\r\n" });
    kit_wait(&kit, true);
    assert_string_equal(kit_get(&kit), "(none)");
    kit_close(&kit);
    char out[64];
    assert_int_equal(get_with("$0\r\n\r\n", out), OK);
    assert_string_equal(out, "");
    assert_int_equal(get_with("$5\r\nvalue\r\n", out), OK);
    assert_string_equal(out, "value");
}

static void each_operation_sends_its_commands(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_call put = { .op = STORE_PUT, .key = STR("h"), .field = STR("f"),
                              .value = STR("v"), .drops = { STR("a"), STR("b") }, .ttl_ms = 1234,
                              .drops_count = 2 };
    kit_open(&kit, (struct plan){ .reply = ":1\r\n" });
    kit_wait(&kit, true);
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), OK);
    assert_true(plan_saw(&kit.plan, " 1 deskhand:1:aA f v 1234 a b|"));
    put = (struct store_call){ put.op, put.key, put.field, put.value, .fields_max = 3 };
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), OK);
    assert_true(plan_saw(&kit.plan, " 3 6|"));
    put.op = STORE_DROP;
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), OK);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "f", kit.out), "(error)");
    assert_true(plan_saw(&kit.plan, "|DEL deskhand:1:aA|"));
    assert_true(plan_saw(&kit.plan, "|HGET deskhand:1:aA f|"));
    kit_close(&kit);
    struct kit other = { .want_up = false };
    kit_open(&other, (struct plan){ .reply = "+OK\r\n" });
    kit_wait(&other, true);
    assert_int_equal(store_set(other.loop, other.store, "h", "v", 77), OK);
    assert_true(plan_saw(&other.plan, "|SET deskhand:1:aA v PX 77|"));
    kit_close(&other);
}

static void claims_and_sums_send_their_commands(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = ":9\r\n" });
    kit_wait(&kit, true);
    assert_int_equal(store_add(kit.loop, kit.store, "h", -3, 88), 9);
    assert_int_equal(store_yield(kit.loop, kit.store, "h", "me"), OK);
    assert_true(plan_saw(&kit.plan, " 1 deskhand:1:aA -3 88|EVAL "));
    assert_true(plan_saw(&kit.plan, " 1 deskhand:1:aA me|"));
    assert_false(store_renew(kit.loop, kit.store, "h", "u", 99) || !plan_saw(&kit.plan, "A u 99|"));
    kit_close(&kit);
    struct kit other = { .want_up = false };
    kit_open(&other, (struct plan){ .reply = "+OK\r\n" });
    kit_wait(&other, true);
    assert_true(store_claim(other.loop, other.store, "h", "me", 77));
    assert_true(plan_saw(&other.plan, "|SET deskhand:1:aA me NX PX 77|"));
    assert_int_equal(store_add(other.loop, other.store, "h", 1, 88), INT64_MIN);
    kit_close(&other);
}

static void a_claim_is_won_lost_or_refused(void **state)
{
    (void)state;
    char out[64];
    assert_int_equal(call_with(STORE_CLAIM, "+OK\r\n", out), OK);
    assert_string_equal(out, "won");
    assert_int_equal(call_with(STORE_CLAIM, "$-1\r\n", out), OK);
    assert_string_equal(out, "lost");
    assert_int_equal(call_with(STORE_CLAIM, ":1\r\n", out), ERR_BACKEND);
    assert_int_equal(call_with(STORE_CLAIM, "-OOM command not allowed\r\n", out), ERR_BACKEND);
    assert_string_equal(out, "lost");
}

static void fields_come_back_in_pairs(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$0\r\n\r\n" });
    kit_wait(&kit, true);
    assert_string_equal(store_all(kit.loop, kit.store, "h", kit.out), "a=1,b=");
    kit_close(&kit);
    struct kit empty = { .want_up = false };
    kit_open(&empty, (struct plan){ .reply = "*0\r\n" });
    kit_wait(&empty, true);
    assert_string_equal(store_all(empty.loop, empty.store, "h", empty.out), "(none)");
    kit_close(&empty);
}

static void refusals_and_wrong_types_are_the_backends_failure(void **state)
{
    (void)state;
    char out[64];
    assert_int_equal(get_with("-OOM command not allowed\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with("-READONLY You can't write\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with("-WRONGTYPE Operation\r\n", out), OK); /* foreign: a miss */
    assert_int_equal(get_with("-NOAUTH Authentication required.\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with(":17\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with("*1\r\n$1\r\na\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with("%1\r\n$1\r\na\r\n$1\r\nb\r\n", out), ERR_BACKEND);
    assert_int_equal(get_with(">2\r\n$7\r\nmessage\r\n$1\r\nb\r\n", out), ERR_BACKEND);
}

static void odd_fields_are_the_backends_failure(void **state)
{
    (void)state;
    static const char *const replies[] = { "*1\r\n$1\r\na\r\n", "*2\r\n$1\r\na\r\n:1\r\n",
                                           "*2\r\n*0\r\n*0\r\n", "$1\r\na\r\n", "$-1\r\n" };
    for (size_t i = 0; i < countof(replies); i++) {
        struct kit kit = { .want_up = false };
        kit_open(&kit, (struct plan){ .reply = replies[i] });
        kit_wait(&kit, true);
        assert_string_equal(store_all(kit.loop, kit.store, "h", kit.out), "(error)");
        kit_close(&kit);
    }
}

static void what_is_no_reply_at_all_costs_the_connection_only(void **state)
{
    (void)state;
    char out[64];
    assert_int_equal(get_with("hello\r\n", out), ERR_UNREACHABLE);
    assert_int_equal(get_with("$-7\r\n", out), ERR_UNREACHABLE);
    assert_int_equal(get_with("$99999999999999999999\r\n", out), ERR_UNREACHABLE);
    assert_int_equal(get_with("*1000000000\r\n", out), ERR_UNREACHABLE);
    char deep[4 * 2000 + 1] = "";
    for (size_t i = 0; i < 2000; i++) {
        memcpy(deep + 4 * i, "*1\r\n", 5);
    }
    assert_int_equal(get_with(deep, out), ERR_UNREACHABLE);
}

static void a_reply_that_nobody_asked_for_costs_the_connection_only(void **state)
{
    (void)state;
    static const char *const replies[] = { "+OK\r\n", ">1\r\n$4\r\nnews\r\n",
                                           "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n" };
    for (size_t i = 0; i < countof(replies); i++) {
        struct kit kit = { .want_up = false };
        kit_open(&kit, (struct plan){ .manner = MANNER_TALKS, .reply = replies[i] });
        kit_wait(&kit, false);
        assert_true(str_is(store_redis_trouble(kit.store), "a reply that nobody asked for"));
        kit_close(&kit);
    }
}

static void a_slow_server_costs_no_more_than_the_timeout(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_ask ask = { .goes_on = false };
    struct store_redis_options options = kit_options(&kit);
    options.timeout_ms = 30;
    kit_open_with(&kit, (struct plan){ .manner = MANNER_HANGS }, options);
    int64_t opened_ms = loop_clock(kit.loop)->mono_ms;
    kit_wait(&kit, true);
    store_ask_start(&ask, kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("key") });
    int64_t deadline_ms = ask.call.deadline_ms;
    loop_run(kit.loop);
    assert_int_equal(ask.err, ERR_TIMEOUT);
    assert_int_equal(ask.done, 1);
    assert_true(ask.at_ms >= deadline_ms);
    /* A machine that stood still for that long has made a silent server of it. */
    assert_true(kit.store->ops->is_up(kit.store) || ask.at_ms - opened_ms >= SILENCE_MS);
    assert_int_equal(kit_failures(&kit, ERR_TIMEOUT), 1);
    store_ask_fini(&ask);
    kit_close(&kit);
}

static void a_silent_server_is_given_up(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_redis_options options = kit_options(&kit);
    options.timeout_ms = SILENCE_MS + 100;
    kit_open_with(&kit, (struct plan){ .manner = MANNER_HANGS }, options);
    kit_wait(&kit, true);
    assert_string_equal(kit_get(&kit), "(error)");
    assert_int_equal(kit_failures(&kit, ERR_TIMEOUT), 1);
    kit_wait(&kit, false);
    assert_true(str_is(store_redis_trouble(kit.store), "no reply any more"));
    kit_close(&kit);
}

static void a_late_reply_does_not_answer_another_call(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_ask first = { .goes_on = true };
    struct store_ask second = { .goes_on = false };
    kit_open(&kit, (struct plan){ .reply = "$5\r\nvalue\r\n" });
    kit_wait(&kit, true);
    store_ask_start(&first, kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("a") });
    kit.store->ops->cancel(kit.store, &first.call);
    kit.store->ops->cancel(kit.store, &first.call);
    assert_int_equal(first.done, 0);
    store_ask_start(&second, kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("b") });
    loop_run(kit.loop);
    assert_int_equal(first.done, 1);
    assert_int_equal(first.err, ERR_CANCELLED);
    assert_false(first.call.found);
    assert_int_equal(second.err, OK);
    assert_true(str_is(second.call.found_value, "value"));
    store_ask_fini(&first);
    store_ask_fini(&second);
    kit_close(&kit);
}

static void without_a_connection_calls_fail_at_once(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "+OK\r\n" });
    assert_string_equal(kit_get(&kit), "(error)");
    assert_int_equal(kit_failures(&kit, ERR_UNREACHABLE), 1);
    kit_close(&kit);
}

static void a_lost_connection_fails_its_calls_and_comes_back(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .manner = MANNER_CLOSES });
    kit_wait(&kit, true);
    assert_string_equal(kit_get(&kit), "(error)");
    assert_int_equal(kit_failures(&kit, ERR_UNREACHABLE), 1);
    assert_int_equal(metric_get(kit.metrics, METRIC_STORE_UP, 0, 0), 0);
    kit_wait(&kit, true);
    assert_int_equal(tcp_accepted(&kit.server), 2);
    kit_close(&kit);
}

static void it_tries_again_until_the_server_lets_it_in(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .refuse_connections = 2, .reply = "$-1\r\n" });
    kit_wait(&kit, true);
    assert_int_equal(tcp_accepted(&kit.server), 3);
    assert_string_equal(kit_get(&kit), "(none)");
    kit_close(&kit);
}

static void trouble_of(struct plan plan, const char *part)
{
    struct kit kit = { .want_up = false };
    struct store_redis_options options = kit_options(&kit);
    options.password = STR("secret");
    kit_open_with(&kit, plan, options);
    kit_wait(&kit, false);
    struct str trouble = store_redis_trouble(kit.store);
    assert_true(str_find(trouble, str_from(part)) < trouble.len);
    assert_true(str_find(trouble, STR("secret")) == trouble.len);
    kit_close(&kit);
}

static void a_refused_introduction_says_what_to_do(void **state)
{
    (void)state;
    trouble_of((struct plan){ .auth_reply = "-WRONGPASS secret\r\n" }, "store.password.file");
    trouble_of((struct plan){ .ping_reply = "-NOAUTH Authentication\r\n" }, "asks for a password");
    trouble_of((struct plan){ .ping_reply = "-LOADING Redis is\r\n" }, "loading");
    trouble_of((struct plan){ .ping_reply = "$4\r\nPONG\r\n" }, "not a Redis server");
    trouble_of((struct plan){ .auth_reply = "HTTP/1.1 400 Bad Request\r\n" }, "Protocol error");
}

static void a_user_who_may_not_ping_may_still_store(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .ping_reply = "-NOPERM no\r\n", .reply = "$-1\r\n" });
    kit_wait(&kit, true);
    assert_string_equal(kit_get(&kit), "(none)");
    kit_close(&kit);
}

static void more_calls_than_allowed_are_turned_away(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_ask asks[3];
    struct store_redis_options options = kit_options(&kit);
    options.calls_max = 2;
    kit_open_with(&kit, (struct plan){ .reply = "$-1\r\n" }, options);
    kit_wait(&kit, true);
    for (size_t i = 0; i < 3; i++) {
        asks[i].goes_on = i != 1;
        store_ask_start(&asks[i], kit.loop, kit.store,
                        (struct store_call){ .op = STORE_GET, .key = STR("key") });
    }
    loop_run(kit.loop);
    assert_int_equal(asks[0].err, OK);
    assert_int_equal(asks[1].err, OK);
    assert_int_equal(asks[2].err, ERR_FULL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(asks[i].done, 1);
        store_ask_fini(&asks[i]);
    }
    kit_close(&kit);
}

static void no_memory_never_loses_a_call(void **state)
{
    (void)state;
    for (long nth = 1; nth < 30; nth++) {
        struct kit kit = { .want_up = false };
        struct store_redis_options options = kit_options(&kit);
        options.loop = kit.loop = loop_create();
        options.metrics = kit.metrics = metrics_create();
        options.url = STR("redis://127.0.0.1:1");
        mem_fail_nth(nth);
        enum err err = store_redis_create(&options, &kit.store, NULL);
        assert_true(err == OK || err == ERR_NOMEM);
        if (err == OK) {
            struct store_call call = { .op = STORE_GET, .key = STR("key") };
            assert_int_not_equal(store_ask_do(kit.loop, kit.store, call), OK);
            store_redis_destroy(kit.store);
        }
        mem_fail_nth(0);
        loop_destroy(kit.loop);
        metrics_destroy(kit.metrics);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_introduces_itself_before_it_is_up),
        cmocka_unit_test(keys_have_a_prefix_and_hold_no_strange_bytes),
        cmocka_unit_test(values_and_misses_are_told_apart),
        cmocka_unit_test(each_operation_sends_its_commands),
        cmocka_unit_test(claims_and_sums_send_their_commands),
        cmocka_unit_test(a_claim_is_won_lost_or_refused),
        cmocka_unit_test(fields_come_back_in_pairs),
        cmocka_unit_test(refusals_and_wrong_types_are_the_backends_failure),
        cmocka_unit_test(odd_fields_are_the_backends_failure),
        cmocka_unit_test(what_is_no_reply_at_all_costs_the_connection_only),
        cmocka_unit_test(a_reply_that_nobody_asked_for_costs_the_connection_only),
        cmocka_unit_test(a_slow_server_costs_no_more_than_the_timeout),
        cmocka_unit_test(a_silent_server_is_given_up),
        cmocka_unit_test(a_late_reply_does_not_answer_another_call),
        cmocka_unit_test(without_a_connection_calls_fail_at_once),
        cmocka_unit_test(a_lost_connection_fails_its_calls_and_comes_back),
        cmocka_unit_test(it_tries_again_until_the_server_lets_it_in),
        cmocka_unit_test(a_refused_introduction_says_what_to_do),
        cmocka_unit_test(a_user_who_may_not_ping_may_still_store),
        cmocka_unit_test(more_calls_than_allowed_are_turned_away),
        cmocka_unit_test(no_memory_never_loses_a_call),
    };
    return cmocka_run_group_tests_name("adapter_store_redis", tests, NULL, NULL);
}
