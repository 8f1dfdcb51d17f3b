/* command_evaluate_verdict_test.c - what is right, needless and wrong. */
#include "tests/unit/leaf.h"
#include "worker/command/evaluate_verdict.h"

static const struct str wanted[] = { { "DHL", 3 }, { "UPS", 3 } };
static const struct case_texts must = { wanted, countof(wanted) };
static const struct str banned[] = { { "49.90", 5 } };
static const struct str reasons[] = { { "no_facts", 8 } };

static struct expectation expectation_of(enum case_action action)
{
    return (struct expectation){
        .language = STR("en"),
        .intent = STR("order_status"),
        .action = action,
        .reasons = { reasons, 1 },
        .must = &must,
        .must_count = 1,
        .must_not = { banned, 1 },
    };
}

static struct told answer_of(const char *text)
{
    return (struct told){ .kind = OUTCOME_ANSWER,
                          .text = str_from(text),
                          .language = STR("en"),
                          .intent = STR("order_status"),
                          .is_grounded = true };
}

static enum verdict_kind judged(enum case_action action, const struct told *told)
{
    struct expectation expect = expectation_of(action);
    return verdict_of(&expect, told).kind;
}

static void an_answer_with_one_of_the_facts_is_right_in_any_case_of_letters(void **state)
{
    (void)state;
    struct told told = answer_of("It is with ups.");
    assert_int_equal(judged(CASE_ANSWER, &told), VERDICT_ANSWERED);
    assert_int_equal(judged(CASE_ANY, &told), VERDICT_ANSWERED);
    assert_int_equal(judged(CASE_HANDOFF, &told), VERDICT_WRONG);
}

static void an_answer_without_the_fact_or_with_a_banned_one_is_wrong(void **state)
{
    (void)state;
    struct told without = answer_of("It is on its way.");
    struct told banned_one = answer_of("With DHL, for 49.90 EUR.");
    assert_int_equal(judged(CASE_ANSWER, &without), VERDICT_WRONG);
    assert_int_equal(judged(CASE_ANSWER, &banned_one), VERDICT_WRONG);
}

static void an_answer_that_is_not_grounded_or_of_another_language_is_wrong(void **state)
{
    (void)state;
    struct told told = answer_of("It is with DHL.");
    told.is_grounded = false;
    assert_int_equal(judged(CASE_ANSWER, &told), VERDICT_WRONG);
    told.is_grounded = true;
    told.language = STR("zh");
    assert_int_equal(judged(CASE_ANSWER, &told), VERDICT_WRONG);
}

static void a_hand_off_is_right_only_for_a_reason_that_is_expected(void **state)
{
    (void)state;
    struct told told = { .kind = OUTCOME_HANDOFF,
                         .language = STR("en"),
                         .reason = STR("no_facts") };
    assert_int_equal(judged(CASE_HANDOFF, &told), VERDICT_HANDED_OFF);
    assert_int_equal(judged(CASE_ANSWER, &told), VERDICT_NEEDLESS);
    told.reason = STR("angry");
    assert_int_equal(judged(CASE_ANY, &told), VERDICT_NEEDLESS);
}

static void a_fact_is_found_wherever_it_stands_in_a_long_answer(void **state)
{
    (void)state;
    char text[8000];
    for (size_t at = 0; at + 5 < sizeof(text); at += 97) {
        memset(text, 'a', sizeof(text));
        memcpy(text + at, " DHL ", 5);
        text[sizeof(text) - 1] = '\0';
        struct told told = answer_of(text);
        assert_int_equal(judged(CASE_ANSWER, &told), VERDICT_ANSWERED);
    }
}

static void no_outcome_is_wrong_unless_it_is_expected(void **state)
{
    (void)state;
    struct expectation expect = { .action = CASE_NOTHING };
    struct told told = { .kind = OUTCOME_NOTHING, .language = STR("en") };
    assert_int_equal(verdict_of(&expect, &told).kind, VERDICT_ANSWERED);
    assert_int_equal(judged(CASE_ANY, &told), VERDICT_WRONG);
}

static void a_tally_counts_grounded_answers_among_answers_alone(void **state)
{
    (void)state;
    struct tally tally = { 0 };
    struct expectation expect = expectation_of(CASE_ANSWER);
    struct told good = answer_of("With DHL.");
    struct told person = { .kind = OUTCOME_HANDOFF, .language = STR("en") };
    struct verdict verdict = verdict_of(&expect, &good);
    tally_add(&tally, &verdict, good.kind);
    verdict = verdict_of(&expect, &person);
    tally_add(&tally, &verdict, person.kind);
    assert_int_equal(tally.cases, 2);
    assert_int_equal(tally.answers, 1);
    assert_int_equal(tally.grounded, 1);
    assert_int_equal(tally.intents, 1);
    assert_int_equal(tally.actions, 1);
    assert_int_equal(tally.kinds[VERDICT_NEEDLESS], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_with_one_of_the_facts_is_right_in_any_case_of_letters),
        cmocka_unit_test(an_answer_without_the_fact_or_with_a_banned_one_is_wrong),
        cmocka_unit_test(an_answer_that_is_not_grounded_or_of_another_language_is_wrong),
        cmocka_unit_test(a_hand_off_is_right_only_for_a_reason_that_is_expected),
        cmocka_unit_test(a_fact_is_found_wherever_it_stands_in_a_long_answer),
        cmocka_unit_test(no_outcome_is_wrong_unless_it_is_expected),
        cmocka_unit_test(a_tally_counts_grounded_answers_among_answers_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
