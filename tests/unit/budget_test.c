/* budget_test.c - several workers over one store keep what all of them may spend. */
#include "worker/engine/budget.h"

#include "common/mem.h"
#include "tests/unit/cm.h"

#define WORKERS_MAX 8
#define PODS_MAX 10
#define SUMS_MAX 64
#define MINUTE_MS 60000
#define START_WALL_MS (29405400ll * MINUTE_MS) /* a minute's first millisecond */

struct sum {
    char key[128];
    int64_t value;
};

/* One store for all; a request is answered when the town says so. */
struct town {
    struct clock clock;
    struct store store;
    struct list calls;
    struct sum sums[SUMS_MAX];
    size_t sums_count;
    size_t asked;    /* requests to the store */
    bool is_down;
    bool fails;
    struct metrics *metrics;
    struct budget *workers[WORKERS_MAX];
    size_t workers_count;
};

static struct town town;

static struct sum *town_sum(struct str key)
{
    for (size_t i = 0; i < town.sums_count; i++) {
        if (str_is(key, town.sums[i].key)) {
            return &town.sums[i];
        }
    }
    assert_true(town.sums_count < SUMS_MAX);
    struct sum *sum = &town.sums[town.sums_count++];
    snprintf(sum->key, sizeof(sum->key), "%.*s", STR_ARG(key));
    return sum;
}

static void town_start(struct store *store, struct store_call *call)
{
    (void)store;
    assert_int_equal(call->op, STORE_ADD);
    assert_true(call->ttl_ms >= MINUTE_MS);
    struct sum *sum = town_sum(call->key);
    call->err = town.fails ? ERR_TIMEOUT : OK;
    if (!town.fails) {
        sum->value += call->amount;
        call->sum = sum->value;
        call->found = true;
    }
    town.asked++;
    list_append(&town.calls, &call->node);
}

static bool town_is_up(const struct store *store)
{
    (void)store;
    return !town.is_down;
}

static void town_answer(void)
{
    for (size_t left = town.calls.count; left > 0; left--) {
        struct store_call *call = container_of(list_pop(&town.calls), struct store_call, node);
        call->on_done(call, call->err);
    }
}

static const struct store_ops town_ops = { .name = "town", .start = town_start,
                                           .is_up = town_is_up };

static struct budget_options town_options(int64_t requests, int64_t tokens)
{
    return (struct budget_options){
        .all = { .of = { [METRIC_BUDGET_REQUESTS_MINUTE] = requests,
                         [METRIC_BUDGET_TOKENS_MINUTE] = tokens } },
        .answer_tokens_max = 500,
        .tenants_max = 4,
        .ports = { .store = &town.store,
                   .clock = &town.clock,
                   .metrics = town.metrics,
                   .pods_max = PODS_MAX },
        .seed = { 1, 2 },
    };
}

static void town_open(void)
{
    town = (struct town){ .clock = { 5000, START_WALL_MS }, .store = { &town_ops } };
    list_init(&town.calls);
    town.metrics = metrics_create();
}

static void town_add(const struct budget_options *options)
{
    struct budget *budget = budget_create(options);
    assert_non_null(budget);
    town.workers[town.workers_count++] = budget;
}

static void land(int64_t took_ms);

static void town_close(void)
{
    land(0);
    for (size_t i = 0; i < town.workers_count; i++) {
        budget_close(town.workers[i]);
    }
    while (!list_is_empty(&town.calls)) {
        town_answer();
        for (size_t i = 0; i < town.workers_count; i++) {
            budget_close(town.workers[i]);
        }
    }
    for (size_t i = 0; i < town.workers_count; i++) {
        assert_true(budget_is_idle(town.workers[i]));
        budget_destroy(town.workers[i]);
    }
    metrics_destroy(town.metrics);
}

static void town_step(int64_t step_ms)
{
    town_answer();
    town.clock.mono_ms += step_ms;
    town.clock.wall_ms += step_ms;
    for (size_t i = 0; i < town.workers_count; i++) {
        (void)budget_tick(town.workers[i]);
    }
}

static struct admission ask_of(size_t worker, const char *tenant, struct errand *errand)
{
    struct admitter *admitter = budget_admitter(town.workers[worker]);
    *errand = (struct errand){ .tenant = str_from(tenant), .tokens = 100 };
    return admitter->admit(admitter, errand, town.clock.mono_ms);
}

