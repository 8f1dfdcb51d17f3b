/* store_seal.c - see store_seal.h. Each call has a twin that the inner store works on; results
 * are opened into the caller's arena. */
#include "worker/adapter/store_seal.h"

#include "common/base64.h"
#include "common/mem.h"
#include "worker/adapter/store_later.h"

#define STORE_SEAL_PREFIX "deskhand:1:"
#define STORE_SEAL_ARENA_BYTES ((size_t)64 << 20)
#define STORE_SEAL_BYTES_MAX ((size_t)32 << 20)

struct store_seal {
    struct store store;
    struct store *inner;
    struct seal *seal;
    struct metrics *metrics;
    struct store_later later;
};

struct seal_twin {
    struct store_seal *owner;
    struct store_call *outer;
    struct store_call call;
    struct arena arena;
    struct str key; /* as the caller names it */
};

static struct store_seal *store_seal_of(struct store *store)
{
    return container_of(store, struct store_seal, store);
}

/* A value is bound to its key and, in a key with fields, to its field. */
static enum err seal_identity(struct arena *arena, struct str key, struct str field,
                              struct str *ret_identity)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, key.len + field.len + 32);
    TRY(buf_printf(&buf, "%zu:", key.len));
    TRY(buf_add(&buf, key));
    TRY(buf_add(&buf, field));
    return arena_copy(arena, buf_str(&buf), ret_identity);
}

static enum err seal_put_key(struct seal_twin *twin, struct str key)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 2 * key.len + 64);
    TRY(buf_add(&buf, STR(STORE_SEAL_PREFIX)));
    TRY(base64_encode(key, BASE64_URL, &buf));
    return arena_copy(&twin->arena, buf_str(&buf), &twin->call.key);
}

static enum err seal_put_value(struct seal_twin *twin)
{
    const struct store_call *outer = twin->outer;
    struct str identity;
    uint8_t nonce[CRYPTO_NONCE_BYTES];
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, STORE_SEAL_BYTES_MAX);
    struct str field = outer->op == STORE_PUT ? outer->field : STR_NONE;
    TRY(seal_identity(&twin->arena, outer->key, field, &identity));
    TRY(crypto_random(nonce, sizeof(nonce)));
    TRY(seal_close(twin->owner->seal, nonce, identity, outer->value, &buf));
    return arena_copy(&twin->arena, buf_str(&buf), &twin->call.value);
}

/* False: it did not open, and is a miss. */
static bool seal_take_value(struct seal_twin *twin, struct str field, struct str sealed,
                            struct str *ret_plain)
{
    struct str identity;
    struct store_call *outer = twin->outer;
    if (seal_identity(&twin->arena, twin->key, field, &identity) == OK &&
        seal_open(twin->owner->seal, identity, sealed, outer->arena, ret_plain) == OK) {
        return true;
    }
    metric_add(twin->owner->metrics, METRIC_STORE_UNOPENED, 0, 1);
    return false;
}

static enum err seal_take_fields(struct seal_twin *twin)
{
    const struct store_call *call = &twin->call;
    struct store_call *outer = twin->outer;
    struct store_field *fields = arena_zero(outer->arena, max_size(call->fields_count, 1),
                                            sizeof(*fields));
    if (!fields) {
        return ERR_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < call->fields_count; i++) {
        struct str name = call->fields[i].name;
        if (seal_take_value(twin, name, call->fields[i].value, &fields[count].value)) {
            TRY(arena_copy(outer->arena, name, &fields[count].name));
            count++;
        }
    }
    outer->fields = fields;
    outer->fields_count = count;
    outer->found = count > 0;
    return OK;
}

static void seal_twin_end(struct seal_twin *twin)
{
    arena_fini(&twin->arena);
    mem_free(twin);
}

static void seal_done(struct store_call *call, enum err err)
{
    struct seal_twin *twin = container_of(call, struct seal_twin, call);
    struct store_call *outer = twin->outer;
    outer->inner = NULL;
    if (err == OK && call->op == STORE_GET) {
        outer->found = call->found && outer->arena &&
                       seal_take_value(twin, STR_NONE, call->found_value, &outer->found_value);
    } else if (err == OK && call->op == STORE_ALL && outer->arena) {
        err = seal_take_fields(twin);
    }
    seal_twin_end(twin);
    outer->on_done(outer, err);
}

static enum err seal_fill(struct seal_twin *twin)
{
    const struct store_call *outer = twin->outer;
    twin->call = *outer;
    twin->call.node = (struct list_node){ NULL, NULL };
    twin->call.inner = NULL;
    twin->call.arena = &twin->arena;
    twin->call.on_done = seal_done;
    TRY(seal_put_key(twin, outer->key));
    TRY(arena_copy(&twin->arena, outer->key, &twin->key));
    bool has_value = outer->op == STORE_SET || outer->op == STORE_PUT;
    return has_value ? seal_put_value(twin) : OK;
}

static void store_seal_start(struct store *store, struct store_call *call)
{
    struct store_seal *sealed = store_seal_of(store);
    struct seal_twin *twin = mem_zero(1, sizeof(*twin));
    if (!twin) {
        store_later_add(&sealed->later, call, ERR_NOMEM);
        return;
    }
    twin->owner = sealed;
    twin->outer = call;
    arena_init(&twin->arena, STORE_SEAL_ARENA_BYTES);
    enum err err = seal_fill(twin);
    if (err != OK) {
        seal_twin_end(twin);
        store_later_add(&sealed->later, call, err);
        return;
    }
    call->inner = twin;
    sealed->inner->ops->start(sealed->inner, &twin->call);
}

static void store_seal_cancel(struct store *store, struct store_call *call)
{
    struct store_seal *sealed = store_seal_of(store);
    struct seal_twin *twin = call->inner;
    if (twin) {
        sealed->inner->ops->cancel(sealed->inner, &twin->call);
    }
}

static bool store_seal_is_up(const struct store *store)
{
    const struct store_seal *sealed =
        (const struct store_seal *)(const void *)((const char *)store -
                                                  offsetof(struct store_seal, store));
    return sealed->inner->ops->is_up(sealed->inner);
}

static const struct store_ops store_seal_ops = {
    .name = "seal",
    .start = store_seal_start,
    .cancel = store_seal_cancel,
    .is_up = store_seal_is_up,
};

struct store *store_seal_create(struct loop *loop, struct store *inner, struct seal *seal,
                                struct metrics *metrics)
{
    struct store_seal *sealed = mem_zero(1, sizeof(*sealed));
    if (!sealed) {
        return NULL;
    }
    sealed->store.ops = &store_seal_ops;
    sealed->inner = inner;
    sealed->seal = seal;
    sealed->metrics = metrics;
    store_later_init(&sealed->later, loop);
    return &sealed->store;
}

void store_seal_destroy(struct store *store)
{
    if (store) {
        store_later_fini(&store_seal_of(store)->later);
        mem_free(store_seal_of(store));
    }
}
