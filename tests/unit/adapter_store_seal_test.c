/* The sealing store: nothing readable goes in, nothing foreign comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/mem.h"
#include "tests/unit/store_ask.h"
#include "worker/adapter/store_memory.h"
#include "worker/adapter/store_seal.h"

struct kit {
    struct loop *loop;
    struct metrics *metrics;
    struct store *inner;
    struct seal *seal;
    struct store *store;
    char out[64];
};

static void kit_open(struct kit *kit)
{
    kit->loop = loop_create();
    kit->metrics = metrics_create();
    const struct store_memory_options options = {
        .loop = kit->loop, .entries_max = 100, .bytes_max = 1 << 20, .seed = { 1, 2 }
    };
    kit->inner = store_memory_create(&options);
    kit->seal = seal_create(STR("a secret of sixteen bytes"));
    kit->store = store_seal_create(kit->loop, kit->inner, kit->seal, kit->metrics);
    assert_non_null(kit->store);
}

static void kit_close(struct kit *kit)
{
    store_seal_destroy(kit->store);
    seal_destroy(kit->seal);
    store_memory_destroy(kit->inner);
    loop_destroy(kit->loop);
    metrics_destroy(kit->metrics);
}

static const char *get(struct kit *kit, const char *key)
{
    return store_get(kit->loop, kit->store, key, kit->out);
}

static const char *all(struct kit *kit, const char *key)
{
    return store_all(kit->loop, kit->store, key, kit->out);
}

static int64_t unopened(const struct kit *kit)
{
    return metric_get(kit->metrics, METRIC_STORE_UNOPENED, 0, 0);
}

/* Copies what lies under `from` in the inner store to `to`, as a thief would. */
static void move_value(struct kit *kit, const char *from, const char *to)
{
    struct store_ask ask;
    struct store_call call = { .op = STORE_GET, .key = str_from(from) };
    assert_int_equal(store_ask_run(&ask, kit->loop, kit->inner, call), OK);
    assert_true(ask.call.found);
    struct store_call copy = { .op = STORE_SET,
                               .key = str_from(to),
                               .value = ask.call.found_value };
    assert_int_equal(store_ask_do(kit->loop, kit->inner, copy), OK);
    store_ask_fini(&ask);
}

static void what_was_set_comes_back(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_string_equal(get(&kit, "k"), "(none)");
    assert_int_equal(store_set(kit.loop, kit.store, "k", "ann's answer", 60000), OK);
    assert_string_equal(get(&kit, "k"), "ann's answer");
    assert_int_equal(store_set(kit.loop, kit.store, "k", "", 60000), OK);
    assert_string_equal(get(&kit, "k"), "");
    struct store_call drop = { .op = STORE_DROP, .key = STR("k") };
    assert_int_equal(store_ask_do(kit.loop, kit.store, drop), OK);
    assert_string_equal(get(&kit, "k"), "(none)");
    assert_int_equal(unopened(&kit), 0);
    kit_close(&kit);
}

static void fields_come_back_and_are_dropped(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "a", "1"), OK);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "b", "2"), OK);
    assert_string_equal(all(&kit, "h"), "a=1,b=2");
    struct store_call call = { .op = STORE_PUT,
                               .key = STR("h"),
                               .field = STR("c"),
                               .value = STR("3"),
                               .drops = { STR("a") },
                               .drops_count = 1 };
    assert_int_equal(store_ask_do(kit.loop, kit.store, call), OK);
    assert_string_equal(all(&kit, "h"), "b=2,c=3");
    assert_string_equal(all(&kit, "none"), "(none)");
    call = (struct store_call){ .op = STORE_PUT, .key = STR("h"), .field = STR("b"),
                                .value = STR("4"), .fields_max = 1 };
    assert_int_equal(store_ask_do(kit.loop, kit.store, call), OK);
    call.field = STR("0/7");
    assert_int_equal(store_ask_do(kit.loop, kit.store, call), OK);
    call.field = STR("0/8");
    assert_int_equal(store_ask_do(kit.loop, kit.store, call), OK);
    assert_string_equal(all(&kit, "h"), "c=3,b=4,0/8=4");
    kit_close(&kit);
}

