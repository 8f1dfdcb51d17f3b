/* source_kafka.c - see source_kafka.h. Records in, and the life of the consumer; what the
 * group does is group_kafka.h. */
#include "worker/adapter/source_kafka.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/group_kafka.h"
#include "worker/adapter/group_ticket.h"
#include "worker/adapter/kafka_inbox.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/rights_kafka.h"
#include "worker/adapter/topics_kafka.h"

/* How long leaving the group may take: brokers that are away are not waited for. */
#define SOURCE_LEAVE_MS 5000

struct source_kafka {
    struct source port;
    struct source_kafka_options options;
    struct kafka_voice voice;
    rd_kafka_t *client;
    struct kafka_inbox *inbox; /* NULL: not open */
    struct group_kafka group;
    struct rights_kafka rights;
    struct job check; /* topics, at the start */
    struct job drop;  /* the client, at the end */
    struct loop_timer *leave_timer;
    struct header headers[RECORD_HEADERS_MAX];
    enum err checked; /* set on the commit thread by `check` */
    struct note checked_note;
    bool has_joined;
    bool is_stopped;
    bool is_closing;
    bool is_leaving; /* the client was told to close */
    bool is_failed;
};

static void source_kafka_fail(struct source_kafka *source, enum err err, const struct note *note)
{
    if (!source->is_failed && !source->is_closing) {
        source->is_failed = true;
        source->options.on_fatal(source->options.owner, err, note);
    }
}

/* --- records -------------------------------------------------------------------------------- */

static struct holding *source_kafka_holding(struct source_kafka *source,
                                            const rd_kafka_message_t *message,
                                            struct partition_id *ret_id)
{
    ret_id->number = message->partition;
    if (!message->rkt ||
        !group_kafka_topic(&source->group, rd_kafka_topic_name(message->rkt), &ret_id->topic)) {
        return NULL;
    }
    return holdings_find(&source->group.membership.holdings, *ret_id);
}

static void source_kafka_deliver(struct source_kafka *source, const rd_kafka_message_t *message,
                                 struct partition_id id)
{
    struct source *port = &source->port;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        port->events->on_end(port->engine, id, message->offset);
        return;
    }
    struct record record;
    kafka_record_view(message, id.topic, source->headers, &record);
    port->events->on_record(port->engine, &record);
}

static bool source_kafka_is_gap(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
           code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ||
           code == RD_KAFKA_RESP_ERR__LOG_TRUNCATION;
}

/* Errors of the consumer: librdkafka repairs most of them, and repeats them until it has. */
static void source_kafka_hear(struct source_kafka *source, const rd_kafka_message_t *message)
{
    rd_kafka_resp_err_t code = message->err;
    char text[256] = "";
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        code = rd_kafka_fatal_error(source->client, text, sizeof(text));
    }
    kafka_voice_hear(&source->voice, code, rd_kafka_message_errstr(message));
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && source->has_joined) {
        const char *topic = message->rkt ? rd_kafka_topic_name(message->rkt) : NULL;
        rights_kafka_refused(&source->rights, topic);
    }
    bool is_fatal = message->err == RD_KAFKA_RESP_ERR__FATAL;
    if (is_fatal || (!source->has_joined && kafka_is_hopeless(code))) {
        struct str group = conf_str(source->options.kafka.conf, CONF_KAFKA_GROUP_ID);
        char doing[300];
        snprintf(doing, sizeof(doing), "group %.*s", STR_ARG(group));
        struct note note = { 0 };
        enum err err = kafka_voice_explain(&source->voice, code, doing, &note);
        source_kafka_fail(source, err, &note);
        return;
    }
    log_say(source->options.log, LOG_WARN, "source", "the consumer reports an error",
            LOG_CHARS("reason", rd_kafka_message_errstr(message)),
            LOG_CHARS("code", rd_kafka_err2name(code)));
}

