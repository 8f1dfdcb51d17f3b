/* rig_model.c - see rig_model.h. */
#include "worker/command/rig_model.h"

#include "worker/adapter/model_builtin.h"
#include "worker/adapter/model_generate.h"
#include "worker/adapter/model_http.h"
#include "worker/adapter/model_openai.h"
#include "worker/adapter/secret_file.h"

#define RIG_CONNECT_MS 5000

static const char *rig_model_path(const struct rig *rig, enum conf_id id)
{
    return conf_is_set(rig->conf, id) ? conf_str(rig->conf, id).ptr : NULL;
}

static enum err rig_open_http(struct rig *rig, struct rig_backend *backend, struct note *note)
{
    const char *ca_file = rig_model_path(rig, backend->ids->ca_file);
    if (ca_file) {
        TRY(pem_file_check(conf_key(backend->ids->ca_file), ca_file, note));
    }
    size_t calls_max = (size_t)conf_int(rig->conf, backend->ids->inflight_max) + BREAKER_PROBES_MAX;
    const struct http_options options = {
        .loop = rig->loop,
        .ca_file = ca_file,
        .user_agent = "deskhand/" DESKHAND_VERSION,
        .calls_max = calls_max,
        .connections_max = calls_max,
        .connect_timeout_ms = RIG_CONNECT_MS,
    };
    backend->http = http_create(&options);
    return backend->http ? OK : ERR_NOMEM;
}

enum completion_json rig_model_json(const struct rig *rig)
{
    return (enum completion_json)conf_enum(rig->conf, CONF_MODEL_JSON);
}

static enum err rig_make_model(struct rig *rig, struct rig_backend *backend, struct str key,
                               struct note *note)
{
    struct str url = conf_str(rig->conf, backend->ids->url);
    struct str name = conf_str(rig->conf, backend->ids->name);
    size_t bytes_max = (size_t)conf_int(rig->conf, CONF_MODEL_RESPONSE_BYTES_MAX);
    if (backend->kind == MODEL_KIND_GENERATE) {
        const struct model_generate_options options = {
            .loop = rig->loop,
            .http = backend->http,
            .url = url,
            .name = name,
            .key = key,
            .response_bytes_max = bytes_max,
        };
        return model_generate_create(&options, &backend->model, note);
    }
    const struct model_openai_options options = {
        .loop = rig->loop,
        .http = backend->http,
        .url = url,
        .name = name,
        .key = key,
        .max_tokens = conf_int(rig->conf, CONF_MODEL_MAX_TOKENS),
        .temperature = conf_real(rig->conf, CONF_MODEL_TEMPERATURE),
        .json = rig_model_json(rig),
        .response_bytes_max = bytes_max,
    };
    return model_openai_create(&options, &backend->model, note);
}

/* The adapter knows of one model only, and names its settings without a number. */
static enum err rig_name_settings(enum err err, const struct rig_backend *backend,
                                  struct note *note)
{
    const char *key = conf_key(backend->ids->url);
    if (err == ERR_CONFIG && str_starts(str_from(note->text), STR("model.url"))) {
        const struct note told = *note;
        note_set(note, "%s%s", key, told.text + strlen("model.url"));
    }
    return err;
}

static enum err rig_open_remote(struct rig *rig, struct rig_backend *backend, struct note *note)
{
    CLEANUP(secret_forget) struct buf key;
    buf_init(&key, SECRET_BYTES_MAX);
    const char *path = rig_model_path(rig, backend->ids->key_file);
    if (path) {
        TRY(secret_file_read(conf_key(backend->ids->key_file), path, SECRET_TEXT, &key, note));
    }
    TRY(rig_open_http(rig, backend, note));
    return rig_name_settings(rig_make_model(rig, backend, buf_str(&key), note), backend, note);
}

static enum err rig_add_builtin(struct rig *rig, const struct conf_backend *ids, unsigned kinds)
{
    struct rig_backend *backend = &rig->backends[rig->backends_count++];
    *backend = (struct rig_backend){ .kind = MODEL_KIND_BUILTIN, .ids = ids, .kinds = kinds };
    backend->model = model_builtin_create(rig->loop);
    return backend->model ? OK : ERR_NOMEM;
}

