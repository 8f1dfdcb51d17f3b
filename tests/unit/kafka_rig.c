/* kafka_rig.c - see kafka_rig.h. */
#include "tests/unit/kafka_rig.h"

#include <unistd.h>

#include <librdkafka/rdkafka.h>

#include "worker/adapter/now.h"

static int64_t rig_wall_ms(void *owner)
{
    (void)owner;
    return now_mono_us() / 1000;
}

static size_t rig_write(void *owner, struct str bytes)
{
    (void)owner;
    return write(STDERR_FILENO, bytes.ptr, bytes.len) < 0 ? 0 : bytes.len;
}

static void rig_on_fatal(void *owner, enum err err, const struct note *note)
{
    struct rig *rig = owner;
    rig->fatal = err;
    if (note) {
        rig->fatal_note = *note;
    }
}

static void rig_on_closed(void *owner)
{
    struct rig *rig = owner;
    rig->closed++;
}

static int64_t rig_tick(void *owner)
{
    struct rig *rig = owner;
    if (rig->source && rig->closed == 0) {
        echo_tick(&rig->engine);
    }
    if (rig->is_done && (rig->is_done(rig) || loop_clock(rig->loop)->mono_ms >= rig->until_ms)) {
        loop_stop(rig->loop);
    }
    return rig->until_ms;
}

static void rig_set(struct rig *rig, const char *assignment)
{
    struct note note = { 0 };
    if (conf_read_argument(rig->conf, assignment, &note) != OK) {
        fprintf(stderr, "rig: %s: %s\n", assignment, note.text);
        abort();
    }
}

static void rig_must(enum err err, const struct note *note)
{
    if (err != OK) {
        fprintf(stderr, "rig: %s: %s\n", err_name(err), note->text);
        abort();
    }
}

static void rig_make_parts(struct rig *rig, const char *bootstrap, const char *name)
{
    struct note note = { 0 };
    struct source_kafka_options source = {
        .kafka = { .conf = rig->conf, .bootstrap = bootstrap, .worker_id = name },
        .loop = rig->loop,
        .log = rig->log,
        .metrics = rig->metrics,
        .thread = rig->thread,
        .inputs = { TOPIC_MESSAGES },
        .inputs_count = 1,
        .needed = { TOPIC_ANSWERS },
        .needed_count = 1,
        .start_timeout_ms = conf_int(rig->conf, CONF_START_TIMEOUT_MS),
        .owner = rig,
        .on_fatal = rig_on_fatal,
        .on_closed = rig_on_closed,
    };
    rig_must(source_kafka_create(&source, &rig->source, &note), &note);
    struct sink_kafka_options sink = {
        .kafka = source.kafka,
        .loop = rig->loop,
        .log = rig->log,
        .metrics = rig->metrics,
        .thread = rig->thread,
        .source = rig->source,
        .delivery = (enum conf_delivery)conf_enum(rig->conf, CONF_DELIVERY),
        .start_timeout_ms = source.start_timeout_ms,
        .owner = rig,
        .on_fatal = rig_on_fatal,
        .on_closed = rig_on_closed,
    };
    rig_must(sink_kafka_create(&sink, &rig->sink, &note), &note);
}

void kafka_rig_open(struct rig *rig, const char *bootstrap, const char *name,
                    const char *const *settings)
{
    *rig = (struct rig){ .until_ms = INT64_MAX };
    struct log_options log = {
        .level = getenv("V") ? LOG_DEBUG : LOG_ERROR,
        .form = LOG_AS_TEXT,
        .buffer_bytes = 65536,
        .wall_ms = rig_wall_ms,
        .write = rig_write,
    };
    rig->log = log_create(&log);
    rig->conf = conf_create();
    rig->metrics = metrics_create();
    rig->loop = loop_create();
    for (size_t i = 0; settings && settings[i]; i++) {
        rig_set(rig, settings[i]);
    }
    struct job_thread_options thread = { .loop = rig->loop, .log = rig->log };
    rig->thread = job_thread_create(&thread);
    rig_make_parts(rig, bootstrap, name);
    echo_init(&rig->engine, source_kafka_port(rig->source), sink_kafka_port(rig->sink));
    loop_on_tick(rig->loop, rig_tick, rig);
    source_kafka_start(rig->source);
    sink_kafka_start(rig->sink);
}

