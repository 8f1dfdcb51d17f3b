/* Which secrets go where others can read them: the setting is named, and what to write instead. */
#include "tests/unit/leaf.h"

#include "common/exposure.h"

static struct note notes[EXPOSURES_MAX];

static size_t found(const char *lines)
{
    struct conf *conf = conf_create();
    struct note note = { .text = "" };
    assert_int_equal(conf_read_file(conf, "x", str_from(lines), &note), OK);
    size_t count = exposures_find(conf, notes);
    conf_destroy(conf);
    return count;
}

static size_t found_for_model(const char *url)
{
    char lines[256];
    snprintf(lines, sizeof(lines),
             "model.kind=openai\nmodel.name=m\nmodel.key.file=/k\nmodel.url=%s", url);
    return found(lines);
}

static void the_defaults_expose_nothing(void **state)
{
    (void)state;
    assert_int_equal(found(""), 0);
}

static void a_key_over_http_to_another_machine_is_told(void **state)
{
    (void)state;
    assert_int_equal(found_for_model("http://models.example:8000/v1"), 1);
    assert_text(str_from(notes[0].text),
                "model.key.file: write model.url with https://, else whoever is on the way to "
                "models.example can read the key");
    assert_int_equal(found_for_model("http://10.0.0.7/v1"), 1);
    assert_int_equal(found_for_model("http://[2001:db8::1]:80?x"), 1);
}

static void what_only_looks_like_this_machine_is_another(void **state)
{
    (void)state;
    assert_int_equal(found_for_model("http://127.0.0.1.evil.example/v1"), 1);
    assert_int_equal(found_for_model("http://localhost.example/v1"), 1);
    assert_int_equal(found_for_model("http://localhost@models.example/v1"), 1);
    assert_int_equal(found_for_model("http://models.example/@localhost"), 1);
    assert_int_equal(found_for_model("http://models.example#@localhost"), 1);
    assert_int_equal(found_for_model("http://[::1"), 1);
    assert_int_equal(found_for_model("http://"), 1);
}

static void on_this_machine_or_over_tls_a_key_is_safe(void **state)
{
    (void)state;
    assert_int_equal(found_for_model("http://localhost:8000/v1"), 0);
    assert_int_equal(found_for_model("http://LocalHost"), 0);
    assert_int_equal(found_for_model("http://127.0.0.1:8000/v1"), 0);
    assert_int_equal(found_for_model("http://127.8.0.1?x"), 0);
    assert_int_equal(found_for_model("http://[::1]:8000/v1"), 0);
    assert_int_equal(found_for_model("https://models.example/v1"), 0);
}

static void without_a_secret_nothing_is_exposed(void **state)
{
    (void)state;
    assert_int_equal(found("model.kind=openai\nmodel.url=http://models.example\nmodel.name=m"), 0);
    assert_int_equal(found("model.key.file=/k\nmodel.url=http://models.example"), 0); /* builtin */
    assert_int_equal(found("store.url=redis://cache.example"), 0);
}

static void each_backend_and_the_store_are_told_by_their_own_settings(void **state)
{
    (void)state;
    assert_int_equal(found("model.kind=openai\nmodel.url=https://a.example\nmodel.key.file=/k\n"
                           "model.2.kind=generate\nmodel.2.url=http://b.example\n"
                           "model.2.key.file=/k\n"
                           "store.url=redis://deskhand@cache.example:6379/1\n"
                           "store.password.file=/p"),
                     2);
    assert_true(str_starts(str_from(notes[0].text),
                           STR("model.2.key.file: write model.2.url with https://")));
    assert_text(str_from(notes[1].text),
                "store.password.file: write store.url with rediss://, else whoever is on the way "
                "to cache.example can read the password");
}

static void a_store_on_this_machine_or_over_tls_exposes_nothing(void **state)
{
    (void)state;
    assert_int_equal(found("store.url=redis://localhost\nstore.password.file=/p"), 0);
    assert_int_equal(found("store.url=unix:///run/redis\nstore.password.file=/p"), 0);
    assert_int_equal(found("store.url=rediss://cache.example\nstore.password.file=/p"), 0);
}

#define BROKERS "kafka.bootstrap.servers=localhost:9092, SASL_PLAINTEXT://kafka.example:9092\n"

static void a_password_to_brokers_without_tls_is_told(void **state)
{
    (void)state;
    assert_int_equal(found(BROKERS "kafka.security.protocol=SASL_PLAINTEXT\n"
                                   "kafka.sasl.mechanisms=PLAIN"),
                     1);
    assert_text(str_from(notes[0].text),
                "kafka.security.protocol: write sasl_ssl, else whoever is on the way to "
                "kafka.example can read the password or token");
    assert_int_equal(found(BROKERS "kafka.consumer.security.protocol=sasl_plaintext\n"
                                   "kafka.consumer.sasl.mechanism=oauthbearer"),
                     1);
}

static void brokers_over_tls_with_scram_or_on_this_machine_expose_nothing(void **state)
{
    (void)state;
    assert_int_equal(found(BROKERS "kafka.security.protocol=sasl_ssl\n"
                                   "kafka.sasl.mechanisms=PLAIN"),
                     0);
    assert_int_equal(found(BROKERS "kafka.security.protocol=sasl_plaintext\n"
                                   "kafka.sasl.mechanisms=SCRAM-SHA-512"),
                     0);
    assert_int_equal(found("kafka.bootstrap.servers=localhost:1,127.0.0.1:2,[::1]:3\n"
                           "kafka.security.protocol=sasl_plaintext\nkafka.sasl.mechanisms=PLAIN"),
                     0);
}

/* A long name must not push what to write out of the note. */
static void what_to_write_is_told_whatever_the_name(void **state)
{
    (void)state;
    char url[200] = "http://";
    memset(url + 7, 'a', 180);
    assert_int_equal(found_for_model(url), 1);
    assert_true(str_starts(str_from(notes[0].text),
                           STR("model.key.file: write model.url with https://")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_expose_nothing),
        cmocka_unit_test(a_key_over_http_to_another_machine_is_told),
        cmocka_unit_test(what_only_looks_like_this_machine_is_another),
        cmocka_unit_test(on_this_machine_or_over_tls_a_key_is_safe),
        cmocka_unit_test(without_a_secret_nothing_is_exposed),
        cmocka_unit_test(each_backend_and_the_store_are_told_by_their_own_settings),
        cmocka_unit_test(a_store_on_this_machine_or_over_tls_exposes_nothing),
        cmocka_unit_test(a_password_to_brokers_without_tls_is_told),
        cmocka_unit_test(brokers_over_tls_with_scram_or_on_this_machine_expose_nothing),
        cmocka_unit_test(what_to_write_is_told_whatever_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
