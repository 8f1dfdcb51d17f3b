/* lowered_sim.c - negative controls: with a defence lowered, the simulation finds the damage.
 *
 * A judge that never says "guilty" proves nothing. Each control has a bound on the schedules that
 * it may take, and names the invariant that must be seen broken. */
#include <stdlib.h>

#include "tests/sim/schedule.h"
#include "tests/unit/cm.h"
#include "worker/engine/engine.h"

#define CONTROL_SEEDS_MAX 12000

/* Finds damage that begins with one of `wanted` within the bound. */
static void is_caught(const struct sim_options *lowered, const char *wanted)
{
    static struct schedule schedule;
    struct outcome_of_run outcome;
    for (uint64_t seed = 1; seed <= CONTROL_SEEDS_MAX; seed++) {
        schedule_shape(seed, lowered, &schedule.options);
        schedule_make(seed, &schedule, &outcome);
        if (outcome.violation[0] == '\0') {
            continue;
        }
        printf("caught by seed %llu: %s\n", (unsigned long long)seed, outcome.violation);
        schedule_shrink(&schedule, &outcome);
        schedule_print(&schedule, &outcome);
        assert_int_equal(strncmp(outcome.violation, wanted, strlen(wanted)), 0);
        return;
    }
    fail_msg("not caught in %d schedules", CONTROL_SEEDS_MAX);
}

static void a_new_owner_that_ignores_the_done_map_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .engine_lowered = ENGINE_LOWER_DONE_MAP }, "I");
}

static void committing_what_has_no_room_in_the_map_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .engine_lowered = ENGINE_LOWER_HOLD_BACK }, "I");
}

static void turns_of_one_conversation_side_by_side_are_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .engine_lowered = ENGINE_LOWER_LANES }, "I");
}

static void offsets_from_outside_of_the_group_are_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .is_unfenced = true }, "I2");
}

static void believing_a_success_that_was_sent_twice_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .txn_lowered = TXN_LOWER_RESENDS }, "I");
}

static void taking_an_unknown_result_for_an_abort_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .txn_lowered = TXN_LOWER_DOUBT }, "I");
}

static void reading_offsets_of_an_open_transaction_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .is_unstable = true }, "I");
}

static void epochs_and_fencing_lowered_together_are_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .is_unfenced = true, .txn_lowered = TXN_LOWER_EPOCHS }, "I2");
}

static void a_store_that_keeps_no_memo_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .forgets_memos = true }, "I7-calls");
}

static void writing_over_what_another_owner_made_of_an_order_is_caught(void **state)
{
    (void)state;
    is_caught(&(struct sim_options){ .engine_lowered = ENGINE_LOWER_BOUND,
                                     .order_parts = PARTS_MAX },
              "I4-order");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_owner_that_ignores_the_done_map_is_caught),
        cmocka_unit_test(committing_what_has_no_room_in_the_map_is_caught),
        cmocka_unit_test(turns_of_one_conversation_side_by_side_are_caught),
        cmocka_unit_test(offsets_from_outside_of_the_group_are_caught),
        cmocka_unit_test(believing_a_success_that_was_sent_twice_is_caught),
        cmocka_unit_test(taking_an_unknown_result_for_an_abort_is_caught),
        cmocka_unit_test(reading_offsets_of_an_open_transaction_is_caught),
        cmocka_unit_test(epochs_and_fencing_lowered_together_are_caught),
        cmocka_unit_test(a_store_that_keeps_no_memo_is_caught),
        cmocka_unit_test(writing_over_what_another_owner_made_of_an_order_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
