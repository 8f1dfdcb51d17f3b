/* The tape against librdkafka's own cluster: which records a reading has, and what is said when
 * it cannot have them. */
#include "tests/unit/leaf.h"

#include "common/conf.h"
#include "worker/adapter/feed_kafka.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/tape_kafka.h"

#define PARTITIONS 2
#define WAIT_MS 90000
#define SEEN_MAX 512

struct hearing {
    struct mock_kafka *mock;
    struct conf *conf;
    struct loop *loop;
    struct job_thread *thread;
    struct tape_kafka *tape;
    struct loop_timer *timer;
    const struct tape_span *spans;
    size_t spans_count;
    size_t readings_left;
    struct record seen[SEEN_MAX]; /* only numbers */
    size_t count;
    size_t enough_at; /* 0: never */
    int64_t all;      /* of the progress, at the first record */
    size_t ends;
    enum err fatal;
    struct note why;
    bool is_closed;
    int timeout_ms;
};

static struct hearing hearing;

static void on_closed(void *owner)
{
    struct hearing *to = owner;
    to->is_closed = true;
    loop_stop(to->loop);
}

static void on_fatal(void *owner, enum err err, const struct note *note)
{
    struct hearing *to = owner;
    to->fatal = err;
    to->why = note ? *note : (struct note){ 0 };
    loop_stop(to->loop);
}

static void on_ready(void *owner)
{
    struct hearing *to = owner;
    tape_kafka_read(to->tape, to->spans, to->spans_count);
}

static void on_record(void *owner, const struct record *record)
{
    struct hearing *to = owner;
    int64_t done;
    if (to->count == 0) {
        tape_kafka_progress(to->tape, &done, &to->all);
    }
    to->seen[to->count++] = *record;
    if (to->count == to->enough_at) {
        tape_kafka_enough(to->tape);
    }
}

static void on_end(void *owner)
{
    struct hearing *to = owner;
    to->ends++;
    if (--to->readings_left > 0) {
        tape_kafka_read(to->tape, to->spans, to->spans_count);
    } else {
        loop_stop(to->loop);
    }
}

static void on_late(void *owner)
{
    struct hearing *to = owner;
    fail_msg("after %d ms: %zu records, %zu ends", WAIT_MS, to->count, to->ends);
}

static int set_up(void **state)
{
    (void)state;
    struct note note = { 0 };
    hearing = (struct hearing){ .conf = conf_create(), .loop = loop_create(), .readings_left = 1,
                                .timeout_ms = WAIT_MS };
    const struct job_thread_options options = { hearing.loop, NULL };
    hearing.thread = job_thread_create(&options);
    hearing.timer = loop_timer_create(hearing.loop, on_late, &hearing);
    assert_int_equal(mock_kafka_create(NULL, &hearing.mock, &note), OK);
    assert_int_equal(mock_kafka_topic(hearing.mock, "support.messages", PARTITIONS, &note), OK);
    assert_int_equal(
        conf_read_argument(hearing.conf, "kafka.allow.auto.create.topics=false", &note), OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tape_kafka_destroy(hearing.tape);
    loop_timer_destroy(hearing.timer);
    job_thread_destroy(hearing.thread);
    loop_destroy(hearing.loop);
    conf_destroy(hearing.conf);
    mock_kafka_destroy(hearing.mock);
    return 0;
}

static void send_records(size_t count)
{
    struct feed_kafka *feed;
    struct note note = { 0 };
    assert_int_equal(feed_kafka_create(mock_kafka_bootstrap(hearing.mock), &feed, &note), OK);
    for (size_t i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof(key), "k%zu", i);
        assert_int_equal(feed_kafka_send(feed, "support.messages", str_from(key), STR("v")), OK);
    }
    assert_int_equal(feed_kafka_flush(feed, WAIT_MS), OK);
    feed_kafka_destroy(feed);
}

/* Reads until the last reading ends or it fails, and closes. */
static void hear(const char *bootstrap, const struct tape_span *spans, size_t count)
{
    struct note note = { 0 };
    const struct tape_kafka_options options = {
        .kafka = { .conf = hearing.conf, .bootstrap = bootstrap, .worker_id = "test" },
        .loop = hearing.loop,
        .thread = hearing.thread,
        .needed = { TOPIC_MESSAGES },
        .needed_count = 1,
        .timeout_ms = hearing.timeout_ms,
        .owner = &hearing,
        .on_ready = on_ready,
        .on_record = on_record,
        .on_end = on_end,
        .on_fatal = on_fatal,
        .on_closed = on_closed,
    };
    hearing.spans = spans;
    hearing.spans_count = count;
    assert_int_equal(tape_kafka_create(&options, &hearing.tape, &note), OK);
    loop_timer_set(hearing.timer, loop_clock(hearing.loop)->mono_ms + WAIT_MS);
    tape_kafka_start(hearing.tape);
    loop_run(hearing.loop);
    tape_kafka_close(hearing.tape);
    while (!hearing.is_closed) {
        loop_run(hearing.loop);
    }
}

