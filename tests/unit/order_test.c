/* Orders: events, how they merge into a state, and the state's stored form. */
#include "tests/unit/leaf.h"
#include "tests/unit/payload.h"

#include "common/order.h"

#define WHO "\"id\":\"e-1\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\""
#define MINIMAL "{" WHO ",\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\"}"
#define WITH(fields) "{" WHO ",\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\"," fields "}"
#define AT_MS 1764324000000

static enum err decode(const struct json_at *at)
{
    struct order order;
    return order_decode(at, &order);
}

static void a_full_event_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct order order;
    payload_init(&payload, WITH("\"seq\":3,\"tenant\":\"shop\",\"carrier\":\"DHL\","
                                "\"tracking\":\"00340\",\"eta\":\"2025-12-01\","
                                "\"items\":[{\"sku\":\"KTL-17\",\"name\":\"Kettle\",\"quantity\":2,"
                                "\"category\":\"kitchen\",\"price\":39.9,\"currency\":\"EUR\"},"
                                "{\"sku\":\"CUP-1\"}]"));
    assert_int_equal(order_decode(&payload.at, &order), OK);
    assert_str(order.id, "e-1");
    assert_str(order.order_id, "o-1");
    assert_str(order.customer_id, "u-1");
    assert_int_equal(order.type, ORDER_PAID);
    assert_true(order.at_wall_ms == AT_MS);
    assert_int_equal(order.seq, 3);
    assert_str(order.tenant, "shop");
    assert_str(order.carrier, "DHL");
    assert_str(order.tracking, "00340");
    assert_str(order.eta, "2025-12-01");
    assert_int_equal(order.items_count, 2);
    assert_str(order.items[0].name, "Kettle");
    assert_str(order.items[0].category, "kitchen");
    assert_str(order.items[0].price, "39.9");
    assert_str(order.items[0].currency, "EUR");
    assert_int_equal(order.items[0].quantity, 2);
    assert_str(order.items[1].sku, "CUP-1");
    assert_int_equal(order.items[1].quantity, 1);
    payload_fini(&payload);
}

static void every_type_has_its_name(void **state)
{
    (void)state;
    const char *const names[] = { "placed",   "paid",     "shipped", "delivered",
                                  "cancelled", "returned", "refunded" };
    for (size_t i = 0; i < countof(names); i++) {
        assert_string_equal(order_type_name((enum order_type)i), names[i]);
    }
}

static void optional_fields_may_be_absent_or_null(void **state)
{
    (void)state;
    const char *const texts[] = {
        MINIMAL,
        WITH("\"seq\":null,\"tenant\":null,\"items\":null,\"carrier\":null,\"tracking\":null,"
             "\"eta\":null"),
        WITH("\"items\":[]"),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct order order;
        payload_init(&payload, texts[i]);
        assert_int_equal(order_decode(&payload.at, &order), OK);
        assert_int_equal(order.seq, -1);
        assert_int_equal(order.items_count, 0);
        assert_int_equal(order.carrier.len + order.tracking.len + order.eta.len, 0);
        payload_fini(&payload);
    }
}

static void an_event_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":\"e\"}", "/order_id" },
        { "{\"id\":\"e\",\"order_id\":\"o\"}", "/customer_id" },
        { "{" WHO "}", "/type" },
        { "{" WHO ",\"type\":null}", "/type" },
        { "{" WHO ",\"type\":\"lost\"}", "/type" },
        { "{" WHO ",\"type\":\"paid\"}", "/at" },
        { "{" WHO ",\"type\":\"paid\",\"at\":\"today\"}", "/at" },
        { WITH("\"seq\":-1"), "/seq" },
        { WITH("\"items\":{}"), "/items" },
        { WITH("\"items\":[null]"), "/items/0" },
        { WITH("\"items\":[{\"sku\":\"a\"},7]"), "/items/1" },
        { WITH("\"items\":[{\"sku\":\"a\"},{}]"), "/items/1/sku" },
        { WITH("\"items\":[{\"sku\":\"a\",\"quantity\":0}]"), "/items/0/quantity" },
        { WITH("\"items\":[{\"sku\":\"a\",\"quantity\":1000001}]"), "/items/0/quantity" },
        { WITH("\"items\":[{\"sku\":\"a\",\"name\":1}]"), "/items/0/name" },
        { WITH("\"items\":[{\"sku\":\"a\",\"category\":1}]"), "/items/0/category" },
        { WITH("\"items\":[{\"sku\":\"a\",\"price\":\"\"}]"), "/items/0/price" },
        { WITH("\"items\":[{\"sku\":\"a\",\"currency\":\"\"}]"), "/items/0/currency" },
        { WITH("\"carrier\":1"), "/carrier" },
        { WITH("\"tracking\":1"), "/tracking" },
        { WITH("\"eta\":\"soon\""), "/eta" },
    };
    assert_refused(refusals, decode);
}

