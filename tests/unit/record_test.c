/* Records: finding a header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_found_by_its_exact_name),
        cmocka_unit_test(of_headers_with_one_name_the_last_counts),
        cmocka_unit_test(a_record_without_headers_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