static void source_kafka_on_message(void *owner, const rd_kafka_message_t *message)
{
    struct source_kafka *source = owner;
    if (source->is_closing) {
        return;
    }
    struct partition_id id;
    struct holding *holding = source_kafka_holding(source, message, &id);
    bool is_ours = holding && holding->phase == HOLDING_OURS && holding->is_assigned;
    bool is_record = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                     message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (is_record) {
        if (is_ours && !source->is_stopped) {
            source_kafka_deliver(source, message, id);
        }
        return;
    }
    if (source_kafka_is_gap(message->err) && is_ours) {
        log_say(source->options.log, LOG_ERROR, "source",
                "offsets of a partition are gone: it is claimed again",
                LOG_CHARS("topic", rd_kafka_topic_name(message->rkt)),
                LOG_INT("partition", id.number), LOG_INT("offset", message->offset),
                LOG_CHARS("reason", rd_kafka_message_errstr(message)));
        membership_retake(&source->group.membership, id);
        return;
    }
    source_kafka_hear(source, message);
}

static void source_kafka_on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code,
                                      rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    (void)client;
    struct kafka_voice *voice = opaque;
    struct source_kafka *source = voice->owner;
    group_kafka_note(&source->group, code, partitions);
}

/* --- the end -------------------------------------------------------------------------------- */

static void source_kafka_drop_run(struct job *job)
{
    struct source_kafka *source = container_of(job, struct source_kafka, drop);
    CRASH_POINT("before-leave");
    group_kafka_end(TAKE(source->client), source->is_leaving);
}

static void source_kafka_drop_done(struct job *job)
{
    struct source_kafka *source = container_of(job, struct source_kafka, drop);
    if (source->options.on_closed) {
        source->options.on_closed(source->options.owner);
    }
}

/* The client can only be destroyed when nothing of it is held any more. */
static void source_kafka_drop(struct source_kafka *source)
{
    loop_timer_destroy(TAKE(source->leave_timer));
    rights_kafka_close(&source->rights);
    source->group.queues = NULL;
    kafka_inbox_destroy(TAKE(source->inbox));
    group_kafka_fini(&source->group);
    source->drop = (struct job){ .run = source_kafka_drop_run,
                                 .on_done = source_kafka_drop_done,
                                 .call = "close",
                                 .most_ms = KAFKA_CLOSE_MS + GROUP_END_MS };
    if (job_thread_submit(source->options.thread, &source->drop) != OK) {
        BUG("the commit thread is full at the end");
    }
}

static void source_kafka_on_late(void *owner)
{
    struct source_kafka *source = owner;
    log_say(source->options.log, LOG_WARN, "source",
            "the group was not left in time; its other members wait for the session to end");
    source_kafka_drop(source);
}

static void source_kafka_on_served(void *owner, bool is_all)
{
    struct source_kafka *source = owner;
    membership_act(&source->group.membership, is_all);
    if (source->group.membership.ticket && !source->has_joined) {
        source->has_joined = true;
        log_say(source->options.log, LOG_INFO, "source", "joined the group",
                LOG_STR("group", conf_str(source->options.kafka.conf, CONF_KAFKA_GROUP_ID)));
    }
    if (source->is_closing && kafka_inbox_is_closed(source->inbox)) {
        source_kafka_drop(source);
    }
}

void source_kafka_close(struct source_kafka *source)
{
    source->is_closing = true;
    membership_leave(&source->group.membership);
    if (!source->inbox || !kafka_inbox_close(source->inbox)) {
        source_kafka_drop(source);
        return;
    }
    source->is_leaving = true;
    int64_t now_ms = loop_clock(source->options.loop)->mono_ms;
    loop_timer_set(source->leave_timer, now_ms + SOURCE_LEAVE_MS);
}

/* --- the start ------------------------------------------------------------------------------ */

static bool source_kafka_is_hurried(void *owner)
{
    return job_thread_is_hurried(owner);
}

static void source_kafka_check_run(struct job *job)
{
    struct source_kafka *source = container_of(job, struct source_kafka, check);
    const struct source_kafka_options *options = &source->options;
    struct topics_check check = {
        .client = source->client,
        .conf = options->kafka.conf,
        .topics = options->inputs,
        .topics_count = options->inputs_count,
        .timeout_ms = options->start_timeout_ms,
        .is_hurried = source_kafka_is_hurried,
        .owner = options->thread,
    };
    source->checked = topics_check(&check, &source->checked_note);
    if (source->checked == OK) {
        check.topics = options->needed;
        check.topics_count = options->needed_count;
        source->checked = topics_check(&check, &source->checked_note);
    }
}

