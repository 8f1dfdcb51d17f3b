/* Marketing copy: the payload field by field, and what may not be published. */
#include "tests/unit/replying.h"

#include "common/copy.h"

#define REQUEST "{\"id\":\"r-1\",\"sku\":\"KTL-17\"}"

static struct copy copy_of(void)
{
    return (struct copy){
        .sku = STR("KTL-17"),
        .variants = { { .headline = STR("Tea in two minutes"),
                        .body = STR("Boils 1.7 l."),
                        .call_to_action = STR("Order now") } },
        .variants_count = 1,
        .language = STR("en"),
        .source = SOURCE_MODEL,
    };
}

static void a_copy_carries_its_three_texts(void **state)
{
    (void)state;
    struct replying replying;
    const struct fact facts[] = { { FACT_PRODUCT, STR("KTL-17") } };
    struct copy copy = copy_of();
    char expected[1024];
    copy.model = STR("tiny");
    copy.facts = facts;
    copy.facts_count = countof(facts);
    replying_init(&replying, TOPIC_COPY_REQUESTS, REQUEST);
    assert_int_equal(copy_encode(&replying.arena, &replying.to, &copy, &replying.output), OK);
    snprintf(expected, sizeof(expected),
             "{\"id\":\"%s\",\"in_reply_to\":\"r-1\",\"sku\":\"KTL-17\","
             "\"headline\":\"Tea in two minutes\",\"body\":\"Boils 1.7 l.\","
             "\"call_to_action\":\"Order now\","
             "\"variants\":[{\"headline\":\"Tea in two minutes\",\"body\":\"Boils 1.7 l.\","
             "\"call_to_action\":\"Order now\",\"parts\":[]}],"
             "\"language\":\"en\",\"source\":\"model\","
             "\"tenant\":\"acme\",\"model\":\"tiny\","
             "\"facts\":[{\"kind\":\"product\",\"id\":\"KTL-17\"}],"
             "\"created_at\":\"" REPLYING_NOW "\"}",
             replying_header(&replying, "ce_id"));
    assert_str(replying.output.value, expected);
    assert_int_equal(replying.output.topic, TOPIC_COPIES);
    assert_string_equal(replying_header(&replying, "ce_type"), "deskhand.copy.v1");
    assert_false(replying.output.has_key);
    replying_fini(&replying);
}

static void check(const struct copy *copy, enum err expected)
{
    struct replying replying;
    replying_init(&replying, TOPIC_COPY_REQUESTS, REQUEST);
    assert_int_equal(copy_encode(&replying.arena, &replying.to, copy, &replying.output), expected);
    replying_fini(&replying);
}

static void a_text_that_is_missing_or_too_long_is_no_copy(void **state)
{
    (void)state;
    struct copy copy = copy_of();
    copy.variants[0].call_to_action = STR_NONE;
    check(&copy, OK);
    copy.variants[0].call_to_action = str_from(payload_times("c", 513));
    check(&copy, ERR_ANSWER);
    copy = copy_of();
    copy.variants[0].headline = STR_NONE;
    check(&copy, ERR_ANSWER);
    copy.variants[0].headline = str_from(payload_times("\xe5\xa5\xbd", 512));
    check(&copy, OK);
    copy.variants[0].headline = str_from(payload_times("\xe5\xa5\xbd", 513));
    check(&copy, ERR_ANSWER);
    copy = copy_of();
    copy.variants[0].body = STR_NONE;
    check(&copy, ERR_ANSWER);
    copy.variants[0].body = str_from(payload_times("b", 16385));
    check(&copy, ERR_ANSWER);
    copy = copy_of();
    copy.sku = STR_NONE;
    check(&copy, ERR_ANSWER);
    copy = copy_of();
    copy.variants_count = 0;
    check(&copy, ERR_ANSWER);
    copy.variants_count = 2; /* of which the second is empty */
    check(&copy, ERR_ANSWER);
    copy.variants[1] = copy.variants[0];
    check(&copy, OK);
    copy.variants_count = COPY_VARIANTS_MAX + 1;
    check(&copy, ERR_ANSWER);
}

static void a_variant_carries_what_its_channel_shows(void **state)
{
    (void)state;
    struct replying replying;
    struct copy copy = copy_of();
    copy.channel = STR("push");
    copy.market = STR("cn");
    copy.variants[0].parts[0] =
        (struct copy_part){ "title", STR("Tea in two minutes"), 18, 50, "columns" };
    copy.variants[0].parts_count = 1;
    replying_init(&replying, TOPIC_COPY_REQUESTS, REQUEST);
    assert_int_equal(copy_encode(&replying.arena, &replying.to, &copy, &replying.output), OK);
    const char *value = payload_text(replying.output.value);
    assert_non_null(strstr(value, "\"parts\":[{\"name\":\"title\",\"text\":\"Tea in two minutes\","
                                  "\"length\":18,\"limit\":50,\"unit\":\"columns\"}]"));
    assert_non_null(strstr(value, "\"channel\":\"push\",\"market\":\"cn\""));
    replying_fini(&replying);
    copy.variants[0].parts[0].text = STR_NONE;
    check(&copy, ERR_ANSWER);
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct copy copy = copy_of();
    replying_init(&replying, TOPIC_COPY_REQUESTS, REQUEST);
    assert_encodes_or_gives_nothing(&replying, copy_encode(arena, &replying.to, &copy, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_carries_its_three_texts),
        cmocka_unit_test(a_text_that_is_missing_or_too_long_is_no_copy),
        cmocka_unit_test(a_variant_carries_what_its_channel_shows),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
