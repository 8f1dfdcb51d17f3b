/* flight_lock_test.c - of many workers one asks, the others find what it wrote. */
#include "worker/engine/flight_lock.h"

#include "tests/unit/cm.h"
#include "tests/unit/world.h"

#define WORKERS 64
#define TTL_MS 35000
#define CALL_MS 30000 /* of a slow model */

struct worker {
    struct flight_locks locks;
    struct flight_lock lock;
    bool may_ask;
    bool has_found;
    bool has_left;
    bool is_dead; /* its requests and alarms do nothing any more */
};

/* One store, whose requests are worked on in the order in which they came. */
static struct {
    struct store store;
    struct list calls;
    char holder[32];
    int64_t held_until_ms;
    bool has_entry;
    bool is_away;
    bool keeps_locks; /* refuses to yield */
    bool forgets_leases; /* refuses to renew */
    enum err err;     /* requests end with it, and nothing is done */
    int64_t now_ms;
    size_t claims;
    size_t asked;
    size_t renewals;
    struct worker workers[WORKERS];
} town;

static void town_start(struct store *store, struct store_call *call)
{
    (void)store;
    list_append(&town.calls, &call->node);
}

static void town_work(struct store_call *call)
{
    call->found = false;
    town.renewals += call->op == STORE_RENEW ? 1 : 0;
    if (town.err != OK) {
        return;
    }
    if (town.now_ms >= town.held_until_ms) {
        town.holder[0] = '\0';
    }
    if (call->op == STORE_CLAIM) {
        town.claims++;
        call->found = town.holder[0] == '\0';
        if (call->found) {
            snprintf(town.holder, sizeof(town.holder), "%.*s", STR_ARG(call->value));
            town.held_until_ms = town.now_ms + call->ttl_ms;
        }
    } else if (call->op == STORE_RENEW && str_is(call->value, town.holder)) {
        call->found = !town.forgets_leases;
        town.held_until_ms = call->found ? town.now_ms + call->ttl_ms : town.held_until_ms;
    } else if (call->op == STORE_YIELD && str_is(call->value, town.holder) && !town.keeps_locks) {
        town.holder[0] = '\0';
    } else if (call->op == STORE_GET) {
        call->found = town.has_entry;
        call->found_value = STR("answer");
    }
}

static void town_step(void)
{
    for (size_t left = town.calls.count; left > 0; left--) {
        struct store_call *call = container_of(list_pop(&town.calls), struct store_call, node);
        const struct flight_lock *lock = call->owner;
        if (container_of((void *)(uintptr_t)lock, struct worker, lock)->is_dead) {
            continue;
        }
        town_work(call);
        call->on_done(call, town.is_away ? ERR_TIMEOUT : town.err);
    }
    town.now_ms++;
    for (size_t i = 0; i < WORKERS; i++) {
        if (!town.workers[i].is_dead) {
            (void)flight_locks_tick(&town.workers[i].locks);
        }
    }
}

static void worker_on_ask(void *owner, struct flight_lock *lock)
{
    (void)lock;
    ((struct worker *)owner)->may_ask = true;
    town.asked++;
}

static bool worker_on_found(void *owner, struct flight_lock *lock, struct str bytes)
{
    struct worker *worker = owner;
    (void)lock;
    worker->has_found = str_is(bytes, "answer");
    return worker->has_found;
}

static void worker_on_left(void *owner, struct flight_lock *lock)
{
    (void)lock;
    ((struct worker *)owner)->has_left = true;
}

static const struct store_ops town_ops = { .name = "town", .start = town_start };

static void town_open(void)
{
    memset(&town, 0, sizeof(town));
    town.store.ops = &town_ops;
    town.now_ms = 1000;
    list_init(&town.calls);
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &town.workers[i];
        assert_int_equal(flight_locks_init(&worker->locks, 4), OK);
        worker->locks.store = &town.store;
        worker->locks.now_ms = &town.now_ms;
        worker->locks.events = (struct flight_lock_events){ .owner = worker,
                                                            .on_ask = worker_on_ask,
                                                            .on_found = worker_on_found,
                                                            .on_left = worker_on_left };
        worker->lock.locks = &worker->locks;
    }
}

static void take(size_t which)
{
    flight_lock_take(&town.workers[which].lock, STR("key"), TTL_MS, 77 + which);
}

static void take_all(void)
{
    for (size_t i = 0; i < WORKERS; i++) {
        take(i);
    }
}

static void leave(struct worker *worker)
{
    worker->has_left = flight_lock_leave(&worker->lock);
}