static void an_order_has_at_most_10000_lines(void **state)
{
    (void)state;
    const char *format = WITH("\"items\":[%s{\"sku\":\"a\"}]");
    struct payload payload;
    payload_init(&payload, payload_with(format, "{\"sku\":\"a\"},", 9999));
    assert_int_equal(decode(&payload.at), OK);
    payload_fini(&payload);
    const struct refusal refusals[] = { { payload_with(format, "{\"sku\":\"a\"},", 10000),
                                          "/items" } };
    assert_refused(refusals, decode);
}

/* ---- merging ---- */

static struct order order_of(enum order_type type, int64_t at_wall_ms, const char *id)
{
    return (struct order){ .id = str_from(id), .order_id = STR("o-1"), .customer_id = STR("u-1"),
                           .type = type, .at_wall_ms = at_wall_ms, .seq = -1 };
}

static void event_time_decides_and_not_arrival(void **state)
{
    (void)state;
    struct order placed = order_of(ORDER_PLACED, 1000, "e-1");
    struct order shipped = order_of(ORDER_SHIPPED, 3000, "e-3");
    struct order late = order_merge(&shipped, &placed);
    assert_int_equal(late.type, ORDER_SHIPPED);
    assert_int_equal(late.at_wall_ms, 3000);
    assert_str(late.id, "e-1");
    struct order in_order = order_merge(&placed, &shipped);
    assert_int_equal(in_order.type, ORDER_SHIPPED);
    assert_str(in_order.id, "e-3");
}

static void at_one_time_the_later_type_wins(void **state)
{
    (void)state;
    struct order paid = order_of(ORDER_PAID, 1000, "e-1");
    struct order placed = order_of(ORDER_PLACED, 1000, "e-2");
    assert_int_equal(order_merge(&paid, &placed).type, ORDER_PAID);
    assert_int_equal(order_merge(&placed, &paid).type, ORDER_PAID);
}

static void what_the_newer_event_does_not_name_is_kept(void **state)
{
    (void)state;
    const struct order_item items[] = { { .sku = STR("KTL-17"), .quantity = 1 } };
    struct order placed = order_of(ORDER_PLACED, 1000, "e-1");
    placed.items = items;
    placed.items_count = 1;
    placed.eta = STR("2025-12-01");
    placed.tenant = STR("shop");
    struct order shipped = order_of(ORDER_SHIPPED, 2000, "e-2");
    shipped.carrier = STR("DHL");
    shipped.tracking = STR("00340");
    shipped.eta = STR("2025-12-03");
    struct order merged = order_merge(&placed, &shipped);
    assert_ptr_equal(merged.items, items);
    assert_int_equal(merged.items_count, 1);
    assert_str(merged.carrier, "DHL");
    assert_str(merged.tracking, "00340");
    assert_str(merged.eta, "2025-12-03");
    assert_str(merged.tenant, "shop");
    struct order backwards = order_merge(&shipped, &placed);
    assert_str(backwards.eta, "2025-12-03");
    assert_int_equal(backwards.items_count, 1);
}

static void an_event_about_a_part_of_the_order_does_not_change_what_was_ordered(void **state)
{
    (void)state;
    const struct order_item items[] = { { .sku = STR("KTL-17"), .quantity = 1 },
                                        { .sku = STR("POT-9"), .quantity = 2 } };
    for (enum order_type part = ORDER_SHIPPED; part < ORDER_TYPES; part++) {
        struct order placed = order_of(ORDER_PLACED, 1000, "e-1");
        struct order later = order_of(part, 2000, "e-2");
        placed.items = items;
        placed.items_count = 2;
        later.items = &items[1];
        later.items_count = 1;
        assert_ptr_equal(order_merge(&placed, &later).items, items);
        assert_ptr_equal(order_merge(&later, &placed).items, items);
        assert_int_equal(order_merge(&later, &placed).type, part);
        struct order paid = order_of(ORDER_PAID, 1500, "e-3");
        paid.items = items;
        paid.items_count = 1; /* the shop has changed the order meanwhile */
        struct order merged = order_merge(&later, &placed);
        assert_int_equal(order_merge(&merged, &paid).items_count, 1);
        assert_ptr_equal(order_merge(&merged, &paid).items, items);
    }
}

