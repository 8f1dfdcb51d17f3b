/* Hand-offs: what a person is told, for each kind of event. */
#include "tests/unit/replying.h"

#include "common/handoff.h"

static void a_handoff_names_the_conversation(void **state)
{
    (void)state;
    struct replying replying;
    const struct handoff handoff = { .reason = STR("person_wanted"),
                                     .summary = STR("Wants to talk to a person."),
                                     .language = STR("en") };
    char expected[1024];
    replying_init(&replying, TOPIC_MESSAGES,
                  "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\","
                  "\"text\":\"hi\",\"seq\":0}");
    assert_int_equal(handoff_encode(&replying.arena, &replying.to, &handoff, &replying.output), OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"m-1\",\"conversation_id\":\"c-1\","
             "\"customer_id\":\"u-1\",\"seq\":0,\"reason\":\"person_wanted\","
             "\"summary\":\"Wants to talk to a person.\",\"tenant\":\"acme\","
             "\"language\":\"en\",\"created_at\":\"" REPLYING_NOW "\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_int_equal(replying.output.topic, TOPIC_HANDOFFS);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.handoff.v1");
    replying_fini(&replying);
}

static void other_events_are_handed_off_as_far_as_they_are_known(void **state)
{
    (void)state;
    struct replying replying;
    const struct handoff handoff = { .reason = STR("attempts"), .summary = STR("") };
    replying_init(&replying, TOPIC_ORDERS,
                  "{\"id\":\"o-e\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\",\"type\":\"paid\","
                  "\"at\":\"2025-11-28T10:00:00Z\"}");
    assert_int_equal(handoff_encode(&replying.arena, &replying.to, &handoff, &replying.output), OK);
    const char *order = payload_text(replying.output.value);
    assert_non_null(strstr(order, "\"customer_id\":\"u-1\""));
    assert_null(strstr(order, "conversation_id"));
    assert_null(strstr(order, "language"));
    replying_fini(&replying);
    replying_init(&replying, TOPIC_COPY_REQUESTS, "{\"id\":\"r-1\",\"sku\":\"KTL-17\"}");
    assert_int_equal(handoff_encode(&replying.arena, &replying.to, &handoff, &replying.output), OK);
    assert_null(strstr(payload_text(replying.output.value), "customer_id"));
    replying_fini(&replying);
}

static void the_language_is_the_conversations_else_what_the_message_said(void **state)
{
    (void)state;
    struct replying replying;
    const struct handoff handoff = { .reason = STR("unsafe"), .summary = STR("s") };
    replying_init(&replying, TOPIC_MESSAGES,
                  "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\","
                  "\"text\":\"hi\",\"language\":\"de\"}");
    assert_int_equal(handoff_encode(&replying.arena, &replying.to, &handoff, &replying.output), OK);
    assert_non_null(strstr(payload_text(replying.output.value), "\"language\":\"de\""));
    replying_fini(&replying);
}

static void a_long_summary_is_cut_at_a_character(void **state)
{
    (void)state;
    struct replying replying;
    const struct handoff handoff = { .reason = STR("unsafe"),
                                     .summary = str_from(payload_times("\xe5\xa5\xbd", 4097)) };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(handoff_encode(&replying.arena, &replying.to, &handoff, &replying.output), OK);
    struct str value = replying.output.value;
    size_t start = str_find(value, STR("\xe5\xa5\xbd"));
    size_t end = str_find(value, STR("\",\"tenant\""));
    assert_int_equal(end - start, 3 * 4096);
    replying_fini(&replying);
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct handoff handoff = { .reason = STR("unsafe"), .summary = STR("s") };
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_encodes_or_gives_nothing(&replying,
                                    handoff_encode(arena, &replying.to, &handoff, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handoff_names_the_conversation),
        cmocka_unit_test(other_events_are_handed_off_as_far_as_they_are_known),
        cmocka_unit_test(the_language_is_the_conversations_else_what_the_message_said),
        cmocka_unit_test(a_long_summary_is_cut_at_a_character),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
