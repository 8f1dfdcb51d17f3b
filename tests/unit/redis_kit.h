/* redis_kit.h - the Redis store beside a server that does as a test has planned. */
#ifndef TEST_REDIS_KIT_H
#define TEST_REDIS_KIT_H

#include "tests/unit/cm.h"

#include "tests/unit/store_ask.h"
#include "tests/unit/tcp_script.h"
#include "worker/adapter/store_redis.h"

#define LINE_BYTES 8192

/* How the server treats everything behind the introduction. */
enum manner {
    MANNER_ANSWERS, /* with `reply` to each command */
    MANNER_HANGS,
    MANNER_CLOSES,
    MANNER_TALKS /* sends `reply` without being asked, right behind the introduction */
};

struct plan {
    enum manner manner;
    const char *reply;
    const char *first_replies[2];  /* to the first commands, in its place; NULL: `reply` */
    size_t commands;               /* that were answered with those two */
    const char *auth_reply; /* NULL: +OK */
    const char *ping_reply; /* NULL: +PONG */
    atomic_int refuse_connections; /* so many are closed at once */
    pthread_mutex_t lock;
    char seen[4096]; /* all commands, as "GET key|SET key value|" */
};

/* Reads one command into `line`, arguments parted by blanks. False: the peer has closed. */
static inline bool resp_read_command(int fd, char *line, size_t size)
{
    char head[64];
    char bytes[LINE_BYTES];
    long long count = 0;
    size_t len = 0;
    if (tcp_read_until(fd, "\r\n", head, sizeof(head)) < 0 || sscanf(head, "*%lld", &count) != 1) {
        return false;
    }
    for (long long i = 0; i < count; i++) {
        long long want = 0;
        if (tcp_read_until(fd, "\r\n", head, sizeof(head)) < 0 ||
            sscanf(head, "$%lld", &want) != 1 || want + 2 > LINE_BYTES ||
            recv(fd, bytes, (size_t)want + 2, MSG_WAITALL) != want + 2) {
            return false;
        }
        len += (size_t)snprintf(line + len, size - len, "%s%.*s", i > 0 ? " " : "", (int)want,
                                bytes);
        len = len < size ? len : size - 1;
    }
    return true;
}

static inline void plan_note(struct plan *plan, const char *line)
{
    pthread_mutex_lock(&plan->lock);
    size_t len = strlen(plan->seen);
    snprintf(plan->seen + len, sizeof(plan->seen) - len, "%s|", line);
    pthread_mutex_unlock(&plan->lock);
}

static inline bool plan_saw(struct plan *plan, const char *line)
{
    pthread_mutex_lock(&plan->lock);
    bool saw = strstr(plan->seen, line) != NULL;
    pthread_mutex_unlock(&plan->lock);
    return saw;
}

static inline const char *plan_greeting(const struct plan *plan, const char *line)
{
    if (strncmp(line, "AUTH ", 5) == 0) {
        return plan->auth_reply ? plan->auth_reply : "+OK\r\n";
    }
    if (strncmp(line, "CLIENT ", 7) == 0 || strncmp(line, "SELECT ", 7) == 0) {
        return "+OK\r\n";
    }
    if (strcmp(line, "PING") == 0) {
        return plan->ping_reply ? plan->ping_reply : "+PONG\r\n";
    }
    return NULL;
}

static inline const char *plan_reply(struct plan *plan)
{
    size_t nth = plan->commands++;
    const char *first = nth < countof(plan->first_replies) ? plan->first_replies[nth] : NULL;
    return first ? first : plan->reply;
}

static inline void serve_redis(int fd, void *owner)
{
    struct plan *plan = owner;
    char line[LINE_BYTES];
    if (atomic_fetch_sub(&plan->refuse_connections, 1) > 0) {
        return;
    }
    while (resp_read_command(fd, line, sizeof(line))) {
        const char *greeting = plan_greeting(plan, line);
        plan_note(plan, line);
        if (greeting) {
            tcp_say(fd, greeting);
        }
        if (greeting && plan->manner == MANNER_TALKS && strcmp(line, "PING") == 0) {
            tcp_say(fd, plan->reply);
        }
        if (!greeting && plan->manner == MANNER_CLOSES) {
            return;
        }
        if (!greeting && plan->manner == MANNER_ANSWERS) {
            tcp_say(fd, plan_reply(plan));
        }
    }
}

struct kit {
    struct plan plan;
    struct tcp_script server;
    struct loop *loop;
    struct metrics *metrics;
    struct store *store;
    char out[64];
    bool want_up;
};

static inline int64_t kit_on_tick(void *owner)
{
    struct kit *kit = owner;
    bool is_up = kit->store->ops->is_up(kit->store);
    bool has_trouble = store_redis_trouble(kit->store).len > 0 &&
                       !str_is(store_redis_trouble(kit->store), "not connected yet");
    if (kit->want_up ? is_up : !is_up && has_trouble) {
        loop_stop(kit->loop);
    }
    return INT64_MAX;
}

/* Runs the loop until the store is up, or is away and says why. */
static inline void kit_wait(struct kit *kit, bool want_up)
{
    kit->want_up = want_up;
    loop_on_tick(kit->loop, kit_on_tick, kit);
    loop_run(kit->loop);
    loop_on_tick(kit->loop, NULL, NULL);
}

static inline struct store_redis_options kit_options(struct kit *kit)
{
    return (struct store_redis_options){ .loop = kit->loop,
                                         .metrics = kit->metrics,
                                         .client_name = STR("test"),
                                         .timeout_ms = 60000,
                                         .calls_max = 100,
                                         .seed = 1 };
}

/* `user` and `path` stand before and behind the server's address. */
static inline void kit_open_at(struct kit *kit, struct plan plan,
                               struct store_redis_options options, const char *user,
                               const char *path)
{
    char text[64];
    kit->plan = plan;
    pthread_mutex_init(&kit->plan.lock, NULL);
    tcp_script_start(&kit->server, 0, serve_redis, &kit->plan);
    snprintf(text, sizeof(text), "redis://%s127.0.0.1:%d%s", user, kit->server.port, path);
    options.loop = kit->loop = loop_create();
    options.metrics = kit->metrics = metrics_create();
    options.url = str_from(text);
    assert_int_equal(store_redis_create(&options, &kit->store, NULL), OK);
    assert_false(kit->store->ops->is_up(kit->store));
}

static inline void kit_open_with(struct kit *kit, struct plan plan,
                                 struct store_redis_options options)
{
    kit_open_at(kit, plan, options, "", "");
}

static inline void kit_open(struct kit *kit, struct plan plan)
{
    kit_open_with(kit, plan, kit_options(kit));
}

static inline void kit_close(struct kit *kit)
{
    store_redis_destroy(kit->store);
    loop_destroy(kit->loop);
    metrics_destroy(kit->metrics);
    tcp_script_stop(&kit->server);
    pthread_mutex_destroy(&kit->plan.lock);
}

static inline int64_t kit_failures(const struct kit *kit, enum err err)
{
    return metric_get(kit->metrics, METRIC_STORE_FAILURES, err, 0);
}

#endif
