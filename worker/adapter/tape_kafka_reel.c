/* tape_kafka_reel.c - see tape_kafka_reel.h. */
#include "worker/adapter/tape_kafka_reel.h"

#include "common/mem.h"
#include "worker/adapter/now.h"
#include "worker/adapter/topics_kafka.h"

#define REEL_PARTITIONS_MAX 10000
#define REEL_RETRY_MS 50

static enum err reel_explain(const struct reel_search *search, rd_kafka_resp_err_t code,
                             const char *name, struct note *note)
{
    char doing[TOPIC_NAME_BYTES_MAX + 32];
    snprintf(doing, sizeof(doing), "reading topic %s", name);
    return kafka_voice_explain(kafka_voice_of(search->client), code, doing, note);
}

/* Leaders move, and a new topic's is not known everywhere at once. True: ask again. */
static bool reel_asks_again(const struct reel_search *search, rd_kafka_resp_err_t code,
                            int64_t until_us)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || kafka_is_hopeless(code) ||
        now_mono_us() >= until_us || job_thread_is_hurried(search->thread)) {
        return false;
    }
    job_thread_wait(search->thread, REEL_RETRY_MS);
    return true;
}

static int64_t reel_until_us(const struct reel_search *search)
{
    return now_mono_us() + (int64_t)search->timeout_ms * 1000;
}

static enum err reel_open(const struct reel_search *search, struct reel_topic *topic,
                          enum topic which, struct note *note)
{
    const char *name = conf_topic_name(search->conf, which).ptr;
    int partitions = topics_partitions(search->client, name, search->timeout_ms);
    if (partitions < 0) {
        return reel_explain(search, RD_KAFKA_RESP_ERR__TIMED_OUT, name, note);
    }
    if (partitions > REEL_PARTITIONS_MAX) {
        note_set(note, "topic %s: more than %d partitions", name, REEL_PARTITIONS_MAX);
        return ERR_UNAVAILABLE;
    }
    topic->parts = mem_zero((size_t)partitions, sizeof(*topic->parts));
    if (!topic->parts) {
        return ERR_NOMEM;
    }
    topic->name = name;
    topic->partitions = partitions;
    return OK;
}

/* What there is of one partition. */
static enum err reel_measure(const struct reel_search *search, const struct reel_topic *topic,
                             int32_t partition, struct reel_part *ret_part, struct note *note)
{
    int64_t low = 0;
    int64_t high = 0;
    int64_t until_us = reel_until_us(search);
    rd_kafka_resp_err_t code;
    do {
        code = rd_kafka_query_watermark_offsets(search->client, topic->name, partition, &low, &high,
                                                search->timeout_ms);
    } while (reel_asks_again(search, code, until_us));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return reel_explain(search, code, topic->name, note);
    }
    *ret_part = (struct reel_part){ .is_wanted = true, .first = low, .next = low, .end = high };
    return OK;
}

static enum err reel_take_offsets(const struct reel_topic *topic, const struct tape_span *span,
                                  struct reel_part *part, struct note *note)
{
    if (part->first == part->end) {
        note_set(note, "--offsets: partition %d of %s is empty", (int)span->partition, topic->name);
        return ERR_USAGE;
    }
    if (span->from < part->first || span->to >= part->end) {
        note_set(note, "--offsets: partition %d of %s has offsets %lld to %lld, not %lld-%lld",
                 (int)span->partition, topic->name, (long long)part->first,
                 (long long)part->end - 1, (long long)span->from, (long long)span->to);
        return ERR_USAGE;
    }
    part->first = part->next = span->from;
    part->end = span->to + 1;
    return OK;
}

/* The first offset that was written at `wall_ms` or later; is left alone when there is none. */
static rd_kafka_resp_err_t reel_at_time(const struct reel_search *search, const char *name,
                                        int32_t partition, int64_t wall_ms, int64_t *ret_offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *asked = rd_kafka_topic_partition_list_add(list, name, partition);
    int64_t until_us = reel_until_us(search);
    rd_kafka_resp_err_t code;
    do {
        asked->offset = max_i64(wall_ms, 0);
        code = rd_kafka_offsets_for_times(search->client, list, search->timeout_ms);
        code = code ? code : asked->err;
    } while (reel_asks_again(search, code, until_us));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && asked->offset >= 0) {
        *ret_offset = asked->offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code;
}

