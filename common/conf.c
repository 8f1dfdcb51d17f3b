/* conf.c - see conf.h. Texts live in an arena as long as the settings do; a value that is
 * replaced leaves its old text there, which is bounded by the size of what is read. */
#include "common/conf.h"

#include "common/conf_kafka.h"
#include "common/conf_rule.h"
#include "common/mem.h"
#include "common/properties.h"
#include "common/utf8.h"

#define CONF_TEXT_BYTES_MAX ((size_t)16 << 20)
#define CONF_SHOWN_BYTES 48 /* of a name from outside, in a note of 160 */

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
    arena_init(&conf->arena, CONF_TEXT_BYTES_MAX);
    for (size_t i = 0; i < CONF_COUNT; i++) {
        const struct conf_rule *rule = conf_rule((enum conf_id)i);
        struct conf_value *value = &conf->values[i];
        value->text = str_from(rule->value);
        if (conf_rule_check(rule, value->text, &value->number, NULL) != OK) {
            BUG("a default breaks its own rule");
        }
    }
    return conf;
}

void conf_destroy(struct conf *conf)
{
    if (conf) {
        arena_fini(&conf->arena);
        mem_free(conf);
    }
}

static bool conf_same_file(const struct conf_origin *a, const struct conf_origin *b)
{
    return a->layer == CONF_FROM_FILE && b->layer == CONF_FROM_FILE && a->name == b->name;
}

static enum err conf_refuse_twice(const struct conf_origin *first, struct note *note)
{
    note_set(note, "is set twice in this file, first in line %zu", first->line);
    return ERR_CONFIG;
}

static enum err conf_put_rule(struct conf *conf, enum conf_id id, struct str text,
                              const struct conf_origin *origin, struct note *note)
{
    struct conf_value *value = &conf->values[id];
    int64_t number;
    TRY(conf_rule_check(conf_rule(id), text, &number, note));
    if (conf_same_file(&value->origin, origin)) {
        return conf_refuse_twice(&value->origin, note);
    }
    if (origin->layer >= value->origin.layer) {
        *value = (struct conf_value){ .text = text, .number = number, .origin = *origin };
    }
    return OK;
}

static struct conf_kafka *conf_find_kafka(struct conf *conf, const struct conf_kafka *like)
{
    for (size_t i = 0; i < conf->kafka_count; i++) {
        struct conf_kafka *entry = &conf->kafka[i];
        if (entry->side == like->side && strcmp(entry->key, like->key) == 0) {
            return entry;
        }
    }
    return NULL;
}

static enum err conf_put_kafka(struct conf *conf, const struct property *property,
                               const struct conf_origin *origin, struct note *note)
{
    struct conf_kafka entry;
    TRY(conf_kafka_parse(property->key, &entry, note));
    entry.value = property->value.ptr;
    entry.origin = *origin;
    struct conf_kafka *before = conf_find_kafka(conf, &entry);
    if (before && conf_same_file(&before->origin, origin)) {
        return conf_refuse_twice(&before->origin, note);
    }
    if (before && origin->layer >= before->origin.layer) {
        *before = entry;
    }
    if (!before && conf->kafka_count == CONF_KAFKA_MAX) {
        note_set(note, "is one too many: at most %d settings can go to Kafka", CONF_KAFKA_MAX);
        return ERR_CONFIG;
    }
    if (!before) {
        conf->kafka[conf->kafka_count++] = entry;
    }
    return OK;
}

static enum err conf_refuse_unknown(const char *nearest, struct note *note)
{
    note_set(note, "is not a setting%s%s%s", nearest ? "; did you mean " : "",
             nearest ? nearest : "", nearest ? "?" : "");
    return ERR_CONFIG;
}

/* A slip in one of our own names under kafka. would otherwise go to librdkafka, which does
 * not know what was meant. */
static bool conf_is_kafka_slip(struct str key, const char *nearest)
{
    if (conf_rule_elsewhere(key)) {
        return true;
    }
    return nearest && str_starts(str_from(nearest), STR("kafka.")) &&
           key.len + 2 >= strlen(nearest) && key.len <= strlen(nearest) + 2;
}

