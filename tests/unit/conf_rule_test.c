/* Rules of settings: the table itself, and what each type takes. */
#include "tests/unit/leaf.h"

#include "common/conf_rule.h"

static enum err check(const char *key, const char *text, int64_t *ret_number)
{
    enum conf_id id;
    struct note note = { .text = "" };
    assert_true(conf_rule_by_key(str_from(key), &id));
    enum err err = conf_rule_check(conf_rule(id), str_from(text), ret_number, &note);
    assert_true((err == OK) == (note.text[0] == '\0'));
    assert_true(err == OK || err == ERR_CONFIG);
    return err;
}

static bool accepts(const char *key, const char *text)
{
    int64_t number;
    return check(key, text, &number) == OK;
}

static void every_default_keeps_its_own_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONF_COUNT; i++) {
        const struct conf_rule *rule = conf_rule((enum conf_id)i);
        if (!accepts(rule->key, rule->value)) {
            fail_msg("the default of %s is refused", rule->key);
        }
        assert_true(strlen(rule->text) > 0);
        assert_true(strlen(rule->section) > 0);
        assert_true((rule->type == CONF_ENUM) == (rule->choices[0] != '\0'));
        assert_int_equal(strspn(rule->key, "abcdefghijklmnopqrstuvwxyz0123456789."),
                         strlen(rule->key));
    }
}

static void no_two_settings_share_a_key_or_a_variable(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONF_COUNT; i++) {
        char variable[128] = "DESKHAND_";
        const char *key = conf_rule((enum conf_id)i)->key;
        enum conf_id id;
        size_t len = strlen(variable);
        for (size_t j = 0; key[j]; j++) {
            variable[len++] = (char)(key[j] == '.' ? '_' : key[j] - ('a' <= key[j] ? 32 : 0));
        }
        variable[len] = '\0';
        assert_true(conf_rule_by_key(str_from(key), &id));
        assert_int_equal(id, i);
        assert_true(conf_rule_by_variable(str_from(variable), &id));
        assert_int_equal(id, i);
    }
}

static void a_variable_must_be_the_whole_name(void **state)
{
    (void)state;
    enum conf_id id = CONF_COUNT;
    assert_false(conf_rule_by_variable(STR("MODEL_URL"), &id));
    assert_false(conf_rule_by_variable(STR("DESKHAND_MODEL"), &id));
    assert_false(conf_rule_by_variable(STR("DESKHAND_MODEL_URLS"), &id));
    assert_false(conf_rule_by_variable(STR("DESKHAND_model_url"), &id));
    assert_false(conf_rule_by_variable(STR("DESKHAND_MODEL.URL"), &id));
    assert_false(conf_rule_by_key(STR("MODEL.URL"), &id));
    assert_false(conf_rule_by_key(STR(""), &id));
    assert_int_equal(id, CONF_COUNT);
}

static void what_other_programs_call_a_setting_is_known(void **state)
{
    (void)state;
    assert_string_equal(conf_rule_elsewhere(STR("kafka.brokers")), "kafka.bootstrap.servers");
    assert_string_equal(conf_rule_elsewhere(STR("redis.url")), "store.url");
    assert_null(conf_rule_elsewhere(STR("store.url")));
    assert_string_equal(conf_rule_nearest(STR("redis.url")), "store.url");
    assert_string_equal(conf_rule_nearest(STR("model.api.key")), "model.key.file");
}

static void the_nearest_key_is_the_one_with_the_fewest_slips(void **state)
{
    (void)state;
    assert_string_equal(conf_rule_nearest(STR("modle.url")), "model.url");
    assert_string_equal(conf_rule_nearest(STR("model_url")), "model.url");
    assert_string_equal(conf_rule_nearest(STR("inflght.max")), "inflight.max");
    assert_string_equal(conf_rule_nearest(STR("topic.message")), "topic.messages");
    assert_string_equal(conf_rule_nearest(STR("log.levle")), "log.level");
    assert_string_equal(conf_rule_nearest(STR("seal.key")), "seal.key.file");
    assert_string_equal(conf_rule_nearest(STR("model.key")), "model.key.file");
    assert_null(conf_rule_nearest(STR("zzzzzz.qqqqqqqqqqqqqqqq")));
    assert_null(conf_rule_nearest(STR("a.key.that.is.much.longer.than.any.that.the.table.could"
                                      ".ever.have.in.it")));
}

