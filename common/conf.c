/* conf.c - see conf.h. */
#include "common/conf.h"

#include "common/conf_rule.h"
#include "common/mem.h"
#include "common/properties.h"
#include "common/utf8.h"

#define CONF_ARENA_BYTES ((size_t)16 << 20)
#define CONF_KAFKA_KEY_MAX 256

struct conf_value {
    struct str text;
    int64_t number;
    struct conf_origin origin;
};

struct conf {
    struct arena arena;
    struct conf_value values[CONF_COUNT];
    struct conf_kafka kafka[CONF_KAFKA_MAX];
    size_t kafka_count;
};

struct conf *conf_create(void)
{
    struct conf *conf = mem_zero(1, sizeof(*conf));
    if (!conf) {
        return NULL;
    }
    arena_init(&conf->arena, CONF_ARENA_BYTES);
    for (size_t id = 0; id < CONF_COUNT; id++) {
        const struct conf_rule *rule = conf_rule((enum conf_id)id);
        struct conf_value *value = &conf->values[id];
        value->text = str_from(rule->value);
        if (conf_rule_check(rule, value->text, &value->number, NULL) != OK) {
            BUG("a default breaks the rule of its setting");
        }
    }
    return conf;
}

void conf_destroy(struct conf *conf)
{
    if (!conf) {
        return;
    }
    arena_fini(&conf->arena);
    mem_free(conf);
}

/* "deploy/app.properties:12: " before what the note says. */
static void conf_place(const struct conf_origin *origin, struct note *note)
{
    if (!note) {
        return;
    }
    char text[NOTE_TEXT_BYTES];
    memcpy(text, note->text, sizeof(text));
    switch (origin->layer) {
    case CONF_FROM_FILE:
        note_set(note, "%s:%zu: %s", origin->name, origin->line, text);
        break;
    case CONF_FROM_ENV:
        note_set(note, "environment %s: %s", origin->name, text);
        break;
    case CONF_FROM_ARGUMENT:
        note_set(note, "-X: %s", text);
        break;
    case CONF_FROM_DEFAULT:
        break;
    }
}

static enum err conf_set_known(struct conf *conf, enum conf_id id, struct str text,
                               const struct conf_origin *origin, struct note *note)
{
    struct conf_value *value = &conf->values[id];
    int64_t number = 0;
    struct str copy;
    TRY(conf_rule_check(conf_rule(id), text, &number, note));
    if (value->origin.layer > origin->layer) {
        return OK;
    }
    TRY(arena_copy(&conf->arena, text, &copy));
    *value = (struct conf_value){ copy, number, *origin };
    return OK;
}

/* kafka.consumer.X and kafka.producer.X are for one side, kafka.X for both. */
static enum conf_side conf_take_side(struct str *key)
{
    static const struct str consumer = { "consumer.", 9 };
    static const struct str producer = { "producer.", 9 };
    if (str_starts(*key, consumer)) {
        *key = str_slice(*key, consumer.len, key->len);
        return CONF_CONSUMER;
    }
    if (str_starts(*key, producer)) {
        *key = str_slice(*key, producer.len, key->len);
        return CONF_PRODUCER;
    }
    return CONF_BOTH_SIDES;
}

static struct conf_kafka *conf_kafka_find(struct conf *conf, enum conf_side side, struct str key)
{
    for (size_t i = 0; i < conf->kafka_count; i++) {
        if (conf->kafka[i].side == side && str_is(key, conf->kafka[i].key)) {
            return &conf->kafka[i];
        }
    }
    return NULL;
}

/* librdkafka has options that end in .file itself only under other names, so the ending is ours:
 * it says that the value is in a file. */
static bool conf_take_file(struct str *key)
{
    static const struct str ending = { ".file", 5 };
    bool is_file = key->len > ending.len &&
                   str_eq(str_slice(*key, key->len - ending.len, ending.len), ending);
    if (is_file) {
        key->len -= ending.len;
    }
    return is_file;
}

