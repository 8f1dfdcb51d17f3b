/* store_redis.c - see store_redis.h.
 *
 * Two lists: `waiting` has the calls whose owners wait, in order of their deadlines; `pending`
 * has the requests whose replies are still to come, in order of sending. A call that timed out
 * leaves the first at once, its request stays in the second until the server replies. */
#include "worker/adapter/store_redis.h"

#include <hiredis/hiredis.h>

#include "common/base64.h"
#include "common/mem.h"
#include "worker/adapter/now.h"
#include "worker/adapter/redis_bundle.h"
#include "worker/adapter/redis_command.h"
#include "worker/adapter/redis_reply.h"
#include "worker/adapter/redis_session.h"
#include "worker/adapter/store_later.h"

#define STORE_KEY_PREFIX "deskhand:1:"
#define STORE_KEY_BYTES_MAX 4096
#define STORE_SILENCE_MS_MAX 1000 /* without any reply: the connection is given up */
#define STORE_IDLE_MAX 4096 /* requests, of some 64 bytes */

/* One call's command on the wire. */
struct redis_request {
    struct list_node node;   /* in pending, or idle */
    struct store_call *call; /* NULL: its owner does not wait any more */
    size_t bundled; /* the next so many requests, this one among them, have one reply; 0: alone */
    size_t bytes;
    int64_t started_us;
};

struct store_redis {
    struct store store; /* first: see redis_of() */
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    int64_t timeout_ms;
    size_t calls_max;
    struct redis_session *session;
    struct redis_url url;
    struct store_later later;
    struct loop_timer *timer;
    bool timer_is_set;
    struct list waiting; /* struct store_call */
    struct list pending; /* struct redis_request, in the order in which they were sent */
    struct list bundled; /* struct redis_request, of what is in `bundle` */
    struct list idle;    /* struct redis_request */
    size_t unsettled_bytes; /* of those that are pending or bundled */
    struct redis_bundle *bundle;
    struct loop_task send_bundle;
    bool parts_bundles; /* each write goes alone: the server's keys lie in different places */
    int64_t heard_ms; /* when the server was known to reply last */
    bool was_up;
    bool is_told; /* that it is away */
    struct note trouble;
    struct buf key; /* of the call that is being sent */
};

static int64_t redis_now_ms(const struct store_redis *redis)
{
    return loop_clock(redis->loop)->mono_ms;
}

static void redis_count_failure(struct store_redis *redis, enum err err)
{
    if (err != OK && err != ERR_CANCELLED && err != ERR_CONFLICT) {
        metric_add(redis->metrics, METRIC_STORE_FAILURES, err, 1);
    }
}

static void redis_fail_later(struct store_redis *redis, struct store_call *call, enum err err)
{
    redis_count_failure(redis, err);
    store_later_add(&redis->later, call, err);
}

static struct redis_request *request_take(struct store_redis *redis)
{
    struct redis_request *request = list_entry(list_pop(&redis->idle), struct redis_request, node);
    if (!request) {
        request = mem_alloc(sizeof(*request));
    }
    if (request) {
        *request = (struct redis_request){ 0 };
    }
    return request;
}

/* The one that was used last is taken next: it is still in the processor's cache. */
static void request_give_back(struct store_redis *redis, struct redis_request *request)
{
    if (redis->idle.count < STORE_IDLE_MAX) {
        list_prepend(&redis->idle, &request->node);
    } else {
        mem_free(request);
    }
}

/* The owner of the request's call does not wait any more. */
static struct store_call *request_part(struct store_redis *redis, struct redis_request *request)
{
    struct store_call *call = TAKE(request->call);
    call->inner = NULL;
    list_remove(&redis->waiting, &call->node);
    return call;
}

/* Takes the first request off one of the lists. */
static struct redis_request *request_pop(struct store_redis *redis, struct list *list)
{
    struct redis_request *request = list_entry(list_pop(list), struct redis_request, node);
    redis->unsettled_bytes -= request->bytes;
    return request;
}

/* The first word of an error is a code ("OOM"); the rest may hold anything, keys too. */
static void redis_tell_refusal(struct store_redis *redis, const struct redisReply *reply)
{
    size_t len = 0;
    while (len < reply->len && len < 24 && reply->str[len] >= 'A' && reply->str[len] <= 'Z') {
        len++;
    }
    log_say(redis->log, LOG_WARN, "store", "the store refused a request",
            LOG_STR("store.code", ((struct str){ reply->str, len })));
}

