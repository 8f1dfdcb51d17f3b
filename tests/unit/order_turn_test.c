/* order_turn_test.c - an order event is settled when the store has its state, and not before. */
#include "worker/engine/order_turn.h"

#include "common/mem.h"
#include "common/order.h"
#include "common/stored.h"
#include "tests/unit/world.h"

#define ARENA_BYTES ((size_t)1 << 18)
#define STATES_BYTES ((size_t)4 << 20)

static struct world world;

static const char event[] = "{\"id\":\"e-1\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\","
                            "\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\"}";

/* ---- how events come in ---- */

static void deliver(struct world *to, int64_t offset, const char *key, const char *value)
{
    world_hear(to, (struct record){ .topic = TOPIC_ORDERS, .offset = offset,
                                    .key = str_from(key), .has_key = true,
                                    .value = str_from(value), .has_value = true });
}

static void deliver_order(void)
{
    world_open(&world, NULL);
    world_claim_of(&world, TOPIC_ORDERS, 0);
    deliver(&world, 0, "u-1", event);
}

static void an_order_event_is_settled_when_its_state_is_stored(void **state)
{
    (void)state;
    deliver_order();
    world.holds_store = true;
    world_step(&world, 5);
    assert_int_equal(world.engine->turns[TURN_STORING].count, 1);
    assert_int_equal(world.committed[0], -1);
    world.holds_store = false;
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    assert_int_equal(world.committed[0], 1);
    assert_int_equal(world.asked, 0);
    world_close(&world);
}

static void while_the_store_is_away_it_waits_however_long_that_is(void **state)
{
    (void)state;
    deliver_order();
    world.store_err = ERR_UNREACHABLE;
    for (int i = 0; i < 20; i++) { /* far more than the attempts that a message has */
        world_step(&world, 5);
        assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
        world.clock.mono_ms += 2000;
    }
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.committed[0], -1);
    world.store_err = OK;
    world_step(&world, 10);
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    assert_int_equal(world.committed[0], 1);
    world_close(&world);
}

static struct str stored(struct arena *arena, const char *order_id, int64_t at_ms)
{
    const struct order order = { .id = STR("e"), .order_id = str_from(order_id),
                                 .customer_id = STR("u-1"), .type = ORDER_SHIPPED,
                                 .at_wall_ms = at_ms, .seq = -1 };
    struct str bytes;
    assert_int_equal(order_state_encode(arena, STORED_OLDEST, &order, &bytes), OK);
    return bytes;
}

/* ---- how many at once ---- */

static void open_narrow(struct engine_options *options)
{
    options->inflight_max = 2;
}

static void eight_order_events_take_the_place_of_one_turn_and_no_more(void **state)
{
    (void)state;
    char customer[16];
    world_open(&world, open_narrow);
    world.holds_store = true;
    world_claim_of(&world, TOPIC_ORDERS, 0);
    for (int i = 0; i < 40; i++) {
        snprintf(customer, sizeof(customer), "u-%d", i);
        deliver(&world, i, customer, event);
    }
    world_step(&world, 5);
    assert_int_equal(world.engine->turns[TURN_STORING].count, 2 * ENGINE_ORDERS_PER_TURN);
    assert_int_equal(engine_room(world.engine), 0);
    world.holds_store = false;
    world_step(&world, 30);
    assert_int_equal(world.committed[0], 40);
    world_close(&world);
}

static void order_events_leave_the_others_their_places(void **state)
{
    (void)state;
    world_open(&world, open_narrow);
    world.holds_store = true;
    world_claim_of(&world, TOPIC_ORDERS, 0);
    for (int i = 0; i < ENGINE_ORDERS_PER_TURN; i++) {
        deliver(&world, i, i % 2 ? "ann" : "bob", event);
    }
    world_claim(&world, 1);
    world_say(&world, 1, 0, "eve", "do you gift wrap?");
    world_step(&world, 5);
    assert_int_equal(world.engine->turns[TURN_STORING].count, 2);
    assert_int_equal(world.engine->turns[TURN_LOADING].count, 1);
    world_close(&world);
}

/* ---- what is kept ---- */

static void send(int64_t offset, int order, const char *customer, const char *at)
{
    char value[256];
    snprintf(value, sizeof(value),
             "{\"id\":\"e-%d\",\"order_id\":\"o-%d\",\"customer_id\":\"%s\",\"type\":\"paid\","
             "\"at\":\"%s\"}",
             order, order, customer, at);
    deliver(&world, offset, "k", value);
    world_step(&world, 8);
}

static void send_one_each_hour(int count)
{
    for (int i = 0; i < count; i++) {
        char at[32];
        snprintf(at, sizeof(at), "2025-11-%02dT%02d:00:00Z", 1 + i / 24, i % 24);
        send(i, i, "u", at);
    }
}

static struct arena states; /* that were read back */

