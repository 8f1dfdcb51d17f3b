/* conf_kafka.c - see conf_kafka.h. */
#include "common/conf_kafka.h"

/* What librdkafka wants as a value, and nobody should write into a file of settings. */
static const char *const conf_kafka_secrets[] = {
    "sasl.password",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.oauthbearer.assertion.private.key.pem",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
};

static bool conf_kafka_names_secret(struct str key)
{
    for (size_t i = 0; i < countof(conf_kafka_secrets); i++) {
        if (str_is(key, conf_kafka_secrets[i])) {
            return true;
        }
    }
    return false;
}

static struct str conf_kafka_cut(struct str key, struct str prefix)
{
    return str_starts(key, prefix) ? str_slice(key, prefix.len, key.len) : key;
}

/* The secret whose file `key` names, in the table's own text; NULL when it is none, since
 * librdkafka has settings of its own that end in .file. */
static const char *conf_kafka_secret_of_file(struct str key)
{
    struct str suffix = STR(".file");
    if (key.len <= suffix.len ||
        !str_eq(str_slice(key, key.len - suffix.len, suffix.len), suffix)) {
        return NULL;
    }
    struct str name = str_slice(key, 0, key.len - suffix.len);
    for (size_t i = 0; i < countof(conf_kafka_secrets); i++) {
        if (str_is(name, conf_kafka_secrets[i])) {
            return conf_kafka_secrets[i];
        }
    }
    return NULL;
}

enum err conf_kafka_parse(struct str key, struct conf_kafka *ret_entry, struct note *note)
{
    struct str name = conf_kafka_cut(key, STR("kafka."));
    struct conf_kafka entry = { .side = CONF_BOTH_SIDES };
    if (str_starts(name, STR("consumer."))) {
        entry.side = CONF_CONSUMER;
        name = conf_kafka_cut(name, STR("consumer."));
    } else if (str_starts(name, STR("producer."))) {
        entry.side = CONF_PRODUCER;
        name = conf_kafka_cut(name, STR("producer."));
    }
    if (str_is(name, "bootstrap.servers") || str_is(name, "group.id") || name.len == 0) {
        note_set(note, "is for both sides: set kafka.bootstrap.servers and kafka.group.id");
        return ERR_CONFIG;
    }
    if (conf_kafka_names_secret(name)) {
        note_set(note, "is a secret: write it to a file and set kafka.%.*s.file to its path",
                 STR_ARG(name));
        return ERR_CONFIG;
    }
    const char *secret = conf_kafka_secret_of_file(name);
    entry.is_file = secret != NULL;
    entry.key = secret ? secret : name.ptr;
    *ret_entry = entry;
    return OK;
}

struct str conf_kafka_from_variable(struct str variable, char *out)
{
    for (size_t i = 0; i < variable.len; i++) {
        char c = variable.ptr[i];
        out[i] = c == '_' ? '.' : c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    out[variable.len] = '\0';
    return (struct str){ out, variable.len };
}

bool conf_kafka_is_secret(const struct conf_kafka *entry)
{
    static const char *const words[] = { "password", "passphrase", "secret", "token", ".pem" };
    for (size_t i = 0; !entry->is_file && i < countof(words); i++) {
        if (strstr(entry->key, words[i])) {
            return true;
        }
    }
    return false;
}
