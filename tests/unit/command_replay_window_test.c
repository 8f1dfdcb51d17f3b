/* Windows: what the command line may say, and what is told to whoever says something else. */
#include "tests/unit/leaf.h"

#include "worker/command/replay_window.h"

#define NOW 1738317600000 /* 2025-01-31T10:00:00Z */
#define HOUR 3600000

static struct conf *conf;

static int set_up(void **state)
{
    (void)state;
    conf = conf_create();
    return conf ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    conf_destroy(conf);
    return 0;
}

static struct window window_of(const struct window_words *words)
{
    struct window window;
    struct note note = { 0 };
    if (window_read(words, conf, NOW, &window, &note) != OK) {
        fail_msg("%s", note.text);
    }
    return window;
}

static void refused(const struct window_words *words, const char *because)
{
    struct window window = { .limit = 77 };
    struct note note = { 0 };
    assert_int_equal(window_read(words, conf, NOW, &window, &note), ERR_USAGE);
    assert_int_equal(window.limit, 77);
    if (!strstr(note.text, because)) {
        fail_msg("\"%s\" does not say \"%s\"", note.text, because);
    }
}

static void times_are_written_in_four_ways(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int64_t wall_ms;
    } rows[] = {
        { "2025-01-31T10:00:00Z", NOW },
        { "2025-01-31T12:00:00+02:00", NOW },
        { "2025-01-31", NOW - 10 * HOUR },
        { "now", NOW },
        { "-90s", NOW - 90000 },
        { "-90m", NOW - 90 * 60000 },
        { "-2h", NOW - 2 * HOUR },
        { "-7d", NOW - 7 * 24 * (int64_t)HOUR },
        { "-0s", NOW },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        int64_t wall_ms = -1;
        assert_true(window_parse_time(str_from(rows[i].word), NOW, &wall_ms));
        assert_int_equal(wall_ms, rows[i].wall_ms);
    }
}

static void anything_else_is_no_time(void **state)
{
    (void)state;
    static const char *const words[] = { "",
                                         "-",
                                         "-h",
                                         "h",
                                         "1h",
                                         "-1",
                                         "-1w",
                                         "--1h",
                                         "-1.5h",
                                         "yesterday",
                                         "2025-13-01",
                                         "2025-02-30",
                                         "2025-02-29T10:00:00Z",
                                         "-1h ",
                                         "-99999999999999h" };
    for (size_t i = 0; i < countof(words); i++) {
        int64_t wall_ms = 77;
        assert_false(window_parse_time(str_from(words[i]), NOW, &wall_ms));
        assert_int_equal(wall_ms, 77);
    }
}

static void from_goes_on_to_the_end_unless_to_is_said(void **state)
{
    (void)state;
    const struct window open = window_of(
        &(struct window_words){ .topic = "support.messages", .from = "-1h" });
    assert_int_equal(open.topic, TOPIC_MESSAGES);
    assert_int_equal(open.spans_count, 1);
    assert_int_equal(open.spans[0].partition, TAPE_ALL_PARTITIONS);
    assert_int_equal(open.spans[0].from, NOW - HOUR);
    assert_true(open.spans[0].to == TAPE_END);
    assert_int_equal(open.from_wall_ms, NOW - HOUR);
    assert_true(open.limit == INT64_MAX);
    const struct window closed = window_of(&(struct window_words){
        .topic = "support.messages", .from = "-2h", .to = "-1h", .partition = "3", .limit = "5" });
    assert_int_equal(closed.spans[0].to, NOW - HOUR);
    assert_int_equal(closed.spans[0].partition, 3);
    assert_int_equal(closed.limit, 5);
}

static void warm_reads_from_earlier_and_reports_from_later(void **state)
{
    (void)state;
    const struct window window = window_of(
        &(struct window_words){ .topic = "support.messages", .from = "-1h", .warm = "-3h" });
    assert_int_equal(window.spans[0].from, NOW - 3 * HOUR);
    assert_int_equal(window.from_wall_ms, NOW - HOUR);
}

static void offsets_are_ranges_with_both_ends(void **state)
{
    (void)state;
    const struct window window = window_of(
        &(struct window_words){ .topic = "support.orders", .offsets = "0:100-199,7:40-40" });
    assert_int_equal(window.topic, TOPIC_ORDERS);
    assert_int_equal(window.spans_count, 2);
    assert_true(window.spans[0].is_by_offset);
    assert_int_equal(window.spans[0].partition, 0);
    assert_int_equal(window.spans[0].from, 100);
    assert_int_equal(window.spans[0].to, 199);
    assert_int_equal(window.spans[1].partition, 7);
    assert_int_equal(window.spans[1].to, 40);
    assert_true(window.from_wall_ms == TAPE_BEGINNING);
}

