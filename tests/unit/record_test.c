/* Records: finding a header, and copies that outlive what they were made from. */
#include "tests/unit/leaf.h"

#include "common/record.h"

static void a_header_is_found_by_its_exact_name(void **state)
{
    (void)state;
    const struct header headers[] = { { STR("ce_id"), STR("7") }, { STR("ce_idx"), STR("8") } };
    const struct record record = { .headers = headers, .headers_count = countof(headers) };
    struct str value = STR("untouched");
    assert_true(record_header(&record, "ce_id", &value));
    assert_true(str_is(value, "7"));
    assert_false(record_header(&record, "CE_ID", &value));
    assert_false(record_header(&record, "ce_i", &value));
    assert_true(str_is(value, "7"));
}

static void of_headers_with_one_name_the_last_counts(void **state)
{
    (void)state;
    const struct header headers[] = {
        { STR("ce_id"), STR("first") },
        { STR("ce_id"), STR("last") },
        { STR("other"), STR("x") },
    };
    const struct record record = { .headers = headers, .headers_count = countof(headers) };
    struct str value;
    assert_true(record_header(&record, "ce_id", &value));
    assert_true(str_is(value, "last"));
}

static void a_record_without_headers_has_none(void **state)
{
    (void)state;
    const struct record record = { .headers = NULL };
    struct str value;
    assert_false(record_header(&record, "ce_id", &value));
}

static void a_copy_outlives_the_record(void **state)
{
    (void)state;
    char bytes[] = "key value name 7";
    const struct header headers[] = { { { bytes + 10, 4 }, { bytes + 15, 1 } } };
    const struct record record = { .offset = 5,
                                   .key = { bytes, 3 },
                                   .has_key = true,
                                   .value = { bytes + 4, 5 },
                                   .has_value = true,
                                   .headers = headers,
                                   .headers_count = countof(headers) };
    struct arena arena;
    struct record copy;
    arena_init(&arena, 4096);
    assert_int_equal(record_copy(&arena, &record, &copy), OK);
    memset(bytes, 'x', sizeof(bytes));
    assert_int_equal(copy.offset, 5);
    assert_text(copy.key, "key");
    assert_text(copy.value, "value");
    assert_int_equal(copy.headers_count, 1);
    assert_text(copy.headers[0].name, "name");
    assert_text(copy.headers[0].value, "7");
    arena_fini(&arena);
}

static void a_copy_of_a_tombstone_is_one(void **state)
{
    (void)state;
    const struct record record = { .key = STR("k"), .has_key = true };
    struct arena arena;
    struct record copy;
    arena_init(&arena, 4096);
    assert_int_equal(record_copy(&arena, &record, &copy), OK);
    assert_false(copy.has_value);
    assert_int_equal(copy.value.len, 0);
    assert_int_equal(copy.headers_count, 0);
    arena_fini(&arena);
}

static enum err copy_once(void *owner)
{
    struct arena arena;
    struct record copy = { .offset = 77 };
    arena_init(&arena, 1 << 20);
    enum err err = record_copy(&arena, owner, &copy);
    assert_true(err == OK || copy.offset == 77);
    arena_fini(&arena);
    return err;
}

static void a_copy_that_fails_touches_nothing(void **state)
{
    (void)state;
    static char large[200000];
    const struct header headers[] = { { STR("name"), { large, sizeof(large) } } };
    struct record record = { .value = { large, sizeof(large) },
                             .headers = headers,
                             .headers_count = countof(headers) };
    assert_true(starve(copy_once, &record) > 1);
}

static void a_copy_tells_null_from_empty_and_counts_what_it_takes(void **state)
{
    (void)state;
    const struct header headers[] = { { STR("none"), STR_NONE }, { STR("empty"), STR("") } };
    const struct record record = { .key = STR("k"),
                                   .value = STR("abc"),
                                   .headers = headers,
                                   .headers_count = countof(headers) };
    struct arena arena;
    struct record copy;
    arena_init(&arena, 4096);
    assert_int_equal(record_copy(&arena, &record, &copy), OK);
    assert_null(copy.headers[0].value.ptr);
    assert_non_null(copy.headers[1].value.ptr);
    assert_int_equal(record_bytes(&record), 1 + 3 + 4 + 5);
    assert_int_equal(record_bytes(&copy), record_bytes(&record));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_found_by_its_exact_name),
        cmocka_unit_test(of_headers_with_one_name_the_last_counts),
        cmocka_unit_test(a_record_without_headers_has_none),
        cmocka_unit_test(a_copy_outlives_the_record),
        cmocka_unit_test(a_copy_tells_null_from_empty_and_counts_what_it_takes),
        cmocka_unit_test(a_copy_of_a_tombstone_is_one),
        cmocka_unit_test(a_copy_that_fails_touches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
