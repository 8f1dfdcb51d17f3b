/* memo_test.c - what was said comes back word for word, and anything foreign is a miss. */
#include "worker/engine/memo.h"

#include "common/json.h"
#include "common/stored.h"
#include "tests/unit/leaf.h"

#define ARENA_BYTES ((size_t)1 << 20)

static const struct memo whole = {
    .has_position = true,
    .id = { TOPIC_MESSAGES, 7 },
    .offset = INT64_C(9007199254740993), /* not a double */
    .said = { "It ships \"today\".\n今天发货", 30 },
    .model = { "tiny", 4 },
    .facts = { { FACT_PRODUCT, { "K1", 2 } }, { FACT_ORDER, { "100234", 6 } } },
    .facts_count = 2,
};

static struct str encoded(struct arena *arena, const struct memo *memo)
{
    struct str bytes;
    assert_int_equal(memo_encode(arena, STORED_OLDEST, memo, &bytes), OK);
    return bytes;
}

static void everything_that_was_said_comes_back(void **state)
{
    (void)state;
    struct arena arena;
    struct memo memo;
    arena_init(&arena, ARENA_BYTES);
    assert_true(memo_decode(&arena, encoded(&arena, &whole), &memo));
    assert_true(str_eq(memo.said, whole.said));
    assert_text(memo.model, "tiny");
    assert_int_equal(memo.facts_count, 2);
    assert_int_equal(memo.facts[0].kind, FACT_PRODUCT);
    assert_text(memo.facts[0].id, "K1");
    assert_int_equal(memo.facts[1].kind, FACT_ORDER);
    assert_text(memo.facts[1].id, "100234");
    assert_true(memo_is_of(&memo, whole.id, whole.offset));
    arena_fini(&arena);
}

/* A member that nobody knows makes it read as a tree. */
static void what_is_read_without_a_tree_is_what_the_tree_says(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\"v\":1,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[]}",
        "\"v\":1,\"topic\":0,\"partition\":3,\"offset\":77,\"said\":\"\",\"model\":\"\","
        "\"facts\":[{\"kind\":1,\"id\":\"K1\"},{\"id\":\"\",\"kind\":3}]}",
        "\"facts\":[{\"kind\":2,\"id\":\"水\"}],\"model\":\"m\",\"v\":1,\"said\":\"今天\"}",
        "\"v\":1,\"topic\":0,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[]}",
        "\"v\":1,\"partition\":0,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[]}",
        "\"v\":2,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[]}",
        "\"v\":1,\"said\":\"Yes.\",\"model\":\"m\"}",
        "\"v\":1,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[{\"kind\":4,\"id\":\"a\"}]}",
        "\"v\":1,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[{\"kind\":1}]}",
        "\"v\":1,\"said\":\"Yes.\",\"model\":\"m\",\"facts\":[]} x",
        "\"v\":1,\"said\":\"a\",\"said\":\"b\",\"model\":\"m\",\"facts\":[]}",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct arena arena;
        struct memo memo = { .offset = 5 };
        struct memo same = { .offset = 5 };
        struct str usual = STR_NONE;
        struct str strange = STR_NONE;
        arena_init(&arena, ARENA_BYTES);
        assert_int_equal(arena_printf(&arena, &usual, "{%s", texts[i]), OK);
        assert_int_equal(arena_printf(&arena, &strange, "{\"stranger\":0,%s", texts[i]), OK);
        assert_int_equal(memo_decode(&arena, usual, &memo), memo_decode(&arena, strange, &same));
        assert_true(str_eq(memo.said, same.said) && str_eq(memo.model, same.model));
        assert_int_equal(memo.has_position, same.has_position);
        assert_true(memo.offset == same.offset && memo.id.number == same.id.number);
        assert_int_equal(memo.facts_count, same.facts_count);
        for (size_t fact = 0; fact < memo.facts_count; fact++) {
            assert_int_equal(memo.facts[fact].kind, same.facts[fact].kind);
            assert_true(str_eq(memo.facts[fact].id, same.facts[fact].id));
        }
        arena_fini(&arena);
    }
}

static void a_memo_belongs_to_one_record_only(void **state)
{
    (void)state;
    assert_true(memo_is_of(&whole, whole.id, whole.offset));
    assert_false(memo_is_of(&whole, whole.id, whole.offset + 1));
    assert_false(memo_is_of(&whole, (struct partition_id){ TOPIC_MESSAGES, 8 }, whole.offset));
    assert_false(memo_is_of(&whole, (struct partition_id){ TOPIC_ORDERS, 7 }, whole.offset));
}

static void a_cache_entry_is_of_no_record(void **state)
{
    (void)state;
    struct arena arena;
    struct memo entry = whole;
    struct memo memo;
    arena_init(&arena, ARENA_BYTES);
    entry.has_position = false;
    assert_true(memo_decode(&arena, encoded(&arena, &entry), &memo));
    assert_false(memo.has_position);
    assert_true(str_eq(memo.said, whole.said));
    assert_false(memo_is_of(&memo, memo.id, memo.offset));
    arena_fini(&arena);
}

