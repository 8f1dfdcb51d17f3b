/* Topics: the table, and which names Kafka takes. */
#include "tests/unit/leaf.h"

#include "common/topic.h"

static void every_topic_is_whole_and_has_names_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        const struct topic_info *info = topic_info((enum topic)i);
        assert_true(str_starts(str_from(info->setting), STR("topic.")));
        assert_true(topic_name_is_valid(str_from(info->default_name)));
        assert_true(info->partitions >= 1);
        assert_true(info->text[0] != '\0');
        for (size_t other = 0; other < i; other++) {
            const struct topic_info *earlier = topic_info((enum topic)other);
            assert_string_not_equal(info->setting, earlier->setting);
            assert_string_not_equal(info->default_name, earlier->default_name);
        }
    }
}

static void the_table_says_which_way_a_topic_goes(void **state)
{
    (void)state;
    static const enum topic inputs[] = { TOPIC_MESSAGES, TOPIC_ORDERS, TOPIC_CATALOG,
                                         TOPIC_COPY_REQUESTS, TOPIC_HANDBACKS };
    static const enum topic outputs[] = { TOPIC_ANSWERS, TOPIC_HANDOFFS, TOPIC_DEAD_LETTERS,
                                          TOPIC_AUDIT };
    for (size_t i = 0; i < countof(inputs); i++) {
        assert_true(topic_is_input(inputs[i]));
    }
    for (size_t i = 0; i < countof(outputs); i++) {
        assert_false(topic_is_input(outputs[i]));
    }
    assert_string_equal(topic_info(TOPIC_MESSAGES)->default_name, "support.messages");
    assert_string_equal(topic_info(TOPIC_DEAD_LETTERS)->setting, "topic.dead.letters");
}

/* What is looked up by key later must not be deleted by age. */
static void topics_that_are_a_memory_are_compacted(void **state)
{
    (void)state;
    assert_int_equal(topic_info(TOPIC_CATALOG)->compaction, TOPIC_COMPACTED);
    assert_int_equal(topic_info(TOPIC_KNOWLEDGE)->compaction, TOPIC_COMPACTED);
    assert_int_equal(topic_info(TOPIC_CONVERSATIONS)->compaction, TOPIC_COMPACTED);
    assert_int_equal(topic_info(TOPIC_MESSAGES)->compaction, TOPIC_DELETED);
    assert_int_equal(topic_info(TOPIC_ANSWERS)->compaction, TOPIC_DELETED);
}

static void only_inputs_that_are_no_memory_have_events(void **state)
{
    (void)state;
    assert_true(topic_has_events(TOPIC_MESSAGES) && topic_has_events(TOPIC_FEEDBACK));
    assert_false(topic_has_events(TOPIC_CATALOG) || topic_has_events(TOPIC_KNOWLEDGE));
    assert_false(topic_has_events(TOPIC_ANSWERS) || topic_has_events(TOPIC_CONVERSATIONS));
}

/* Apache Kafka: [a-zA-Z0-9._-], at most 249, neither "." nor "..". */
static void a_name_is_valid_when_kafka_takes_it(void **state)
{
    (void)state;
    static const char *const valid[] = { "a", "A-Z", "support.messages", "_x", "...", "0",
                                         "-", "a..b" };
    static const struct str invalid[] = {
        STR(""),          STR("."),   STR(".."),  STR("a b"), STR("a/b"),    STR("a:b"),
        STR("a\xc3\xa9"), STR("a\n"), STR("a,b"), STR("*"),   BYTES("a\0b"), STR("a+b"),
    };
    for (size_t i = 0; i < countof(valid); i++) {
        assert_true(topic_name_is_valid(str_from(valid[i])));
    }
    for (size_t i = 0; i < countof(invalid); i++) {
        assert_false(topic_name_is_valid(invalid[i]));
    }
    assert_false(topic_name_is_valid(STR_NONE));
}

static void of_all_bytes_sixty_five_are_allowed(void **state)
{
    (void)state;
    size_t allowed = 0;
    for (int c = 0; c < 256; c++) {
        char name[2] = { 'a', (char)c };
        allowed += topic_name_is_valid((struct str){ name, 2 });
    }
    assert_int_equal(allowed, 26 + 26 + 10 + 3);
}

static void a_name_may_have_249_characters(void **state)
{
    (void)state;
    char name[TOPIC_NAME_BYTES_MAX + 1];
    memset(name, 't', sizeof(name));
    assert_true(topic_name_is_valid((struct str){ name, 249 }));
    assert_false(topic_name_is_valid((struct str){ name, 250 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_topic_is_whole_and_has_names_of_its_own),
        cmocka_unit_test(the_table_says_which_way_a_topic_goes),
        cmocka_unit_test(topics_that_are_a_memory_are_compacted),
        cmocka_unit_test(only_inputs_that_are_no_memory_have_events),
        cmocka_unit_test(a_name_is_valid_when_kafka_takes_it),
        cmocka_unit_test(of_all_bytes_sixty_five_are_allowed),
        cmocka_unit_test(a_name_may_have_249_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
