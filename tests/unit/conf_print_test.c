/* Settings as text: they read back, say where they came from, and keep secrets. */
#include "tests/unit/leaf.h"

#include "common/conf_rule.h"

static struct conf *conf_of(const char *lines)
{
    struct conf *conf = conf_create();
    struct note note = { .text = "" };
    if (conf_read_file(conf, "my.properties", str_from(lines), &note) != OK) {
        fail_msg("%s", note.text);
    }
    return conf;
}

static bool holds(const struct buf *buf, const char *text)
{
    return str_find(buf_str(buf), str_from(text)) < buf->len;
}

static void each_value_says_where_it_came_from(void **state)
{
    (void)state;
    char entry[] = "DESKHAND_LOG_LEVEL=debug";
    char *environment[] = { entry, NULL };
    struct conf *conf = conf_of("\ninflight.max=7\nkafka.consumer.fetch.min.bytes=9");
    struct buf buf;
    buf_init(&buf, 100000);
    assert_int_equal(conf_read_env(conf, environment, NULL), OK);
    assert_int_equal(conf_read_argument(conf, "kafka.sasl.password.file=/s", NULL), OK);
    assert_int_equal(conf_print(conf, &buf), OK);
    assert_true(holds(&buf, "# from my.properties:2\ninflight.max=7\n"));
    assert_true(holds(&buf, "# from the environment, DESKHAND_LOG_LEVEL\nlog.level=debug\n"));
    assert_true(holds(&buf, "# default\nkafka.group.id=deskhand\n"));
    assert_true(holds(&buf, "# from my.properties:3\nkafka.consumer.fetch.min.bytes=9\n"));
    assert_true(holds(&buf, "# from -X\nkafka.sasl.password.file=/s\n"));
    buf_fini(&buf);
    conf_destroy(conf);
}

static void what_is_printed_reads_back_as_the_same(void **state)
{
    (void)state;
    struct conf *conf = conf_of("worker.id=\\ a\\\\b\\ \nmodel.name=\\ \nprompt.file=a\\\\\n"
                                "kafka.a=\\  two\\  \nkafka.producer.b=\xe4\xba\xac");
    struct buf first;
    struct buf second;
    buf_init(&first, 100000);
    buf_init(&second, 100000);
    assert_text(conf_str(conf, CONF_WORKER_ID), " a\\b ");
    assert_int_equal(conf_print(conf, &first), OK);
    assert_int_equal(buf_add_char(&first, '\0'), OK);
    struct conf *again = conf_of(first.ptr);
    for (size_t i = 0; i < CONF_COUNT; i++) {
        assert_true(str_eq(conf_str(conf, (enum conf_id)i), conf_str(again, (enum conf_id)i)));
    }
    assert_int_equal(conf_kafka_count(again), 2);
    assert_string_equal(conf_kafka_at(again, 0)->value, conf_kafka_at(conf, 0)->value);
    assert_int_equal(conf_kafka_at(again, 1)->side, CONF_PRODUCER);
    assert_string_equal(conf_kafka_at(again, 1)->value, "\xe4\xba\xac");
    buf_fini(&first);
    buf_fini(&second);
    conf_destroy(again);
    conf_destroy(conf);
}

static void what_could_be_a_secret_is_masked(void **state)
{
    (void)state;
    struct conf *conf = conf_of("kafka.some.password=hidden1\n"
                                "kafka.proxy.address=http://user:hidden2@localhost/x");
    struct buf buf;
    buf_init(&buf, 100000);
    assert_int_equal(conf_print(conf, &buf), OK);
    assert_false(holds(&buf, "hidden"));
    assert_true(holds(&buf, "kafka.some.password=****\n"));
    assert_true(holds(&buf, "kafka.proxy.address=http://user:****@localhost/x\n"));
    buf_fini(&buf);
    conf_destroy(conf);
}

static void no_room_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct buf buf;
    buf_init(&buf, 500);
    assert_int_equal(buf_add(&buf, STR("before")), OK);
    assert_int_equal(conf_print(conf, &buf), ERR_FULL);
    assert_text(buf_str(&buf), "before");
    buf_fini(&buf);
    conf_destroy(conf);
}

static void the_page_has_a_row_for_every_setting(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100000);
    assert_int_equal(conf_docs(&buf), OK);
    for (size_t i = 0; i < CONF_COUNT; i++) {
        char row[128];
        const struct conf_rule *rule = conf_rule((enum conf_id)i);
        snprintf(row, sizeof(row), "\n| `%s` |", rule->key);
        assert_true(holds(&buf, row));
        assert_true(holds(&buf, rule->text));
        assert_null(strchr(rule->text, '|'));
    }
    buf_fini(&buf);
}

static enum err try_printing(void *owner)
{
    struct buf buf;
    buf_init(&buf, 100000);
    enum err err = conf_print(owner, &buf);
    err = err == OK ? conf_docs(&buf) : err;
    buf_fini(&buf);
    return err;
}

static void without_memory_nothing_leaks(void **state)
{
    (void)state;
    struct conf *conf = conf_of("kafka.a=b");
    assert_true(starve(try_printing, conf) > 3);
    conf_destroy(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_says_where_it_came_from),
        cmocka_unit_test(what_is_printed_reads_back_as_the_same),
        cmocka_unit_test(what_could_be_a_secret_is_masked),
        cmocka_unit_test(no_room_leaves_the_buffer_as_it_was),
        cmocka_unit_test(the_page_has_a_row_for_every_setting),
        cmocka_unit_test(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
