/* topics_create.c - makes the topics of the table (topics_kafka.h). One request for all, so
 * that a topic that is refused does not keep the others from being made. */
#include "worker/adapter/kafka_advice.h"
#include "worker/adapter/now.h"
#include "worker/adapter/topics_kafka.h"

#define TELL_EVERY_US 3000000

static enum err topics_set(rd_kafka_NewTopic_t *topic, const char *key, const char *value)
{
    return rd_kafka_NewTopic_set_config(topic, key, value) ? ERR_CONFIG : OK;
}

/* NULL: the settings are not what librdkafka takes; the note says why. */
static rd_kafka_NewTopic_t *topics_plan(const struct conf *conf, enum topic topic,
                                        struct note *note)
{
    const struct topic_info *info = topic_info(topic);
    int64_t partitions = conf_int(conf, CONF_TOPICS_PARTITIONS);
    if (partitions == 0 || info->compaction == TOPIC_COMPACTED) {
        partitions = info->partitions;
    }
    char why[256] = "";
    rd_kafka_NewTopic_t *plan = rd_kafka_NewTopic_new(
        conf_topic_name(conf, topic).ptr, (int)partitions,
        (int)conf_int(conf, CONF_TOPICS_REPLICATION), why, sizeof(why));
    if (!plan) {
        note_set(note, "%s: %s", info->setting, why);
        return NULL;
    }
    enum err err;
    if (info->compaction == TOPIC_COMPACTED) {
        err = topics_set(plan, "cleanup.policy", "compact");
    } else {
        err = topics_set(plan, "retention.ms", conf_str(conf, CONF_TOPICS_RETENTION_MS).ptr);
    }
    /* Brokers refuse records of a worker whose clock is an hour ahead, and soon delete those of one
     * that is years behind: with their own time they do neither. */
    if (err == OK && !topic_is_input(topic)) {
        err = topics_set(plan, "message.timestamp.type", "LogAppendTime");
    }
    if (err != OK) {
        rd_kafka_NewTopic_destroy(plan);
        note_set(note, "%s: its settings are refused", info->setting);
        return NULL;
    }
    return plan;
}

static const char *topics_why(const rd_kafka_topic_result_t *result)
{
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(result);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        return "no permission; allow CREATE on the topic or on the cluster";
    }
    const char *why = rd_kafka_topic_result_error_string(result);
    return kafka_is_hopeless(code) || !why ? kafka_advice(code) : why;
}

/* Tells what became of each; ERR_UNAVAILABLE or ERR_CONFIG if one was refused. */
static enum err topics_report(const struct topics_create *create, rd_kafka_event_t *event,
                              struct note *note)
{
    const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
    size_t count = 0;
    const rd_kafka_topic_result_t **topics =
        result ? rd_kafka_CreateTopics_result_topics(result, &count) : NULL;
    enum err err = OK;
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_topic_result_name(topics[i]);
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
        enum topic_made made = TOPIC_MADE;
        const char *why = "";
        if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            made = TOPIC_WAS_THERE;
        } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            made = TOPIC_REFUSED;
            why = topics_why(topics[i]);
            note_set(note, "topic %s: %s", name, why);
            err = kafka_is_hopeless(code) ? ERR_CONFIG : ERR_UNAVAILABLE;
        }
        enum topic topic;
        if (conf_topic_find(create->kafka.conf, str_from(name), &topic)) {
            create->on_made(create->owner, topic, str_from(name), made, why);
        }
    }
    return err;
}

/* What the broker answers; NULL when there is no use in waiting longer. */
static rd_kafka_event_t *topics_await(const struct topics_create *create, rd_kafka_t *client,
                                      rd_kafka_queue_t *queue)
{
    struct kafka_voice *voice = kafka_voice_of(client);
    int64_t now_us = now_mono_us();
    const int64_t until_us = now_us + create->timeout_ms * 1000 + 500000;
    int64_t tell_us = now_us + TELL_EVERY_US;
    rd_kafka_event_t *event = NULL;
    while (!event && now_us < until_us && !kafka_is_hopeless(kafka_voice_last(voice))) {
        event = rd_kafka_queue_poll(queue, 200);
        rd_kafka_poll(client, 0); /* errors are heard here */
        now_us = now_mono_us();
        if (!event && now_us >= tell_us && now_us < until_us) {
            create->on_wait(create->owner, kafka_advice(kafka_voice_last(voice)),
                            (until_us - now_us) / 1000);
            tell_us += TELL_EVERY_US;
        }
    }
    return event;
}

static enum err topics_send(const struct topics_create *create, rd_kafka_t *client,
                            rd_kafka_NewTopic_t **plans, size_t count, struct note *note)
{
    int timeout_ms = (int)create->timeout_ms;
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    char why[128];
    (void)rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, why, sizeof(why));
    (void)rd_kafka_AdminOptions_set_operation_timeout(options, timeout_ms, why, sizeof(why));
    rd_kafka_CreateTopics(client, plans, count, options, queue);
    rd_kafka_event_t *event = topics_await(create, client, queue);
    enum err err;
    if (!event || rd_kafka_event_error(event)) {
        rd_kafka_resp_err_t code =
            event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        err = kafka_voice_explain(kafka_voice_of(client), code, "creating topics", note);
    } else {
        err = topics_report(create, event, note);
    }
    if (event) {
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return err;
}

static enum err topics_create_with(const struct topics_create *create, struct kafka_voice *voice,
                                   struct note *note)
{
    rd_kafka_conf_t *conf;
    rd_kafka_t *client;
    TRY(kafka_conf_make(&create->kafka, KAFKA_ADMIN, voice, &conf, note));
    TRY(kafka_client_create(conf, KAFKA_ADMIN, &client, note));
    rd_kafka_NewTopic_t *plans[TOPIC_COUNT];
    size_t count = 0;
    enum err err = OK;
    for (enum topic topic = 0; topic < TOPIC_COUNT && err == OK; topic++) {
        if (conf_topic_name(create->kafka.conf, topic).len == 0) {
            continue;
        }
        plans[count] = topics_plan(create->kafka.conf, topic, note);
        err = plans[count] ? OK : ERR_CONFIG;
        count += plans[count] ? 1 : 0;
    }
    if (err == OK && count > 0) {
        err = topics_send(create, client, plans, count, note);
    }
    rd_kafka_NewTopic_destroy_array(plans, count);
    kafka_client_destroy(client);
    return err;
}

enum err topics_create(const struct topics_create *create, struct note *note)
{
    struct kafka_voice voice;
    kafka_voice_init(&voice, create->log, "admin", NULL);
    enum err err = topics_create_with(create, &voice, note);
    kafka_voice_fini(&voice);
    return err;
}
