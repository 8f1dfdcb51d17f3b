/* The store in memory: what goes in comes out, until its time or its room is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/mem.h"
#include "tests/unit/store_ask.h"
#include "worker/adapter/store_memory.h"

struct kit {
    struct loop *loop;
    struct store *store;
    char out[64];
};

static void kit_open(struct kit *kit, size_t entries_max, size_t bytes_max)
{
    kit->loop = loop_create();
    struct store_memory_options options = {
        .loop = kit->loop, .entries_max = entries_max, .bytes_max = bytes_max, .seed = { 1, 2 }
    };
    kit->store = store_memory_create(&options);
    assert_non_null(kit->store);
}

static void kit_close(struct kit *kit)
{
    store_memory_destroy(kit->store);
    loop_destroy(kit->loop);
}

static const char *get(struct kit *kit, const char *key)
{
    return store_get(kit->loop, kit->store, key, kit->out);
}

static const char *all(struct kit *kit, const char *key)
{
    return store_all(kit->loop, kit->store, key, kit->out);
}

static void set(struct kit *kit, const char *key, const char *value)
{
    assert_int_equal(store_set(kit->loop, kit->store, key, value, 60000), OK);
}

static void put(struct kit *kit, const char *key, const char *field, const char *value)
{
    assert_int_equal(store_put(kit->loop, kit->store, key, field, value), OK);
}

static void what_was_set_is_found_and_can_be_replaced_and_dropped(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    assert_string_equal(get(&kit, "k"), "(none)");
    set(&kit, "k", "one");
    assert_string_equal(get(&kit, "k"), "one");
    set(&kit, "k", "");
    assert_string_equal(get(&kit, "k"), "");
    struct store_call drop = { .op = STORE_DROP, .key = STR("k") };
    assert_int_equal(store_ask_do(kit.loop, kit.store, drop), OK);
    assert_int_equal(store_ask_do(kit.loop, kit.store, drop), OK);
    assert_string_equal(get(&kit, "k"), "(none)");
    kit_close(&kit);
}

static void fields_are_upserted_and_dropped_together(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    put(&kit, "h", "a", "1");
    put(&kit, "h", "b", "2");
    put(&kit, "h", "a", "3");
    assert_string_equal(all(&kit, "h"), "b=2,a=3");
    struct store_call call = { .op = STORE_PUT,
                               .key = STR("h"),
                               .field = STR("c"),
                               .value = STR("4"),
                               .drops = { STR("a"), STR("nothing") },
                               .drops_count = 2 };
    assert_int_equal(store_ask_do(kit.loop, kit.store, call), OK);
    assert_string_equal(all(&kit, "h"), "b=2,c=4");
    kit_close(&kit);
}

static void one_field_is_picked(void **state)
{
    (void)state;
    struct kit kit;
    char out[64];
    kit_open(&kit, 16, 1 << 16);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "a", out), "(none)");
    put(&kit, "h", "a", "1");
    put(&kit, "h", "b", "2");
    set(&kit, "k", "one");
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "b", out), "2");
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "c", out), "(none)");
    assert_string_equal(store_pick(kit.loop, kit.store, "k", "", out), "(none)");
    kit_close(&kit);
}

static void put_keeping(struct kit *kit, const char *field, size_t fields_max)
{
    struct store_call call = { .op = STORE_PUT,
                               .key = STR("h"),
                               .field = str_from(field),
                               .value = STR("x"),
                               .fields_max = fields_max };
    assert_int_equal(store_ask_do(kit->loop, kit->store, call), OK);
}

static void fields_are_kept_by_their_numbers_and_group(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    put_keeping(&kit, "3/9", 2);
    put_keeping(&kit, "3/100", 2);
    put_keeping(&kit, "3/20", 2);
    assert_string_equal(all(&kit, "h"), "3/100=x,3/20=x");
    put_keeping(&kit, "3/1", 2);
    assert_string_equal(all(&kit, "h"), "3/100=x,3/20=x");
    put_keeping(&kit, "-1/5", 2);
    assert_string_equal(all(&kit, "h"), "3/100=x,3/20=x,-1/5=x");
    kit_close(&kit);
}

static void fields_of_many_groups_are_bounded_as_a_whole(void **state)
{
    (void)state;
    struct kit kit;
    char field[24];
    kit_open(&kit, 16, 1 << 16);
    put(&kit, "h", "foreign", "x");
    for (int i = 0; i < 100; i++) {
        snprintf(field, sizeof(field), "%d/%d", i, i);
        put_keeping(&kit, field, 1);
    }
    assert_string_equal(all(&kit, "h"), "97/97=x,98/98=x,99/99=x");
    kit_close(&kit);
}

static void a_value_is_not_fields_and_fields_are_no_value(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    set(&kit, "v", "text");
    put(&kit, "h", "a", "1");
    assert_string_equal(all(&kit, "v"), "(none)");
    assert_string_equal(get(&kit, "h"), "(none)");
    put(&kit, "v", "a", "1");
    set(&kit, "h", "text");
    assert_string_equal(all(&kit, "v"), "a=1");
    assert_string_equal(get(&kit, "h"), "text");
    kit_close(&kit);
}

static void keys_and_values_may_hold_any_bytes(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    kit_open(&kit, 16, 1 << 16);
    struct str key = { "a\0b", 3 };
    struct str value = { "\0\xff\n", 3 };
    struct store_call set_call = { .op = STORE_SET, .key = key, .value = value };
    struct store_call get_call = { .op = STORE_GET, .key = key };
    assert_int_equal(store_ask_do(kit.loop, kit.store, set_call), OK);
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.store, get_call), OK);
    assert_true(ask.call.found && str_eq(ask.call.found_value, value));
    store_ask_fini(&ask);
    assert_string_equal(get(&kit, "a"), "(none)");
    kit_close(&kit);
}

/* Two calls at one moment: the clock stands still until the loop turns. */
static void at_once(struct kit *kit, struct store_call first, struct store_ask *second,
                    struct store_call call)
{
    struct store_ask ask = { .goes_on = true };
    *second = (struct store_ask){ .goes_on = false };
    store_ask_start(&ask, kit->loop, kit->store, first);
    store_ask_start(second, kit->loop, kit->store, call);
    loop_run(kit->loop);
    assert_int_equal(ask.done + second->done, 2);
    assert_int_equal(ask.err, OK);
    assert_int_equal(second->err, OK);
    store_ask_fini(&ask);
}

