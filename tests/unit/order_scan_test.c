/* order_scan_test.c - what is read without a tree is what the tree says, and the rest is left. */
#include "tests/unit/leaf.h"
#include "tests/unit/payload.h"

#include "common/order_scan.h"

#define WHO "\"id\":\"e-1\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\""
#define WHEN "\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\""
#define MINIMAL "{" WHO "," WHEN "}"
#define WITH(fields) "{" WHO "," WHEN "," fields "}"
#define LINE(fields) WITH("\"items\":[{\"sku\":\"a\"," fields "}]")
#define FULL                                                                                       \
    WITH("\"seq\":3,\"tenant\":\"shop\",\"carrier\":\"\",\"tracking\":\"00340\","                  \
         "\"eta\":\"2025-12-01\",\"items\":[{\"sku\":\"水-1\",\"name\":\"Kettle\",\"quantity\":2," \
         "\"category\":\"kitchen\",\"price\":\"39.90\",\"currency\":\"EUR\"},{\"sku\":\"b\"}]")

static enum order_scan_end scan(const char *text, struct order *ret_order)
{
    static char copy[ORDER_SCAN_BYTES_MAX + 2];
    static struct arena arena;
    struct str bytes = str_from(text);
    arena_fini(&arena);
    arena_init(&arena, 1 << 20);
    memcpy(copy, bytes.ptr, bytes.len); /* without a NUL behind it */
    *ret_order = (struct order){ .seq = 77 };
    return order_scan_event(&arena, (struct str){ copy, bytes.len }, ret_order);
}

static struct str written(struct arena *arena, const struct order *order)
{
    struct str bytes;
    assert_int_equal(order_state_encode(arena, 1, order, &bytes), OK);
    return bytes;
}

static void an_order_is_the_one_that_its_tree_holds(void **state)
{
    (void)state;
    const char *const texts[] = {
        MINIMAL,
        FULL,
        " { \"at\" : \"2025-11-28T10:00:00.5+02:00\" ,\n\"type\":\"refunded\"," WHO " } ",
        WITH("\"items\":[]"),
        WITH("\"items\":[ ]"),
        WITH("\"seq\":0,\"items\":[{\"quantity\":1000000,\"sku\":\"a\",\"price\":\"0\"}]"),
        WITH("\"eta\":\"2025-12-01T08:00:00Z\""),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct order order;
        struct order same;
        assert_int_equal(scan(texts[i], &order), ORDER_SCAN_DONE);
        payload_init(&payload, texts[i]);
        assert_int_equal(order_decode(&payload.at, &same), OK);
        assert_true(str_eq(written(&payload.arena, &order), written(&payload.arena, &same)));
        assert_int_equal(order.items_count, same.items_count);
        payload_fini(&payload);
    }
}

static void texts_end_with_a_nul(void **state)
{
    (void)state;
    struct order order;
    assert_int_equal(scan(FULL, &order), ORDER_SCAN_DONE);
    const struct str texts[] = { order.id, order.tenant, order.carrier, order.eta,
                                 order.items[0].sku, order.items[0].price, order.items[1].sku };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(strlen(texts[i].ptr), texts[i].len);
    }
}

static void anything_unusual_is_left_and_nothing_is_given(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",
        "{}",
        "[" MINIMAL "]",
        MINIMAL "x",
        "{" WHO ",\"type\":\"paid\"}",
        "{" WHO ",\"type\":\"lost\",\"at\":\"2025-11-28T10:00:00Z\"}",
        "{" WHO ",\"type\":\"paid\",\"at\":\"today\"}",
        WITH("\"specversion\":\"1.0\""),
        WITH("\"v\":1"), /* of states alone */
        WITH("\"since\":{}"),
        WITH("\"seq\":1,\"seq\":1"),
        WITH("\"seq\":null"),
        WITH("\"seq\":1.0"),
        WITH("\"seq\":-1"),
        WITH("\"tenant\":\"\""),
        WITH("\"carrier\":\"a\\nb\""),
        WITH("\"carrier\":\"\xff\""),
        WITH("\"carrier\":1"),
        WITH("\"eta\":\"soon\""),
        WITH("\"items\":{}"),
        WITH("\"items\":[{}]"),
        WITH("\"items\":[{\"sku\":\"a\"},]"),
        WITH("\"items\":[{\"sku\":\"a\"}"),
        LINE("\"price\":1.5"),
        LINE("\"price\":\"1.\""),
        LINE("\"currency\":\"\""),
        LINE("\"currency\":\"eur\""),
        LINE("\"quantity\":0"),
        LINE("\"quantity\":1000001"),
        LINE("\"colour\":\"red\""),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct order order;
        if (scan(texts[i], &order) != ORDER_SCAN_LEFT || order.seq != 77) {
            fail_msg("read: %s", texts[i]);
        }
    }
}

