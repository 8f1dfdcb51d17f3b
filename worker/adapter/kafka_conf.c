/* kafka_conf.c - see kafka_conf.h. Two tables: what is fixed, since exactly once rests on it,
 * and what is only a better start than librdkafka's defaults, and may be overridden. */
#include "worker/adapter/kafka_conf.h"

#include "worker/adapter/secret_file.h"

#define CONSUMERS (BIT(KAFKA_SOURCE) | BIT(KAFKA_READER))
#define PRODUCERS (BIT(KAFKA_TXN_SINK) | BIT(KAFKA_PLAIN_SINK))
#define EVERYONE (CONSUMERS | PRODUCERS | BIT(KAFKA_ADMIN))

struct kafka_default {
    unsigned roles; /* bits of enum kafka_role */
    const char *key;
    const char *value;
};

static const struct kafka_default kafka_fixed[] = {
    { CONSUMERS, "isolation.level", "read_committed" },
    { CONSUMERS, "enable.auto.commit", "false" },
    { CONSUMERS, "enable.auto.offset.store", "false" },
    { CONSUMERS, "enable.partition.eof", "true" },
    { BIT(KAFKA_SOURCE), "auto.offset.reset", "error" },
    { BIT(KAFKA_READER), "auto.offset.reset", "earliest" },
    { PRODUCERS, "enable.idempotence", "true" },
    { PRODUCERS, "acks", "all" },
    { PRODUCERS, "partitioner", "murmur2_random" },
    { BIT(KAFKA_ADMIN), "enable.idempotence", "false" },
};

/* Settings of ours that librdkafka's name would be a second way to set. */
static const char *const kafka_ours[] = { "bootstrap.servers", "metadata.broker.list", "group.id",
                                          "transactional.id" };

/* Small queues keep eight partitions, which have one each, within the memory that a worker may
 * take: a producer's batch comes whole, however few records of it are wanted. With queues that
 * small the fetcher must come back soon when one was full. fetch.max.bytes is left to librdkafka,
 * which makes it as much as a queue holds and at least message.max.bytes. A partition that was
 * paused and goes on waits for the fetch that is under way without it, which idle topics hold for
 * 500 ms. */
static const struct kafka_default kafka_preferred[] = {
    { EVERYONE, "reconnect.backoff.ms", "50" },
    { EVERYONE, "reconnect.backoff.max.ms", "1000" },
    { EVERYONE, "socket.keepalive.enable", "true" },
    { EVERYONE, "enable.metrics.push", "false" },
    { CONSUMERS, "socket.timeout.ms", "10000" },
    { BIT(KAFKA_SOURCE), "queued.min.messages", "100" },
    { BIT(KAFKA_READER), "queued.min.messages", "500" },
    { BIT(KAFKA_SOURCE), "queued.max.messages.kbytes", "512" },
    { BIT(KAFKA_READER), "queued.max.messages.kbytes", "2048" },
    { CONSUMERS, "fetch.message.max.bytes", "262144" },
    { CONSUMERS, "fetch.queue.backoff.ms", "5" },
    { CONSUMERS, "fetch.wait.max.ms", "50" },
    { CONSUMERS, "fetch.error.backoff.ms", "100" },
    { PRODUCERS, "linger.ms", "0" },
    { PRODUCERS, "retry.backoff.ms", "5" },
    { PRODUCERS, "queue.buffering.max.messages", "20000" },
    { PRODUCERS, "queue.buffering.max.kbytes", "32768" },
    { BIT(KAFKA_TXN_SINK), "transaction.timeout.ms", "10000" },
    { BIT(KAFKA_PLAIN_SINK), "socket.timeout.ms", "10000" },
    { BIT(KAFKA_PLAIN_SINK), "message.timeout.ms", "10000" },
};

/* Left to the brokers with group.protocol=consumer; librdkafka refuses them then. */
static const struct kafka_default kafka_classic[] = {
    { BIT(KAFKA_SOURCE), "session.timeout.ms", "10000" },
    { BIT(KAFKA_SOURCE), "heartbeat.interval.ms", "3000" },
    { BIT(KAFKA_SOURCE), "partition.assignment.strategy", "cooperative-sticky" },
};

