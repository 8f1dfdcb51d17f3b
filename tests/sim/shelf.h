/* shelf.h - a made-up Redis: values by key, and what it knows of memos.
 *
 * Calls of one connection are answered in order. What becomes of one is the schedule's choice. */
#ifndef TESTS_SIM_SHELF_H
#define TESTS_SIM_SHELF_H

#include "worker/engine/store.h"

#define SHELF_VALUES_MAX 1024
#define SHELF_KEY_BYTES 64

struct shelf_value {
    char key[SHELF_KEY_BYTES]; /* behind it the name of the field, if it is one of several */
    size_t key_len;
    size_t field_len;
    struct str value;
};

struct shelf {
    struct shelf_value values[SHELF_VALUES_MAX];
    size_t count;
    struct arena arena;
};

enum shelf_fault {
    SHELF_FINE,
    SHELF_AWAY, /* nothing happens, and there is no answer */
    SHELF_MUTE, /* it happens, and there is no answer */
    SHELF_FAULT_COUNT
};

void shelf_init(struct shelf *shelf);
void shelf_fini(struct shelf *shelf);
void shelf_flush(struct shelf *shelf);

/* The value of a field of a key; NULL: there is none. */
const struct str *shelf_field(const struct shelf *shelf, struct str key, struct str field);

/* Does the call, whose result it fills in; returns what on_done is to be told. */
enum err shelf_do(struct shelf *shelf, struct store_call *call, enum shelf_fault fault);

#endif
