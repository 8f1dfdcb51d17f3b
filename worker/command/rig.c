/* rig.c - see rig.h. */
#include "worker/command/rig.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "common/conf_topic.h"
#include "common/exposure.h"
#include "common/json.h"
#include "worker/adapter/now.h"
#include "worker/adapter/secret_file.h"
#include "worker/adapter/store_memory.h"
#include "worker/adapter/store_redis.h"
#include "worker/adapter/store_seal.h"
#include "worker/command/catalog_file.h"
#include "worker/command/rig_model.h"

#define RIG_ARENA_BYTES ((size_t)4 << 20)
#define RIG_PROMPT_BYTES ((size_t)1 << 20)
#define RIG_CATALOG_MAX 1000000
#define RIG_CUSTODY_MAX 500000
#define RIG_MEMORY_ENTRIES 100000
#define RIG_MEMORY_BYTES ((size_t)64 << 20)
#define RIG_REPLAY_ENTRIES 1000000
#define RIG_REPLAY_BYTES ((size_t)1 << 30)
#define RIG_LOG_BYTES ((size_t)1 << 20)
#define RIG_STORE_CALLS 100000
#define RIG_RELEASE_MS 3000
#define RIG_LOG_PER_SECOND 20

static int rig_log_fd = STDERR_FILENO;

static int64_t rig_wall_ms(void *owner)
{
    (void)owner;
    return now_wall_ms();
}

/* A pipe that has room takes PIPE_BUF bytes without blocking, and a log must never block. The
 * descriptor may be shared with other processes, so it is not made non-blocking. */
static size_t rig_write(void *owner, struct str bytes)
{
    (void)owner;
    size_t done = 0;
    struct pollfd ready = { .fd = rig_log_fd, .events = POLLOUT };
    while (done < bytes.len && poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT)) {
        size_t chunk = min_size(bytes.len - done, PIPE_BUF);
        ssize_t written = write(rig_log_fd, bytes.ptr + done, chunk);
        if (written <= 0) {
            break;
        }
        done += (size_t)written;
    }
    return done;
}

static enum err rig_open_log(struct rig *rig, int fd)
{
    rig_log_fd = fd;
    unsigned format = conf_enum(rig->conf, CONF_LOG_FORMAT);
    bool is_text = format == LOG_FORMAT_TEXT || (format == LOG_FORMAT_AUTO && isatty(fd));
    const struct log_options options = {
        .level = (enum log_level)conf_enum(rig->conf, CONF_LOG_LEVEL),
        .form = is_text ? LOG_AS_TEXT : LOG_AS_JSON,
        .buffer_bytes = RIG_LOG_BYTES,
        .per_second = RIG_LOG_PER_SECOND,
        .wall_ms = rig_wall_ms,
        .write = rig_write,
    };
    rig->log = log_create(&options);
    rig->metrics = metrics_create();
    rig->loop = loop_create();
    return rig->log && rig->metrics && rig->loop ? OK : ERR_NOMEM;
}

/* Without a key, one that nobody else has and that ends with the process: what is stored
 * cannot be read by anyone, and personal answers are not cached at all. */
static enum err rig_open_seal(struct rig *rig, struct note *note)
{
    CLEANUP(secret_forget) struct buf secret;
    buf_init(&secret, SECRET_BYTES_MAX);
    rig->has_seal_key = conf_is_set(rig->conf, CONF_SEAL_KEY_FILE);
    if (rig->has_seal_key) {
        TRY(secret_file_read("seal.key.file", conf_str(rig->conf, CONF_SEAL_KEY_FILE).ptr,
                             SECRET_BYTES, &secret, note));
        if (secret.len < 16) {
            note_set(note, "seal.key.file has %zu bytes; at least 16 are needed "
                           "(head -c 32 /dev/urandom > FILE)", secret.len);
            return ERR_CONFIG;
        }
    } else {
        TRY(buf_reserve(&secret, CRYPTO_KEY_BYTES));
        TRY(crypto_random(secret.ptr, CRYPTO_KEY_BYTES));
        secret.len = CRYPTO_KEY_BYTES;
    }
    rig->seal = seal_create(buf_str(&secret));
    return rig->seal ? OK : ERR_NOMEM;
}

