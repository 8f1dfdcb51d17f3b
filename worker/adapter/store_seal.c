/* store_seal.c - see store_seal.h. Each call has a twin that the inner store works on; results
 * are opened into the caller's arena. */
#include "worker/adapter/store_seal.h"

#include "common/mem.h"
#include "worker/adapter/store_later.h"

#define STORE_SEAL_ARENA_BYTES ((size_t)64 << 20) /* sealed results of one call */
#define STORE_SEAL_VALUE_BYTES_MAX ((size_t)32 << 20)
#define STORE_SEAL_NAME_BYTES_MAX ((size_t)64 << 10)
#define SEAL_CHUNKS_KEPT 256 /* at most 1 MiB */
#define SEAL_TWINS_KEPT 2048 /* at most 1 MiB */
#define SEAL_KEY_BYTES 64 /* longer keys go into the arena */
#define SEAL_CHANCE_BYTES ((size_t)20 * CRYPTO_NONCE_BYTES) /* below getrandom()'s 256 in one go */

struct store_seal {
    struct store store; /* first: see store_seal_is_up() */
    struct store *inner;
    struct seal *seal;
    struct metrics *metrics;
    struct store_later later;
    struct arena_pool pool; /* of the twins' memory */
    struct list idle;       /* struct seal_twin */
    uint8_t chance[SEAL_CHANCE_BYTES]; /* from the kernel, for nonces; each byte is used once */
    size_t chance_left;
    struct buf name;  /* scratch: the identity of a value */
    struct buf value; /* scratch: what is handed to the inner store */
};

struct seal_twin {
    struct list_node node; /* in idle */
    struct store_seal *owner;
    struct store_call *outer;
    struct store_call call;
    struct arena arena;
    struct str key;   /* kept for opening what is found */
    struct str field; /* the same, of PICK */
    char key_bytes[SEAL_KEY_BYTES];
};

/* A value is bound to its key and, in a key with fields, to its field: the length keeps
 * ("a", "bc") and ("ab", "c") apart. */
static enum err seal_identity(struct store_seal *sealed, struct str key, struct str field)
{
    buf_clear(&sealed->name);
    TRY(buf_add_int(&sealed->name, (int64_t)key.len));
    TRY(buf_add_char(&sealed->name, ':'));
    TRY(buf_add(&sealed->name, key));
    return buf_add(&sealed->name, field);
}

/* A call of the kernel for each nonce would cost more than the sealing. */
static enum err seal_nonce(struct store_seal *sealed, uint8_t ret_nonce[CRYPTO_NONCE_BYTES])
{
    if (sealed->chance_left == 0) {
        TRY(crypto_random(sealed->chance, sizeof(sealed->chance)));
        sealed->chance_left = sizeof(sealed->chance);
    }
    sealed->chance_left -= CRYPTO_NONCE_BYTES;
    memcpy(ret_nonce, sealed->chance + sealed->chance_left, CRYPTO_NONCE_BYTES);
    return OK;
}

static enum err seal_value(struct store_seal *sealed, const struct store_call *outer)
{
    uint8_t nonce[CRYPTO_NONCE_BYTES];
    struct str field = outer->op == STORE_PUT ? outer->field : STR_NONE;
    buf_clear(&sealed->value);
    TRY(seal_identity(sealed, outer->key, field));
    TRY(seal_nonce(sealed, nonce));
    return seal_close(sealed->seal, nonce, buf_str(&sealed->name), outer->value, &sealed->value);
}

/* Of what has its identity in `name`. ERR_FORMAT: it did not open, which makes it a miss. */
static enum err seal_open_value(struct store_seal *sealed, struct arena *arena, struct str closed,
                                struct str *ret_plain)
{
    enum err err = seal_open(sealed->seal, buf_str(&sealed->name), closed, arena, ret_plain);
    if (err == ERR_FORMAT) {
        metric_add(sealed->metrics, METRIC_STORE_UNOPENED, 0, 1);
    }
    return err;
}

static enum err seal_take_value(struct seal_twin *twin, struct str field, struct str closed,
                                struct str *ret_plain)
{
    TRY(seal_identity(twin->owner, twin->key, field));
    return seal_open_value(twin->owner, twin->outer->arena, closed, ret_plain);
}

