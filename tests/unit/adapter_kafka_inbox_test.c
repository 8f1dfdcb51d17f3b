/* A consumer's queue that is longer than a portion, served by whatever wakes first. */
#include "tests/unit/cm.h"

#include <unistd.h>

#include "common/mem.h"
#include "tests/unit/kafka_rig.h"
#include "worker/adapter/kafka_inbox.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/now.h"

#define RECORDS 2000

struct reading {
    struct loop *loop;
    rd_kafka_t *client;
    size_t records;
};

static void on_message(void *owner, const rd_kafka_message_t *message)
{
    struct reading *reading = owner;
    reading->records += message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1 : 0;
}

static void on_served(void *owner, bool is_all)
{
    (void)is_all;
    struct reading *reading = owner;
    if (reading->records >= RECORDS) {
        loop_stop(reading->loop);
    }
}

static rd_kafka_t *reader_of(const char *bootstrap)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    rd_kafka_conf_set(conf, "group.id", "inbox", why, sizeof(why));
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(client);
    return client;
}

static void assign(rd_kafka_t *client)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "t", 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(client, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

/* Until portions are waiting in the queue, and the timer is due as well. */
static void wait_filled(rd_kafka_t *client)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(client);
    int64_t start_us = now_mono_us();
    int64_t passed_ms = 0;
    while (rd_kafka_queue_length(queue) < RECORDS || passed_ms <= INBOX_POLL_MS) {
        assert_true(passed_ms < RIG_WAIT_MS);
        usleep(1000);
        passed_ms = (now_mono_us() - start_us) / 1000;
    }
    rd_kafka_queue_destroy(queue);
}

static void bell_and_timer_at_once_do_not_queue_the_rest_twice(void **state)
{
    (void)state;
    struct mock_kafka *mock;
    struct note note = { 0 };
    assert_int_equal(mock_kafka_create(NULL, &mock, &note), OK);
    assert_int_equal(mock_kafka_topic(mock, "t", 1, &note), OK);
    rig_produce(mock_kafka_bootstrap(mock), "t", 0, RECORDS);
    struct reading reading = { .loop = loop_create(),
                               .client = reader_of(mock_kafka_bootstrap(mock)) };
    const struct kafka_inbox_options options = { .loop = reading.loop,
                                                 .client = reading.client,
                                                 .owner = &reading,
                                                 .on_message = on_message,
                                                 .on_served = on_served };
    struct kafka_inbox *inbox = kafka_inbox_create(&options);
    assert_non_null(inbox);
    kafka_inbox_open(inbox);
    assign(reading.client);
    wait_filled(reading.client);
    loop_run(reading.loop);
    assert_int_equal(reading.records, RECORDS);
    kafka_inbox_destroy(inbox);
    rd_kafka_destroy(reading.client);
    loop_destroy(reading.loop);
    mock_kafka_destroy(mock);
}

/* A client that knows no broker opens nothing meanwhile: the lowest free descriptor tells. */
static int lowest_free(void)
{
    int fd = dup(0);
    assert_true(fd >= 0);
    close(fd);
    return fd;
}

static void without_memory_there_is_no_inbox_and_nothing_is_left_of_it(void **state)
{
    (void)state;
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "group.id", "inbox", why, sizeof(why));
    struct reading reading = { .loop = loop_create(),
                               .client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why)) };
    assert_non_null(reading.client);
    const struct kafka_inbox_options options = { .loop = reading.loop,
                                                 .client = reading.client,
                                                 .owner = &reading,
                                                 .on_message = on_message,
                                                 .on_served = on_served };
    struct kafka_inbox *inbox = NULL;
    long nth = 0;
    while (!inbox) {
        int free_before = lowest_free();
        mem_fail_nth(++nth);
        inbox = kafka_inbox_create(&options);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_true(has_failed == !inbox);
        assert_true(inbox || lowest_free() == free_before);
    }
    assert_true(nth > 3); /* itself, its watch, its timer */
    kafka_inbox_destroy(inbox);
    rd_kafka_destroy(reading.client);
    loop_destroy(reading.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bell_and_timer_at_once_do_not_queue_the_rest_twice),
        cmocka_unit_test(without_memory_there_is_no_inbox_and_nothing_is_left_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
