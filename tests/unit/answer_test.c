/* Answers: the payload field by field, and what may not be published. */
#include "tests/unit/replying.h"

#include "common/answer.h"

static void an_answer_says_whom_it_answers_and_what_it_was_made_from(void **state)
{
    (void)state;
    struct replying replying;
    const struct fact facts[] = { { FACT_PRODUCT, STR("KTL-17") }, { FACT_ORDER, STR("o-1") } };
    const struct answer answer = {
        .text = STR("\xe4\xb8\xa4\xe5\xa4\xa9 \"fast\"\n"),
        .language = STR("zh"),
        .model = STR("builtin"),
        .source = SOURCE_CACHE,
        .facts = facts,
        .facts_count = countof(facts),
    };
    char expected[1024];
    replying_init(&replying, TOPIC_MESSAGES,
                  "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\","
                  "\"text\":\"hi\",\"seq\":7}");
    assert_int_equal(answer_encode(&replying.arena, &replying.to, &answer, &replying.output), OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"m-1\",\"conversation_id\":\"c-1\","
             "\"customer_id\":\"u-1\",\"seq\":7,\"tenant\":\"acme\","
             "\"text\":\"\xe4\xb8\xa4\xe5\xa4\xa9 \\\"fast\\\"\\n\",\"language\":\"zh\","
             "\"source\":\"cache\",\"model\":\"builtin\",\"facts\":["
             "{\"kind\":\"product\",\"id\":\"KTL-17\"},{\"kind\":\"order\",\"id\":\"o-1\"}],"
             "\"created_at\":\"" REPLYING_NOW "\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_int_equal(replying.output.topic, TOPIC_ANSWERS);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.answer.v1");
    replying_fini(&replying);
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    struct replying replying;
    const struct answer answer = { .text = STR("ok"), .source = SOURCE_FALLBACK };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(answer_encode(&replying.arena, &replying.to, &answer, &replying.output), OK);
    const char *text = payload_text(replying.output.value);
    assert_null(strstr(text, "seq"));
    assert_null(strstr(text, "model"));
    assert_non_null(strstr(text, "\"language\":\"und\""));
    assert_non_null(strstr(text, "\"facts\":[]"));
    replying_fini(&replying);
}

static void a_text_that_is_empty_or_too_long_is_no_answer(void **state)
{
    (void)state;
    const struct {
        const char *text;
        enum err err;
    } texts[] = {
        { "", ERR_ANSWER },
        { payload_times("\xf0\x9f\x98\x80", 16384), OK },
        { payload_times("\xe5\xa5\xbd", 16385), ERR_ANSWER },
        { payload_times("\x01", 16384), OK },
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct replying replying;
        const struct answer answer = { .text = str_from(texts[i].text) };
        replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
        assert_int_equal(answer_encode(&replying.arena, &replying.to, &answer, &replying.output),
                         texts[i].err);
        replying_fini(&replying);
    }
}

static void every_source_has_the_name_that_the_schema_has(void **state)
{
    (void)state;
    assert_string_equal(answer_source_name(SOURCE_MODEL), "model");
    assert_string_equal(answer_source_name(SOURCE_CACHE), "cache");
    assert_string_equal(answer_source_name(SOURCE_MEMO), "memo");
    assert_string_equal(answer_source_name(SOURCE_FALLBACK), "fallback");
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct answer answer = { .text = STR("ok") };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_encodes_or_gives_nothing(&replying,
                                    answer_encode(arena, &replying.to, &answer, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_says_whom_it_answers_and_what_it_was_made_from),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_text_that_is_empty_or_too_long_is_no_answer),
        cmocka_unit_test(every_source_has_the_name_that_the_schema_has),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