static enum err store_seal_open(struct store *store, const struct store_call *call,
                                const struct store_field *field, struct str *ret_value)
{
    struct store_seal *sealed = container_of(store, struct store_seal, store);
    TRY(seal_identity(sealed, call->key, field->name));
    return seal_open_value(sealed, call->arena, field->value, ret_value);
}

static enum err seal_take_one(struct seal_twin *twin)
{
    struct store_call *outer = twin->outer;
    if (!twin->call.found || !outer->arena) {
        return OK;
    }
    enum err err = seal_take_value(twin, twin->field, twin->call.found_value, &outer->found_value);
    outer->found = err == OK;
    return err == ERR_FORMAT ? OK : err;
}

/* They are in the caller's arena already. */
static enum err seal_pass_fields(struct seal_twin *twin)
{
    struct store_call *outer = twin->outer;
    outer->fields = twin->call.fields;
    outer->fields_count = twin->call.fields_count;
    outer->found = twin->call.found;
    outer->opener = &twin->owner->store;
    return OK;
}

static enum err seal_take_fields(struct seal_twin *twin)
{
    const struct store_call *call = &twin->call;
    struct store_call *outer = twin->outer;
    size_t count = 0;
    if (!call->found || !outer->arena) {
        return OK;
    }
    if (outer->opens_later) {
        return seal_pass_fields(twin);
    }
    struct store_field *fields = arena_zero(outer->arena, call->fields_count, sizeof(*fields));
    if (!fields) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < call->fields_count; i++) {
        const struct store_field *field = &call->fields[i];
        enum err err = seal_take_value(twin, field->name, field->value, &fields[count].value);
        if (err == ERR_FORMAT) {
            continue;
        }
        TRY(err);
        TRY(arena_copy(outer->arena, field->name, &fields[count].name));
        count++;
    }
    outer->fields = fields;
    outer->fields_count = count;
    outer->found = count > 0;
    return OK;
}

/* Version, key and nonce: no two sealed values begin in the same way. */
static struct str seal_mark(struct str sealed)
{
    return str_slice(sealed, 0, min_size(sealed.len, SEAL_EXTRA_BYTES - CRYPTO_TAG_BYTES));
}

/* What does not open is written over only if it is still there. */
static enum err seal_take_pick(struct seal_twin *twin)
{
    struct store_call *outer = twin->outer;
    if (outer->arena) {
        TRY(arena_copy(outer->arena, seal_mark(twin->call.revision), &outer->revision));
    }
    return seal_take_one(twin);
}

static struct seal_twin *twin_take(struct store_seal *sealed, struct store_call *outer)
{
    struct seal_twin *twin = list_entry(list_pop(&sealed->idle), struct seal_twin, node);
    twin = twin ? twin : mem_alloc(sizeof(*twin));
    if (twin) {
        twin->node = (struct list_node){ 0 };
        twin->owner = sealed;
        twin->outer = outer;
        twin->field = STR_NONE;
        arena_init_from(&twin->arena, &sealed->pool, STORE_SEAL_ARENA_BYTES);
    }
    return twin;
}

/* The one that was used last is taken next: it is still in the processor's cache. */
static void twin_give_back(struct seal_twin *twin)
{
    struct list *idle = &twin->owner->idle;
    arena_fini(&twin->arena);
    if (idle->count < SEAL_TWINS_KEPT) {
        list_prepend(idle, &twin->node);
    } else {
        mem_free(twin);
    }
}

static enum err twin_keep_key(struct seal_twin *twin, struct str key)
{
    if (key.len > sizeof(twin->key_bytes)) {
        return arena_copy(&twin->arena, key, &twin->key);
    }
    if (key.len > 0) {
        memcpy(twin->key_bytes, key.ptr, key.len);
    }
    twin->key = (struct str){ twin->key_bytes, key.len };
    return OK;
}

/* What workers share beside answers is neither secret nor sealed: marks and sums. */
static bool seal_is_open(enum store_op op)
{
    return op == STORE_CLAIM || op == STORE_RENEW || op == STORE_YIELD || op == STORE_ADD;
}

static void seal_done(struct store_call *call, enum err err)
{
    struct seal_twin *twin = container_of(call, struct seal_twin, call);
    struct store_call *outer = twin->outer;
    outer->inner = NULL;
    outer->is_crowded = call->is_crowded;
    if (seal_is_open(call->op)) {
        outer->found = call->found;
        outer->sum = call->sum;
    } else if (err == OK && call->op == STORE_GET) {
        err = seal_take_one(twin);
    } else if (err == OK && call->op == STORE_ALL) {
        err = seal_take_fields(twin);
    } else if (err == OK && call->op == STORE_PICK) {
        err = seal_take_pick(twin);
    }
    twin_give_back(twin);
    outer->on_done(outer, err);
}

