/* membership_claim.c - telling librdkafka what to fetch, and claims (membership.h). A claim
 * that comes back after its partition was revoked or lost is known by its number. */
#include "worker/adapter/membership_inner.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/kafka_conf.h"

#define MEMBERSHIP_RETRY_MS 500
#define MEMBERSHIP_LOOK_MS 10

bool membership_is_eager(const struct membership *membership)
{
    const char *protocol = rd_kafka_rebalance_protocol(membership->client);
    return protocol && str_is(str_from(protocol), "EAGER");
}

/* --- telling librdkafka --------------------------------------------------------------------- */

static void membership_hear(struct membership *membership, rd_kafka_error_t *error,
                            const char *doing)
{
    if (error) {
        log_say(membership->log, LOG_ERROR, "source", "librdkafka refuses an assignment",
                LOG_CHARS("doing", doing), LOG_CHARS("reason", rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
    }
}

static void membership_hear_code(struct membership *membership, rd_kafka_resp_err_t code,
                                 const char *doing)
{
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_say(membership->log, LOG_ERROR, "source", "librdkafka refuses an assignment",
                LOG_CHARS("doing", doing), LOG_CHARS("reason", rd_kafka_err2str(code)));
    }
}

void membership_unassign(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        bool is_held = holding->phase == HOLDING_OURS || holding->phase == HOLDING_REVOKED;
        if (holding->is_assigned && !is_held) {
            holding->is_assigned = false;
            rd_kafka_topic_partition_list_add(
                list, kafka_topic_name(membership->conf, id.topic).ptr, id.number);
        }
    }
    CRASH_POINT("before-unassign");
    if (membership_is_eager(membership)) {
        membership_hear_code(membership, rd_kafka_assign(membership->client, NULL), "unassign");
    } else {
        membership_hear(membership, rd_kafka_incremental_unassign(membership->client, list),
                        "unassign");
    }
    CRASH_POINT("after-unassign");
    rd_kafka_topic_partition_list_destroy(list);
}

/* A pause belongs to an earlier life of the partition: librdkafka would keep it. */
static void membership_assign(struct membership *membership,
                              rd_kafka_topic_partition_list_t *list)
{
    CRASH_POINT("before-assign");
    if (membership_is_eager(membership)) {
        membership_hear_code(membership, rd_kafka_assign(membership->client, list), "assign");
    } else {
        membership_hear(membership, rd_kafka_incremental_assign(membership->client, list),
                        "assign");
    }
    if (list->cnt > 0) {
        (void)rd_kafka_resume_partitions(membership->client, list);
    }
    CRASH_POINT("after-assign");
}

void membership_assign_nothing(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    membership_assign(membership, none);
    rd_kafka_topic_partition_list_destroy(none);
}

/* --- claims --------------------------------------------------------------------------------- */

static bool membership_is_current(const struct holding *holding, uint32_t number)
{
    return holding && holding->phase == HOLDING_CLAIMING && holding->claim == number;
}

/* Hands what was read over to the engine; the rest is asked for again. Returns how many of
 * `claims` were filled. */
static size_t membership_sort_claims(struct membership *membership,
                                     const struct takeover *takeover, struct claim *claims)
{
    size_t ready = 0;
    size_t failed = 0;
    for (size_t i = 0; i < takeover->count; i++) {
        struct holding *holding =
            holdings_find(&membership->holdings, takeover->claims[i].id);
        if (!membership_is_current(holding, takeover->numbers[i])) {
            continue;
        }
        holding->is_asked = takeover->is_read[i];
        failed += takeover->is_read[i] ? 0 : 1;
        if (takeover->is_read[i]) {
            claims[ready++] = takeover->claims[i];
        }
    }
    if (failed == 0) {
        return ready;
    }
    log_say(membership->log, LOG_WARN, "source",
            "committed offsets of some partitions cannot be read yet",
            LOG_INT("partitions", failed));
    loop_timer_set(membership->retry,
                   loop_clock(membership->loop)->mono_ms + MEMBERSHIP_RETRY_MS);
    if (!membership_is_eager(membership)) {
        return ready;
    }
    for (size_t i = 0; i < ready; i++) { /* eager: all of them, or none yet */
        holdings_find(&membership->holdings, claims[i].id)->is_asked = false;
    }
    return 0;
}