static void town_close(void)
{
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &town.workers[i];
        if (!worker->lock.is_leaving && !worker->is_dead) {
            leave(worker);
        }
    }
    for (int i = 0; i < 5; i++) {
        town_step();
    }
    for (size_t i = 0; i < WORKERS; i++) {
        assert_true(town.workers[i].has_left || town.workers[i].is_dead);
        arena_fini(&town.workers[i].lock.arena);
        flight_locks_fini(&town.workers[i].locks);
    }
}

static struct worker *first_who_may(void)
{
    for (size_t i = 0; i < WORKERS; i++) {
        if (town.workers[i].may_ask && !town.workers[i].is_dead) {
            return &town.workers[i];
        }
    }
    return NULL;
}

static size_t count_found(void)
{
    size_t count = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        count += town.workers[i].has_found ? 1 : 0;
    }
    return count;
}

static void steps(int count)
{
    for (int i = 0; i < count; i++) {
        town_step();
        for (size_t n = 0; n < WORKERS; n++) { /* who has found it is done */
            struct worker *worker = &town.workers[n];
            if (worker->has_found && !worker->lock.is_leaving) {
                leave(worker);
            }
        }
    }
}

static void of_many_workers_one_asks_and_the_others_find(void **state)
{
    (void)state;
    town_open();
    take_all();
    steps(300);
    assert_int_equal(town.asked, 1);
    assert_int_equal(count_found(), 0);
    struct worker *worker = first_who_may();
    town.has_entry = true;
    leave(worker);
    steps(600);
    assert_int_equal(town.asked, 1);
    assert_int_equal(count_found(), WORKERS - 1);
    town_close();
}

static void who_comes_late_looks_into_the_cache_once_more(void **state)
{
    (void)state;
    town_open();
    take(0);
    steps(3);
    town.has_entry = true;
    leave(&town.workers[0]);
    take(1); /* it had looked before the entry was there */
    steps(5);
    assert_int_equal(town.asked, 1);
    assert_true(town.workers[1].has_found);
    town_close();
}

static void a_call_that_failed_lets_another_worker_ask(void **state)
{
    (void)state;
    town_open();
    take(0);
    take(1);
    steps(3);
    assert_true(town.workers[0].may_ask);
    leave(&town.workers[0]); /* without an entry */
    steps(600);
    assert_true(town.workers[1].may_ask);
    town_close();
}

static void a_worker_that_dies_is_covered_a_lease_later(void **state)
{
    (void)state;
    town_open();
    take_all();
    steps(12000); /* it has renewed the lock meanwhile */
    first_who_may()->is_dead = true;
    steps(FLIGHT_LOCK_LEASE_MS * 2 / 3 - 50);
    assert_int_equal(town.asked, 1);
    steps(FLIGHT_LOCK_LEASE_MS / 3 + 600);
    assert_int_equal(town.asked, 2);
    town_close();
}

static void a_call_that_takes_longer_than_the_lease_is_made_once(void **state)
{
    (void)state;
    town_open();
    take_all();
    steps(CALL_MS);
    assert_int_equal(town.asked, 1);
    town.has_entry = true;
    leave(first_who_may());
    steps(600);
    assert_int_equal(town.asked, 1);
    assert_int_equal(count_found(), WORKERS - 1);
    town_close();
}

/* The control of the one before. */
static void without_renewals_it_would_be_made_again_with_every_lease(void **state)
{
    (void)state;
    town_open();
    town.forgets_leases = true;
    take_all();
    steps(CALL_MS);
    assert_true(town.asked >= CALL_MS / (FLIGHT_LOCK_LEASE_MS + 500));
    assert_int_equal(town.renewals, town.asked); /* who has lost it renews it no more */
    assert_int_equal(town.workers[0].lock.state, FLIGHT_LOCK_NONE);
    town_close();
}

static void the_lock_is_renewed_for_as_long_as_asking_may_take_and_no_longer(void **state)
{
    (void)state;
    town_open();
    int64_t since_ms = town.now_ms;
    take(0);
    steps(TTL_MS - 10);
    assert_true(town.renewals > TTL_MS / FLIGHT_LOCK_LEASE_MS);
    assert_true(town.renewals <= 3 * TTL_MS / FLIGHT_LOCK_LEASE_MS);
    assert_true(town.held_until_ms > town.now_ms);
    assert_true(town.held_until_ms <= since_ms + TTL_MS);
    size_t renewals = town.renewals;
    take(1);
    steps(TTL_MS);
    assert_true(town.workers[1].may_ask);
    assert_true(town.renewals <= renewals + 3 * TTL_MS / FLIGHT_LOCK_LEASE_MS);
    assert_int_equal(town.workers[0].lock.alarm.place, 0);
    town_close();
}