static void numbers_keep_their_range(void **state)
{
    (void)state;
    int64_t number;
    assert_int_equal(check("inflight.max", "1", &number), OK);
    assert_int_equal(number, 1);
    assert_int_equal(check("topics.retention.ms", "-1", &number), OK);
    assert_int_equal(number, -1);
    assert_false(accepts("inflight.max", "0"));
    assert_false(accepts("inflight.max", "1000001"));
    assert_false(accepts("inflight.max", ""));
    assert_false(accepts("inflight.max", "12x"));
    assert_false(accepts("inflight.max", " 12"));
    assert_false(accepts("model.timeout.ms", "30s"));
    assert_false(accepts("message.bytes.max", "1 MiB"));
    assert_true(accepts("knowledge.embeddings.wait.ms", "5000"));
    assert_false(accepts("knowledge.embeddings.wait.ms", "5001")); /* a drain waits as long */
}

static void a_version_that_is_not_known_yet_is_called_newer(void **state)
{
    (void)state;
    enum conf_id id;
    int64_t number;
    struct note note = { .text = "" };
    assert_true(accepts("settings.version", "1"));
    assert_false(accepts("settings.version", "0"));
    assert_false(accepts("settings.version", "one"));
    assert_true(conf_rule_by_key(STR("settings.version"), &id));
    assert_int_equal(conf_rule_check(conf_rule(id), STR("99"), &number, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "newer"));
}

static void truth_is_written_in_one_way(void **state)
{
    (void)state;
    int64_t number;
    assert_int_equal(check("cache.enabled", "true", &number), OK);
    assert_int_equal(number, 1);
    assert_int_equal(check("cache.enabled", "false", &number), OK);
    assert_int_equal(number, 0);
    assert_false(accepts("cache.enabled", "yes"));
    assert_false(accepts("cache.enabled", "True"));
    assert_false(accepts("cache.enabled", "1"));
    assert_false(accepts("cache.enabled", ""));
}

static void a_choice_gives_its_place_in_the_table(void **state)
{
    (void)state;
    int64_t number;
    assert_int_equal(check("delivery", "at-least-once", &number), OK);
    assert_int_equal(number, DELIVERY_AT_LEAST_ONCE);
    assert_int_equal(check("model.kind", "builtin", &number), OK);
    assert_int_equal(number, MODEL_KIND_BUILTIN);
    assert_int_equal(check("donemap.unreadable", "replay", &number), OK);
    assert_int_equal(number, DONEMAP_UNREADABLE_REPLAY);
    assert_int_equal(check("log.format", "text", &number), OK);
    assert_int_equal(number, LOG_FORMAT_TEXT);
    assert_false(accepts("delivery", "at-least"));
    assert_false(accepts("delivery", ""));
    assert_false(accepts("delivery", "exactly-once|at-least-once"));
}

static void real_numbers_have_a_point_and_no_exponent(void **state)
{
    (void)state;
    double number = 7;
    assert_true(conf_rule_real(STR("0.25"), &number));
    assert_true(number > 0.24 && number < 0.26);
    assert_true(accepts("model.temperature", "2"));
    assert_false(accepts("model.temperature", "2.01"));
    assert_false(accepts("model.temperature", "-0.1"));
    static const char *const texts[] = {
        "",    "nan", "inf", "1e1", "0x1", "1.2.3",
        "1-2", "-",   ".",   " 1",  "1 ",  "0.00000000000000000000000000000001"
    };
    for (size_t i = 0; i < countof(texts); i++) {
        number = 7;
        assert_false(conf_rule_real(str_from(texts[i]), &number));
        assert_true(number > 6.9);
    }
}

static void texts_are_one_line_of_utf8(void **state)
{
    (void)state;
    assert_true(accepts("worker.id", "w-\xe4\xba\xac"));
    assert_false(accepts("worker.id", "a\nb"));
    assert_false(accepts("worker.id", "a\x7f"));
    assert_false(accepts("worker.id", "\xc3"));
    assert_false(accepts("kafka.group.id", ""));
    char text[300];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_false(accepts("worker.id", text));
}