static void long_texts_and_many_lines_are_left(void **state)
{
    (void)state;
    const char *format = WITH("\"items\":[%s{\"sku\":\"a\"}]");
    struct order order;
    assert_int_equal(
        scan(payload_with(format, "{\"sku\":\"a\"},", ORDER_SCAN_ITEMS_MAX - 1), &order),
        ORDER_SCAN_DONE);
    assert_int_equal(order.items_count, ORDER_SCAN_ITEMS_MAX);
    assert_int_equal(scan(payload_with(format, "{\"sku\":\"a\"},", ORDER_SCAN_ITEMS_MAX), &order),
                     ORDER_SCAN_LEFT);
    assert_int_equal(scan(payload_with(WITH("\"carrier\":\"%s\""), "x", 256), &order),
                     ORDER_SCAN_DONE);
    assert_int_equal(scan(payload_with(WITH("\"carrier\":\"%s\""), "x", 257), &order),
                     ORDER_SCAN_LEFT);
    assert_int_equal(scan(payload_with("%s" MINIMAL, " ", ORDER_SCAN_BYTES_MAX + 1 -
                                       strlen(MINIMAL)), &order), ORDER_SCAN_LEFT);
}

static void a_state_is_read_with_what_it_remembers(void **state)
{
    (void)state;
    const char *text = WITH("\"v\":1,\"carrier\":\"DHL\","
                            "\"since\":{\"carrier\":[1764324000000,-1,2],\"items\":[1,2,6]}");
    const char *const left[] = {
        MINIMAL,
        WITH("\"v\":99"),
        WITH("\"v\":1,\"since\":{\"items\":[1,2,7]}"),
        WITH("\"v\":1,\"since\":{\"items\":[1,2]}"),
        WITH("\"v\":1,\"since\":{\"price\":[1,2,3]}"),
    };
    struct arena arena;
    struct order order;
    arena_init(&arena, 1 << 20);
    assert_int_equal(order_scan_state(&arena, str_from(text), &order), ORDER_SCAN_DONE);
    assert_int_equal(order.since_set, BIT(ORDER_CARRIER) | BIT(ORDER_ITEMS));
    assert_true(order.since[ORDER_CARRIER].at_wall_ms == 1764324000000);
    assert_int_equal(order.since[ORDER_CARRIER].seq, -1);
    assert_int_equal(order.since[ORDER_ITEMS].type, ORDER_REFUNDED);
    for (size_t i = 0; i < countof(left); i++) {
        assert_int_equal(order_scan_state(&arena, str_from(left[i]), &order), ORDER_SCAN_LEFT);
    }
    arena_fini(&arena);
}

static void every_state_that_we_write_is_read_without_a_tree(void **state)
{
    (void)state;
    struct arena arena;
    struct order event;
    struct order again;
    assert_int_equal(scan(FULL, &event), ORDER_SCAN_DONE);
    arena_init(&arena, 1 << 20);
    const struct order later = { .id = STR("e-2"), .order_id = event.order_id,
                                 .customer_id = event.customer_id, .type = ORDER_SHIPPED,
                                 .at_wall_ms = event.at_wall_ms + 1, .seq = -1 };
    const struct order merged = order_merge(&event, &later);
    struct str bytes = written(&arena, &merged);
    assert_int_not_equal(merged.since_set, 0);
    assert_int_equal(order_scan_state(&arena, bytes, &again), ORDER_SCAN_DONE);
    assert_true(str_eq(written(&arena, &again), bytes));
    arena_fini(&arena);
}

static enum err try_scan(void *owner)
{
    struct arena arena;
    struct order order = { .seq = 77 };
    arena_init(&arena, 1 << 20);
    enum order_scan_end end = order_scan_event(&arena, str_from(owner), &order);
    assert_true(end == ORDER_SCAN_DONE || order.seq == 77);
    arena_fini(&arena);
    return end == ORDER_SCAN_DONE ? OK : end == ORDER_SCAN_NOMEM ? ERR_NOMEM : ERR_FORMAT;
}

static void without_memory_no_order_is_given(void **state)
{
    (void)state;
    struct arena arena;
    struct order order;
    char full[] = FULL;
    assert_true(starve(try_scan, full) > 0);
    arena_init(&arena, sizeof(FULL)); /* room for the copy, and none for the lines */
    assert_int_equal(order_scan_event(&arena, STR(FULL), &order), ORDER_SCAN_NOMEM);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_the_one_that_its_tree_holds),
        cmocka_unit_test(texts_end_with_a_nul),
        cmocka_unit_test(anything_unusual_is_left_and_nothing_is_given),
        cmocka_unit_test(long_texts_and_many_lines_are_left),
        cmocka_unit_test(a_state_is_read_with_what_it_remembers),
        cmocka_unit_test(every_state_that_we_write_is_read_without_a_tree),
        cmocka_unit_test(without_memory_no_order_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