static void wrong_ranges_are_named(void **state)
{
    (void)state;
    static const char *const words[] = { "",      "0",      "0:",     "0:1",         "0:2-1",
                                         "a:1-2", "0:1-2,", "-1:1-2", "0:1-2;1:1-2", "0:-1-2" };
    for (size_t i = 0; i < countof(words); i++) {
        refused(&(struct window_words){ .topic = "support.messages", .offsets = words[i] },
                "is no range; write P:A-B");
    }
    refused(&(struct window_words){ .topic = "support.messages", .offsets = "1:0-5,1:7-9" },
            "partition 1 occurs twice");
}

static void too_many_ranges_are_refused(void **state)
{
    (void)state;
    char offsets[2048] = "";
    for (int i = 0; i <= WINDOW_SPANS_MAX; i++) {
        size_t len = strlen(offsets);
        snprintf(offsets + len, sizeof(offsets) - len, "%s%d:0-1", i ? "," : "", i);
    }
    refused(&(struct window_words){ .topic = "support.messages", .offsets = offsets },
            "more than 64 ranges");
}

static void only_topics_that_carry_events_can_be_replayed(void **state)
{
    (void)state;
    refused(&(struct window_words){ .from = "-1h" }, "--topic is missing");
    refused(&(struct window_words){ .topic = "no.such", .from = "-1h" },
            "no.such has no events of this worker, unlike support.messages, support.orders, "
            "support.copy-requests, support.handbacks, ...");
    refused(&(struct window_words){ .topic = "support.catalog", .from = "-1h" },
            "has no events of this worker");
    refused(&(struct window_words){ .topic = "support.answers", .from = "-1h" },
            "has no events of this worker");
}

static void requests_for_recommendations_and_feedback_can_be_replayed(void **state)
{
    (void)state;
    const struct window wishes = window_of(
        &(struct window_words){ .topic = "support.recommendation-requests", .from = "-1h" });
    assert_int_equal(wishes.topic, TOPIC_RECOMMENDATION_REQUESTS);
    assert_int_equal(wishes.spans[0].topic, TOPIC_RECOMMENDATION_REQUESTS);
    const struct window feedback = window_of(
        &(struct window_words){ .topic = "support.feedback", .offsets = "0:1-2" });
    assert_int_equal(feedback.topic, TOPIC_FEEDBACK);
}

static void what_is_switched_off_can_not_be_replayed(void **state)
{
    (void)state;
    struct conf *usual = conf;
    struct note note = { 0 };
    conf = conf_create();
    assert_non_null(conf);
    assert_int_equal(conf_read_argument(conf, "topic.feedback=", &note), OK);
    assert_int_equal(conf_read_argument(conf, "topic.recommendation.requests=", &note), OK);
    refused(&(struct window_words){ .topic = "support.feedback", .from = "-1h" },
            "has no events of this worker");
    refused(&(struct window_words){ .topic = "support.recommendation-requests", .from = "-1h" },
            "has no events of this worker");
    refused(&(struct window_words){ .topic = "", .from = "-1h" }, "has no events of this worker");
    conf_destroy(conf);
    conf = usual;
}

static void times_that_make_no_sense_are_named(void **state)
{
    (void)state;
    const char *topic = "support.messages";
    refused(&(struct window_words){ .topic = topic }, "--from TIME");
    refused(&(struct window_words){ .topic = topic, .to = "now" }, "--from TIME");
    refused(&(struct window_words){ .topic = topic, .from = "noon" }, "--from: noon is no time");
    refused(&(struct window_words){ .topic = topic, .from = "2025-02-30" },
            "--from: there is no such day as 2025-02-30");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .to = "2025-04-31T10:00:00Z" },
            "--to: there is no such day as 2025-04-31");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .to = "x" }, "--to: x is no");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .to = "-2h" },
            "--from -1h is not before --to -2h");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .warm = "-1m" },
            "--warm -1m is behind --from -1h");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .partition = "x" },
            "--partition: x");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .limit = "0" }, "--limit: 0");
    refused(&(struct window_words){ .topic = topic, .from = "-1h", .offsets = "0:1-2" },
            "leave --from");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_in_four_ways),
        cmocka_unit_test(anything_else_is_no_time),
        cmocka_unit_test(from_goes_on_to_the_end_unless_to_is_said),
        cmocka_unit_test(warm_reads_from_earlier_and_reports_from_later),
        cmocka_unit_test(offsets_are_ranges_with_both_ends),
        cmocka_unit_test(wrong_ranges_are_named),
        cmocka_unit_test(too_many_ranges_are_refused),
        cmocka_unit_test(only_topics_that_carry_events_can_be_replayed),
        cmocka_unit_test(requests_for_recommendations_and_feedback_can_be_replayed),
        cmocka_unit_test(times_that_make_no_sense_are_named),
        cmocka_unit_test(what_is_switched_off_can_not_be_replayed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