/* What an error says to the call, whose owner may wait no more. */
static enum err redis_take_refusal(struct store_redis *redis, const struct store_call *call,
                                   const struct redisReply *reply)
{
    redis_tell_refusal(redis, reply);
    return call && redis_reply_is_miss(reply, call->op) ? OK : ERR_BACKEND;
}

/* The request that was sent first has come to this. */
static void redis_settle(struct store_redis *redis, enum err err)
{
    struct redis_request *request = request_pop(redis, &redis->pending);
    struct store_call *call = request->call ? request_part(redis, request) : NULL;
    int64_t took_us = now_mono_us() - request->started_us;
    request_give_back(redis, request);
    if (call) {
        metric_observe_us(redis->metrics, METRIC_STORE_SECONDS, 0, took_us);
        redis_count_failure(redis, err);
        call->on_done(call, err);
    }
}

static struct redis_request *redis_first(const struct store_redis *redis)
{
    return list_entry(list_first(&redis->pending), struct redis_request, node);
}

/* One address may stand for a cluster, which takes no script for keys of several slots; the writes
 * of this one are made again. */
static void redis_note_refusal(struct store_redis *redis, const struct redisReply *reply)
{
    struct str words = { reply->str, reply->len };
    redis->parts_bundles = redis->parts_bundles || str_starts(words, STR("CROSSSLOT"));
    redis_tell_refusal(redis, reply);
}

static void redis_settle_bundle(struct store_redis *redis, size_t count,
                                const struct redisReply *reply)
{
    bool is_list = reply->type == REDIS_REPLY_ARRAY && reply->elements == count;
    if (reply->type == REDIS_REPLY_ERROR) {
        redis_note_refusal(redis, reply);
    }
    for (size_t i = 0; i < count; i++) {
        struct store_call *call = redis_first(redis)->call;
        enum err err = is_list ? OK : ERR_BACKEND;
        if (is_list && call) {
            err = redis_reply_take(reply->element[i], call);
        }
        redis_settle(redis, err);
    }
}

static void redis_on_reply(void *owner, const struct redisReply *reply)
{
    struct store_redis *redis = owner;
    struct redis_request *request = redis_first(redis);
    redis->heard_ms = redis_now_ms(redis);
    if (!request) {
        redis_session_drop(redis->session, "a reply that nobody asked for");
    } else if (request->bundled > 0) {
        redis_settle_bundle(redis, request->bundled, reply);
    } else if (reply->type == REDIS_REPLY_ERROR) {
        redis_settle(redis, redis_take_refusal(redis, request->call, reply));
    } else {
        redis_settle(redis, request->call ? redis_reply_take(reply, request->call) : OK);
    }
}

static void redis_arm_timer(struct store_redis *redis)
{
    struct store_call *first = list_entry(list_first(&redis->waiting), struct store_call, node);
    if (first && !redis->timer_is_set) {
        redis->timer_is_set = true;
        loop_timer_set(redis->timer, first->deadline_ms);
    }
}

static void redis_on_timer(void *owner)
{
    struct store_redis *redis = owner;
    struct store_call *call;
    redis->timer_is_set = false;
    while ((call = list_entry(list_first(&redis->waiting), struct store_call, node)) &&
           call->deadline_ms <= redis_now_ms(redis)) {
        request_part(redis, call->inner);
        redis_count_failure(redis, ERR_TIMEOUT);
        call->on_done(call, ERR_TIMEOUT);
        if (redis_now_ms(redis) - redis->heard_ms >= STORE_SILENCE_MS_MAX) {
            redis_session_drop(redis->session, "no reply any more");
        }
    }
    redis_arm_timer(redis);
}

static void redis_on_up(void *owner)
{
    struct store_redis *redis = owner;
    metric_set(redis->metrics, METRIC_STORE_UP, 1);
    redis->trouble = (struct note){ .text = "" };
    if (redis->was_up || redis->is_told) {
        log_say(redis->log, LOG_INFO, "store", "the store is back");
    } else {
        log_say(redis->log, LOG_INFO, "store", "the store is connected");
    }
    redis->was_up = true;
    redis->is_told = false;
}

static void redis_forget_list(struct store_redis *redis, struct list *list, enum err err)
{
    while (!list_is_empty(list)) {
        struct redis_request *request = request_pop(redis, list);
        if (request->call) {
            redis_fail_later(redis, request_part(redis, request), err);
        }
        request_give_back(redis, request);
    }
}

