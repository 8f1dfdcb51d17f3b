/* catalog_kafka.c - see catalog_kafka.h. */
#include "worker/adapter/catalog_kafka.h"

#include "common/mem.h"
#include "worker/adapter/kafka_inbox.h"
#include "worker/adapter/kafka_record.h"
#include "worker/adapter/topics_kafka.h"

#define CATALOG_PARTITIONS_MAX 1024
#define CATALOG_ASK_MS 5000

struct catalog_kafka {
    struct catalog_kafka_options options;
    struct kafka_voice voice;
    rd_kafka_t *client;
    struct kafka_inbox *inbox; /* NULL: not open */
    struct commit_job check;
    struct commit_job drop;
    enum err checked; /* set on the commit thread by `check`, with these two */
    struct note checked_note;
    int partitions;
    bool *has_ended; /* by partition: its end was seen once */
    int ended;
    struct header headers[RECORD_HEADERS_MAX];
    bool is_closing;
    bool is_failed;
};

static void catalog_kafka_fail(struct catalog_kafka *catalog, enum err err,
                               const struct note *note)
{
    if (!catalog->is_failed && !catalog->is_closing) {
        catalog->is_failed = true;
        catalog->options.on_fatal(catalog->options.owner, err, note);
    }
}

static void catalog_kafka_end(struct catalog_kafka *catalog, int32_t partition)
{
    if (partition < 0 || partition >= catalog->partitions || catalog->has_ended[partition]) {
        return;
    }
    catalog->has_ended[partition] = true;
    if (++catalog->ended == catalog->partitions) {
        log_say(catalog->options.log, LOG_INFO, "catalog", "the catalogue was read");
        catalog->options.on_whole(catalog->options.owner);
    }
}

static void catalog_kafka_on_message(void *owner, const rd_kafka_message_t *message)
{
    struct catalog_kafka *catalog = owner;
    if (catalog->is_closing) {
        return;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        catalog_kafka_end(catalog, message->partition);
        return;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_voice_hear(&catalog->voice, message->err, rd_kafka_message_errstr(message));
        log_say(catalog->options.log, LOG_WARN, "catalog", "the reader reports an error",
                LOG_CHARS("reason", rd_kafka_message_errstr(message)));
        return;
    }
    struct record record;
    kafka_record_view(message, TOPIC_CATALOG, catalog->headers, &record);
    catalog->options.on_record(catalog->options.owner, &record);
}

static void catalog_kafka_on_served(void *owner)
{
    (void)owner; /* a reader outside of a group has nothing else to do */
}