static void the_inner_store_cannot_read_it(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    kit_open(&kit);
    assert_int_equal(store_set(kit.loop, kit.store, "k", "ann's answer", 60000), OK);
    struct store_call call = { .op = STORE_GET, .key = STR("k") };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.inner, call), OK);
    assert_true(ask.call.found);
    assert_int_equal(str_find(ask.call.found_value, STR("ann")), ask.call.found_value.len);
    store_ask_fini(&ask);
    kit_close(&kit);
}

/* More often than one request to the kernel for random bytes lasts. */
static void no_nonce_is_used_twice(void **state)
{
    (void)state;
    enum { HEAD = 5, TIMES = 50 }; /* version and the secret's id stand before the nonce */
    struct kit kit;
    char nonces[TIMES][CRYPTO_NONCE_BYTES];
    kit_open(&kit);
    for (size_t i = 0; i < TIMES; i++) {
        struct store_ask ask;
        struct store_call call = { .op = STORE_GET, .key = STR("k") };
        assert_int_equal(store_set(kit.loop, kit.store, "k", "the same", 60000), OK);
        assert_int_equal(store_ask_run(&ask, kit.loop, kit.inner, call), OK);
        assert_true(ask.call.found && ask.call.found_value.len > HEAD + CRYPTO_NONCE_BYTES);
        memcpy(nonces[i], ask.call.found_value.ptr + HEAD, CRYPTO_NONCE_BYTES);
        store_ask_fini(&ask);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(nonces[i], nonces[j], CRYPTO_NONCE_BYTES);
        }
    }
    kit_close(&kit);
}

static void a_value_that_was_moved_or_made_up_is_a_miss(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_int_equal(store_set(kit.loop, kit.store, "ann", "hers", 60000), OK);
    move_value(&kit, "ann", "bob");
    assert_string_equal(get(&kit, "bob"), "(none)");
    assert_int_equal(unopened(&kit), 1);
    assert_int_equal(store_set(kit.loop, kit.inner, "eve", "made up", 60000), OK);
    assert_string_equal(get(&kit, "eve"), "(none)");
    assert_int_equal(unopened(&kit), 2);
    assert_string_equal(get(&kit, "ann"), "hers");
    kit_close(&kit);
}

static void a_foreign_field_is_left_out(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "a", "1"), OK);
    assert_int_equal(store_put(kit.loop, kit.inner, "h", "b", "made up"), OK);
    assert_string_equal(all(&kit, "h"), "a=1");
    assert_int_equal(unopened(&kit), 1);
    kit_close(&kit);
}

static void fields_that_are_opened_later_stay_closed_until_then(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    struct str value;
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "a", "ann's answer"), OK);
    assert_int_equal(store_put(kit.loop, kit.inner, "h", "b", "made up"), OK);
    struct store_call call = { .op = STORE_ALL, .key = STR("h"), .opens_later = true };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.store, call), OK);
    const struct store_field *fields = ask.call.fields;
    assert_true(ask.call.found);
    assert_int_equal(ask.call.fields_count, 2);
    assert_true(str_is(fields[0].name, "a") && str_is(fields[1].name, "b"));
    assert_int_equal(str_find(fields[0].value, STR("ann")), fields[0].value.len);
    assert_int_equal(unopened(&kit), 0);
    assert_int_equal(store_open_field(&ask.call, &fields[0], &value), OK);
    assert_true(str_is(value, "ann's answer"));
    assert_int_equal(store_open_field(&ask.call, &fields[1], &value), ERR_FORMAT);
    const struct store_field moved = { STR("b"), fields[0].value };
    assert_int_equal(store_open_field(&ask.call, &moved, &value), ERR_FORMAT);
    assert_int_equal(unopened(&kit), 2);
    assert_true(str_is(value, "ann's answer"));
    store_ask_fini(&ask);
    kit_close(&kit);
}

