/* flight_lock_test.c - of many workers one asks, the others find what it wrote. */
#include "worker/engine/flight_lock.h"

#include "tests/unit/cm.h"

#define WORKERS 64
#define TTL_MS 1000

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
    int64_t now_ms;
    size_t claims;
    size_t asked;
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
        call->on_done(call, town.is_away ? ERR_TIMEOUT : OK);
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

static void a_worker_that_dies_is_covered_by_the_locks_time(void **state)
{
    (void)state;
    town_open();
    take_all();
    steps(3);
    first_who_may()->is_dead = true;
    steps(TTL_MS - 50);
    assert_int_equal(town.asked, 1);
    steps(600);
    assert_int_equal(town.asked, 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_many_workers_one_asks_and_the_others_find),
        cmocka_unit_test(who_comes_late_looks_into_the_cache_once_more),
        cmocka_unit_test(a_call_that_failed_lets_another_worker_ask),
        cmocka_unit_test(a_worker_that_dies_is_covered_by_the_locks_time),
        cmocka_unit_test(without_the_store_each_asks_for_itself),
        cmocka_unit_test(a_lock_that_is_never_given_up_costs_time_and_no_call),
        cmocka_unit_test(waits_grow_so_that_the_store_is_not_flooded),
        cmocka_unit_test(nobody_yields_what_is_anothers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
