/* rights_kafka.c - see rights_kafka.h. A question blocks the commit thread for one exchange with a
 * broker, which is as long as one step of a transaction. */
#include "worker/adapter/rights_kafka.h"

#include "common/log.h"

#define RIGHTS_EVERY_MS 2000
#define RIGHTS_ASK_MS 2000
#define RIGHTS_GRACE_MS 500

static bool rights_may_read(const rd_kafka_TopicDescription_t *topic)
{
    size_t count = 0;
    const rd_kafka_AclOperation_t *allowed =
        rd_kafka_TopicDescription_authorized_operations(topic, &count);
    if (rd_kafka_error_code(rd_kafka_TopicDescription_error(topic))) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (allowed[i] == RD_KAFKA_ACL_OPERATION_READ || allowed[i] == RD_KAFKA_ACL_OPERATION_ALL) {
            return true;
        }
    }
    return !allowed; /* brokers without an authorizer do not tell */
}

static const char *rights_name(const struct rights_kafka *rights, const char *name)
{
    for (size_t i = 0; i < rights->inputs_count; i++) {
        if (str_is(str_from(rights->inputs[i]), name)) {
            return rights->inputs[i];
        }
    }
    return NULL;
}

static void rights_read(struct rights_kafka *rights, rd_kafka_event_t *event)
{
    const rd_kafka_DescribeTopics_result_t *result = rd_kafka_event_DescribeTopics_result(event);
    if (!result || rd_kafka_event_error(event)) {
        return;
    }
    size_t count = 0;
    const rd_kafka_TopicDescription_t **topics =
        rd_kafka_DescribeTopics_result_topics(result, &count);
    rights->has_answer = true;
    for (size_t i = 0; i < count; i++) {
        if (!rights_may_read(topics[i])) {
            rights->found = rights_name(rights, rd_kafka_TopicDescription_name(topics[i]));
            return;
        }
    }
}

static void rights_run(struct job *job)
{
    struct rights_kafka *rights = container_of(job, struct rights_kafka, job);
    rd_kafka_t *client = rights->client;
    rights->has_answer = false;
    rights->found = NULL;
    rd_kafka_TopicCollection_t *topics =
        rd_kafka_TopicCollection_of_topic_names(rights->inputs, rights->inputs_count);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    char why[128];
    (void)rd_kafka_AdminOptions_set_request_timeout(options, RIGHTS_ASK_MS, why, sizeof(why));
    rd_kafka_error_t *error = rd_kafka_AdminOptions_set_include_authorized_operations(options, 1);
    rd_kafka_DescribeTopics(client, topics, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, RIGHTS_ASK_MS + RIGHTS_GRACE_MS);
    if (event) {
        rights_read(rights, event);
        rd_kafka_event_destroy(event);
    }
    if (error) {
        rd_kafka_error_destroy(error);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_TopicCollection_destroy(topics);
}

static void rights_wait(struct rights_kafka *rights)
{
    loop_timer_set(rights->timer, loop_clock(rights->loop)->mono_ms + RIGHTS_EVERY_MS);
}

static void rights_done(struct job *job)
{
    struct rights_kafka *rights = container_of(job, struct rights_kafka, job);
    rights->is_asking = false;
    if (rights->is_closed) {
        return;
    }
    if (rights->has_answer && !rights->found) {
        log_say(rights->log, LOG_INFO, "source", "all inputs may be read again");
        rights->refused = NULL;
        return;
    }
    rights->refused = rights->has_answer ? rights->found : rights->refused;
    rights_wait(rights);
}

static void rights_on_timer(void *owner)
{
    struct rights_kafka *rights = owner;
    if (rights->is_asking) {
        return;
    }
    rights->is_asking = job_thread_submit(rights->thread, &rights->job) == OK;
    if (!rights->is_asking) {
        rights_wait(rights);
    }
}

enum err rights_kafka_open(struct rights_kafka *rights)
{
    rights->job.run = rights_run;
    rights->job.on_done = rights_done;
    rights->job.call = "rights";
    rights->job.most_ms = RIGHTS_ASK_MS + RIGHTS_GRACE_MS;
    rights->timer = loop_timer_create(rights->loop, rights_on_timer, rights);
    return rights->timer ? OK : ERR_NOMEM;
}

void rights_kafka_close(struct rights_kafka *rights)
{
    rights->is_closed = true;
    loop_timer_destroy(TAKE(rights->timer));
}

void rights_kafka_refused(struct rights_kafka *rights, const char *topic)
{
    const char *name = topic ? rights_name(rights, topic) : rights->inputs[0];
    if (!name || rights->is_closed || rights->refused) {
        return;
    }
    log_say(rights->log, LOG_ERROR, "source",
            "an input may not be read any more: no permission; allow READ and DESCRIBE on it",
            LOG_CHARS("topic", name));
    rights->refused = name;
    rights_wait(rights);
}

bool rights_kafka_is_ready(const struct rights_kafka *rights, struct buf *reasons)
{
    if (!rights->refused) {
        return true;
    }
    if (reasons) { /* not ready, whether or not there is room to say why */
        (void)!buf_printf(reasons, "source: no permission to read %s\n", rights->refused);
    }
    return false;
}
