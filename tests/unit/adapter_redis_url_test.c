/* The forms of store.url, and what is said of those that cannot be used. */
#include "tests/unit/cm.h"

#include "worker/adapter/redis_url.h"

static struct redis_url parse(const char *text)
{
    struct redis_url url = { .db = -1 };
    struct note note = { .text = "" };
    assert_int_equal(redis_url_parse(str_from(text), &url, &note), OK);
    return url;
}

static void refuse(const char *text, const char *why)
{
    struct redis_url url = { .db = -1 };
    struct note note = { .text = "" };
    assert_int_equal(redis_url_parse(str_from(text), &url, &note), ERR_CONFIG);
    assert_int_equal(url.db, -1);
    assert_non_null(strstr(note.text, "store.url"));
    assert_non_null(strstr(note.text, why));
    assert_null(strstr(note.text, "hunter2"));
}

static void a_host_alone_has_the_usual_port_and_database_0(void **state)
{
    (void)state;
    struct redis_url url = parse("redis://cache.shop");
    assert_int_equal(url.kind, REDIS_TCP);
    assert_string_equal(url.host, "cache.shop");
    assert_int_equal(url.port, 6379);
    assert_int_equal(url.db, 0);
    assert_string_equal(url.user, "");
    assert_int_equal(parse("redis://cache/").db, 0);
}

static void every_part_is_read(void **state)
{
    (void)state;
    struct redis_url url = parse("rediss://worker@cache.shop:7000/3");
    assert_int_equal(url.kind, REDIS_TLS);
    assert_string_equal(url.user, "worker");
    assert_string_equal(url.host, "cache.shop");
    assert_int_equal(url.port, 7000);
    assert_int_equal(url.db, 3);
}

static void an_ipv6_address_stands_in_brackets(void **state)
{
    (void)state;
    struct redis_url url = parse("redis://[::1]:7001/1");
    assert_string_equal(url.host, "::1");
    assert_int_equal(url.port, 7001);
    assert_int_equal(parse("redis://[::1]").port, 6379);
    refuse("redis://[::1", "bracket");
    refuse("redis://[::1]7001", "port");
}

static void a_unix_socket_has_a_path_and_perhaps_a_database(void **state)
{
    (void)state;
    struct redis_url url = parse("unix:///run/redis.sock?db=2");
    assert_int_equal(url.kind, REDIS_UNIX);
    assert_string_equal(url.path, "/run/redis.sock");
    assert_int_equal(url.db, 2);
    assert_int_equal(parse("unix:///run/redis.sock").db, 0);
    refuse("unix://run/redis.sock", "unix:///path");
    refuse("unix:///run/redis.sock?x=1", "?db=");
    refuse("unix:///run/redis.sock?db=two", "number");
    char path[160] = "unix:///";
    memset(path + 8, 'a', 120);
    path[128] = '\0';
    refuse(path, "107 bytes");
}

static void a_password_is_refused_and_not_repeated(void **state)
{
    (void)state;
    refuse("redis://:hunter2@cache", "store.password.file");
    refuse("redis://me:hunter2@cache", "store.password.file");
}

static void what_cannot_work_is_refused(void **state)
{
    (void)state;
    refuse("", "redis://");
    refuse("cache:6379", "redis://");
    refuse("http://cache", "redis://");
    refuse("redis://", "no host");
    refuse("redis:///1", "no host");
    refuse("redis://@cache", "user");
    refuse("redis://cache:0", "number");
    refuse("redis://cache:65536", "number");
    refuse("redis://cache:x", "number");
    refuse("redis://cache:", "number");
    refuse("redis://cache/x", "number");
    refuse("redis://cache/-1", "number");
    struct note note;
    struct redis_url url;
    assert_int_equal(redis_url_parse((struct str){ "redis://a\0b", 11 }, &url, &note), ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_alone_has_the_usual_port_and_database_0),
        cmocka_unit_test(every_part_is_read),
        cmocka_unit_test(an_ipv6_address_stands_in_brackets),
        cmocka_unit_test(a_unix_socket_has_a_path_and_perhaps_a_database),
        cmocka_unit_test(a_password_is_refused_and_not_repeated),
        cmocka_unit_test(what_cannot_work_is_refused),
    };
    return cmocka_run_group_tests_name("adapter_redis_url", tests, NULL, NULL);
}
