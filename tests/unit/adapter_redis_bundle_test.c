/* Writes that are bound to what was read: many in one script, each with an outcome of its own. */
#include "tests/unit/cm.h"

#include "common/mem.h"
#include "tests/unit/redis_kit.h"
#include "worker/adapter/redis_bundle.h"

#define ASKS_MAX (REDIS_BUNDLE_WRITES_MAX + 1)

static struct store_call put_of(const char *key, const char *field, struct str value)
{
    return (struct store_call){ .op = STORE_PUT, .key = str_from(key), .field = str_from(field),
                                .value = value, .revision = STR("was"), .ttl_ms = 1234,
                                .is_bound = true };
}

/* What follows the script, parted by blanks. */
static const char *said_of(struct redis_bundle *bundle, size_t from, size_t writes, char out[256])
{
    size_t count;
    size_t len = 0;
    const struct str *command = redis_bundle_command(bundle, from, writes, &count);
    assert_true(str_is(command[0], "EVAL"));
    for (size_t i = 2; i < count; i++) {
        len += (size_t)snprintf(out + len, 256 - len, "%s%.*s", i > 2 ? " " : "",
                                STR_ARG(command[i]));
    }
    return out;
}

static const char *said(struct redis_bundle *bundle, char out[256])
{
    return said_of(bundle, 0, bundle->writes_count, out);
}

static struct redis_bundle *bundle_make(void)
{
    struct redis_bundle *bundle = mem_zero(1, sizeof(*bundle));
    assert_non_null(bundle);
    return bundle;
}

static void only_writes_that_are_bound_are_taken(void **state)
{
    (void)state;
    struct store_call call = put_of("k", "f", STR("v"));
    assert_true(redis_bundle_takes(&call));
    call.is_bound = false;
    assert_false(redis_bundle_takes(&call));
    call = (struct store_call){ .op = STORE_SET, .is_bound = true };
    assert_false(redis_bundle_takes(&call));
}

static void keys_come_first_and_then_what_belongs_to_each(void **state)
{
    (void)state;
    char out[256];
    struct redis_bundle *bundle = bundle_make();
    struct store_call first = put_of("1", "f", STR("v"));
    struct store_call second = put_of("2", "g", STR("w"));
    second.revision = STR_NONE;
    second.room_for = 9;
    second.drops[0] = STR("a");
    second.drops[1] = STR("b");
    second.drops_count = 2;
    assert_false(redis_bundle_add(bundle, STR("k1"), &first));
    assert_false(redis_bundle_add(bundle, STR("k2"), &second));
    assert_string_equal(said(bundle, out), "2 k1 k2 f v 1234 was 0 0 g w 1234  9 2 a b");
    assert_string_equal(said_of(bundle, 0, 1, out), "1 k1 f v 1234 was 0 0");
    assert_string_equal(said_of(bundle, 1, 1, out), "1 k2 g w 1234  9 2 a b");
    redis_bundle_clear(bundle);
    assert_false(redis_bundle_add(bundle, STR("k2"), &first));
    assert_string_equal(said(bundle, out), "1 k2 f v 1234 was 0 0");
    mem_free(bundle);
}

static void what_is_kept_outlives_what_was_given(void **state)
{
    (void)state;
    char out[256];
    char key[] = "k";
    char value[] = "v";
    struct redis_bundle *bundle = bundle_make();
    struct store_call call = put_of("1", "f", (struct str){ value, 1 });
    assert_false(redis_bundle_add(bundle, (struct str){ key, 1 }, &call));
    key[0] = value[0] = '!';
    assert_string_equal(said(bundle, out), "1 k f v 1234 was 0 0");
    mem_free(bundle);
}

static void a_full_one_is_to_be_sent_at_once(void **state)
{
    (void)state;
    struct redis_bundle *bundle = bundle_make();
    struct store_call call = put_of("1", "f", STR("v"));
    call.drops_count = STORE_DROPS_MAX;
    for (size_t i = 1; i < REDIS_BUNDLE_WRITES_MAX; i++) {
        assert_false(redis_bundle_add(bundle, STR("k"), &call));
    }
    assert_true(redis_bundle_add(bundle, STR("k"), &call));
    size_t count;
    redis_bundle_command(bundle, 0, bundle->writes_count, &count);
    assert_int_equal(count, REDIS_BUNDLE_COMMAND_MAX);
    mem_free(bundle);
}

static void what_is_too_long_to_be_kept_is_to_be_sent_at_once(void **state)
{
    (void)state;
    struct redis_bundle *bundle = bundle_make();
    char *bytes = mem_zero(1, REDIS_BUNDLE_BYTES_MAX);
    assert_non_null(bytes);
    struct store_call large = put_of("1", "f", (struct str){ bytes, REDIS_BUNDLE_BYTES_MAX });
    struct store_call small = put_of("2", "f", STR("v"));
    assert_false(redis_bundle_add(bundle, STR("k"), &small));
    assert_true(redis_bundle_add(bundle, STR("k"), &large));
    size_t count;
    const struct str *command = redis_bundle_command(bundle, 0, bundle->writes_count, &count);
    assert_ptr_equal(command[3 + 2 + 6 + 1].ptr, bytes);
    assert_int_equal(bundle->bytes_len, 6); /* of the small one alone */
    mem_free(bytes);
    mem_free(bundle);
}