static void source_kafka_subscribe(struct source_kafka *source)
{
    const struct source_kafka_options *options = &source->options;
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)options->inputs_count);
    for (size_t i = 0; i < options->inputs_count; i++) {
        struct str name = conf_topic_name(options->kafka.conf, options->inputs[i]);
        rd_kafka_topic_partition_list_add(list, name.ptr, RD_KAFKA_PARTITION_UA);
    }
    rd_kafka_resp_err_t code = rd_kafka_subscribe(source->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        struct note note = { 0 };
        enum err err = kafka_voice_explain(&source->voice, code, "subscribing", &note);
        source_kafka_fail(source, err, &note);
    }
}

static void source_kafka_check_done(struct job *job)
{
    struct source_kafka *source = container_of(job, struct source_kafka, check);
    if (source->is_closing) {
        return;
    }
    if (source->checked != OK) {
        source_kafka_fail(source, source->checked, &source->checked_note);
        return;
    }
    struct kafka_inbox_options inbox = {
        .loop = source->options.loop,
        .client = source->client,
        .owner = source,
        .on_message = source_kafka_on_message,
        .on_served = source_kafka_on_served,
    };
    source->inbox = kafka_inbox_create(&inbox);
    if (!source->inbox) {
        source_kafka_fail(source, ERR_OS, NULL);
        return;
    }
    source->group.queues = kafka_inbox_queues(source->inbox);
    kafka_inbox_open(source->inbox);
    source_kafka_subscribe(source);
}

void source_kafka_start(struct source_kafka *source)
{
    source->check = (struct job){ .run = source_kafka_check_run,
                                  .on_done = source_kafka_check_done,
                                  .call = "topics",
                                  .most_ms = 2 * source->options.start_timeout_ms };
    if (job_thread_submit(source->options.thread, &source->check) != OK) {
        BUG("the commit thread is full at the start");
    }
}

/* --- the port ------------------------------------------------------------------------------- */

/* False: the partition has no queue of its own. */
static bool source_kafka_hold(struct source_kafka *source, struct partition_id id, bool is_held)
{
    if (!source->inbox ||
        !kafka_queues_hold(kafka_inbox_queues(source->inbox), id, is_held)) {
        return false;
    }
    if (!is_held) {
        kafka_inbox_look(source->inbox);
    }
    return true;
}

static void source_kafka_turn_fetching(struct source_kafka *source, struct partition_id id,
                                       bool is_paused)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(
        list, conf_topic_name(source->options.kafka.conf, id.topic).ptr, id.number);
    rd_kafka_resp_err_t code = is_paused ? rd_kafka_pause_partitions(source->client, list)
                                         : rd_kafka_resume_partitions(source->client, list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_say(source->options.log, LOG_ERROR, "source", "a partition cannot be paused or resumed",
                LOG_CHARS("reason", rd_kafka_err2str(code)));
    }
    rd_kafka_topic_partition_list_destroy(list);
}

static void source_kafka_turn(struct source_kafka *source, struct partition_id id, bool is_paused)
{
    struct holding *holding = holdings_find(&source->group.membership.holdings, id);
    if (!holding || holding->phase != HOLDING_OURS || holding->is_paused == is_paused) {
        return;
    }
    holding->is_paused = is_paused;
    if (holding->is_assigned && !source_kafka_hold(source, id, is_paused)) {
        source_kafka_turn_fetching(source, id, is_paused);
    }
}

static void source_kafka_pause(struct source *port, struct partition_id id)
{
    source_kafka_turn(container_of(port, struct source_kafka, port), id, true);
}

static void source_kafka_resume(struct source *port, struct partition_id id)
{
    source_kafka_turn(container_of(port, struct source_kafka, port), id, false);
}

static void source_kafka_release(struct source *port, const struct partition_id *ids, size_t count)
{
    struct source_kafka *source = container_of(port, struct source_kafka, port);
    membership_release(&source->group.membership, ids, count);
}

static void source_kafka_stop(struct source *port)
{
    struct source_kafka *source = container_of(port, struct source_kafka, port);
    source->is_stopped = true;
    membership_stop(&source->group.membership);
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&source->group.membership.holdings, &id, &holding)) {
        source_kafka_turn(source, id, true);
    }
}

static const struct source_ops source_kafka_ops = {
    .name = "kafka",
    .pause = source_kafka_pause,
    .resume = source_kafka_resume,
    .release = source_kafka_release,
    .stop = source_kafka_stop,
};

