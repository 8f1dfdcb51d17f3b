/* Who has a conversation: the record that says so, its key, and the token that names a hand-off. */
#include "tests/unit/replying.h"

#include "common/conversation.h"

static struct str key_of(struct arena *arena, const char *tenant, const char *conversation)
{
    struct str key;
    assert_int_equal(conversation_key(arena, str_from(tenant), str_from(conversation), &key), OK);
    return key;
}

static void tenant_and_conversation_do_not_run_together(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    assert_str(key_of(&arena, "", "c-1"), "0:c-1");
    assert_str(key_of(&arena, "acme", "c-1"), "4:acmec-1");
    assert_false(str_eq(key_of(&arena, "a", "bc"), key_of(&arena, "ab", "c")));
    assert_false(str_eq(key_of(&arena, "", "1:ab"), key_of(&arena, "a", "b")));
    arena_fini(&arena);
}

static void a_record_says_who_and_why(void **state)
{
    (void)state;
    struct replying replying;
    const struct conversation conversation = { STR("4:acmec-1"), STR("angry"), 1 };
    uint64_t token;
    char expected[1024];
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(conversation_encode(&replying.arena, &replying.to, &conversation,
                                         &replying.output, &token),
                     OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"m-1\",\"v\":1,\"conversation_id\":\"c-1\","
             "\"tenant\":\"acme\",\"reason\":\"angry\",\"created_at\":\"" REPLYING_NOW "\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_str(replying.output.key, "4:acmec-1");
    assert_true(replying.output.has_key && replying.output.has_value);
    assert_int_equal(replying.output.topic, TOPIC_CONVERSATIONS);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.conversation.v1");
    assert_true(token != 0);
    assert_true(conversation_token(replying.output.value) == token);
    replying_fini(&replying);
}

static void another_event_has_another_token(void **state)
{
    (void)state;
    struct replying replying;
    const struct conversation conversation = { STR("0:c-1"), STR("angry"), 1 };
    uint64_t first;
    uint64_t again;
    uint64_t other;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_int_equal(conversation_encode(&replying.arena, &replying.to, &conversation,
                                         &replying.output, &first), OK);
    assert_int_equal(conversation_encode(&replying.arena, &replying.to, &conversation,
                                         &replying.output, &again), OK);
    replying.event->id = STR("e-2");
    assert_int_equal(conversation_encode(&replying.arena, &replying.to, &conversation,
                                         &replying.output, &other), OK);
    assert_true(first == again && first != other);
    replying_fini(&replying);
}

static void what_cannot_be_read_has_no_token(void **state)
{
    (void)state;
    const char *const texts[] = { "", "no json", "[]", "{}", "{\"id\":7}", "{\"id\":\"\"}" };
    json_setup(1);
    for (size_t i = 0; i < countof(texts); i++) {
        assert_true(conversation_token(str_from(texts[i])) == 0);
    }
}

static void the_end_is_a_tombstone(void **state)
{
    (void)state;
    const struct output output = conversation_end(STR("0:c-1"));
    assert_int_equal(output.topic, TOPIC_CONVERSATIONS);
    assert_str(output.key, "0:c-1");
    assert_true(output.has_key && !output.has_value);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct conversation conversation = { STR("0:c-1"), STR("angry"), 1 };
    uint64_t token;
    replying_init(&replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    assert_encodes_or_gives_nothing(
        replying, conversation_encode(arena, &replying.to, &conversation, ret_output, &token));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tenant_and_conversation_do_not_run_together),
        cmocka_unit_test(a_record_says_who_and_why),
        cmocka_unit_test(another_event_has_another_token),
        cmocka_unit_test(what_cannot_be_read_has_no_token),
        cmocka_unit_test(the_end_is_a_tombstone),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
