/* Settings together: what none of them can tell alone. */
#include "tests/unit/leaf.h"

#include "common/conf.h"

/* The verdict on the defaults with these lines changed; the note's text in `note`. */
static enum err verdict(const char *lines, struct note *note)
{
    struct conf *conf = conf_create();
    *note = (struct note){ .text = "" };
    assert_int_equal(conf_read_file(conf, "x", str_from(lines), note), OK);
    enum err err = conf_check(conf, note);
    conf_destroy(conf);
    return err;
}

static void assert_accepted(const char *lines)
{
    struct note note;
    if (verdict(lines, &note) != OK) {
        fail_msg("%s: %s", lines, note.text);
    }
}

/* The note begins with the setting that is to be changed. */
static void assert_refused(const char *lines, const char *key)
{
    struct note note;
    assert_int_equal(verdict(lines, &note), ERR_CONFIG);
    if (!str_starts(str_from(note.text), str_from(key)) || note.text[strlen(key)] != ':') {
        fail_msg("%s: %s", lines, note.text);
    }
}

static void the_defaults_go_together(void **state)
{
    (void)state;
    assert_accepted("");
}

static void a_backend_needs_its_address_and_openai_a_model(void **state)
{
    (void)state;
    assert_refused("model.kind=generate", "model.url");
    assert_refused("model.kind=generate\nmodel.url=localhost:8000", "model.url");
    assert_accepted("model.kind=generate\nmodel.url=http://localhost:8000");
    assert_refused("model.kind=openai\nmodel.url=http://localhost:8000/v1", "model.name");
    assert_accepted("model.kind=openai\nmodel.url=https://localhost:8000/v1\nmodel.name=small");
    assert_accepted("model.url=whatever");
}

static void the_address_of_a_backend_is_a_host_that_a_path_can_be_added_to(void **state)
{
    (void)state;
    static const char *const wrong[] = { "http://", "https:///v1", "http://localhost/v1?version=1",
                                         "http://localhost:8000#v1", "http://?x" };
    for (size_t i = 0; i < countof(wrong); i++) {
        char lines[128];
        snprintf(lines, sizeof(lines), "model.kind=generate\nmodel.url=%s", wrong[i]);
        assert_refused(lines, "model.url");
        snprintf(lines, sizeof(lines), "model.2.kind=generate\nmodel.2.url=%s", wrong[i]);
        assert_refused(lines, "model.2.url");
    }
    assert_accepted("model.kind=generate\nmodel.url=https://[::1]:8000/a/b/");
}

static void brokers_are_hosts_with_ports(void **state)
{
    (void)state;
    static const char *const wrong[] = { ",",           "http://localhost:9092", ":9092",
                                         "localhost:",  "localhost:kafka",       "a:0",
                                         "a:65536",     "a:9092,b:x",            "://a:9092",
                                         "ssl://:9093", "[::1]9092",             "[]:9092" };
    for (size_t i = 0; i < countof(wrong); i++) {
        char lines[128];
        snprintf(lines, sizeof(lines), "kafka.bootstrap.servers=%s", wrong[i]);
        assert_refused(lines, "kafka.bootstrap.servers");
    }
    assert_accepted("kafka.bootstrap.servers=a:1, b:65535 ,, c,");
    assert_accepted("kafka.bootstrap.servers=sasl_ssl://a:9092/,PLAINTEXT://b,SSL://c:1/x");
    assert_accepted("kafka.bootstrap.servers=[::1]:9092,[::1],::1,SASL_PLAINTEXT://d");
}

static void a_backend_that_is_half_set_is_refused_by_name(void **state)
{
    (void)state;
    assert_refused("model.2.url=http://localhost:1", "model.2.kind");
    assert_refused("model.3.key.file=/k", "model.3.kind");
    assert_refused("model.2.kind=openai\nmodel.2.name=m", "model.2.url");
    assert_refused("model.2.kind=openai\nmodel.2.url=http://localhost:1", "model.2.name");
    assert_refused("model.3.kind=builtin", "model.3.kind");
    assert_accepted("model.2.kind=builtin\nmodel.3.kind=generate\nmodel.3.url=http://localhost:1");
    assert_accepted("model.1.kind=generate\nmodel.1.url=http://localhost:8000");
    assert_refused("model.1.kind=generate", "model.url");
}

static void topics_have_valid_names_of_their_own(void **state)
{
    (void)state;
    assert_refused("topic.answers=with blank", "topic.answers");
    assert_refused("topic.answers=..", "topic.answers");
    assert_refused("topic.answers=support.messages", "topic.answers");
    assert_refused("topic.audit=x\ntopic.copies=x", "topic.audit");
    assert_accepted("topic.audit=\ntopic.copies=");
}

static void some_input_must_be_left(void **state)
{
    (void)state;
    const char *events = "topic.messages=\ntopic.orders=\ntopic.copy.requests=\n"
                         "topic.handbacks=\ntopic.recommendation.requests=\ntopic.feedback=\n";
    assert_refused(events, "topic.messages"); /* catalogue and pages ask for nothing */
    assert_accepted("topic.messages=\ntopic.orders=\ntopic.catalog=");
}

static void the_store_has_a_known_kind_and_whole_credentials(void **state)
{
    (void)state;
    assert_accepted("store.url=redis://localhost");
    assert_accepted("store.url=rediss://localhost:6380/1");
    assert_accepted("store.url=unix:///run/redis.sock?db=1");
    assert_refused("store.url=localhost:6379", "store.url");
    assert_refused("store.url=unix://run/redis.sock", "store.url");
    assert_refused("store.url=memory:x", "store.url");
    assert_refused("store.tls.cert.file=/x", "store.tls.cert.file");
    assert_refused("store.tls.key.file=/x", "store.tls.cert.file");
    assert_accepted("store.tls.key.file=/x\nstore.tls.cert.file=/y");
}

static void the_longest_wait_is_not_below_the_first(void **state)
{
    (void)state;
    assert_refused("retry.backoff.ms=500\nretry.backoff.max.ms=499", "retry.backoff.max.ms");
    assert_accepted("retry.backoff.ms=500\nretry.backoff.max.ms=500");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_go_together),
        cmocka_unit_test(a_backend_that_is_half_set_is_refused_by_name),
        cmocka_unit_test(a_backend_needs_its_address_and_openai_a_model),
        cmocka_unit_test(the_address_of_a_backend_is_a_host_that_a_path_can_be_added_to),
        cmocka_unit_test(brokers_are_hosts_with_ports),
        cmocka_unit_test(topics_have_valid_names_of_their_own),
        cmocka_unit_test(some_input_must_be_left),
        cmocka_unit_test(the_store_has_a_known_kind_and_whole_credentials),
        cmocka_unit_test(the_longest_wait_is_not_below_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