static void open_orders(void)
{
    arena_init(&states, STATES_BYTES);
    world_open(&world, NULL);
    world.keeps_fields = true;
    world_claim_of(&world, TOPIC_ORDERS, 0);
}

static void close_orders(void)
{
    world_close(&world);
    arena_fini(&states);
}

/* How many states are kept; `*ret_last` is the one that was written last. */
static size_t kept(struct order *ret_last)
{
    size_t count = 0;
    for (size_t i = 0; i < world.values_count; i++) {
        struct order order;
        if (order_state_decode(&states, world.values[i].value, &order) == OK) {
            *ret_last = order;
            count++;
        }
    }
    return count;
}

static void a_customer_has_the_orders_that_happened_last(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send_one_each_hour(ORDER_TURN_ORDERS_MAX + 20);
    assert_int_equal(kept(&last), ORDER_TURN_ORDERS_MAX);
    send(300, 900, "u", "2020-01-01T00:00:00Z"); /* older than all of them */
    assert_int_equal(kept(&last), ORDER_TURN_ORDERS_MAX);
    assert_false(str_is(last.order_id, "o-900"));
    send(301, 901, "other", "2020-01-01T00:00:00Z");
    assert_int_equal(kept(&last), ORDER_TURN_ORDERS_MAX + 1);
    assert_int_equal(world.outputs_count, ORDER_TURN_ORDERS_MAX + 22); /* all are settled */
    close_orders();
}

static void what_arrives_late_or_twice_makes_the_same_state(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send(0, 7, "ann", "2025-11-27T09:00:00Z");
    send(1, 7, "ann", "2025-11-25T09:00:00Z");
    send(2, 7, "ann", "2025-11-27T09:00:00Z");
    assert_int_equal(kept(&last), 1);
    assert_true(last.at_wall_ms == 1764234000000);
    close_orders();
}

static void a_known_order_of_a_customer_with_many_drops_no_other(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send_one_each_hour(ORDER_TURN_ORDERS_MAX);
    send(300, 5, "u", "2025-11-28T09:00:00Z");
    assert_int_equal(kept(&last), ORDER_TURN_ORDERS_MAX);
    assert_int_equal(world.outputs_count, ORDER_TURN_ORDERS_MAX + 1);
    close_orders();
}

static void a_state_of_a_newer_version_is_waited_for_and_not_written_over(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send(0, 7, "ann", "2025-11-27T09:00:00Z");
    const struct world_value before = world.values[0];
    world.values[0].value = STR("{\"v\":99}");
    send(1, 7, "ann", "2025-11-28T09:00:00Z");
    assert_true(str_is(world.values[0].value, "{\"v\":99}"));
    assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
    world.values[0] = before;
    world.clock.mono_ms += 60000;
    world_step(&world, 8);
    assert_int_equal(kept(&last), 1);
    assert_true(last.at_wall_ms == 1764320400000);
    close_orders();
}

/* ---- two workers ---- */

static struct world successor;

static void write_blindly(struct engine_options *options)
{
    options->lowered |= ENGINE_LOWER_BOUND;
}

static void send_to(struct world *to, int64_t offset, const char *type, const char *at)
{
    char value[256];
    snprintf(value, sizeof(value),
             "{\"id\":\"e-%d\",\"order_id\":\"o-7\",\"customer_id\":\"ann\",\"type\":\"%s\","
             "\"at\":\"%s\"}", (int)offset, type, at);
    deliver(to, offset, "ann", value);
}

/* The first worker has read the state and stands still; the next owner of the partition takes both
 * events; then the first goes on, before it hears of its loss. */
static enum order_type state_behind_a_freeze(void (*change)(struct engine_options *options))
{
    struct order last;
    arena_init(&states, STATES_BYTES);
    world_open(&world, change);
    world_open(&successor, change);
    world.keeps_fields = successor.keeps_fields = true;
    successor.shelf = &world;
    world_claim_of(&world, TOPIC_ORDERS, 0);
    world_claim_of(&successor, TOPIC_ORDERS, 0);
    send_to(&world, 0, "shipped", "2025-11-27T09:00:00Z");
    world_step(&world, 1);
    world.holds_store = true;
    assert_int_equal(world.engine->turns[TURN_STORING].count, 1);
    send_to(&successor, 0, "shipped", "2025-11-27T09:00:00Z");
    send_to(&successor, 1, "delivered", "2025-11-28T09:00:00Z");
    world_step(&successor, 20);
    assert_int_equal(successor.outputs_count, 2);
    world.holds_store = false;
    world_step(&world, 20);
    world.clock.mono_ms += 60000;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(kept(&last), 1);
    world_close(&successor);
    world_close(&world);
    enum order_type type = last.type;
    arena_fini(&states);
    return type;
}

static void a_worker_that_stood_still_does_not_turn_a_state_back(void **state)
{
    (void)state;
    assert_int_equal(state_behind_a_freeze(NULL), ORDER_DELIVERED);
    assert_int_equal(state_behind_a_freeze(write_blindly), ORDER_SHIPPED); /* else no test */
}

