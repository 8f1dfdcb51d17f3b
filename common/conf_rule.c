/* conf_rule.c - see conf_rule.h. */
#include "common/conf_rule.h"

#include <math.h>

#include "common/stored.h"
#include "common/utf8.h"

#define CONF_KEY_BYTES_MAX 64
#define CONF_REAL_BYTES_MAX 32

static const struct conf_rule conf_rules[] = {
#define X(id, key, type, value, min, max, choices, section, text)                                  \
    [id] = { key, CONF_##type, value, min, max, choices, section, text },
#include "common/conf.def"
#undef X
};

#define BACKEND(n)                                                                                 \
    {                                                                                              \
        CONF_MODEL##n##KIND, CONF_MODEL##n##URL, CONF_MODEL##n##NAME, CONF_MODEL##n##KEY_FILE,     \
            CONF_MODEL##n##CA_FILE, CONF_MODEL##n##TIMEOUT_MS, CONF_MODEL##n##INFLIGHT_MAX,        \
            CONF_MODEL##n##FOR, CONF_MODEL##n##FREE                                                \
    }

const struct conf_backend *conf_backend(size_t place)
{
    static const struct conf_backend backends[CONF_BACKENDS_MAX] = { BACKEND(_), BACKEND(_2_),
                                                                     BACKEND(_3_), BACKEND(_4_) };
    assert(place < CONF_BACKENDS_MAX);
    return &backends[place];
}

const struct conf_rule *conf_rule(enum conf_id id)
{
    assert((size_t)id < CONF_COUNT);
    return &conf_rules[id];
}

/* The first backend's settings have no number, but may be written with one: `name` with "1"
 * behind `family` is known without it if it is a setting that numbered backends have as well. */
static struct str conf_rule_without_number(struct str name, struct str family, char separator,
                                           char out[CONF_KEY_BYTES_MAX])
{
    struct str tail = str_slice(name, family.len + 2, name.len);
    if (!str_starts(name, family) || name.len < family.len + 3 || name.len > CONF_KEY_BYTES_MAX ||
        name.ptr[family.len] != '1' || name.ptr[family.len + 1] != separator ||
        (tail.ptr[0] >= '0' && tail.ptr[0] <= '9')) {
        return name;
    }
    const struct str parts[] = { family, tail };
    return str_join(parts, countof(parts), out, CONF_KEY_BYTES_MAX);
}

static bool conf_rule_find(struct str key, enum conf_id *ret_id)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        if (str_is(key, conf_rules[i].key)) {
            *ret_id = (enum conf_id)i;
            return true;
        }
    }
    return false;
}

/* True if backends with a number have it too. */
static bool conf_rule_is_of_backends(enum conf_id id)
{
    const struct conf_backend *first = conf_backend(0);
    const enum conf_id ids[] = { first->kind,    first->url,        first->name,
                                 first->key_file, first->ca_file,   first->timeout_ms,
                                 first->inflight_max, first->wanted_for,
                                 first->is_free };
    for (size_t i = 0; i < countof(ids); i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return false;
}

bool conf_rule_by_key(struct str key, enum conf_id *ret_id)
{
    char out[CONF_KEY_BYTES_MAX];
    enum conf_id id;
    struct str plain = conf_rule_without_number(key, STR("model."), '.', out);
    if (!conf_rule_find(plain, &id) || (plain.ptr == out && !conf_rule_is_of_backends(id))) {
        return false;
    }
    *ret_id = id;
    return true;
}

/* "model.url" is DESKHAND_MODEL_URL. */
static bool conf_rule_has_variable(const char *key, struct str variable)
{
    struct str prefix = STR("DESKHAND_");
    struct str name = str_slice(variable, prefix.len, variable.len);
    if (!str_starts(variable, prefix) || name.len != strlen(key)) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = key[i];
        char upper = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
        bool is_word = (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9');
        if (name.ptr[i] != (is_word ? upper : '_')) {
            return false;
        }
    }
    return true;
}

static bool conf_rule_find_variable(struct str variable, enum conf_id *ret_id)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        if (conf_rule_has_variable(conf_rules[i].key, variable)) {
            *ret_id = (enum conf_id)i;
            return true;
        }
    }
    return false;
}

