/* Replies: the envelope, the lane's key, ids, and the fields that several payloads have. */
#include "tests/unit/replying.h"

static const struct reply_kind kind = {
    .topic = TOPIC_ANSWERS,
    .outcome = "answer",
    .type = "deskhand.answer.v1",
};

static enum err encode_nothing(struct arena *arena, const struct reply_to *to,
                               struct output *ret_output)
{
    CLEANUP(reply_fini) struct reply reply = { 0 };
    TRY(reply_begin(&reply, arena, to, &kind, 0));
    return reply_end(&reply, ret_output);
}

static void a_reply_is_a_cloudevent_in_binary_mode(void **state)
{
    (void)state;
    struct replying replying;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    assert_int_equal(replying.output.topic, TOPIC_ANSWERS);
    assert_int_equal(replying.output.headers_count, 7);
    assert_string_equal(replying_header(&replying, "ce_specversion"), "1.0");
    assert_string_equal(replying_header(&replying, "ce_source"), "deskhand");
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.answer.v1");
    assert_string_equal(replying_header(&replying, "ce_time"), REPLYING_NOW);
    assert_string_equal(replying_header(&replying, "content-type"), "application/json");
    assert_string_equal(replying_header(&replying, "traceparent"), REPLYING_TRACE);
    replying_fini(&replying);
}

static void its_id_comes_from_the_event_and_it_names_the_payload_it_replies_to(void **state)
{
    (void)state;
    struct replying replying;
    char id[CRYPTO_UUID_TEXT_BYTES];
    char expected[128];
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(event_outcome_id(STR("/shop"), STR("e-1"), "answer", id), OK);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    assert_string_equal(replying_header(&replying, "ce_id"), id);
    snprintf(expected, sizeof(expected), "{\"id\":\"%s\",\"in_reply_to\":\"m-1\"}", id);
    assert_str(replying.output.value, expected);
    replying_fini(&replying);
}

static void a_record_that_did_not_decode_is_named_by_its_position(void **state)
{
    (void)state;
    struct replying replying;
    char id[CRYPTO_UUID_TEXT_BYTES];
    char expected[128];
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    replying.to.event = NULL;
    assert_int_equal(event_outcome_id(STR("support.in"), STR("support.in/3/42"), "answer", id), OK);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    snprintf(expected, sizeof(expected), "{\"id\":\"%s\",\"in_reply_to\":\"support.in/3/42\"}", id);
    assert_str(replying.output.value, expected);
    assert_string_equal(replying_header(&replying, "traceparent"), "");
    assert_false(replying.output.has_key);
    replying_fini(&replying);
}

static void its_key_is_the_lanes(void **state)
{
    (void)state;
    struct replying replying;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    assert_true(replying.output.has_key);
    assert_str(replying.output.key, "c-1");
    replying.record.key = STR("k-1");
    replying.record.has_key = true;
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    assert_str(replying.output.key, "k-1");
    replying_fini(&replying);
}

static void the_same_arguments_give_the_same_bytes(void **state)
{
    (void)state;
    struct replying replying;
    struct output again;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &replying.output), OK);
    assert_int_equal(encode_nothing(&replying.arena, &replying.to, &again), OK);
    assert_true(str_eq(replying.output.value, again.value));
    assert_ptr_not_equal(replying.output.value.ptr, again.value.ptr);
    replying_fini(&replying);
}

static void shared_fields_are_kept_within_what_the_schemas_allow(void **state)
{
    (void)state;
    struct replying replying;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    CLEANUP(reply_fini) struct reply reply = { 0 };
    const struct fact facts[] = { { FACT_PRODUCT, STR("KTL-17") },
                                  { FACT_PASSAGE, str_from(payload_times("p", 300)) } };
    assert_int_equal(reply_begin(&reply, &replying.arena, &replying.to, &kind, 0), OK);
    reply_put_language(&reply, STR("zh"));
    reply_put_language(&reply, STR("not a language"));
    reply_put_language(&reply, STR_NONE);
    reply_put_short(&reply, "model", STR("tiny"));
    reply_put_short(&reply, "none", STR_NONE);
    reply_put_short(&reply, "long", str_from(payload_times("\xe5\xa5\xbd", 300)));
    reply_put_tenant(&reply);
    reply_put_facts(&reply, facts, countof(facts));
    assert_int_equal(reply_end(&reply, &replying.output), OK);
    const char *text = payload_text(replying.output.value);
    const char *expected =
        payload_with("\"language\":\"zh\",\"language\":\"und\",\"language\":\"und\","
                     "\"model\":\"tiny\",\"long\":\"%s\",\"tenant\":\"acme\","
                     "\"facts\":[{\"kind\":\"product\",\"id\":\"KTL-17\"},",
                     "\xe5\xa5\xbd", 256);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, payload_with("{\"kind\":\"passage\",\"id\":\"%s\"}]}", "p", 256)));
    replying_fini(&replying);
}

static void no_more_facts_are_named_than_an_answer_may_rely_on(void **state)
{
    (void)state;
    struct replying replying;
    struct fact facts[FACTS_MAX + 1];
    size_t named = 0;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    for (size_t i = 0; i < countof(facts); i++) {
        facts[i] = (struct fact){ FACT_ORDER, STR("o-1") };
    }
    CLEANUP(reply_fini) struct reply reply = { 0 };
    assert_int_equal(reply_begin(&reply, &replying.arena, &replying.to, &kind, 0), OK);
    reply_put_facts(&reply, facts, countof(facts));
    assert_int_equal(reply_end(&reply, &replying.output), OK);
    for (const char *at = payload_text(replying.output.value); (at = strstr(at, "o-1")); at++) {
        named++;
    }
    assert_int_equal(named, FACTS_MAX);
    replying_fini(&replying);
}

static void text_that_is_not_utf8_is_never_published(void **state)
{
    (void)state;
    struct replying replying;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    CLEANUP(reply_fini) struct reply reply = { 0 };
    replying.output.headers_count = 77;
    assert_int_equal(reply_begin(&reply, &replying.arena, &replying.to, &kind, 0), OK);
    json_put_text(&reply.out, "text", STR("a\xff"));
    assert_int_equal(reply_end(&reply, &replying.output), ERR_UTF8);
    assert_int_equal(replying.output.headers_count, 77);
    replying_fini(&replying);
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_encodes_or_gives_nothing(&replying, encode_nothing(arena, &replying.to, ret_output));
    replying.to.event = NULL;
    assert_encodes_or_gives_nothing(&replying, encode_nothing(arena, &replying.to, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_a_cloudevent_in_binary_mode),
        cmocka_unit_test(its_id_comes_from_the_event_and_it_names_the_payload_it_replies_to),
        cmocka_unit_test(a_record_that_did_not_decode_is_named_by_its_position),
        cmocka_unit_test(its_key_is_the_lanes),
        cmocka_unit_test(the_same_arguments_give_the_same_bytes),
        cmocka_unit_test(shared_fields_are_kept_within_what_the_schemas_allow),
        cmocka_unit_test(no_more_facts_are_named_than_an_answer_may_rely_on),
        cmocka_unit_test(text_that_is_not_utf8_is_never_published),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
