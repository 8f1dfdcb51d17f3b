/* page_test.c - a page of the shop: read field by field, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/page.h"

static void a_full_page_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct page page;
    payload_init(&payload, "{\"name\":\"returns.md\",\"text\":\"# Returns\\n30 days.\","
                           "\"tenant\":\"lin\",\"author\":7}");
    assert_int_equal(page_decode(&payload.at, &page), OK);
    assert_str(page.name, "returns.md");
    assert_str(page.text, "# Returns\n30 days.");
    assert_str(page.tenant, "lin");
    assert_false(page.is_removed);
    payload_fini(&payload);
}

static void a_page_may_have_no_tenant(void **state)
{
    (void)state;
    struct payload payload;
    struct page page;
    payload_init(&payload, "{\"name\":\"a\",\"text\":\"b\",\"tenant\":null}");
    assert_int_equal(page_decode(&payload.at, &page), OK);
    assert_int_equal(page.tenant.len, 0);
    payload_fini(&payload);
}

static void a_page_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *pointer;
    } cases[] = {
        { "{}", "/name" },
        { "{\"name\":\"\",\"text\":\"b\"}", "/name" },
        { "{\"name\":\"a\"}", "/text" },
        { "{\"name\":\"a\",\"text\":\"\"}", "/text" },
        { "{\"name\":\"a\",\"text\":\"b\",\"tenant\":1}", "/tenant" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct payload payload;
        struct page page;
        payload_init(&payload, cases[i].json);
        assert_int_equal(page_decode(&payload.at, &page), ERR_SCHEMA);
        assert_string_equal(payload.note.pointer, cases[i].pointer);
        payload_fini(&payload);
    }
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_page_is_read_field_by_field),
        cmocka_unit_test(a_page_may_have_no_tenant),
        cmocka_unit_test(a_page_is_refused_at_its_first_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