/* Starts `count` writes and runs the loop until the last of them is done. */
static void run_writes(struct kit *kit, struct store_ask *asks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        asks[i].goes_on = i + 1 < count;
        store_ask_start(&asks[i], kit->loop, kit->store, put_of("h", "f", STR("v")));
    }
    loop_run(kit->loop);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(asks[i].done, 1);
        store_ask_fini(&asks[i]);
    }
}

static void writes_of_one_turn_share_a_script_and_have_their_own_outcomes(void **state)
{
    (void)state;
    struct store_ask asks[3];
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "*3\r\n:1\r\n:0\r\n$2\r\nno\r\n" });
    kit_wait(&kit, true);
    run_writes(&kit, asks, 3);
    assert_int_equal(asks[0].err, OK);
    assert_int_equal(asks[1].err, ERR_CONFLICT);
    assert_int_equal(asks[2].err, ERR_BACKEND);
    assert_true(plan_saw(&kit.plan, " 3 deskhand:1:aA deskhand:1:aA deskhand:1:aA f v 1234 was "));
    kit_close(&kit);
}

static void a_read_that_is_sent_with_them_has_its_own_reply(void **state)
{
    (void)state;
    struct store_ask asks[2] = { { .goes_on = true }, { .goes_on = false } };
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "*1\r\n:1\r\n" });
    kit_wait(&kit, true);
    store_ask_start(&asks[0], kit.loop, kit.store, put_of("h", "f", STR("v")));
    store_ask_start(&asks[1], kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("k") });
    while (!asks[0].done || !asks[1].done) {
        asks[0].goes_on = asks[1].goes_on = false;
        loop_run(kit.loop);
    }
    assert_int_equal(asks[0].err, OK);
    assert_int_equal(asks[1].err, ERR_BACKEND); /* a list is no value */
    store_ask_fini(&asks[0]);
    store_ask_fini(&asks[1]);
    kit_close(&kit);
}

static void more_writes_than_a_script_takes_go_out_in_two(void **state)
{
    (void)state;
    struct store_ask asks[ASKS_MAX];
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "*1\r\n:1\r\n" });
    kit_wait(&kit, true);
    run_writes(&kit, asks, ASKS_MAX);
    assert_int_equal(asks[0].err, ERR_BACKEND); /* one outcome for 64 */
    assert_int_equal(asks[ASKS_MAX - 1].err, OK);
    assert_int_equal(kit_failures(&kit, ERR_BACKEND), REDIS_BUNDLE_WRITES_MAX);
    kit_close(&kit);
}

static void a_refused_script_is_the_failure_of_each_write(void **state)
{
    (void)state;
    struct store_ask asks[2];
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "-OOM command not allowed\r\n" });
    kit_wait(&kit, true);
    run_writes(&kit, asks, 2);
    assert_int_equal(kit_failures(&kit, ERR_BACKEND), 2);
    assert_true(kit.store->ops->is_up(kit.store));
    kit_close(&kit);
}

static void where_keys_lie_in_several_slots_each_write_goes_alone(void **state)
{
    (void)state;
    struct store_ask asks[2];
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "-CROSSSLOT Keys in request\r\n" });
    kit_wait(&kit, true);
    run_writes(&kit, asks, 2);
    assert_false(plan_saw(&kit.plan, "return done 1 "));
    run_writes(&kit, asks, 2);
    assert_true(plan_saw(&kit.plan, "return done 1 deskhand:1:aA f v 1234 was 0 0|EVAL "));
    kit_close(&kit);
}

struct reader {
    struct kit *kit;
    struct store_ask writes[2];
};

/* While the loop has more replies at hand. */
static void on_read(struct store_call *call, enum err err)
{
    struct reader *reader = call->owner;
    assert_int_equal(err, OK);
    for (size_t i = 0; i < countof(reader->writes); i++) {
        reader->writes[i].goes_on = i == 0;
        store_ask_start(&reader->writes[i], reader->kit->loop, reader->kit->store,
                        put_of("h", "f", STR("v")));
    }
}

static void what_is_gathered_when_that_is_heard_goes_alone_too(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    struct store_ask refused[2] = { { .goes_on = true }, { .goes_on = true } };
    struct reader reader = { .kit = &kit };
    struct store_call read = { .op = STORE_GET, .key = STR("k"), .on_done = on_read,
                               .owner = &reader };
    kit_open(&kit, (struct plan){ .reply = "*1\r\n:1\r\n",
                                  .first_replies = { "$-1\r\n-CROSSSLOT Keys in request\r\n",
                                                     "" } });
    kit_wait(&kit, true);
    kit.store->ops->start(kit.store, &read);
    for (size_t i = 0; i < countof(refused); i++) {
        store_ask_start(&refused[i], kit.loop, kit.store, put_of("h", "f", STR("v")));
    }
    loop_run(kit.loop);
    for (size_t i = 0; i < countof(refused); i++) {
        assert_int_equal(refused[i].err, ERR_BACKEND);
        assert_int_equal(reader.writes[i].err, OK); /* one reply for two were none of theirs */
        store_ask_fini(&refused[i]);
        store_ask_fini(&reader.writes[i]);
    }
    kit_close(&kit);
}

