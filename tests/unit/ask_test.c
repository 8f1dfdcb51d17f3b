/* ask_test.c - one call for those who ask the same, within the gate, and nobody left waiting. */
#include "worker/engine/ask.h"

#include "common/mem.h"
#include "tests/unit/world.h"
#include "worker/engine/toll.h"

static struct world world;

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

static void change_nothing(struct engine_options *options)
{
    (void)options;
}

static void two_at_once(struct world *at, struct engine_ports *ports)
{
    (void)at;
    ports->chain.backends[0].inflight_max = 2;
}

static void one_at_once(struct world *at, struct engine_ports *ports)
{
    (void)at;
    ports->chain.backends[0].inflight_max = 1;
}

static const char question[] = "do you gift wrap?";

static void open_with(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
}

static void open_for_two(void)
{
    world_open_wired(&world, change_nothing, two_at_once);
    world_claim(&world, 0);
}

/* A bare greeting leans on nothing, so its answer may be shared. */
static void the_same_question_at_the_same_time_is_asked_once(void **state)
{
    (void)state;
    open_with(share);
    world_say_from_many(&world, 5, "hello");
    world_step(&world, 30);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 5);
    world_close(&world);
}

static void what_may_not_be_shared_is_asked_for_each(void **state)
{
    (void)state;
    open_with(NULL);
    world_say_from_many(&world, 5, "hello");
    world_step(&world, 30);
    assert_int_equal(world.asked, 5);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 5);
    world_close(&world);
}

static void all_who_share_a_call_that_failed_ask_again(void **state)
{
    (void)state;
    open_with(share);
    world.model_err = ERR_BACKEND;
    world_say_from_many(&world, 3, "hello");
    world_step(&world, 5);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, 3);
    world.model_err = OK;
    world.clock.mono_ms += 2000;
    world_step(&world, 30);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 3);
    assert_int_equal(world.engine->flights.map.count, 0);
    world_close(&world);
}

static void no_more_calls_run_than_the_gate_allows(void **state)
{
    (void)state;
    open_for_two();
    world.holds_model = true;
    world_say_from_many(&world, 5, question);
    world_step(&world, 10);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.engine->turns[TURN_ASKING].count, 2);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 3);
    assert_int_equal(engine_inflight(world.engine), 2);
    world.holds_model = false;
    world_step(&world, 30);
    assert_int_equal(world.asked, 5);
    assert_int_equal(world.asking_max, 2);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 5);
    world_close(&world);
}

static void two_at_once_of_tenants(struct world *at, struct engine_ports *ports)
{
    struct note note = { 0 };
    two_at_once(at, ports);
    assert_int_equal(metrics_name_tenants(at->metrics, STR("acme,zeta"), &note), OK);
}

static void ask_of_tenant(int64_t offset, const char *tenant)
{
    char name[16];
    char value[256];
    snprintf(name, sizeof(name), "c%d", (int)offset);
    snprintf(value, sizeof(value),
             "{\"id\":\"m%d\",\"conversation_id\":\"%s\",\"customer_id\":\"u\",\"text\":\"%s\""
             ",\"tenant\":\"%s\"}",
             (int)offset, name, question, tenant);
    world_deliver(&world, 0, offset, name, value);
}

static int64_t waiting_of(const char *tenant)
{
    return metric_get(world.metrics, METRIC_TENANT_WAITING,
                      metric_tenant(world.metrics, str_from(tenant)), 0);
}

static void whose_calls_wait_is_counted_until_they_are_made_or_given_up(void **state)
{
    (void)state;
    world_open_wired(&world, change_nothing, two_at_once_of_tenants);
    world_claim(&world, 0);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 7; offset++) {
        ask_of_tenant(offset, offset < 4 ? "acme" : offset < 6 ? "zeta" : "stranger");
    }
    world_step(&world, 10);
    assert_int_equal(world.asked, 2); /* one of acme, one of zeta */
    assert_int_equal(waiting_of("acme"), 3);
    assert_int_equal(waiting_of("zeta"), 1);
    assert_int_equal(waiting_of("somebody else"), 1);
    world.holds_model = false;
    world_step(&world, 30);
    assert_int_equal(world.asked, 7);
    assert_int_equal(waiting_of("acme") + waiting_of("zeta") + waiting_of("stranger"), 0);
    world_close(&world);
}