/* Lets so much time go by. */
static void pass(struct kit *kit, int64_t time_ms)
{
    struct store_ask ask = { .goes_on = false };
    int64_t gone_ms = loop_clock(kit->loop)->mono_ms + time_ms;
    while (loop_clock(kit->loop)->mono_ms < gone_ms) {
        struct store_call call = { .op = STORE_GET, .key = STR("other") };
        assert_int_equal(store_ask_run(&ask, kit->loop, kit->store, call), OK);
        store_ask_fini(&ask);
    }
}

static void a_value_is_gone_after_its_time(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    struct store_ask ask;
    at_once(&kit,
            (struct store_call){
                .op = STORE_SET, .key = STR("k"), .value = STR("one"), .ttl_ms = 20 },
            &ask, (struct store_call){ .op = STORE_GET, .key = STR("k") });
    assert_true(ask.call.found && str_is(ask.call.found_value, "one"));
    store_ask_fini(&ask);
    pass(&kit, 20);
    assert_string_equal(get(&kit, "k"), "(none)");
    kit_close(&kit);
}

static void a_claim_is_one_owners_until_it_yields_or_its_time_is_over(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    assert_true(store_claim(kit.loop, kit.store, "k", "mine", 60000));
    assert_false(store_claim(kit.loop, kit.store, "k", "yours", 60000));
    assert_int_equal(store_yield(kit.loop, kit.store, "k", "yours"), OK);
    assert_false(store_claim(kit.loop, kit.store, "k", "yours", 60000));
    assert_int_equal(store_yield(kit.loop, kit.store, "k", "mine"), OK);
    assert_int_equal(store_yield(kit.loop, kit.store, "k", "mine"), OK);
    assert_true(store_claim(kit.loop, kit.store, "k", "yours", 20));
    pass(&kit, 20);
    assert_true(store_claim(kit.loop, kit.store, "k", "mine", 60000));
    kit_close(&kit);
}