enum err kafka_version_judge(int version, struct note *note)
{
    int major = (version >> 24) & 0xff;
    int minor = (version >> 16) & 0xff;
    int patch = (version >> 8) & 0xff;
    bool is_old = major < 2 || (major == 2 && minor < 8);
    bool is_broken = major == 2 && minor == 10 && patch == 0;
    if (is_old || is_broken) {
        note_set(note,
                 "librdkafka %d.%d.%d loses records or assignments; link 2.8 or later, but not "
                 "2.10.0 (make deps builds a good one)",
                 major, minor, patch);
        return ERR_CONFIG;
    }
    return OK;
}

enum err kafka_version_check(struct note *note)
{
    return kafka_version_judge(rd_kafka_version(), note);
}

enum err kafka_txn_id(const struct kafka_conf_options *options, char out[KAFKA_TXN_ID_BYTES],
                      struct note *note)
{
    const char *scope = options->txn_scope ? options->txn_scope
                                           : conf_str(options->conf, CONF_KAFKA_GROUP_ID).ptr;
    int len = snprintf(out, KAFKA_TXN_ID_BYTES, "%s-%s", scope, options->worker_id);
    if (len < 0 || len >= KAFKA_TXN_ID_BYTES) {
        note_set(note, "worker.id and kafka.group.id are too long together");
        return ERR_CONFIG;
    }
    return OK;
}

static enum err kafka_set(rd_kafka_conf_t *conf, const char *key, const char *value,
                          struct note *note)
{
    char why[256];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof(why)) != RD_KAFKA_CONF_OK) {
        note_set(note, "kafka.%s: %s", key, why);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err kafka_set_all(rd_kafka_conf_t *conf, enum kafka_role role,
                              const struct kafka_default *table, size_t count, struct note *note)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].roles & BIT(role)) {
            TRY(kafka_set(conf, table[i].key, table[i].value, note));
        }
    }
    return OK;
}

static bool kafka_side_concerns(enum conf_side side, enum kafka_role role)
{
    bool is_consumer = (CONSUMERS & BIT(role)) != 0;
    return side == CONF_BOTH_SIDES || (side == CONF_CONSUMER) == is_consumer;
}

static enum err kafka_refuse_fixed(const struct conf_kafka *given, struct note *note)
{
    for (size_t i = 0; i < countof(kafka_ours); i++) {
        if (str_is(str_from(given->key), kafka_ours[i])) {
            note_set(note, "kafka.%s cannot be set here; use kafka.bootstrap.servers, "
                           "kafka.group.id and worker.id", given->key);
            return ERR_CONFIG;
        }
    }
    for (size_t i = 0; i < countof(kafka_fixed); i++) {
        if (str_is(str_from(given->key), kafka_fixed[i].key)) {
            note_set(note, "kafka.%s cannot be set: the delivery guarantee rests on it",
                     given->key);
            return ERR_CONFIG;
        }
    }
    return OK;
}

static enum err kafka_set_secret(rd_kafka_conf_t *conf, const struct conf_kafka *given,
                                 struct note *note)
{
    char setting[256];
    snprintf(setting, sizeof(setting), "kafka.%s.file", given->key);
    struct buf secret;
    buf_init(&secret, SECRET_BYTES_MAX);
    enum err err = secret_file_read(setting, given->value, SECRET_TEXT, &secret, note);
    if (err == OK) {
        err = kafka_set(conf, given->key, secret.ptr, note);
    }
    secret_forget(&secret);
    return err;
}

/* The value that goes to `role`: what is set for one side wins over what is set for both. */
static const struct conf_kafka *kafka_find(const struct conf *conf, enum kafka_role role,
                                           const char *key)
{
    const struct conf_kafka *found = NULL;
    bool is_own_side = false;
    for (size_t i = 0; i < conf_kafka_count(conf); i++) {
        const struct conf_kafka *given = conf_kafka_at(conf, i);
        bool is_specific = given->side != CONF_BOTH_SIDES;
        if (str_is(str_from(given->key), key) && kafka_side_concerns(given->side, role) &&
            (is_specific || !is_own_side)) {
            found = given;
            is_own_side = is_specific;
        }
    }
    return found;
}