/* What a backend asked to wait for is kept within a tenth only if nobody else is let in first. */
static void who_has_waited_to_ask_again_waits_for_nobody_at_the_gate(void **state)
{
    (void)state;
    static const int64_t order[] = { 1, 0, 2, 3 };
    world_open_wired(&world, change_nothing, one_at_once);
    world_claim(&world, 0);
    world.model_err = ERR_BUSY;
    world_say(&world, 0, 0, "c0", question);
    world_step(&world, 5);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
    world.model_err = OK;
    world.holds_model = true;
    for (int64_t offset = 1; offset < 4; offset++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", (int)offset);
        world_say(&world, 0, offset, name, question);
    }
    world_step(&world, 10);
    world.clock.mono_ms += 2000;
    world_step(&world, 10);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 3);
    world.holds_model = false;
    world_step(&world, 40);
    for (size_t i = 0; i < countof(order); i++) {
        assert_int_equal(world.outputs[i].offset, order[i]);
    }
    world_close(&world);
}

static bool is_someone_first(const struct engine *engine)
{
    bool is_first = false;
    struct map_entry *entry = NULL;
    size_t bucket = 0;
    while ((entry = map_walk(&engine->flights.map, &bucket, entry)) != NULL) {
        is_first = is_first || container_of(entry, struct flight, entry)->pass.is_back;
    }
    return is_first;
}

/* Else one question that a backend cannot bear would be every probe. */
static void at_a_shut_gate_nobody_goes_first(void **state)
{
    (void)state;
    open_with(NULL);
    world.model_err = ERR_UNREACHABLE;
    world_say_from_many(&world, 6, question);
    world_step(&world, 10);
    for (int second = 0; second < 5; second++) {
        world.clock.mono_ms += 1000;
        world_step(&world, 10);
    }
    assert_false(gate_is_open(&world.engine->chain.backends[0].gate));
    assert_int_equal(world.engine->turns[TURN_GATED].count, 6);
    assert_false(is_someone_first(world.engine));
    world.model_err = OK;
    world.clock.mono_ms += 1000;
    world_step(&world, 40);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 6);
    world_close(&world);
}

static void who_leaves_at_the_gate_is_never_asked_for(void **state)
{
    (void)state;
    open_for_two();
    world.holds_model = true;
    world_say_from_many(&world, 5, question);
    world_step(&world, 10);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_model = false;
    world_step(&world, 30);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.engine->flights.map.count, 0);
    assert_int_equal(chain_running(&world.engine->chain), 0);
    assert_int_equal(world.engine->orphans.count, 0);
    world_close(&world);
}

static void a_hurried_drain_calls_off_what_is_with_the_model(void **state)
{
    (void)state;
    open_with(NULL);
    world.holds_model = true;
    world_say_from_many(&world, 3, question);
    world_step(&world, 10);
    assert_int_equal(chain_running(&world.engine->chain), 3);
    ask_cancel_all(world.engine);
    ask_cancel_all(world.engine); /* is told to each call once: the fake insists */
    world_step(&world, 2);
    assert_int_equal(chain_running(&world.engine->chain), 0);
    assert_int_equal(world.engine->flights.map.count, 0);
    world_close(&world);
}

static void every_call_is_counted_by_its_result(void **state)
{
    (void)state;
    open_with(NULL);
    world.model_err = ERR_TIMEOUT;
    world_say(&world, 0, 0, "ann", question);
    world_step(&world, 5);
    world.model_err = OK;
    world.clock.mono_ms += 2000;
    world_step(&world, 20);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 1);
    assert_int_equal(metric_get(world.metrics, METRIC_RETRIES, ERR_TIMEOUT, 0), 1);
    world_close(&world);
}

static void a_tenth(struct engine_options *options)
{
    options->retry_share = 0.1;
    options->inflight_max = 1000;
    options->retry.attempts_max = 5;
}

#define ASKING 90

/* What a backend gets from so many who each would try five times. Calls that are cut off say
 * nothing of the backend, so its gate stays open and only the share holds repeats back. */
static size_t repeats_of(void (*change)(struct engine_options *options))
{
    open_with(change);
    world.model_err = ERR_CANCELLED;
    world_say_from_many(&world, ASKING, question);
    for (int i = 0; i < 300; i++) {
        world_step(&world, 1);
        world.clock.mono_ms += 50;
    }
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), ASKING);
    size_t repeats = world.asked - ASKING;
    world_close(&world);
    return repeats;
}

static void share_of_one(struct engine_options *options)
{
    a_tenth(options);
    options->retry_share = 1;
}

