/* letterbox_kafka.c - see letterbox_kafka.h. Two clients: one reads the letters as a read_committed
 * reader does, the other one asks where topics end and looks up originals, past transactions. */
#include "worker/adapter/letterbox_kafka.h"

#include <string.h>

#include "common/base64.h"
#include "common/mem.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/now.h"
#include "worker/adapter/topics_kafka.h"

#define LETTERBOX_PARTITIONS_MAX 10000
#define LETTERBOX_ASK_MS 10000
#define LETTERBOX_STEP_MS 100
#define LETTERBOX_RETRY_MS 50
#define ID_TEXT_BYTES_MAX 32

struct letterbox_part {
    int64_t first;
    int64_t end;  /* behind the last */
    int64_t next; /* to be read, in this pass */
};

struct letterbox {
    struct letterbox_options options;
    const char *topic_name;
    struct kafka_voice voice;
    rd_kafka_t *reader;
    rd_kafka_t *finder;
    struct letterbox_part *parts;
    int32_t partitions;
    uint8_t id[TOPIC_ID_BYTES]; /* of the topic */
    struct buf id_text;
    bool is_held; /* an open transaction has stopped the reading before its end */
    struct header headers[LETTER_HEADERS_MAX];
};

/* --- errors --------------------------------------------------------------------------------- */

static enum err letterbox_explain(struct letterbox *box, rd_kafka_resp_err_t code,
                                  const char *topic_name, struct note *note)
{
    char doing[TOPIC_NAME_BYTES_MAX + 32];
    snprintf(doing, sizeof(doing), "reading topic %s", topic_name);
    return kafka_voice_explain(&box->voice, code, doing, note);
}

/* librdkafka looks for the group's coordinator, though nothing is asked of it. OK: it may pass. */
static enum err letterbox_hear(struct letterbox *box, const rd_kafka_message_t *message,
                               struct note *note)
{
    if (message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
        return OK;
    }
    kafka_voice_hear(&box->voice, message->err, rd_kafka_message_errstr(message));
    return kafka_is_hopeless(message->err)
               ? letterbox_explain(box, message->err, box->topic_name, note)
               : OK;
}

static int64_t letterbox_until_us(const struct letterbox *box)
{
    return now_mono_us() + box->options.timeout_ms * 1000;
}

/* --- reading -------------------------------------------------------------------------------- */

/* How far a pass is. */
struct letterbox_way {
    const struct letterbox_pass *pass;
    int64_t done;
    int64_t all;
    int64_t heard_us;
    struct note *note;
};

static void letterbox_aim(struct letterbox *box, struct letterbox_way *way)
{
    const struct letterbox_pass *pass = way->pass;
    for (int32_t number = 0; number < box->partitions; number++) {
        struct letterbox_part *part = &box->parts[number];
        bool is_wanted =
            pass->partition == LETTERBOX_ALL_PARTITIONS || pass->partition == number;
        part->next = is_wanted ? max_i64(part->first, pass->from) : part->end;
        way->all += max_i64(0, part->end - part->next);
    }
}

static void letterbox_advance(struct letterbox_part *part, int64_t next, struct letterbox_way *way)
{
    int64_t to = min_i64(max_i64(part->next, next), part->end);
    if (part->next == part->end) {
        return;
    }
    way->done += to - part->next;
    part->next = to;
}

static enum err letterbox_take(struct letterbox *box, const rd_kafka_message_t *message,
                               struct letterbox_way *way)
{
    bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !is_end) {
        return letterbox_hear(box, message, way->note);
    }
    if (message->partition < 0 || message->partition >= box->partitions) {
        return OK;
    }
    struct letterbox_part *part = &box->parts[message->partition];
    if (is_end) {
        letterbox_advance(part, message->offset, way);
        box->is_held = part->next < part->end;
        return OK;
    }
    enum err err = OK;
    if (message->offset >= part->next && message->offset < part->end) {
        struct record record;
        kafka_record_view(message, TOPIC_DEAD_LETTERS, box->headers, &record);
        record.headers_count = kafka_record_headers(message, box->headers, LETTER_HEADERS_MAX);
        err = way->pass->on_record(way->pass->owner, &record);
    }
    letterbox_advance(part, message->offset + 1, way);
    way->heard_us = now_mono_us();
    return err;
}

