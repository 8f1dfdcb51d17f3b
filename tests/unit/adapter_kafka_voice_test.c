/* What a client of Kafka says: of all errors the telling one is kept, and a failure is explained
 * with it, in words that say what to do. */
#include "tests/unit/leaf.h"

#include "worker/adapter/kafka_voice.h"

#define DOING "joining the group deskhand-of-a-shop"

static struct kafka_voice voice;
static struct note note;

static int set_up(void **state)
{
    (void)state;
    note = (struct note){ 0 };
    kafka_voice_init(&voice, NULL, "test", NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kafka_voice_fini(&voice);
    return 0;
}

static void explains(rd_kafka_resp_err_t code, enum err err, const char *words)
{
    assert_int_equal(kafka_voice_explain(&voice, code, DOING, &note), err);
    assert_int_equal(strncmp(note.text, DOING ": ", strlen(DOING) + 2), 0);
    if (!strstr(note.text, words)) {
        fail_msg("\"%s\" does not say \"%s\"", note.text, words);
    }
}

static void of_several_errors_the_telling_one_explains_a_failure(void **state)
{
    (void)state;
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__SSL, "certificate verify failed");
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__TRANSPORT, "disconnected");
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    assert_int_equal(kafka_voice_last(&voice), RD_KAFKA_RESP_ERR__SSL);
    explains(RD_KAFKA_RESP_ERR__TIMED_OUT, ERR_CONFIG, "TLS failed");
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__AUTHENTICATION, "refused");
    explains(RD_KAFKA_RESP_ERR__TIMED_OUT, ERR_CONFIG, "credentials");
}

static void what_tells_nothing_of_brokers_is_not_kept(void **state)
{
    (void)state;
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__TRANSPORT, NULL);
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, "a message");
    assert_int_equal(kafka_voice_last(&voice), RD_KAFKA_RESP_ERR__TRANSPORT);
    explains(RD_KAFKA_RESP_ERR_NO_ERROR, ERR_UNAVAILABLE, "kafka.bootstrap.servers");
}

static void an_error_that_waiting_cannot_help_speaks_for_itself(void **state)
{
    (void)state;
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__SSL, "certificate verify failed");
    explains(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ERR_CONFIG,
             "READ on the consumer group");
}

static void what_was_heard_is_forgotten_when_all_is_well(void **state)
{
    (void)state;
    kafka_voice_hear(&voice, RD_KAFKA_RESP_ERR__RESOLVE, "no such host");
    kafka_voice_forget(&voice);
    assert_int_equal(kafka_voice_last(&voice), RD_KAFKA_RESP_ERR_NO_ERROR);
    explains(RD_KAFKA_RESP_ERR__TIMED_OUT, ERR_UNAVAILABLE, "no broker answers in time");
}

static size_t refusals;

static void on_refused(rd_kafka_t *client, const struct kafka_voice *of)
{
    assert_null(client);
    assert_ptr_equal(of, &voice);
    refusals++;
}

static void refused_credentials_are_told_each_time_and_nothing_else_is(void **state)
{
    (void)state;
    refusals = 0;
    voice.on_refused = on_refused;
    kafka_voice_on_error(NULL, RD_KAFKA_RESP_ERR__TRANSPORT, "disconnected", &voice);
    assert_int_equal(refusals, 0);
    kafka_voice_on_error(NULL, RD_KAFKA_RESP_ERR__AUTHENTICATION, "no", &voice);
    kafka_voice_on_error(NULL, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, "no", &voice);
    assert_int_equal(refusals, 2);
    assert_int_equal(kafka_voice_last(&voice), RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED);
    voice.on_refused = NULL;
    kafka_voice_on_error(NULL, RD_KAFKA_RESP_ERR__AUTHENTICATION, "no", &voice);
}

static void each_code_has_words_that_fit_behind_what_was_being_done(void **state)
{
    (void)state;
    const struct rd_kafka_err_desc *codes;
    size_t count;
    size_t hopeless = 0;
    rd_kafka_get_err_descs(&codes, &count);
    for (size_t i = 0; i < count; i++) {
        const char *advice = kafka_advice(codes[i].code);
        assert_non_null(advice);
        hopeless += kafka_is_hopeless(codes[i].code);
        if (kafka_is_hopeless(codes[i].code) &&
            strlen(DOING ": ") + strlen(advice) >= NOTE_TEXT_BYTES) {
            fail_msg("too long: %s", advice);
        }
    }
    assert_true(hopeless > 10);
    assert_false(kafka_is_hopeless(RD_KAFKA_RESP_ERR__TRANSPORT));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(of_several_errors_the_telling_one_explains_a_failure),
        TEST(what_tells_nothing_of_brokers_is_not_kept),
        TEST(an_error_that_waiting_cannot_help_speaks_for_itself),
        TEST(what_was_heard_is_forgotten_when_all_is_well),
        TEST(refused_credentials_are_told_each_time_and_nothing_else_is),
        TEST(each_code_has_words_that_fit_behind_what_was_being_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