static void an_address_must_not_carry_a_password(void **state)
{
    (void)state;
    assert_true(accepts("store.url", "redis://localhost:6379/2"));
    assert_true(accepts("store.url", "redis://someone@localhost"));
    assert_true(accepts("model.url", "http://localhost/a:b@c"));
    assert_false(accepts("store.url", "redis://someone:secret@localhost"));
    assert_false(accepts("store.url", "rediss://:secret@localhost:6379/2"));
    assert_false(accepts("model.url", "https://a:b@localhost/v1"));
}

static bool is_key(const char *key, enum conf_id wanted)
{
    enum conf_id id = CONF_COUNT;
    return conf_rule_by_key(str_from(key), &id) && id == wanted;
}

static bool is_variable(const char *variable, enum conf_id wanted)
{
    enum conf_id id = CONF_COUNT;
    return conf_rule_by_variable(str_from(variable), &id) && id == wanted;
}

static void the_first_backend_may_be_written_with_its_number(void **state)
{
    (void)state;
    assert_true(is_key("model.1.url", CONF_MODEL_URL));
    assert_true(is_key("model.1.key.file", CONF_MODEL_KEY_FILE));
    assert_true(is_key("model.2.url", CONF_MODEL_2_URL));
    assert_true(is_variable("DESKHAND_MODEL_1_INFLIGHT_MAX", CONF_MODEL_INFLIGHT_MAX));
    assert_true(is_variable("DESKHAND_MODEL_4_KEY_FILE", CONF_MODEL_4_KEY_FILE));
    static const char *const none[] = { "model.1.",           "model.1",
                                        "model.1.1.url",      "model.1.2.url",
                                        "model.1.max.tokens", "model.5.url",
                                        "model.0.url",        "model.11.url" };
    for (size_t i = 0; i < countof(none); i++) {
        enum conf_id id;
        assert_false(conf_rule_by_key(str_from(none[i]), &id));
    }
    enum conf_id id;
    assert_false(conf_rule_by_variable(STR("DESKHAND_MODEL_1_2_URL"), &id));
    assert_false(conf_rule_by_variable(STR("DESKHAND_MODEL_1_MAX_TOKENS"), &id));
}

static void every_backend_has_the_settings_of_the_first_one_under_its_number(void **state)
{
    (void)state;
    static const char *const names[] = { "kind",         "url",     "name",
                                         "key.file",     "ca.file", "timeout.ms",
                                         "inflight.max", "for",     "free" };
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        const struct conf_backend *ids = conf_backend(place);
        const enum conf_id settings[] = { ids->kind,         ids->url,        ids->name,
                                          ids->key_file,     ids->ca_file,    ids->timeout_ms,
                                          ids->inflight_max, ids->wanted_for, ids->is_free };
        for (size_t i = 0; i < countof(names); i++) {
            char key[64];
            if (place == 0) {
                snprintf(key, sizeof(key), "model.%s", names[i]);
            } else {
                snprintf(key, sizeof(key), "model.%zu.%s", place + 1, names[i]);
            }
            assert_string_equal(conf_key(settings[i]), key);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_backend_may_be_written_with_its_number),
        cmocka_unit_test(every_backend_has_the_settings_of_the_first_one_under_its_number),
        cmocka_unit_test(every_default_keeps_its_own_rule),
        cmocka_unit_test(no_two_settings_share_a_key_or_a_variable),
        cmocka_unit_test(a_variable_must_be_the_whole_name),
        cmocka_unit_test(what_other_programs_call_a_setting_is_known),
        cmocka_unit_test(the_nearest_key_is_the_one_with_the_fewest_slips),
        cmocka_unit_test(numbers_keep_their_range),
        cmocka_unit_test(a_version_that_is_not_known_yet_is_called_newer),
        cmocka_unit_test(truth_is_written_in_one_way),
        cmocka_unit_test(a_choice_gives_its_place_in_the_table),
        cmocka_unit_test(real_numbers_have_a_point_and_no_exponent),
        cmocka_unit_test(texts_are_one_line_of_utf8),
        cmocka_unit_test(an_address_must_not_carry_a_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
