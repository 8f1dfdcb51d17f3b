/* Settings: which place wins, and what is refused where. */
#include "tests/unit/leaf.h"

#include "common/conf.h"

static void file(struct conf *conf, const char *text)
{
    struct note note = { .text = "" };
    if (conf_read_file(conf, "some.properties", str_from(text), &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static void variable(struct conf *conf, const char *entry)
{
    char copy[256];
    char *environment[] = { copy, NULL };
    struct note note = { .text = "" };
    snprintf(copy, sizeof(copy), "%s", entry);
    if (conf_read_env(conf, environment, &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static void argument(struct conf *conf, const char *assignment)
{
    struct note note = { .text = "" };
    if (conf_read_argument(conf, assignment, &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static void assert_file_refused(const char *text, const char *why)
{
    struct conf *conf = conf_create();
    struct note note = { .text = "" };
    assert_int_equal(conf_read_file(conf, "a/b.properties", str_from(text), &note), ERR_CONFIG);
    assert_string_equal(note.text, why);
    conf_destroy(conf);
}

static void assert_variable_refused(const char *entry, const char *why)
{
    char copy[256];
    char *environment[] = { copy, NULL };
    struct conf *conf = conf_create();
    struct note note = { .text = "" };
    snprintf(copy, sizeof(copy), "%s", entry);
    assert_int_equal(conf_read_env(conf, environment, &note), ERR_CONFIG);
    assert_string_equal(note.text, why);
    conf_destroy(conf);
}

static void assert_argument_refused(const char *assignment, const char *why)
{
    struct conf *conf = conf_create();
    struct note note = { .text = "" };
    assert_int_equal(conf_read_argument(conf, assignment, &note), ERR_CONFIG);
    assert_string_equal(note.text, why);
    conf_destroy(conf);
}

static void defaults_hold_until_something_is_set(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    assert_text(conf_str(conf, CONF_KAFKA_GROUP_ID), "deskhand");
    assert_int_equal(conf_int(conf, CONF_INFLIGHT_MAX), 1024);
    assert_int_equal(conf_enum(conf, CONF_MODEL_KIND), MODEL_KIND_BUILTIN);
    assert_true(conf_bool(conf, CONF_CACHE_ENABLED));
    assert_true(conf_real(conf, CONF_MODEL_TEMPERATURE) > 0.19);
    assert_true(conf_real(conf, CONF_MODEL_TEMPERATURE) < 0.21);
    assert_false(conf_is_set(conf, CONF_MODEL_URL));
    assert_int_equal(conf_origin(conf, CONF_MODEL_URL).layer, CONF_FROM_DEFAULT);
    assert_string_equal(conf_key(CONF_MODEL_URL), "model.url");
    assert_int_equal(conf_kafka_count(conf), 0);
    conf_destroy(conf);
    conf_destroy(NULL);
}

static void the_later_place_wins_in_whatever_order_they_are_read(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    argument(conf, "model.name=from the argument");
    variable(conf, "DESKHAND_MODEL_NAME=from the environment");
    variable(conf, "DESKHAND_WORKER_ID=from the environment");
    file(conf, "model.name=from the file\nworker.id=from the file\n\nkafka.group.id=from the file");
    assert_text(conf_str(conf, CONF_MODEL_NAME), "from the argument");
    assert_text(conf_str(conf, CONF_WORKER_ID), "from the environment");
    assert_text(conf_str(conf, CONF_KAFKA_GROUP_ID), "from the file");
    assert_int_equal(conf_origin(conf, CONF_MODEL_NAME).layer, CONF_FROM_ARGUMENT);
    assert_string_equal(conf_origin(conf, CONF_WORKER_ID).name, "DESKHAND_WORKER_ID");
    assert_string_equal(conf_origin(conf, CONF_KAFKA_GROUP_ID).name, "some.properties");
    assert_int_equal(conf_origin(conf, CONF_KAFKA_GROUP_ID).line, 4);
    conf_destroy(conf);
}

static void of_two_files_or_two_arguments_the_last_counts(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    file(conf, "inflight.max=1\nlog.level=warn");
    file(conf, "inflight.max=2");
    argument(conf, "delivery=at-least-once");
    argument(conf, " delivery =exactly-once");
    assert_int_equal(conf_int(conf, CONF_INFLIGHT_MAX), 2);
    assert_text(conf_str(conf, CONF_LOG_LEVEL), "warn");
    assert_int_equal(conf_enum(conf, CONF_DELIVERY), DELIVERY_EXACTLY_ONCE);
    conf_destroy(conf);
}

static void what_is_read_need_not_stay(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    char name[] = "name";
    char bytes[] = "model.name=text\nkafka.client.rack=r1";
    assert_int_equal(conf_read_file(conf, name, STR_NONE, &note), OK);
    assert_int_equal(conf_read_file(conf, name, str_from(bytes), &note), OK);
    memset(name, 'x', sizeof(name));
    memset(bytes, 'x', sizeof(bytes));
    assert_text(conf_str(conf, CONF_MODEL_NAME), "text");
    assert_string_equal(conf_origin(conf, CONF_MODEL_NAME).name, "name");
    assert_string_equal(conf_kafka_at(conf, 0)->key, "client.rack");
    assert_string_equal(conf_kafka_at(conf, 0)->value, "r1");
    conf_destroy(conf);
}

static void a_wrong_line_is_told_by_file_line_and_key(void **state)
{
    (void)state;
    assert_file_refused("\nmodel.knd=builtin",
                        "a/b.properties:2: model.knd: is not a setting; did you mean model.kind?");
    assert_file_refused("wholly.elsewhere.zzzzzz=1",
                        "a/b.properties:1: wholly.elsewhere.zzzzzz: is not a setting");
    assert_file_refused("# one\ninflight.max=0",
                        "a/b.properties:2: inflight.max: must be a number from 1 to 1000000");
    assert_file_refused("inflight.max", "a/b.properties:1: is not key=value");
    assert_file_refused("inflight.max=2\nlog.level=info\ninflight.max=2",
                        "a/b.properties:3: inflight.max: is set twice in this file, first in "
                        "line 1");
    assert_file_refused("kafka.x=1\nkafka.x=1",
                        "a/b.properties:2: kafka.x: is set twice in this file, first in line 1");
}

static void a_long_path_leaves_room_for_what_is_wrong(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    char path[256];
    char bytes[256];
    memset(path, 'p', 200);
    memcpy(path + 200, "/my.properties", 15);
    memset(bytes, 'k', 200);
    memcpy(bytes + 200, "=1", 3);
    assert_int_equal(conf_read_file(conf, path, str_from(bytes), &note), ERR_CONFIG);
    assert_string_equal(note.text,
                        "my.properties:1: kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk:"
                        " is not a setting");
    conf_destroy(conf);
}

static void a_file_of_unlikely_size_is_refused(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    char *bytes = mem_zero(1, CONF_FILE_BYTES_MAX + 1);
    memset(bytes, '#', CONF_FILE_BYTES_MAX + 1);
    assert_int_equal(
        conf_read_file(conf, "x", (struct str){ bytes, CONF_FILE_BYTES_MAX + 1 }, &note),
        ERR_CONFIG);
    assert_string_equal(note.text, "x: has more than 1048576 bytes");
    assert_int_equal(conf_read_file(conf, "x", (struct str){ bytes, CONF_FILE_BYTES_MAX }, &note),
                     OK);
    mem_free(bytes);
    conf_destroy(conf);
}

static void wrong_variables_and_arguments_are_told_by_name(void **state)
{
    (void)state;
    assert_variable_refused("DESKHAND_CACHE_ENABLED=1",
                            "DESKHAND_CACHE_ENABLED: must be true or false");
    assert_variable_refused("DESKHAND_MODEL_ULR=x",
                            "DESKHAND_MODEL_ULR: is not a setting; did you mean model.url?");
    assert_argument_refused("inflight.max=many",
                            "-X: inflight.max: must be a number from 1 to 1000000");
    assert_argument_refused("inflightmax=1",
                            "-X: inflightmax: is not a setting; did you mean inflight.max?");
}

static void an_argument_without_key_or_value_is_wrong_usage(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note = { 0 };
    assert_int_equal(conf_read_argument(conf, "inflight.max", &note), ERR_USAGE);
    assert_string_equal(note.text, "-X: is not key=value");
    assert_int_equal(conf_read_argument(conf, "=1", NULL), ERR_USAGE);
    conf_destroy(conf);
}

static void the_environment_of_others_is_left_alone(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    static const char *const entries[] = {
        "PATH=/bin",
        "DESKHAND",
        "DESKHAND_",
        "DESKHANDS_MODEL=x",
        "DESKHAND_SERVICE_HOST=10.0.0.1",
        "DESKHAND_SERVICE_PORT=9464",
        "DESKHAND_SERVICE_PORT_METRICS=9464",
        "DESKHAND_PORT=tcp://10.0.0.1:9464",
        "DESKHAND_PORT_9464_TCP=tcp://10.0.0.1:9464",
        "DESKHAND_PORT_9464_TCP_ADDR=10.0.0.1",
        "DESKHAND_KAFKA_SERVICE_HOST=10.0.0.1",
        "DESKHAND_KAFKA_PORT_9092_TCP_PROTO=tcp",
        "DESKHAND_TEST_SOMETHING=1",
    };
    for (size_t i = 0; i < countof(entries); i++) {
        variable(conf, entries[i]);
    }
    assert_int_equal(conf_kafka_count(conf), 0);
    conf_destroy(conf);
}

static void other_keys_of_kafka_go_through_with_their_side(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    file(conf, "kafka.client.rack=r1\nkafka.consumer.fetch.min.bytes=7\n"
               "kafka.producer.linger.ms=1\nkafka.sasl.password.file=/secrets/kafka");
    variable(conf, "DESKHAND_KAFKA_SASL_USERNAME=shop");
    argument(conf, "kafka.producer.linger.ms=2");
    file(conf, "kafka.producer.linger.ms=3");
    static const struct conf_kafka expected[] = {
        { .side = CONF_BOTH_SIDES, .key = "client.rack", .value = "r1" },
        { .side = CONF_CONSUMER, .key = "fetch.min.bytes", .value = "7" },
        { .side = CONF_PRODUCER, .key = "linger.ms", .value = "2" },
        { .key = "sasl.password", .value = "/secrets/kafka", .is_file = true },
        { .key = "sasl.username", .value = "shop" },
    };
    assert_int_equal(conf_kafka_count(conf), countof(expected));
    for (size_t i = 0; i < countof(expected); i++) {
        assert_int_equal(conf_kafka_at(conf, i)->side, expected[i].side);
        assert_string_equal(conf_kafka_at(conf, i)->key, expected[i].key);
        assert_string_equal(conf_kafka_at(conf, i)->value, expected[i].value);
        assert_int_equal(conf_kafka_at(conf, i)->is_file, expected[i].is_file);
    }
    assert_int_equal(conf_kafka_at(conf, 2)->origin.layer, CONF_FROM_ARGUMENT);
    conf_destroy(conf);
}

static void a_slip_in_our_own_kafka_keys_does_not_go_through(void **state)
{
    (void)state;
    assert_argument_refused("kafka.bootstrap.server=x",
                            "-X: kafka.bootstrap.server: is not a setting; did you mean "
                            "kafka.bootstrap.servers?");
    assert_argument_refused("kafka.groupid=x",
                            "-X: kafka.groupid: is not a setting; did you mean kafka.group.id?");
    struct conf *conf = conf_create();
    argument(conf, "kafka.group.instance.id=x");
    argument(conf, "kafka.group.protocol=consumer");
    assert_int_equal(conf_kafka_count(conf), 2);
    conf_destroy(conf);
}

static void settings_of_kafka_are_bounded(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    struct note note;
    char assignment[64];
    for (size_t i = 0; i < CONF_KAFKA_MAX; i++) {
        snprintf(assignment, sizeof(assignment), "kafka.some.key.number.%zu=1", i);
        argument(conf, assignment);
    }
    argument(conf, assignment);
    assert_int_equal(conf_read_argument(conf, "kafka.one.more.than.allowed=1", &note), ERR_CONFIG);
    assert_int_equal(conf_kafka_count(conf), CONF_KAFKA_MAX);
    conf_destroy(conf);
}

static void a_refused_value_changes_nothing(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    argument(conf, "inflight.max=5");
    assert_int_equal(conf_read_argument(conf, "inflight.max=x", NULL), ERR_CONFIG);
    assert_int_equal(conf_read_file(conf, "x", STR("inflight.max=x"), NULL), ERR_CONFIG);
    assert_int_equal(conf_int(conf, CONF_INFLIGHT_MAX), 5);
    conf_destroy(conf);
}

static enum err try_reading(void *owner)
{
    (void)owner;
    char entry[] = "DESKHAND_KAFKA_SASL_USERNAME=shop";
    char *environment[] = { entry, NULL };
    struct conf *conf = conf_create();
    if (!conf) {
        return ERR_NOMEM;
    }
    enum err err = conf_read_file(conf, "x", STR("model.name=a\\\nb\nkafka.a=b"), NULL);
    err = err == OK ? conf_read_env(conf, environment, NULL) : err;
    err = err == OK ? conf_read_argument(conf, "worker.id=w", NULL) : err;
    assert_text(conf_str(conf, CONF_WORKER_ID), err == OK ? "w" : "");
    conf_destroy(conf);
    return err;
}

static void without_memory_the_settings_stay_usable(void **state)
{
    (void)state;
    assert_true(starve(try_reading, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold_until_something_is_set),
        cmocka_unit_test(the_later_place_wins_in_whatever_order_they_are_read),
        cmocka_unit_test(of_two_files_or_two_arguments_the_last_counts),
        cmocka_unit_test(what_is_read_need_not_stay),
        cmocka_unit_test(a_wrong_line_is_told_by_file_line_and_key),
        cmocka_unit_test(a_long_path_leaves_room_for_what_is_wrong),
        cmocka_unit_test(a_file_of_unlikely_size_is_refused),
        cmocka_unit_test(wrong_variables_and_arguments_are_told_by_name),
        cmocka_unit_test(an_argument_without_key_or_value_is_wrong_usage),
        cmocka_unit_test(the_environment_of_others_is_left_alone),
        cmocka_unit_test(other_keys_of_kafka_go_through_with_their_side),
        cmocka_unit_test(a_slip_in_our_own_kafka_keys_does_not_go_through),
        cmocka_unit_test(settings_of_kafka_are_bounded),
        cmocka_unit_test(a_refused_value_changes_nothing),
        cmocka_unit_test(without_memory_the_settings_stay_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
