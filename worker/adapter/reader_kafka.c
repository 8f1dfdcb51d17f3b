/* reader_kafka.c - see reader_kafka.h. */
#include "worker/adapter/reader_kafka.h"

#include "worker/adapter/topics_kafka.h"

void reader_kafka_fail(struct reader_kafka *reader, enum err err, const struct note *note)
{
    if (!reader->is_failed && !reader->is_closing) {
        reader->is_failed = true;
        reader->options.on_fatal(reader->options.user, err, note);
    }
}

void reader_kafka_explain(struct reader_kafka *reader, rd_kafka_resp_err_t code, const char *doing)
{
    struct note note = { 0 };
    enum err err = kafka_voice_explain(&reader->voice, code, doing, &note);
    reader_kafka_fail(reader, err, &note);
}

static bool reader_kafka_is_hurried(void *owner)
{
    return job_thread_is_hurried(owner);
}

static void reader_kafka_check_run(struct job *job)
{
    struct reader_kafka *reader = container_of(job, struct reader_kafka, check);
    const struct reader_kafka_options *options = &reader->options;
    const struct topics_check check = {
        .client = reader->client,
        .conf = options->kafka.conf,
        .topics = options->topics,
        .topics_count = options->topics_count,
        .partitions = options->partitions,
        .timeout_ms = options->start_timeout_ms,
        .is_hurried = reader_kafka_is_hurried,
        .owner = options->thread,
    };
    reader->checked = topics_check(&check, &reader->checked_note);
}

/* The inbox takes the client's queue, so it opens when nothing polls on the commit thread. */
static void reader_kafka_check_done(struct job *job)
{
    struct reader_kafka *reader = container_of(job, struct reader_kafka, check);
    const struct reader_kafka_options *options = &reader->options;
    if (reader->is_closing) {
        return;
    }
    if (reader->checked != OK) {
        reader_kafka_fail(reader, reader->checked, &reader->checked_note);
        return;
    }
    const struct kafka_inbox_options inbox = {
        .loop = options->loop,
        .client = reader->client,
        .owner = options->owner,
        .on_message = options->on_message,
        .on_served = options->on_served,
    };
    reader->inbox = kafka_inbox_create(&inbox);
    if (!reader->inbox) {
        reader_kafka_fail(reader, ERR_OS, NULL);
        return;
    }
    kafka_inbox_open(reader->inbox);
    options->on_open(options->owner);
}

void reader_kafka_start(struct reader_kafka *reader)
{
    reader->check = (struct job){ .run = reader_kafka_check_run,
                                  .on_done = reader_kafka_check_done,
                                  .call = "topics",
                                  .most_ms = reader->options.start_timeout_ms };
    if (job_thread_submit(reader->options.thread, &reader->check) != OK) {
        BUG("the commit thread is full at the start");
    }
}

static void reader_kafka_drop_run(struct job *job)
{
    struct reader_kafka *reader = container_of(job, struct reader_kafka, drop);
    kafka_client_destroy(TAKE(reader->client));
}

static void reader_kafka_drop_done(struct job *job)
{
    struct reader_kafka *reader = container_of(job, struct reader_kafka, drop);
    if (reader->options.on_closed) {
        reader->options.on_closed(reader->options.user);
    }
}

void reader_kafka_close(struct reader_kafka *reader)
{
    reader->is_closing = true;
    kafka_inbox_destroy(TAKE(reader->inbox));
    reader->drop = (struct job){ .run = reader_kafka_drop_run,
                                 .on_done = reader_kafka_drop_done,
                                 .call = "close",
                                 .most_ms = KAFKA_CLOSE_MS };
    if (job_thread_submit(reader->options.thread, &reader->drop) != OK) {
        BUG("the commit thread is full at the end");
    }
}

enum err reader_kafka_init(struct reader_kafka *reader, const struct reader_kafka_options *options,
                           struct note *note)
{
    *reader = (struct reader_kafka){ .options = *options };
    kafka_voice_init(&reader->voice, options->log, options->part, reader);
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&options->kafka, KAFKA_READER, &reader->voice, &conf, note));
    if (options->is_hasty) {
        kafka_conf_need(conf, "fetch.wait.max.ms", "5");
    }
    return kafka_client_create(conf, KAFKA_READER, &reader->client, note);
}

void reader_kafka_fini(struct reader_kafka *reader)
{
    kafka_inbox_destroy(TAKE(reader->inbox));
    kafka_client_destroy(TAKE(reader->client));
    kafka_voice_fini(&reader->voice);
}