static enum err rig_open_memory(struct rig *rig, bool is_replay)
{
    const struct store_memory_options options = {
        .loop = rig->loop,
        .entries_max = is_replay ? RIG_REPLAY_ENTRIES : RIG_MEMORY_ENTRIES,
        .bytes_max = is_replay ? RIG_REPLAY_BYTES : RIG_MEMORY_BYTES,
        .seed = { rig->seed[0], rig->seed[1] },
    };
    rig->inner_store = store_memory_create(&options);
    metric_set(rig->metrics, METRIC_STORE_UP, 1);
    return rig->inner_store ? OK : ERR_NOMEM;
}

static const char *rig_path(const struct rig *rig, enum conf_id id)
{
    return conf_is_set(rig->conf, id) ? conf_str(rig->conf, id).ptr : NULL;
}

static enum err rig_open_redis(struct rig *rig, struct note *note)
{
    CLEANUP(secret_forget) struct buf password;
    buf_init(&password, SECRET_BYTES_MAX);
    const char *path = rig_path(rig, CONF_STORE_PASSWORD_FILE);
    if (path) {
        TRY(secret_file_read("store.password.file", path, SECRET_TEXT, &password, note));
    }
    const struct store_redis_options options = {
        .loop = rig->loop,
        .log = rig->log,
        .metrics = rig->metrics,
        .url = conf_str(rig->conf, CONF_STORE_URL),
        .user = conf_str(rig->conf, CONF_STORE_USER),
        .password = buf_str(&password),
        .ca_file = rig_path(rig, CONF_STORE_CA_FILE),
        .cert_file = rig_path(rig, CONF_STORE_TLS_CERT_FILE),
        .key_file = rig_path(rig, CONF_STORE_TLS_KEY_FILE),
        .client_name = STR("deskhand"),
        .timeout_ms = conf_int(rig->conf, CONF_STORE_TIMEOUT_MS),
        .calls_max = RIG_STORE_CALLS,
        .seed = rig->seed[0],
    };
    return store_redis_create(&options, &rig->inner_store, note);
}

static bool rig_uses_memory(const struct rig *rig, const struct rig_options *options)
{
    return options->is_embedded || options->is_replay ||
           str_is(conf_str(rig->conf, CONF_STORE_URL), "memory:");
}

static enum err rig_open_store(struct rig *rig, const struct rig_options *options,
                               struct note *note)
{
    rig->is_memory_store = rig_uses_memory(rig, options);
    TRY(rig->is_memory_store ? rig_open_memory(rig, options->is_replay)
                             : rig_open_redis(rig, note));
    rig->store = store_seal_create(rig->loop, rig->inner_store, rig->seal, rig->metrics);
    if (!rig->store) {
        return ERR_NOMEM;
    }
    if (!rig->is_memory_store && !rig->has_seal_key) {
        log_say(rig->log, LOG_WARN, "store",
                "seal.key.file is not set: no personal answer is cached, and what is stored "
                "cannot be read by other workers or after a restart");
    }
    return OK;
}

static enum err rig_open_spending(struct rig *rig, struct note *note)
{
    const struct spending_options options = {
        .conf = rig->conf,
        .store = rig->store,
        .clock = loop_clock(rig->loop),
        .log = rig->log,
        .metrics = rig->metrics,
        .seed = { rig->seed[0], rig->seed[1] },
    };
    return spending_open(&rig->spending, &options, note);
}