static enum err letterbox_silence(struct letterbox *box, const struct letterbox_way *way)
{
    if (now_mono_us() - way->heard_us < box->options.timeout_ms * 1000) {
        return OK;
    }
    if (box->is_held) {
        note_set(way->note, "a transaction on topic %s does not end; try again in a few seconds",
                 box->topic_name);
        return ERR_UNAVAILABLE;
    }
    return letterbox_explain(box, RD_KAFKA_RESP_ERR__TIMED_OUT, box->topic_name, way->note);
}

static enum err letterbox_step(struct letterbox *box, struct letterbox_way *way)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(box->reader, LETTERBOX_STEP_MS);
    enum err err = OK;
    if (message) {
        err = letterbox_take(box, message, way);
        rd_kafka_message_destroy(message);
    } else {
        err = letterbox_silence(box, way);
    }
    TRY(err);
    return way->pass->on_step(way->pass->owner, way->done, way->all);
}

/* To its end. One after the other, so that each reading has the same order. */
static enum err letterbox_read_one(struct letterbox *box, int32_t number, struct letterbox_way *way)
{
    const struct letterbox_part *part = &box->parts[number];
    if (part->next >= part->end) {
        return OK;
    }
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, box->topic_name, number)->offset = part->next;
    rd_kafka_resp_err_t code = rd_kafka_assign(box->reader, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return letterbox_explain(box, code, box->topic_name, way->note);
    }
    way->heard_us = now_mono_us();
    box->is_held = false;
    enum err err = OK;
    while (err == OK && part->next < part->end) {
        err = letterbox_step(box, way);
    }
    rd_kafka_assign(box->reader, NULL);
    return err;
}

enum err letterbox_read(struct letterbox *box, const struct letterbox_pass *pass, struct note *note)
{
    struct letterbox_way way = { .pass = pass, .note = note };
    letterbox_aim(box, &way);
    for (int32_t number = 0; number < box->partitions; number++) {
        TRY(letterbox_read_one(box, number, &way));
    }
    return OK;
}

/* --- looking up ----------------------------------------------------------------------------- */

static bool letterbox_is_unknown(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Leaders move: what may pass is asked again. */
static rd_kafka_resp_err_t letterbox_measure(struct letterbox *box, const char *topic_name,
                                             int32_t partition, struct letterbox_part *ret_part)
{
    int64_t until_us = letterbox_until_us(box);
    int timeout_ms = (int)min_i64(box->options.timeout_ms, LETTERBOX_ASK_MS);
    struct letterbox_part part = { 0 };
    rd_kafka_resp_err_t code;
    for (;;) {
        code = rd_kafka_query_watermark_offsets(box->finder, topic_name, partition, &part.first,
                                                &part.end, timeout_ms);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR || letterbox_is_unknown(code) ||
            kafka_is_hopeless(code) || now_mono_us() >= until_us) {
            break;
        }
        rd_kafka_poll(box->finder, LETTERBOX_RETRY_MS);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        *ret_part = part;
    }
    return code;
}

/* Asks again while brokers have the topic and tell no id, as they do for one that was just made. */
static enum err letterbox_identify(struct letterbox *box, uint8_t ret_id[TOPIC_ID_BYTES],
                                   struct note *note)
{
    int timeout_ms = (int)min_i64(box->options.timeout_ms, LETTERBOX_ASK_MS);
    int64_t until_us = letterbox_until_us(box);
    do {
        if (topics_id(box->finder, box->topic_name, timeout_ms, ret_id)) {
            return OK;
        }
        if (!topics_may_have(box->finder, box->topic_name, timeout_ms)) {
            note_set(note, "topic %s has been deleted", box->topic_name);
            return ERR_UNAVAILABLE;
        }
        rd_kafka_poll(box->finder, LETTERBOX_RETRY_MS);
    } while (now_mono_us() < until_us);
    return letterbox_explain(box, RD_KAFKA_RESP_ERR__TIMED_OUT, box->topic_name, note);
}

