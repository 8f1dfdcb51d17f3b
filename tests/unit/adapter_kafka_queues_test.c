/* Partitions that are held back while others go on. librdkafka's own statistics tell what was
 * fetched. */
#include "tests/unit/cm.h"

#include <jansson.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/mem.h"
#include "tests/unit/kafka_rig.h"
#include "worker/adapter/kafka_inbox.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/now.h"

#define RECORDS 1000
#define PARTITIONS 2
#define HOLD_AT 10 /* records of partition 0, of which a portion is under way then */

struct reading {
    struct mock_kafka *mock;
    struct loop *loop;
    rd_kafka_t *client;
    struct kafka_inbox *inbox;
    struct kafka_queues *queues;
    size_t records[PARTITIONS];
    int64_t next[PARTITIONS]; /* the offset that is due: none twice, none left out */
    size_t fetched[PARTITIONS];
    size_t goal;     /* records of all partitions */
    int64_t until_us; /* then it has taken too long */
    int64_t told_us; /* when the statistics that are asked for were asked for */
    bool is_pausing; /* the control: librdkafka's pause instead */
    bool is_held;
};

static struct partition_id id_of(int32_t number)
{
    return (struct partition_id){ .topic = TOPIC_MESSAGES, .number = number };
}

static rd_kafka_topic_partition_list_t *list_of(size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(PARTITIONS);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_list_add(list, "t", (int32_t)i)->offset = 0;
    }
    return list;
}

static void hold(struct reading *reading, bool is_held)
{
    reading->is_held = is_held;
    if (!reading->is_pausing) {
        assert_true(kafka_queues_hold(reading->queues, id_of(0), is_held));
        return;
    }
    rd_kafka_topic_partition_list_t *list = list_of(1);
    (void)(is_held ? rd_kafka_pause_partitions(reading->client, list)
                   : rd_kafka_resume_partitions(reading->client, list));
    rd_kafka_topic_partition_list_destroy(list);
}

static void on_message(void *owner, const rd_kafka_message_t *message)
{
    struct reading *reading = owner;
    if (message->err) {
        return;
    }
    assert_int_equal(message->offset, reading->next[message->partition]++);
    reading->records[message->partition]++;
    if (message->partition == 0 && reading->records[0] == HOLD_AT) {
        hold(reading, true);
    }
}

static bool is_done(const struct reading *reading)
{
    return reading->records[0] + reading->records[1] >= reading->goal;
}

static void on_served(void *owner, bool is_all)
{
    struct reading *reading = owner;
    bool is_stopped = reading->is_held ? is_all && reading->records[1] == RECORDS
                                       : is_done(reading) && reading->told_us != 0;
    if (is_stopped || now_mono_us() > reading->until_us) {
        loop_stop(reading->loop);
    }
}

static size_t told(json_t *root, const char *number)
{
    json_t *topic = json_object_get(json_object_get(root, "topics"), "t");
    json_t *partition = json_object_get(json_object_get(topic, "partitions"), number);
    return (size_t)json_integer_value(json_object_get(partition, "rxmsgs"));
}

static int on_told(rd_kafka_t *client, char *json, size_t len, void *opaque)
{
    (void)client;
    struct reading *reading = opaque;
    json_t *root = json_loadb(json, len, 0, NULL);
    assert_non_null(root);
    reading->fetched[0] = told(root, "0");
    reading->fetched[1] = told(root, "1");
    reading->told_us = is_done(reading) ? now_mono_us() : 0;
    json_decref(root);
    return 0;
}

static void start(struct reading *reading)
{
    struct note note = { 0 };
    reading->until_us = now_mono_us() + RIG_WAIT_MS * 1000;
    assert_int_equal(mock_kafka_create(NULL, &reading->mock, &note), OK);
    assert_int_equal(mock_kafka_topic(reading->mock, "t", PARTITIONS, &note), OK);
    const char *bootstrap = mock_kafka_bootstrap(reading->mock);
    rig_produce(bootstrap, "t", 0, RECORDS);
    rig_produce(bootstrap, "t", 1, RECORDS);
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    rd_kafka_conf_set(conf, "group.id", "queues", why, sizeof(why));
    rd_kafka_conf_set(conf, "statistics.interval.ms", "20", why, sizeof(why));
    rd_kafka_conf_set_stats_cb(conf, on_told);
    rd_kafka_conf_set_opaque(conf, reading);
    reading->loop = loop_create();
    reading->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(reading->client);
    const struct kafka_inbox_options options = { .loop = reading->loop,
                                                 .client = reading->client,
                                                 .owner = reading,
                                                 .on_message = on_message,
                                                 .on_served = on_served };
    reading->inbox = kafka_inbox_create(&options);
    assert_non_null(reading->inbox);
    reading->queues = kafka_inbox_queues(reading->inbox);
    kafka_inbox_open(reading->inbox);
}

static void split(struct reading *reading)
{
    kafka_queues_split(reading->queues, id_of(0), "t");
    kafka_queues_split(reading->queues, id_of(1), "t");
}

