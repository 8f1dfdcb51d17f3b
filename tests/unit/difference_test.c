/* Differences: what two outcomes of one event say, and where they do not say the same. */
#include "tests/unit/leaf.h"

#include "common/json.h"
#include "worker/answer/difference.h"

#define ARENA_BYTES ((size_t)1 << 20)

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    json_setup(7);
    arena_init(&arena, ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct statement answer(const char *value)
{
    const struct record record = { .value = str_from(value), .has_value = true };
    struct statement statement;
    assert_int_equal(statement_read(&arena, OUTCOME_ANSWER, &record, &statement), OK);
    return statement;
}

static struct statement letter(const char *reason, const char *first_at)
{
    const struct header headers[] = { { STR("x-dlq-reason"), str_from(reason) },
                                      { STR("x-dlq-class"), STR("reject") },
                                      { STR("x-dlq-first-at"), str_from(first_at) } };
    const struct record record = { .headers = headers, .headers_count = countof(headers) };
    struct statement statement;
    assert_int_equal(statement_read(&arena, OUTCOME_DEAD_LETTER, &record, &statement), OK);
    return statement;
}

static const struct statement unknown;

static enum verdict verdict_of(const struct statement *recorded, const struct statement *fresh)
{
    struct difference difference;
    difference_of(recorded, fresh, &difference);
    return difference.verdict;
}

static void ids_times_and_where_the_words_came_from_do_not_count(void **state)
{
    (void)state;
    const struct statement recorded = answer(
        "{\"id\":\"1\",\"text\":\"hi\",\"source\":\"model\",\"created_at\":\"x\"}");
    const struct statement fresh = answer(
        "{\"id\":\"2\",\"text\":\"hi\",\"source\":\"cache\",\"created_at\":\"y\"}");
    struct difference difference;
    difference_of(&recorded, &fresh, &difference);
    assert_int_equal(difference.verdict, VERDICT_SAME);
    assert_int_equal(difference.fields_count, 0);
    assert_int_equal(recorded.fields_count, 1);
}

static void each_field_that_differs_is_named_in_its_order(void **state)
{
    (void)state;
    const struct statement recorded = answer(
        "{\"text\":\"a\",\"model\":\"m\",\"facts\":[{\"id\":\"1\"}],\"seq\":3,\"old\":1}");
    const struct statement fresh = answer(
        "{\"facts\":[{\"id\":\"2\"}],\"seq\":3,\"model\":\"m\",\"text\":\"b\",\"new\":2}");
    struct difference difference;
    difference_of(&recorded, &fresh, &difference);
    assert_int_equal(difference.verdict, VERDICT_CHANGED);
    assert_int_equal(difference.fields_count, 4);
    assert_text(difference.fields[0].name, "text");
    assert_text(difference.fields[0].recorded->value, "a");
    assert_text(difference.fields[0].fresh->value, "b");
    assert_text(difference.fields[1].name, "facts");
    assert_text(difference.fields[1].recorded->value, "[{\"id\":\"1\"}]");
    assert_text(difference.fields[2].name, "old");
    assert_null(difference.fields[2].fresh);
    assert_text(difference.fields[3].name, "new");
    assert_null(difference.fields[3].recorded);
}

static void a_text_is_not_the_json_that_looks_like_it(void **state)
{
    (void)state;
    const struct statement recorded = answer("{\"seq\":\"3\"}");
    const struct statement fresh = answer("{\"seq\":3}");
    assert_int_equal(verdict_of(&recorded, &fresh), VERDICT_CHANGED);
}

static void another_kind_of_outcome_is_a_change_even_with_equal_fields(void **state)
{
    (void)state;
    const struct statement recorded = answer("{\"text\":\"a\"}");
    struct statement fresh = answer("{\"text\":\"a\"}");
    fresh.kind = OUTCOME_HANDOFF;
    assert_int_equal(verdict_of(&recorded, &fresh), VERDICT_CHANGED);
}

static void who_speaks_alone_decides_the_verdict(void **state)
{
    (void)state;
    const struct statement speaks = answer("{\"text\":\"a\"}");
    const struct statement nothing = statement_of_kind(OUTCOME_NOTHING);
    const struct statement duplicate = statement_of_kind(OUTCOME_DUPLICATE);
    assert_int_equal(verdict_of(&speaks, &nothing), VERDICT_ONLY_RECORDED);
    assert_int_equal(verdict_of(&nothing, &speaks), VERDICT_ONLY_NEW);
    assert_int_equal(verdict_of(&unknown, &speaks), VERDICT_ONLY_NEW);
    assert_int_equal(verdict_of(&unknown, &nothing), VERDICT_SAME);
    assert_int_equal(verdict_of(&duplicate, &duplicate), VERDICT_SAME);
    assert_int_equal(verdict_of(&duplicate, &nothing), VERDICT_CHANGED);
}

static void dead_letters_are_compared_by_their_reason_not_their_times(void **state)
{
    (void)state;
    const struct statement recorded = letter("json", "2025-01-01T00:00:00.000Z");
    const struct statement later = letter("json", "2025-06-01T00:00:00.000Z");
    const struct statement other = letter("schema", "2025-01-01T00:00:00.000Z");
    assert_int_equal(verdict_of(&recorded, &later), VERDICT_SAME);
    assert_int_equal(verdict_of(&recorded, &other), VERDICT_CHANGED);
}

static void a_payload_that_is_none_is_refused(void **state)
{
    (void)state;
    const struct record broken = { .value = STR("{\"text\":"), .has_value = true };
    struct statement statement = { .fields_count = 77 };
    assert_int_equal(statement_read(&arena, OUTCOME_ANSWER, &broken, &statement), ERR_JSON);
    assert_int_equal(statement.fields_count, 77);
}

static void more_fields_than_ours_have_are_refused(void **state)
{
    (void)state;
    char value[1024] = "{";
    for (int i = 0; i <= STATEMENT_FIELDS_MAX; i++) {
        size_t len = strlen(value);
        snprintf(value + len, sizeof(value) - len, "%s\"f%d\":%d", i ? "," : "", i, i);
    }
    size_t len = strlen(value);
    snprintf(value + len, sizeof(value) - len, "}");
    const struct record record = { .value = str_from(value), .has_value = true };
    struct statement statement;
    assert_int_equal(statement_read(&arena, OUTCOME_ANSWER, &record, &statement), ERR_FULL);
}

static enum err starved(void *owner)
{
    const struct record *record = owner;
    struct arena space;
    struct statement statement = { .fields_count = 77 };
    arena_init(&space, ARENA_BYTES);
    enum err err = statement_read(&space, OUTCOME_ANSWER, record, &statement);
    assert_true(err == OK || statement.fields_count == 77);
    arena_fini(&space);
    return err;
}

static void without_memory_nothing_is_touched(void **state)
{
    (void)state;
    struct record record = { .value = STR("{\"text\":\"a\",\"facts\":[1,{\"b\":2}]}"),
                             .has_value = true };
    assert_true(starve(starved, &record) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_times_and_where_the_words_came_from_do_not_count),
        cmocka_unit_test(each_field_that_differs_is_named_in_its_order),
        cmocka_unit_test(a_text_is_not_the_json_that_looks_like_it),
        cmocka_unit_test(another_kind_of_outcome_is_a_change_even_with_equal_fields),
        cmocka_unit_test(who_speaks_alone_decides_the_verdict),
        cmocka_unit_test(dead_letters_are_compared_by_their_reason_not_their_times),
        cmocka_unit_test(a_payload_that_is_none_is_refused),
        cmocka_unit_test(more_fields_than_ours_have_are_refused),
        cmocka_unit_test(without_memory_nothing_is_touched),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
