/* Facts: the names that schemas/ knows. */
#include "tests/unit/cm.h"

#include "common/fact.h"

static void each_kind_has_the_name_that_the_schema_has(void **state)
{
    (void)state;
    assert_string_equal(fact_kind_name(FACT_ORDER), "order");
    assert_string_equal(fact_kind_name(FACT_PRODUCT), "product");
    assert_string_equal(fact_kind_name(FACT_PASSAGE), "passage");
    assert_string_equal(fact_kind_name(FACT_HISTORY), "history");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_the_name_that_the_schema_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