static bool conf_is_secret(struct str key)
{
    static const char *const secrets[] = { "sasl.password", "ssl.key.password", "ssl.key.pem",
                                           "ssl.keystore.password",
                                           "sasl.oauthbearer.client.secret",
                                           "sasl.oauthbearer.config" };
    for (size_t i = 0; i < countof(secrets); i++) {
        if (str_is(key, secrets[i])) {
            return true;
        }
    }
    return false;
}

static enum err conf_set_kafka(struct conf *conf, struct str key, struct str text,
                               const struct conf_origin *origin, struct note *note)
{
    struct str name = str_slice(key, sizeof("kafka.") - 1, key.len);
    enum conf_side side = conf_take_side(&name);
    bool is_file = conf_take_file(&name);
    if (name.len == 0 || name.len > CONF_KAFKA_KEY_MAX) {
        note_set(note, "%.*s is not a setting", STR_ARG(utf8_cut_bytes(key, 64)));
        return ERR_CONFIG;
    }
    if (conf_is_secret(name) && !is_file) {
        note_set(note, "%.*s is a secret: put it into a file and name that with %.*s.file",
                 STR_ARG(key), STR_ARG(key));
        return ERR_CONFIG;
    }
    struct conf_kafka *item = conf_kafka_find(conf, side, name);
    if (item && item->origin.layer > origin->layer) {
        return OK;
    }
    if (!item && conf->kafka_count == CONF_KAFKA_MAX) {
        note_set(note, "there are more than %d settings under kafka.", CONF_KAFKA_MAX);
        return ERR_CONFIG;
    }
    struct str key_copy;
    struct str value_copy;
    TRY(arena_copy(&conf->arena, name, &key_copy));
    TRY(arena_copy(&conf->arena, text, &value_copy));
    item = item ? item : &conf->kafka[conf->kafka_count++];
    *item = (struct conf_kafka){ side, key_copy.ptr, value_copy.ptr, is_file, *origin };
    return OK;
}

