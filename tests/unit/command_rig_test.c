/* command_rig_test.c - each setting arrives in the field that it is meant for: choices are told
 * apart by their place in the table of settings, which the types of the engine have to share. */
#include "worker/command/rig_model.h"

#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/leaf.h"

static const char *const common_settings[] = { "store.url=memory:", "model.kind=openai",
                                               "model.url=http://127.0.0.1:1/v1", "model.name=m",
                                               "log.level=error" };

struct desk {
    struct conf *conf;
    struct rig rig;
    struct engine_options options;
    struct chain chain;
};

static struct desk desk;

static void desk_set(const char *setting)
{
    struct note note = { 0 };
    if (conf_read_argument(desk.conf, setting, &note) != OK) {
        fail_msg("%s: %s", setting, note.text);
    }
}

static void desk_open(const char *const *settings)
{
    struct note note = { 0 };
    desk = (struct desk){ .conf = conf_create() };
    for (size_t i = 0; i < countof(common_settings); i++) {
        desk_set(common_settings[i]);
    }
    for (; *settings; settings++) {
        desk_set(*settings);
    }
    const struct rig_options options = { .conf = desk.conf, .log_fd = 2 };
    if (rig_open(&desk.rig, &options, &note) != OK) {
        fail_msg("%s", note.text);
    }
    desk.options = rig_engine_options(&desk.rig);
    desk.chain = rig_chain(&desk.rig);
}

static void desk_close(void)
{
    rig_close(&desk.rig);
    conf_destroy(desk.conf);
}

static const struct {
    const char *setting;
    int64_t wanted;
    size_t at; /* in struct engine_options */
    size_t size;
} numbers[] = {
#define ARRIVES(setting, wanted, field)                                                            \
    {                                                                                              \
        setting, wanted, offsetof(struct engine_options, field),                                   \
            sizeof(((struct engine_options *)NULL)->field)                                         \
    }
    ARRIVES("inflight.max=77", 77, inflight_max),
    ARRIVES("backlog.records.max=4321", 4321, backlog_records_max),
    ARRIVES("backlog.bytes.max=2097153", 2097153, backlog_bytes_max),
    ARRIVES("message.bytes.max=70001", 70001, event_limits.value_bytes_max),
    ARRIVES("deadletter.value.bytes.max=1234", 1234, dead_letter_value_bytes_max),
    ARRIVES("history.turns=7", 7, history_turns),
    ARRIVES("retry.attempts.max=3", 3, retry.attempts_max),
    ARRIVES("retry.backoff.ms=11", 11, retry.backoff_ms),
    ARRIVES("retry.backoff.max.ms=22222", 22222, retry.backoff_max_ms),
    ARRIVES("event.age.max.ms=33333", 33333, event_age_max_ms),
    ARRIVES("model.outage.max.ms=44444", 44444, outage_max_ms),
    ARRIVES("dedupe.window.ms=55555", 55555, dedupe_window_ms),
    ARRIVES("cache.ttl.ms=66666", 66666, cache_ttl_ms),
    ARRIVES("history.ttl.ms=77777", 77777, history_ttl_ms),
    ARRIVES("order.ttl.ms=88888", 88888, order_ttl_ms),
    ARRIVES("lane.stuck.ms=99999", 99999, stuck_ms),
#undef ARRIVES
};

static int64_t number_at(size_t at, size_t size)
{
    int64_t wide = 0;
    int32_t narrow = 0;
    const char *from = (const char *)&desk.options + at;
    if (size == sizeof(narrow)) {
        memcpy(&narrow, from, sizeof(narrow));
        return narrow;
    }
    assert_int_equal(size, sizeof(wide));
    memcpy(&wide, from, sizeof(wide));
    return wide;
}

static void each_number_arrives_in_its_field_and_in_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(numbers); i++) {
        const char *const settings[] = { numbers[i].setting, NULL };
        desk_open(settings);
        for (size_t k = 0; k < countof(numbers); k++) {
            bool is_there = number_at(numbers[k].at, numbers[k].size) == numbers[k].wanted;
            if (is_there != (k == i)) {
                fail_msg("%s is wrong in the field of %s", numbers[i].setting, numbers[k].setting);
            }
        }
        desk_close();
    }
}

/* A price that is not remembered would be told as it was before. */
static void without_memory_an_entry_is_never_left_out_as_if_it_were_wrong(void **state)
{
    (void)state;
    const char *const none[] = { NULL };
    const struct record entry = { .topic = TOPIC_CATALOG,
                                  .key = STR("K-1"),
                                  .has_key = true,
                                  .value = STR("{\"sku\":\"K-1\",\"name\":\"Kettle\"}"),
                                  .has_value = true };
    long failures = 0;
    for (long nth = 1; failures == nth - 1; nth++) {
        desk_open(none);
        mem_fail_nth(nth);
        enum err err = rig_take_entry(&desk.rig, &entry);
        failures += mem_has_failed() ? 1 : 0;
        assert_int_equal(err, mem_has_failed() ? ERR_NOMEM : OK);
        mem_fail_nth(0);
        assert_true(err != OK || catalog_count(desk.rig.catalog) == 1);
        desk_close();
    }
    assert_true(failures > 5);
}

