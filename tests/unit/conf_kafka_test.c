/* Keys for librdkafka: side, name, and secrets that only come from files. */
#include "tests/unit/leaf.h"

#include "common/conf_kafka.h"

static void the_side_is_the_first_word(void **state)
{
    (void)state;
    struct conf_kafka entry;
    assert_int_equal(conf_kafka_parse(STR("kafka.linger.ms"), &entry, NULL), OK);
    assert_int_equal(entry.side, CONF_BOTH_SIDES);
    assert_string_equal(entry.key, "linger.ms");
    assert_false(entry.is_file);
    assert_int_equal(conf_kafka_parse(STR("kafka.consumer.linger.ms"), &entry, NULL), OK);
    assert_int_equal(entry.side, CONF_CONSUMER);
    assert_string_equal(entry.key, "linger.ms");
    assert_int_equal(conf_kafka_parse(STR("kafka.producer.linger.ms"), &entry, NULL), OK);
    assert_int_equal(entry.side, CONF_PRODUCER);
}

static void a_secret_is_refused_and_its_file_is_taken(void **state)
{
    (void)state;
    static const char *const secrets[] = { "sasl.password",
                                           "ssl.key.password",
                                           "ssl.key.pem",
                                           "ssl.keystore.password",
                                           "sasl.oauthbearer.client.secret",
                                           "sasl.oauthbearer.config" };
    for (size_t i = 0; i < countof(secrets); i++) {
        char key[96];
        struct conf_kafka entry = { .key = "untouched" };
        struct note note = { .text = "" };
        snprintf(key, sizeof(key), "kafka.consumer.%s", secrets[i]);
        assert_int_equal(conf_kafka_parse(str_from(key), &entry, &note), ERR_CONFIG);
        assert_string_equal(entry.key, "untouched");
        assert_non_null(strstr(note.text, ".file"));
        snprintf(key, sizeof(key), "kafka.consumer.%s.file", secrets[i]);
        assert_int_equal(conf_kafka_parse(str_from(key), &entry, &note), OK);
        assert_string_equal(entry.key, secrets[i]);
        assert_int_equal(entry.side, CONF_CONSUMER);
        assert_true(entry.is_file);
    }
}

static void librdkafkas_own_keys_that_end_in_file_stay_as_they_are(void **state)
{
    (void)state;
    struct conf_kafka entry;
    struct str key = STR("kafka.sasl.oauthbearer.assertion.private.key.file");
    assert_int_equal(conf_kafka_parse(key, &entry, NULL), OK);
    assert_string_equal(entry.key, "sasl.oauthbearer.assertion.private.key.file");
    assert_false(entry.is_file);
}

static void names_that_the_table_has_are_refused_for_one_side(void **state)
{
    (void)state;
    struct conf_kafka entry;
    assert_int_equal(conf_kafka_parse(STR("kafka.consumer.group.id"), &entry, NULL), ERR_CONFIG);
    assert_int_equal(conf_kafka_parse(STR("kafka.producer.bootstrap.servers"), &entry, NULL),
                     ERR_CONFIG);
    assert_int_equal(conf_kafka_parse(STR("kafka."), &entry, NULL), ERR_CONFIG);
    assert_int_equal(conf_kafka_parse(STR("kafka.consumer."), &entry, NULL), ERR_CONFIG);
}

static void a_variable_becomes_a_key_with_dots(void **state)
{
    (void)state;
    char key[64];
    assert_text(conf_kafka_from_variable(STR("KAFKA_CONSUMER_FETCH_MIN_BYTES"), key),
                "kafka.consumer.fetch.min.bytes");
    assert_text(conf_kafka_from_variable(STR(""), key), "");
}

static void what_sounds_like_a_secret_is_masked(void **state)
{
    (void)state;
    struct conf_kafka entry = { .key = "some.future.password", .value = "x" };
    assert_true(conf_kafka_is_secret(&entry));
    entry.is_file = true;
    assert_false(conf_kafka_is_secret(&entry));
    entry = (struct conf_kafka){ .key = "linger.ms", .value = "x" };
    assert_false(conf_kafka_is_secret(&entry));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_side_is_the_first_word),
        cmocka_unit_test(a_secret_is_refused_and_its_file_is_taken),
        cmocka_unit_test(librdkafkas_own_keys_that_end_in_file_stay_as_they_are),
        cmocka_unit_test(names_that_the_table_has_are_refused_for_one_side),
        cmocka_unit_test(a_variable_becomes_a_key_with_dots),
        cmocka_unit_test(what_sounds_like_a_secret_is_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