bool conf_rule_by_variable(struct str variable, enum conf_id *ret_id)
{
    char out[CONF_KEY_BYTES_MAX];
    enum conf_id id;
    struct str plain = conf_rule_without_number(variable, STR("DESKHAND_MODEL_"), '_', out);
    if (!conf_rule_find_variable(plain, &id) ||
        (plain.ptr == out && !conf_rule_is_of_backends(id))) {
        return false;
    }
    *ret_id = id;
    return true;
}

/* How many letters must be added, dropped or changed (Levenshtein), row by row. */
static size_t conf_rule_distance(struct str a, struct str b)
{
    size_t row[CONF_KEY_BYTES_MAX + 1];
    assert(b.len <= CONF_KEY_BYTES_MAX);
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t changed = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            diagonal = row[j];
            row[j] = min_size(changed, min_size(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.len];
}

/* What other programs call it, spelled too differently to be found by its letters. */
static const struct conf_elsewhere {
    const char *key;
    enum conf_id id;
} conf_elsewhere[] = {
    { "bootstrap.servers", CONF_KAFKA_BOOTSTRAP_SERVERS },
    { "brokers", CONF_KAFKA_BOOTSTRAP_SERVERS },
    { "kafka.brokers", CONF_KAFKA_BOOTSTRAP_SERVERS },
    { "group.id", CONF_KAFKA_GROUP_ID },
    { "redis.url", CONF_STORE_URL },
    { "model.api.key", CONF_MODEL_KEY_FILE },
    { "model.api.key.file", CONF_MODEL_KEY_FILE },
    { "openai.api.key", CONF_MODEL_KEY_FILE },
};

const char *conf_rule_elsewhere(struct str key)
{
    for (size_t i = 0; i < countof(conf_elsewhere); i++) {
        if (str_is(key, conf_elsewhere[i].key)) {
            return conf_rules[conf_elsewhere[i].id].key;
        }
    }
    return NULL;
}

/* A secret comes from a file: model.key was meant as model.key.file. */
static const char *conf_rule_of_file(struct str key)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        struct str own = str_from(conf_rules[i].key);
        if (str_starts(own, key) && str_is(str_slice(own, key.len, own.len), ".file")) {
            return conf_rules[i].key;
        }
    }
    return NULL;
}

static const char *conf_rule_alike(struct str key)
{
    const char *nearest = NULL;
    size_t least = key.len / 3 + 2; /* beyond that the two only look alike by chance */
    for (size_t i = 0; i < CONF_COUNT; i++) {
        size_t distance = conf_rule_distance(key, str_from(conf_rules[i].key));
        if (distance < least) {
            least = distance;
            nearest = conf_rules[i].key;
        }
    }
    return nearest;
}

const char *conf_rule_nearest(struct str key)
{
    if (key.len > CONF_KEY_BYTES_MAX) {
        return NULL;
    }
    const char *nearest = conf_rule_elsewhere(key);
    nearest = nearest ? nearest : conf_rule_of_file(key);
    return nearest ? nearest : conf_rule_alike(key);
}

static bool conf_has_control(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F) {
            return true;
        }
    }
    return false;
}

/* user:password@ in front of the host. */
static bool conf_has_password(struct str url)
{
    size_t scheme = str_find(url, STR("://"));
    if (scheme == url.len) {
        return false;
    }
    struct str rest = str_slice(url, scheme + 3, url.len);
    struct str authority = str_slice(rest, 0, str_find(rest, STR("/")));
    size_t at = str_find(authority, STR("@"));
    return at < authority.len && str_find(str_slice(authority, 0, at), STR(":")) < at;
}

static bool conf_is_url(const char *key)
{
    size_t len = strlen(key);
    return len > 4 && strcmp(key + len - 4, ".url") == 0;
}