static enum err source_kafka_watch_rights(struct source_kafka *source)
{
    const struct source_kafka_options *options = &source->options;
    struct rights_kafka *rights = &source->rights;
    *rights = (struct rights_kafka){ .client = source->client,
                                     .loop = options->loop,
                                     .log = options->log,
                                     .thread = options->thread };
    for (size_t i = 0; i < options->inputs_count && i < RIGHTS_TOPICS_MAX; i++) {
        rights->inputs[rights->inputs_count++] =
            conf_topic_name(options->kafka.conf, options->inputs[i]).ptr;
    }
    return rights_kafka_open(rights);
}

static enum err source_kafka_connect(struct source_kafka *source, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_version_check(note));
    TRY(kafka_conf_make(&source->options.kafka, KAFKA_SOURCE, &source->voice, &conf, note));
    rd_kafka_conf_set_rebalance_cb(conf, source_kafka_on_rebalance);
    TRY(kafka_client_create(conf, KAFKA_SOURCE, &source->client, note));
    group_kafka_open(&source->group, source->client);
    return source_kafka_watch_rights(source);
}

enum err source_kafka_create(const struct source_kafka_options *options,
                             struct source_kafka **ret_source, struct note *note)
{
    struct source_kafka *source = mem_zero(1, sizeof(*source));
    if (!source) {
        return ERR_NOMEM;
    }
    source->port.ops = &source_kafka_ops;
    source->options = *options;
    kafka_voice_init(&source->voice, options->log, "source", source);
    source->group = (struct group_kafka){
        .conf = options->kafka.conf,
        .loop = options->loop,
        .log = options->log,
        .thread = options->thread,
        .inputs_count = options->inputs_count,
        .witness = options->witness,
        .has_reached = options->has_reached,
        .owner = options->owner,
    };
    memcpy(source->group.inputs, options->inputs, sizeof(options->inputs));
    source->leave_timer = loop_timer_create(options->loop, source_kafka_on_late, source);
    enum err err = source->leave_timer ? group_kafka_init(&source->group, &source->port)
                                       : ERR_NOMEM;
    err = err ? err : source_kafka_connect(source, note);
    if (err != OK) {
        source_kafka_destroy(source);
        return err;
    }
    *ret_source = source;
    return OK;
}

void source_kafka_destroy(struct source_kafka *source)
{
    if (!source) {
        return;
    }
    source->group.queues = NULL;
    kafka_inbox_destroy(source->inbox);
    loop_timer_destroy(source->leave_timer);
    rights_kafka_close(&source->rights);
    group_kafka_fini(&source->group);
    if (source->client) {
        group_kafka_end(source->client, source->is_leaving);
    }
    kafka_voice_fini(&source->voice);
    mem_free(source);
}

struct source *source_kafka_port(struct source_kafka *source)
{
    return &source->port;
}

/* Who has no partitions is told nothing when its session ends, so the client is asked. */
static bool source_kafka_is_member(const struct source_kafka *source)
{
    const struct membership *membership = &source->group.membership;
    size_t held = 0;
    for (size_t i = 0; i < HOLDING_PHASE_COUNT; i++) {
        held += membership->holdings.in_phase[i];
    }
    if (!membership->ticket || held > 0 || source->is_closing) {
        return membership->ticket != NULL;
    }
    struct ticket *ticket = group_ticket_take(source->client);
    bool is_member = ticket != NULL;
    ticket_unref(ticket);
    return is_member;
}

bool source_kafka_is_ready(const struct source_kafka *source, struct buf *reasons)
{
    const struct membership *membership = &source->group.membership;
    const char *why = NULL;
    if (!source_kafka_is_member(source)) {
        why = "source: not in the group\n";
    } else if (membership->holdings.in_phase[HOLDING_CLAIMING] > 0) {
        why = "source: committed offsets are not read yet\n";
    }
    if (why && reasons && buf_add(reasons, str_from(why)) != OK) {
        return false; /* not ready, whether or not there is room to say why */
    }
    return rights_kafka_is_ready(&source->rights, reasons) && why == NULL;
}

rd_kafka_t *source_kafka_client(struct source_kafka *source)
{
    return source->client;
}

struct ticket *source_kafka_ticket(struct source_kafka *source)
{
    return source->group.membership.ticket;
}

void source_kafka_ticket_refused(struct source_kafka *source)
{
    membership_refused(&source->group.membership);
}
