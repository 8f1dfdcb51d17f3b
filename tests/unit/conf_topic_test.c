/* Topics and their names: each is the setting that the table of topics names. */
#include "tests/unit/leaf.h"

#include "common/conf_topic.h"

static void every_topic_has_the_name_that_its_setting_says(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        char assignment[256];
        assert_true(str_is(conf_topic_name(conf, topic), topic_info(topic)->default_name));
        snprintf(assignment, sizeof(assignment), "%s=mine.%d", topic_info(topic)->setting,
                 (int)topic);
        assert_int_equal(conf_read_argument(conf, assignment, &note), OK);
        assert_true(str_is(conf_topic_name(conf, topic), strchr(assignment, '=') + 1));
    }
    conf_destroy(conf);
}

static void a_topic_is_found_by_its_name(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        enum topic found = TOPIC_COUNT;
        assert_true(conf_topic_find(conf, str_from(topic_info(topic)->default_name), &found));
        assert_int_equal(found, topic);
    }
    conf_destroy(conf);
}

static void no_topic_is_found_by_another_name(void **state)
{
    (void)state;
    static const char *const names[] = { "", "support", "support.message", "support.messages2" };
    struct conf *conf = conf_create();
    for (size_t i = 0; i < countof(names); i++) {
        enum topic found = TOPIC_COUNT;
        assert_false(conf_topic_find(conf, str_from(names[i]), &found));
        assert_int_equal(found, TOPIC_COUNT);
    }
    conf_destroy(conf);
}

static void a_topic_that_is_switched_off_has_no_name_to_be_found_by(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    enum topic found = TOPIC_COUNT;
    assert_int_equal(conf_read_argument(conf, "topic.catalog=", &note), OK);
    assert_int_equal(conf_topic_name(conf, TOPIC_CATALOG).len, 0);
    assert_false(conf_topic_find(conf, STR(""), &found));
    assert_false(conf_topic_find(conf, STR("support.catalog"), &found));
    conf_destroy(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_topic_has_the_name_that_its_setting_says),
        cmocka_unit_test(a_topic_is_found_by_its_name),
        cmocka_unit_test(no_topic_is_found_by_another_name),
        cmocka_unit_test(a_topic_that_is_switched_off_has_no_name_to_be_found_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
