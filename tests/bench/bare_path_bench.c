/* bare_path_bench.c - the least that the cached path could cost: librdkafka and hiredis alone.
 *
 *   bare_path_bench BOOTSTRAP GROUP INPUT ANSWERS AUDIT REDIS_PORT COUNT small|default
 *
 * Reads COUNT records, asks Redis for one key each (pipelined), and writes two records of a usual
 * answer's and audit record's size for each, with the headers of a CloudEvent and to a topic each,
 * in transactions with the offsets. No JSON, no order, no lanes, no state: what a worker costs
 * above this is its own doing. `small` takes the queue sizes that the worker takes, `default`
 * librdkafka's own. Prints one line of JSON. */
#include <hiredis/hiredis.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define PORTION 1000
#define BATCH 4000
#define ANSWER_BYTES 420
#define AUDIT_BYTES 560
#define CALL_MS 15000

struct bare {
    const char *input;
    const char *answers;
    const char *audit;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    rd_kafka_t *producer;
    redisContext *redis;
    long left;
    long open; /* records of the transaction */
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bare_path_bench: %s: %s\n", what, why);
    exit(1);
}

static void check(rd_kafka_error_t *error, const char *what)
{
    if (error) {
        die(what, rd_kafka_error_string(error));
    }
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char why[256];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof(why)) != RD_KAFKA_CONF_OK) {
        die(key, why);
    }
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char why[256];
    rd_kafka_t *made = rd_kafka_new(type, conf, why, sizeof(why));
    if (!made) {
        die("client", why);
    }
    return made;
}

static void open_consumer(struct bare *bare, char **arguments)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", arguments[1]);
    set(conf, "group.id", arguments[2]);
    set(conf, "isolation.level", "read_committed");
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    if (strcmp(arguments[8], "small") == 0) {
        set(conf, "queued.min.messages", "2000");
        set(conf, "queued.max.messages.kbytes", "4096");
        set(conf, "fetch.message.max.bytes", "262144");
        set(conf, "fetch.max.bytes", "2097152");
        set(conf, "fetch.queue.backoff.ms", "5");
    }
    bare->consumer = client(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(bare->consumer);
    bare->queue = rd_kafka_queue_get_consumer(bare->consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, bare->input, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(bare->consumer, topics) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        die("subscribe", bare->input);
    }
    rd_kafka_topic_partition_list_destroy(topics);
}

static void open_producer(struct bare *bare, char **arguments)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", arguments[1]);
    set(conf, "transactional.id", arguments[2]);
    set(conf, "retry.backoff.ms", "5");
    set(conf, "linger.ms", "0");
    if (strcmp(arguments[8], "small") == 0) {
        set(conf, "queue.buffering.max.messages", "20000");
        set(conf, "queue.buffering.max.kbytes", "32768");
    }
    bare->producer = client(RD_KAFKA_PRODUCER, conf);
    check(rd_kafka_init_transactions(bare->producer, CALL_MS), "init transactions");
}

static rd_kafka_headers_t *headers_of_event(void)
{
    static const char *const pairs[][2] = {
        { "ce_specversion", "1.0" },
        { "ce_id", "1545ab87-3798-5f0f-9597-9a5198244a01" },
        { "ce_source", "deskhand" },
        { "ce_type", "com.example.answer.v1" },
        { "ce_time", "2025-11-28T10:00:00.250Z" },
        { "content-type", "application/json" },
    };
    rd_kafka_headers_t *headers = rd_kafka_headers_new(sizeof(pairs) / sizeof(pairs[0]));
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        rd_kafka_header_add(headers, pairs[i][0], -1, pairs[i][1], -1);
    }
    return headers;
}

static void produce(struct bare *bare, const char *topic, const rd_kafka_message_t *message,
                    size_t bytes)
{
    static char value[AUDIT_BYTES];
    rd_kafka_headers_t *headers = headers_of_event();
    rd_kafka_resp_err_t code;
    memset(value, 'x', sizeof(value));
    do {
        code = rd_kafka_producev(bare->producer, RD_KAFKA_V_TOPIC(topic),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                 RD_KAFKA_V_KEY(message->key, message->key_len),
                                 RD_KAFKA_V_VALUE(value, bytes), RD_KAFKA_V_HEADERS(headers),
                                 RD_KAFKA_V_END);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(bare->producer, 1);
        }
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        die("produce", rd_kafka_err2str(code));
    }
}