/* The first record at the offset or behind it; NULL: there is none. */
static enum err letterbox_first_from(struct letterbox *box, const char *topic_name,
                                     rd_kafka_message_t **ret_message, struct note *note)
{
    int64_t until_us = letterbox_until_us(box);
    *ret_message = NULL;
    while (now_mono_us() < until_us) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(box->finder, LETTERBOX_STEP_MS);
        if (!message) {
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            *ret_message = message;
            return OK;
        }
        bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        enum err err = is_end ? OK : letterbox_hear(box, message, note);
        rd_kafka_message_destroy(message);
        if (is_end || err != OK) {
            return err;
        }
    }
    return letterbox_explain(box, RD_KAFKA_RESP_ERR__TIMED_OUT, topic_name, note);
}

/* The topic may have been made anew: then another record is at the place. */
static enum err letterbox_judge(const rd_kafka_message_t *message, const struct letter *letter,
                                struct arena *arena, struct letterbox_found *found)
{
    struct header headers[LETTER_HEADERS_MAX];
    if (!message || message->offset != letter->offset) {
        note_set(&found->why, "the original is gone: retention or compaction has removed it");
        return OK;
    }
    struct record record;
    kafka_record_view(message, TOPIC_MESSAGES, headers, &record);
    record.headers_count = kafka_record_headers(message, headers, LETTER_HEADERS_MAX);
    bool is_other = (int64_t)record.value.len != letter->bytes ||
                    max_i64(record.timestamp_wall_ms, -1) != letter->timestamp_wall_ms;
    if (is_other) {
        note_set(&found->why, "another record is where the original was");
        return OK;
    }
    TRY(record_copy(arena, &record, &found->record));
    found->is_there = true;
    return OK;
}

static enum err letterbox_look(struct letterbox *box, const struct letter *letter, const char *name,
                               rd_kafka_message_t **ret_message, struct note *note)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, name, letter->partition)->offset = letter->offset;
    rd_kafka_resp_err_t code = rd_kafka_assign(box->finder, list);
    rd_kafka_topic_partition_list_destroy(list);
    enum err err = code ? letterbox_explain(box, code, name, note)
                        : letterbox_first_from(box, name, ret_message, note);
    rd_kafka_assign(box->finder, NULL);
    return err;
}

enum err letterbox_fetch(struct letterbox *box, const struct letter *letter, struct arena *arena,
                         struct letterbox_found *ret_found, struct note *note)
{
    struct letterbox_found found = { 0 };
    struct letterbox_part part;
    struct str name;
    TRY(arena_copy(arena, letter->topic_name, &name));
    rd_kafka_resp_err_t code = letterbox_measure(box, name.ptr, letter->partition, &part);
    if (letterbox_is_unknown(code)) {
        note_set(&found.why, "the original is gone: its topic or partition is not there");
    } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return letterbox_explain(box, code, name.ptr, note);
    } else if (letter->offset < part.first || letter->offset >= part.end) {
        note_set(&found.why, "the original is gone: its partition has offsets %lld to %lld now",
                 (long long)part.first, (long long)part.end - 1);
    } else {
        rd_kafka_message_t *message = NULL;
        TRY(letterbox_look(box, letter, name.ptr, &message, note));
        enum err err = letterbox_judge(message, letter, arena, &found);
        if (message) {
            rd_kafka_message_destroy(message);
        }
        TRY(err);
    }
    *ret_found = found;
    return OK;
}

enum err letterbox_check(struct letterbox *box, struct note *note)
{
    uint8_t id[TOPIC_ID_BYTES];
    TRY(letterbox_identify(box, id, note));
    if (memcmp(id, box->id, sizeof(id)) == 0) {
        return OK;
    }
    note_set(note, "topic %s has been made anew meanwhile; run it again", box->topic_name);
    return ERR_UNAVAILABLE;
}

bool letterbox_may_have_topic(const struct letterbox *box, const char *topic_name)
{
    int timeout_ms = (int)min_i64(box->options.timeout_ms, LETTERBOX_ASK_MS);
    return topics_may_have(box->finder, topic_name, timeout_ms);
}