static void where_no_event_says_what_was_ordered_a_later_one_does(void **state)
{
    (void)state;
    const struct order_item item = { .sku = STR("POT-9"), .quantity = 2 };
    struct order placed = order_of(ORDER_PLACED, 1000, "e-1");
    struct order shipped = order_of(ORDER_SHIPPED, 2000, "e-2");
    shipped.items = &item;
    shipped.items_count = 1;
    assert_ptr_equal(order_merge(&placed, &shipped).items, &item);
    assert_ptr_equal(order_merge(&shipped, &placed).items, &item);
}

static void at_one_time_the_higher_seq_wins(void **state)
{
    (void)state;
    struct order first = order_of(ORDER_SHIPPED, 1000, "e-1");
    struct order second = order_of(ORDER_PAID, 1000, "e-2");
    first.seq = 4;
    second.seq = 5;
    assert_int_equal(order_merge(&first, &second).type, ORDER_PAID);
    assert_int_equal(order_merge(&second, &first).type, ORDER_PAID);
}

/* The state as it is stored, but for the id of the event that came last. */
static struct str merged_in(struct arena *arena, const struct order *events, const size_t *turns,
                            size_t turns_count)
{
    struct order state = events[turns[0]];
    struct str bytes;
    for (size_t i = 1; i < turns_count; i++) {
        assert_int_equal(order_state_encode(arena, 1, &state, &bytes), OK);
        assert_int_equal(order_state_decode(arena, bytes, &state), OK);
        state = order_merge(&state, &events[turns[i]]);
    }
    state.id = STR("e");
    assert_int_equal(order_state_encode(arena, 1, &state, &bytes), OK);
    return bytes;
}

static void events_in_any_sequence_and_twice_give_one_state(void **state)
{
    (void)state;
    const struct order_item one[] = { { .sku = STR("KTL-17"), .quantity = 1 } };
    const struct order_item two[] = { { .sku = STR("KTL-17"), .quantity = 2 } };
    struct order events[5];
    for (size_t i = 0; i < countof(events); i++) {
        events[i] = order_of((enum order_type)i, 1000 + 10 * (int64_t)i, "e");
    }
    events[0].items = one;
    events[0].items_count = 1;
    events[0].carrier = STR("DHL");
    events[1].items = two;
    events[1].items_count = 1;
    events[1].eta = STR("2025-12-01");
    events[2].carrier = STR("UPS");
    events[2].items = one; /* of a part */
    events[2].items_count = 1;
    events[2].at_wall_ms = events[1].at_wall_ms; /* the same moment */
    events[3].eta = STR("2025-12-03");
    struct luck luck = luck_of(11);
    const size_t in_order[] = { 0, 1, 2, 3, 4 };
    struct arena arena;
    arena_init(&arena, (size_t)32 << 20);
    struct str expected = merged_in(&arena, events, in_order, countof(in_order));
    assert_true(str_find(expected, STR("UPS")) < expected.len);
    for (int round = 0; round < 500; round++) {
        size_t turns[15];
        for (size_t i = 0; i < countof(turns); i++) { /* each at least once */
            turns[i] = i < countof(events) ? i : luck_next(&luck, countof(events));
        }
        for (size_t i = countof(turns) - 1; i > 0; i--) {
            size_t other = luck_next(&luck, i + 1);
            size_t kept = turns[i];
            turns[i] = turns[other];
            turns[other] = kept;
        }
        struct str got = merged_in(&arena, events, turns, countof(turns));
        assert_true(str_eq(got, expected));
    }
    arena_fini(&arena);
}

/* ---- stored form ---- */

static void a_state_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct payload payload;
    struct order before;
    struct order after;
    struct str bytes;
    struct str again;
    payload_init(&payload, WITH("\"seq\":3,\"tenant\":\"shop\",\"carrier\":\"DHL \\\"x\\\"\","
                                "\"items\":[{\"sku\":\"\xe8\x8c\xb6\",\"price\":39.9},"
                                "{\"sku\":\"b\",\"quantity\":5,\"currency\":\"CNY\"}],"
                                "\"eta\":\"2025-12-01\""));
    assert_int_equal(order_decode(&payload.at, &before), OK);
    assert_int_equal(order_state_encode(&payload.arena, 1, &before, &bytes), OK);
    assert_int_equal(order_state_decode(&payload.arena, bytes, &after), OK);
    assert_int_equal(order_state_encode(&payload.arena, 1, &after, &again), OK);
    assert_true(str_eq(bytes, again));
    assert_true(after.at_wall_ms == before.at_wall_ms);
    assert_int_equal(after.seq, 3);
    assert_int_equal(after.items_count, 2);
    assert_str(after.items[0].sku, "\xe8\x8c\xb6");
    assert_str(after.items[0].price, "39.9");
    assert_int_equal(after.items[1].quantity, 5);
    assert_str(after.carrier, "DHL \"x\"");
    payload_fini(&payload);
}