static unsigned rig_kinds(const struct rig *rig, const struct conf_backend *ids)
{
    switch ((enum conf_model_for)conf_enum(rig->conf, ids->wanted_for)) {
    case MODEL_FOR_MESSAGE:
        return BIT(ASK_MESSAGE);
    case MODEL_FOR_COPY:
        return BIT(ASK_COPY);
    case MODEL_FOR_ALL:
        break;
    }
    return ASK_KINDS_ALL;
}

static enum err rig_open_place(struct rig *rig, size_t place, struct note *note)
{
    const struct conf_backend *ids = conf_backend(place);
    enum conf_model_kind kind = (enum conf_model_kind)conf_enum(rig->conf, ids->kind);
    unsigned kinds = rig_kinds(rig, ids);
    if (kind == MODEL_KIND_NONE) {
        return OK;
    }
    if (kind == MODEL_KIND_BUILTIN) {
        return rig_add_builtin(rig, ids, kinds);
    }
    struct rig_backend *backend = &rig->backends[rig->backends_count++];
    *backend = (struct rig_backend){ .kind = kind, .ids = ids, .kinds = kinds };
    return rig_open_remote(rig, backend, note);
}

/* What the builtin wording stands in for when all others fail. */
static unsigned rig_fallback_kinds(const struct rig *rig)
{
    unsigned kinds = 0;
    if (conf_enum(rig->conf, CONF_MODEL_FALLBACK) == MODEL_FALLBACK_BUILTIN) {
        kinds |= BIT(ASK_MESSAGE);
    }
    if (conf_enum(rig->conf, CONF_MODEL_FALLBACK_COPY) == MODEL_FALLBACK_BUILTIN) {
        kinds |= BIT(ASK_COPY);
    }
    return kinds;
}

enum err rig_open_models(struct rig *rig, bool is_embedded, struct note *note)
{
    if (is_embedded) {
        return rig_add_builtin(rig, NULL, ASK_KINDS_ALL);
    }
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        TRY(rig_open_place(rig, place, note));
    }
    unsigned kinds = rig_fallback_kinds(rig);
    return kinds ? rig_add_builtin(rig, NULL, kinds) : OK;
}

static void rig_close_backend(struct rig_backend *backend)
{
    switch (backend->kind) {
    case MODEL_KIND_OPENAI:
    case MODEL_KIND_GENERATE:
        model_http_destroy(backend->model);
        break;
    case MODEL_KIND_BUILTIN:
    case MODEL_KIND_NONE:
        model_builtin_destroy(backend->model);
        break;
    }
    http_destroy(backend->http);
}

void rig_close_models(struct rig *rig)
{
    for (size_t i = 0; i < rig->backends_count; i++) {
        rig_close_backend(&rig->backends[i]);
    }
    rig->backends_count = 0;
}

enum err rig_rekey_model(struct rig *rig, size_t place, struct str key, struct note *note)
{
    for (size_t i = 0; i < rig->backends_count; i++) {
        struct rig_backend *backend = &rig->backends[i];
        if (backend->ids == conf_backend(place) && backend->http) {
            return model_http_rekey(backend->model, key, note);
        }
    }
    return OK;
}

static struct backend rig_backend_port(const struct rig *rig, size_t place)
{
    const struct rig_backend *from = &rig->backends[place];
    const struct conf_backend *ids = from->ids ? from->ids : conf_backend(0);
    bool is_builtin = from->kind == MODEL_KIND_BUILTIN;
    return (struct backend){
        .model = from->model,
        .metric = is_builtin ? METRIC_MODEL_BUILTIN : (enum metric_model)place,
        .inflight_max = (size_t)conf_int(rig->conf, ids->inflight_max),
        .inflight_start = (size_t)conf_int(rig->conf, CONF_MODEL_INFLIGHT_START),
        .timeout_ms = conf_int(rig->conf, ids->timeout_ms),
        .kinds = from->kinds,
        .is_free = is_builtin || conf_bool(rig->conf, ids->is_free),
    };
}

struct chain rig_chain(const struct rig *rig)
{
    struct chain chain = { .count = rig->backends_count };
    for (size_t i = 0; i < chain.count; i++) {
        chain.backends[i] = rig_backend_port(rig, i);
    }
    return chain;
}
