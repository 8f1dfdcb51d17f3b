/* command_evaluate_cases_test.c - cases from JSON lines, and what is no case. */
#include "common/json.h"
#include "tests/unit/leaf.h"
#include "worker/command/evaluate_cases.h"

static const char whole[] =
    "\n{\"case\":\"late\",\"customer_id\":\"ann\",\"tenant\":\"lin\","
    "\"facts\":{\"products\":[{\"sku\":\"K1\"}],"
    "\"orders\":[{\"id\":\"o1\"},{\"id\":\"o2\"}]},"
    "\"history\":[\"Hello\",{\"author\":\"agent\",\"text\":\"Hi\"}],"
    "\"message\":\"Where is it?\",\"context\":{\"order_id\":\"7\"},"
    "\"expect\":{\"group\":\"g\",\"language\":\"en\",\"intent\":\"order_status\","
    "\"action\":\"answer\",\"reasons\":[\"no_facts\"],\"must\":[\"7\",[\"DHL\",\"UPS\"]],"
    "\"must_not\":[\"8\"]}}\n";

static void a_case_is_played_facts_first_and_the_question_last(void **state)
{
    (void)state;
    struct cases cases;
    struct note note = { 0 };
    json_setup(0);
    assert_int_equal(cases_read(&cases, str_from(whole), &note), OK);
    assert_int_equal(cases.count, 1);
    const struct reply_case *item = &cases.all[0];
    assert_text(item->name, "late");
    assert_int_equal(item->line, 2);
    assert_int_equal(item->records_count, 6);
    assert_int_equal(item->records[0].topic, TOPIC_CATALOG);
    assert_text(item->records[2].value, "{\"id\":\"o2\"}");
    assert_int_equal(item->records[3].topic, TOPIC_MESSAGES);
    assert_text(item->records[4].value,
                "{\"id\":\"case-2-4\",\"conversation_id\":\"case-2\",\"customer_id\":\"ann\","
                "\"tenant\":\"lin\",\"author\":\"agent\",\"text\":\"Hi\"}");
    assert_text(item->records[5].value,
                "{\"id\":\"case-2-5\",\"conversation_id\":\"case-2\",\"customer_id\":\"ann\","
                "\"tenant\":\"lin\",\"text\":\"Where is it?\",\"context\":{\"order_id\":\"7\"}}");
    cases_fini(&cases);
}

static void a_byte_order_mark_is_no_part_of_a_case(void **state)
{
    (void)state;
    struct cases cases;
    struct note note = { 0 };
    const char *text = "\xef\xbb\xbf{\"case\":\"a\",\"message\":\"Hi\"}\n";
    assert_int_equal(cases_read(&cases, str_from(text), &note), OK);
    assert_int_equal(cases.count, 1);
    cases_fini(&cases);
}

static void what_is_expected_is_read(void **state)
{
    (void)state;
    struct cases cases;
    struct note note = { 0 };
    json_setup(0);
    assert_int_equal(cases_read(&cases, str_from(whole), &note), OK);
    const struct expectation *expect = &cases.all[0].expect;
    assert_text(expect->group, "g");
    assert_int_equal(expect->action, CASE_ANSWER);
    assert_int_equal(expect->must_count, 2);
    assert_text(expect->must[0].texts[0], "7");
    assert_int_equal(expect->must[1].count, 2);
    assert_text(expect->must[1].texts[1], "UPS");
    assert_text(expect->must_not.texts[0], "8");
    assert_text(expect->reasons.texts[0], "no_facts");
    cases_fini(&cases);
}