static void an_event_settled_without_words_is_remembered_too(void **state)
{
    (void)state;
    struct arena arena;
    const struct memo silent = { .has_position = true, .id = { TOPIC_ORDERS, 0 }, .offset = 0 };
    struct memo memo;
    arena_init(&arena, ARENA_BYTES);
    assert_true(memo_decode(&arena, encoded(&arena, &silent), &memo));
    assert_int_equal(memo.said.len, 0);
    assert_int_equal(memo.facts_count, 0);
    assert_true(memo_is_of(&memo, silent.id, 0));
    arena_fini(&arena);
}

static void what_is_foreign_damaged_or_newer_is_a_miss(void **state)
{
    (void)state;
    static const char *const misses[] = {
        "", "null", "[]", "hello", "{}",
        "{\"v\":1}",
        "{\"v\":99,\"said\":\"a\",\"model\":\"m\",\"facts\":[]}",
        "{\"said\":\"a\",\"model\":\"m\",\"facts\":[]}",
        "{\"v\":1,\"model\":\"m\",\"facts\":[]}",
        "{\"v\":1,\"said\":1,\"model\":\"m\",\"facts\":[]}",
        "{\"v\":1,\"said\":\"a\",\"facts\":[]}",
        "{\"v\":1,\"said\":\"a\",\"model\":\"m\"}",
        "{\"v\":1,\"said\":\"a\",\"model\":\"m\",\"facts\":[{\"kind\":4,\"id\":\"x\"}]}",
        "{\"v\":1,\"said\":\"a\",\"model\":\"m\",\"facts\":[{\"kind\":0}]}",
        "{\"v\":1,\"topic\":0,\"said\":\"a\",\"model\":\"m\",\"facts\":[]}",
        "{\"v\":1,\"topic\":99,\"partition\":0,\"offset\":0,\"said\":\"a\",\"model\":\"m\","
        "\"facts\":[]}",
        "{\"v\":1,\"topic\":0,\"partition\":0,\"offset\":-1,\"said\":\"a\",\"model\":\"m\","
        "\"facts\":[]}",
    };
    struct arena arena;
    struct memo memo = { .offset = 77 };
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < countof(misses); i++) {
        if (memo_decode(&arena, str_from(misses[i]), &memo)) {
            fail_msg("a hit: %s", misses[i]);
        }
        assert_int_equal(memo.offset, 77);
    }
    assert_true(memo_decode(&arena, STR("{\"v\":1,\"said\":\"a\",\"model\":\"m\",\"facts\":[]}"),
                            &memo));
    arena_fini(&arena);
}

static void a_memo_that_was_cut_off_anywhere_is_a_miss(void **state)
{
    (void)state;
    struct arena arena;
    struct memo memo;
    arena_init(&arena, ARENA_BYTES);
    struct str bytes = encoded(&arena, &whole);
    for (size_t len = 0; len < bytes.len; len++) {
        assert_false(memo_decode(&arena, str_slice(bytes, 0, len), &memo));
    }
    arena_fini(&arena);
}

static enum err try_encode(void *owner)
{
    (void)owner;
    struct arena arena;
    struct str bytes = { "untouched", 9 };
    arena_init(&arena, ARENA_BYTES);
    enum err err = memo_encode(&arena, STORED_OLDEST, &whole, &bytes);
    if (err != OK) {
        assert_text(bytes, "untouched");
    }
    arena_fini(&arena);
    return err;
}

static enum err try_decode(void *owner)
{
    struct arena arena;
    struct memo memo = { .offset = 77 };
    arena_init(&arena, ARENA_BYTES);
    bool is_hit = memo_decode(&arena, *(struct str *)owner, &memo);
    assert_int_equal(memo.offset, is_hit ? whole.offset : 77);
    arena_fini(&arena);
    return is_hit ? OK : ERR_NOMEM;
}

static void without_memory_nothing_is_written_and_nothing_found(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    struct str bytes = encoded(&arena, &whole);
    assert_true(starve(try_encode, NULL) >= 1);
    assert_true(starve(try_decode, &bytes) >= 2);
    arena_fini(&arena);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_was_said_comes_back),
        cmocka_unit_test(what_is_read_without_a_tree_is_what_the_tree_says),
        cmocka_unit_test(a_memo_belongs_to_one_record_only),
        cmocka_unit_test(a_cache_entry_is_of_no_record),
        cmocka_unit_test(an_event_settled_without_words_is_remembered_too),
        cmocka_unit_test(what_is_foreign_damaged_or_newer_is_a_miss),
        cmocka_unit_test(a_memo_that_was_cut_off_anywhere_is_a_miss),
        cmocka_unit_test(without_memory_nothing_is_written_and_nothing_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
