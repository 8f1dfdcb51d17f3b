/* What librdkafka is set to beside what an operator sets. */
#include "tests/unit/cm.h"

#include "worker/adapter/kafka_conf.h"

static enum err check_with(const char *assignment, struct note *note)
{
    struct conf *conf = conf_create();
    assert_non_null(conf);
    assert_int_equal(conf_read_argument(conf, assignment, note), OK);
    const struct kafka_conf_options options = { .conf = conf, .worker_id = "w" };
    enum err err = kafka_conf_check(&options, note);
    conf_destroy(conf);
    return err;
}

static void larger_records_need_no_more_than_message_max_bytes(void **state)
{
    (void)state;
    struct note note = { 0 };
    assert_int_equal(check_with("kafka.message.max.bytes=5000000", &note), OK);
}

static void a_fetch_that_is_set_smaller_than_a_record_is_refused_by_name(void **state)
{
    (void)state;
    struct note note = { 0 };
    assert_int_equal(check_with("kafka.consumer.fetch.max.bytes=1000", &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "fetch.max.bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(larger_records_need_no_more_than_message_max_bytes),
        cmocka_unit_test(a_fetch_that_is_set_smaller_than_a_record_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
