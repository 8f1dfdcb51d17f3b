/* A consumer outside of any group, against librdkafka's own cluster: when it is open, what it
 * reads, and that its owner hears of each end once. */
#include "tests/unit/leaf.h"

#include "tests/unit/txn_cluster.h"
#include "worker/adapter/reader_kafka.h"

#define RECORDS 10
#define NOWHERE "127.0.0.1:9"

/* Requests that only members of a group make. */
enum { JOIN_GROUP = 11, COMMIT = 8 };

static struct cluster cluster; /* of all tests */

struct desk {
    struct conf *conf;
    struct loop *loop;
    struct job_thread *thread;
    struct loop_timer *late;
    struct reader_kafka_options options;
    struct reader_kafka reader;
    int partitions[2];
    size_t opens;
    size_t records;
    size_t fatals;
    size_t closes;
    enum err fatal;
    struct note why;
    bool has_note;
};

static struct desk desk;

static void on_open(void *owner)
{
    assert_ptr_equal(owner, &desk);
    desk.opens++;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "support.messages", 1)->offset = 0;
    assert_int_equal(rd_kafka_assign(desk.reader.client, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

static void on_message(void *owner, const rd_kafka_message_t *message)
{
    assert_ptr_equal(owner, &desk);
    desk.records += message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void on_served(void *owner, bool is_all)
{
    assert_ptr_equal(owner, &desk);
    if (is_all && desk.records >= RECORDS) {
        loop_stop(desk.loop);
    }
}

static void on_fatal(void *user, enum err err, const struct note *note)
{
    assert_ptr_equal(user, desk.conf);
    desk.fatals++;
    desk.fatal = err;
    desk.has_note = note != NULL;
    desk.why = note ? *note : (struct note){ 0 };
    loop_stop(desk.loop);
}

static void on_closed(void *user)
{
    assert_ptr_equal(user, desk.conf);
    desk.closes++;
    loop_stop(desk.loop);
}

static void on_late(void *owner)
{
    (void)owner;
    fail_msg("nothing happened in %d ms", RIG_WAIT_MS);
}

static void run(void)
{
    loop_timer_set(desk.late, loop_clock(desk.loop)->mono_ms + RIG_WAIT_MS);
    loop_run(desk.loop);
}

static void set(const char *assignment)
{
    struct note note = { 0 };
    assert_int_equal(conf_read_argument(desk.conf, assignment, &note), OK);
}

static int set_up(void **state)
{
    (void)state;
    static const enum topic topics[] = { TOPIC_ANSWERS, TOPIC_MESSAGES };
    desk = (struct desk){ .conf = conf_create(), .loop = loop_create() };
    const struct job_thread_options thread = { desk.loop, NULL };
    desk.thread = job_thread_create(&thread);
    desk.late = loop_timer_create(desk.loop, on_late, &desk);
    set("kafka.allow.auto.create.topics=false");
    desk.options = (struct reader_kafka_options){
        .kafka = { .conf = desk.conf, .bootstrap = cluster_bootstrap(&cluster) },
        .part = "test",
        .loop = desk.loop,
        .thread = desk.thread,
        .topics = topics,
        .topics_count = countof(topics),
        .partitions = desk.partitions,
        .start_timeout_ms = RIG_WAIT_MS,
        .owner = &desk,
        .on_open = on_open,
        .on_message = on_message,
        .on_served = on_served,
        .user = desk.conf,
        .on_fatal = on_fatal,
        .on_closed = on_closed,
    };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    job_thread_destroy(desk.thread);
    loop_timer_destroy(desk.late);
    loop_destroy(desk.loop);
    conf_destroy(desk.conf);
    return 0;
}

static int open_cluster(void **state)
{
    (void)state;
    cluster_open(&cluster);
    return 0;
}

static int close_cluster(void **state)
{
    (void)state;
    cluster_close(&cluster);
    return 0;
}

static void init(void)
{
    struct note note = { 0 };
    if (reader_kafka_init(&desk.reader, &desk.options, &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static void close_and_wait(void)
{
    reader_kafka_close(&desk.reader);
    run();
    assert_int_equal(desk.closes, 1);
    assert_null(desk.reader.client);
    reader_kafka_fini(&desk.reader);
}

static void what_its_owner_assigns_is_read_without_a_group(void **state)
{
    (void)state;
    rd_kafka_mock_start_request_tracking(cluster.mock);
    rig_produce(desk.options.kafka.bootstrap, "support.messages", 1, RECORDS);
    init();
    assert_int_equal(desk.opens, 0);
    reader_kafka_start(&desk.reader);
    run();
    assert_int_equal(desk.fatals, 0);
    assert_int_equal(desk.opens, 1);
    assert_int_equal(desk.records, RECORDS);
    assert_int_equal(desk.partitions[0], 2);
    assert_int_equal(desk.partitions[1], 2);
    close_and_wait();
    assert_int_equal(cluster_requests(&cluster, JOIN_GROUP), 0);
    assert_int_equal(cluster_requests(&cluster, COMMIT), 0);
    assert_true(cluster_requests(&cluster, FETCH) > 0);
}

static void fetch_wait_is(const char *expected)
{
    char value[16];
    size_t size = sizeof(value);
    const rd_kafka_conf_t *conf = rd_kafka_conf(desk.reader.client);
    assert_int_equal(rd_kafka_conf_get(conf, "fetch.wait.max.ms", value, &size),
                     RD_KAFKA_CONF_OK);
    assert_string_equal(value, expected);
}

/* Each end of what is there would be waited for, else. */
static void who_is_in_haste_lets_no_broker_wait_for_more(void **state)
{
    (void)state;
    init();
    fetch_wait_is("50");
    reader_kafka_fini(&desk.reader);
    desk.options.is_hasty = true;
    init();
    fetch_wait_is("5");
    reader_kafka_fini(&desk.reader);
}

static void a_topic_that_is_missing_is_named_and_nothing_opens(void **state)
{
    (void)state;
    set("topic.messages=not.there");
    init();
    reader_kafka_start(&desk.reader);
    run();
    assert_int_equal(desk.fatals, 1);
    assert_int_equal(desk.fatal, ERR_CONFIG);
    assert_non_null(strstr(desk.why.text, "not.there"));
    assert_int_equal(desk.opens, 0);
    close_and_wait();
    assert_int_equal(desk.fatals, 1);
}

static void brokers_that_do_not_answer_end_the_start(void **state)
{
    (void)state;
    desk.options.kafka.bootstrap = NOWHERE;
    desk.options.start_timeout_ms = 500;
    init();
    reader_kafka_start(&desk.reader);
    run();
    assert_int_equal(desk.fatal, ERR_UNAVAILABLE);
    assert_int_equal(desk.opens, 0);
    close_and_wait();
}

/* The check of the topics is under way, or done and not told yet. */
static void one_that_is_closed_before_it_is_open_says_nothing_but_that(void **state)
{
    (void)state;
    init();
    reader_kafka_start(&desk.reader);
    close_and_wait();
    desk.options.kafka.bootstrap = NOWHERE;
    desk.options.start_timeout_ms = 100;
    desk.closes = 0;
    init();
    reader_kafka_start(&desk.reader);
    close_and_wait();
    assert_int_equal(desk.opens, 0);
    assert_int_equal(desk.fatals, 0);
}

static void do_nothing(struct job *job)
{
    (void)job;
}

static void on_later(struct job *job)
{
    (void)job;
    loop_stop(desk.loop);
}

static void its_end_may_be_nobodys_concern(void **state)
{
    (void)state;
    struct job later = { .run = do_nothing, .on_done = on_later };
    desk.options.on_closed = NULL;
    init();
    reader_kafka_close(&desk.reader);
    assert_int_equal(job_thread_submit(desk.thread, &later), OK);
    run();
    assert_null(desk.reader.client);
    assert_int_equal(desk.closes, 0);
    reader_kafka_fini(&desk.reader);
}

static void the_first_failure_is_told_and_no_other(void **state)
{
    (void)state;
    const struct note note = { .text = "the first" };
    init();
    reader_kafka_fail(&desk.reader, ERR_FENCED, &note);
    reader_kafka_fail(&desk.reader, ERR_NOMEM, NULL);
    reader_kafka_explain(&desk.reader, RD_KAFKA_RESP_ERR__TRANSPORT, "reading");
    assert_int_equal(desk.fatals, 1);
    assert_int_equal(desk.fatal, ERR_FENCED);
    assert_string_equal(desk.why.text, "the first");
    run(); /* up to its stop */
    reader_kafka_fini(&desk.reader);
}

static void explained(rd_kafka_resp_err_t code, enum err expected)
{
    init();
    desk.fatals = 0;
    reader_kafka_explain(&desk.reader, code, "reading the catalogue");
    assert_int_equal(desk.fatals, 1);
    assert_int_equal(desk.fatal, expected);
    assert_int_equal(strncmp(desk.why.text, "reading the catalogue: ", 23), 0);
    run(); /* up to its stop */
    reader_kafka_fini(&desk.reader);
}

static void an_error_of_kafka_comes_with_what_was_done_and_what_helps(void **state)
{
    (void)state;
    explained(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ERR_CONFIG);
    explained(RD_KAFKA_RESP_ERR__TRANSPORT, ERR_UNAVAILABLE);
}

static void after_the_close_no_failure_is_told(void **state)
{
    (void)state;
    init();
    reader_kafka_close(&desk.reader);
    reader_kafka_fail(&desk.reader, ERR_NOMEM, NULL);
    run();
    assert_int_equal(desk.closes, 1);
    assert_int_equal(desk.fatals, 0);
    reader_kafka_fini(&desk.reader);
}

static void settings_that_are_refused_leave_only_the_end(void **state)
{
    (void)state;
    struct note note = { 0 };
    set("kafka.security.protocol=SSL");
    set("kafka.ssl.ca.location=/not/there");
    assert_int_equal(reader_kafka_init(&desk.reader, &desk.options, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "ssl.ca.location"));
    reader_kafka_fini(&desk.reader);
}

static void on_open_must_not(void *owner)
{
    (void)owner;
    fail_msg("it is open without an inbox");
}

static void without_memory_for_an_inbox_it_fails_without_a_note(void **state)
{
    (void)state;
    desk.options.on_open = on_open_must_not;
    init();
    reader_kafka_start(&desk.reader);
    mem_fail_nth(1); /* what asks for the topics needs none */
    run();
    mem_fail_nth(0);
    assert_int_equal(desk.fatal, ERR_OS);
    assert_false(desk.has_note);
    close_and_wait();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_its_owner_assigns_is_read_without_a_group),
        TEST(who_is_in_haste_lets_no_broker_wait_for_more),
        TEST(a_topic_that_is_missing_is_named_and_nothing_opens),
        TEST(brokers_that_do_not_answer_end_the_start),
        TEST(one_that_is_closed_before_it_is_open_says_nothing_but_that),
        TEST(its_end_may_be_nobodys_concern),
        TEST(the_first_failure_is_told_and_no_other),
        TEST(an_error_of_kafka_comes_with_what_was_done_and_what_helps),
        TEST(after_the_close_no_failure_is_told),
        TEST(settings_that_are_refused_leave_only_the_end),
        TEST(without_memory_for_an_inbox_it_fails_without_a_note),
    };
    return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
