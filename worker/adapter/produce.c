/* produce.c - see produce.h. Records are copied: a producer may keep them past the end of a
 * batch, until it is destroyed. */
#include "worker/adapter/produce.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/kafka_advice.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/now.h"
#include "worker/adapter/txn_error.h"

#define PRODUCE_POLL_MS 10

static void produce_suspect(struct produce_report *report, struct delivery *delivery,
                            rd_kafka_resp_err_t code)
{
    report->suspects += report->suspect != delivery ? 1 : 0;
    report->suspect = delivery;
    report->suspect_error = code;
}

void produce_on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    struct kafka_voice *voice = opaque;
    struct produce_job *job = voice->owner;
    rd_kafka_resp_err_t code = message->err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
    struct produce_report *report = &job->report;
    bool is_consequence = code == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                          code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
                          code == RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD;
    report->failed++;
    if (!is_consequence && report->first_error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        report->first_error = code;
    }
    report->is_of_clock |= code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
    if (txn_error_refuses_record(code)) {
        produce_suspect(report, message->_private, code);
    }
}

void produce_drop_client(struct produce_job *job)
{
    for (size_t i = 0; i < countof(job->topics); i++) {
        if (job->topics[i]) {
            rd_kafka_topic_destroy(job->topics[i]); /* or the client would wait for it */
        }
        job->topics[i] = NULL;
    }
    kafka_client_destroy(TAKE(job->client));
}

static rd_kafka_topic_t *produce_topic(struct produce_job *job, enum topic topic)
{
    if (!job->topics[topic]) {
        job->topics[topic] =
            rd_kafka_topic_new(job->client, conf_topic_name(job->conf, topic).ptr, NULL);
    }
    return job->topics[topic];
}

static rd_kafka_resp_err_t produce_output(struct produce_job *job, const struct output *output,
                                          struct delivery *delivery)
{
    rd_kafka_topic_t *topic = produce_topic(job, output->topic);
    if (!topic) {
        return rd_kafka_last_error();
    }
    const rd_kafka_vu_t to = { .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic };
    const struct record record = {
        .partition = RD_KAFKA_PARTITION_UA,
        .key = output->key,
        .has_key = output->has_key,
        .value = output->value,
        .has_value = output->has_value,
        .headers = output->headers,
        .headers_count = output->headers_count,
    };
    return kafka_record_queue(job->client, to, &record, delivery);
}

static enum err produce_one(struct produce_job *job, const struct output *output,
                            struct delivery *delivery, int64_t deadline_us)
{
    rd_kafka_resp_err_t code;
    while ((code = produce_output(job, output, delivery)) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        if (now_mono_us() >= deadline_us) {
            return ERR_TIMEOUT;
        }
        rd_kafka_poll(job->client, PRODUCE_POLL_MS);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return OK;
    }
    job->report.first_error = code;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        delivery->refused = ERR_TOO_LARGE;
        return ERR_POISON;
    }
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
        return ERR_CONFIG;
    }
    return code == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE ? ERR_NOMEM : ERR_TXN;
}

enum err produce_batch(struct produce_job *job, const struct batch *batch, int64_t deadline_us)
{
    job->report = (struct produce_report){ 0 };
    size_t half = batch->deliveries.count / 2;
    size_t count = 0;
    for (struct list_node *node = list_first(&batch->deliveries); node;
         node = list_next(&batch->deliveries, node)) {
        struct delivery *delivery = container_of(node, struct delivery, node);
        delivery->refused = OK;
        for (size_t i = 0; i < delivery->outcome.outputs_count; i++) {
            TRY(produce_one(job, &delivery->outcome.outputs[i], delivery, deadline_us));
        }
        if (count++ == half) {
            CRASH_POINT("half-produced");
        }
    }
    rd_kafka_poll(job->client, 0);
    return OK;
}

bool produce_blames(struct produce_job *job)
{
    const struct produce_report *report = &job->report;
    if (report->is_of_clock) {
        return false;
    }
    if (report->suspects == 1) {
        bool is_size = report->suspect_error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
        report->suspect->refused = is_size ? ERR_TOO_LARGE : ERR_REFUSED;
    }
    return report->suspects > 0;
}

const char *produce_why(const struct produce_job *job)
{
    const struct produce_report *report = &job->report;
    if (report->is_of_clock) {
        return kafka_advice(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
    }
    return report->first_error == RD_KAFKA_RESP_ERR_NO_ERROR
               ? "no answer in time"
               : kafka_advice(report->first_error);
}

rd_kafka_topic_partition_list_t *produce_partitions(const struct conf *conf,
                                                    const struct batch *batch)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)batch->progress_count);
    for (size_t i = 0; list && i < batch->progress_count; i++) {
        struct partition_id id = batch->progress[i].id;
        rd_kafka_topic_partition_list_add(list, conf_topic_name(conf, id.topic).ptr, id.number);
    }
    return list;
}

rd_kafka_topic_partition_list_t *produce_offsets(const struct conf *conf,
                                                 const struct batch *batch)
{
    rd_kafka_topic_partition_list_t *list = produce_partitions(conf, batch);
    for (size_t i = 0; list && i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        rd_kafka_topic_partition_t *part = &list->elems[i];
        part->offset = progress->position;
        rd_kafka_topic_partition_set_leader_epoch(part, progress->leader_epoch);
        if (progress->metadata.len == 0) {
            continue;
        }
        part->metadata = mem_alloc(progress->metadata.len); /* librdkafka frees it */
        if (!part->metadata) {
            rd_kafka_topic_partition_list_destroy(list);
            return NULL;
        }
        memcpy(part->metadata, progress->metadata.ptr, progress->metadata.len);
        part->metadata_size = progress->metadata.len;
    }
    return list;
}