/* Key and value live in the arena. The note does not name the place yet. */
static enum err conf_put(struct conf *conf, const struct property *property,
                         const struct conf_origin *origin, struct note *note)
{
    enum conf_id id;
    if (conf_rule_by_key(property->key, &id)) {
        return conf_put_rule(conf, id, property->value, origin, note);
    }
    const char *nearest = conf_rule_nearest(property->key);
    if (!str_starts(property->key, STR("kafka.")) || conf_is_kafka_slip(property->key, nearest)) {
        return conf_refuse_unknown(nearest, note);
    }
    return conf_put_kafka(conf, property, origin, note);
}

/* Puts "place: key: " in front of what the note says. */
static enum err conf_place(enum err err, const char *place, struct str key, struct note *note)
{
    if (err != ERR_CONFIG || !note) {
        return err;
    }
    struct note told = *note;
    const char *gap = key.len ? ": " : "";
    note_set(note, "%s: %.*s%s%s", place, STR_ARG(utf8_cut_bytes(key, CONF_SHOWN_BYTES)), gap,
             told.text);
    return err;
}

/* A long path would leave no room for what is wrong; its last part is enough then. */
static const char *conf_shown_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && strlen(path) > CONF_SHOWN_BYTES ? slash + 1 : path;
}

static enum err conf_copy(struct conf *conf, struct str text, struct str *ret_copy)
{
    return arena_copy(&conf->arena, text, ret_copy);
}

/* `*ret_is_end` when there are no more lines. */
static enum err conf_read_line(struct conf *conf, const char *name, struct properties *properties,
                               bool *ret_is_end, struct note *note)
{
    struct property property = { STR(""), STR("") };
    enum err err = properties_next(properties, &conf->arena, &property, note);
    *ret_is_end = err == OK && property.key.len == 0;
    if (err == OK && property.key.len > 0) {
        struct conf_origin origin = { CONF_FROM_FILE, name, properties->line };
        err = conf_put(conf, &property, &origin, note);
    }
    char place[NOTE_TEXT_BYTES];
    snprintf(place, sizeof(place), "%s:%zu", conf_shown_path(name), properties->line);
    return conf_place(err, place, property.key, note);
}

enum err conf_read_file(struct conf *conf, const char *name, struct str bytes, struct note *note)
{
    if (bytes.len > CONF_FILE_BYTES_MAX) {
        note_set(note, "%s: has more than %zu bytes", conf_shown_path(name), CONF_FILE_BYTES_MAX);
        return ERR_CONFIG;
    }
    struct str kept;
    TRY(conf_copy(conf, str_from(name), &kept));
    struct properties properties = properties_of(bytes);
    bool is_end = false;
    while (!is_end) {
        TRY(conf_read_line(conf, kept.ptr, &properties, &is_end, note));
    }
    return OK;
}

/* What Kubernetes puts into every container for a service called deskhand or deskhand-web:
 * DESKHAND_SERVICE_HOST, DESKHAND_SERVICE_PORT_HTTP, DESKHAND_PORT, DESKHAND_PORT_80_TCP_ADDR. */
static bool conf_is_service_link(struct str variable)
{
    struct str host = STR("_SERVICE_HOST");
    struct str port = STR("_PORT");
    size_t at = str_find(variable, port);
    struct str behind = str_slice(variable, at + port.len, variable.len);
    bool has_host = variable.len >= host.len &&
                    str_eq(str_slice(variable, variable.len - host.len, host.len), host);
    bool has_port = at < variable.len &&
                    (behind.len == 0 || str_find(variable, STR("_SERVICE_PORT")) < at + 1 ||
                     (behind.len > 1 && behind.ptr[0] == '_' && behind.ptr[1] >= '0' &&
                      behind.ptr[1] <= '9'));
    return has_host || has_port;
}