static const char *kafka_given(const struct conf *conf, enum kafka_role role, const char *key)
{
    const struct conf_kafka *found = kafka_find(conf, role, key);
    return found ? found->value : NULL;
}

static enum err kafka_set_given(rd_kafka_conf_t *conf, const struct conf *settings,
                                enum kafka_role role, struct note *note)
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < conf_kafka_count(settings); i++) {
            const struct conf_kafka *given = conf_kafka_at(settings, i);
            bool is_now = (given->side != CONF_BOTH_SIDES) == (pass == 1);
            if (!is_now || !kafka_side_concerns(given->side, role)) {
                continue;
            }
            TRY(kafka_refuse_fixed(given, note));
            TRY(given->is_file ? kafka_set_secret(conf, given, note)
                               : kafka_set(conf, given->key, given->value, note));
        }
    }
    return OK;
}

static bool kafka_is_classic(const struct conf *conf)
{
    const char *protocol = kafka_given(conf, KAFKA_SOURCE, "group.protocol");
    return !protocol || !str_eq_ascii_case(str_from(protocol), STR("consumer"));
}

static enum err kafka_set_names(rd_kafka_conf_t *conf, const struct kafka_conf_options *options,
                                enum kafka_role role, struct note *note)
{
    struct str servers = conf_str(options->conf, CONF_KAFKA_BOOTSTRAP_SERVERS);
    TRY(kafka_set(conf, "bootstrap.servers",
                  options->bootstrap ? options->bootstrap : servers.ptr, note));
    TRY(kafka_set(conf, "client.id", options->worker_id, note));
    if (CONSUMERS & BIT(role)) {
        TRY(kafka_set(conf, "group.id", conf_str(options->conf, CONF_KAFKA_GROUP_ID).ptr, note));
    }
    if (role == KAFKA_TXN_SINK) {
        char id[KAFKA_TXN_ID_BYTES];
        TRY(kafka_txn_id(options, id, note));
        TRY(kafka_set(conf, "transactional.id", id, note));
    }
    return OK;
}

static enum err kafka_conf_fill(rd_kafka_conf_t *conf, const struct kafka_conf_options *options,
                                enum kafka_role role, struct note *note)
{
    TRY(kafka_set_all(conf, role, kafka_preferred, countof(kafka_preferred), note));
    if (kafka_is_classic(options->conf)) {
        TRY(kafka_set_all(conf, role, kafka_classic, countof(kafka_classic), note));
    }
    TRY(kafka_set_names(conf, options, role, note));
    TRY(kafka_set_given(conf, options->conf, role, note));
    return kafka_set_all(conf, role, kafka_fixed, countof(kafka_fixed), note);
}

/* The password's file may have been replaced: what it holds now is tried next. */
static void kafka_renew_password(rd_kafka_t *client, const struct kafka_voice *voice)
{
    enum kafka_role role = (enum kafka_role)voice->role;
    const char *user = kafka_given(voice->conf, role, "sasl.username");
    const struct conf_kafka *file = kafka_find(voice->conf, role, "sasl.password");
    if (!user || !file || !file->is_file) {
        return;
    }
    CLEANUP(secret_forget) struct buf secret;
    buf_init(&secret, SECRET_BYTES_MAX);
    struct note note = { .text = "" };
    if (secret_file_read("kafka.sasl.password.file", file->value, SECRET_TEXT, &secret, &note) !=
        OK) {
        log_say(voice->log, LOG_WARN, "kafka", "the password cannot be read again",
                LOG_CHARS("client", voice->part), LOG_CHARS("reason", note.text));
        return;
    }
    rd_kafka_error_destroy(rd_kafka_sasl_set_credentials(client, user, secret.ptr));
}

