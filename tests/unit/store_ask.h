/* store_ask.h - one call of a store, from start to completion, on a loop that runs for it. */
#ifndef TEST_STORE_ASK_H
#define TEST_STORE_ASK_H

#include "worker/adapter/loop.h"
#include "worker/engine/store.h"

struct store_ask {
    struct store_call call;
    struct loop *loop;
    struct arena arena;
    int done;
    enum err err;
    int64_t at_ms;
    bool goes_on; /* the loop is not stopped by this one */
};

static inline void store_ask_on_done(struct store_call *call, enum err err)
{
    struct store_ask *ask = call->owner;
    ask->done++;
    ask->err = err;
    ask->at_ms = loop_clock(ask->loop)->mono_ms;
    if (!ask->goes_on) {
        loop_stop(ask->loop);
    }
}

/* Fills in what every call needs; op, key and the rest stand in `call`. */
static inline void store_ask_start(struct store_ask *ask, struct loop *loop, struct store *store,
                                   struct store_call call)
{
    *ask = (struct store_ask){ .loop = loop, .goes_on = ask->goes_on };
    arena_init(&ask->arena, 1 << 20);
    ask->call = call;
    ask->call.arena = &ask->arena;
    ask->call.on_done = store_ask_on_done;
    ask->call.owner = ask;
    if (ask->call.ttl_ms == 0) {
        ask->call.ttl_ms = 60000;
    }
    store->ops->start(store, &ask->call);
    if (ask->done != 0) {
        BUG("a call completed before it had started");
    }
}

static inline void store_ask_fini(struct store_ask *ask)
{
    arena_fini(&ask->arena);
}

static inline enum err store_ask_run(struct store_ask *ask, struct loop *loop, struct store *store,
                                     struct store_call call)
{
    ask->goes_on = false;
    store_ask_start(ask, loop, store, call);
    loop_run(loop);
    if (ask->done != 1) {
        BUG("a call did not complete exactly once");
    }
    return ask->err;
}

/* For calls that give nothing back. */
static inline enum err store_ask_do(struct loop *loop, struct store *store, struct store_call call)
{
    struct store_ask ask;
    enum err err = store_ask_run(&ask, loop, store, call);
    store_ask_fini(&ask);
    return err;
}

static inline enum err store_set(struct loop *loop, struct store *store, const char *key,
                                 const char *value, int64_t ttl_ms)
{
    return store_ask_do(loop, store,
                        (struct store_call){ .op = STORE_SET,
                                             .key = str_from(key),
                                             .value = str_from(value),
                                             .ttl_ms = ttl_ms });
}

static inline enum err store_put(struct loop *loop, struct store *store, const char *key,
                                 const char *field, const char *value)
{
    return store_ask_do(loop, store,
                        (struct store_call){ .op = STORE_PUT,
                                             .key = str_from(key),
                                             .field = str_from(field),
                                             .value = str_from(value) });
}

/* "(none)" when the key is not there, "(error)" when the call failed; else the value. */
static inline const char *store_get(struct loop *loop, struct store *store, const char *key,
                                    char out[64])
{
    struct store_ask ask;
    enum err err = store_ask_run(&ask, loop, store,
                                 (struct store_call){ .op = STORE_GET, .key = str_from(key) });
    snprintf(out, 64, "%s", err == OK ? "(none)" : "(error)");
    if (err == OK && ask.call.found) {
        snprintf(out, 64, "%.*s", STR_ARG(ask.call.found_value));
    }
    store_ask_fini(&ask);
    return out;
}

/* "a=1,b=2" in the order in which the store gives the fields; else as store_get(). */
static inline const char *store_all(struct loop *loop, struct store *store, const char *key,
                                    char out[64])
{
    struct store_ask ask;
    enum err err = store_ask_run(&ask, loop, store,
                                 (struct store_call){ .op = STORE_ALL, .key = str_from(key) });
    int len = snprintf(out, 64, "%s", err != OK ? "(error)" : ask.call.found ? "" : "(none)");
    for (size_t i = 0; err == OK && i < ask.call.fields_count && len < 64; i++) {
        const struct store_field *field = &ask.call.fields[i];
        len += snprintf(out + len, (size_t)(64 - len), "%s%.*s=%.*s", i > 0 ? "," : "",
                        STR_ARG(field->name), STR_ARG(field->value));
    }
    store_ask_fini(&ask);
    return out;
}

/* "(none)" for a field that is not there. */
static inline const char *store_pick(struct loop *loop, struct store *store, const char *key,
                                     const char *field, char out[64])
{
    struct store_ask ask;
    struct store_call call = { .op = STORE_PICK, .key = str_from(key), .field = str_from(field) };
    enum err err = store_ask_run(&ask, loop, store, call);
    struct str value = ask.call.found ? ask.call.found_value : STR("(none)");
    snprintf(out, 64, "%.*s", STR_ARG(value));
    store_ask_fini(&ask);
    return err == OK ? out : "(error)";
}

/* True if the key was free. */
static inline bool store_claim(struct loop *loop, struct store *store, const char *key,
                               const char *token, int64_t ttl_ms)
{
    struct store_ask ask;
    enum err err = store_ask_run(
        &ask, loop, store,
        (struct store_call){
            .op = STORE_CLAIM, .key = str_from(key), .value = str_from(token), .ttl_ms = ttl_ms });
    store_ask_fini(&ask);
    return err == OK && ask.call.found;
}

/* True if it was the token's still. */
static inline bool store_renew(struct loop *loop, struct store *store, const char *key,
                               const char *token, int64_t ttl_ms)
{
    struct store_ask ask;
    enum err err = store_ask_run(
        &ask, loop, store,
        (struct store_call){
            .op = STORE_RENEW, .key = str_from(key), .value = str_from(token), .ttl_ms = ttl_ms });
    store_ask_fini(&ask);
    return err == OK && ask.call.found;
}

static inline enum err store_yield(struct loop *loop, struct store *store, const char *key,
                                   const char *token)
{
    return store_ask_do(
        loop, store,
        (struct store_call){ .op = STORE_YIELD, .key = str_from(key), .value = str_from(token) });
}

/* The sum; INT64_MIN when the call failed or gave none. */
static inline int64_t store_add(struct loop *loop, struct store *store, const char *key,
                                int64_t amount, int64_t ttl_ms)
{
    struct store_ask ask;
    enum err err = store_ask_run(
        &ask, loop, store,
        (struct store_call){
            .op = STORE_ADD, .key = str_from(key), .amount = amount, .ttl_ms = ttl_ms });
    store_ask_fini(&ask);
    return err == OK && ask.call.found ? ask.call.sum : INT64_MIN;
}

#endif