static enum err rig_open_prompt(struct rig *rig, struct note *note)
{
    struct note why = { .text = "" };
    const char *path = rig_path(rig, CONF_PROMPT_FILE);
    if (!path) {
        return instructions_read(&rig->arena, instructions_builtin(), &rig->instructions, note);
    }
    TRY(text_file_read("prompt.file", path, RIG_PROMPT_BYTES, &rig->prompt, note));
    enum err err =
        instructions_read(&rig->arena, buf_str(&rig->prompt), &rig->instructions, &why);
    if (err != OK) {
        note_set(note, "prompt.file: %s: %s", path, why.text);
    }
    return err;
}

static enum err rig_open_ban(struct rig *rig, struct note *note)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note why = { .text = "" };
    const char *path = rig_path(rig, CONF_COPY_BANNED_FILE);
    buf_init(&bytes, BAN_BYTES_MAX + 2);
    if (!path) {
        return ban_read(&rig->arena, ban_builtin(), &rig->ban, note);
    }
    TRY(text_file_read("copy.banned.file", path, BAN_BYTES_MAX, &bytes, note));
    enum err err = ban_read(&rig->arena, buf_str(&bytes), &rig->ban, &why);
    if (err != OK) {
        note_set(note, "copy.banned.file: %s: %s", path, why.text);
    }
    return err;
}

static enum err rig_open_shop(struct rig *rig, struct note *note)
{
    const struct shop_options shop_options = {
        .conf = rig->conf,
        .loop = rig->loop,
        .log = rig->log,
        .metrics = rig->metrics,
        .seed = { rig->seed[0], rig->seed[1] },
    };
    return shop_open(&rig->shop, &shop_options, note);
}

static enum err rig_open_catalog(struct rig *rig, struct note *note)
{
    struct note why = { .text = "" };
    const struct catalog_file file = {
        .setting = "catalog.file",
        .path = rig_path(rig, CONF_CATALOG_FILE),
        .value_bytes_max = (size_t)conf_int(rig->conf, CONF_MESSAGE_BYTES_MAX),
    };
    enum err err = catalog_file_read(&file, rig->catalog, &why);
    if (err == OK) {
        log_say(rig->log, LOG_INFO, "catalog", "the catalogue's file is read",
                LOG_INT("entries", catalog_count(rig->catalog)));
        return OK;
    }
    note_set(note, "%s%s", err == ERR_CONFIG ? "" : "catalog.file: ", why.text);
    return err == ERR_NOMEM ? err : ERR_CONFIG;
}

static void rig_tell_exposures(const struct rig *rig)
{
    struct note notes[EXPOSURES_MAX];
    size_t count = exposures_find(rig->conf, notes);
    for (size_t i = 0; i < count; i++) {
        log_say(rig->log, LOG_WARN, "config", "a secret goes over the network unprotected",
                LOG_CHARS("reason", notes[i].text));
    }
}

static enum err rig_open_parts(struct rig *rig, const struct rig_options *options,
                               struct note *note)
{
    TRY(crypto_random(rig->seed, sizeof(rig->seed)));
    json_setup(rig->seed[0]);
    TRY(rig_open_log(rig, options->log_fd));
    if (!options->is_embedded) {
        rig_tell_exposures(rig);
    }
    TRY(rig_open_prompt(rig, note));
    TRY(rig_open_ban(rig, note));
    TRY(rig_open_seal(rig, note));
    TRY(rig_open_store(rig, options, note));
    TRY(rig_open_models(rig, options->is_embedded, note));
    TRY(rig_open_shop(rig, note));
    TRY(rig_open_spending(rig, note));
    rig->catalog = catalog_create(RIG_CATALOG_MAX, rig->seed);
    rig->custody = custody_create(RIG_CUSTODY_MAX, rig->seed);
    if (!rig->catalog || !rig->custody) {
        return ERR_NOMEM;
    }
    bool has_file = rig_path(rig, CONF_CATALOG_FILE);
    return has_file ? rig_open_catalog(rig, note) : OK;
}

