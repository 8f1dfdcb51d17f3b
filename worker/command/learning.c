/* learning.c - see learning.h. */
#include "worker/command/learning.h"

static bool learning_is_wanted(const struct conf *conf)
{
    return conf_is_set(conf, CONF_TOPIC_RECOMMENDATIONS) &&
           (conf_is_set(conf, CONF_TOPIC_RECOMMENDATION_REQUESTS) ||
            conf_bool(conf, CONF_RECOMMEND_AFTER_ORDER));
}

struct rank_limits learning_limits(const struct conf *conf)
{
    struct rank_limits limits = rank_limits_usual;
    limits.customers_max = (size_t)conf_int(conf, CONF_RECOMMEND_CUSTOMERS_MAX);
    limits.items_max = (size_t)conf_int(conf, CONF_RECOMMEND_PRODUCTS_MAX);
    limits.lines_max = (size_t)conf_int(conf, CONF_RECOMMEND_LINES_MAX);
    limits.near_max = (size_t)conf_int(conf, CONF_RECOMMEND_TIES_MAX);
    return limits;
}

struct recommender *learning_port(struct learning *learning)
{
    return learning->recommender.rank ? &learning->recommender : NULL;
}

/* ---- records ---- */

static enum err learning_hear(struct rank *rank, const struct event *event)
{
    static const enum rank_verdict verdicts[] = {
        [FEEDBACK_SHOWN] = RANK_SHOWN,
        [FEEDBACK_CLICKED] = RANK_CLICKED,
        [FEEDBACK_BOUGHT] = RANK_BOUGHT,
        [FEEDBACK_REFUSED] = RANK_REFUSED,
    };
    const struct feedback *feedback = &event->feedback;
    if (feedback->type == FEEDBACK_RATING || feedback->type == FEEDBACK_CORRECTION) {
        return OK;
    }
    for (size_t i = 0; i < feedback->skus_count; i++) {
        TRY(rank_hear(rank, event->tenant, feedback->customer_id, feedback->skus[i],
                      verdicts[feedback->type]));
    }
    return OK;
}

/* The payload has its id; what a producer sends again has the same. */
static enum err learning_hear_once(struct learning *learning, const struct event *event)
{
    bool is_new = false;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, sizeof(event->digest) + event->tenant.len);
    TRY(buf_add(&buf, (struct str){ (const char *)event->digest, sizeof(event->digest) }));
    TRY(buf_add(&buf, event->tenant));
    TRY(seen_add(&learning->heard, buf_str(&buf), &is_new));
    return is_new ? learning_hear(learning->recommender.rank, event) : OK;
}

static enum err learning_take_event(struct learning *learning, const struct event *event,
                                    int64_t seen_wall_ms)
{
    struct rank *rank = learning->recommender.rank;
    if (event->kind == EVENT_FEEDBACK) {
        return learning_hear_once(learning, event);
    }
    return rank_learn(rank, event->tenant, &event->order, seen_wall_ms);
}

void learning_take(struct learning *learning, const struct record *record)
{
    const struct conf *conf = learning->rig->conf;
    const struct event_limits limits = {
        .value_bytes_max = (size_t)conf_int(conf, CONF_MESSAGE_BYTES_MAX),
    };
    struct arena arena;
    struct event *event = NULL;
    arena_init(&arena, EVENT_ARENA_BYTES(limits.value_bytes_max));
    const struct json_in in = { .arena = &arena };
    enum err err = event_decode(&in, record, conf_topic_name(conf, record->topic), &limits,
                                &event);
    int64_t now_wall_ms = loop_clock(learning->rig->loop)->wall_ms;
    int64_t seen_wall_ms = record->timestamp_wall_ms >= 0 ? record->timestamp_wall_ms : now_wall_ms;
    if (err == OK && learning_take_event(learning, event, seen_wall_ms) != OK) {
        log_say(learning->rig->log, LOG_ERROR, "learning",
                "an event is not learned for lack of memory",
                LOG_INT("partition", record->partition), LOG_INT("offset", record->offset));
    }
    arena_fini(&arena);
}

static void learning_on_record(void *owner, const struct record *record)
{
    learning_take(owner, record);
}

/* ---- start ---- */

static void learning_on_fatal(void *owner, enum err err, const struct note *note)
{
    const struct learning *learning = owner;
    learning->kafka.on_fatal(learning->kafka.owner, err, note);
}

