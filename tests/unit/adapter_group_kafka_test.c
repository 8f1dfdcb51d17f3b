/* What is assigned has a queue of its own before it is fetched, and none when it is gone. */
#include "tests/unit/cm.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "worker/adapter/group_kafka.h"

static int64_t no_clock(void *owner)
{
    (void)owner;
    return 0;
}

static size_t write_nothing(void *owner, struct str bytes)
{
    (void)owner;
    return bytes.len;
}

static void what_is_assigned_has_a_queue_until_it_is_unassigned(void **state)
{
    (void)state;
    const struct claim claims[] = { { .id = { TOPIC_MESSAGES, 0 } },
                                    { .id = { TOPIC_ORDERS, 3 } } };
    const struct partition_id ids[] = { claims[0].id, claims[1].id };
    const struct log_options log = { .level = LOG_ERROR, .buffer_bytes = 4096,
                                     .wall_ms = no_clock, .write = write_nothing };
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "group.id", "queues", why, sizeof(why));
    struct conf *settings = conf_create();
    struct kafka_queues queues;
    struct group_kafka group = { .conf = settings, .loop = loop_create(),
                                 .log = log_create(&log), .queues = &queues };
    struct source port = { .ops = NULL };
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(client);
    int bell = eventfd(0, EFD_NONBLOCK);
    kafka_queues_init(&queues, client, bell);
    assert_int_equal(group_kafka_init(&group, &port), OK);
    group_kafka_open(&group, client);
    group.port.ops->assign(&group.port, claims, 2);
    assert_int_equal(queues.open, 2);
    assert_true(kafka_queues_hold(&queues, ids[1], true));
    group.port.ops->unassign(&group.port, ids, 1);
    assert_int_equal(queues.open, 1);
    assert_false(kafka_queues_hold(&queues, ids[0], true));
    kafka_queues_fini(&queues);
    group_kafka_fini(&group);
    rd_kafka_destroy(client);
    loop_destroy(group.loop);
    log_destroy(group.log);
    conf_destroy(settings);
    close(bell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_assigned_has_a_queue_until_it_is_unassigned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
