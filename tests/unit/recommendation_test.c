/* recommendation_test.c - recommendations: the payload field by field, and what is none. */
#include "tests/unit/replying.h"

#include "common/recommendation.h"

#define REQUEST "{\"id\":\"r-1\",\"customer_id\":\"ann\"}"

static const struct str because[] = { STR("o5"), STR("o4") };

static const struct recommended items[] = {
    { STR("tea"), STR("Green tea"), 0.5, STR("You bought it in 2 orders."), because, 2 },
    { STR("cup"), STR(""), 0.25, STR("In 3 orders of this shop."), NULL, 0 },
};

static struct recommendation recommendation_of(void)
{
    return (struct recommendation){ .customer_id = STR("ann"),
                                    .items = items,
                                    .items_count = countof(items),
                                    .language = STR("en"),
                                    .model = STR("builtin"),
                                    .source = SOURCE_MODEL };
}

static void a_recommendation_carries_its_items_with_their_reasons(void **state)
{
    (void)state;
    struct replying replying;
    const struct recommendation said = recommendation_of();
    char expected[1024];
    replying_init(&replying, TOPIC_RECOMMENDATION_REQUESTS, REQUEST);
    assert_int_equal(recommendation_encode(&replying.arena, &replying.to, &said, &replying.output),
                     OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"r-1\",\"customer_id\":\"ann\",\"items\":["
             "{\"sku\":\"tea\",\"name\":\"Green tea\",\"score\":0.5,"
             "\"reason\":\"You bought it in 2 orders.\",\"because\":[\"o5\",\"o4\"]},"
             "{\"sku\":\"cup\",\"score\":0.25,\"reason\":\"In 3 orders of this shop.\","
             "\"because\":[]}],\"source\":\"model\",\"tenant\":\"acme\",\"language\":\"en\","
             "\"model\":\"builtin\",\"created_at\":\"" REPLYING_NOW "\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_int_equal(replying.output.topic, TOPIC_RECOMMENDATIONS);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.recommendation.v1");
    replying_fini(&replying);
}

static void without_items_or_reasons_it_is_none(void **state)
{
    (void)state;
    struct replying replying;
    struct recommendation said = recommendation_of();
    struct recommended silent = items[0];
    replying_init(&replying, TOPIC_RECOMMENDATION_REQUESTS, REQUEST);
    said.items_count = 0;
    assert_int_equal(recommendation_encode(&replying.arena, &replying.to, &said, &replying.output),
                     ERR_ANSWER);
    said.items = &silent;
    said.items_count = 1;
    silent.reason = STR_NONE;
    assert_int_equal(recommendation_encode(&replying.arena, &replying.to, &said, &replying.output),
                     ERR_ANSWER);
    silent.reason = str_from(payload_times("x", 1025));
    assert_int_equal(recommendation_encode(&replying.arena, &replying.to, &said, &replying.output),
                     ERR_ANSWER);
    replying_fini(&replying);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct recommendation said = recommendation_of();
    replying_init(&replying, TOPIC_RECOMMENDATION_REQUESTS, REQUEST);
    assert_encodes_or_gives_nothing(&replying,
                                    recommendation_encode(arena, &replying.to, &said, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recommendation_carries_its_items_with_their_reasons),
        cmocka_unit_test(without_items_or_reasons_it_is_none),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
