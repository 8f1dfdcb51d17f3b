/* limit_test.c - the limit finds what a backend bears, follows it, and asks for more rarely. */
#include "worker/engine/limit.h"

#include "tests/unit/cm.h"
#include "tests/unit/crowd.h"

#define PHASE_MS 60000
#define SETTLE_MS 10000
#define SEEDS 8

struct phase {
    size_t good;    /* answers after settling */
    size_t calls;   /* from its beginning */
    size_t refused;
};

static struct limit limit;
static struct crowd crowd;
static bool is_adaptive;

static void set_up(enum crowd_way way, size_t max, int64_t mean_ms, uint64_t seed)
{
    limit_init(&limit, max, 16);
    crowd = (struct crowd){ .way = way, .mean_ms = mean_ms, .chance = seed };
    is_adaptive = true;
}

static size_t limit_in_force(void)
{
    return is_adaptive ? limit_now(&limit) : limit.max;
}

static void end_calls(int64_t now_ms, bool is_settled, struct phase *phase)
{
    struct crowd_call call;
    for (size_t running = crowd.count; crowd_end(&crowd, now_ms, &call); running--) {
        const struct limit_sample sample = {
            .result = call.is_refused ? LIMIT_REFUSED : LIMIT_OK,
            .serial = call.serial,
            .made = crowd.made,
            .running = running,
            .was_held = true,
            .took_ms = now_ms - call.started_ms,
            .now_ms = now_ms,
        };
        limit_take(&limit, &sample);
        phase->refused += call.is_refused ? 1 : 0;
        phase->good += is_settled && !call.is_refused ? 1 : 0;
    }
}

/* There is always someone who wants to call. */
static struct phase run(int64_t from_ms, int64_t for_ms, size_t capacity)
{
    struct phase phase = { 0 };
    crowd.capacity = capacity;
    for (int64_t now_ms = from_ms; now_ms < from_ms + for_ms; now_ms++) {
        end_calls(now_ms, now_ms >= from_ms + SETTLE_MS, &phase);
        while (crowd.count < limit_in_force()) {
            crowd_call(&crowd, now_ms, NULL);
            phase.calls++;
        }
    }
    return phase;
}

static double share_of_optimum(const struct phase *phase, size_t capacity, int64_t mean_ms)
{
    double best = (double)capacity * (PHASE_MS - SETTLE_MS) / (double)mean_ms;
    return (double)phase->good / best;
}

static void expect_followed(const struct phase *phase, size_t capacity, int64_t mean_ms)
{
    double share = share_of_optimum(phase, capacity, mean_ms);
    double refused = (double)phase->refused / (double)phase->calls;
    print_message("capacity %zu: %.1f %% of the optimum, %.2f %% refused\n", capacity,
                  100 * share, 100 * refused);
    assert_true(share >= 0.85);
    assert_true(refused < 0.02);
}

static void a_capacity_that_drops_from_200_to_20_and_back_is_followed(void **state)
{
    (void)state;
    static const int64_t means_ms[] = { 50, 200, 500 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        for (size_t i = 0; i < countof(means_ms); i++) {
            set_up(CROWD_REFUSES, 256, means_ms[i], seed);
            print_message("seed %llu, calls of %lld ms\n", (unsigned long long)seed,
                          (long long)means_ms[i]);
            static const size_t capacities[] = { 200, 20, 200 };
            for (size_t part = 0; part < countof(capacities); part++) {
                struct phase phase = run((int64_t)part * PHASE_MS, PHASE_MS, capacities[part]);
                expect_followed(&phase, capacities[part], means_ms[i]);
            }
        }
    }
}

/* Few calls at once: the curve must not have run ahead when at last enough of them went well. */
static void a_backend_of_few_is_not_flooded_after_a_calm_time(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        set_up(CROWD_REFUSES, 256, 500, seed);
        run(0, PHASE_MS, 4);
        struct phase phase = run(PHASE_MS, PHASE_MS, 4);
        print_message("seed %llu: %zu of %zu refused\n", (unsigned long long)seed, phase.refused,
                      phase.calls);
        assert_true(phase.refused * 50 < phase.calls);
        assert_in_range(limit_now(&limit), 2, 5);
    }
}

/* One refusal for each fifth of the way down would be ten of them, and more that are under way. */
static void a_fall_to_a_tenth_costs_few_refusals(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        set_up(CROWD_REFUSES, 256, 500, seed);
        run(0, PHASE_MS, 200);
        struct phase phase = run(PHASE_MS, 2000, 20);
        print_message("seed %llu: %zu refused\n", (unsigned long long)seed, phase.refused);
        assert_in_range(phase.refused, 1, 10);
    }
}

/* What is said of no adaption at all. */
static void without_it_a_backend_of_20_refuses_most_calls(void **state)
{
    (void)state;
    set_up(CROWD_REFUSES, 200, 200, 1);
    is_adaptive = false;
    struct phase phase = run(0, PHASE_MS, 20);
    assert_true(phase.refused > phase.calls / 2);
}

static void a_backend_that_queues_is_not_flooded(void **state)
{
    (void)state;
    set_up(CROWD_SLOWS, 256, 200, 3);
    run(0, PHASE_MS, 200);
    struct phase phase = run(PHASE_MS, PHASE_MS, 20);
    assert_true(share_of_optimum(&phase, 20, 200) >= 0.85);
    assert_in_range(limit_now(&limit), 18, 60);
    assert_int_equal(phase.refused, 0);
}