static void a_reply_of_which_the_model_is_unsure_goes_to_a_person_as_it_is_set(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        enum said_limit wanted;
    } limits[] = { { "handoff.confidence=low", SAID_LIMIT_LOW },
                   { "handoff.confidence=medium", SAID_LIMIT_MEDIUM },
                   { "handoff.confidence=off", SAID_LIMIT_NONE } };
    for (size_t i = 0; i < countof(limits); i++) {
        const char *const settings[] = { limits[i].setting, NULL };
        desk_open(settings);
        assert_int_equal(desk.options.confidence, limits[i].wanted);
        desk_close();
    }
}

static void replies_are_asked_for_as_it_is_set(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        enum completion_json wanted;
    } forms[] = { { "model.json=schema", COMPLETION_SCHEMA },
                  { "model.json=object", COMPLETION_OBJECT },
                  { "model.json=off", COMPLETION_OFF } };
    for (size_t i = 0; i < countof(forms); i++) {
        const char *const settings[] = { forms[i].setting, NULL };
        desk_open(settings);
        assert_int_equal(rig_model_json(&desk.rig), forms[i].wanted);
        desk_close();
    }
}

static void topics_have_the_names_that_are_set(void **state)
{
    (void)state;
    static const char *const settings[] = { "topic.handoffs=people", "topic.recommendations=hints",
                                            "topic.audit=", NULL };
    desk_open(settings);
    assert_true(str_is(desk.options.topic_names[TOPIC_HANDOFFS], "people"));
    assert_true(str_is(desk.options.topic_names[TOPIC_RECOMMENDATIONS], "hints"));
    assert_int_equal(desk.options.topic_names[TOPIC_AUDIT].len, 0);
    desk_close();
}

static void a_backend_takes_what_it_is_for_and_is_free_if_it_is_set(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "model.for=message",    "model.free=true",
        "model.2.kind=builtin", "model.2.for=copy",
        "model.3.kind=openai",  "model.3.url=http://127.0.0.1:2/v1",
        "model.3.name=n",       NULL
    };
    desk_open(settings);
    assert_int_equal(desk.chain.count, 3);
    assert_int_equal(desk.chain.backends[0].kinds, BIT(ASK_MESSAGE));
    assert_true(desk.chain.backends[0].is_free);
    assert_int_equal(desk.chain.backends[1].kinds, BIT(ASK_COPY));
    assert_int_equal(desk.chain.backends[2].kinds, ASK_KINDS_ALL);
    assert_false(desk.chain.backends[2].is_free);
    desk_close();
}

static void each_backend_has_its_own_limit_of_calls_and_time(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "model.inflight.max=31",   "model.timeout.ms=1001",
        "model.2.kind=generate",   "model.2.url=http://127.0.0.1:2",
        "model.2.inflight.max=32", "model.2.timeout.ms=1002",
        "model.3.kind=generate",   "model.3.url=http://127.0.0.1:3",
        "model.3.inflight.max=33", "model.3.timeout.ms=1003",
        "model.4.kind=generate",   "model.4.url=http://127.0.0.1:4",
        "model.4.inflight.max=34", "model.4.timeout.ms=1004",
        "model.inflight.start=9",  NULL
    };
    desk_open(settings);
    assert_int_equal(desk.chain.count, 4);
    for (size_t i = 0; i < desk.chain.count; i++) {
        assert_int_equal(desk.chain.backends[i].metric, METRIC_MODEL_1 + i);
        assert_int_equal(desk.chain.backends[i].inflight_max, 31 + i);
        assert_int_equal(desk.chain.backends[i].timeout_ms, 1001 + (int)i);
        assert_int_equal(desk.chain.backends[i].inflight_start, 9);
    }
    desk_close();
}

static void the_builtin_wording_stands_in_for_what_it_is_set_for(void **state)
{
    (void)state;
    static const struct {
        const char *settings[3];
        unsigned kinds; /* 0: it does not */
    } cases[] = {
        { { "model.fallback=handoff", "model.fallback.copy=dead-letter", NULL }, 0 },
        { { "model.fallback=builtin", NULL }, BIT(ASK_MESSAGE) },
        { { "model.fallback.copy=builtin", NULL }, BIT(ASK_COPY) },
        { { "model.fallback=builtin", "model.fallback.copy=builtin", NULL }, ASK_KINDS_ALL },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        desk_open(cases[i].settings);
        assert_int_equal(desk.chain.count, cases[i].kinds ? 2 : 1);
        assert_int_equal(desk.chain.backends[1].kinds, cases[i].kinds);
        desk_close();
    }
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_arrives_in_its_field_and_in_no_other),
        cmocka_unit_test(without_memory_an_entry_is_never_left_out_as_if_it_were_wrong),
        cmocka_unit_test(a_reply_of_which_the_model_is_unsure_goes_to_a_person_as_it_is_set),
        cmocka_unit_test(replies_are_asked_for_as_it_is_set),
        cmocka_unit_test(topics_have_the_names_that_are_set),
        cmocka_unit_test(a_backend_takes_what_it_is_for_and_is_free_if_it_is_set),
        cmocka_unit_test(each_backend_has_its_own_limit_of_calls_and_time),
        cmocka_unit_test(the_builtin_wording_stands_in_for_what_it_is_set_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