static void an_order_id_of_two_customers_is_two_orders(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send(0, 7, "ann", "2025-11-28T09:00:00Z");
    send(1, 7, "bob", "2025-11-28T08:00:00Z");
    assert_int_equal(kept(&last), 2);
    close_orders();
}

static void a_time_in_the_future_counts_as_now(void **state)
{
    (void)state;
    struct order last;
    open_orders();
    send(0, 7, "ann", "2099-01-01T00:00:00Z");
    assert_int_equal(kept(&last), 1);
    assert_true(last.at_wall_ms == 1764324000000);
    send(1, 7, "ann", "2025-11-28T20:00:00Z"); /* a clock a little ahead is believed */
    assert_int_equal(kept(&last), 1);
    assert_true(last.at_wall_ms == 1764324000000 + 10 * 3600 * 1000);
    close_orders();
}

static void orders_are_told_newest_first_and_what_is_damaged_is_left_out(void **state)
{
    (void)state;
    struct arena arena;
    struct brief brief = { 0 };
    arena_init(&arena, ARENA_BYTES);
    const struct store_field fields[] = {
        { STR("old"), stored(&arena, "old", 100) },
        { STR("b"), stored(&arena, "b", 300) },
        { STR("bad"), STR("not json") },
        { STR("a"), stored(&arena, "a", 300) },
    };
    const struct store_call call = { .fields = fields, .fields_count = countof(fields) };
    assert_int_equal(order_turn_read(&arena, &call, &brief), OK);
    assert_int_equal(brief.orders_count, 3);
    assert_true(str_is(brief.orders[0].order_id, "a"));
    assert_true(str_is(brief.orders[1].order_id, "b"));
    assert_true(str_is(brief.orders[2].order_id, "old"));
    arena_fini(&arena);
}

static void of_many_orders_the_newest_are_told(void **state)
{
    (void)state;
    struct arena arena;
    struct brief brief = { 0 };
    struct store_field fields[BRIEF_ORDERS_MAX + 3];
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < countof(fields); i++) {
        fields[i] = (struct store_field){ STR("o"), stored(&arena, "o", (int64_t)i) };
    }
    const struct store_call call = { .fields = fields, .fields_count = countof(fields) };
    assert_int_equal(order_turn_read(&arena, &call, &brief), OK);
    assert_int_equal(brief.orders_count, BRIEF_ORDERS_MAX);
    assert_int_equal(brief.orders[0].at_wall_ms, (int64_t)countof(fields) - 1);
    arena_fini(&arena);
}

static void a_state_of_a_newer_version_is_not_guessed_around(void **state)
{
    (void)state;
    struct arena arena;
    struct brief brief = { .orders_count = 77 };
    arena_init(&arena, ARENA_BYTES);
    const struct store_field fields[] = { { STR("a"), stored(&arena, "a", 1) },
                                          { STR("b"), STR("{\"v\":99}") } };
    const struct store_call call = { .fields = fields, .fields_count = countof(fields) };
    assert_int_equal(order_turn_read(&arena, &call, &brief), ERR_NO_FACTS);
    assert_int_equal(brief.orders_count, 77);
    arena_fini(&arena);
}

static void without_memory_no_orders_are_told(void **state)
{
    (void)state;
    struct arena arena;
    struct brief brief = { .orders_count = 77 };
    arena_init(&arena, 1);
    const struct store_call call = { .fields_count = 0 };
    assert_int_equal(order_turn_read(&arena, &call, &brief), ERR_NOMEM);
    assert_int_equal(brief.orders_count, 77);
    arena_fini(&arena);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_customer_has_the_orders_that_happened_last),
        cmocka_unit_test(eight_order_events_take_the_place_of_one_turn_and_no_more),
        cmocka_unit_test(order_events_leave_the_others_their_places),
        cmocka_unit_test(what_arrives_late_or_twice_makes_the_same_state),
        cmocka_unit_test(a_known_order_of_a_customer_with_many_drops_no_other),
        cmocka_unit_test(a_state_of_a_newer_version_is_waited_for_and_not_written_over),
        cmocka_unit_test(a_worker_that_stood_still_does_not_turn_a_state_back),
        cmocka_unit_test(an_order_id_of_two_customers_is_two_orders),
        cmocka_unit_test(a_time_in_the_future_counts_as_now),
        cmocka_unit_test(an_order_event_is_settled_when_its_state_is_stored),
        cmocka_unit_test(while_the_store_is_away_it_waits_however_long_that_is),
        cmocka_unit_test(orders_are_told_newest_first_and_what_is_damaged_is_left_out),
        cmocka_unit_test(of_many_orders_the_newest_are_told),
        cmocka_unit_test(a_state_of_a_newer_version_is_not_guessed_around),
        cmocka_unit_test(without_memory_no_orders_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