/* The second time the store has lent what it takes. */
static int64_t set_aside_for(int64_t answers)
{
    struct budget *budget = town.workers[0];
    struct errand errand = { 0 };
    for (int i = 0; i < 10; i++) {
        errand = (struct errand){ .tenant = STR(""), .tokens = 100, .answers = answers };
        struct admitter *admitter = budget_admitter(budget);
        if (admitter->admit(admitter, &errand, town.clock.mono_ms).verdict == ADMISSION_GO) {
            return errand.tokens;
        }
        town_step(10);
    }
    return -1;
}

static enum admission_verdict verdict_of(size_t worker, const char *tenant)
{
    struct errand errand;
    return ask_of(worker, tenant, &errand).verdict;
}

/* Asks until the replies are there. */
static bool may(size_t worker, const char *tenant)
{
    for (int i = 0; i < 3; i++) {
        if (verdict_of(worker, tenant) == ADMISSION_GO) {
            return true;
        }
        town_answer();
    }
    return false;
}

#define FLYING_MAX 4096

/* Calls that are with the model; each takes a number of tokens that nobody knew before. */
static struct {
    struct errand errand;
    size_t worker;
    int64_t started_ms;
    int64_t tokens;
} flying[FLYING_MAX];

static size_t flying_first;
static size_t flying_last;

static void land(int64_t took_ms)
{
    while (flying_first < flying_last) {
        size_t at = flying_first % FLYING_MAX;
        if (flying[at].started_ms + took_ms > town.clock.mono_ms) {
            return;
        }
        budget_settle(town.workers[flying[at].worker], &flying[at].errand, flying[at].tokens,
                      flying[at].started_ms);
        flying_first++;
    }
}

/* A window in which all workers want more than they may. Returns the tokens that its calls took,
 * each for half a second. */
static int64_t town_minute(size_t *ret_calls)
{
    int64_t tokens = 0;
    uint64_t chance = 7;
    *ret_calls = 0;
    for (int i = 0; i < 6000; i++) {
        for (size_t worker = 0; worker < town.workers_count; worker++) {
            struct errand errand;
            if (ask_of(worker, "", &errand).verdict != ADMISSION_GO) {
                continue;
            }
            chance = chance * 6364136223846793005u + 1442695040888963407u;
            size_t at = flying_last++ % FLYING_MAX;
            flying[at].errand = errand;
            flying[at].worker = worker;
            flying[at].started_ms = town.clock.mono_ms;
            flying[at].tokens = 100 + (int64_t)((chance >> 33) % 200);
            tokens += flying[at].tokens;
            (*ret_calls)++;
        }
        town_step(10);
        land(500);
    }
    return tokens;
}

static void workers_together_make_no_more_requests_than_the_limit(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(2000, 0);
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        town_add(&options);
    }
    for (int minute = 0; minute < 3; minute++) {
        size_t calls;
        (void)town_minute(&calls);
        assert_true(calls >= 1980 && calls <= 2000);
    }
    town_close();
}

static void workers_together_take_no_more_tokens_than_the_limit(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(0, 200000);
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        town_add(&options);
    }
    for (int minute = 0; minute < 3; minute++) {
        size_t calls;
        int64_t tokens = town_minute(&calls);
        assert_true(tokens >= 198000 && tokens <= 202000);
    }
    town_close();
}

static void for_several_texts_the_longest_of_each_is_set_aside(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(0, 200000);
    town_add(&options);
    assert_int_equal(set_aside_for(0), 100 + 500);
    assert_int_equal(set_aside_for(3), 100 + 3 * 500);
    const struct errand paid = { .tokens = 600, .answers = 1 };
    budget_settle(town.workers[0], &paid, 150, town.clock.mono_ms); /* now a usual call is known */
    assert_true(set_aside_for(1) < 600);
    assert_int_equal(set_aside_for(3), 100 + 3 * 500);
    town_close();
}

/* The negative control: what was set aside is never corrected. */
static void without_the_correction_the_tokens_miss_the_limit(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(0, 200000);
    town_add(&options);
    int64_t calls = 0;
    for (int i = 0; i < 6000; i++) {
        calls += verdict_of(0, "") == ADMISSION_GO ? 1 : 0;
        town_step(10);
    }
    assert_true(calls * 200 < 198000);
    town_close();
}