static void without_a_customer_each_case_has_one_of_its_own(void **state)
{
    (void)state;
    struct cases cases;
    struct note note = { 0 };
    json_setup(0);
    assert_int_equal(cases_read(&cases, STR("{\"message\":\"a\"}\n{\"message\":\"b\"}"), &note),
                     OK);
    assert_int_equal(cases.count, 2);
    assert_text(cases.all[1].records[0].value,
                "{\"id\":\"case-2-0\",\"conversation_id\":\"case-2\",\"customer_id\":\"case-2\","
                "\"text\":\"b\"}");
    assert_int_equal(cases.all[1].expect.action, CASE_ANY);
    cases_fini(&cases);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *note;
    } rows[] = {
        { "{\"message\":\"a\"}\n{\"case\":\"b\"}", "line 2: is missing at /message" },
        { "{\"message\":\"a\",\"expct\":{}}", "line 1: is not a field of a case at /expct" },
        { "{\"message\":\"a\",\"expect\":{\"acton\":\"answer\"}}",
          "line 1: is not a field of a case at /expect/acton" },
    };
    json_setup(0);
    for (size_t i = 0; i < countof(rows); i++) {
        struct cases cases;
        struct note note = { 0 };
        assert_int_not_equal(cases_read(&cases, str_from(rows[i].text), &note), OK);
        assert_string_equal(note.text, rows[i].note);
        cases_fini(&cases);
    }
}

static void a_case_that_is_too_large_is_refused(void **state)
{
    (void)state;
    CLEANUP(buf_fini) struct buf text;
    struct cases cases;
    struct note note = { 0 };
    json_setup(0);
    buf_init(&text, 1 << 20);
    assert_int_equal(buf_add(&text, STR("{\"message\":\"a\",\"history\":[\"x\"")), OK);
    for (int i = 1; i < CASE_RECORDS_MAX; i++) {
        assert_int_equal(buf_add(&text, STR(",\"x\"")), OK);
    }
    assert_int_equal(buf_add(&text, STR("]}")), OK);
    assert_int_not_equal(cases_read(&cases, buf_str(&text), &note), OK);
    assert_string_equal(note.text, "line 1: has more than 1024 records");
    cases_fini(&cases);
}

static void a_name_that_no_reply_has_is_refused_with_those_there_are(void **state)
{
    (void)state;
    static const struct {
        const char *expect;
        const char *note;
        const char *allowed;
    } faults[] = {
        { "\"intent\":\"shiping\"", "line 2: is no intent at /expect/intent",
          "other, shipping_time, order_status" },
        { "\"language\":\"xx\"", "line 2: is no language that is told apart at /expect/language",
          "zh, en, ja" },
        { "\"reasons\":[\"angry\",\"cross\"]",
          "line 2: has what is no reason of a hand-off at /expect/reasons", "no_facts" },
        { "\"action\":\"answr\"", "/expect/action", NULL },
    };
    json_setup(0);
    for (size_t i = 0; i < countof(faults); i++) {
        struct cases cases;
        struct note note = { 0 };
        char text[200];
        snprintf(text, sizeof(text),
                 "{\"message\":\"a\"}\n{\"message\":\"b\",\"expect\":{%s}}\n",
                 faults[i].expect);
        assert_int_equal(cases_read(&cases, str_from(text), &note), ERR_SCHEMA);
        assert_non_null(strstr(note.text, faults[i].note));
        const char *allowed = faults[i].allowed;
        assert_true(allowed ? str_find(cases.allowed, str_from(allowed)) < cases.allowed.len
                            : cases.allowed.len == 0);
        cases_fini(&cases);
    }
}

static enum err read_whole(void *owner)
{
    struct cases cases;
    struct note note = { 0 };
    (void)owner;
    enum err err = cases_read(&cases, str_from(whole), &note);
    cases_fini(&cases);
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    json_setup(0);
    assert_true(starve(read_whole, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_played_facts_first_and_the_question_last),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_case),
        cmocka_unit_test(what_is_expected_is_read),
        cmocka_unit_test(without_a_customer_each_case_has_one_of_its_own),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(a_name_that_no_reply_has_is_refused_with_those_there_are),
        cmocka_unit_test(a_case_that_is_too_large_is_refused),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
