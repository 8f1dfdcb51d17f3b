/* A name with two addresses: each gets its turn before the next pause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <netdb.h>

#include "common/mem.h"
#include "tests/unit/tcp_script.h"
#include "worker/adapter/now.h"
#include "worker/adapter/redis_session.h"

static struct tcp_script servers[2];
static struct sockaddr_in addresses[2];
static struct addrinfo found[2];

/* Takes the place of the system's, which knows no name with two loopback addresses. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret_found)
{
    (void)name;
    (void)service;
    (void)hints;
    for (size_t i = 0; i < countof(found); i++) {
        addresses[i] = (struct sockaddr_in){ .sin_family = AF_INET,
                                             .sin_port = htons((uint16_t)servers[i].port),
                                             .sin_addr = { htonl(INADDR_LOOPBACK) } };
        found[i] = (struct addrinfo){ .ai_family = AF_INET,
                                      .ai_addr = (struct sockaddr *)&addresses[i],
                                      .ai_addrlen = sizeof(addresses[i]),
                                      .ai_next = i + 1 < countof(found) ? &found[i + 1] : NULL };
    }
    *ret_found = found;
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    (void)list;
}

static void serve_nothing(int fd, void *owner)
{
    (void)fd;
    (void)owner;
}

static void serve_refusal(int fd, void *owner)
{
    (void)owner;
    tcp_say(fd, "-LOADING Redis is loading the dataset in memory\r\n");
    tcp_read_to_end(fd);
}

/* The introduction of a session without password, name and database is one PING. */
static void serve_redis(int fd, void *owner)
{
    char asked[256];
    (void)owner;
    if (tcp_read_until(fd, "PING\r\n", asked, sizeof(asked)) > 0) {
        tcp_say(fd, "+PONG\r\n");
        tcp_read_to_end(fd);
    }
}

/* A reply whose parts are all allowed, but not together. */
static void serve_too_much(int fd, void *owner)
{
    enum { PARTS = 5, PART_BYTES = 4 << 20 };
    char asked[256];
    char *part = mem_alloc(PART_BYTES);
    (void)owner;
    memset(part, 'x', PART_BYTES);
    bool goes_on = tcp_read_until(fd, "PING\r\n", asked, sizeof(asked)) > 0 &&
                   tcp_say(fd, "+PONG\r\n*5\r\n");
    for (int i = 0; i < PARTS && goes_on; i++) {
        goes_on = tcp_say(fd, "$4194304\r\n") && tcp_send(fd, part, PART_BYTES) &&
                  tcp_say(fd, "\r\n");
    }
    mem_free(part);
    tcp_read_to_end(fd);
}

struct kit {
    struct loop *loop;
    bool wants_down; /* is not content with being up */
    bool wants_up;   /* goes on when all addresses have failed */
    struct note why;
    struct redis_session *session;
    int ups;
    int downs;
    int replies;
};

static void kit_on_up(void *owner)
{
    struct kit *kit = owner;
    kit->ups++;
    if (!kit->wants_down) {
        loop_stop(kit->loop);
    }
}

static void kit_on_down(void *owner, const struct note *why)
{
    struct kit *kit = owner;
    kit->why = *why;
    kit->downs++;
    if (!kit->wants_up) {
        loop_stop(kit->loop);
    }
}

static void kit_on_reply(void *owner, const struct redisReply *reply)
{
    struct kit *kit = owner;
    (void)reply;
    kit->replies++;
}

/* Runs until the session is up, or all addresses have failed. */
static void kit_run(struct kit *kit, struct str address)
{
    static const struct redis_session_events events = { .on_up = kit_on_up,
                                                        .on_down = kit_on_down,
                                                        .on_reply = kit_on_reply };
    struct redis_url url;
    assert_int_equal(redis_url_parse(address, &url, NULL), OK);
    const struct redis_session_options options = {
        .loop = kit->loop, .events = &events, .owner = kit, .url = &url, .seed = 1
    };
    assert_int_equal(redis_session_create(&options, &kit->session, NULL), OK);
    loop_run(kit->loop);
    redis_session_destroy(kit->session);
    loop_destroy(kit->loop);
}

static void run_against(tcp_serve_fn *first, tcp_serve_fn *second, struct kit *kit)
{
    tcp_script_start(&servers[0], 0, first, NULL);
    tcp_script_start(&servers[1], 0, second, NULL);
    kit_run(kit, STR("redis://two.example"));
    tcp_script_stop(&servers[0]);
    tcp_script_stop(&servers[1]);
}

static struct kit open_against(tcp_serve_fn *first, tcp_serve_fn *second, bool wants_down)
{
    struct kit kit = { .loop = loop_create(), .wants_down = wants_down };
    run_against(first, second, &kit);
    return kit;
}

static void an_address_that_accepts_and_says_nothing_gives_way_to_the_next(void **state)
{
    (void)state;
    static tcp_serve_fn *const firsts[] = { serve_nothing, serve_refusal };
    static const int64_t long_us[] = { 2 * REDIS_OPEN_MS_MAX * 1000, REDIS_OPEN_MS_MAX * 1000 };
    for (size_t i = 0; i < countof(firsts); i++) {
        int64_t began_us = now_mono_us();
        struct kit kit = { .loop = loop_create(), .wants_up = true };
        run_against(firsts[i], serve_redis, &kit);
        assert_int_equal(kit.ups, 1);
        /* Unless the machine was too busy for the good one to introduce itself in time. */
        if (now_mono_us() - began_us < long_us[i]) {
            assert_int_equal(kit.downs, 0);
            assert_int_equal(tcp_accepted(&servers[0]), 1);
            assert_int_equal(tcp_accepted(&servers[1]), 1);
        }
    }
}

static void when_no_address_serves_it_is_told_once_and_paused(void **state)
{
    (void)state;
    struct kit kit = open_against(serve_nothing, serve_refusal, false);
    assert_int_equal(kit.ups, 0);
    assert_int_equal(kit.downs, 1);
    assert_int_equal(tcp_accepted(&servers[0]), 1);
    assert_int_equal(tcp_accepted(&servers[1]), 1);
}

static void a_reply_is_bounded_as_a_whole(void **state)
{
    (void)state;
    struct kit kit = open_against(serve_too_much, serve_redis, true);
    assert_int_equal(kit.ups, 1);
    assert_int_equal(kit.downs, 1);
    assert_int_equal(kit.replies, 0);
    assert_true(str_starts(str_from(kit.why.text), STR("a reply of more than ")));
    assert_null(strstr(kit.why.text, "store.url"));
}

static void where_nobody_listens_the_setting_to_look_at_is_named(void **state)
{
    (void)state;
    struct kit kit = { .loop = loop_create() };
    kit_run(&kit, STR("unix:///nowhere/redis.sock"));
    assert_int_equal(kit.downs, 1);
    assert_string_equal(kit.why.text, "No such file or directory; check store.url");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_accepts_and_says_nothing_gives_way_to_the_next),
        cmocka_unit_test(when_no_address_serves_it_is_told_once_and_paused),
        cmocka_unit_test(a_reply_is_bounded_as_a_whole),
        cmocka_unit_test(where_nobody_listens_the_setting_to_look_at_is_named),
    };
    return cmocka_run_group_tests_name("adapter_redis_session", tests, NULL, NULL);
}