static enum err kafka_conf_filled(const struct kafka_conf_options *options, enum kafka_role role,
                                  rd_kafka_conf_t **ret_conf, struct note *note)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!conf) {
        return ERR_NOMEM;
    }
    enum err err = kafka_conf_fill(conf, options, role, note);
    if (err != OK) {
        rd_kafka_conf_destroy(conf);
        return err;
    }
    /* Tokens are fetched without anyone having to poll: the start waits in one call. */
    rd_kafka_conf_enable_sasl_queue(conf, 1);
    *ret_conf = conf;
    return OK;
}

enum err kafka_conf_make(const struct kafka_conf_options *options, enum kafka_role role,
                         struct kafka_voice *voice, rd_kafka_conf_t **ret_conf, struct note *note)
{
    rd_kafka_conf_t *conf = NULL;
    TRY(kafka_conf_filled(options, role, &conf, note));
    voice->on_refused = kafka_renew_password;
    voice->conf = options->conf;
    voice->role = role;
    rd_kafka_conf_set_opaque(conf, voice);
    rd_kafka_conf_set_log_cb(conf, kafka_voice_on_log);
    rd_kafka_conf_set_error_cb(conf, kafka_voice_on_error);
    *ret_conf = conf;
    return OK;
}

void kafka_conf_need(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char why[128];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof(why)) != RD_KAFKA_CONF_OK) {
        BUG("librdkafka refuses a setting that a client needs");
    }
}

/* librdkafka names its own settings; a password is given to us by file, and of a file that is not
 * there it tells the code of OpenSSL. */
static enum err kafka_refuse(const char *why, struct note *note)
{
    static const char failed[] = ".location failed: ";
    const char *place = strstr(why, failed);
    if (place) {
        note_set(note,
                 "kafka settings: %.*s.location failed: is the file there, may it be read, and is "
                 "it PEM? (%s)",
                 (int)(place - why), why, place + sizeof(failed) - 1);
        return ERR_CONFIG;
    }
    const char *advice = strstr(why, "sasl.password must be set")
                             ? "; set kafka.sasl.username and kafka.sasl.password.file"
                             : "";
    note_set(note, "kafka settings: %s%s", why, advice);
    return ERR_CONFIG;
}

enum err kafka_client_create(rd_kafka_conf_t *conf, enum kafka_role role, rd_kafka_t **ret_client,
                             struct note *note)
{
    char why[256];
    rd_kafka_type_t type = CONSUMERS & BIT(role) ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof(why));
    if (!client) {
        rd_kafka_conf_destroy(conf);
        return kafka_refuse(why, note);
    }
    rd_kafka_error_t *error = rd_kafka_sasl_background_callbacks_enable(client);
    if (error) {
        rd_kafka_error_destroy(error); /* SASL is not used */
    }
    *ret_client = client;
    return OK;
}

void kafka_client_destroy(rd_kafka_t *client)
{
    if (!client) {
        return;
    }
    if (rd_kafka_type(client) == RD_KAFKA_PRODUCER) {
        rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                   RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

static void kafka_say_nothing(const rd_kafka_t *client, int level, const char *facility,
                              const char *text)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)text;
}

/* Some settings, certificates among them, are only looked at when a client is made. One that
 * knows no broker connects to nothing, and fetches no token as nobody serves its queue. */
static enum err kafka_conf_try(const struct kafka_conf_options *options, enum kafka_role role,
                               struct note *note)
{
    rd_kafka_conf_t *conf = NULL;
    TRY(kafka_conf_filled(options, role, &conf, note));
    char why[256];
    rd_kafka_conf_set_log_cb(conf, kafka_say_nothing);
    rd_kafka_type_t type = CONSUMERS & BIT(role) ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof(why));
    if (!client) {
        rd_kafka_conf_destroy(conf);
        return kafka_refuse(why, note);
    }
    rd_kafka_destroy(client);
    return OK;
}

enum err kafka_conf_check(const struct kafka_conf_options *options, struct note *note)
{
    struct kafka_conf_options alone = *options;
    alone.bootstrap = "";
    TRY(kafka_conf_try(&alone, KAFKA_SOURCE, note));
    return kafka_conf_try(&alone, KAFKA_TXN_SINK, note);
}
