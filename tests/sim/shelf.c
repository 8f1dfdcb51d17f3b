/* shelf.c - see shelf.h. Only GET and SET: the questions of the simulation need no more. */
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

static const struct shelf_value *shelf_find(const struct shelf *shelf, struct str key)
{
    for (size_t i = 0; i < shelf->count; i++) {
        const struct shelf_value *item = &shelf->values[i];
        if (str_eq((struct str){ item->key, item->key_len }, key)) {
            return item;
        }
    }
    return NULL;
}

static void shelf_set(struct shelf *shelf, struct str key, struct str value)
{
    const struct shelf_value *found = shelf_find(shelf, key);
    size_t at = found ? (size_t)(found - shelf->values) : shelf->count;
    if (at == SHELF_VALUES_MAX || key.len > SHELF_KEY_BYTES) {
        BUG("the simulated store is full");
    }
    struct shelf_value *item = &shelf->values[at];
    shelf->count += found ? 0 : 1;
    memcpy(item->key, key.ptr, key.len);
    item->key_len = key.len;
    if (arena_copy(&shelf->arena, value, &item->value) != OK) {
        BUG("the simulated store is out of memory");
    }
}

enum err shelf_do(struct shelf *shelf, struct store_call *call, enum shelf_fault fault)
{
    if (fault != SHELF_AWAY && call->op == STORE_SET) {
        shelf_set(shelf, call->key, call->value);
    }
    if (fault != SHELF_FINE) {
        return ERR_TIMEOUT;
    }
    const struct shelf_value *item = call->op == STORE_GET ? shelf_find(shelf, call->key) : NULL;
    call->found = item != NULL;
    if (item && arena_copy(call->arena, item->value, &call->found_value) != OK) {
        return ERR_NOMEM;
    }
    return OK;
}
