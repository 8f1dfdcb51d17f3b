/* screen_fit_test.c - when a value of a reply is the one that a fact states. */
#include "tests/unit/screening.h"
#include "worker/answer/screen_fit.h"

#define TODAY 20420 /* 2025-11-28 */

static const struct screen_value three_days_at_most = {
    .kind = SCREEN_PERIOD, .bound = SCREEN_TO
};

static struct screen_value value_in(const char *text)
{
    static struct screen_sentence sentence;
    struct screen_value values[SCREEN_VALUES_MAX];
    size_t count = 0;
    memset(&sentence, 0, sizeof(sentence));
    plain_of(str_from(text), &sentence.plain);
    assert_true(screen_read(&sentence, TODAY, values, &count));
    assert_int_equal(count, 1);
    return values[0];
}

/* What `said` says is what `fact` says; words before and behind it. */
static bool fits(const char *said, const char *before, const char *behind, const char *fact)
{
    const struct screen_value one = value_in(said);
    const struct screen_value other = value_in(fact);
    const struct screen_said is = { .value = &one, .before = str_from(before),
                                    .behind = str_from(behind) };
    return screen_fits(&is, TODAY, &other);
}

static void kind_amount_and_unit_must_be_the_facts(void **state)
{
    (void)state;
    assert_true(fits("39.90 eur", "", "", "39.9 eur"));
    assert_false(fits("39.90 eur", "", "", "39.9 usd"));
    assert_false(fits("3 kg", "", "", "3 days"));
    assert_true(fits("1200 g", "", "", "1.2 kg"));
    assert_false(fits("1201 g", "", "", "1.2 kg"));
    assert_true(fits("9:30", "", "", "9:30"));
}

static void a_price_may_stand_without_its_currency_but_not_the_other_way(void **state)
{
    (void)state;
    assert_true(fits("39.90", "", "", "39.9 eur"));
    assert_false(fits("39.90 eur", "", "", "39.9"));
}

static void one_end_of_a_range_must_be_called_that_end(void **state)
{
    (void)state;
    struct screen_value said = value_in("3 days");
    struct screen_value fact = value_in("3 days");
    struct screen_said is = { .value = &said, .before = STR("at least") };
    fact.bound = SCREEN_FROM;
    assert_true(screen_fits(&is, TODAY, &fact));
    fact.bound = SCREEN_TO;
    assert_false(screen_fits(&is, TODAY, &fact));
    is.before = STR("at most");
    assert_true(screen_fits(&is, TODAY, &fact));
    fact.bound = SCREEN_FROM;
    assert_false(screen_fits(&is, TODAY, &fact));
    said.bound = SCREEN_TO;
    assert_false(screen_fits(&is, TODAY, &fact));
}

static void days_ahead_are_the_day_that_it_is_then(void **state)
{
    (void)state;
    assert_true(fits("3 days", "in", "", "2025-12-01"));
    assert_true(fits("3 days", "", "from now", "2025-12-01"));
    assert_false(fits("4 days", "in", "", "2025-12-01"));
    assert_false(fits("3 days", "", "ago", "2025-12-01"));
}

static void of_a_dated_order_the_days_are_counted_to_that_date(void **state)
{
    (void)state;
    struct screen_value said = value_in("3 days");
    struct screen_said is = { .value = &said, .before = STR("in"), .is_order_dated = true,
                              .topics = TOPIC_BIT(ARRIVE) };
    struct screen_value fact = three_days_at_most;
    fact.unit = said.unit;
    fact.amount = said.amount;
    assert_false(screen_fits(&is, TODAY, &fact));
    is.is_order_dated = false;
    assert_true(screen_fits(&is, TODAY, &fact));
    is.is_order_dated = true;
    is.topics = TOPIC_BIT(RETURN);
    assert_true(screen_fits(&is, TODAY, &fact));
}

static void words_and_identifiers_are_no_values(void **state)
{
    (void)state;
    const enum screen_kind kinds[] = { SCREEN_TEXT, SCREEN_IDENTIFIER };
    for (size_t i = 0; i < countof(kinds); i++) {
        const struct screen_value value = { .kind = kinds[i] };
        const struct screen_said is = { .value = &value };
        assert_false(screen_fits(&is, TODAY, &value));
    }
}

static void an_attributes_number_is_not_taken_for_another_of_the_same_digits(void **state)
{
    (void)state;
    static const struct attribute attributes[] = {
        { { "gears", 5 }, { "12", 2 } },
        { { "runtime in minutes", 18 }, { "45", 2 } },
    };
    const struct product racer = { .sku = STR("R-1"), .name = STR("Racer"), .ship_min_days = 7,
                                   .ship_max_days = 12, .attributes = attributes,
                                   .attributes_count = countof(attributes) };
    static const char *const right[] = {
        "Shipping for Racer (R-1) takes 7 to 12 days.",
        "Shipping takes at most 12 days.",
        "Racer (R-1) has 12 gears.",
        "The runtime is 45 minutes.",
    };
    static const char *const wrong[] = {
        "Shipping for Racer (R-1) takes 8 to 12 days.", "Shipping takes at most 45 days.",
        "Racer (R-1) has 45 gears.",                    "Racer (R-1) has 11 gears.",
        "The runtime is 12 minutes.",
    };
    for (size_t i = 0; i < countof(right); i++) {
        assert_string_equal(screening_entry(&racer, "en", right[i]), "none");
    }
    for (size_t i = 0; i < countof(wrong); i++) {
        assert_string_not_equal(screening_entry(&racer, "en", wrong[i]), "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_amount_and_unit_must_be_the_facts),
        cmocka_unit_test(a_price_may_stand_without_its_currency_but_not_the_other_way),
        cmocka_unit_test(one_end_of_a_range_must_be_called_that_end),
        cmocka_unit_test(days_ahead_are_the_day_that_it_is_then),
        cmocka_unit_test(of_a_dated_order_the_days_are_counted_to_that_date),
        cmocka_unit_test(words_and_identifiers_are_no_values),
        cmocka_unit_test(an_attributes_number_is_not_taken_for_another_of_the_same_digits),
    };
    return cmocka_run_group_tests_name("screen_fit", tests, NULL, NULL);
}
