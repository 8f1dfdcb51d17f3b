/* tape_kafka.c - see tape_kafka.h. What blocks is asked on the commit thread; then the client
 * is assigned what was found, and delivers it on the loop. */
#include "worker/adapter/tape_kafka.h"

#include "common/letter.h"
#include "common/mem.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/reader_kafka.h"
#include "worker/adapter/tape_kafka_reel.h"

#define TAPE_ASK_MS 10000

struct tape_kafka {
    struct tape_kafka_options options;
    struct reader_kafka reader;
    struct job find;
    enum err found; /* set on the commit thread by `find`, with the next two */
    struct note found_note;
    struct reel reel;
    const struct tape_span *spans;
    size_t spans_count;
    struct header headers[LETTER_HEADERS_MAX];
    int64_t heard_ms; /* monotonic: when a broker last said something */
    bool is_reading;
    bool is_enough;
};

static int64_t tape_now_ms(const struct tape_kafka *tape)
{
    return loop_clock(tape->options.loop)->mono_ms;
}

static void tape_explain(struct tape_kafka *tape, rd_kafka_resp_err_t code)
{
    reader_kafka_explain(&tape->reader, code, "reading what was recorded");
}

/* --- reading -------------------------------------------------------------------------------- */

/* librdkafka looks for the group's coordinator, though nothing is asked of it: who may only read
 * the topics is not told by it that something is wrong. */
static void tape_hear_error(struct tape_kafka *tape, const rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
        return;
    }
    kafka_voice_hear(&tape->reader.voice, message->err, rd_kafka_message_errstr(message));
    if (kafka_is_hopeless(message->err)) {
        tape_explain(tape, message->err);
        return;
    }
    log_say(tape->options.log, LOG_WARN, "tape", "the reader reports an error",
            LOG_CHARS("reason", rd_kafka_message_errstr(message)));
}

/* What a letter says of itself stands behind all headers of its original. */
static void tape_view(struct tape_kafka *tape, const rd_kafka_message_t *message,
                      enum topic topic, struct record *ret_record)
{
    kafka_record_view(message, topic, tape->headers, ret_record);
    if (topic == TOPIC_DEAD_LETTERS) {
        ret_record->headers_count =
            kafka_record_headers(message, tape->headers, LETTER_HEADERS_MAX);
    }
}

/* The end of a partition is told with the offset that the next record will have. */
static void tape_on_message(void *owner, const rd_kafka_message_t *message)
{
    struct tape_kafka *tape = owner;
    bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (!tape->is_reading || tape->is_enough || tape->reader.is_failed) {
        return;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !is_end) {
        tape_hear_error(tape, message);
        return;
    }
    tape->heard_ms = tape_now_ms(tape);
    enum topic topic;
    struct reel_part *part = reel_part_of(&tape->reel, rd_kafka_topic_name(message->rkt),
                                          message->partition, &topic);
    if (!part || part->is_done) {
        return;
    }
    if (is_end) {
        reel_advance(&tape->reel, part, part->end);
        return;
    }
    if (message->offset < part->end) {
        struct record record;
        tape_view(tape, message, topic, &record);
        tape->options.on_record(tape->options.owner, &record);
    }
    reel_advance(&tape->reel, part, message->offset + 1);
}

static void tape_finish(struct tape_kafka *tape)
{
    tape->is_reading = false;
    rd_kafka_assign(tape->reader.client, NULL);
    tape->options.on_end(tape->options.owner);
}

static void tape_on_served(void *owner, bool is_all)
{
    (void)is_all;
    struct tape_kafka *tape = owner;
    if (!tape->is_reading || tape->reader.is_failed) {
        return;
    }
    if (tape->is_enough || tape->reel.open == 0) {
        tape_finish(tape);
    } else if (tape_now_ms(tape) - tape->heard_ms > tape->options.timeout_ms) {
        tape_explain(tape, RD_KAFKA_RESP_ERR__TIMED_OUT);
    }
}

