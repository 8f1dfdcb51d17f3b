/* screen_phone_test.c - which digits are a telephone number, and which are the same one. */
#include "worker/answer/screen_phone.h"

#include "tests/unit/screening.h"

static size_t phone_of(const char *text, struct screen_phone *ret_phone)
{
    struct plain plain;
    plain_of(str_from(text), &plain);
    return screen_phone_at(plain_str(&plain), 0, ret_phone);
}

static void a_number_is_read_however_it_is_grouped(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum screen_phone_form form;
        int64_t digits;
        size_t len; /* 0: all of it */
    } cases[] = {
        { "+49 30 901820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "+49 (0)30 901820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "+49 (30) 901 820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "+49-30-901820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "+49.30.901820, monday", SCREEN_PHONE_ABROAD, 4930901820, 13 },
        { "＋49 30 901820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "0049 30 901820", SCREEN_PHONE_ABROAD, 4930901820, 0 },
        { "030/901820", SCREEN_PHONE_NATIONAL, 30901820, 0 },
        { "(0113) 496-0000", SCREEN_PHONE_NATIONAL, 1134960000, 0 },
        { "0800 123 4567 9:00-17:00", SCREEN_PHONE_NATIONAL, 8001234567, 13 },
        { "0800 123 4567 24h", SCREEN_PHONE_NATIONAL, 8001234567, 13 },
        { "400-820-8820", SCREEN_PHONE_BARE, 4008208820, 0 },
        { "4008208820", SCREEN_PHONE_BARE, 4008208820, 0 },
        { "555 010 1234", SCREEN_PHONE_BARE, 5550101234, 0 },
        { "1-800-555-0199", SCREEN_PHONE_BARE, 18005550199, 0 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_phone phone = { .digits = 0 };
        struct plain plain;
        print_message("%s\n", cases[i].text);
        plain_of(str_from(cases[i].text), &plain);
        size_t len = cases[i].len ? cases[i].len : plain.len;
        assert_int_equal(phone_of(cases[i].text, &phone), len);
        assert_int_equal(phone.form, cases[i].form);
        assert_int_equal(phone.digits, cases[i].digits);
    }
}

static void other_digits_are_none(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "1 000 000", "200-1500 EUR", "01.12.2025", "03-12-2025", "0.00012345", "9:00-17:00", "+5",
        "100234", "00340434161094021501", "+1 2 3 4 5 6 7 8 9 10", "(3)", "3.5", "-", "+", "(",
        "12,345,678", "",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_phone phone;
        print_message("%s\n", cases[i]);
        assert_int_equal(phone_of(cases[i], &phone), 0);
    }
}

static bool fits(const char *said, const char *fact)
{
    struct screen_phone one;
    struct screen_phone other;
    assert_true(phone_of(said, &one) > 0);
    assert_true(phone_of(fact, &other) > 0);
    return screen_phone_fits(&one, &other);
}

static void a_number_is_the_facts_or_what_is_dialled_at_home(void **state)
{
    (void)state;
    assert_true(fits("0049 30 901820", "+49 30 901820"));
    assert_true(fits("030 901820", "+49 30 901820"));
    assert_true(fits("(800) 555-0199", "+1 800 555 0199"));
    assert_true(fits("1-800-555-0199", "+1 800 555 0199"));
    assert_true(fits("400 820 8820", "4008208820"));
    assert_false(fits("+49 30 901820", "030 901820")); /* nobody told the country */
    assert_false(fits("+48 30 901820", "+49 30 901820"));
    assert_false(fits("030 901821", "+49 30 901820"));
    assert_false(fits("0901820", "+49 30 901820"));
    assert_false(fits("800 555 0199", "0800 555 0199"));
    assert_false(fits("+49 30 901820", "+49 30 9018200"));
}

static enum flaw flaw_of_reply(const char *page, const char *reply)
{
    struct arena arena;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct passage passage = { STR("contact.md#1"), STR("Contact"), str_from(page) };
    const struct brief brief = { .event = &event, .language = STR("en"), .passages = &passage,
                                 .passages_count = 1 };
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(reply), SCREENING_NOW_MS, &flaw), OK);
    arena_fini(&arena);
    return flaw;
}

static void a_reply_may_group_a_pages_number_in_its_own_way(void **state)
{
    (void)state;
    static const char page[] = "Call us on +49 30 901820 or 0800 123 4567. Fax: (0113) 496-0000.";
    static const struct screening_case cases[] = {
        { "You can call us on +49 (0)30 901820.", FLAW_NONE },
        { "You can reach us at +49-30-901820.", FLAW_NONE },
        { "The number is 0800 1234567.", FLAW_NONE },
        { "About your delivery, call 0800-123-4567.", FLAW_NONE },
        { "Our fax is 0113 496 0000.", FLAW_NONE },
        { "You can call us on +49 30 901821.", FLAW_IDENTIFIER },
        { "You can call us on +48 30 901820.", FLAW_IDENTIFIER },
        { "You can call us on 0800 123 496.", FLAW_IDENTIFIER },
        { "Your tracking number is 0800 1234567.", FLAW_IDENTIFIER },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(flaw_of_reply(page, cases[i].text), cases[i].flaw);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_read_however_it_is_grouped),
        cmocka_unit_test(other_digits_are_none),
        cmocka_unit_test(a_number_is_the_facts_or_what_is_dialled_at_home),
        cmocka_unit_test(a_reply_may_group_a_pages_number_in_its_own_way),
    };
    return cmocka_run_group_tests_name("screen_phone", tests, NULL, NULL);
}