static void nothing_is_renewed_once_the_flight_has_ended(void **state)
{
    (void)state;
    town_open();
    take(0);
    steps(12000);
    leave(&town.workers[0]);
    size_t renewals = town.renewals;
    steps(12000);
    assert_true(town.workers[0].has_left);
    assert_int_equal(town.renewals, renewals);
    assert_string_equal(town.holder, "");
    town_close();
}

static void a_flight_that_ends_while_its_lock_is_renewed_gives_it_up(void **state)
{
    (void)state;
    town_open();
    take(0);
    while (town.workers[0].lock.state != FLIGHT_LOCK_RENEWING) {
        assert_true(town.now_ms < TTL_MS);
        town_step();
    }
    leave(&town.workers[0]);
    assert_false(town.workers[0].has_left);
    steps(3);
    assert_true(town.workers[0].has_left);
    assert_string_equal(town.holder, "");
    town_close();
}

/* A store that is slow, has no memory or no right to renew, for as long as one renewal. */
static void a_renewal_that_fails_is_tried_again_before_the_lease_is_over(void **state)
{
    (void)state;
    const enum err errs[] = { ERR_TIMEOUT, ERR_UNREACHABLE, ERR_NOMEM, ERR_BACKEND };
    for (size_t i = 0; i < countof(errs); i++) {
        town_open();
        take(0);
        steps(FLIGHT_LOCK_LEASE_MS / 3 - 100);
        town.err = errs[i];
        steps(200);
        assert_int_equal(town.renewals, 1);
        town.err = OK;
        take(1);
        steps(CALL_MS);
        assert_int_equal(town.asked, 1);
        town_close();
    }
}

static void a_store_that_stays_away_is_asked_a_bounded_number_of_times(void **state)
{
    (void)state;
    town_open();
    take(0);
    steps(100);
    town.err = ERR_UNREACHABLE;
    steps(2 * TTL_MS);
    assert_int_equal(town.asked, 1);
    assert_true(town.renewals <= 3 * TTL_MS / FLIGHT_LOCK_LEASE_MS);
    town_close();
}

static void who_stood_still_longer_than_its_lease_does_not_take_the_lock_back(void **state)
{
    (void)state;
    town_open();
    take(0);
    steps(10);
    take(1);
    town.workers[0].is_dead = true;
    steps(FLIGHT_LOCK_LEASE_MS + 600);
    assert_true(town.workers[1].may_ask);
    town.workers[0].is_dead = false;
    steps(5);
    assert_false(town.workers[0].lock.is_held);
    leave(&town.workers[0]);
    steps(5);
    assert_string_equal(town.holder, town.workers[1].lock.token);
    town_close();
}

static void without_room_to_wait_a_flight_goes_on(void **state)
{
    (void)state;
    town_open();
    town.workers[0].locks.alarms.max = 0;
    town.workers[1].locks.alarms.max = 0;
    take(0);
    take(1);
    steps(CALL_MS);
    assert_int_equal(town.asked, 2);
    assert_int_equal(town.renewals, 0);
    town_close();
}

static void without_the_store_each_asks_for_itself(void **state)
{
    (void)state;
    town_open();
    town.is_away = true;
    take_all();
    steps(3);
    assert_int_equal(town.asked, WORKERS);
    town_close();
}

static void a_lock_that_is_never_given_up_costs_time_and_no_call(void **state)
{
    (void)state;
    town_open();
    town.keeps_locks = true;
    take_all();
    steps(3);
    town.has_entry = true;
    leave(first_who_may());
    steps(600);
    assert_int_equal(town.asked, 1);
    assert_int_equal(count_found(), WORKERS - 1);
    town_close();
}

static void waits_grow_so_that_the_store_is_not_flooded(void **state)
{
    (void)state;
    town_open();
    take(0);
    take(1);
    steps(900);
    assert_true(town.claims < 2 + 20);
    town_close();
}

static void nobody_yields_what_is_anothers(void **state)
{
    (void)state;
    town_open();
    take(0);
    take(1);
    steps(2);
    leave(&town.workers[1]);
    steps(2);
    assert_string_equal(town.holder, town.workers[0].lock.token);
    town_close();
}

/* --- two whole workers over one store, in virtual time ---------------------------------------- */

static struct world world;
static struct world other;

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
}

static void share_with_another_seed(struct engine_options *options)
{
    share(options);
    options->seed[0] = 77;
}

