/* takeover.c - see takeover.h. One request for all; when that fails, one for each. */
#include "worker/adapter/takeover.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/now.h"
#include "worker/adapter/topics_kafka.h"

#define TAKEOVER_ALL_MS 3000
#define TAKEOVER_ONE_MS 1000
#define TAKEOVER_TOTAL_MS 8000
#define TAKEOVER_RANGE_MS 3000
#define TAKEOVER_ID_MS 2000

/* Of `most_ms` what is left of the whole; 0: nothing. */
static int takeover_left_ms(const struct takeover *takeover, int64_t most_ms)
{
    int64_t passed_ms = (now_mono_us() - takeover->began_us) / 1000;
    return (int)max_i64(0, min_i64(most_ms, takeover->most_ms - passed_ms));
}

static void takeover_note(struct takeover *takeover, size_t i)
{
    const rd_kafka_topic_partition_t *part = &takeover->list->elems[i];
    struct claim *claim = &takeover->reading->claims[i];
    takeover->reading->is_read[i] = part->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    claim->committed = part->offset >= 0 ? part->offset : -1;
    claim->leader_epoch = rd_kafka_topic_partition_get_leader_epoch(part);
    claim->metadata = (struct str){ part->metadata, part->metadata_size };
}

/* Replaces element `i` of the list by what a request for it alone gives. */
static void takeover_ask_one(struct takeover *takeover, size_t i)
{
    rd_kafka_topic_partition_t *part = &takeover->list->elems[i];
    rd_kafka_topic_partition_list_t *one = rd_kafka_topic_partition_list_new(1);
    if (!one) {
        part->err = RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
        return;
    }
    rd_kafka_topic_partition_list_add(one, part->topic, part->partition);
    rd_kafka_resp_err_t code =
        rd_kafka_committed(takeover->client, one, takeover_left_ms(takeover, TAKEOVER_ONE_MS));
    const rd_kafka_topic_partition_t *found = &one->elems[0];
    part->err = code ? code : found->err;
    part->offset = found->offset;
    rd_kafka_topic_partition_set_leader_epoch(part,
                                              rd_kafka_topic_partition_get_leader_epoch(found));
    void *metadata = one->elems[0].metadata;
    one->elems[0].metadata = part->metadata; /* freed with `one` */
    part->metadata = metadata;
    part->metadata_size = found->metadata_size;
    rd_kafka_topic_partition_list_destroy(one);
}

static void takeover_ask_committed(struct takeover *takeover)
{
    rd_kafka_topic_partition_list_t *list = takeover->list;
    int64_t until_us = now_mono_us() + (int64_t)TAKEOVER_TOTAL_MS * 1000;
    rd_kafka_resp_err_t code =
        rd_kafka_committed(takeover->client, list, takeover_left_ms(takeover, TAKEOVER_ALL_MS));
    for (size_t i = 0; i < takeover->reading->count; i++) {
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            list->elems[i].err = code;
        }
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR &&
            now_mono_us() < until_us) {
            takeover_ask_one(takeover, i);
        }
        takeover_note(takeover, i);
    }
}

/* Asks for the offsets that the elements of `list` name. NULL: no answer in time. */
static rd_kafka_event_t *takeover_list_offsets(struct takeover *takeover,
                                               rd_kafka_topic_partition_list_t *list,
                                               rd_kafka_IsolationLevel_t isolation)
{
    int left_ms = takeover_left_ms(takeover, TAKEOVER_RANGE_MS);
    if (left_ms == 0) {
        return NULL;
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_new(takeover->client);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(takeover->client, RD_KAFKA_ADMIN_OP_LISTOFFSETS);
    char why[128];
    rd_kafka_error_t *error = rd_kafka_AdminOptions_set_isolation_level(options, isolation);
    if (error) {
        rd_kafka_error_destroy(error); /* the option is known to the versions we take */
    }
    (void)rd_kafka_AdminOptions_set_request_timeout(options, left_ms, why, sizeof(why));
    rd_kafka_ListOffsets(takeover->client, list, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, left_ms + 500);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    return event;
}

static rd_kafka_event_t *takeover_list_claims(struct takeover *takeover, int64_t spec)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)takeover->reading->count);
    for (size_t i = 0; i < takeover->reading->count; i++) {
        const rd_kafka_topic_partition_t *part = &takeover->list->elems[i];
        rd_kafka_topic_partition_list_add(list, part->topic, part->partition)->offset = spec;
    }
    rd_kafka_event_t *event =
        takeover_list_offsets(takeover, list, RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED);
    rd_kafka_topic_partition_list_destroy(list);
    return event;
}

/* Writes the first or last offset of each partition into its claim, where brokers tell. */
static void takeover_ask_range(struct takeover *takeover, int64_t spec)
{
    rd_kafka_event_t *event = takeover_list_claims(takeover, spec);
    const rd_kafka_ListOffsets_result_t *result =
        event ? rd_kafka_event_ListOffsets_result(event) : NULL;
    size_t found = 0;
    const rd_kafka_ListOffsetsResultInfo_t **infos =
        result ? rd_kafka_ListOffsets_result_infos(result, &found) : NULL;
    for (size_t k = 0; k < found; k++) {
        const rd_kafka_topic_partition_t *part =
            rd_kafka_ListOffsetsResultInfo_topic_partition(infos[k]);
        const rd_kafka_topic_partition_t *place = rd_kafka_topic_partition_list_find(
            takeover->list, part->topic, part->partition);
        if (part->err || !place) {
            continue;
        }
        struct claim *claim = &takeover->reading->claims[place - takeover->list->elems];
        *(spec == RD_KAFKA_OFFSET_SPEC_EARLIEST ? &claim->low : &claim->high) = part->offset;
    }
    if (event) {
        rd_kafka_event_destroy(event);
    }
}

