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
    TRY(conf_check_topics(conf, note));
    TRY(conf_check_store(conf, note));
    TRY(conf_check_models(conf, note));
    if (conf_int(conf, CONF_RETRY_BACKOFF_MAX_MS) < conf_int(conf, CONF_RETRY_BACKOFF_MS)) {
        note_set(note, "retry.backoff.max.ms: must not be less than retry.backoff.ms");
        return ERR_CONFIG;
    }
    return OK;
}