static void a_store_that_seals_nothing_has_its_fields_open(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    struct str value;
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.inner, "h", "a", "1"), OK);
    struct store_call call = { .op = STORE_ALL, .key = STR("h"), .opens_later = true };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.inner, call), OK);
    assert_int_equal(store_open_field(&ask.call, &ask.call.fields[0], &value), OK);
    assert_true(str_is(value, "1"));
    store_ask_fini(&ask);
    call.key = STR("none");
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.store, call), OK);
    assert_false(ask.call.found);
    assert_int_equal(ask.call.fields_count, 0);
    store_ask_fini(&ask);
    kit_close(&kit);
}

static void a_field_is_picked_under_its_own_name_alone(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    char out[64];
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "a", "1"), OK);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "b", "2"), OK);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "b", out), "2");
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "c", out), "(none)");
    struct store_call call = { .op = STORE_PICK, .key = STR("h"), .field = STR("a") };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.inner, call), OK);
    struct store_call moved = { .op = STORE_PUT, .key = STR("h"), .field = STR("b"),
                                .value = ask.call.found_value };
    assert_int_equal(store_ask_do(kit.loop, kit.inner, moved), OK);
    store_ask_fini(&ask);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "b", out), "(none)");
    assert_int_equal(unopened(&kit), 1);
    kit_close(&kit);
}

/* Each value that is sealed begins in another way, the same text twice included. */
static void a_write_is_bound_to_what_was_picked(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    char out[64];
    kit_open(&kit);
    struct store_call put = { .op = STORE_PUT, .key = STR("h"), .field = STR("a"),
                              .value = STR("1"), .is_bound = true, .ttl_ms = 1000 };
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), OK);
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), ERR_CONFLICT);
    struct store_call pick = { .op = STORE_PICK, .key = STR("h"), .field = STR("a") };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.store, pick), OK);
    put.revision = ask.call.revision;
    put.value = STR("2");
    assert_true(put.revision.len > 0);
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), OK);
    put.value = STR("3");
    assert_int_equal(store_ask_do(kit.loop, kit.store, put), ERR_CONFLICT);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "a", out), "2");
    store_ask_fini(&ask);
    kit_close(&kit);
}

static enum err put_new(struct kit *kit, const char *field, size_t room_for, bool *ret_is_crowded)
{
    struct store_ask ask;
    struct store_call put = { .op = STORE_PUT, .key = STR("h"), .field = str_from(field),
                              .value = STR("1"), .is_bound = true, .room_for = room_for };
    enum err err = store_ask_run(&ask, kit->loop, kit->store, put);
    *ret_is_crowded = ask.call.is_crowded;
    store_ask_fini(&ask);
    return err;
}

static void a_new_field_is_written_only_where_there_is_room(void **state)
{
    (void)state;
    struct kit kit;
    bool is_crowded;
    char out[64];
    kit_open(&kit);
    assert_int_equal(put_new(&kit, "a", 2, &is_crowded), OK);
    assert_int_equal(put_new(&kit, "b", 2, &is_crowded), OK);
    assert_false(is_crowded);
    assert_int_equal(put_new(&kit, "c", 2, &is_crowded), ERR_CONFLICT);
    assert_true(is_crowded);
    assert_string_equal(store_pick(kit.loop, kit.store, "h", "c", out), "(none)");
    assert_int_equal(put_new(&kit, "a", 2, &is_crowded), ERR_CONFLICT); /* it is not new */
    assert_false(is_crowded);
    assert_int_equal(put_new(&kit, "c", 0, &is_crowded), OK);
    kit_close(&kit);
}

