/* conf_check.c - what settings must keep towards each other; part of conf.h. */
#include "common/conf_topic.h"

static enum err conf_check_topic(const struct conf *conf, enum topic topic, struct note *note)
{
    const char *key = topic_info(topic)->setting;
    struct str name = conf_topic_name(conf, topic);
    if (name.len == 0) {
        return OK;
    }
    if (!topic_name_is_valid(name)) {
        note_set(note, "%s: Kafka allows letters, digits, . _ - in the name of a topic", key);
        return ERR_CONFIG;
    }
    for (size_t i = 0; i < (size_t)topic; i++) {
        if (str_eq(name, conf_topic_name(conf, (enum topic)i))) {
            note_set(note, "%s: %s has the same topic; each needs its own", key,
                     topic_info((enum topic)i)->setting);
            return ERR_CONFIG;
        }
    }
    return OK;
}

static enum err conf_check_topics(const struct conf *conf, struct note *note)
{
    bool has_input = false;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        enum topic topic = (enum topic)i;
        TRY(conf_check_topic(conf, topic, note));
        has_input = has_input || (topic_has_events(topic) && conf_topic_name(conf, topic).len > 0);
    }
    if (!has_input) {
        note_set(note, "topic.messages: every input is switched off, nothing is left to do");
        return ERR_CONFIG;
    }
    return OK;
}

static bool conf_is_protocol(struct str name)
{
    static const char *const names[] = { "plaintext", "ssl", "sasl_plaintext", "sasl_ssl" };
    for (size_t i = 0; i < countof(names); i++) {
        if (str_eq_ascii_case(name, str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

/* How much of "host", "host:port" or "[address]:port" is the host; 0: there is none. What has
 * more than one colon and no brackets is an IPv6 address alone. */
static size_t conf_host_len(struct str address)
{
    if (str_starts(address, STR("["))) {
        size_t bracket = str_find(address, STR("]"));
        return bracket > 1 && bracket < address.len ? bracket + 1 : 0;
    }
    size_t colon = str_find(address, STR(":"));
    struct str rest = str_slice(address, colon + 1, address.len);
    return str_find(rest, STR(":")) < rest.len ? address.len : colon;
}

static bool conf_is_host(struct str address)
{
    size_t len = conf_host_len(address);
    struct str port = str_slice(address, len + 1, address.len);
    int64_t number;
    return len == address.len ? len > 0
                              : len > 0 && address.ptr[len] == ':' &&
                                    str_to_i64(port, 1, 65535, &number);
}

/* As librdkafka reads it: a protocol may stand before it, and then a path behind it. */
static bool conf_is_broker(struct str server)
{
    size_t mark = str_find(server, STR("://"));
    if (mark == server.len) {
        return conf_is_host(server);
    }
    struct str rest = str_slice(server, mark + 3, server.len);
    return conf_is_protocol(str_slice(server, 0, mark)) &&
           conf_is_host(str_slice(rest, 0, str_find(rest, STR("/"))));
}

static enum err conf_check_brokers(const struct conf *conf, struct note *note)
{
    struct str rest = conf_str(conf, CONF_KAFKA_BOOTSTRAP_SERVERS);
    struct str part;
    size_t count = 0;
    while (str_split(&rest, ',', &part)) {
        struct str server = str_trim(part);
        if (server.len == 0) {
            continue;
        }
        if (!conf_is_broker(server)) {
            note_set(note, "kafka.bootstrap.servers: %.*s is not host:port", STR_ARG(server));
            return ERR_CONFIG;
        }
        count++;
    }
    if (count == 0) {
        note_set(note, "kafka.bootstrap.servers: names no broker; write host:port");
        return ERR_CONFIG;
    }
    return OK;
}

static enum err conf_check_store(const struct conf *conf, struct note *note)
{
    struct str url = conf_str(conf, CONF_STORE_URL);
    if (!str_starts(url, STR("redis://")) && !str_starts(url, STR("rediss://")) &&
        !str_starts(url, STR("unix:///")) && !str_is(url, "memory:")) {
        note_set(note, "store.url: must begin with redis://, rediss:// or unix:///, "
                       "or be memory:");
        return ERR_CONFIG;
    }
    if (conf_is_set(conf, CONF_STORE_TLS_CERT_FILE) != conf_is_set(conf, CONF_STORE_TLS_KEY_FILE)) {
        note_set(note, "store.tls.cert.file: a certificate and its key go together");
        return ERR_CONFIG;
    }
    return OK;
}

/* A path is added to it. libcurl would take "http:///v1" for a host with the name v1. */
static bool conf_is_base(struct str url)
{
    struct str rest = str_slice(url, str_find(url, STR("://")) + 3, url.len);
    return rest.len > 0 && rest.ptr[0] != '/' && str_find(url, STR("?")) == url.len &&
           str_find(url, STR("#")) == url.len;
}

static enum err conf_check_backend(const struct conf *conf, const struct conf_backend *ids,
                                   struct note *note)
{
    struct str url = conf_str(conf, ids->url);
    unsigned kind = conf_enum(conf, ids->kind);
    if (kind == MODEL_KIND_BUILTIN) {
        return OK;
    }
    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://"))) {
        note_set(note, "%s: %s=%.*s needs an address with http:// or https://",
                 conf_key(ids->url), conf_key(ids->kind), STR_ARG(conf_str(conf, ids->kind)));
        return ERR_CONFIG;
    }
    if (!conf_is_base(url)) {
        note_set(note, "%s: a path is added to it, so it is a host with at most a port and a path, "
                       "without ? and #", conf_key(ids->url));
        return ERR_CONFIG;
    }
    if (kind == MODEL_KIND_OPENAI && !conf_is_set(conf, ids->name)) {
        note_set(note, "%s: %s=openai needs the name of a model", conf_key(ids->name),
                 conf_key(ids->kind));
        return ERR_CONFIG;
    }
    return OK;
}

/* What is set for a backend that there is not was meant for one. */
static enum err conf_check_no_backend(const struct conf *conf, const struct conf_backend *ids,
                                      struct note *note)
{
    const enum conf_id set[] = { ids->url, ids->name, ids->key_file, ids->ca_file };
    for (size_t i = 0; i < countof(set); i++) {
        if (conf_is_set(conf, set[i])) {
            note_set(note, "%s: %s is set, but not which kind of backend it is",
                     conf_key(ids->kind), conf_key(set[i]));
            return ERR_CONFIG;
        }
    }
    return OK;
}

static enum err conf_check_models(const struct conf *conf, struct note *note)
{
    size_t count = 0;
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        const struct conf_backend *ids = conf_backend(place);
        if (conf_enum(conf, ids->kind) == MODEL_KIND_NONE) {
            TRY(conf_check_no_backend(conf, ids, note));
            continue;
        }
        if (place > count) {
            note_set(note, "%s: backends are numbered without a gap, and there is no %zu",
                     conf_key(ids->kind), count + 1);
            return ERR_CONFIG;
        }
        TRY(conf_check_backend(conf, ids, note));
        count++;
    }
    return OK;
}

enum err conf_check(const struct conf *conf, struct note *note)
{
    TRY(conf_check_brokers(conf, note));
    TRY(conf_check_topics(conf, note));
    TRY(conf_check_store(conf, note));
    TRY(conf_check_models(conf, note));
    if (conf_int(conf, CONF_RETRY_BACKOFF_MAX_MS) < conf_int(conf, CONF_RETRY_BACKOFF_MS)) {
        note_set(note, "retry.backoff.max.ms: must not be less than retry.backoff.ms");
        return ERR_CONFIG;
    }
    return OK;
}