static enum err seal_fill(struct seal_twin *twin)
{
    struct store_call *outer = twin->outer;
    twin->call = (struct store_call){ .op = outer->op,
                                      .key = outer->key,
                                      .field = outer->field,
                                      .drops_count = outer->drops_count,
                                      .fields_max = outer->fields_max,
                                      .revision = outer->revision,
                                      .is_bound = outer->is_bound,
                                      .room_for = outer->room_for,
                                      .ttl_ms = outer->ttl_ms,
                                      .amount = outer->amount,
                                      .arena = outer->opens_later ? outer->arena : &twin->arena,
                                      .on_done = seal_done };
    memcpy(twin->call.drops, outer->drops, outer->drops_count * sizeof(outer->drops[0]));
    TRY(twin_keep_key(twin, outer->key));
    if (outer->op == STORE_PICK) {
        TRY(arena_copy(&twin->arena, outer->field, &twin->field));
    } else if (seal_is_open(outer->op)) {
        twin->call.value = outer->value;
    } else if (outer->op == STORE_SET || outer->op == STORE_PUT) {
        TRY(seal_value(twin->owner, outer));
        twin->call.value = buf_str(&twin->owner->value);
    }
    return OK;
}

static void store_seal_start(struct store *store, struct store_call *call)
{
    struct store_seal *sealed = container_of(store, struct store_seal, store);
    call->inner = NULL;
    call->found = false;
    call->found_value = STR_NONE;
    call->fields = NULL;
    call->fields_count = 0;
    call->opener = NULL;
    call->sum = 0;
    call->revision = call->op == STORE_PICK ? STR_NONE : call->revision;
    call->is_crowded = false;
    struct seal_twin *twin = twin_take(sealed, call);
    if (!twin) {
        store_later_add(&sealed->later, call, ERR_NOMEM);
        return;
    }
    enum err err = seal_fill(twin);
    if (err != OK) {
        twin_give_back(twin);
        store_later_add(&sealed->later, call, err);
        return;
    }
    call->inner = twin;
    sealed->inner->ops->start(sealed->inner, &twin->call);
}

static void store_seal_cancel(struct store *store, struct store_call *call)
{
    struct store_seal *sealed = container_of(store, struct store_seal, store);
    struct seal_twin *twin = call->inner;
    if (twin) {
        sealed->inner->ops->cancel(sealed->inner, &twin->call);
    }
}

static bool store_seal_is_up(const struct store *store)
{
    const struct store_seal *sealed = (const struct store_seal *)(const void *)store;
    return sealed->inner->ops->is_up(sealed->inner);
}

struct store *store_seal_create(struct loop *loop, struct store *inner, struct seal *seal,
                                struct metrics *metrics)
{
    static const struct store_ops ops = { "seal", store_seal_start, store_seal_cancel,
                                          store_seal_is_up, store_seal_open };
    struct store_seal *sealed = mem_zero(1, sizeof(*sealed));
    if (!sealed) {
        return NULL;
    }
    sealed->store.ops = &ops;
    sealed->inner = inner;
    sealed->seal = seal;
    sealed->metrics = metrics;
    store_later_init(&sealed->later, loop);
    arena_pool_init(&sealed->pool, SEAL_CHUNKS_KEPT);
    list_init(&sealed->idle);
    buf_init(&sealed->name, STORE_SEAL_NAME_BYTES_MAX);
    buf_init(&sealed->value, STORE_SEAL_VALUE_BYTES_MAX);
    return &sealed->store;
}

void store_seal_destroy(struct store *store)
{
    if (!store) {
        return;
    }
    struct store_seal *sealed = container_of(store, struct store_seal, store);
    store_later_fini(&sealed->later);
    struct list_node *node;
    while ((node = list_pop(&sealed->idle)) != NULL) {
        mem_free(container_of(node, struct seal_twin, node));
    }
    arena_pool_fini(&sealed->pool);
    buf_fini(&sealed->name);
    buf_fini(&sealed->value);
    mem_free(sealed);
}
