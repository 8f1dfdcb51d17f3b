/* A partition that the engine pauses, against librdkafka's own cluster: it waits, others go on, and
 * what was fetched ahead of it is kept. */
#include "tests/unit/cm.h"

#include "tests/unit/txn_cluster.h"
#include "worker/adapter/kafka_inbox.h"

#define HOLDS 30

struct desk {
    struct cluster cluster;
    struct rig rig;
    const struct source_events *inner;
    struct source_events events;
    struct loop_task rest;   /* one turn of the loop, in which nothing is left but what is held */
    struct loop_task resume; /* in the next one */
    struct loop_task served; /* in the one behind it */
    size_t records[2]; /* by partition */
    size_t goal[2];
    size_t pause_every; /* records of partition 0 */
    size_t holds;
    size_t resumed_at;    /* how many records of partition 0 there were then */
    size_t served_at_once; /* of the holds: there were more of them one turn later */
    bool goes_on_by_itself;
};

static struct desk desk;

static const struct partition_id first = { .topic = TOPIC_MESSAGES, .number = 0 };

static void rest(struct loop_task *task)
{
    (void)task;
    loop_later(desk.rig.loop, &desk.resume);
}

static void resume(struct loop_task *task)
{
    (void)task;
    struct source *port = source_kafka_port(desk.rig.source);
    desk.resumed_at = desk.records[0];
    port->ops->resume(port, first);
    loop_later(desk.rig.loop, &desk.served);
}

static void served(struct loop_task *task)
{
    (void)task;
    desk.served_at_once += desk.records[0] > desk.resumed_at ? 1 : 0;
}

static void pause_now(void)
{
    struct source *port = source_kafka_port(desk.rig.source);
    desk.holds++;
    port->ops->pause(port, first);
    if (desk.goes_on_by_itself) {
        loop_later(desk.rig.loop, &desk.rest);
    }
}

static void on_record(struct engine *engine, const struct record *record)
{
    size_t count = ++desk.records[record->partition];
    if (record->partition == 0 && count % desk.pause_every == 0) {
        pause_now();
    }
    desk.inner->on_record(engine, record);
}

static bool is_read(struct rig *rig)
{
    return rig_is_fatal(rig) ||
           (desk.records[0] >= desk.goal[0] && desk.records[1] >= desk.goal[1]);
}

static void read_all(size_t goal_0, size_t goal_1)
{
    desk.goal[0] = goal_0;
    desk.goal[1] = goal_1;
    assert_true(rig_run_until(&desk.rig, is_read));
    assert_int_equal(desk.rig.fatal, OK);
}

/* All that there is comes with the first answers, so that whatever is fetched later is fetched
 * again. */
static void start(size_t records_0, size_t records_1)
{
    static const char *const settings[] = { "delivery=at-least-once",
                                            "kafka.consumer.queued.min.messages=100000",
                                            "kafka.consumer.queued.max.messages.kbytes=65536",
                                            "kafka.consumer.fetch.wait.max.ms=1000", NULL };
    desk.rest = (struct loop_task){ .run = rest };
    desk.resume = (struct loop_task){ .run = resume };
    desk.served = (struct loop_task){ .run = served };
    cluster_open(&desk.cluster);
    const char *bootstrap = cluster_bootstrap(&desk.cluster);
    rig_produce(bootstrap, "support.messages", 0, records_0);
    rig_produce(bootstrap, "support.messages", 1, records_1);
    rd_kafka_mock_start_request_tracking(desk.cluster.mock);
    kafka_rig_open(&desk.rig, bootstrap, "w1", settings);
    struct source *port = source_kafka_port(desk.rig.source);
    desk.inner = port->events;
    desk.events = *port->events;
    desk.events.on_record = on_record;
    port->events = &desk.events;
}

static void end(void)
{
    loop_task_drop(desk.rig.loop, &desk.rest);
    loop_task_drop(desk.rig.loop, &desk.resume);
    loop_task_drop(desk.rig.loop, &desk.served);
    kafka_rig_close(&desk.rig);
    cluster_close(&desk.cluster);
}

static void a_partition_that_is_paused_waits_while_others_go_on(void **state)
{
    (void)state;
    desk = (struct desk){ .pause_every = 10 };
    start((size_t)10 * INBOX_PORTION, (size_t)10 * INBOX_PORTION);
    read_all(10, (size_t)10 * INBOX_PORTION);
    assert_in_range(desk.records[0], 10, 10 + INBOX_PORTION);
    desk.pause_every = SIZE_MAX;
    resume(&desk.resume);
    read_all((size_t)10 * INBOX_PORTION, (size_t)10 * INBOX_PORTION);
    end();
}

/* One behind each portion, and each ended two turns of the loop later. */
static void read_with_holds(void)
{
    desk = (struct desk){ .pause_every = INBOX_PORTION, .goes_on_by_itself = true };
    start((size_t)HOLDS * INBOX_PORTION, 0);
    read_all((size_t)HOLDS * INBOX_PORTION, 0);
    assert_int_equal(desk.holds, HOLDS);
}

/* librdkafka's own pause would throw away all that is fetched ahead, and fetch it again. */
static void what_is_paused_again_and_again_is_fetched_once(void **state)
{
    (void)state;
    read_with_holds();
    size_t count = cluster_requests(&desk.cluster, FETCH);
    print_message("%zu fetches, %zu pauses\n", count, desk.holds);
    assert_in_range(count, 1, HOLDS / 2);
    end();
}

/* Its queue rang while it was held: nothing else but the inbox's timer would look there again. */
static void what_is_resumed_is_served_at_once(void **state)
{
    (void)state;
    read_with_holds();
    print_message("%zu of %zu pauses ended at once\n", desk.served_at_once, desk.holds);
    assert_in_range(desk.served_at_once, HOLDS / 2, HOLDS);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_that_is_paused_waits_while_others_go_on),
        cmocka_unit_test(what_is_paused_again_and_again_is_fetched_once),
        cmocka_unit_test(what_is_resumed_is_served_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
