/* turn_test.c - a turn is in one list at a time and its memory outlives what still uses it. */
#include "worker/engine/turn.h"

#include "common/mem.h"
#include "tests/unit/world.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"

static struct world world;

static const struct partition_id messages = { TOPIC_MESSAGES, 0 };

static const struct header headers[] = { { { "ce_id", 5 }, { "7", 1 } } };

static const struct record record = { .topic = TOPIC_MESSAGES,
                                      .offset = 5,
                                      .key = { "ann", 3 },
                                      .has_key = true,
                                      .value = { "{}", 2 },
                                      .has_value = true,
                                      .headers = headers,
                                      .headers_count = countof(headers) };

static struct part *open_part(void)
{
    world_open(&world, NULL);
    world_claim(&world, 0);
    return parts_find(&world.engine->parts, messages);
}

static struct turn *first_in(enum turn_state state)
{
    struct list_node *node = list_first(&world.engine->turns[state]);
    return node ? container_of(node, struct turn, node) : NULL;
}

static size_t turns_in_all_lists(void)
{
    size_t count = 0;
    for (int state = 0; state < TURN_STATE_COUNT; state++) {
        count += world.engine->turns[state].count;
    }
    return count;
}

static void a_turn_has_its_own_copy_of_the_record_and_counts_in_the_backlog(void **state)
{
    (void)state;
    struct part *part = open_part();
    struct turn *turn = turn_create(world.engine, part, &record, 1 << 16);
    assert_non_null(turn);
    assert_ptr_not_equal(turn->record.value.ptr, record.value.ptr);
    assert_true(str_eq(turn->record.value, record.value));
    assert_ptr_equal(first_in(TURN_QUEUED), turn);
    assert_int_equal(world.engine->backlog_records, 1);
    assert_int_equal(world.engine->backlog_bytes, 3 + 2 + 6);
    assert_int_equal(part->backlog_bytes, 3 + 2 + 6);
    turn_drop(turn);
    assert_int_equal(world.engine->backlog_records, 0);
    assert_int_equal(world.engine->backlog_bytes, 0);
    assert_int_equal(part->backlog_bytes, 0);
    assert_int_equal(turns_in_all_lists(), 0);
    world_close(&world);
}

static void without_memory_there_is_no_turn_and_nothing_is_counted(void **state)
{
    (void)state;
    struct part *part = open_part();
    for (long nth = 1;; nth++) {
        mem_fail_nth(nth);
        struct turn *turn = turn_create(world.engine, part, &record, 1 << 16);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(turn == NULL, has_failed);
        if (turn) {
            assert_true(nth >= 2);
            turn_drop(turn);
            break;
        }
        assert_int_equal(world.engine->backlog_records, 0);
        assert_int_equal(part->turns.count, 0);
        assert_int_equal(turns_in_all_lists(), 0);
    }
    world_close(&world);
}

static void a_record_too_large_for_its_arena_makes_no_turn(void **state)
{
    (void)state;
    struct part *part = open_part();
    assert_null(turn_create(world.engine, part, &record, 1));
    assert_int_equal(world.engine->backlog_records, 0);
    world_close(&world);
}

static void each_move_takes_a_turn_from_one_list_to_another(void **state)
{
    (void)state;
    struct part *part = open_part();
    struct turn *turn = turn_create(world.engine, part, &record, 1 << 16);
    static const enum turn_state way[] = { TURN_RUNNABLE, TURN_LOADING, TURN_RECALLING,
                                           TURN_GATED, TURN_ASKING, TURN_WAITING,
                                           TURN_RUNNABLE, TURN_STORING };
    for (size_t i = 0; i < countof(way); i++) {
        turn_move(turn, way[i]);
        assert_ptr_equal(first_in(way[i]), turn);
        assert_int_equal(turns_in_all_lists(), 1);
        assert_int_equal(turn_is_running(turn), way[i] != TURN_RUNNABLE &&
                                                    way[i] != TURN_GATED &&
                                                    way[i] != TURN_WAITING);
    }
    turn_drop(turn);
    world_close(&world);
}

static void dropping_the_first_of_a_lane_lets_the_next_one_run(void **state)
{
    (void)state;
    open_part();
    world_say(&world, 0, 0, "ann", "hi");
    world_say(&world, 0, 1, "ann", "hey");
    assert_int_equal(world.engine->turns[TURN_QUEUED].count, 1);
    turn_drop(first_in(TURN_RUNNABLE));
    assert_int_equal(world.engine->turns[TURN_QUEUED].count, 0);
    assert_int_equal(first_in(TURN_RUNNABLE)->record.offset, 1);
    world_close(&world);
}

