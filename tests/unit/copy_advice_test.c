/* copy_advice_test.c - a request that gets no copy is told what to change, and where. */
#include "worker/answer/copy_advice.h"

#include "tests/unit/cm.h"

static void assert_advises(const struct product *product, int64_t max_chars, const char *field,
                           const char *words)
{
    struct note note = { .text = "" };
    const struct event event = { .kind = EVENT_COPY_REQUEST,
                                 .copy_request = { .max_chars = max_chars } };
    const struct brief brief = { .event = &event, .product = product };
    copy_advise(&brief, &note);
    assert_true(str_starts(str_from(note.text), str_from(field)));
    assert_non_null(strstr(note.text, words));
}

static void the_advice_names_the_field_and_what_to_do(void **state)
{
    (void)state;
    const struct product kettle = { .sku = STR("K-1"), .name = STR("Kettle") };
    assert_advises(NULL, 0, "sku: ", "add it there, or send the entry as product");
    assert_advises(NULL, 10, "sku: ", "the catalogue does not have this sku");
    assert_advises(&kettle, 10, "max_chars: ", "10 characters hold nothing true");
    assert_advises(&kettle, 10, "max_chars: ", "at least 27, in Chinese 10");
    assert_advises(&kettle, 0, "product: ", "give it a description");
}

static void an_offer_that_cannot_be_told_is_named(void **state)
{
    (void)state;
    const struct product kettle = { .sku = STR("K-1"), .name = STR("Kettle") };
    struct note note = { .text = "" };
    const struct event event = { .kind = EVENT_COPY_REQUEST,
                                 .copy_request = { .offer = STR("Half price"), .max_chars = 9 } };
    const struct brief brief = { .event = &event, .product = &kettle };
    copy_advise(&brief, &note);
    assert_true(str_starts(str_from(note.text), STR("offer: ")));
    assert_non_null(strstr(note.text, "max_chars"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_advice_names_the_field_and_what_to_do),
        cmocka_unit_test(an_offer_that_cannot_be_told_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