static void assign(struct reading *reading)
{
    rd_kafka_topic_partition_list_t *list = list_of(PARTITIONS);
    assert_int_equal(rd_kafka_assign(reading->client, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

static void end(struct reading *reading)
{
    kafka_inbox_destroy(reading->inbox);
    rd_kafka_destroy(reading->client);
    loop_destroy(reading->loop);
    mock_kafka_destroy(reading->mock);
}

/* Until partition 1 has been read, and 0 is held; then until all is read. */
static void read_held(struct reading *reading)
{
    reading->goal = PARTITIONS * RECORDS;
    start(reading);
    split(reading);
    assign(reading);
    loop_run(reading->loop);
    assert_true(reading->is_held);
    assert_in_range(reading->records[0], HOLD_AT, HOLD_AT + INBOX_PORTION);
    hold(reading, false);
    kafka_inbox_look(reading->inbox);
    loop_run(reading->loop);
    assert_int_equal(reading->records[0], RECORDS);
    assert_int_equal(reading->records[1], RECORDS);
}

static void a_partition_is_held_while_others_go_on_and_is_fetched_once(void **state)
{
    (void)state;
    struct reading reading = { .goal = 0 };
    read_held(&reading);
    assert_int_equal(reading.fetched[0], RECORDS);
    assert_int_equal(reading.fetched[1], RECORDS);
    end(&reading);
}

/* What the queues are for: without them, records are fetched again. */
static void one_that_is_paused_instead_is_fetched_again(void **state)
{
    (void)state;
    struct reading reading = { .is_pausing = true };
    read_held(&reading);
    assert_true(reading.fetched[0] > RECORDS);
    end(&reading);
}

static void unassign(struct reading *reading)
{
    assert_int_equal(rd_kafka_assign(reading->client, NULL), RD_KAFKA_RESP_ERR_NO_ERROR);
    kafka_queues_join(reading->queues, id_of(0));
    kafka_queues_join(reading->queues, id_of(1));
    assert_int_equal(reading->queues->open, 0);
    memset(reading->records, 0, sizeof(reading->records));
    memset(reading->next, 0, sizeof(reading->next));
    reading->is_held = false;
}

/* From its first record on, with nothing of what was fetched before. */
static void read_again(struct reading *reading)
{
    reading->told_us = 0;
    reading->records[0] = HOLD_AT; /* is not held a second time */
    reading->goal = PARTITIONS * RECORDS + HOLD_AT;
    assign(reading);
    loop_run(reading->loop);
    assert_int_equal(reading->next[0], RECORDS);
    assert_int_equal(reading->next[1], RECORDS);
}

static void read_and_give_up(struct reading *reading)
{
    reading->goal = PARTITIONS * RECORDS;
    start(reading);
    split(reading);
    assign(reading);
    loop_run(reading->loop);
    assert_true(reading->is_held);
    unassign(reading);
}

static void one_that_was_held_and_given_up_is_read_anew(void **state)
{
    (void)state;
    struct reading reading = { .goal = 0 };
    read_and_give_up(&reading);
    split(&reading);
    read_again(&reading);
    end(&reading);
}

/* librdkafka would not forward its records to the consumer's queue: they would wait for ever. */
static void one_that_has_had_a_queue_has_one_even_if_there_are_enough(void **state)
{
    (void)state;
    struct reading reading = { .goal = 0 };
    read_and_give_up(&reading);
    for (int32_t i = 0; i < KAFKA_QUEUES_MAX; i++) {
        kafka_queues_split(reading.queues, id_of(PARTITIONS + i), "t");
    }
    assert_int_equal(reading.queues->open, KAFKA_QUEUES_MAX);
    split(&reading);
    assert_int_equal(reading.queues->open, KAFKA_QUEUES_MAX + PARTITIONS);
    read_again(&reading);
    end(&reading);
}

static void partitions_beyond_the_most_have_no_queue_of_their_own(void **state)
{
    (void)state;
    struct reading reading = { .goal = 0 };
    start(&reading);
    mem_fail_nth(1);
    kafka_queues_split(reading.queues, id_of(0), "t");
    mem_fail_nth(0);
    assert_int_equal(reading.queues->open, 0);
    for (int32_t i = 0; i <= KAFKA_QUEUES_MAX; i++) {
        kafka_queues_split(reading.queues, id_of(i), "t");
        kafka_queues_split(reading.queues, id_of(i), "t"); /* it has one */
    }
    assert_int_equal(reading.queues->open, KAFKA_QUEUES_MAX);
    assert_true(kafka_queues_hold(reading.queues, id_of(KAFKA_QUEUES_MAX - 1), true));
    assert_false(kafka_queues_hold(reading.queues, id_of(KAFKA_QUEUES_MAX), true));
    end(&reading);
}

/* Whatever else lies in the queue rings first. */
static rd_kafka_message_t *wait_for_one(struct kafka_queues *queues)
{
    struct pollfd bell = { .fd = queues->bell, .events = POLLIN };
    rd_kafka_message_t *message;
    uint64_t rings;
    do {
        assert_int_equal(poll(&bell, 1, RIG_WAIT_MS), 1);
        assert_int_equal(read(bell.fd, &rings, sizeof(rings)), sizeof(rings));
    } while (kafka_queues_take(queues, &message, 1) == 0);
    return message;
}

static void a_record_rings_the_bell(void **state)
{
    (void)state;
    struct reading reading = { .goal = 0 };
    start(&reading);
    struct kafka_queues queues;
    kafka_queues_init(&queues, reading.client, eventfd(0, EFD_NONBLOCK));
    kafka_queues_split(&queues, id_of(1), "t");
    assign(&reading);
    rd_kafka_message_t *message = wait_for_one(&queues);
    assert_int_equal(message->partition, 1);
    rd_kafka_message_destroy(message);
    kafka_queues_fini(&queues);
    close(queues.bell);
    end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_is_held_while_others_go_on_and_is_fetched_once),
        cmocka_unit_test(one_that_is_paused_instead_is_fetched_again),
        cmocka_unit_test(one_that_was_held_and_given_up_is_read_anew),
        cmocka_unit_test(one_that_has_had_a_queue_has_one_even_if_there_are_enough),
        cmocka_unit_test(a_record_rings_the_bell),
        cmocka_unit_test(partitions_beyond_the_most_have_no_queue_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