static void at_most_a_tenth_of_all_calls_are_repeats(void **state)
{
    (void)state;
    size_t repeats = repeats_of(a_tenth);
    assert_true(repeats >= RETRY_RESERVE && repeats <= ASKING / 9 + RETRY_RESERVE + 2);
    assert_true(repeats_of(share_of_one) > ASKING); /* the control */
}

static struct world other;

static void share_with_another_seed(struct engine_options *options)
{
    share(options);
    options->seed[0] = 77;
}

static void share_without_lock(struct engine_options *options)
{
    share_with_another_seed(options);
    options->lowered |= ENGINE_LOWER_FLIGHT_LOCK;
}

/* So many calls do two workers over one store make, both of whom many ask the same. */
static size_t calls_of_two(void (*change)(struct engine_options *options))
{
    open_with(change == share_without_lock ? share_without_lock : share);
    world_say_from_many(&world, 200, "hello");
    world_open(&other, change);
    other.shelf = &world;
    world_claim(&other, 1);
    for (int i = 0; i < 200; i++) {
        char name[16];
        snprintf(name, sizeof(name), "d%d", i);
        world_say(&other, 1, i, name, "hello");
    }
    for (int i = 0; i < 1500; i++) {
        world_step(&world, 1);
        world_step(&other, 1);
    }
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 200);
    assert_int_equal(other.outputs_count, 200);
    size_t calls = world.asked + other.asked;
    world_close(&other);
    world_close(&world);
    return calls;
}

static void equal_questions_in_two_workers_cost_one_call(void **state)
{
    (void)state;
    assert_int_equal(calls_of_two(share_with_another_seed), 1);
    assert_true(calls_of_two(share_without_lock) > 1); /* the control */
}

static struct budget *purse;

static void put_budget_in_front(struct world *at, struct engine_ports *ports)
{
    const struct budget_options options = {
        .all = { .of = { [METRIC_BUDGET_REQUESTS_MINUTE] = 3 } },
        .tenants_max = 1,
        .ports = { .store = &at->store,
                   .clock = &at->clock,
                   .metrics = at->metrics,
                   .pods_max = 2 },
    };
    purse = budget_create(&options);
    ports->budget = purse;
    ports->admitter = budget_admitter(purse);
}

static void a_budget_lets_calls_in_and_the_rest_waits_for_the_next_window(void **state)
{
    (void)state;
    world_open_wired(&world, change_nothing, put_budget_in_front);
    world_claim(&world, 0);
    world_say_from_many(&world, 5, question);
    world_step(&world, 60);
    assert_int_equal(world.asked, 3);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 3);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 2);
    world.clock.mono_ms += 60000;
    world.clock.wall_ms += 60000;
    world_step(&world, 60);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 5);
    world_close(&world);
    assert_true(budget_is_idle(purse));
    budget_destroy(purse);
}

static struct model stand_in;
static bool is_second_free;

/* The budget refuses where it is used up, and a second backend stands behind the first. */
static void put_budget_and_two_in_front(struct world *at, struct engine_ports *ports)
{
    const struct budget_options options = {
        .all = { .of = { [METRIC_BUDGET_REQUESTS_MINUTE] = 3 } },
        .tenants_max = 1,
        .ports = { .store = &at->store,
                   .clock = &at->clock,
                   .metrics = at->metrics,
                   .manner = BUDGET_REFUSES,
                   .pods_max = 2 },
    };
    purse = budget_create(&options);
    ports->budget = purse;
    ports->admitter = budget_admitter(purse);
    stand_in = (struct model){ at->model.ops, STR("stand-in") };
    ports->chain.count = 2;
    ports->chain.backends[1] = ports->chain.backends[0];
    ports->chain.backends[1].model = &stand_in;
    ports->chain.backends[1].is_free = is_second_free;
}

static void ask_five_with_three_paid_for(bool is_free)
{
    is_second_free = is_free;
    world_open_wired(&world, change_nothing, put_budget_and_two_in_front);
    world_claim(&world, 0);
    world_say_from_many(&world, 5, question);
    world_step(&world, 60);
    world.clock.mono_ms += 250; /* the sum is found empty for the second time */
    world.clock.wall_ms += 250;
    world_step(&world, 60);
    assert_int_equal(world.engine->chain.backends[0].gate.made, 3);
}

static void close_with_budget(void)
{
    world_close(&world);
    assert_true(budget_is_idle(purse));
    budget_destroy(purse);
}

static void a_budget_that_is_used_up_leads_to_a_backend_that_is_free(void **state)
{
    (void)state;
    ask_five_with_three_paid_for(true);
    assert_int_equal(world.engine->chain.backends[1].gate.made, 2);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 5);
    assert_non_null(strstr(world.outputs[4].text, "\"source\":\"fallback\""));
    close_with_budget();
}