/* No reply comes any more for what was sent, and what waits to be sent goes nowhere. */
static void redis_forget_all(struct store_redis *redis, enum err err)
{
    loop_task_drop(redis->loop, &redis->send_bundle);
    redis_bundle_clear(redis->bundle);
    redis_forget_list(redis, &redis->pending, err);
    redis_forget_list(redis, &redis->bundled, err);
}

static void redis_on_down(void *owner, const struct note *why)
{
    struct store_redis *redis = owner;
    metric_set(redis->metrics, METRIC_STORE_UP, 0);
    redis->trouble = *why;
    redis_forget_all(redis, ERR_UNREACHABLE);
    if (!redis->is_told) {
        bool is_socket = redis->url.kind == REDIS_UNIX;
        log_say(redis->log, LOG_WARN, "store", "the store is away; answering without it",
                LOG_CHARS("error.message", why->text),
                LOG_CHARS("server.address", is_socket ? redis->url.path : redis->url.host),
                LOG_INT("server.port", redis->url.port));
        redis->is_told = true;
    }
}

/* When it cannot be sent, the session goes down and the call with it. */
static void redis_send(struct store_redis *redis, struct redis_request *request,
                       const struct store_call *call)
{
    struct redis_command command;
    redis_command_make(&command, buf_str(&redis->key), call);
    list_append(&redis->pending, &request->node);
    (void)redis_session_send(redis->session, command.arguments, command.count);
}

static enum err redis_make_key(struct store_redis *redis, struct str key)
{
    buf_clear(&redis->key);
    TRY(buf_add(&redis->key, STR(STORE_KEY_PREFIX)));
    return base64_encode(key, BASE64_URL, &redis->key);
}

static enum err redis_admit(struct store_redis *redis, const struct store_call *call)
{
    if (!redis_session_is_up(redis->session)) {
        return ERR_UNREACHABLE;
    }
    if (redis->pending.count + redis->bundled.count >= redis->calls_max) {
        return ERR_FULL;
    }
    TRY(redis_make_key(redis, call->key));
    size_t bytes = redis_call_bytes(buf_str(&redis->key), call);
    return bytes > STORE_REDIS_BYTES_MAX - redis->unsettled_bytes ? ERR_FULL : OK;
}

/* Replies come in the order in which requests are sent, so they are pending from here on. */
static void redis_send_bundle(struct store_redis *redis)
{
    size_t writes = redis->bundled.count;
    size_t each = redis->parts_bundles ? 1 : writes;
    for (size_t i = 0; i < writes; i++) {
        struct redis_request *request =
            list_entry(list_pop(&redis->bundled), struct redis_request, node);
        request->bundled = i % each == 0 ? each : 0;
        list_append(&redis->pending, &request->node);
    }
    loop_task_drop(redis->loop, &redis->send_bundle);
    for (size_t from = 0; from < writes; from += each) {
        size_t count;
        const struct str *command = redis_bundle_command(redis->bundle, from, each, &count);
        (void)redis_session_send(redis->session, command, count);
    }
    redis_bundle_clear(redis->bundle);
}

/* A connection that is given up takes what waits with it. */
static void redis_on_send_bundle(struct loop_task *task)
{
    struct store_redis *redis = container_of(task, struct store_redis, send_bundle);
    if (redis_session_is_up(redis->session)) {
        redis_send_bundle(redis);
    }
}

/* Sent with what else is written before the loop waits. */
static void redis_bundle(struct store_redis *redis, struct redis_request *request,
                         const struct store_call *call)
{
    list_append(&redis->bundled, &request->node);
    bool is_due = redis_bundle_add(redis->bundle, buf_str(&redis->key), call);
    if (is_due) {
        redis_send_bundle(redis);
    } else if (!redis->send_bundle.node.next) {
        loop_later(redis->loop, &redis->send_bundle);
    }
}

