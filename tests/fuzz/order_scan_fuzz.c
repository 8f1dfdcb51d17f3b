/* What is read without a tree is what the tree says: a field that nobody knows makes each reader
 * take the tree. */
#include "common/order_scan.h"
#include "common/stored.h"
#include "tests/fuzz/check.h"

#define ARENA_BYTES ((size_t)16 << 20)

static struct str with_a_stranger(struct arena *arena, struct str bytes)
{
    size_t open = str_find(bytes, STR("{"));
    const struct str parts[] = { STR("{\"stranger\":0,"), str_slice(bytes, open + 1, bytes.len) };
    struct str text;
    CHECK(arena_join(arena, parts, countof(parts), &text) == OK);
    return text;
}

static void check_same(struct arena *arena, const struct order *one, const struct order *other)
{
    struct str left;
    struct str right;
    CHECK(order_state_encode(arena, STORED_NEWEST, one, &left) == OK);
    CHECK(order_state_encode(arena, STORED_NEWEST, other, &right) == OK);
    CHECK(str_eq(left, right));
}

static void check_event(struct arena *arena, struct str bytes)
{
    struct order order;
    struct order same;
    struct json_t *root = NULL;
    if (order_scan_event(arena, bytes, &order) != ORDER_SCAN_DONE) {
        return;
    }
    CHECK(json_read(with_a_stranger(arena, bytes), ARENA_BYTES, &root, NULL) == OK);
    const struct json_in in = { .arena = arena };
    const struct json_at at = json_root(root, &in);
    CHECK(json_kind_of(&at, "specversion") == KIND_NONE);
    CHECK(order_decode(&at, &same) == OK);
    check_same(arena, &order, &same);
    json_drop(&root);
}

static void check_state(struct arena *arena, struct str bytes)
{
    struct order order;
    struct order same;
    if (order_scan_state(arena, bytes, &order) == ORDER_SCAN_DONE) {
        CHECK(order_state_decode(arena, with_a_stranger(arena, bytes), &same) == OK);
        check_same(arena, &order, &same);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    json_setup(1);
    arena_init(&arena, ARENA_BYTES);
    check_event(&arena, (struct str){ (const char *)bytes, len });
    check_state(&arena, (struct str){ (const char *)bytes, len });
    arena_fini(&arena);
    return 0;
}