static void be_patient(struct world *at, struct engine_ports *ports)
{
    (void)at;
    ports->chain.backends[0].timeout_ms = 30000;
}

#define STEP_MS 100

/* Both workers wait for the same answer: the first one's model is asked, the other one's is not. */
static void open_two_of_whom_one_asks(void)
{
    world_open_wired(&world, share, be_patient);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "hello");
    world_step(&world, 10);
    assert_int_equal(world.asked, 1);
    world_open_wired(&other, share_with_another_seed, be_patient);
    other.shelf = &world;
    world_claim(&other, 1);
    world_say(&other, 1, 0, "bob", "hello");
}

static void close_two(void)
{
    world_close(&other);
    world_close(&world);
}

/* Time goes by for both; the first one works only while it `is_alive`. */
static void pass_for_two(int64_t time_ms, bool is_alive)
{
    for (int64_t passed_ms = 0; passed_ms < time_ms; passed_ms += STEP_MS) {
        if (is_alive) {
            world_step(&world, 3);
        }
        world_step(&other, 3);
        world.clock.mono_ms += STEP_MS;
        other.clock.mono_ms += STEP_MS;
    }
}

static void what_a_dead_worker_was_asking_is_asked_a_lease_later(void **state)
{
    (void)state;
    open_two_of_whom_one_asks();
    pass_for_two(10000, true);
    pass_for_two(FLIGHT_LOCK_LEASE_MS / 2, false);
    assert_int_equal(other.asked, 0);
    pass_for_two(FLIGHT_LOCK_LEASE_MS / 2 + 1000, false);
    assert_int_equal(other.asked, 1);
    assert_int_equal(other.outputs_count, 1);
    close_two();
}

static void a_call_that_takes_longer_than_the_lease_is_still_one_of_two_workers(void **state)
{
    (void)state;
    open_two_of_whom_one_asks();
    pass_for_two(29900, true);
    assert_int_equal(other.outputs_count, 0);
    world.holds_model = false;
    pass_for_two(1000, true);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(other.outputs_count, 1);
    assert_int_equal(world.asked + other.asked, 1);
    close_two();
}

/* It stood still, lost its lease, and goes on: both have asked, both answer. */
static void who_wakes_up_without_its_lease_costs_a_call_and_no_answer(void **state)
{
    (void)state;
    open_two_of_whom_one_asks();
    other.holds_model = true;
    pass_for_two(FLIGHT_LOCK_LEASE_MS + 1000, false);
    pass_for_two(20000, true);
    other.holds_model = false;
    world.holds_model = false;
    pass_for_two(1000, true);
    assert_int_equal(world.asked + other.asked, 2);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(other.outputs_count, 1);
    assert_int_equal(other.outputs[0].kind, OUTCOME_ANSWER);
    close_two();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_many_workers_one_asks_and_the_others_find),
        cmocka_unit_test(who_comes_late_looks_into_the_cache_once_more),
        cmocka_unit_test(a_call_that_failed_lets_another_worker_ask),
        cmocka_unit_test(a_worker_that_dies_is_covered_a_lease_later),
        cmocka_unit_test(a_call_that_takes_longer_than_the_lease_is_made_once),
        cmocka_unit_test(without_renewals_it_would_be_made_again_with_every_lease),
        cmocka_unit_test(the_lock_is_renewed_for_as_long_as_asking_may_take_and_no_longer),
        cmocka_unit_test(nothing_is_renewed_once_the_flight_has_ended),
        cmocka_unit_test(a_flight_that_ends_while_its_lock_is_renewed_gives_it_up),
        cmocka_unit_test(a_renewal_that_fails_is_tried_again_before_the_lease_is_over),
        cmocka_unit_test(a_store_that_stays_away_is_asked_a_bounded_number_of_times),
        cmocka_unit_test(who_stood_still_longer_than_its_lease_does_not_take_the_lock_back),
        cmocka_unit_test(without_room_to_wait_a_flight_goes_on),
        cmocka_unit_test(what_a_dead_worker_was_asking_is_asked_a_lease_later),
        cmocka_unit_test(a_call_that_takes_longer_than_the_lease_is_still_one_of_two_workers),
        cmocka_unit_test(who_wakes_up_without_its_lease_costs_a_call_and_no_answer),
        cmocka_unit_test(without_the_store_each_asks_for_itself),
        cmocka_unit_test(a_lock_that_is_never_given_up_costs_time_and_no_call),
        cmocka_unit_test(waits_grow_so_that_the_store_is_not_flooded),
        cmocka_unit_test(nobody_yields_what_is_anothers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