/* Switches of the tests, which are no settings. */
static bool conf_is_switch(struct str variable)
{
    return str_starts(variable, STR("DESKHAND_TEST_"));
}

static enum err conf_put_variable(struct conf *conf, struct str variable, struct str value,
                                  struct note *note)
{
    struct str prefix = STR("DESKHAND_");
    struct property property;
    struct str name;
    TRY(conf_copy(conf, variable, &name));
    TRY(conf_copy(conf, value, &property.value));
    struct conf_origin origin = { CONF_FROM_ENV, name.ptr, 0 };
    enum conf_id id;
    if (conf_rule_by_variable(variable, &id)) {
        return conf_put_rule(conf, id, property.value, &origin, note);
    }
    char *key = arena_alloc(&conf->arena, name.len + 1);
    if (!key) {
        return ERR_NOMEM;
    }
    struct str rest = str_slice(name, prefix.len, name.len);
    property.key = conf_kafka_from_variable(rest, key);
    return conf_put(conf, &property, &origin, note);
}

enum err conf_read_env(struct conf *conf, char *const *environment, struct note *note)
{
    for (char *const *entry = environment; *entry; entry++) {
        struct str value = str_from(*entry);
        struct str variable;
        if (!str_starts(value, STR("DESKHAND_")) || !str_split(&value, '=', &variable) ||
            !value.ptr || conf_is_service_link(variable) || conf_is_switch(variable)) {
            continue;
        }
        char place[CONF_SHOWN_BYTES + 1];
        snprintf(place, sizeof(place), "%.*s", STR_ARG(utf8_cut_bytes(variable, CONF_SHOWN_BYTES)));
        TRY(conf_place(conf_put_variable(conf, variable, value, note), place, STR_NONE, note));
    }
    return OK;
}

enum err conf_read_argument(struct conf *conf, const char *assignment, struct note *note)
{
    struct str value = str_from(assignment);
    struct str key;
    struct property property;
    if (!str_split(&value, '=', &key) || !value.ptr || key.len == 0) {
        note_set(note, "-X: is not key=value");
        return ERR_USAGE;
    }
    TRY(conf_copy(conf, str_trim(key), &property.key));
    TRY(conf_copy(conf, value, &property.value));
    struct conf_origin origin = { CONF_FROM_ARGUMENT, NULL, 0 };
    return conf_place(conf_put(conf, &property, &origin, note), "-X", key, note);
}

static const struct conf_value *conf_value(const struct conf *conf, enum conf_id id)
{
    assert((size_t)id < CONF_COUNT);
    return &conf->values[id];
}

struct str conf_str(const struct conf *conf, enum conf_id id)
{
    return conf_value(conf, id)->text;
}

bool conf_is_set(const struct conf *conf, enum conf_id id)
{
    return conf_value(conf, id)->text.len > 0;
}

int64_t conf_int(const struct conf *conf, enum conf_id id)
{
    enum conf_type type = conf_rule(id)->type;
    assert(type == CONF_INT || type == CONF_MS || type == CONF_BYTES || type == CONF_VERSION);
    (void)type;
    return conf_value(conf, id)->number;
}

unsigned conf_enum(const struct conf *conf, enum conf_id id)
{
    assert(conf_rule(id)->type == CONF_ENUM);
    return (unsigned)conf_value(conf, id)->number;
}

bool conf_bool(const struct conf *conf, enum conf_id id)
{
    assert(conf_rule(id)->type == CONF_BOOL);
    return conf_value(conf, id)->number == 1;
}

double conf_real(const struct conf *conf, enum conf_id id)
{
    double number = 0;
    bool is_number = conf_rule_real(conf_value(conf, id)->text, &number);
    assert(conf_rule(id)->type == CONF_REAL && is_number);
    (void)is_number;
    return number;
}

const char *conf_key(enum conf_id id)
{
    return conf_rule(id)->key;
}

struct conf_origin conf_origin(const struct conf *conf, enum conf_id id)
{
    return conf_value(conf, id)->origin;
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
