/* whole_kafka.c - see whole_kafka.h. */
#include "worker/adapter/whole_kafka.h"

#include "common/mem.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/reader_kafka.h"
#include "worker/adapter/topics_kafka.h"

#define WHOLE_PARTITIONS_MAX 1024
#define WHOLE_LOOK_MS 60000     /* from one count of the partitions to the next */
#define WHOLE_LOOK_MS_MAX 1000  /* for an answer: commits wait for it */

struct whole_kafka {
    struct whole_kafka_options options;
    struct reader_kafka reader;
    struct job look;
    struct loop_timer *timer; /* until the next look */
    int seen;                 /* partitions, set on the commit thread by `look`; -1: unknown */
    int partitions;           /* at the start */
    bool *has_ended;          /* by partition: its end was seen once */
    int64_t *positions;       /* by partition: everything below was read */
    int ended;
    struct header headers[RECORD_HEADERS_MAX];
};

static struct str whole_kafka_name(const struct whole_kafka *whole)
{
    return conf_topic_name(whole->options.kafka.conf, whole->options.topic);
}

static void whole_kafka_reach(struct whole_kafka *whole, int32_t partition, int64_t position)
{
    if (partition >= 0 && partition < whole->partitions) {
        whole->positions[partition] = max_i64(whole->positions[partition], position);
    }
}

static void whole_kafka_end(struct whole_kafka *whole, int32_t partition)
{
    if (partition < 0 || partition >= whole->partitions || whole->has_ended[partition]) {
        return;
    }
    whole->has_ended[partition] = true;
    if (++whole->ended == whole->partitions) {
        log_say(whole->options.log, LOG_INFO, "reader", "a topic was read whole",
                LOG_STR("topic", whole_kafka_name(whole)));
        whole->options.on_whole(whole->options.owner);
    }
}

static void whole_kafka_on_message(void *owner, const rd_kafka_message_t *message)
{
    struct whole_kafka *whole = owner;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        whole_kafka_reach(whole, message->partition, message->offset);
        whole_kafka_end(whole, message->partition);
        return;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_voice_hear(&whole->reader.voice, message->err, rd_kafka_message_errstr(message));
        log_say(whole->options.log, LOG_WARN, "reader", "the reader reports an error",
                LOG_STR("topic", whole_kafka_name(whole)),
                LOG_CHARS("reason", rd_kafka_message_errstr(message)));
        return;
    }
    struct record record;
    kafka_record_view(message, whole->options.topic, whole->headers, &record);
    whole->options.on_record(whole->options.owner, &record);
    whole_kafka_reach(whole, message->partition, message->offset + 1);
}

static void whole_kafka_on_served(void *owner, bool is_all)
{
    (void)is_all;
    (void)owner; /* a reader outside of a group has nothing else to do */
}

/* False, and the end: records of some partitions would be missed. */
static bool whole_kafka_has_all(struct whole_kafka *whole, size_t count)
{
    struct note note = { 0 };
    if (count <= (size_t)whole->partitions) {
        return true;
    }
    note_set(&note, "topic %s has more partitions than at the start: start the worker again",
             whole_kafka_name(whole).ptr);
    reader_kafka_fail(&whole->reader, ERR_UNAVAILABLE, &note);
    return false;
}

/* ---- partitions that come later ---- */

static void whole_kafka_look_later(struct whole_kafka *whole)
{
    int64_t look_ms = whole->options.look_ms > 0 ? whole->options.look_ms : WHOLE_LOOK_MS;
    loop_timer_set(whole->timer, loop_clock(whole->options.loop)->mono_ms + look_ms);
}

static void whole_kafka_look_run(struct job *job)
{
    struct whole_kafka *whole = container_of(job, struct whole_kafka, look);
    whole->seen =
        topics_partitions(whole->reader.client, whole_kafka_name(whole).ptr, WHOLE_LOOK_MS_MAX);
}

static void whole_kafka_look_done(struct job *job)
{
    struct whole_kafka *whole = container_of(job, struct whole_kafka, look);
    if (whole->reader.is_closing) {
        return;
    }
    if (whole->seen < 0 || whole_kafka_has_all(whole, (size_t)whole->seen)) {
        whole_kafka_look_later(whole);
    }
}