bool rig_run_until(struct rig *rig, bool (*is_done)(struct rig *rig))
{
    rig->is_done = is_done;
    rig->until_ms = now_mono_us() / 1000 + RIG_WAIT_MS;
    loop_run(rig->loop);
    bool was_done = is_done(rig);
    rig->is_done = NULL;
    rig->until_ms = INT64_MAX;
    return was_done;
}

static bool rig_is_closed_once(struct rig *rig)
{
    return rig->closed >= 1;
}

static bool rig_is_closed(struct rig *rig)
{
    return rig->closed >= 2;
}

static bool rig_is_idle(struct rig *rig)
{
    return !rig->engine.is_busy;
}

void kafka_rig_close(struct rig *rig)
{
    rig->engine.is_held = true;
    if (!rig_run_until(rig, rig_is_idle)) {
        job_thread_hurry(rig->thread);
        (void)rig_run_until(rig, rig_is_idle);
    }
    sink_kafka_close(rig->sink);
    (void)rig_run_until(rig, rig_is_closed_once);
    source_kafka_close(rig->source);
    (void)rig_run_until(rig, rig_is_closed);
    sink_kafka_destroy(rig->sink);
    source_kafka_destroy(rig->source);
    job_thread_destroy(rig->thread);
    echo_fini(&rig->engine);
    loop_destroy(rig->loop);
    metrics_destroy(rig->metrics);
    log_destroy(rig->log);
    conf_destroy(rig->conf);
}

bool rig_is_settled(struct rig *rig)
{
    return rig->engine.settled >= rig->goal || rig->fatal != OK;
}

bool rig_is_ready(struct rig *rig)
{
    return source_kafka_is_ready(rig->source, NULL) && sink_kafka_is_ready(rig->sink, NULL);
}

bool rig_is_fatal(struct rig *rig)
{
    return rig->fatal != OK;
}

static rd_kafka_t *rig_client(const char *bootstrap, rd_kafka_type_t type, const char *const *set)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    for (size_t i = 0; set && set[i]; i += 2) {
        rd_kafka_conf_set(conf, set[i], set[i + 1], why, sizeof(why));
    }
    return rd_kafka_new(type, conf, why, sizeof(why));
}

void rig_produce(const char *bootstrap, const char *topic, int32_t number, size_t count)
{
    rd_kafka_t *client = rig_client(bootstrap, RD_KAFKA_PRODUCER, NULL);
    for (size_t i = 0; i < count; i++) {
        char key[32];
        char value[32];
        snprintf(key, sizeof(key), "key %zu", i % 50);
        snprintf(value, sizeof(value), "value %zu", i);
        rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(number),
                          RD_KAFKA_V_KEY(key, strlen(key)), RD_KAFKA_V_VALUE(value, strlen(value)),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
                          RD_KAFKA_V_END);
    }
    rd_kafka_flush(client, RIG_WAIT_MS);
    rd_kafka_destroy(client);
}

size_t rig_count(const char *bootstrap, const char *topic, int partitions)
{
    static const char *const settings[] = { "group.id", "rig-count", "enable.partition.eof",
                                            "true", "isolation.level", "read_committed", NULL };
    rd_kafka_t *client = rig_client(bootstrap, RD_KAFKA_CONSUMER, settings);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++) {
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    size_t count = 0;
    int ended = 0;
    int64_t until_us = now_mono_us() + (int64_t)RIG_WAIT_MS * 1000;
    while (ended < partitions && now_mono_us() < until_us) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 100);
        if (message) {
            count += message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
            ended += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
            rd_kafka_message_destroy(message);
        }
    }
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return count;
}
