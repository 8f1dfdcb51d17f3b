/* world_store.c - what the world keeps for the engine, in memory: see world.h. */
#include "tests/unit/world.h"

#include "common/conversation.h"
#include "common/json.h"

static struct world_value *world_find(struct world *world, struct str key)
{
    for (size_t i = 0; i < world->values_count; i++) {
        struct world_value *item = &world->values[i];
        if (str_eq((struct str){ item->key, item->key_len }, key)) {
            return item;
        }
    }
    return NULL;
}

static void world_set(struct world *world, struct str key, struct str value)
{
    struct world_value *item = world_find(world, key);
    if (!item) {
        assert_true(world->values_count < WORLD_VALUES_MAX && key.len <= sizeof(item->key));
        item = &world->values[world->values_count++];
        memcpy(item->key, key.ptr, key.len);
        item->key_len = key.len;
        item->until_ms = 0;
    }
    assert_int_equal(arena_copy(&world->arena, value, &item->value), OK);
}

static void world_drop(struct world *world, struct str key)
{
    struct world_value *item = world_find(world, key);
    if (item) {
        *item = world->values[--world->values_count];
    }
}

/* A claim ends with its time. */
static void world_claim_until(struct world *world, struct store_call *call, int64_t now_ms)
{
    struct world_value *item = world_find(world, call->key);
    bool is_over = item && item->until_ms > 0 && item->until_ms <= now_ms;
    if (is_over) {
        world_drop(world, call->key);
    }
    if (call->op == STORE_CLAIM && (!item || is_over)) {
        call->found = true;
        world_set(world, call->key, call->value);
    } else if (call->op == STORE_RENEW) {
        call->found = item && !is_over && str_eq(item->value, call->value);
    }
    if (call->found) {
        world_find(world, call->key)->until_ms = now_ms + call->ttl_ms;
    }
}

/* What workers share: claims and sums. */
static void world_share(struct world *world, struct store_call *call, int64_t now_ms)
{
    struct world_value *item = world_find(world, call->key);
    char number[STR_INT_BYTES];
    if (call->op == STORE_CLAIM || call->op == STORE_RENEW) {
        world_claim_until(world, call, now_ms);
    } else if (call->op == STORE_YIELD && item && str_eq(item->value, call->value)) {
        world_drop(world, call->key);
    } else if (call->op == STORE_ADD) {
        call->found = true;
        call->sum = 0;
        assert_true(!item || str_to_i64(item->value, INT64_MIN, INT64_MAX, &call->sum));
        call->sum += call->amount;
        world_set(world, call->key, str_from_int(call->sum, number));
    }
}

#define WORLD_FIELDS_MAX 256

/* A field is a value under the key, a mark and its name. */
static struct str world_field(const struct store_call *call, struct str field, char out[512])
{
    const struct str parts[] = { call->key, STR("\x1F"), field };
    return str_join(parts, countof(parts), out, 512);
}

/* How many fields the key has. */
static size_t world_fields(const struct world *world, const struct store_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < world->values_count; i++) {
        const struct world_value *item = &world->values[i];
        struct str key = { item->key, item->key_len };
        count += key.len > call->key.len && str_starts(key, call->key) &&
                 key.ptr[call->key.len] == '\x1F';
    }
    return count;
}

static enum err world_put(struct world *world, struct store_call *call)
{
    char bytes[512];
    const struct world_value *item = world_find(world, world_field(call, call->field, bytes));
    struct str now = item ? item->value : STR_NONE;
    if (call->is_bound && !str_eq(now, call->revision)) {
        return ERR_CONFLICT;
    }
    call->is_crowded = call->is_bound && !item && call->room_for > 0 &&
                       world_fields(world, call) >= call->room_for;
    if (call->is_crowded) {
        return ERR_CONFLICT;
    }
    for (size_t i = 0; i < call->drops_count; i++) {
        world_drop(world, world_field(call, call->drops[i], bytes));
    }
    world_set(world, world_field(call, call->field, bytes), call->value);
    return OK;
}

static void world_all(struct world *world, struct store_call *call)
{
    struct store_field *fields = arena_zero(call->arena, WORLD_FIELDS_MAX, sizeof(*fields));
    assert_non_null(fields);
    call->fields = fields;
    call->fields_count = 0;
    for (size_t i = 0; i < world->values_count; i++) {
        struct world_value *item = &world->values[i];
        struct str key = { item->key, item->key_len };
        if (key.len > call->key.len && str_starts(key, call->key) &&
            key.ptr[call->key.len] == '\x1F') {
            assert_true(call->fields_count < WORLD_FIELDS_MAX);
            fields[call->fields_count++] = (struct store_field){
                str_slice(key, call->key.len + 1, key.len), item->value
            };
        }
    }
    call->found = call->fields_count > 0;
}

static void world_pick(struct world *world, struct store_call *call)
{
    char bytes[512];
    const struct world_value *item = world_find(world, world_field(call, call->field, bytes));
    call->found = item != NULL;
    call->found_value = item ? item->value : STR_NONE;
    call->revision = call->found_value;
}

/* GET and SET, claims and sums, and what has fields if the test wants it kept. */
void world_load(struct world *world)
{
    struct list_node *node;
    struct world *shelf = world->shelf ? world->shelf : world;
    for (size_t left = world->store_calls.count; left > 0 && !world->holds_store; left--) {
        node = list_pop(&world->store_calls);
        struct store_call *call = container_of(node, struct store_call, node);
        struct world_value *item = world_find(shelf, call->key);
        if (world->store_err == OK && call->op == STORE_SET) {
            world_set(shelf, call->key, call->value);
        }
        call->found = call->op == STORE_GET && item;
        if (call->found) {
            call->found_value = item->value;
        }
        if (world->store_err == OK) {
            world_share(shelf, call, world->clock.mono_ms);
        }
        enum err err = world->store_err;
        if (world->keeps_fields && call->op == STORE_PUT) {
            err = world_put(shelf, call);
        } else if (world->keeps_fields && call->op == STORE_ALL) {
            world_all(shelf, call);
        } else if (world->keeps_fields && call->op == STORE_PICK) {
            world_pick(shelf, call);
        }
        call->on_done(call, err);
    }
}
