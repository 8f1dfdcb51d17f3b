/* Audit records: the payload field by field, for events and for records that did not decode. */
#include <limits.h>

#include "tests/unit/replying.h"

#include "common/audit.h"

#define CACHE_KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void an_audit_record_says_what_the_outcome_was_made_from(void **state)
{
    (void)state;
    struct replying replying;
    const struct fact facts[] = { { FACT_HISTORY, STR("3/41") } };
    const struct audit audit = {
        .outcome = OUTCOME_ANSWER, .has_source = true, .source = SOURCE_MODEL,
        .model = STR("tiny"), .prompt_version = STR("p-1"), .facts = facts, .facts_count = 1,
        .cache_key = STR(CACHE_KEY), .attempts = 2, .started_wall_ms = 1764324000000,
        .model_ms = 180, .calls = 2, .tokens_in = 412, .tokens_out = 38, .tokens_cached = 384,
        .cost_micros = 56,
    };
    char expected[1024];
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"m-1\",\"topic\":\"support.in\",\"partition\":3,"
             "\"offset\":42,\"outcome\":\"answer\",\"source\":\"model\",\"model\":\"tiny\","
             "\"prompt_version\":\"p-1\",\"facts\":[{\"kind\":\"history\",\"id\":\"3/41\"}],"
             "\"cache_key\":\"" CACHE_KEY "\",\"attempts\":2,"
             "\"started_at\":\"2025-11-28T10:00:00.000Z\",\"model_ms\":180,\"calls\":2,"
             "\"tokens_in\":412,\"tokens_out\":38,\"tokens_cached\":384,\"cost_micros\":56,"
             "\"worker_version\":\"0.1.0\",\"tenant\":\"acme\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_int_equal(replying.output.topic, TOPIC_AUDIT);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.audit.v1");
    replying_fini(&replying);
}

static void its_id_is_that_of_the_outcomes_own_record(void **state)
{
    (void)state;
    struct replying replying;
    const struct audit audit = { .outcome = OUTCOME_HANDOFF, .reason = STR("no_facts"),
                                 .model_ms = -1 };
    char id[CRYPTO_UUID_TEXT_BYTES];
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(event_outcome_id(STR("/shop"), STR("e-1"), "handoff", id), OK);
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    assert_string_equal(replying_header(&replying, "ce_id"), id);
    replying_fini(&replying);
}

static void a_record_that_did_not_decode_is_audited_by_its_position(void **state)
{
    (void)state;
    struct replying replying;
    const struct audit audit = { .outcome = OUTCOME_DEAD_LETTER, .reason = STR("json"),
                                 .model_ms = -1 };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    replying.to.event = NULL;
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    const char *text = payload_text(replying.output.value);
    assert_non_null(strstr(text, "\"in_reply_to\":\"support.in/3/42\""));
    assert_non_null(strstr(text, "\"outcome\":\"dead-letter\""));
    assert_non_null(strstr(text, "\"reason\":\"json\""));
    assert_null(strstr(text, "model_ms"));
    assert_null(strstr(text, "tenant"));
    assert_null(strstr(text, "\"source\""));
    replying_fini(&replying);
}

static void numbers_are_kept_within_what_the_schema_allows(void **state)
{
    (void)state;
    struct replying replying;
    const struct audit audit = { .outcome = OUTCOME_NOTHING, .attempts = INT_MAX,
                                 .model_ms = INT64_MAX, .calls = INT64_MAX,
                                 .tokens_in = INT64_MAX, .cost_micros = INT64_MAX };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    replying.record.offset = INT64_MAX;
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    const char *text = payload_text(replying.output.value);
    assert_non_null(strstr(text, "\"offset\":9007199254740991,"));
    assert_non_null(strstr(text, "\"attempts\":1000000,"));
    assert_non_null(strstr(text, "\"model_ms\":2147483647,"));
    assert_non_null(strstr(text, "\"calls\":1000000,\"tokens_in\":9007199254740991,"));
    assert_non_null(strstr(text, "\"cost_micros\":9007199254740991,"));
    replying_fini(&replying);
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct audit audit = { .outcome = OUTCOME_ANSWER };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_encodes_or_gives_nothing(&replying,
                                    audit_encode(arena, &replying.to, &audit, ret_output));
    replying_fini(&replying);
}

static void what_cost_nothing_or_has_no_price_says_no_price(void **state)
{
    (void)state;
    struct replying replying;
    struct audit audit = { .outcome = OUTCOME_NOTHING, .model_ms = -1, .cost_micros = -1 };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    assert_null(strstr(payload_text(replying.output.value), "calls"));
    assert_null(strstr(payload_text(replying.output.value), "tokens"));
    audit.calls = 1;
    assert_int_equal(audit_encode(&replying.arena, &replying.to, &audit, &replying.output), OK);
    assert_non_null(strstr(payload_text(replying.output.value), "\"calls\":1,\"tokens_in\":0,"));
    assert_null(strstr(payload_text(replying.output.value), "cost"));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_audit_record_says_what_the_outcome_was_made_from),
        cmocka_unit_test(its_id_is_that_of_the_outcomes_own_record),
        cmocka_unit_test(a_record_that_did_not_decode_is_audited_by_its_position),
        cmocka_unit_test(what_cost_nothing_or_has_no_price_says_no_price),
        cmocka_unit_test(numbers_are_kept_within_what_the_schema_allows),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