static void a_newer_state_is_told_from_a_foreign_one(void **state)
{
    (void)state;
    const char *const texts[] = {
        WITH("\"v\":2"), "{\"v\":2}", "", "\x01\x02", "[]", "{}", MINIMAL, WITH("\"v\":\"1\""),
        WITH("\"v\":0"), "{\"v\":1}",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct arena arena;
        struct order order = { .seq = 77 };
        arena_init(&arena, 1 << 20);
        assert_int_equal(order_state_decode(&arena, str_from(texts[i]), &order),
                         i < 2 ? ERR_VERSION : ERR_FORMAT);
        assert_int_equal(order.seq, 77);
        arena_fini(&arena);
    }
}

/* True: the state was read and written again; else nothing was given. */
static bool state_there_and_back(long nth, size_t arena_bytes)
{
    const char *json = WITH("\"v\":1,\"items\":[{\"sku\":\"a\",\"price\":1.5},{\"sku\":\"b\"}]");
    struct arena arena;
    struct order order = { .seq = 77 };
    struct str bytes = STR("untouched");
    arena_init(&arena, arena_bytes);
    mem_fail_nth(nth);
    enum err err = order_state_decode(&arena, str_from(json), &order);
    assert_true(err == OK || order.seq == 77);
    if (err == OK) {
        err = order_state_encode(&arena, 1, &order, &bytes);
    }
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    assert_true(err == ERR_NOMEM || (err == OK && !has_failed));
    assert_true((err == OK) == !str_is(bytes, "untouched"));
    arena_fini(&arena);
    return err == OK;
}

static void without_memory_no_state_is_given(void **state)
{
    (void)state;
    long nth = 1;
    size_t arena_bytes = 0;
    while (!state_there_and_back(nth, 1 << 20)) {
        nth++;
    }
    while (!state_there_and_back(0, arena_bytes)) {
        arena_bytes += 16;
    }
    assert_true(nth > 10 && arena_bytes > 0);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return order_decode(at, ret_output);
}

static void without_memory_no_event_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing(MINIMAL, decode_into, struct order);
    assert_decodes_or_gives_nothing(
        WITH("\"tenant\":\"t\",\"carrier\":\"c\",\"tracking\":\"t\",\"eta\":\"2025-11-30\","
             "\"items\":[{\"sku\":\"a\",\"name\":\"n\",\"price\":1.5,\"currency\":\"EUR\"}]"),
        decode_into, struct order);
}

static void a_state_keeps_the_offsets_of_its_events(void **state)
{
    (void)state;
    struct arena arena;
    struct str bytes;
    struct order after;
    struct order placed = order_of(ORDER_PLACED, 1000, "e1");
    struct order shipped = order_of(ORDER_SHIPPED, 2000, "e2");
    const struct order_item item = { .sku = STR("A"), .quantity = 1 };
    placed.items = &item;
    placed.items_count = 1;
    placed.at_offset_min = 480;
    shipped.at_offset_min = -60;
    struct order before = order_merge(&placed, &shipped);
    arena_init(&arena, 65536);
    assert_int_equal(order_state_encode(&arena, 1, &before, &bytes), OK);
    assert_int_equal(order_state_decode(&arena, bytes, &after), OK);
    assert_true(after.at_wall_ms == 2000);
    assert_int_equal(after.at_offset_min, -60);
    assert_int_equal(after.since[ORDER_ITEMS].at_offset_min, 480);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_event_is_read_field_by_field),
        cmocka_unit_test(every_type_has_its_name),
        cmocka_unit_test(optional_fields_may_be_absent_or_null),
        cmocka_unit_test(an_event_is_refused_at_its_first_fault),
        cmocka_unit_test(an_order_has_at_most_10000_lines),
        cmocka_unit_test(event_time_decides_and_not_arrival),
        cmocka_unit_test(at_one_time_the_later_type_wins),
        cmocka_unit_test(an_event_about_a_part_of_the_order_does_not_change_what_was_ordered),
        cmocka_unit_test(where_no_event_says_what_was_ordered_a_later_one_does),
        cmocka_unit_test(at_one_time_the_higher_seq_wins),
        cmocka_unit_test(events_in_any_sequence_and_twice_give_one_state),
        cmocka_unit_test(what_the_newer_event_does_not_name_is_kept),
        cmocka_unit_test(a_state_reads_back_as_it_was_written),
        cmocka_unit_test(a_newer_state_is_told_from_a_foreign_one),
        cmocka_unit_test(without_memory_no_state_is_given),
        cmocka_unit_test(without_memory_no_event_is_given),
        cmocka_unit_test(a_state_keeps_the_offsets_of_its_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
