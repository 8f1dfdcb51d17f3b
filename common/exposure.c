/* exposure.c - see exposure.h. What an address points to is told by its text alone: a name is
 * another machine, whatever it would resolve to. */
#include "common/exposure.h"

#include <string.h>

struct exposures {
    struct note *notes;
    size_t count;
};

static struct note *exposures_add(struct exposures *exposures)
{
    assert(exposures->count < EXPOSURES_MAX);
    struct note *note = &exposures->notes[exposures->count++];
    *note = (struct note){ .text = "" };
    return note;
}

static bool exposure_is_numeric(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9')) {
            return false;
        }
    }
    return true;
}

/* 127.0.0.0/8 and ::1 (RFC 6890), and the name of RFC 6761. */
static bool exposure_is_loopback(struct str host)
{
    return str_eq_ascii_case(host, STR("localhost")) || str_is(host, "[::1]") ||
           (str_starts(host, STR("127.")) && exposure_is_numeric(host));
}

/* Of "user@host:port" or "[::1]:port". */
static struct str exposure_host(struct str address)
{
    size_t at = str_find(address, STR("@"));
    struct str host = at < address.len ? str_slice(address, at + 1, address.len) : address;
    size_t close = str_find(host, STR("]"));
    bool is_six = str_starts(host, STR("[")) && close < host.len;
    size_t end = is_six ? close + 1 : str_find(host, STR(":"));
    return str_slice(host, 0, min_size(end, host.len));
}

/* A broker may be written with its protocol: "SASL_PLAINTEXT://host:port". */
static struct str exposure_rest(struct str server)
{
    size_t mark = str_find(server, STR("://"));
    return mark < server.len ? str_slice(server, mark + 3, server.len) : server;
}

/* True: `url` begins with `scheme` and leads to another machine, `ret_host`. */
static bool exposure_leads_away(struct str url, struct str scheme, struct str *ret_host)
{
    if (!str_starts(url, scheme)) {
        return false;
    }
    struct str rest = str_slice(url, scheme.len, url.len);
    size_t end = rest.len;
    for (const char *mark = "/?#"; *mark; mark++) {
        end = min_size(end, str_find(rest, (struct str){ mark, 1 }));
    }
    *ret_host = exposure_host(str_slice(rest, 0, end));
    return !exposure_is_loopback(*ret_host);
}

static void exposure_look_at_model(const struct conf *conf, const struct conf_backend *ids,
                                   struct exposures *exposures)
{
    struct str host;
    unsigned kind = conf_enum(conf, ids->kind);
    bool asks = kind == MODEL_KIND_OPENAI || kind == MODEL_KIND_GENERATE;
    if (asks && conf_is_set(conf, ids->key_file) &&
        exposure_leads_away(conf_str(conf, ids->url), STR("http://"), &host)) {
        note_set(exposures_add(exposures),
                 "%s: write %s with https://, else whoever is on the way to %.*s can read the key",
                 conf_key(ids->key_file), conf_key(ids->url), STR_ARG(host));
    }
}

static void exposure_look_at_store(const struct conf *conf, struct exposures *exposures)
{
    struct str host;
    if (conf_is_set(conf, CONF_STORE_PASSWORD_FILE) &&
        exposure_leads_away(conf_str(conf, CONF_STORE_URL), STR("redis://"), &host)) {
        note_set(exposures_add(exposures),
                 "%s: write %s with rediss://, else whoever is on the way to %.*s can read the "
                 "password",
                 conf_key(CONF_STORE_PASSWORD_FILE), conf_key(CONF_STORE_URL), STR_ARG(host));
    }
}

/* Whether one of the sides has it so. */
static bool exposure_kafka_has(const struct conf *conf, const char *key, struct str value)
{
    for (size_t i = 0; i < conf_kafka_count(conf); i++) {
        const struct conf_kafka *entry = conf_kafka_at(conf, i);
        if (strcmp(entry->key, key) == 0 && str_eq_ascii_case(str_from(entry->value), value)) {
            return true;
        }
    }
    return false;
}

/* SCRAM proves that it knows the password and does not send it (RFC 5802). */
static bool exposure_kafka_sends(const struct conf *conf)
{
    static const char *const keys[] = { "sasl.mechanism", "sasl.mechanisms" };
    for (size_t i = 0; i < countof(keys); i++) {
        if (exposure_kafka_has(conf, keys[i], STR("PLAIN")) ||
            exposure_kafka_has(conf, keys[i], STR("OAUTHBEARER"))) {
            return exposure_kafka_has(conf, "security.protocol", STR("sasl_plaintext"));
        }
    }
    return false;
}

static void exposure_look_at_kafka(const struct conf *conf, struct exposures *exposures)
{
    if (!exposure_kafka_sends(conf)) {
        return;
    }
    struct str rest = conf_str(conf, CONF_KAFKA_BOOTSTRAP_SERVERS);
    struct str server;
    while (str_split(&rest, ',', &server)) {
        struct str host = exposure_host(exposure_rest(str_trim(server)));
        if (!exposure_is_loopback(host)) {
            note_set(exposures_add(exposures),
                     "kafka.security.protocol: write sasl_ssl, else whoever is on the way to %.*s "
                     "can read the password or token",
                     STR_ARG(host));
            return;
        }
    }
}

size_t exposures_find(const struct conf *conf, struct note ret_notes[EXPOSURES_MAX])
{
    struct exposures exposures = { .notes = ret_notes };
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        exposure_look_at_model(conf, conf_backend(place), &exposures);
    }
    exposure_look_at_store(conf, &exposures);
    exposure_look_at_kafka(conf, &exposures);
    return exposures.count;
}
