/* adapter_redis_reply_test.c - what the replies to a call come to. */
#include "worker/adapter/redis_reply.h"

#include <hiredis/hiredis.h>

#include "tests/unit/payload.h"
#include "worker/engine/store.h"

static char value[] = "v";

static struct redisReply reply_of(int type, long long integer)
{
    return (struct redisReply){ .type = type, .integer = integer, .str = value, .len = 1 };
}

static enum err pick(int type, struct store_call *call)
{
    const struct redisReply reply = reply_of(type, 7);
    return redis_reply_take(&reply, call);
}

static void a_picked_field_is_found_or_not(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    struct store_call call = { .op = STORE_PICK, .arena = &arena };
    assert_int_equal(pick(REDIS_REPLY_STRING, &call), OK);
    assert_true(call.found);
    assert_str(call.found_value, "v");
    assert_str(call.revision, "v");
    call = (struct store_call){ .op = STORE_PICK, .arena = &arena };
    assert_int_equal(pick(REDIS_REPLY_NIL, &call), OK);
    assert_false(call.found);
    assert_int_equal(call.revision.len, 0);
    arena_fini(&arena);
}

static void what_is_no_field_is_the_backends_failure(void **state)
{
    (void)state;
    struct store_call call = { .op = STORE_PICK };
    assert_int_equal(pick(REDIS_REPLY_ARRAY, &call), ERR_BACKEND);
    assert_int_equal(pick(REDIS_REPLY_STATUS, &call), ERR_BACKEND);
    assert_int_equal(pick(REDIS_REPLY_INTEGER, &call), ERR_BACKEND);
}

static void a_field_that_there_is_no_memory_for_is_not_found(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct store_call call = { .op = STORE_PICK, .arena = &arena };
    struct redisReply field = reply_of(REDIS_REPLY_STRING, 0);
    assert_int_equal(redis_reply_take(&field, &call), ERR_NOMEM);
    assert_false(call.found);
    arena_fini(&arena);
}

/* Whether a key is renewed for its owner, when the server says this. */
static enum err renew(int type, long long integer, bool *ret_found)
{
    struct store_call call = { .op = STORE_RENEW };
    struct redisReply reply = reply_of(type, integer);
    enum err err = redis_reply_take(&reply, &call);
    *ret_found = call.found;
    return err;
}

static void a_write_that_is_bound_is_written_or_a_conflict(void **state)
{
    (void)state;
    struct store_call call = { .op = STORE_PUT, .is_bound = true };
    const struct redisReply kept = reply_of(REDIS_REPLY_INTEGER, 0);
    const struct redisReply written = reply_of(REDIS_REPLY_INTEGER, 1);
    const struct redisReply crowded = reply_of(REDIS_REPLY_INTEGER, 2);
    const struct redisReply strange = reply_of(REDIS_REPLY_STATUS, 0);
    assert_int_equal(redis_reply_take(&crowded, &call), ERR_CONFLICT);
    assert_true(call.is_crowded);
    assert_int_equal(redis_reply_take(&kept, &call), ERR_CONFLICT);
    assert_false(call.is_crowded);
    assert_int_equal(redis_reply_take(&written, &call), OK);
    assert_int_equal(redis_reply_take(&strange, &call), ERR_BACKEND);
}

static void a_renewal_is_won_lost_or_refused(void **state)
{
    (void)state;
    bool found;
    assert_int_equal(renew(REDIS_REPLY_INTEGER, 1, &found), OK);
    assert_true(found);
    assert_int_equal(renew(REDIS_REPLY_INTEGER, 0, &found), OK);
    assert_false(found);
    assert_int_equal(renew(REDIS_REPLY_NIL, 1, &found), ERR_BACKEND);
    assert_int_equal(renew(REDIS_REPLY_STATUS, 1, &found), ERR_BACKEND);
    assert_false(found);
}

/* Whoever reads finds none; who writes, locks or counts has failed. */
static void only_what_is_of_another_type_is_a_miss_and_only_for_who_reads(void **state)
{
    (void)state;
    char wrong[] = "WRONGTYPE Operation against a key holding the wrong kind of value";
    char full[] = "OOM command not allowed";
    const struct redisReply foreign = { .type = REDIS_REPLY_ERROR, .str = wrong,
                                        .len = sizeof(wrong) - 1 };
    const struct redisReply refused = { .type = REDIS_REPLY_ERROR, .str = full,
                                        .len = sizeof(full) - 1 };
    const struct redisReply text = { .type = REDIS_REPLY_STRING, .str = wrong,
                                     .len = sizeof(wrong) - 1 };
    static const enum store_op reads[] = { STORE_GET, STORE_ALL, STORE_PICK };
    static const enum store_op others[] = { STORE_SET, STORE_PUT, STORE_DROP, STORE_CLAIM,
                                            STORE_RENEW, STORE_YIELD, STORE_ADD };
    for (size_t i = 0; i < countof(reads); i++) {
        assert_true(redis_reply_is_miss(&foreign, reads[i]));
        assert_false(redis_reply_is_miss(&refused, reads[i]));
        assert_false(redis_reply_is_miss(&text, reads[i]));
    }
    for (size_t i = 0; i < countof(others); i++) {
        assert_false(redis_reply_is_miss(&foreign, others[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picked_field_is_found_or_not),
        cmocka_unit_test(what_is_no_field_is_the_backends_failure),
        cmocka_unit_test(a_field_that_there_is_no_memory_for_is_not_found),
        cmocka_unit_test(a_write_that_is_bound_is_written_or_a_conflict),
        cmocka_unit_test(a_renewal_is_won_lost_or_refused),
        cmocka_unit_test(only_what_is_of_another_type_is_a_miss_and_only_for_who_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