static void tape_find_run(struct job *job)
{
    struct tape_kafka *tape = container_of(job, struct tape_kafka, find);
    const struct reel_search search = {
        .client = tape->reader.client,
        .conf = tape->options.kafka.conf,
        .spans = tape->spans,
        .spans_count = tape->spans_count,
        .thread = tape->options.thread,
        .timeout_ms = (int)min_i64(tape->options.timeout_ms, TAPE_ASK_MS),
    };
    tape->found = reel_find(&search, &tape->reel, &tape->found_note);
}

static void tape_find_done(struct job *job)
{
    struct tape_kafka *tape = container_of(job, struct tape_kafka, find);
    if (tape->reader.is_closing) {
        return;
    }
    if (tape->found != OK) {
        reader_kafka_fail(&tape->reader, tape->found, &tape->found_note);
        return;
    }
    rd_kafka_topic_partition_list_t *list = reel_assignment(&tape->reel);
    rd_kafka_resp_err_t code = rd_kafka_assign(tape->reader.client, list);
    rd_kafka_topic_partition_list_destroy(list);
    tape->heard_ms = tape_now_ms(tape);
    tape->is_reading = true;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        tape_explain(tape, code);
    }
}

void tape_kafka_read(struct tape_kafka *tape, const struct tape_span *spans, size_t count)
{
    assert(tape->reader.inbox && !tape->is_reading);
    reel_fini(&tape->reel);
    tape->spans = spans;
    tape->spans_count = count;
    tape->is_enough = false;
    tape->find = (struct job){ .run = tape_find_run, .on_done = tape_find_done };
    if (job_thread_submit(tape->options.thread, &tape->find) != OK) {
        BUG("the commit thread is full, though the tape has one job at a time");
    }
}

void tape_kafka_enough(struct tape_kafka *tape)
{
    tape->is_enough = true;
}

void tape_kafka_progress(const struct tape_kafka *tape, int64_t *ret_done, int64_t *ret_all)
{
    int64_t done = 0;
    int64_t all = 0;
    for (size_t i = 0; tape->is_reading && i < TOPIC_COUNT; i++) {
        const struct reel_topic *topic = &tape->reel.topics[i];
        for (int partition = 0; partition < topic->partitions; partition++) {
            const struct reel_part *part = &topic->parts[partition];
            done += part->next - part->first;
            all += part->end - part->first;
        }
    }
    *ret_done = done;
    *ret_all = all;
}

/* --- start and end -------------------------------------------------------------------------- */

static void tape_on_open(void *owner)
{
    struct tape_kafka *tape = owner;
    tape->options.on_ready(tape->options.owner);
}

enum err tape_kafka_create(const struct tape_kafka_options *options, struct tape_kafka **ret_tape,
                           struct note *note)
{
    struct tape_kafka *tape = mem_zero(1, sizeof(*tape));
    if (!tape) {
        return ERR_NOMEM;
    }
    tape->options = *options;
    const struct reader_kafka_options reader = {
        .kafka = options->kafka,
        .part = "tape",
        .is_hasty = true,
        .loop = options->loop,
        .log = options->log,
        .thread = options->thread,
        .topics = tape->options.needed,
        .topics_count = options->needed_count,
        .start_timeout_ms = options->timeout_ms,
        .owner = tape,
        .on_open = tape_on_open,
        .on_message = tape_on_message,
        .on_served = tape_on_served,
        .user = options->owner,
        .on_fatal = options->on_fatal,
        .on_closed = options->on_closed,
    };
    enum err err = reader_kafka_init(&tape->reader, &reader, note);
    if (err != OK) {
        tape_kafka_destroy(tape);
        return err;
    }
    *ret_tape = tape;
    return OK;
}

void tape_kafka_start(struct tape_kafka *tape)
{
    reader_kafka_start(&tape->reader);
}

void tape_kafka_close(struct tape_kafka *tape)
{
    tape->is_reading = false;
    reader_kafka_close(&tape->reader);
}

void tape_kafka_destroy(struct tape_kafka *tape)
{
    if (!tape) {
        return;
    }
    reader_kafka_fini(&tape->reader);
    reel_fini(&tape->reel);
    mem_free(tape);
}