static void catalog_kafka_assign(struct catalog_kafka *catalog)
{
    const char *name = kafka_topic_name(catalog->options.kafka.conf, TOPIC_CATALOG).ptr;
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(catalog->partitions);
    for (int i = 0; i < catalog->partitions; i++) {
        rd_kafka_topic_partition_list_add(list, name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(catalog->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        struct note note = { 0 };
        enum err err = kafka_voice_explain(&catalog->voice, code, "reading the catalogue", &note);
        catalog_kafka_fail(catalog, err, &note);
    }
}

static void catalog_kafka_open(struct catalog_kafka *catalog)
{
    struct kafka_inbox_options inbox = {
        .loop = catalog->options.loop,
        .client = catalog->client,
        .owner = catalog,
        .on_message = catalog_kafka_on_message,
        .on_served = catalog_kafka_on_served,
    };
    catalog->has_ended = mem_zero((size_t)catalog->partitions, sizeof(bool));
    catalog->inbox = catalog->has_ended ? kafka_inbox_create(&inbox) : NULL;
    if (!catalog->inbox) {
        catalog_kafka_fail(catalog, ERR_OS, NULL);
        return;
    }
    kafka_inbox_open(catalog->inbox);
    catalog_kafka_assign(catalog);
}

static bool catalog_kafka_is_hurried(void *owner)
{
    return commit_thread_is_hurried(owner);
}

static void catalog_kafka_check_run(struct commit_job *job)
{
    static const enum topic topics[] = { TOPIC_CATALOG };
    struct catalog_kafka *catalog = container_of(job, struct catalog_kafka, check);
    const struct conf *conf = catalog->options.kafka.conf;
    struct topics_check check = {
        .client = catalog->client,
        .conf = conf,
        .topics = topics,
        .topics_count = countof(topics),
        .timeout_ms = catalog->options.start_timeout_ms,
        .is_hurried = catalog_kafka_is_hurried,
        .owner = catalog->options.thread,
    };
    catalog->checked = topics_check(&check, &catalog->checked_note);
    if (catalog->checked != OK) {
        return;
    }
    const char *name = kafka_topic_name(conf, TOPIC_CATALOG).ptr;
    catalog->partitions = topics_partitions(catalog->client, name, CATALOG_ASK_MS);
    if (catalog->partitions <= 0 || catalog->partitions > CATALOG_PARTITIONS_MAX) {
        note_set(&catalog->checked_note, "topic %s: brokers do not tell its partitions", name);
        catalog->checked = ERR_UNAVAILABLE;
    }
}

static void catalog_kafka_check_done(struct commit_job *job)
{
    struct catalog_kafka *catalog = container_of(job, struct catalog_kafka, check);
    if (catalog->is_closing) {
        return;
    }
    if (catalog->checked != OK) {
        catalog_kafka_fail(catalog, catalog->checked, &catalog->checked_note);
        return;
    }
    catalog_kafka_open(catalog);
}

void catalog_kafka_start(struct catalog_kafka *catalog)
{
    catalog->check.run = catalog_kafka_check_run;
    catalog->check.on_done = catalog_kafka_check_done;
    if (commit_thread_submit(catalog->options.thread, &catalog->check) != OK) {
        BUG("the commit thread is full at the start");
    }
}

static void catalog_kafka_drop_run(struct commit_job *job)
{
    struct catalog_kafka *catalog = container_of(job, struct catalog_kafka, drop);
    rd_kafka_destroy_flags(catalog->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    catalog->client = NULL;
}

static void catalog_kafka_drop_done(struct commit_job *job)
{
    struct catalog_kafka *catalog = container_of(job, struct catalog_kafka, drop);
    if (catalog->options.on_closed) {
        catalog->options.on_closed(catalog->options.owner);
    }
}

void catalog_kafka_close(struct catalog_kafka *catalog)
{
    catalog->is_closing = true;
    kafka_inbox_destroy(TAKE(catalog->inbox));
    catalog->drop.run = catalog_kafka_drop_run;
    catalog->drop.on_done = catalog_kafka_drop_done;
    if (commit_thread_submit(catalog->options.thread, &catalog->drop) != OK) {
        BUG("the commit thread is full at the end");
    }
}

enum err catalog_kafka_create(const struct catalog_kafka_options *options,
                              struct catalog_kafka **ret_catalog, struct note *note)
{
    struct catalog_kafka *catalog = mem_zero(1, sizeof(*catalog));
    if (!catalog) {
        return ERR_NOMEM;
    }
    catalog->options = *options;
    kafka_voice_init(&catalog->voice, options->log, "catalog", catalog);
    rd_kafka_conf_t *conf;
    enum err err = kafka_conf_make(&options->kafka, KAFKA_READER, &catalog->voice, &conf, note);
    err = err ? err : kafka_client_create(conf, KAFKA_READER, &catalog->client, note);
    if (err != OK) {
        catalog_kafka_destroy(catalog);
        return err;
    }
    *ret_catalog = catalog;
    return OK;
}

void catalog_kafka_destroy(struct catalog_kafka *catalog)
{
    if (!catalog) {
        return;
    }
    kafka_inbox_destroy(catalog->inbox);
    if (catalog->client) {
        rd_kafka_destroy_flags(catalog->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    kafka_voice_fini(&catalog->voice);
    mem_free(catalog->has_ended);
    mem_free(catalog);
}

bool catalog_kafka_is_whole(const struct catalog_kafka *catalog)
{
    return catalog->partitions > 0 && catalog->ended == catalog->partitions;
}
