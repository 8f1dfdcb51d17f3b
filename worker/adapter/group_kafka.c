/* group_kafka.c - see group_kafka.h. */
#include "worker/adapter/group_kafka.h"

#include <time.h>

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/group_ticket.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/takeover.h"
#include "worker/adapter/topics_kafka.h"

#define GROUP_LOOK_MS 10
#define GROUP_END_NAP_MS 20L

static struct group_kafka *group_kafka_of(struct group *port)
{
    return container_of(port, struct group_kafka, port);
}

static bool group_kafka_is_eager(struct group *port)
{
    const char *protocol = rd_kafka_rebalance_protocol(group_kafka_of(port)->client);
    return protocol && str_is(str_from(protocol), "EAGER");
}

static struct ticket *group_kafka_take_ticket(struct group *port)
{
    return group_ticket_take(group_kafka_of(port)->client);
}

static void group_kafka_hear(struct group_kafka *group, rd_kafka_error_t *error,
                             const char *doing)
{
    if (error) {
        log_say(group->log, LOG_ERROR, "source", "librdkafka refuses an assignment",
                LOG_CHARS("doing", doing), LOG_CHARS("reason", rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
    }
}

static void group_kafka_hear_code(struct group_kafka *group, rd_kafka_resp_err_t code,
                                  const char *doing)
{
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_say(group->log, LOG_ERROR, "source", "librdkafka refuses an assignment",
                LOG_CHARS("doing", doing), LOG_CHARS("reason", rd_kafka_err2str(code)));
    }
}

static rd_kafka_topic_partition_t *group_kafka_add(const struct group_kafka *group,
                                                   rd_kafka_topic_partition_list_t *list,
                                                   struct partition_id id)
{
    return rd_kafka_topic_partition_list_add(list, conf_topic_name(group->conf, id.topic).ptr,
                                             id.number);
}

static void group_kafka_split(struct group_kafka *group, const struct claim *claims, size_t count)
{
    for (size_t i = 0; group->queues && i < count; i++) {
        struct str name = conf_topic_name(group->conf, claims[i].id.topic);
        kafka_queues_split(group->queues, claims[i].id, name.ptr);
    }
}

static void group_kafka_join(struct group_kafka *group, const struct partition_id *ids,
                             size_t count)
{
    for (size_t i = 0; group->queues && i < count; i++) {
        kafka_queues_join(group->queues, ids[i]);
    }
}

/* A pause belongs to an earlier life of the partition: librdkafka would keep it. */
static void group_kafka_assign(struct group *port, const struct claim *claims, size_t count)
{
    struct group_kafka *group = group_kafka_of(port);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        group_kafka_add(group, list, claims[i].id)->offset = claims[i].start;
    }
    group_kafka_split(group, claims, count);
    CRASH_POINT("before-assign");
    if (group_kafka_is_eager(port)) {
        group_kafka_hear_code(group, rd_kafka_assign(group->client, list), "assign");
    } else {
        group_kafka_hear(group, rd_kafka_incremental_assign(group->client, list), "assign");
    }
    if (list->cnt > 0) {
        (void)rd_kafka_resume_partitions(group->client, list);
    }
    CRASH_POINT("after-assign");
    rd_kafka_topic_partition_list_destroy(list);
}

static void group_kafka_unassign(struct group *port, const struct partition_id *ids, size_t count)
{
    struct group_kafka *group = group_kafka_of(port);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        group_kafka_add(group, list, ids[i]);
    }
    CRASH_POINT("before-unassign");
    if (group_kafka_is_eager(port)) {
        group_kafka_hear_code(group, rd_kafka_assign(group->client, NULL), "unassign");
    } else {
        group_kafka_hear(group, rd_kafka_incremental_unassign(group->client, list), "unassign");
    }
    group_kafka_join(group, ids, count);
    CRASH_POINT("after-unassign");
    rd_kafka_topic_partition_list_destroy(list);
}

/* A takeover whose witness has been read by now goes on; the others wait. */
static void group_kafka_look(struct group_kafka *group)
{
    struct list_node *node = list_first(&group->waiting);
    while (node) {
        struct list_node *next = list_next(&group->waiting, node);
        struct takeover *takeover = container_of(node, struct takeover, node);
        if (group->membership.is_stopped || takeover->ends_count == 0 ||
            group->has_reached(group->owner, takeover->ends, takeover->ends_count)) {
            list_remove(&group->waiting, node);
            membership_read(takeover->reading);
            takeover_destroy(takeover);
        }
        node = next;
    }
    if (!list_is_empty(&group->waiting)) {
        loop_timer_set(group->look, loop_clock(group->loop)->mono_ms + GROUP_LOOK_MS);
    }
}

static void group_kafka_taken_over(struct takeover *takeover)
{
    struct group_kafka *group = takeover->owner;
    if (takeover->took_ms >= TAKEOVER_LONG_MS) {
        log_say(group->log, LOG_WARN, "kafka",
                "reading where partitions stand took long, and nothing was committed meanwhile",
                LOG_INT("took_ms", takeover->took_ms),
                LOG_INT("partitions", (int64_t)takeover->reading->count));
    }
    list_append(&group->waiting, &takeover->node);
    group_kafka_look(group);
}