/* Each topic once. A map that was made for another topic of this name is told by the id alone. */
static void takeover_ask_ids(struct takeover *takeover)
{
    uint8_t ids[TOPIC_COUNT][TOPIC_ID_BYTES] = { { 0 } };
    bool is_asked[TOPIC_COUNT] = { false };
    for (size_t i = 0; i < takeover->reading->count; i++) {
        struct claim *claim = &takeover->reading->claims[i];
        enum topic topic = claim->id.topic;
        int left_ms = takeover_left_ms(takeover, TAKEOVER_ID_MS);
        if (!is_asked[topic] && left_ms > 0) {
            is_asked[topic] = true;
            takeover->has_id[topic] =
                takeover->ask_id(takeover->client, conf_topic_name(takeover->conf, topic).ptr,
                                 left_ms, ids[topic]);
        }
        memcpy(claim->topic_id, ids[topic], TOPIC_ID_BYTES);
    }
}

static bool takeover_take_ends(struct takeover *takeover, rd_kafka_event_t *event)
{
    const rd_kafka_ListOffsets_result_t *result = rd_kafka_event_ListOffsets_result(event);
    size_t found = 0;
    const rd_kafka_ListOffsetsResultInfo_t **infos =
        result ? rd_kafka_ListOffsets_result_infos(result, &found) : NULL;
    size_t known = 0;
    for (size_t k = 0; k < found; k++) {
        const rd_kafka_topic_partition_t *part =
            rd_kafka_ListOffsetsResultInfo_topic_partition(infos[k]);
        if (!part->err && part->partition >= 0 &&
            (size_t)part->partition < takeover->ends_count) {
            takeover->ends[part->partition] = part->offset;
            known++;
        }
    }
    return known == takeover->ends_count;
}

/* Where all that was written ends, decided or not: of a commit whose offsets can be read the
 * records may still wait for their own end of the transaction. */
static bool takeover_ask_witness(struct takeover *takeover)
{
    if (takeover->witness.len == 0) {
        return true;
    }
    int count = topics_partitions(takeover->client, takeover->witness.ptr,
                                  takeover_left_ms(takeover, TAKEOVER_ID_MS));
    takeover->ends = count > 0 ? mem_zero((size_t)count, sizeof(*takeover->ends)) : NULL;
    if (!takeover->ends) {
        return false;
    }
    takeover->ends_count = (size_t)count;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; i < count; i++) {
        rd_kafka_topic_partition_list_add(list, takeover->witness.ptr, i)->offset =
            RD_KAFKA_OFFSET_SPEC_LATEST;
    }
    rd_kafka_event_t *event =
        takeover_list_offsets(takeover, list, RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED);
    rd_kafka_topic_partition_list_destroy(list);
    bool is_known = event && takeover_take_ends(takeover, event);
    if (event) {
        rd_kafka_event_destroy(event);
    }
    return is_known;
}

/* What time has not been enough to ask is not taken for what brokers do not tell: a map would then
 * be believed that is of another life of the partition. Of a range that they were asked for and do
 * not tell, fetching will tell; but where nothing is committed, nobody else knows the start. */
static bool takeover_is_known(const struct takeover *takeover, size_t i)
{
    const struct claim *claim = &takeover->reading->claims[i];
    bool has_range = claim->low >= 0 && claim->high >= 0;
    bool was_in_time = has_range || takeover_left_ms(takeover, 1) > 0;
    return takeover->has_id[claim->id.topic] && was_in_time &&
           (claim->committed >= 0 || claim->low >= 0);
}

static void takeover_run(struct job *job)
{
    struct takeover *takeover = container_of(job, struct takeover, job);
    struct reading *reading = takeover->reading;
    takeover->began_us = now_mono_us();
    takeover_ask_committed(takeover);
    CRASH_POINT("claim-read");
    takeover_ask_ids(takeover);
    bool has_witness = takeover_ask_witness(takeover);
    takeover->ends_count = has_witness ? takeover->ends_count : 0;
    takeover_ask_range(takeover, RD_KAFKA_OFFSET_SPEC_EARLIEST);
    takeover_ask_range(takeover, RD_KAFKA_OFFSET_SPEC_LATEST);
    for (size_t i = 0; i < reading->count; i++) {
        reading->is_read[i] =
            reading->is_read[i] && has_witness && takeover_is_known(takeover, i);
    }
    takeover->took_ms = (now_mono_us() - takeover->began_us) / 1000;
}

static void takeover_done(struct job *job)
{
    struct takeover *takeover = container_of(job, struct takeover, job);
    takeover->on_done(takeover);
}

void takeover_destroy(struct takeover *takeover)
{
    if (takeover->list) {
        rd_kafka_topic_partition_list_destroy(takeover->list);
    }
    mem_free(takeover->ends);
    mem_free(takeover);
}

bool takeover_start(const struct takeover *plan, struct job_thread *thread)
{
    struct takeover *takeover = mem_zero(1, sizeof(*takeover));
    if (!takeover) {
        return false;
    }
    *takeover = *plan;
    takeover->job = (struct job){ .run = takeover_run,
                                  .on_done = takeover_done,
                                  .call = "takeover",
                                  .most_ms = plan->most_ms };
    takeover->list = rd_kafka_topic_partition_list_new((int)plan->reading->count);
    for (size_t i = 0; takeover->list && i < plan->reading->count; i++) {
        struct partition_id id = plan->reading->claims[i].id;
        rd_kafka_topic_partition_list_add(
            takeover->list, conf_topic_name(plan->conf, id.topic).ptr, id.number);
    }
    if (!takeover->list || job_thread_submit(thread, &takeover->job) != OK) {
        takeover_destroy(takeover);
        return false;
    }
    return true;
}