static enum err conf_set(struct conf *conf, struct str key, struct str text,
                         const struct conf_origin *origin, struct note *note)
{
    enum conf_id id;
    enum err err = ERR_CONFIG;
    if (conf_rule_by_key(key, &id)) {
        err = conf_set_known(conf, id, text, origin, note);
    } else if (str_starts(key, STR("kafka."))) {
        err = conf_set_kafka(conf, key, text, origin, note);
    } else {
        const char *nearest = conf_rule_nearest(key);
        note_set(note, "%.*s is not a setting%s%s%s", STR_ARG(utf8_cut_bytes(key, 64)),
                 nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    }
    if (err != OK) {
        conf_place(origin, note);
    }
    return err;
}

enum err conf_read_file(struct conf *conf, const char *name, struct str bytes, struct note *note)
{
    struct str kept;
    TRY(arena_copy(&conf->arena, str_from(name), &kept));
    struct properties properties = properties_of(bytes);
    for (;;) {
        struct property property;
        enum err err = properties_next(&properties, &conf->arena, &property, note);
        const struct conf_origin origin = { CONF_FROM_FILE, kept.ptr, properties.line };
        if (err != OK) {
            conf_place(&origin, note);
            return err;
        }
        if (property.key.len == 0) {
            return OK;
        }
        TRY(conf_set(conf, property.key, property.value, &origin, note));
    }
}

/* Kubernetes sets DESKHAND_SERVICE_HOST, DESKHAND_PORT_9464_TCP and so on for a service of
 * that name. */
static bool conf_is_service_link(struct str name)
{
    return str_starts(name, STR("DESKHAND_SERVICE_")) || str_starts(name, STR("DESKHAND_PORT"));
}

/* DESKHAND_KAFKA_SASL_USERNAME is kafka.sasl.username: no option of librdkafka has another
 * character than a dot where the variable has a line. */
static enum err conf_read_variable(struct conf *conf, struct str name, struct str text,
                                   struct note *note)
{
    struct str kept;
    TRY(arena_copy(&conf->arena, name, &kept));
    const struct conf_origin origin = { CONF_FROM_ENV, kept.ptr, 0 };
    enum conf_id id;
    if (conf_rule_by_variable(name, &id)) {
        return conf_set(conf, str_from(conf_key(id)), text, &origin, note);
    }
    char key[CONF_KAFKA_KEY_MAX];
    struct str rest = str_slice(name, sizeof("DESKHAND_") - 1, name.len);
    size_t len = min_size(rest.len, sizeof(key));
    for (size_t i = 0; i < len; i++) {
        char c = rest.ptr[i];
        key[i] = c == '_' ? '.' : (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return conf_set(conf, (struct str){ key, len }, text, &origin, note);
}

enum err conf_read_env(struct conf *conf, char *const *environment, struct note *note)
{
    for (char *const *entry = environment; *entry; entry++) {
        struct str text = str_from(*entry);
        struct str name;
        bool is_ours = str_starts(text, STR("DESKHAND_")) && str_split(&text, '=', &name) &&
                       text.ptr && !conf_is_service_link(name) &&
                       !str_starts(name, STR("DESKHAND_TEST_")) &&
                       !str_starts(name, STR("DESKHAND_CRASH_"));
        if (is_ours) {
            TRY(conf_read_variable(conf, name, text, note));
        }
    }
    return OK;
}

enum err conf_read_argument(struct conf *conf, const char *assignment, struct note *note)
{
    struct str text = str_from(assignment);
    struct str key;
    const struct conf_origin origin = { CONF_FROM_ARGUMENT, NULL, 0 };
    if (!str_split(&text, '=', &key) || !text.ptr) {
        note_set(note, "-X: %.*s has no =", STR_ARG(utf8_cut_bytes(key, 64)));
        return ERR_CONFIG;
    }
    return conf_set(conf, str_trim(key), text, &origin, note);
}

enum err conf_check(const struct conf *conf, struct note *note)
{
    bool needs_url = conf_enum(conf, CONF_MODEL_KIND) != MODEL_KIND_BUILTIN;
    if (needs_url && !conf_is_set(conf, CONF_MODEL_URL)) {
        note_set(note, "model.kind=%s needs model.url", conf_str(conf, CONF_MODEL_KIND).ptr);
        return ERR_CONFIG;
    }
    if (conf_enum(conf, CONF_MODEL_KIND) == MODEL_KIND_OPENAI &&
        !conf_is_set(conf, CONF_MODEL_NAME)) {
        note_set(note, "model.kind=openai needs model.name");
        return ERR_CONFIG;
    }
    if (conf_int(conf, CONF_RETRY_BACKOFF_MS) > conf_int(conf, CONF_RETRY_BACKOFF_MAX_MS)) {
        note_set(note, "retry.backoff.ms is above retry.backoff.max.ms");
        return ERR_CONFIG;
    }
    return OK;
}

struct str conf_str(const struct conf *conf, enum conf_id id)
{
    return conf->values[id].text;
}

bool conf_is_set(const struct conf *conf, enum conf_id id)
{
    return conf->values[id].text.len > 0;
}

int64_t conf_int(const struct conf *conf, enum conf_id id)
{
    enum conf_type type = conf_rule(id)->type;
    assert(type == CONF_INT || type == CONF_MS || type == CONF_BYTES);
    (void)type;
    return conf->values[id].number;
}

unsigned conf_enum(const struct conf *conf, enum conf_id id)
{
    assert(conf_rule(id)->type == CONF_ENUM);
    return (unsigned)conf->values[id].number;
}

bool conf_bool(const struct conf *conf, enum conf_id id)
{
    assert(conf_rule(id)->type == CONF_BOOL);
    return conf->values[id].number != 0;
}

double conf_real(const struct conf *conf, enum conf_id id)
{
    assert(conf_rule(id)->type == CONF_REAL);
    double number = 0;
    if (!conf_rule_real(conf->values[id].text, &number)) {
        BUG("a checked number is none");
    }
    return number;
}

const char *conf_key(enum conf_id id)
{
    return conf_rule(id)->key;
}

struct conf_origin conf_origin(const struct conf *conf, enum conf_id id)
{
    return conf->values[id].origin;
}

size_t conf_kafka_count(const struct conf *conf)
{
    return conf->kafka_count;
}

const struct conf_kafka *conf_kafka_at(const struct conf *conf, size_t index)
{
    assert(index < conf->kafka_count);
    return &conf->kafka[index];
}