enum err rig_open(struct rig *rig, const struct rig_options *options, struct note *note)
{
    *rig = (struct rig){ .conf = options->conf };
    arena_init(&rig->arena, RIG_ARENA_BYTES);
    buf_init(&rig->prompt, RIG_PROMPT_BYTES);
    enum err err = rig_open_parts(rig, options, note);
    if (err != OK) {
        rig_close(rig);
    }
    return err;
}

enum err rig_rekey_store(struct rig *rig, size_t place, struct str password, struct note *note)
{
    (void)place;
    (void)note;
    return rig->is_memory_store ? OK : store_redis_rekey(rig->inner_store, password);
}

struct str rig_store_trouble(const struct rig *rig)
{
    return rig->is_memory_store ? STR_NONE : store_redis_trouble(rig->inner_store);
}

static void rig_close_store(struct rig *rig)
{
    store_seal_destroy(rig->store);
    if (rig->is_memory_store) {
        store_memory_destroy(rig->inner_store);
    } else {
        store_redis_destroy(rig->inner_store);
    }
}

void rig_close(struct rig *rig)
{
    catalog_destroy(rig->catalog);
    custody_destroy(rig->custody);
    spending_close(&rig->spending);
    rig_close_models(rig);
    rig_close_store(rig);
    seal_destroy(rig->seal);
    if (rig->loop) {
        loop_on_tick(rig->loop, NULL, NULL);
        loop_on_turn(rig->loop, NULL, NULL);
        shop_close(&rig->shop);
        loop_destroy(rig->loop);
    }
    metrics_destroy(rig->metrics);
    log_destroy(rig->log);
    buf_fini(&rig->prompt);
    arena_fini(&rig->arena);
    *rig = (struct rig){ 0 };
}

static enum err rig_take_product(struct rig *rig, const struct record *record,
                                 const struct event *event)
{
    bool is_shared = false;
    if (!record->has_key || record->key.len == 0) {
        return catalog_apply(rig->catalog, event);
    }
    TRY(catalog_take(rig->catalog, event, record->key, &is_shared));
    if (is_shared) {
        log_say(rig->log, LOG_WARN, "shop",
                "another tenant's product has a record of the same key, of which the brokers keep "
                "one in the end; give each tenant keys of its own, such as tenant/sku",
                LOG_STR("topic", conf_topic_name(rig->conf, record->topic)),
                LOG_INT("partition", record->partition), LOG_INT("offset", record->offset));
    }
    return OK;
}

static enum err rig_apply(struct rig *rig, const struct record *record, const struct event *event)
{
    return event->kind == EVENT_PAGE ? shop_take_page(&rig->shop, record, event)
                                     : rig_take_product(rig, record, event);
}

enum err rig_take_entry(struct rig *rig, const struct record *record)
{
    struct str topic = conf_topic_name(rig->conf, record->topic);
    struct arena arena;
    struct note note = { 0 };
    struct event *event = NULL;
    const struct event_limits limits = {
        .value_bytes_max = (size_t)conf_int(rig->conf, CONF_MESSAGE_BYTES_MAX),
    };
    arena_init(&arena, EVENT_ARENA_BYTES(limits.value_bytes_max));
    const struct json_in in = { &arena, &note };
    enum err err = event_decode(&in, record, topic, &limits, &event);
    err = err == OK ? rig_apply(rig, record, event) : err;
    if (err != OK) {
        log_say(rig->log, LOG_WARN, "shop", "an entry is left out", LOG_STR("topic", topic),
                LOG_INT("partition", record->partition), LOG_INT("offset", record->offset),
                LOG_ERR(err), LOG_CHARS("reason", note.text), LOG_CHARS("pointer", note.pointer));
    }
    arena_fini(&arena);
    return err == ERR_NOMEM ? err : OK;
}

static size_t rig_size(const struct rig *rig, enum conf_id id)
{
    return (size_t)conf_int(rig->conf, id);
}

