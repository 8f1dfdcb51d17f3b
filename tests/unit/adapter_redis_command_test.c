/* Calls of the store in the words of Redis; what a server sees of each is in
 * adapter_store_redis_test.c. */
#include "tests/unit/cm.h"

#include "worker/adapter/redis_command.h"

/* Without the script, where there is one, parted by blanks. */
static const char *words(struct store_call call, char out[256])
{
    struct redis_command command;
    size_t len = 0;
    redis_command_make(&command, STR("key"), &call);
    for (size_t i = 0; i < command.count; i++) {
        bool is_script = i == 1 && str_is(command.arguments[0], "EVAL");
        len += (size_t)snprintf(out + len, 256 - len, "%s%.*s", i > 0 ? " " : "",
                                STR_ARG(is_script ? STR("-") : command.arguments[i]));
    }
    return out;
}

static struct store_call call_of(enum store_op op)
{
    return (struct store_call){ .op = op, .field = STR("f"), .value = STR("v"), .ttl_ms = 77,
                                .amount = -3 };
}

static void each_call_is_one_command(void **state)
{
    (void)state;
    static const struct {
        enum store_op op;
        const char *words;
    } calls[] = {
        { STORE_GET, "GET key" },
        { STORE_SET, "SET key v PX 77" },
        { STORE_ALL, "HGETALL key" },
        { STORE_PICK, "HGET key f" },
        { STORE_PUT, "EVAL - 1 key f v 77" },
        { STORE_DROP, "DEL key" },
        { STORE_CLAIM, "SET key v NX PX 77" },
        { STORE_RENEW, "EVAL - 1 key v 77" },
        { STORE_YIELD, "EVAL - 1 key v" },
        { STORE_ADD, "EVAL - 1 key -3 77" },
    };
    char out[256];
    for (size_t i = 0; i < countof(calls); i++) {
        assert_string_equal(words(call_of(calls[i].op), out), calls[i].words);
    }
}

static void a_write_names_what_goes_with_it(void **state)
{
    (void)state;
    char out[256];
    struct store_call call = call_of(STORE_PUT);
    call.fields_max = 3;
    assert_string_equal(words(call, out), "EVAL - 1 key f v 77 3 6");
    call.fields_max = 0;
    call.drops_count = STORE_DROPS_MAX;
    for (size_t i = 0; i < STORE_DROPS_MAX; i++) {
        call.drops[i] = STR("d");
    }
    assert_string_equal(words(call, out), "EVAL - 1 key f v 77 d d d d");
}

static void all_that_is_sent_of_a_call_is_counted(void **state)
{
    (void)state;
    struct store_call call = call_of(STORE_PUT);
    assert_int_equal(redis_call_bytes(STR("key"), &call), 5);
    call.drops[0] = STR("ab");
    call.drops[1] = STR("cde");
    call.drops_count = 2;
    assert_int_equal(redis_call_bytes(STR("key"), &call), 10);
    call.revision = STR("was");
    assert_int_equal(redis_call_bytes(STR("key"), &call), 10); /* a PICK's, not sent */
    call.is_bound = true;
    assert_int_equal(redis_call_bytes(STR("key"), &call), 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_is_one_command),
        cmocka_unit_test(a_write_names_what_goes_with_it),
        cmocka_unit_test(all_that_is_sent_of_a_call_is_counted),
    };
    return cmocka_run_group_tests_name("adapter_redis_command", tests, NULL, NULL);
}