static void without_the_store_a_worker_keeps_to_its_share(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(1000, 0);
    town_add(&options);
    town.is_down = true;
    size_t calls;
    (void)town_minute(&calls);
    assert_int_equal(calls, 1000 / PODS_MAX);
    town.is_down = false;
    town.fails = true; /* it is there and does not answer */
    (void)town_minute(&calls);
    assert_int_equal(calls, 1000 / PODS_MAX);
    town.fails = false;
    (void)town_minute(&calls);
    assert_true(calls >= 990 && calls <= 1000);
    town_close();
}

static void a_busy_worker_asks_the_store_far_less_often_than_the_model(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(1000000, 0);
    town_add(&options);
    size_t calls;
    (void)town_minute(&calls);
    assert_true(calls > 5990);
    assert_true(town.asked * 20 < calls);
    town_close();
}

static void one_tenant_at_its_limit_does_not_hold_up_another(void **state)
{
    (void)state;
    town_open();
    struct budget_options options = town_options(1000, 0);
    options.tenant.of[METRIC_BUDGET_REQUESTS_MINUTE] = 3;
    town_add(&options);
    for (int i = 0; i < 3; i++) {
        assert_true(may(0, "a"));
    }
    assert_false(may(0, "a"));
    assert_true(may(0, "b"));
    town_step(250);
    assert_false(may(0, "a"));
    assert_int_equal(metric_get(town.metrics, METRIC_BUDGET_USED_UP, METRIC_BUDGET_REQUESTS_MINUTE,
                                METRIC_SCOPE_TENANT),
                     1);
    assert_int_equal(metric_get(town.metrics, METRIC_BUDGET_USED_UP, METRIC_BUDGET_REQUESTS_MINUTE,
                                METRIC_SCOPE_ALL),
                     0);
    town_close();
}

/* One look tells who waits, for which budget, and until when. */
static void whose_budget_is_used_up_is_shown_until_its_window_ends(void **state)
{
    (void)state;
    town_open();
    struct budget_options options = town_options(4, 0);
    options.tenant.of[METRIC_BUDGET_REQUESTS_MINUTE] = 3;
    struct note note = { 0 };
    assert_int_equal(metrics_name_tenants(town.metrics, STR("a,b"), &note), OK);
    const unsigned a = metric_tenant(town.metrics, STR("a"));
    const unsigned b = metric_tenant(town.metrics, STR("b"));
    const int64_t end_s = (START_WALL_MS + MINUTE_MS) / 1000;
    town_add(&options);
    for (int i = 0; i < 3; i++) {
        assert_true(may(0, "a"));
    }
    assert_false(may(0, "a"));
    town_step(250);
    assert_false(may(0, "a"));
    assert_int_equal(
        metric_get(town.metrics, METRIC_TENANT_UNTIL, a, METRIC_BUDGET_REQUESTS_MINUTE), end_s);
    assert_int_equal(
        metric_get(town.metrics, METRIC_TENANT_UNTIL, b, METRIC_BUDGET_REQUESTS_MINUTE), 0);
    assert_int_equal(
        metric_get(town.metrics, METRIC_BUDGET_UNTIL, METRIC_BUDGET_REQUESTS_MINUTE, 0), 0);
    assert_true(may(0, "b"));
    assert_false(may(0, "b"));
    town_step(250);
    assert_false(may(0, "b"));
    assert_int_equal(
        metric_get(town.metrics, METRIC_BUDGET_UNTIL, METRIC_BUDGET_REQUESTS_MINUTE, 0), end_s);
    assert_int_equal(
        metric_get(town.metrics, METRIC_TENANT_UNTIL, b, METRIC_BUDGET_REQUESTS_MINUTE), 0);
    town_close();
}

static void a_tenant_may_have_limits_of_its_own_or_none(void **state)
{
    (void)state;
    struct arena arena;
    struct budget_overrides overrides;
    town_open();
    struct budget_options options = town_options(0, 0);
    options.tenant.of[METRIC_BUDGET_REQUESTS_MINUTE] = 2;
    arena_init(&arena, 1 << 16);
    assert_int_equal(budget_overrides_read(&arena,
                                           STR("big.requests.minute=5\nfree.requests.minute=0\n"),
                                           &options.tenant, &overrides, NULL),
                     OK);
    options.overrides = &overrides;
    town_add(&options);
    for (int i = 0; i < 5; i++) {
        assert_true(may(0, "big"));
        assert_true(may(0, "free"));
        assert_int_equal(may(0, "small"), i < 2);
    }
    assert_false(may(0, "big"));
    assert_true(may(0, "free"));
    town_close();
    budget_overrides_fini(&overrides);
    arena_fini(&arena);
}