static void where_no_backend_is_free_it_leads_to_a_person(void **state)
{
    (void)state;
    ask_five_with_three_paid_for(false);
    assert_int_equal(world.engine->chain.backends[1].gate.made, 0);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 3);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 2);
    assert_non_null(strstr(world.outputs[4].text, "\"reason\":\"budget\""));
    close_with_budget();
}

static void put_tokens_in_front(struct world *at, struct engine_ports *ports)
{
    const struct budget_options options = {
        .all = { .of = { [METRIC_BUDGET_TOKENS_MINUTE] = 1000 } },
        .answer_tokens_max = 500,
        .tenants_max = 1,
        .ports = { .store = &at->store,
                   .clock = &at->clock,
                   .metrics = at->metrics,
                   .pods_max = 2 },
    };
    purse = budget_create(&options);
    ports->budget = purse;
    ports->admitter = budget_admitter(purse);
}

static enum admission_verdict admit(struct errand *errand)
{
    struct admitter *admitter = budget_admitter(purse);
    enum admission_verdict verdict = ADMISSION_WAIT;
    for (int i = 0; i < 3 && verdict == ADMISSION_WAIT; i++) {
        *errand = (struct errand){ .tokens = 900 };
        verdict = admitter->admit(admitter, errand, world.clock.mono_ms).verdict;
        world_step(&world, 1); /* a reply of the store */
    }
    return verdict;
}

static void what_was_set_aside_for_a_call_that_is_not_made_is_free_again(void **state)
{
    (void)state;
    world_open_wired(&world, change_nothing, put_tokens_in_front);
    struct flight flight = { .backend = &world.engine->chain.backends[0] };
    struct errand next;
    assert_int_equal(admit(&flight.pass.errand), ADMISSION_GO);
    assert_int_equal(admit(&next), ADMISSION_WAIT);
    toll_give_back(world.engine, &flight);
    assert_int_equal(admit(&next), ADMISSION_GO);
    close_with_budget();
}

/* A question is asked while the nth allocation fails. False: none failed. */
static bool ask_without(long nth)
{
    world_open_wired(&world, change_nothing, put_tokens_in_front);
    assert_non_null(arena_alloc(&world.arena, 60000)); /* the world's own: see */
    assert_non_null(arena_alloc(&world.arena, 10000)); /* engine_memory_test.c */
    world.tokens_in = 5;
    world.tokens_out = 5;
    world_claim(&world, 0);
    mem_fail_nth(nth);
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 50);
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    world.clock.mono_ms += 5000;
    world_step(&world, 50);
    return has_failed;
}

static void a_prompt_that_cannot_be_made_costs_no_tokens(void **state)
{
    (void)state;
    size_t answered = 0;
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        has_failed = ask_without(nth);
        if (world.fatal == OK) {
            struct errand next;
            assert_int_equal(admit(&next), ADMISSION_GO);
            answered += world.outputs_count;
        }
        close_with_budget();
    }
    assert_true(answered > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_question_at_the_same_time_is_asked_once),
        cmocka_unit_test(what_may_not_be_shared_is_asked_for_each),
        cmocka_unit_test(all_who_share_a_call_that_failed_ask_again),
        cmocka_unit_test(no_more_calls_run_than_the_gate_allows),
        cmocka_unit_test(whose_calls_wait_is_counted_until_they_are_made_or_given_up),
        cmocka_unit_test(who_has_waited_to_ask_again_waits_for_nobody_at_the_gate),
        cmocka_unit_test(at_a_shut_gate_nobody_goes_first),
        cmocka_unit_test(who_leaves_at_the_gate_is_never_asked_for),
        cmocka_unit_test(a_hurried_drain_calls_off_what_is_with_the_model),
        cmocka_unit_test(every_call_is_counted_by_its_result),
        cmocka_unit_test(equal_questions_in_two_workers_cost_one_call),
        cmocka_unit_test(at_most_a_tenth_of_all_calls_are_repeats),
        cmocka_unit_test(a_budget_that_is_used_up_leads_to_a_backend_that_is_free),
        cmocka_unit_test(where_no_backend_is_free_it_leads_to_a_person),
        cmocka_unit_test(what_was_set_aside_for_a_call_that_is_not_made_is_free_again),
        cmocka_unit_test(a_prompt_that_cannot_be_made_costs_no_tokens),
        cmocka_unit_test(a_budget_lets_calls_in_and_the_rest_waits_for_the_next_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
