/* TLS to Redis: only the right server, and a clear word about any other. */
#include "tests/unit/cm.h"

#include "common/mem.h"
#include "tests/unit/tls_script.h"
#include "worker/adapter/redis_tls.h"
#include "worker/adapter/store_redis.h"

static void serve_pong(int fd, void *owner)
{
    tls_serve(owner, fd, "+PONG\r\n");
}

/* What a plain Redis makes of a handshake: a line that does not end. */
static void serve_silence(int fd, void *owner)
{
    (void)owner;
    tcp_read_to_end(fd);
}

struct kit {
    struct tls_script tls;
    struct tcp_script server;
    struct loop *loop;
    struct metrics *metrics;
    struct store *store;
};

static int64_t kit_on_tick(void *owner)
{
    struct kit *kit = owner;
    if (kit->store->ops->is_up(kit->store) ||
        !str_is(store_redis_trouble(kit->store), "not connected yet")) {
        loop_stop(kit->loop);
    }
    return INT64_MAX;
}

static void connect_with(tcp_serve_fn *serve, const char *host, bool trusts,
                         char out[NOTE_TEXT_BYTES])
{
    struct kit kit = { .loop = loop_create(), .metrics = metrics_create() };
    char url[64];
    tls_script_init(&kit.tls);
    tcp_script_start(&kit.server, 0, serve, &kit.tls);
    snprintf(url, sizeof(url), "rediss://%s:%d", host, kit.server.port);
    struct store_redis_options options = { .loop = kit.loop,
                                           .metrics = kit.metrics,
                                           .url = str_from(url),
                                           .ca_file = trusts ? kit.tls.path : NULL,
                                           .timeout_ms = 60000,
                                           .calls_max = 1 };
    assert_int_equal(store_redis_create(&options, &kit.store, NULL), OK);
    loop_on_tick(kit.loop, kit_on_tick, &kit);
    loop_run(kit.loop);
    loop_on_tick(kit.loop, NULL, NULL);
    snprintf(out, NOTE_TEXT_BYTES, "%.*s", STR_ARG(store_redis_trouble(kit.store)));
    store_redis_destroy(kit.store);
    loop_destroy(kit.loop);
    metrics_destroy(kit.metrics);
    tcp_script_stop(&kit.server);
    tls_script_fini(&kit.tls);
}

/* Connects to `host` and gives what went wrong, "" if nothing did. */
static void connect_to(const char *host, bool trusts, char out[NOTE_TEXT_BYTES])
{
    connect_with(serve_pong, host, trusts, out);
}

static void of_a_server_without_tls_the_scheme_to_write_is_told(void **state)
{
    (void)state;
    char why[NOTE_TEXT_BYTES];
    connect_with(serve_silence, "127.0.0.1", true, why);
    assert_string_equal(why, "no reply in time; if the store speaks no TLS, store.url begins with "
                             "redis://");
}

static void a_server_with_the_right_name_is_used(void **state)
{
    (void)state;
    char why[NOTE_TEXT_BYTES];
    connect_to("localhost", true, why);
    assert_string_equal(why, "");
}

static void a_server_with_another_name_is_refused(void **state)
{
    (void)state;
    char why[NOTE_TEXT_BYTES];
    connect_to("127.0.0.1", true, why);
    assert_string_equal(why, "the certificate is refused: IP address mismatch; check "
                             "store.ca.file and the host of store.url");
}

static void a_server_that_nobody_vouches_for_is_refused(void **state)
{
    (void)state;
    char why[NOTE_TEXT_BYTES];
    connect_to("localhost", false, why);
    assert_non_null(strstr(why, "the certificate is refused: self-signed certificate"));
}

static void refuse_files(struct redis_tls_files files, const char *part)
{
    struct redis_tls *tls = NULL;
    struct note note = { .text = "" };
    assert_int_equal(redis_tls_create(&files, "localhost", &tls, &note), ERR_CONFIG);
    assert_null(tls);
    assert_non_null(strstr(note.text, part));
}

static void files_that_cannot_be_used_are_named(void **state)
{
    (void)state;
    struct tls_script tls;
    tls_script_init(&tls);
    refuse_files((struct redis_tls_files){ .ca = "/nonexistent" },
                 "store.ca.file: /nonexistent: No such file");
    refuse_files((struct redis_tls_files){ .cert = tls.path }, "store.tls.key.file");
    refuse_files((struct redis_tls_files){ .key = tls.path }, "store.tls.cert.file");
    refuse_files((struct redis_tls_files){ .cert = "/nonexistent", .key = tls.path },
                 "store.tls.cert.file: /nonexistent");
    refuse_files((struct redis_tls_files){ .cert = tls.path, .key = tls.path },
                 "store.tls.key.file");
    tls_script_fini(&tls);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    for (long nth = 1; nth < 3; nth++) {
        struct redis_tls *tls = NULL;
        struct redis_tls_files files = { .ca = NULL };
        mem_fail_nth(nth);
        assert_int_equal(redis_tls_create(&files, "localhost", &tls, NULL), ERR_NOMEM);
        assert_null(tls);
    }
    mem_fail_nth(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_server_without_tls_the_scheme_to_write_is_told),
        cmocka_unit_test(a_server_with_the_right_name_is_used),
        cmocka_unit_test(a_server_with_another_name_is_refused),
        cmocka_unit_test(a_server_that_nobody_vouches_for_is_refused),
        cmocka_unit_test(files_that_cannot_be_used_are_named),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("adapter_redis_tls", tests, NULL, NULL);
}