static void it_stays_between_one_and_the_maximum(void **state)
{
    (void)state;
    set_up(CROWD_REFUSES, 8, 100, 4);
    run(0, PHASE_MS, 100);
    assert_int_equal(limit_now(&limit), 8);
    run(PHASE_MS, PHASE_MS, 0 + 1);
    assert_in_range(limit_now(&limit), 1, 2);
    limit_init(&limit, 1, 16);
    assert_int_equal(limit_now(&limit), 1);
}

static void calls_that_were_made_before_a_step_down_cannot_cause_another(void **state)
{
    (void)state;
    limit_init(&limit, 100, 16);
    struct limit_sample sample = { .result = LIMIT_REFUSED, .running = 17, .made = 17 };
    for (sample.serial = 1; sample.serial <= 17; sample.serial++, sample.running--) {
        limit_take(&limit, &sample);
    }
    assert_int_equal(limit_now(&limit), 12); /* four fifths of 16 */
    sample.serial = 18;
    limit_take(&limit, &sample);
    assert_int_equal(limit_now(&limit), 1); /* it was alone, and refused */
}

static void without_demand_it_does_not_grow(void **state)
{
    (void)state;
    limit_init(&limit, 100, 16);
    struct limit_sample sample = { .result = LIMIT_OK, .running = 3, .took_ms = 100 };
    for (int i = 0; i < 1000; i++) {
        sample.now_ms += 1000;
        limit_take(&limit, &sample);
    }
    assert_int_equal(limit_now(&limit), 16);
}

static void a_few_failures_are_no_sign_of_load_and_many_are(void **state)
{
    (void)state;
    limit_init(&limit, 100, 16);
    struct limit_sample sample = { .running = 1, .took_ms = 10 };
    for (uint64_t i = 1; i <= 1000; i++) {
        sample.serial = sample.made = i;
        sample.result = i % 10 == 0 ? LIMIT_FAILED : LIMIT_OK;
        limit_take(&limit, &sample);
    }
    assert_int_equal(limit_now(&limit), 16);
    for (uint64_t i = 1001; i <= 1100; i++) {
        sample.serial = sample.made = i;
        sample.result = LIMIT_FAILED;
        limit_take(&limit, &sample);
    }
    assert_true(limit_now(&limit) < 16);
}

static void what_says_nothing_about_load_changes_nothing(void **state)
{
    (void)state;
    limit_init(&limit, 100, 16);
    const struct limit before = limit;
    const struct limit_sample sample = { .result = LIMIT_OTHER, .serial = 1, .made = 1 };
    limit_take(&limit, &sample);
    assert_memory_equal(&limit, &before, sizeof(limit));
}

/* Medians count: a tenth of very slow calls is a property of the backend, not load. */
static void a_slow_tail_does_not_lower_it(void **state)
{
    (void)state;
    limit_init(&limit, 16, 16);
    struct limit_sample sample = { .result = LIMIT_OK, .running = 16 };
    for (uint64_t i = 1; i <= 5000; i++) {
        sample.serial = sample.made = i;
        sample.now_ms += 10;
        sample.took_ms = i > 1000 && i % 10 == 0 ? 60000 : 100;
        limit_take(&limit, &sample);
    }
    assert_int_equal(limit_now(&limit), 16);
}

static void after_an_outage_it_starts_low_and_is_back_within_seconds(void **state)
{
    (void)state;
    set_up(CROWD_REFUSES, 256, 200, 5);
    run(0, PHASE_MS, 200);
    size_t before = limit_now(&limit);
    limit_restart(&limit, crowd.made);
    assert_int_equal(limit_now(&limit), 16);
    run(PHASE_MS, 3000, 200);
    assert_true(limit_now(&limit) >= before * 8 / 10);
}

/* Whoever is away refuses everything: that says nothing about what is borne at other times. */
static void an_outage_of_refusals_does_not_hide_what_was_borne_before(void **state)
{
    (void)state;
    static const size_t capacities[] = { 200, 256 }; /* found out, and never reached */
    for (size_t i = 0; i < countof(capacities); i++) {
        set_up(CROWD_REFUSES, 256, 100, 7);
        run(0, PHASE_MS, capacities[i]);
        size_t before = limit_now(&limit);
        run(PHASE_MS, 1000, 0);
        assert_int_equal(limit_now(&limit), 1);
        limit_restart(&limit, crowd.made);
        run(PHASE_MS + 1000, 3000, capacities[i]);
        assert_true(limit_now(&limit) >= before * 8 / 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_capacity_that_drops_from_200_to_20_and_back_is_followed),
        cmocka_unit_test(a_backend_of_few_is_not_flooded_after_a_calm_time),
        cmocka_unit_test(a_fall_to_a_tenth_costs_few_refusals),
        cmocka_unit_test(without_it_a_backend_of_20_refuses_most_calls),
        cmocka_unit_test(a_backend_that_queues_is_not_flooded),
        cmocka_unit_test(it_stays_between_one_and_the_maximum),
        cmocka_unit_test(calls_that_were_made_before_a_step_down_cannot_cause_another),
        cmocka_unit_test(without_demand_it_does_not_grow),
        cmocka_unit_test(a_few_failures_are_no_sign_of_load_and_many_are),
        cmocka_unit_test(what_says_nothing_about_load_changes_nothing),
        cmocka_unit_test(a_slow_tail_does_not_lower_it),
        cmocka_unit_test(after_an_outage_it_starts_low_and_is_back_within_seconds),
        cmocka_unit_test(an_outage_of_refusals_does_not_hide_what_was_borne_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
