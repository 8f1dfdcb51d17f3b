/* stored_test.c - a newer form is told apart from what is no form of ours. */
#include "common/stored.h"

#include "tests/unit/payload.h"

static void check(const char *json, enum err wanted)
{
    struct payload payload;
    payload_init(&payload, json);
    assert_int_equal(stored_check(&payload.at), wanted);
    payload_fini(&payload);
}

static void every_version_up_to_our_own_is_read(void **state)
{
    (void)state;
    for (int version = STORED_OLDEST; version <= STORED_NEWEST; version++) {
        char json[32];
        snprintf(json, sizeof(json), "{\"v\":%d}", version);
        check(json, OK);
    }
}

static void a_newer_version_is_known_as_newer(void **state)
{
    (void)state;
    char json[32];
    snprintf(json, sizeof(json), "{\"v\":%d}", STORED_NEWEST + 1);
    check(json, ERR_VERSION);
    check("{\"v\":2147483647}", ERR_VERSION);
}

static void what_has_no_version_of_ours_is_foreign(void **state)
{
    (void)state;
    check("{}", ERR_SCHEMA);
    check("{\"v\":0}", ERR_SCHEMA);
    check("{\"v\":-1}", ERR_SCHEMA);
    check("{\"v\":\"1\"}", ERR_SCHEMA);
    check("{\"v\":1.5}", ERR_SCHEMA);
}

static void what_is_written_by_default_can_be_read(void **state)
{
    (void)state;
    check("{\"v\":" STORED_DEFAULT "}", OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_up_to_our_own_is_read),
        cmocka_unit_test(a_newer_version_is_known_as_newer),
        cmocka_unit_test(what_has_no_version_of_ours_is_foreign),
        cmocka_unit_test(what_is_written_by_default_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
