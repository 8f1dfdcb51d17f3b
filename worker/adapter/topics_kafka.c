/* topics_kafka.c - see topics_kafka.h. */
#include "worker/adapter/topics_kafka.h"

#include "worker/adapter/now.h"

#define TOPICS_ASK_MS 2000
#define TOPICS_RETRY_MS 200
#define TOPICS_MISSING_MS 1000

/* The error of one topic in an answer, NO_ERROR when it is there. */
static rd_kafka_resp_err_t topics_error(const struct rd_kafka_metadata *metadata, const char *name)
{
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        if (str_is(str_from(topic->topic), name)) {
            return topic->err;
        }
    }
    return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* Asks for one topic by name: asking for all would need more permissions. */
static rd_kafka_resp_err_t topics_ask(rd_kafka_t *client, const char *name, int timeout_ms,
                                      int *ret_partitions)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
    if (!topic) {
        return rd_kafka_last_error();
    }
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &metadata, timeout_ms);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = topics_error(metadata, name);
        *ret_partitions = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return code;
}

int topics_partitions(rd_kafka_t *client, const char *name, int timeout_ms)
{
    int partitions = 0;
    rd_kafka_resp_err_t code = topics_ask(client, name, timeout_ms, &partitions);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && partitions > 0 ? partitions : -1;
}

static bool topics_is_missing(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

bool topics_may_have(rd_kafka_t *client, const char *name, int timeout_ms)
{
    int partitions = 0;
    rd_kafka_resp_err_t code = topics_ask(client, name, timeout_ms, &partitions);
    return !topics_is_missing(code) && code != RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION &&
           code != RD_KAFKA_RESP_ERR__INVALID_ARG;
}

static bool topics_is_hurried(const struct topics_check *check)
{
    return check->is_hurried && check->is_hurried(check->owner);
}

/* One topic; `*at_us` is when waiting ends. A broker that has just been told of a new topic
 * may not know it yet, so a missing one is asked for again, though not for long. */
static enum err topics_check_one(const struct topics_check *check, size_t i, int64_t until_us,
                                 struct note *note)
{
    enum topic topic = check->topics[i];
    const char *name = conf_topic_name(check->conf, topic).ptr;
    struct kafka_voice *voice = kafka_voice_of(check->client);
    int64_t missing_until_us =
        min_i64(until_us, now_mono_us() + (int64_t)TOPICS_MISSING_MS * 1000);
    for (;;) {
        int partitions = 0;
        rd_kafka_resp_err_t code = topics_ask(check->client, name, TOPICS_ASK_MS, &partitions);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_voice_forget(voice);
            if (check->partitions) {
                check->partitions[i] = partitions;
            }
            return OK;
        }
        int64_t now_us = now_mono_us();
        if (topics_is_missing(code) && now_us >= missing_until_us) {
            note_set(note, "topic %s (setting %s) does not exist; create it, for example with "
                           "`deskhand topics --create`", name, topic_info(topic)->setting);
            return ERR_CONFIG;
        }
        bool is_hopeless =
            !topics_is_missing(code) &&
            (kafka_is_hopeless(code) || kafka_is_hopeless(kafka_voice_last(voice)));
        if (is_hopeless || topics_is_hurried(check) || now_us >= until_us) {
            char doing[TOPIC_NAME_BYTES_MAX + 64];
            snprintf(doing, sizeof(doing), "topic %s (%s)", name, topic_info(topic)->setting);
            return kafka_voice_explain(voice, code, doing, note);
        }
        rd_kafka_poll(check->client, TOPICS_RETRY_MS);
    }
}

enum err topics_check(const struct topics_check *check, struct note *note)
{
    int64_t until_us = now_mono_us() + check->timeout_ms * 1000;
    for (size_t i = 0; i < check->topics_count; i++) {
        TRY(topics_is_hurried(check) ? ERR_CANCELLED : OK);
        TRY(topics_check_one(check, i, until_us, note));
    }
    return OK;
}

/* --- ids ------------------------------------------------------------------------------------ */

/* librdkafka gives the id as two numbers; brokers mean their bytes, highest first. */
static void topics_write_id(const rd_kafka_Uuid_t *uuid, uint8_t ret_id[TOPIC_ID_BYTES])
{
    uint64_t halves[2] = { (uint64_t)rd_kafka_Uuid_most_significant_bits(uuid),
                           (uint64_t)rd_kafka_Uuid_least_significant_bits(uuid) };
    for (size_t i = 0; i < TOPIC_ID_BYTES; i++) {
        ret_id[i] = (uint8_t)(halves[i / 8] >> (56 - 8 * (i % 8)));
    }
}

static bool topics_read_id(const rd_kafka_event_t *event, uint8_t ret_id[TOPIC_ID_BYTES])
{
    rd_kafka_event_t *answer = (rd_kafka_event_t *)(uintptr_t)event; /* only looked at */
    const rd_kafka_DescribeTopics_result_t *result = rd_kafka_event_DescribeTopics_result(answer);
    size_t count = 0;
    const rd_kafka_TopicDescription_t **topics =
        result ? rd_kafka_DescribeTopics_result_topics(result, &count) : NULL;
    if (count != 1 || rd_kafka_error_code(rd_kafka_TopicDescription_error(topics[0]))) {
        return false;
    }
    const rd_kafka_Uuid_t *uuid = rd_kafka_TopicDescription_topic_id(topics[0]);
    if (uuid) {
        topics_write_id(uuid, ret_id);
    }
    return true;
}

/* librdkafka's own cluster has no controller: an answer would be waited for in vain. */
static bool topics_is_mock(rd_kafka_t *client)
{
    char *cluster = rd_kafka_clusterid(client, 0);
    bool is_mock = str_starts(str_from(cluster), STR("mockCluster"));
    rd_kafka_mem_free(client, cluster);
    return is_mock;
}

bool topics_id(rd_kafka_t *client, const char *name, int timeout_ms,
               uint8_t ret_id[TOPIC_ID_BYTES])
{
    memset(ret_id, 0, TOPIC_ID_BYTES);
    if (topics_is_mock(client)) {
        return true;
    }
    rd_kafka_TopicCollection_t *topics = rd_kafka_TopicCollection_of_topic_names(&name, 1);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    char why[128];
    (void)rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, why, sizeof(why));
    rd_kafka_DescribeTopics(client, topics, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms + 500);
    bool is_told = event && topics_read_id(event, ret_id);
    if (event) {
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_TopicCollection_destroy(topics);
    return is_told;
}