static void a_field_cannot_pass_for_another(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask;
    kit_open(&kit);
    assert_int_equal(store_put(kit.loop, kit.store, "h", "bc", "1"), OK);
    struct store_call call = { .op = STORE_ALL, .key = STR("h") };
    assert_int_equal(store_ask_run(&ask, kit.loop, kit.inner, call), OK);
    struct store_call moved = { .op = STORE_PUT,
                                .key = STR("hb"),
                                .field = STR("c"),
                                .value = ask.call.fields[0].value };
    assert_int_equal(store_ask_do(kit.loop, kit.inner, moved), OK);
    store_ask_fini(&ask);
    assert_string_equal(all(&kit, "hb"), "(none)");
    assert_int_equal(unopened(&kit), 1);
    kit_close(&kit);
}

/* Two workers that share nothing but the store must mean the same by it. */
static void marks_and_sums_pass_through_unsealed(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_true(store_claim(kit.loop, kit.store, "k", "me", 60000));
    assert_false(store_claim(kit.loop, kit.inner, "k", "you", 60000));
    assert_true(store_renew(kit.loop, kit.store, "k", "me", 60000));
    assert_true(store_renew(kit.loop, kit.inner, "k", "me", 60000));
    assert_false(store_renew(kit.loop, kit.store, "k", "you", 60000));
    assert_int_equal(store_yield(kit.loop, kit.inner, "k", "me"), OK);
    assert_true(store_claim(kit.loop, kit.store, "k", "you", 60000));
    assert_int_equal(store_yield(kit.loop, kit.store, "k", "you"), OK);
    assert_true(store_claim(kit.loop, kit.inner, "k", "me", 60000));
    assert_int_equal(store_add(kit.loop, kit.store, "n", 5, 60000), 5);
    assert_int_equal(store_add(kit.loop, kit.inner, "n", 2, 60000), 7);
    kit_close(&kit);
}

static void a_cancelled_call_completes_once(void **state)
{
    (void)state;
    struct kit kit;
    struct store_ask ask = { .goes_on = false };
    kit_open(&kit);
    store_ask_start(&ask, kit.loop, kit.store,
                    (struct store_call){ .op = STORE_GET, .key = STR("k") });
    kit.store->ops->cancel(kit.store, &ask.call);
    loop_run(kit.loop);
    assert_int_equal(ask.done, 1);
    assert_true(kit.store->ops->is_up(kit.store));
    store_ask_fini(&ask);
    kit_close(&kit);
}

static void no_memory_is_told_and_nothing_leaks(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_int_equal(store_set(kit.loop, kit.store, "k", "value", 60000), OK);
    for (long nth = 1; nth < 12; nth++) {
        mem_fail_nth(nth);
        enum err err = store_set(kit.loop, kit.store, "x", "value", 60000);
        assert_true(err == OK || err == ERR_NOMEM);
        mem_fail_nth(nth);
        const char *got = get(&kit, "k");
        mem_fail_nth(0);
        assert_true(strcmp(got, "value") == 0 || strcmp(got, "(error)") == 0);
    }
    assert_int_equal(unopened(&kit), 0);
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_set_comes_back),
        cmocka_unit_test(fields_come_back_and_are_dropped),
        cmocka_unit_test(the_inner_store_cannot_read_it),
        cmocka_unit_test(no_nonce_is_used_twice),
        cmocka_unit_test(a_value_that_was_moved_or_made_up_is_a_miss),
        cmocka_unit_test(a_foreign_field_is_left_out),
        cmocka_unit_test(fields_that_are_opened_later_stay_closed_until_then),
        cmocka_unit_test(a_store_that_seals_nothing_has_its_fields_open),
        cmocka_unit_test(a_field_is_picked_under_its_own_name_alone),
        cmocka_unit_test(a_write_is_bound_to_what_was_picked),
        cmocka_unit_test(a_new_field_is_written_only_where_there_is_room),
        cmocka_unit_test(a_field_cannot_pass_for_another),
        cmocka_unit_test(marks_and_sums_pass_through_unsealed),
        cmocka_unit_test(a_cancelled_call_completes_once),
        cmocka_unit_test(no_memory_is_told_and_nothing_leaks),
    };
    return cmocka_run_group_tests_name("adapter_store_seal", tests, NULL, NULL);
}