static void hear_mock(const struct tape_span *spans, size_t count)
{
    hear(mock_kafka_bootstrap(hearing.mock), spans, count);
}

static const struct tape_span everything[] = {
    { TOPIC_MESSAGES, TAPE_ALL_PARTITIONS, false, TAPE_BEGINNING, TAPE_END },
};

static void everything_is_read_once_and_in_the_order_of_each_partition(void **state)
{
    (void)state;
    int64_t next[PARTITIONS] = { 0 };
    send_records(100);
    hear_mock(everything, 1);
    assert_int_equal(hearing.fatal, OK);
    assert_int_equal(hearing.ends, 1);
    assert_int_equal(hearing.count, 100);
    assert_int_equal(hearing.all, 100);
    for (size_t i = 0; i < hearing.count; i++) {
        assert_int_equal(hearing.seen[i].offset, next[hearing.seen[i].partition]++);
    }
}

static void a_range_has_both_its_ends_and_nothing_else(void **state)
{
    (void)state;
    static const struct tape_span spans[] = { { TOPIC_MESSAGES, 0, true, 3, 5 },
                                              { TOPIC_MESSAGES, 1, true, 7, 7 } };
    send_records(100);
    hear_mock(spans, countof(spans));
    assert_int_equal(hearing.fatal, OK);
    assert_int_equal(hearing.count, 4);
    int64_t sum = 0;
    for (size_t i = 0; i < hearing.count; i++) {
        sum += hearing.seen[i].offset + 100 * hearing.seen[i].partition;
    }
    assert_int_equal(sum, 3 + 4 + 5 + 107);
}

static void readings_can_follow_each_other(void **state)
{
    (void)state;
    send_records(20);
    hearing.readings_left = 3;
    hear_mock(everything, 1);
    assert_int_equal(hearing.ends, 3);
    assert_int_equal(hearing.count, 60);
}

static void nothing_ends_at_once(void **state)
{
    (void)state;
    hear_mock(everything, 1);
    assert_int_equal(hearing.fatal, OK);
    assert_int_equal(hearing.ends, 1);
    assert_int_equal(hearing.count, 0);
}

static void who_has_enough_hears_no_more(void **state)
{
    (void)state;
    send_records(100);
    hearing.enough_at = 10;
    hear_mock(everything, 1);
    assert_int_equal(hearing.ends, 1);
    assert_int_equal(hearing.count, 10);
}

static void a_range_that_is_not_there_is_named(void **state)
{
    (void)state;
    static const struct tape_span spans[] = { { TOPIC_MESSAGES, 0, true, 0, 100000 } };
    send_records(100);
    hear_mock(spans, 1);
    assert_int_equal(hearing.fatal, ERR_USAGE);
    assert_non_null(strstr(hearing.why.text, "partition 0 of support.messages has offsets 0 to "));
    assert_int_equal(hearing.count, 0);
}

static void a_partition_that_is_not_there_is_named(void **state)
{
    (void)state;
    static const struct tape_span spans[] = { { TOPIC_MESSAGES, 2, true, 0, 0 } };
    hear_mock(spans, 1);
    assert_int_equal(hearing.fatal, ERR_USAGE);
    assert_string_equal(hearing.why.text, "support.messages has partitions 0 to 1, not 2");
}

static void brokers_that_do_not_answer_are_waited_for_so_long(void **state)
{
    (void)state;
    hearing.timeout_ms = 2000;
    hear("127.0.0.1:9", everything, 1);
    assert_int_equal(hearing.fatal, ERR_UNAVAILABLE);
    assert_non_null(strstr(hearing.why.text, "kafka.bootstrap.servers"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_is_read_once_and_in_the_order_of_each_partition),
        TEST(a_range_has_both_its_ends_and_nothing_else),
        TEST(readings_can_follow_each_other),
        TEST(nothing_ends_at_once),
        TEST(who_has_enough_hears_no_more),
        TEST(a_range_that_is_not_there_is_named),
        TEST(a_partition_that_is_not_there_is_named),
        TEST(brokers_that_do_not_answer_are_waited_for_so_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