static void redis_start(struct store *store, struct store_call *call)
{
    struct store_redis *redis = container_of(store, struct store_redis, store);
    call->inner = NULL;
    call->found = false;
    call->found_value = STR_NONE;
    call->fields = NULL;
    call->fields_count = 0;
    call->sum = 0;
    call->revision = call->op == STORE_PICK ? STR_NONE : call->revision;
    call->is_crowded = false;
    enum err err = redis_admit(redis, call);
    struct redis_request *request = err == OK ? request_take(redis) : NULL;
    if (!request) {
        redis_fail_later(redis, call, err == OK ? ERR_NOMEM : err);
        return;
    }
    request->call = call;
    request->bytes = redis_call_bytes(buf_str(&redis->key), call);
    request->started_us = now_mono_us();
    call->inner = request;
    call->deadline_ms = redis_now_ms(redis) + redis->timeout_ms;
    if (list_is_empty(&redis->pending)) {
        redis->heard_ms = redis_now_ms(redis);
    }
    redis->unsettled_bytes += request->bytes;
    list_append(&redis->waiting, &call->node);
    redis_arm_timer(redis);
    if (redis_bundle_takes(call)) {
        redis_bundle(redis, request, call);
    } else {
        redis_send(redis, request, call);
    }
}

static void redis_cancel(struct store *store, struct store_call *call)
{
    struct store_redis *redis = container_of(store, struct store_redis, store);
    struct redis_request *request = call->inner;
    if (request) {
        store_later_add(&redis->later, request_part(redis, request), ERR_CANCELLED);
    }
}

static const struct store_redis *redis_of(const struct store *store)
{
    return (const struct store_redis *)(const void *)store;
}

static bool redis_is_up(const struct store *store)
{
    return redis_session_is_up(redis_of(store)->session);
}

enum err store_redis_rekey(struct store *store, struct str password)
{
    struct store_redis *redis = container_of(store, struct store_redis, store);
    return redis_session_rekey(redis->session, password);
}

struct str store_redis_trouble(const struct store *store)
{
    return str_from(redis_of(store)->trouble.text);
}

static enum err redis_open_session(struct store_redis *redis,
                                   const struct store_redis_options *options, struct note *note)
{
    static const struct redis_session_events events = { .on_up = redis_on_up,
                                                        .on_down = redis_on_down,
                                                        .on_reply = redis_on_reply };
    TRY(redis_url_parse(options->url, &redis->url, note));
    struct redis_session_options session = {
        .loop = options->loop,
        .events = &events,
        .owner = redis,
        .url = &redis->url,
        .user = options->user,
        .password = options->password,
        .client_name = options->client_name,
        .files = { options->ca_file, options->cert_file, options->key_file },
        .seed = options->seed,
    };
    return redis_session_create(&session, &redis->session, note);
}

enum err store_redis_create(const struct store_redis_options *options, struct store **ret_store,
                            struct note *note)
{
    static const struct store_ops ops = { "redis", redis_start, redis_cancel, redis_is_up, NULL };
    struct store_redis *redis = mem_zero(1, sizeof(*redis));
    if (!redis) {
        return ERR_NOMEM;
    }
    redis->store.ops = &ops;
    redis->loop = options->loop;
    redis->log = options->log;
    redis->metrics = options->metrics;
    redis->timeout_ms = options->timeout_ms;
    redis->calls_max = options->calls_max;
    note_set(&redis->trouble, "not connected yet");
    store_later_init(&redis->later, options->loop);
    list_init(&redis->waiting);
    list_init(&redis->pending);
    list_init(&redis->bundled);
    list_init(&redis->idle);
    buf_init(&redis->key, STORE_KEY_BYTES_MAX);
    redis->send_bundle.run = redis_on_send_bundle;
    redis->bundle = mem_zero(1, sizeof(*redis->bundle));
    redis->timer = loop_timer_create(options->loop, redis_on_timer, redis);
    bool has_all = redis->bundle && redis->timer;
    enum err err = has_all ? redis_open_session(redis, options, note) : ERR_NOMEM;
    if (err != OK) {
        store_redis_destroy(&redis->store);
        return err;
    }
    *ret_store = &redis->store;
    return OK;
}

void store_redis_destroy(struct store *store)
{
    if (!store) {
        return;
    }
    struct store_redis *redis = container_of(store, struct store_redis, store);
    assert(list_is_empty(&redis->waiting));
    redis_session_destroy(redis->session);
    if (redis->bundle) {
        redis_forget_all(redis, ERR_CANCELLED);
    }
    while (!list_is_empty(&redis->idle)) {
        mem_free(list_entry(list_pop(&redis->idle), struct redis_request, node));
    }
    loop_timer_destroy(redis->timer);
    store_later_fini(&redis->later);
    buf_fini(&redis->key);
    mem_free(redis->bundle);
    mem_free(redis);
}