static void a_budget_that_is_used_up_waits_for_its_next_window(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(1, 0);
    struct errand errand;
    town_add(&options);
    assert_true(may(0, ""));
    assert_false(may(0, ""));
    town_step(59000);
    (void)may(0, "");
    struct admission said = ask_of(0, "", &errand);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_int_equal(said.until_ms - town.clock.mono_ms, 1000);
    town_step(1000);
    assert_true(may(0, ""));
    town_close();
}

static void a_budget_that_is_used_up_refuses_if_that_is_wanted(void **state)
{
    (void)state;
    town_open();
    struct budget_options options = town_options(1, 0);
    struct errand errand;
    options.ports.manner = BUDGET_REFUSES;
    town_add(&options);
    assert_true(may(0, ""));
    assert_false(may(0, ""));
    town_step(250);
    assert_false(may(0, ""));
    struct admission said = ask_of(0, "", &errand);
    assert_int_equal(said.verdict, ADMISSION_REFUSE);
    assert_int_equal(said.why, ERR_BUDGET);
    town_close();
}

static void a_call_that_is_larger_than_the_limit_goes_once_in_a_window(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(0, 50);
    town_add(&options);
    assert_true(may(0, ""));
    assert_false(may(0, ""));
    town_step(MINUTE_MS);
    assert_true(may(0, ""));
    town_close();
}

static void a_stop_gives_all_leases_back(void **state)
{
    (void)state;
    town_open();
    struct budget_options options = town_options(1000, 0);
    town_add(&options);
    for (int i = 0; i < 9; i++) {
        assert_true(may(0, ""));
        town_step(1);
    }
    struct sum *sum = &town.sums[0];
    town_answer();
    assert_true(sum->value > 9);
    budget_close(town.workers[0]);
    assert_false(budget_is_idle(town.workers[0]));
    town_answer();
    assert_true(budget_is_idle(town.workers[0]));
    assert_int_equal(sum->value, 9);
    town_close();
}

static void more_tenants_than_there_is_room_for_take_turns(void **state)
{
    (void)state;
    town_open();
    struct budget_options options = town_options(0, 0);
    options.tenant.of[METRIC_BUDGET_REQUESTS_MINUTE] = 1000;
    town_add(&options);
    static const char *const names[] = { "a", "b", "c", "d" };
    for (size_t i = 0; i < countof(names); i++) {
        assert_true(may(0, names[i]));
    }
    assert_false(may(0, "e")); /* the others may still hold something */
    town_step(1500);
    town_step(500);
    town_step(500);
    assert_true(may(0, "e"));
    town_close();
}

static void without_memory_no_budget_is_made(void **state)
{
    (void)state;
    town_open();
    const struct budget_options options = town_options(10, 1000);
    struct budget *budget = NULL;
    long nth = 0;
    while (!budget) {
        mem_fail_nth(++nth);
        budget = budget_create(&options);
        assert_int_equal(budget == NULL, mem_has_failed());
        mem_fail_nth(0);
    }
    assert_true(nth > 1);
    budget_destroy(budget);
    town_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_together_make_no_more_requests_than_the_limit),
        cmocka_unit_test(workers_together_take_no_more_tokens_than_the_limit),
        cmocka_unit_test(for_several_texts_the_longest_of_each_is_set_aside),
        cmocka_unit_test(without_the_correction_the_tokens_miss_the_limit),
        cmocka_unit_test(without_the_store_a_worker_keeps_to_its_share),
        cmocka_unit_test(a_busy_worker_asks_the_store_far_less_often_than_the_model),
        cmocka_unit_test(one_tenant_at_its_limit_does_not_hold_up_another),
        cmocka_unit_test(whose_budget_is_used_up_is_shown_until_its_window_ends),
        cmocka_unit_test(a_tenant_may_have_limits_of_its_own_or_none),
        cmocka_unit_test(a_budget_that_is_used_up_waits_for_its_next_window),
        cmocka_unit_test(a_budget_that_is_used_up_refuses_if_that_is_wanted),
        cmocka_unit_test(a_call_that_is_larger_than_the_limit_goes_once_in_a_window),
        cmocka_unit_test(a_stop_gives_all_leases_back),
        cmocka_unit_test(more_tenants_than_there_is_room_for_take_turns),
        cmocka_unit_test(without_memory_no_budget_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
