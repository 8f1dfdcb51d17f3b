/* worker_sim.c - random schedules: whatever happens, nothing is lost, doubled, torn or stuck.
 *
 * SCHEDULES=100000 makes more of them, SEED=17 repeats one. */
#include <stdlib.h>

#include "tests/sim/schedule.h"
#include "tests/unit/cm.h"

#define SCHEDULES 1000

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static bool seed_is_clean(uint64_t seed, struct outcome_of_run *ret_outcome)
{
    static const struct sim_options no_defence_lowered;
    static struct schedule schedule;
    schedule_shape(seed, &no_defence_lowered, &schedule.options);
    schedule_make(seed, &schedule, ret_outcome);
    if (ret_outcome->violation[0] == '\0') {
        return true;
    }
    printf("seed %llu: %s\n  shortened from %zu acts; SEED=%llu make sim repeats it\n",
           (unsigned long long)seed, ret_outcome->violation, schedule.count,
           (unsigned long long)seed);
    schedule_shrink(&schedule, ret_outcome);
    schedule_print(&schedule, ret_outcome);
    return false;
}

static void whatever_happens_each_question_is_settled_once_and_in_order(void **state)
{
    (void)state;
    uint64_t only = number_from("SEED", 0);
    uint64_t first = only ? only : 1;
    uint64_t count = only ? 1 : number_from("SCHEDULES", SCHEDULES);
    size_t acts = 0;
    size_t writes = 0;
    size_t asked = 0;
    size_t repeated = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct outcome_of_run outcome;
        if (!seed_is_clean(seed, &outcome)) {
            fail_msg("seed %llu", (unsigned long long)seed);
        }
        acts += outcome.acts;
        writes += outcome.writes;
        asked += outcome.asked;
        repeated += outcome.repeated;
    }
    printf("seeds %llu to %llu: %zu acts, %zu outcomes written, %zu calls of the model, %zu of "
           "them repeated\n",
           (unsigned long long)first, (unsigned long long)(first + count - 1), acts, writes, asked,
           repeated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_each_question_is_settled_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