static enum err conf_check_text(const struct conf_rule *rule, struct str text, struct note *note)
{
    if (text.len < (size_t)rule->min || text.len > (size_t)rule->max) {
        note_set(note, "must have %lld to %lld bytes", (long long)rule->min, (long long)rule->max);
        return ERR_CONFIG;
    }
    if (utf8_check(text, NULL) != OK || conf_has_control(text)) {
        note_set(note, "must be one line of UTF-8 text");
        return ERR_CONFIG;
    }
    if (conf_is_url(rule->key) && conf_has_password(text)) {
        note_set(note, "must not carry a password; secrets are read from files");
        return ERR_CONFIG;
    }
    return OK;
}

static enum err conf_check_choice(const struct conf_rule *rule, struct str text,
                                  int64_t *ret_number, struct note *note)
{
    struct str rest = str_from(rule->choices);
    struct str choice;
    for (int64_t i = 0; str_split(&rest, '|', &choice); i++) {
        if (str_eq(choice, text)) {
            *ret_number = i;
            return OK;
        }
    }
    note_set(note, "must be one of %s", rule->choices);
    return ERR_CONFIG;
}

bool conf_rule_real(struct str text, double *ret_number)
{
    char copy[CONF_REAL_BYTES_MAX];
    char *end;
    if (text.len == 0 || text.len >= sizeof(copy)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!c || !strchr("0123456789.-", c)) {
            return false;
        }
        copy[i] = c;
    }
    copy[text.len] = '\0';
    double number = strtod(copy, &end);
    if (*end || !isfinite(number)) {
        return false;
    }
    *ret_number = number;
    return true;
}

static enum err conf_check_real(const struct conf_rule *rule, struct str text, struct note *note)
{
    double number;
    if (!conf_rule_real(text, &number) || number < (double)rule->min ||
        number > (double)rule->max) {
        note_set(note, "must be a number from %lld to %lld", (long long)rule->min,
                 (long long)rule->max);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err conf_check_int(const struct conf_rule *rule, struct str text, int64_t *ret_number,
                               struct note *note)
{
    if (!str_to_i64(text, rule->min, rule->max, ret_number)) {
        const char *what = rule->type == CONF_MS      ? "milliseconds"
                           : rule->type == CONF_BYTES ? "bytes"
                                                      : "a number";
        note_set(note, "must be %s from %lld to %lld", what, (long long)rule->min,
                 (long long)rule->max);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err conf_check_version(const struct conf_rule *rule, struct str text,
                                   int64_t *ret_number, struct note *note)
{
    if (str_to_i64(text, rule->min, rule->max, ret_number)) {
        return OK;
    }
    int64_t number;
    if (str_to_i64(text, rule->max + 1, INT64_MAX, &number)) {
        note_set(note, "is newer than what this program knows, which is %lld: run the version of "
                       "the program that it was written for", (long long)rule->max);
        return ERR_CONFIG;
    }
    note_set(note, "must be a version from %lld on", (long long)rule->min);
    return ERR_CONFIG;
}

enum err conf_rule_check(const struct conf_rule *rule, struct str text, int64_t *ret_number,
                         struct note *note)
{
    switch (rule->type) {
    case CONF_STR:
    case CONF_FILE:
        *ret_number = 0;
        return conf_check_text(rule, text, note);
    case CONF_INT:
    case CONF_MS:
    case CONF_BYTES:
        return conf_check_int(rule, text, ret_number, note);
    case CONF_REAL:
        *ret_number = 0;
        return conf_check_real(rule, text, note);
    case CONF_BOOL:
        if (!str_is(text, "true") && !str_is(text, "false")) {
            note_set(note, "must be true or false");
            return ERR_CONFIG;
        }
        *ret_number = str_is(text, "true");
        return OK;
    case CONF_VERSION:
        return conf_check_version(rule, text, ret_number, note);
    case CONF_ENUM:
        break;
    }
    return conf_check_choice(rule, text, ret_number, note);
}