static void a_claim_is_renewed_by_its_owner_while_it_lasts(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    assert_false(store_renew(kit.loop, kit.store, "k", "mine", 60000));
    assert_true(store_claim(kit.loop, kit.store, "k", "mine", 60000));
    assert_false(store_renew(kit.loop, kit.store, "k", "yours", 20));
    pass(&kit, 20);
    assert_true(store_renew(kit.loop, kit.store, "k", "mine", 20));
    pass(&kit, 20);
    assert_false(store_renew(kit.loop, kit.store, "k", "mine", 60000));
    struct store_ask ask;
    at_once(&kit,
            (struct store_call){
                .op = STORE_CLAIM, .key = STR("k"), .value = STR("yours"), .ttl_ms = 20 },
            &ask,
            (struct store_call){
                .op = STORE_RENEW, .key = STR("k"), .value = STR("yours"), .ttl_ms = 60000 });
    assert_true(ask.call.found);
    store_ask_fini(&ask);
    pass(&kit, 20);
    assert_false(store_claim(kit.loop, kit.store, "k", "mine", 60000));
    kit_close(&kit);
}

static void a_sum_grows_and_shrinks_until_its_first_time_is_over(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    struct store_ask ask;
    at_once(&kit,
            (struct store_call){ .op = STORE_ADD, .key = STR("n"), .amount = 5, .ttl_ms = 20 },
            &ask,
            (struct store_call){ .op = STORE_ADD, .key = STR("n"), .amount = -7, .ttl_ms = 60000 });
    assert_int_equal(ask.call.sum, -2);
    store_ask_fini(&ask);
    assert_int_equal(store_add(kit.loop, kit.store, "m", INT64_MAX, 60000), INT64_MAX);
    assert_int_equal(store_add(kit.loop, kit.store, "m", 1, 60000), INT64_MIN);
    pass(&kit, 20);
    assert_int_equal(store_add(kit.loop, kit.store, "n", 1, 60000), 1);
    set(&kit, "k", "text");
    assert_int_equal(store_add(kit.loop, kit.store, "k", 1, 60000), INT64_MIN);
    put(&kit, "h", "f", "1");
    assert_int_equal(store_add(kit.loop, kit.store, "h", 1, 60000), INT64_MIN);
    kit_close(&kit);
}

static void what_was_used_longest_ago_makes_room(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 3, 1 << 16);
    set(&kit, "a", "1");
    set(&kit, "b", "2");
    set(&kit, "c", "3");
    assert_string_equal(get(&kit, "a"), "1");
    set(&kit, "d", "4");
    assert_string_equal(get(&kit, "b"), "(none)");
    assert_string_equal(get(&kit, "a"), "1");
    assert_string_equal(get(&kit, "c"), "3");
    assert_string_equal(get(&kit, "d"), "4");
    kit_close(&kit);
}

static void bytes_are_bounded_too(void **state)
{
    (void)state;
    struct kit kit;
    char large[3000];
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    kit_open(&kit, 1000, 4096);
    set(&kit, "a", "1");
    set(&kit, "b", large);
    assert_string_equal(get(&kit, "a"), "1");
    put(&kit, "h", "f", large);
    assert_string_equal(get(&kit, "b"), "(none)");
    put(&kit, "h", "g", large);
    assert_string_equal(all(&kit, "h"), "(none)");
    assert_string_equal(get(&kit, "a"), "(none)");
    set(&kit, "a", "2");
    assert_string_equal(get(&kit, "a"), "2");
    kit_close(&kit);
}

static void a_caller_may_want_no_result(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask = { .goes_on = false };
    kit_open(&kit, 16, 1 << 16);
    set(&kit, "k", "one");
    store_ask_start(&ask, kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("k") });
    kit.store->ops->cancel(kit.store, &ask.call);
    loop_run(kit.loop);
    assert_int_equal(ask.done, 1);
    store_ask_fini(&ask);
    kit_close(&kit);
}