/* When the commit thread has too much to do already, the next time will do. */
static void whole_kafka_on_timer(void *owner)
{
    struct whole_kafka *whole = owner;
    if (job_thread_submit(whole->options.thread, &whole->look) != OK) {
        whole_kafka_look_later(whole);
    }
}

/* ---- reading ---- */

static void whole_kafka_assign(struct whole_kafka *whole)
{
    const char *name = whole_kafka_name(whole).ptr;
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(whole->partitions);
    for (int i = 0; i < whole->partitions; i++) {
        rd_kafka_topic_partition_list_add(list, name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(whole->reader.client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        char doing[300];
        snprintf(doing, sizeof(doing), "reading %s", name);
        reader_kafka_explain(&whole->reader, code, doing);
    }
}

/* The topic is there. */
static void whole_kafka_on_open(void *owner)
{
    struct whole_kafka *whole = owner;
    if (whole->partitions <= 0 || whole->partitions > WHOLE_PARTITIONS_MAX) {
        struct note note = { 0 };
        note_set(&note, "topic %s: it has %d partitions, and 1 to %d can be read",
                 whole_kafka_name(whole).ptr, whole->partitions, WHOLE_PARTITIONS_MAX);
        reader_kafka_fail(&whole->reader, ERR_UNAVAILABLE, &note);
        return;
    }
    whole->has_ended = mem_zero((size_t)whole->partitions, sizeof(bool));
    whole->positions = mem_zero((size_t)whole->partitions, sizeof(int64_t));
    if (!whole->has_ended || !whole->positions) {
        reader_kafka_fail(&whole->reader, ERR_NOMEM, NULL);
        return;
    }
    whole_kafka_assign(whole);
    whole_kafka_look_later(whole);
}

/* ---- start and end ---- */

enum err whole_kafka_create(const struct whole_kafka_options *options,
                            struct whole_kafka **ret_whole, struct note *note)
{
    struct whole_kafka *whole = mem_zero(1, sizeof(*whole));
    if (!whole) {
        return ERR_NOMEM;
    }
    whole->options = *options;
    const struct reader_kafka_options reader = {
        .kafka = options->kafka,
        .part = "reader",
        .loop = options->loop,
        .log = options->log,
        .thread = options->thread,
        .topics = &whole->options.topic,
        .topics_count = 1,
        .partitions = &whole->partitions,
        .start_timeout_ms = options->start_timeout_ms,
        .owner = whole,
        .on_open = whole_kafka_on_open,
        .on_message = whole_kafka_on_message,
        .on_served = whole_kafka_on_served,
        .user = options->owner,
        .on_fatal = options->on_fatal,
        .on_closed = options->on_closed,
    };
    enum err err = reader_kafka_init(&whole->reader, &reader, note);
    whole->timer = loop_timer_create(options->loop, whole_kafka_on_timer, whole);
    err = err == OK && !whole->timer ? ERR_NOMEM : err;
    if (err != OK) {
        whole_kafka_destroy(whole);
        return err;
    }
    *ret_whole = whole;
    return OK;
}

void whole_kafka_start(struct whole_kafka *whole)
{
    whole->look = (struct job){ .run = whole_kafka_look_run,
                                .on_done = whole_kafka_look_done,
                                .call = "partitions",
                                .most_ms = WHOLE_LOOK_MS_MAX };
    reader_kafka_start(&whole->reader);
}

void whole_kafka_close(struct whole_kafka *whole)
{
    loop_timer_destroy(TAKE(whole->timer));
    reader_kafka_close(&whole->reader);
}

void whole_kafka_destroy(struct whole_kafka *whole)
{
    if (!whole) {
        return;
    }
    loop_timer_destroy(whole->timer);
    reader_kafka_fini(&whole->reader);
    mem_free(whole->has_ended);
    mem_free(whole->positions);
    mem_free(whole);
}

bool whole_kafka_has_reached(struct whole_kafka *whole, const int64_t *ends, size_t count)
{
    if (!whole_kafka_has_all(whole, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (whole->positions[i] < ends[i]) {
            return false;
        }
    }
    return true;
}