static bool group_kafka_read(struct group *port, struct reading *reading)
{
    struct group_kafka *group = group_kafka_of(port);
    const struct takeover plan = {
        .client = group->client,
        .conf = group->conf,
        .witness = group->witness,
        .reading = reading,
        .most_ms = TAKEOVER_MOST_MS,
        .ask_id = topics_id,
        .on_done = group_kafka_taken_over,
        .owner = group,
    };
    return takeover_start(&plan, group->thread);
}

static void group_kafka_wake_at(struct group *port, int64_t at_ms)
{
    loop_timer_set(group_kafka_of(port)->timer, at_ms);
}

static const struct group_ops group_kafka_ops = {
    .is_eager = group_kafka_is_eager,
    .take_ticket = group_kafka_take_ticket,
    .assign = group_kafka_assign,
    .unassign = group_kafka_unassign,
    .read = group_kafka_read,
    .wake_at = group_kafka_wake_at,
};

static void group_kafka_on_timer(void *owner)
{
    struct group_kafka *group = owner;
    membership_wake(&group->membership);
}

static void group_kafka_on_look(void *owner)
{
    group_kafka_look(owner);
}

enum err group_kafka_init(struct group_kafka *group, struct source *source)
{
    group->port.ops = &group_kafka_ops;
    group->membership = (struct membership){
        .group = &group->port,
        .port = source,
        .clock = loop_clock(group->loop),
        .log = group->log,
    };
    membership_init(&group->membership);
    list_init(&group->waiting);
    group->timer = loop_timer_create(group->loop, group_kafka_on_timer, group);
    group->look = loop_timer_create(group->loop, group_kafka_on_look, group);
    return group->timer && group->look ? OK : ERR_NOMEM;
}

/* True if the client has such a setting, with that value unless that is NULL. */
static bool group_kafka_has(rd_kafka_t *client, const char *name, const char *wanted)
{
    char value[256] = "";
    size_t size = sizeof(value);
    rd_kafka_conf_res_t result = rd_kafka_conf_get(rd_kafka_conf(client), name, value, &size);
    if (result != RD_KAFKA_CONF_OK || value[0] == '\0') {
        return false;
    }
    return !wanted || str_is(str_from(value), wanted);
}

void group_kafka_open(struct group_kafka *group, rd_kafka_t *client)
{
    group->client = client;
    group->port.is_static = group_kafka_has(client, "group.instance.id", NULL);
    group->port.is_silent = group_kafka_has(client, "group.protocol", "consumer");
}

void group_kafka_fini(struct group_kafka *group)
{
    loop_timer_destroy(TAKE(group->timer));
    loop_timer_destroy(TAKE(group->look));
    if (!group->port.ops) {
        return;
    }
    struct list_node *node;
    group->membership.is_stopped = true;
    while ((node = list_pop(&group->waiting)) != NULL) {
        struct takeover *takeover = container_of(node, struct takeover, node);
        membership_read(takeover->reading);
        takeover_destroy(takeover);
    }
    membership_fini(&group->membership);
}

/* Once told to close, librdkafka (2.15.1) does so only when the last rebalance event has been
 * answered, and rd_kafka_destroy() waits for that without end. An event that lies in a queue
 * which nobody serves any more is answered here: nothing is assigned. */
void group_kafka_end(rd_kafka_t *client, bool is_leaving)
{
    const struct timespec nap = { .tv_nsec = GROUP_END_NAP_MS * 1000000 };
    for (long ms = 0; is_leaving && ms < GROUP_END_MS; ms += GROUP_END_NAP_MS) {
        if (rd_kafka_consumer_closed(client)) {
            break;
        }
        rd_kafka_assign(client, NULL);
        nanosleep(&nap, NULL);
    }
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

bool group_kafka_topic(const struct group_kafka *group, const char *name, enum topic *ret_topic)
{
    for (size_t i = 0; i < group->inputs_count; i++) {
        if (str_is(conf_topic_name(group->conf, group->inputs[i]), name)) {
            *ret_topic = group->inputs[i];
            return true;
        }
    }
    return false;
}

static enum membership_event group_kafka_event(struct group_kafka *group, rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        return MEMBERSHIP_ASSIGNED;
    }
    CRASH_POINT("in-revoke");
    if (!rd_kafka_assignment_lost(group->client)) {
        return MEMBERSHIP_REVOKED;
    }
    CRASH_POINT("in-lost");
    return MEMBERSHIP_LOST;
}

void group_kafka_note(struct group_kafka *group, rd_kafka_resp_err_t code,
                      const rd_kafka_topic_partition_list_t *partitions)
{
    struct partition_id *ids = mem_zero((size_t)partitions->cnt + 1, sizeof(*ids));
    if (!ids) {
        BUG("out of memory in a rebalance"); /* a lost event would stop the worker for ever */
    }
    size_t count = 0;
    for (int i = 0; i < partitions->cnt; i++) {
        ids[count].number = partitions->elems[i].partition;
        count += group_kafka_topic(group, partitions->elems[i].topic, &ids[count].topic) ? 1 : 0;
    }
    membership_note(&group->membership, group_kafka_event(group, code), ids, count);
    mem_free(ids);
}