static enum err reel_take_times(const struct reel_search *search, const char *name,
                                const struct tape_span *span, struct reel_part *part,
                                struct note *note)
{
    int64_t first = span->from == TAPE_BEGINNING ? part->first : part->end;
    int64_t end = part->end;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (span->from != TAPE_BEGINNING) {
        code = reel_at_time(search, name, span->partition, span->from, &first);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && span->to != TAPE_END) {
        code = reel_at_time(search, name, span->partition, span->to, &end);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return reel_explain(search, code, name, note);
    }
    part->end = min_i64(end, part->end);
    part->first = part->next = min_i64(first, part->end);
    return OK;
}

/* `span` has one partition. */
static enum err reel_take_part(const struct reel_search *search, struct reel_topic *topic,
                               const struct tape_span *span, struct note *note)
{
    struct reel_part part;
    TRY(reel_measure(search, topic, span->partition, &part, note));
    TRY(span->is_by_offset ? reel_take_offsets(topic, span, &part, note)
                           : reel_take_times(search, topic->name, span, &part, note));
    part.is_done = part.next >= part.end;
    topic->parts[span->partition] = part;
    return OK;
}

static enum err reel_take(const struct reel_search *search, struct reel *reel,
                          const struct tape_span *span, struct note *note)
{
    struct reel_topic *topic = &reel->topics[span->topic];
    if (!topic->parts) {
        TRY(reel_open(search, topic, span->topic, note));
    }
    bool has_all = span->partition == TAPE_ALL_PARTITIONS;
    if (!has_all && span->partition >= topic->partitions) {
        note_set(note, "%s has partitions 0 to %d, not %d", topic->name, topic->partitions - 1,
                 (int)span->partition);
        return ERR_USAGE;
    }
    int32_t first = has_all ? 0 : span->partition;
    int32_t end = has_all ? topic->partitions : span->partition + 1;
    for (int32_t partition = first; partition < end; partition++) {
        struct tape_span one = *span;
        one.partition = partition;
        TRY(reel_take_part(search, topic, &one, note));
        reel->open += topic->parts[partition].is_done ? 0 : 1;
    }
    return OK;
}

enum err reel_find(const struct reel_search *search, struct reel *ret_reel, struct note *note)
{
    *ret_reel = (struct reel){ 0 };
    for (size_t i = 0; i < search->spans_count; i++) {
        TRY(reel_take(search, ret_reel, &search->spans[i], note));
    }
    return OK;
}

void reel_fini(struct reel *reel)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        mem_free(reel->topics[i].parts);
    }
    *reel = (struct reel){ 0 };
}

struct reel_part *reel_part_of(struct reel *reel, const char *topic_name, int32_t partition,
                               enum topic *ret_topic)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        struct reel_topic *topic = &reel->topics[i];
        if (topic->parts && strcmp(topic->name, topic_name) == 0 && partition >= 0 &&
            partition < topic->partitions && topic->parts[partition].is_wanted) {
            *ret_topic = (enum topic)i;
            return &topic->parts[partition];
        }
    }
    return NULL;
}

void reel_advance(struct reel *reel, struct reel_part *part, int64_t next)
{
    if (part->is_done) {
        return;
    }
    part->next = min_i64(max_i64(part->next, next), part->end);
    if (part->next == part->end) {
        part->is_done = true;
        reel->open--;
    }
}

rd_kafka_topic_partition_list_t *reel_assignment(const struct reel *reel)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        const struct reel_topic *topic = &reel->topics[i];
        for (int32_t partition = 0; partition < topic->partitions; partition++) {
            const struct reel_part *part = &topic->parts[partition];
            if (part->is_wanted && !part->is_done) {
                rd_kafka_topic_partition_list_add(list, topic->name, partition)->offset =
                    part->next;
            }
        }
    }
    return list;
}
