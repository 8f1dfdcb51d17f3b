/* shelf.c - see shelf.h. Only GET and SET, for questions, and PICK and PUT, for orders. */
#include "tests/sim/shelf.h"

void shelf_init(struct shelf *shelf)
{
    shelf->count = 0;
    arena_init(&shelf->arena, (size_t)16 << 20);
}

void shelf_fini(struct shelf *shelf)
{
    arena_fini(&shelf->arena);
}

void shelf_flush(struct shelf *shelf)
{
    shelf->count = 0;
}

static bool shelf_is(const struct shelf_value *item, struct str key, struct str field)
{
    return str_eq((struct str){ item->key, item->key_len }, key) &&
           str_eq((struct str){ item->key + item->key_len, item->field_len }, field);
}

static const struct shelf_value *shelf_find(const struct shelf *shelf, struct str key,
                                            struct str field)
{
    for (size_t i = 0; i < shelf->count; i++) {
        if (shelf_is(&shelf->values[i], key, field)) {
            return &shelf->values[i];
        }
    }
    return NULL;
}

const struct str *shelf_field(const struct shelf *shelf, struct str key, struct str field)
{
    const struct shelf_value *item = shelf_find(shelf, key, field);
    return item ? &item->value : NULL;
}

static size_t shelf_fields(const struct shelf *shelf, struct str key)
{
    size_t count = 0;
    for (size_t i = 0; i < shelf->count; i++) {
        const struct shelf_value *item = &shelf->values[i];
        bool is_of_key = str_eq((struct str){ item->key, item->key_len }, key);
        count += is_of_key && item->field_len > 0 ? 1 : 0;
    }
    return count;
}

static void shelf_set(struct shelf *shelf, struct str key, struct str field, struct str value)
{
    const struct shelf_value *found = shelf_find(shelf, key, field);
    size_t at = found ? (size_t)(found - shelf->values) : shelf->count;
    if (at == SHELF_VALUES_MAX || key.len + field.len > SHELF_KEY_BYTES) {
        BUG("the simulated store is full");
    }
    struct shelf_value *item = &shelf->values[at];
    shelf->count += found ? 0 : 1;
    memcpy(item->key, key.ptr, key.len);
    if (field.len > 0) {
        memcpy(item->key + key.len, field.ptr, field.len);
    }
    item->key_len = key.len;
    item->field_len = field.len;
    if (arena_copy(&shelf->arena, value, &item->value) != OK) {
        BUG("the simulated store is out of memory");
    }
}

/* The field is still what the write is bound to, and there is room for it. */
static bool shelf_may_put(const struct shelf *shelf, struct store_call *call)
{
    const struct str *now = shelf_field(shelf, call->key, call->field);
    bool is_same = !call->is_bound || str_eq(now ? *now : STR_NONE, call->revision);
    call->is_crowded = is_same && call->is_bound && !now && call->room_for > 0 &&
                       shelf_fields(shelf, call->key) >= call->room_for;
    return is_same && !call->is_crowded;
}

static enum err shelf_write(struct shelf *shelf, struct store_call *call)
{
    if (call->op == STORE_PUT && !shelf_may_put(shelf, call)) {
        return ERR_CONFLICT;
    }
    if (call->op == STORE_SET || call->op == STORE_PUT) {
        struct str field = call->op == STORE_PUT ? call->field : STR_NONE;
        shelf_set(shelf, call->key, field, call->value);
    }
    return OK;
}

static enum err shelf_read(const struct shelf *shelf, struct store_call *call)
{
    bool is_pick = call->op == STORE_PICK;
    bool is_read = is_pick || call->op == STORE_GET;
    const struct str *value =
        is_read ? shelf_field(shelf, call->key, is_pick ? call->field : STR_NONE) : NULL;
    call->found = value != NULL;
    if (value && arena_copy(call->arena, *value, &call->found_value) != OK) {
        return ERR_NOMEM;
    }
    if (is_pick) {
        call->revision = value ? call->found_value : STR_NONE;
    }
    return OK;
}

enum err shelf_do(struct shelf *shelf, struct store_call *call, enum shelf_fault fault)
{
    enum err err = fault == SHELF_AWAY ? ERR_TIMEOUT : shelf_write(shelf, call);
    if (fault != SHELF_FINE) {
        return ERR_TIMEOUT;
    }
    return err == OK ? shelf_read(shelf, call) : err;
}