static void a_write_that_is_given_up_leaves_the_others_their_outcomes(void **state)
{
    (void)state;
    struct store_ask asks[2] = { { .goes_on = true }, { .goes_on = false } };
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .reply = "*2\r\n:0\r\n:1\r\n" });
    kit_wait(&kit, true);
    store_ask_start(&asks[0], kit.loop, kit.store, put_of("h", "f", STR("v")));
    store_ask_start(&asks[1], kit.loop, kit.store, put_of("h", "f", STR("v")));
    kit.store->ops->cancel(kit.store, &asks[0].call);
    loop_run(kit.loop);
    assert_int_equal(asks[0].err, ERR_CANCELLED);
    assert_int_equal(asks[1].err, OK);
    store_ask_fini(&asks[0]);
    store_ask_fini(&asks[1]);
    kit_close(&kit);
}

static void a_lost_connection_fails_all_of_them(void **state)
{
    (void)state;
    struct store_ask asks[ASKS_MAX];
    struct kit kit = { .want_up = false };
    kit_open(&kit, (struct plan){ .manner = MANNER_CLOSES });
    kit_wait(&kit, true);
    run_writes(&kit, asks, ASKS_MAX);
    assert_int_equal(kit_failures(&kit, ERR_UNREACHABLE), ASKS_MAX);
    kit_wait(&kit, true); /* and it is of use again */
    run_writes(&kit, asks, 1);
    assert_int_equal(asks[0].err, ERR_UNREACHABLE);
    kit_close(&kit);
}

static void writes_that_wait_to_be_sent_count_as_calls(void **state)
{
    (void)state;
    struct store_ask asks[3];
    struct kit kit = { .want_up = false };
    struct store_redis_options options = kit_options(&kit);
    options.calls_max = 2;
    kit_open_with(&kit, (struct plan){ .reply = "*2\r\n:1\r\n:1\r\n" }, options);
    kit_wait(&kit, true);
    for (size_t i = 0; i < 3; i++) {
        asks[i].goes_on = i != 1;
        store_ask_start(&asks[i], kit.loop, kit.store, put_of("h", "f", STR("v")));
    }
    loop_run(kit.loop);
    assert_int_equal(asks[1].err, OK);
    assert_int_equal(asks[2].err, ERR_FULL);
    for (size_t i = 0; i < 3; i++) {
        store_ask_fini(&asks[i]);
    }
    kit_close(&kit);
}

/* The server cannot take so much, and goes away. */
static void what_waits_for_replies_is_bounded_with_all_that_belongs_to_it(void **state)
{
    (void)state;
    struct kit kit = { .want_up = false };
    char *bytes = mem_zero(1, STORE_REDIS_BYTES_MAX);
    assert_non_null(bytes);
    kit_open(&kit, (struct plan){ .manner = MANNER_CLOSES });
    struct store_call call = put_of("h", "f", STR_NONE);
    call.drops[0] = STR("ab");
    call.drops_count = 1;
    size_t rest = strlen("deskhand:1:aA" "f" "was" "ab");
    for (size_t over = 0; over <= 1; over++) {
        call.value = (struct str){ bytes, STORE_REDIS_BYTES_MAX - rest + over };
        kit_wait(&kit, true);
        assert_int_equal(store_ask_do(kit.loop, kit.store, call),
                         over ? ERR_FULL : ERR_UNREACHABLE);
    }
    mem_free(bytes);
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_writes_that_are_bound_are_taken),
        cmocka_unit_test(keys_come_first_and_then_what_belongs_to_each),
        cmocka_unit_test(what_is_kept_outlives_what_was_given),
        cmocka_unit_test(a_full_one_is_to_be_sent_at_once),
        cmocka_unit_test(what_is_too_long_to_be_kept_is_to_be_sent_at_once),
        cmocka_unit_test(writes_of_one_turn_share_a_script_and_have_their_own_outcomes),
        cmocka_unit_test(a_read_that_is_sent_with_them_has_its_own_reply),
        cmocka_unit_test(more_writes_than_a_script_takes_go_out_in_two),
        cmocka_unit_test(a_refused_script_is_the_failure_of_each_write),
        cmocka_unit_test(where_keys_lie_in_several_slots_each_write_goes_alone),
        cmocka_unit_test(what_is_gathered_when_that_is_heard_goes_alone_too),
        cmocka_unit_test(a_write_that_is_given_up_leaves_the_others_their_outcomes),
        cmocka_unit_test(a_lost_connection_fails_all_of_them),
        cmocka_unit_test(writes_that_wait_to_be_sent_count_as_calls),
        cmocka_unit_test(what_waits_for_replies_is_bounded_with_all_that_belongs_to_it),
    };
    return cmocka_run_group_tests_name("adapter_redis_bundle", tests, NULL, NULL);
}