static void rig_topic_names(const struct rig *rig, struct str names[TOPIC_COUNT])
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        names[topic] = conf_topic_name(rig->conf, topic);
    }
}

struct engine_options rig_engine_options(const struct rig *rig)
{
    const struct conf *conf = rig->conf;
    struct engine_options options = {
        .inflight_max = rig_size(rig, CONF_INFLIGHT_MAX),
        .backlog_records_max = rig_size(rig, CONF_BACKLOG_RECORDS_MAX),
        .backlog_bytes_max = rig_size(rig, CONF_BACKLOG_BYTES_MAX),
        .event_limits = { .value_bytes_max = rig_size(rig, CONF_MESSAGE_BYTES_MAX) },
        .dead_letter_value_bytes_max = rig_size(rig, CONF_DEADLETTER_VALUE_BYTES_MAX),
        .history_turns = rig_size(rig, CONF_HISTORY_TURNS),
        .retry = { .attempts_max = (int)conf_int(conf, CONF_RETRY_ATTEMPTS_MAX),
                   .backoff_ms = conf_int(conf, CONF_RETRY_BACKOFF_MS),
                   .backoff_max_ms = conf_int(conf, CONF_RETRY_BACKOFF_MAX_MS) },
        .prices = &rig->spending.prices,
        .retry_share = conf_real(conf, CONF_RETRY_SHARE),
        .event_age_max_ms = conf_int(conf, CONF_EVENT_AGE_MAX_MS),
        .outage_max_ms = conf_int(conf, CONF_MODEL_OUTAGE_MAX_MS),
        .dedupe_window_ms = conf_int(conf, CONF_DEDUPE_WINDOW_MS),
        .cache_ttl_ms = conf_int(conf, CONF_CACHE_TTL_MS),
        .history_ttl_ms = conf_int(conf, CONF_HISTORY_TTL_MS),
        .order_ttl_ms = conf_int(conf, CONF_ORDER_TTL_MS),
        .stuck_ms = conf_int(conf, CONF_LANE_STUCK_MS),
        .hands_off_stuck = conf_enum(conf, CONF_LANE_STUCK_ACTION) == LANE_STUCK_HANDOFF,
        .release_timeout_ms = RIG_RELEASE_MS,
        .stored_version = (int)conf_int(conf, CONF_STORED_VERSION),
        .is_custody_on = conf_is_set(conf, CONF_TOPIC_CONVERSATIONS),
        .is_cache_on = conf_bool(conf, CONF_CACHE_ENABLED),
        .is_personal_cache_on = rig->has_seal_key,
        .replays_unreadable =
            conf_enum(conf, CONF_DONEMAP_UNREADABLE) == DONEMAP_UNREADABLE_REPLAY,
        .instructions = rig->instructions,
        .tenants = rig->shop.tenants.all,
        .tenants_count = rig->shop.tenants.count,
        .ban = rig->ban,
        .tenant_bans = rig->shop.tenants.bans,
        .tenant_bans_count = rig->shop.tenants.bans_count,
        .confidence = (enum said_limit)conf_enum(conf, CONF_HANDOFF_CONFIDENCE),
        .language = STR("en"),
        .worker = STR(DESKHAND_VERSION),
        .seed = { rig->seed[0], rig->seed[1] },
    };
    rig_topic_names(rig, options.topic_names);
    return options;
}

struct engine_ports rig_engine_ports(const struct rig *rig)
{
    return (struct engine_ports){
        .store = rig->store,
        .chain = rig_chain(rig),
        .admitter = rig->spending.budget ? budget_admitter(rig->spending.budget) : NULL,
        .budget = rig->spending.budget,
        .clock = loop_clock(rig->loop),
        .seal = rig->seal,
        .catalog = rig->catalog,
        .knowledge = knowledge_desk_port(rig->shop.desk),
        .custody = rig->custody,
        .log = rig->log,
        .metrics = rig->metrics,
    };
}