static void commit(struct bare *bare)
{
    rd_kafka_topic_partition_list_t *offsets;
    if (bare->open == 0) {
        return;
    }
    if (rd_kafka_assignment(bare->consumer, &offsets) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_position(bare->consumer, offsets) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        die("position", bare->input);
    }
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(bare->consumer);
    check(rd_kafka_send_offsets_to_transaction(bare->producer, offsets, group, CALL_MS),
          "send offsets");
    check(rd_kafka_commit_transaction(bare->producer, CALL_MS), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
    bare->open = 0;
}

static void ask_redis(struct bare *bare, long number)
{
    char key[64];
    int len = snprintf(key, sizeof(key), "bare:%042ld", number % PORTION);
    if (redisAppendCommand(bare->redis, "GET %b", key, (size_t)len) != REDIS_OK) {
        die("redis", bare->redis->errstr);
    }
}

static void hear_redis(struct bare *bare, long count)
{
    for (long i = 0; i < count; i++) {
        void *reply = NULL;
        if (redisGetReply(bare->redis, &reply) != REDIS_OK) {
            die("redis", bare->redis->errstr);
        }
        freeReplyObject(reply);
    }
}

static void serve(struct bare *bare)
{
    rd_kafka_message_t *messages[PORTION];
    ssize_t count = rd_kafka_consume_batch_queue(bare->queue, 100, messages, PORTION);
    long records = 0;
    for (ssize_t i = 0; i < count; i++) {
        if (messages[i]->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            die("consume", rd_kafka_message_errstr(messages[i]));
        }
        ask_redis(bare, records++);
    }
    hear_redis(bare, records);
    if (records > 0 && bare->open == 0) {
        check(rd_kafka_begin_transaction(bare->producer), "begin");
    }
    for (ssize_t i = 0; i < count; i++) {
        produce(bare, bare->answers, messages[i], ANSWER_BYTES);
        produce(bare, bare->audit, messages[i], AUDIT_BYTES);
        rd_kafka_message_destroy(messages[i]);
    }
    bare->open += records;
    bare->left -= records;
    if (bare->open >= BATCH || bare->left <= 0) {
        commit(bare);
    }
}

static void fill_redis(struct bare *bare)
{
    char value[300];
    memset(value, 'x', sizeof(value));
    for (long i = 0; i < PORTION; i++) {
        void *reply = redisCommand(bare->redis, "SET bare:%042ld %b", i, value, sizeof(value));
        if (!reply) {
            die("redis", bare->redis->errstr);
        }
        freeReplyObject(reply);
    }
}

/* Not ru_maxrss: that also counts what the parent had before this program took its place. */
static long peak_kb(void)
{
    char line[128];
    long peak = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof(line), status)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            peak = strtol(line + 6, NULL, 10);
        }
    }
    if (status) {
        fclose(status);
    }
    return peak;
}

static void report(long count)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu_us = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
                    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    printf("{\"cpu_us\": %.0f, \"count\": %ld, \"peak_kb\": %ld}\n", cpu_us, count,
           peak_kb());
}

int main(int count, char **arguments)
{
    if (count != 9) {
        die("usage", "BOOTSTRAP GROUP INPUT ANSWERS AUDIT REDIS_PORT COUNT small|default");
    }
    struct bare bare = {
        .input = arguments[3], .answers = arguments[4], .audit = arguments[5]
    };
    bare.left = strtol(arguments[7], NULL, 10);
    bare.redis = redisConnect("127.0.0.1", (int)strtol(arguments[6], NULL, 10));
    if (!bare.redis || bare.redis->err) {
        die("redis", bare.redis ? bare.redis->errstr : "no memory");
    }
    fill_redis(&bare);
    open_producer(&bare, arguments);
    open_consumer(&bare, arguments);
    while (bare.left > 0) {
        serve(&bare);
    }
    report(strtol(arguments[7], NULL, 10));
    rd_kafka_queue_destroy(bare.queue);
    rd_kafka_consumer_close(bare.consumer);
    rd_kafka_destroy(bare.consumer);
    rd_kafka_destroy(bare.producer);
    redisFree(bare.redis);
    return 0;
}
