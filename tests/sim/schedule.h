/* schedule.h - one seed, one schedule: made, run, and made short when it fails. */
#ifndef TESTS_SIM_SCHEDULE_H
#define TESTS_SIM_SCHEDULE_H

#include "tests/sim/act.h"

#define SCHEDULE_ACTS_MAX 2048

struct schedule {
    struct sim_options options;
    struct act acts[SCHEDULE_ACTS_MAX];
    size_t count;
};

struct outcome_of_run {
    char violation[256]; /* empty: all is as it should be */
    size_t acts;         /* done until then */
    size_t asked;
    size_t repeated;
    size_t writes;
    size_t replaced; /* producers, of the pods that run in the end */
};

/* The deployment of a seed; defences are as `lowered` has them. */
void schedule_shape(uint64_t seed, const struct sim_options *lowered,
                    struct sim_options *ret_options);

/* Makes the acts of a seed up as it goes. */
void schedule_make(uint64_t seed, struct schedule *schedule, struct outcome_of_run *ret_outcome);

/* Acts from their written form. */
void schedule_read(const char *text, struct schedule *schedule);

void schedule_run(const struct schedule *schedule, struct outcome_of_run *ret_outcome);

/* Takes out what is not needed for it to fail, and returns how it fails then. */
void schedule_shrink(struct schedule *schedule, struct outcome_of_run *ret_outcome);

void schedule_print(const struct schedule *schedule, const struct outcome_of_run *outcome);

#endif