static void membership_take(struct membership *membership, struct claim *claims, size_t count)
{
    struct source *port = membership->port;
    port->events->on_claim(port->engine, claims, count);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        struct holding *holding = holdings_find(&membership->holdings, claims[i].id);
        holdings_move(&membership->holdings, holding, HOLDING_OURS);
        holding->is_paused = false;
        holding->is_assigned = !claims[i].refused;
        if (claims[i].refused) {
            continue;
        }
        rd_kafka_topic_partition_t *part = rd_kafka_topic_partition_list_add(
            list, kafka_topic_name(membership->conf, claims[i].id.topic).ptr,
            claims[i].id.number);
        part->offset = claims[i].start;
    }
    membership_assign(membership, list);
    rd_kafka_topic_partition_list_destroy(list);
}

static void membership_claim_run(struct commit_job *job)
{
    takeover_read(container_of(job, struct takeover, job));
}

static void membership_claim_end(struct membership *membership, struct takeover *takeover)
{
    struct claim *claims = NULL;
    if (!membership->is_stopped) {
        claims = mem_zero(takeover->count, sizeof(*claims));
    }
    if (claims) {
        size_t count = membership_sort_claims(membership, takeover, claims);
        if (count > 0) {
            membership_take(membership, claims, count);
        }
    }
    mem_free(claims);
    takeover_destroy(takeover);
}

void membership_look(struct membership *membership)
{
    struct list_node *node = list_first(&membership->waiting);
    while (node) {
        struct list_node *next = list_next(&membership->waiting, node);
        struct takeover *takeover = container_of(node, struct takeover, node);
        if (membership->is_stopped || takeover->ends_count == 0 ||
            membership->has_reached(membership->owner, takeover->ends, takeover->ends_count)) {
            list_remove(&membership->waiting, node);
            membership_claim_end(membership, takeover);
        }
        node = next;
    }
    if (!list_is_empty(&membership->waiting)) {
        loop_timer_set(membership->look,
                       loop_clock(membership->loop)->mono_ms + MEMBERSHIP_LOOK_MS);
    }
}

static void membership_claim_done(struct commit_job *job)
{
    struct takeover *takeover = container_of(job, struct takeover, job);
    struct membership *membership = takeover->owner;
    list_append(&membership->waiting, &takeover->node);
    membership_look(membership);
}

static struct takeover *membership_plan(struct membership *membership)
{
    struct partition_id *ids;
    size_t count;
    if (holdings_collect(&membership->holdings, HOLDING_CLAIMING, &ids, &count) != OK) {
        return NULL;
    }
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        if (!holdings_find(&membership->holdings, ids[i])->is_asked) {
            ids[wanted++] = ids[i];
        }
    }
    struct takeover *takeover = NULL;
    if (wanted > 0) {
        takeover = takeover_create(membership->client, membership->conf, ids, wanted);
    }
    for (size_t i = 0; takeover && i < wanted; i++) {
        takeover->numbers[i] = holdings_find(&membership->holdings, ids[i])->claim;
    }
    mem_free(ids);
    return takeover;
}

void membership_claim(struct membership *membership)
{
    if (membership->is_stopped || membership->holdings.in_phase[HOLDING_CLAIMING] == 0) {
        return;
    }
    struct takeover *takeover = membership_plan(membership);
    if (takeover) {
        takeover->owner = membership;
        takeover->witness = membership->witness;
        takeover->job.run = membership_claim_run;
        takeover->job.on_done = membership_claim_done;
        if (commit_thread_submit(membership->thread, &takeover->job) == OK) {
            for (size_t i = 0; i < takeover->count; i++) {
                holdings_find(&membership->holdings, takeover->claims[i].id)->is_asked = true;
            }
            return;
        }
        takeover_destroy(takeover);
    }
    loop_timer_set(membership->retry,
                   loop_clock(membership->loop)->mono_ms + MEMBERSHIP_RETRY_MS);
}
