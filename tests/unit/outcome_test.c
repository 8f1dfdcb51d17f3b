/* Outcomes: names and sizes. */
#include "tests/unit/cm.h"

#include "common/outcome.h"

static void each_kind_has_the_name_that_the_audit_schema_has(void **state)
{
    (void)state;
    const char *const names[] = { "answer",      "recommendation", "copy",   "handoff",
                                  "dead-letter", "duplicate",      "nothing" };
    assert_int_equal(countof(names), OUTCOME_KIND_COUNT);
    for (size_t i = 0; i < countof(names); i++) {
        assert_string_equal(outcome_kind_name((enum outcome_kind)i), names[i]);
    }
}

static void the_size_counts_keys_values_and_headers_of_all_outputs(void **state)
{
    (void)state;
    const struct header headers[] = { { STR("ab"), STR("cde") }, { STR("f"), STR_NONE } };
    const struct outcome outcome = {
        .outputs = { { .key = STR("k1"), .value = STR("0123456789"), .headers = headers,
                       .headers_count = 2 },
                     { .key = STR("k"), .value = STR("0123") } },
        .outputs_count = 2,
    };
    assert_int_equal(outcome_bytes(&outcome), 2 + 10 + 5 + 1 + 1 + 4);
}

static void an_outcome_without_outputs_has_no_size(void **state)
{
    (void)state;
    const struct outcome outcome = { .kind = OUTCOME_NOTHING,
                                     .outputs = { { .value = STR("not counted") } } };
    assert_int_equal(outcome_bytes(&outcome), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_the_name_that_the_audit_schema_has),
        cmocka_unit_test(the_size_counts_keys_values_and_headers_of_all_outputs),
        cmocka_unit_test(an_outcome_without_outputs_has_no_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