/* --- opening -------------------------------------------------------------------------------- */

/* What is recorded is there: a broker that waits for more would only hold up the end. */
static enum err letterbox_connect(struct letterbox *box, const char *isolation,
                                  rd_kafka_t **ret_client, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&box->options.kafka, KAFKA_READER, &box->voice, &conf, note));
    kafka_conf_need(conf, "fetch.wait.max.ms", "5");
    kafka_conf_need(conf, "isolation.level", isolation);
    TRY(kafka_client_create(conf, KAFKA_READER, ret_client, note));
    rd_kafka_poll_set_consumer(*ret_client);
    return OK;
}

static enum err letterbox_name_id(struct letterbox *box, struct note *note)
{
    static const uint8_t none[TOPIC_ID_BYTES];
    TRY(letterbox_identify(box, box->id, note));
    bool has_one = memcmp(box->id, none, sizeof(none)) != 0;
    const struct str bytes = { (const char *)box->id, has_one ? sizeof(box->id) : 0 };
    return base64_encode(bytes, BASE64_URL, &box->id_text);
}

static enum err letterbox_measure_all(struct letterbox *box, struct note *note)
{
    int timeout_ms = (int)min_i64(box->options.timeout_ms, LETTERBOX_ASK_MS);
    int partitions = topics_partitions(box->finder, box->topic_name, timeout_ms);
    if (partitions < 0 || partitions > LETTERBOX_PARTITIONS_MAX) {
        return letterbox_explain(box, RD_KAFKA_RESP_ERR__TIMED_OUT, box->topic_name, note);
    }
    box->parts = mem_zero((size_t)partitions, sizeof(*box->parts));
    if (!box->parts) {
        return ERR_NOMEM;
    }
    box->partitions = partitions;
    TRY(letterbox_name_id(box, note));
    for (int32_t number = 0; number < partitions; number++) {
        rd_kafka_resp_err_t code =
            letterbox_measure(box, box->topic_name, number, &box->parts[number]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return letterbox_explain(box, code, box->topic_name, note);
        }
    }
    return OK;
}

static enum err letterbox_prepare(struct letterbox *box, struct note *note)
{
    static const enum topic topics[] = { TOPIC_DEAD_LETTERS };
    TRY(letterbox_connect(box, "read_committed", &box->reader, note));
    TRY(letterbox_connect(box, "read_uncommitted", &box->finder, note));
    const struct topics_check check = {
        .client = box->finder,
        .conf = box->options.kafka.conf,
        .topics = topics,
        .topics_count = 1,
        .timeout_ms = box->options.timeout_ms,
    };
    TRY(topics_check(&check, note));
    return letterbox_measure_all(box, note);
}

enum err letterbox_open(const struct letterbox_options *options, struct letterbox **ret_box,
                        struct note *note)
{
    struct letterbox *box = mem_zero(1, sizeof(*box));
    if (!box) {
        return ERR_NOMEM;
    }
    box->options = *options;
    buf_init(&box->id_text, ID_TEXT_BYTES_MAX);
    box->topic_name = conf_topic_name(options->kafka.conf, TOPIC_DEAD_LETTERS).ptr;
    kafka_voice_init(&box->voice, NULL, "letters", box);
    enum err err = letterbox_prepare(box, note);
    if (err != OK) {
        letterbox_close(box);
        return err;
    }
    *ret_box = box;
    return OK;
}

void letterbox_close(struct letterbox *box)
{
    if (!box) {
        return;
    }
    kafka_client_destroy(box->reader);
    kafka_client_destroy(box->finder);
    mem_free(box->parts);
    buf_fini(&box->id_text);
    kafka_voice_fini(&box->voice);
    mem_free(box);
}

int32_t letterbox_partitions(const struct letterbox *box)
{
    return box->partitions;
}

struct str letterbox_topic_id(const struct letterbox *box)
{
    return buf_str(&box->id_text);
}

int64_t letterbox_first(const struct letterbox *box, int32_t partition)
{
    return box->parts[partition].first;
}