static void learning_whole(struct learning *learning)
{
    const struct rank *rank = learning->recommender.rank;
    learning->recommender.is_whole = true;
    log_say(learning->rig->log, LOG_INFO, "learning",
            "orders are known: recommendations can be made",
            LOG_INT("customers", rank->customers.count), LOG_INT("products", rank->items.count),
            LOG_INT("lines", rank->lines), LOG_INT("left_out", rank->left_out),
            LOG_INT("forgotten", rank->forgotten));
}

static void learning_on_feedback_whole(void *owner)
{
    learning_whole(owner);
}

static void learning_hear_on(struct learning *learning)
{
    if (!learning->feedback) {
        learning_whole(learning);
        return;
    }
    whole_kafka_start(learning->feedback);
}

static void learning_on_orders_whole(void *owner)
{
    learning_hear_on(owner);
}

void learning_start(struct learning *learning)
{
    if (learning->orders) {
        whole_kafka_start(learning->orders);
    } else if (learning->recommender.rank) {
        learning_hear_on(learning);
    }
}

/* ---- end ---- */

static void learning_closed(void *owner)
{
    struct learning *learning = owner;
    learning->on_closed(learning->owner);
}

static void learning_on_orders_closed(void *owner)
{
    struct learning *learning = owner;
    if (learning->feedback) {
        whole_kafka_close(learning->feedback);
        return;
    }
    learning_closed(learning);
}

void learning_close(struct learning *learning, void (*on_closed)(void *owner), void *owner)
{
    learning->on_closed = on_closed;
    learning->owner = owner;
    if (learning->orders) {
        whole_kafka_close(learning->orders);
        return;
    }
    learning_on_orders_closed(learning);
}

void learning_free(struct learning *learning)
{
    whole_kafka_destroy(learning->orders);
    whole_kafka_destroy(learning->feedback);
    rank_destroy(learning->recommender.rank);
    seen_fini(&learning->heard);
    *learning = (struct learning){ 0 };
}

static enum err learning_open_reader(struct learning *learning,
                                     const struct whole_kafka_options *options,
                                     struct whole_kafka **ret_reader, struct note *note)
{
    if (conf_topic_name(learning->rig->conf, options->topic).len == 0) {
        return OK;
    }
    return whole_kafka_create(options, ret_reader, note);
}

static enum err learning_make(struct learning *learning)
{
    const struct rig *rig = learning->rig;
    learning->recommender.asks_model =
        conf_enum(rig->conf, CONF_RECOMMEND_WORDS) == RECOMMEND_WORDS_MODEL;
    const struct rank_limits limits = learning_limits(rig->conf);
    learning->recommender.rank = rank_create(&limits, rig->seed);
    if (!learning->recommender.rank) {
        return ERR_NOMEM;
    }
    size_t heard_max = (size_t)conf_int(rig->conf, CONF_RECOMMEND_FEEDBACK_MAX);
    return seen_init(&learning->heard, heard_max, rig->seed);
}

enum err learning_open_taped(struct learning *learning, struct rig *rig)
{
    *learning = (struct learning){ .rig = rig };
    TRY(learning_make(learning));
    learning->recommender.is_whole = true;
    return OK;
}

enum err learning_open(struct learning *learning, struct rig *rig,
                       const struct whole_kafka_options *kafka, struct note *note)
{
    *learning = (struct learning){ .rig = rig, .kafka = *kafka };
    if (!learning_is_wanted(rig->conf)) {
        return OK;
    }
    TRY(learning_make(learning));
    learning->recommender.follows_orders = conf_bool(rig->conf, CONF_RECOMMEND_AFTER_ORDER);
    struct whole_kafka_options options = *kafka;
    options.owner = learning;
    options.on_fatal = learning_on_fatal;
    options.on_record = learning_on_record;
    options.topic = TOPIC_ORDERS;
    options.on_whole = learning_on_orders_whole;
    options.on_closed = learning_on_orders_closed;
    TRY(learning_open_reader(learning, &options, &learning->orders, note));
    options.topic = TOPIC_FEEDBACK;
    options.on_whole = learning_on_feedback_whole;
    options.on_closed = learning_closed;
    return learning_open_reader(learning, &options, &learning->feedback, note);
}