static void no_memory_is_told_and_nothing_leaks(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    for (long nth = 1; nth < 4; nth++) {
        mem_fail_nth(nth);
        enum err set_err = store_set(kit.loop, kit.store, "k", "value", 1000);
        assert_true(set_err == OK || set_err == ERR_NOMEM);
        mem_fail_nth(nth);
        enum err put_err = store_put(kit.loop, kit.store, "h", "f", "value");
        assert_true(put_err == OK || put_err == ERR_NOMEM);
    }
    mem_fail_nth(1);
    assert_string_equal(get(&kit, "k"), "(error)");
    mem_fail_nth(0);
    assert_string_equal(get(&kit, "k"), "value");
    kit_close(&kit);
}

static void a_write_that_fails_leaves_what_was_there(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 2, 1 << 16);
    set(&kit, "k", "old");
    assert_int_equal(store_add(kit.loop, kit.store, "n", 5, 60000), 5);
    mem_fail_nth(1);
    assert_int_equal(store_set(kit.loop, kit.store, "k", "new", 60000), ERR_NOMEM);
    mem_fail_nth(1);
    assert_int_equal(store_add(kit.loop, kit.store, "n", 1, 60000), INT64_MIN);
    for (long nth = 1; nth <= 2; nth++) {
        mem_fail_nth(nth);
        assert_int_equal(store_set(kit.loop, kit.store, "third", "new", 60000), ERR_NOMEM);
        mem_fail_nth(nth);
        assert_int_equal(store_put(kit.loop, kit.store, "third", "f", "new"), ERR_NOMEM);
    }
    mem_fail_nth(0);
    assert_string_equal(get(&kit, "third"), "(none)");
    assert_string_equal(all(&kit, "third"), "(none)");
    assert_string_equal(get(&kit, "k"), "old");
    assert_int_equal(store_add(kit.loop, kit.store, "n", 1, 60000), 6);
    kit_close(&kit);
}

/* Fields in the place of a value, and the other way round. */
static void a_write_of_another_kind_that_fails_leaves_what_was_there(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, 16, 1 << 16);
    set(&kit, "k", "old");
    put(&kit, "h", "f", "old");
    mem_fail_nth(1);
    assert_int_equal(store_put(kit.loop, kit.store, "k", "f", "new"), ERR_NOMEM);
    mem_fail_nth(1);
    assert_int_equal(store_set(kit.loop, kit.store, "h", "new", 60000), ERR_NOMEM);
    mem_fail_nth(0);
    assert_string_equal(get(&kit, "k"), "old");
    assert_string_equal(all(&kit, "h"), "f=old");
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_set_is_found_and_can_be_replaced_and_dropped),
        cmocka_unit_test(fields_are_upserted_and_dropped_together),
        cmocka_unit_test(one_field_is_picked),
        cmocka_unit_test(fields_are_kept_by_their_numbers_and_group),
        cmocka_unit_test(fields_of_many_groups_are_bounded_as_a_whole),
        cmocka_unit_test(a_value_is_not_fields_and_fields_are_no_value),
        cmocka_unit_test(keys_and_values_may_hold_any_bytes),
        cmocka_unit_test(a_value_is_gone_after_its_time),
        cmocka_unit_test(a_claim_is_one_owners_until_it_yields_or_its_time_is_over),
        cmocka_unit_test(a_claim_is_renewed_by_its_owner_while_it_lasts),
        cmocka_unit_test(a_sum_grows_and_shrinks_until_its_first_time_is_over),
        cmocka_unit_test(what_was_used_longest_ago_makes_room),
        cmocka_unit_test(bytes_are_bounded_too),
        cmocka_unit_test(a_caller_may_want_no_result),
        cmocka_unit_test(no_memory_is_told_and_nothing_leaks),
        cmocka_unit_test(a_write_that_fails_leaves_what_was_there),
        cmocka_unit_test(a_write_of_another_kind_that_fails_leaves_what_was_there),
    };
    return cmocka_run_group_tests_name("adapter_store_memory", tests, NULL, NULL);
}