static void a_dropped_turn_stays_until_the_store_has_let_go_of_it(void **state)
{
    (void)state;
    open_part();
    world.holds_store = true;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 2);
    struct turn *turn = first_in(TURN_LOADING);
    assert_non_null(turn);
    assert_true(turn->calls_open > 0);
    turn_drop(turn);
    assert_int_equal(world.engine->orphans.count, 1);
    assert_int_equal(world.engine->backlog_records, 0);
    world.holds_store = false;
    world_step(&world, 2);
    assert_int_equal(world.engine->orphans.count, 0);
    assert_int_equal(world.asked, 0);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void keep_work(struct engine_options *options)
{
    options->keeps_work = true;
}

/* Who waits for the transaction, with its outcome. */
static struct turn *resting(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 20);
    struct turn *turn = first_in(TURN_COMMITTING);
    assert_non_null(turn);
    assert_int_equal(turn->calls_open, 0);
    return turn;
}

static void a_turn_that_waits_for_its_transaction_holds_only_its_outcome(void **state)
{
    (void)state;
    for (int keeps = 0; keeps < 2; keeps++) {
        struct turn *turn = resting(keeps ? keep_work : NULL);
        assert_int_equal(turn->work != NULL, keeps);
        assert_int_equal(turn->scratch.total_bytes > 0, keeps);
        assert_true(turn->delivery.outcome.outputs_count > 0);
        world.holds_batches = false;
        world_step(&world, 20);
        assert_int_equal(world.outputs_count, 1);
        world_close(&world);
    }
}

static void a_turn_rests_no_sooner_than_the_store_has_let_go_of_it(void **state)
{
    (void)state;
    struct part *part = open_part();
    struct turn *turn = turn_create(world.engine, part, &record, 1 << 16);
    turn_move(turn, TURN_RUNNABLE);
    assert_int_equal(attempt_make_work(turn), OK);
    turn_rest(turn);
    assert_non_null(turn->work); /* no outcome yet */
    turn_move(turn, TURN_READY);
    turn->calls_open = 1;
    turn_rest(turn);
    assert_non_null(turn->work);
    turn->calls_open = 0;
    turn_rest(turn);
    assert_null(turn->work);
    turn_rest(turn); /* may be called again */
    turn_drop(turn);
    world_close(&world);
}

static void an_outcome_that_is_refused_while_its_turn_rests_is_a_dead_letter(void **state)
{
    (void)state;
    struct turn *turn = resting(NULL);
    assert_null(turn->work);
    assert_true(conclude_refused(turn, ERR_REFUSED));
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_DEAD_LETTER);
    world.holds_batches = false;
    world_step(&world, 20);
    world_close(&world);
}

static void a_settled_turn_is_counted_by_its_outcome(void **state)
{
    (void)state;
    open_part();
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_deliver(&world, 0, 1, "bob", "not json");
    world_step(&world, 20);
    assert_int_equal(turns_in_all_lists(), 0);
    assert_int_equal(world.engine->backlog_records, 0);
    assert_int_equal(metric_get(world.metrics, METRIC_TURNS, OUTCOME_ANSWER, 0), 1);
    assert_int_equal(metric_get(world.metrics, METRIC_TURNS, OUTCOME_DEAD_LETTER, 0), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_has_its_own_copy_of_the_record_and_counts_in_the_backlog),
        cmocka_unit_test(without_memory_there_is_no_turn_and_nothing_is_counted),
        cmocka_unit_test(a_record_too_large_for_its_arena_makes_no_turn),
        cmocka_unit_test(each_move_takes_a_turn_from_one_list_to_another),
        cmocka_unit_test(dropping_the_first_of_a_lane_lets_the_next_one_run),
        cmocka_unit_test(a_dropped_turn_stays_until_the_store_has_let_go_of_it),
        cmocka_unit_test(a_turn_that_waits_for_its_transaction_holds_only_its_outcome),
        cmocka_unit_test(a_turn_rests_no_sooner_than_the_store_has_let_go_of_it),
        cmocka_unit_test(an_outcome_that_is_refused_while_its_turn_rests_is_a_dead_letter),
        cmocka_unit_test(a_settled_turn_is_counted_by_its_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
