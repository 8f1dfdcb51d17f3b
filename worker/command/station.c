/* station.c - see station.h.
 *
 * Start: sink and readers (the catalogue, who has which conversation) at once, the source when
 * both are whole. Stop: engine drained, sink closed (it needs the source's client to read offsets
 * back), source closed (leaves the group), readers closed, loop left. */
#include "worker/command/station.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include "worker/adapter/crash_point.h"
#include "worker/adapter/now.h"
#include "worker/engine/stuck.h"

#define STATION_READY_POLL_MS 20
#define STATION_WATCH_MS 1000
/* Above the longest a transaction may take to end. */
#define STATION_GRACE_MS 15000

static int64_t station_now_ms(const struct station *station)
{
    return loop_clock(station->rig.loop)->mono_ms;
}

static void station_on_watchdog(void *owner)
{
    struct station *station = owner;
    log_say(station->rig.log, LOG_ERROR, "run",
            "stopping took too long; what is not committed is done again by the next worker");
    log_flush(station->rig.log);
    _exit(station->exit_code ? station->exit_code : EX_TEMPFAIL);
}

static void station_on_learning_closed(void *owner)
{
    struct station *station = owner;
    loop_stop(station->rig.loop);
}

static void station_on_readers_closed(void *owner)
{
    struct station *station = owner;
    learning_close(&station->learning, station_on_learning_closed, station);
}

static void station_on_source_closed(void *owner)
{
    struct station *station = owner;
    readers_close(&station->readers, station_on_readers_closed, station);
}

static void station_on_sink_closed(void *owner)
{
    struct station *station = owner;
    source_kafka_close(station->source);
}

static void station_on_drained(void *owner)
{
    struct station *station = owner;
    sink_kafka_close(station->sink);
}

static void station_end(struct station *station, int64_t drain_ms)
{
    int64_t until_ms = station_now_ms(station) + drain_ms;
    station->is_stopping = true;
    loop_timer_set(station->ready_timer, INT64_MAX);
    loop_timer_set(station->watchdog, until_ms + STATION_GRACE_MS);
    engine_drain(station->engine, until_ms);
}

void station_stop(struct station *station)
{
    if (!station->is_stopping) {
        station_end(station, conf_int(station->options.conf, CONF_DRAIN_TIMEOUT_MS));
    }
}

/* Nothing was taken over, so a start that is still under way may be given up at once. */
static void station_cut_start(struct station *station)
{
    if (!station->is_ready_told && station->engine->parts.owned == 0) {
        station->is_start_cut = true;
        job_thread_hurry(station->thread);
    }
}

static void station_on_fatal(void *owner, enum err err, const struct note *note)
{
    struct station *station = owner;
    if (station->is_start_cut) { /* what was given up says that it did not succeed */
        return;
    }
    if (station->exit_code == EX_OK) { /* what follows from the first reason is none */
        const char *text = note && note->text[0] ? note->text : err_text(err);
        log_say(station->rig.log, LOG_ERROR, "run", "the worker cannot go on",
                LOG_CHARS("reason", text), LOG_ERR(err));
        station->exit_code = err_exit_code(err);
    }
    station->engine->is_fatal = true;
    job_thread_hurry(station->thread);
    station_end(station, 0);
}

static void station_on_signal(void *owner, int number)
{
    struct station *station = owner;
    if (station->is_stopping) {
        log_say(station->rig.log, LOG_WARN, "run", "second signal: ending at once",
                LOG_INT("signal", number));
        log_flush(station->rig.log);
        _exit(128 + number);
    }
    station->signal = number;
    log_say(station->rig.log, LOG_INFO, "run", "stopping", LOG_INT("signal", number));
    station_cut_start(station);
    station_stop(station);
}

static void station_on_hangup(void *owner, int number)
{
    struct station *station = owner;
    (void)number;
    if (!station->is_stopping) {
        shop_reload(&station->rig.shop);
    }
}

/* What is shut does not make the worker unready: it would only move the work to others, who find
 * the same. */
static void station_tell_models(const struct station *station, struct buf *reasons)
{
    const struct chain *chain = &station->engine->chain;
    for (size_t i = 0; i < chain->count; i++) {
        const struct gate *gate = &chain->backends[i].gate;
        if (!gate_is_open(gate)) {
            const char *advice = breaker_is_for_operator(gate->breaker.why)
                                     ? "; check url, name and key.file of that model"
                                     : "";
            (void)!buf_printf(reasons, "model %zu: shut: %s%s\n", i + 1,
                              err_text(gate->breaker.why), advice);
        }
    }
}

static bool station_is_ready(void *owner, struct buf *reasons)
{
    struct station *station = owner;
    bool is_ready = sink_kafka_is_ready(station->sink, reasons);
    is_ready = source_kafka_is_ready(station->source, reasons) && is_ready;
    if (station->is_stopping || engine_is_stuck(station->engine)) {
        is_ready = false;
        if (reasons) {
            const char *why = station->is_stopping
                                  ? "worker: stopping\n"
                                  : "partition: done-map cannot be read, or committed offset "
                                    "behind the end\n";
            (void)!buf_add(reasons, str_from(why));
        }
    }
    struct str trouble = rig_store_trouble(&station->rig);
    if (reasons && trouble.len > 0) { /* answers go on without it */
        (void)!buf_printf(reasons, "store: %.*s\n", STR_ARG(trouble));
    }
    if (reasons) { /* the other lanes go on beside them */
        (void)!stuck_explain(station->engine, reasons);
        station_tell_models(station, reasons);
    }
    return is_ready;
}

static enum err station_add_metrics(void *owner, struct buf *buf)
{
    const struct station *station = owner;
    return stuck_render(station->engine, buf);
}

static void station_on_ready_poll(void *owner)
{
    struct station *station = owner;
    if (!station_is_ready(station, NULL)) {
        loop_timer_set(station->ready_timer, station_now_ms(station) + STATION_READY_POLL_MS);
        return;
    }
    station->is_ready_told = true;
    log_say(station->rig.log, LOG_INFO, "run", "ready",
            LOG_INT("partitions", station->engine->parts.owned));
    if (station->options.on_ready) {
        station->options.on_ready(station->options.owner);
    }
}

static void station_on_whole(void *owner)
{
    struct station *station = owner;
    if (!station->is_stopping) {
        source_kafka_start(station->source);
    }
}

static bool station_has_reached(void *owner, const int64_t *ends, size_t count)
{
    struct station *station = owner;
    return readers_have_reached(&station->readers, ends, count) ||
           DEFENCE_IS_LOWERED("witness");
}

static void station_on_settled(void *owner, const struct turn *turn)
{
    const struct station *station = owner;
    if (station->options.on_settled) {
        station->options.on_settled(station->options.owner, turn);
    }
}

/* What blocks the commit thread for ever blocks all commits: the next worker does better. */
static void station_watch_calls(struct station *station)
{
    const char *call = job_thread_overdue(station->thread, now_mono_us());
    if (!call) {
        return;
    }
    log_say(station->rig.log, LOG_ERROR, "run",
            "a call to Kafka does not end: ending, so that a new worker takes over",
            LOG_CHARS("step", call));
    log_flush(station->rig.log);
    _exit(EX_UNAVAILABLE);
}

/* The log counts by itself: it has to when nobody is there to be told. */
static void station_count_dropped_lines(struct station *station)
{
    uint64_t dropped = log_dropped(station->rig.log);
    metric_add(station->rig.metrics, METRIC_LOG_DROPPED, 0, dropped - station->lines_dropped);
    station->lines_dropped = dropped;
}

static int64_t station_tick(void *owner)
{
    struct station *station = owner;
    log_flush(station->rig.log);
    station_count_dropped_lines(station);
    station_watch_calls(station);
    return min_i64(engine_tick(station->engine), station_now_ms(station) + STATION_WATCH_MS);
}

static void station_on_turn(void *owner, int64_t busy_us)
{
    const struct station *station = owner;
    metric_observe_us(station->rig.metrics, METRIC_LOOP_TURN_SECONDS, 0, busy_us);
}

static struct kafka_conf_options station_kafka(const struct station *station)
{
    return (struct kafka_conf_options){ .conf = station->options.conf,
                                        .bootstrap = station->options.bootstrap,
                                        .worker_id = station->worker_id };
}

static bool station_has_topic(const struct station *station, enum topic topic)
{
    return conf_topic_name(station->options.conf, topic).len > 0;
}

static enum err station_open_source(struct station *station, struct note *note)
{
    struct source_kafka_options options = {
        .kafka = station_kafka(station),
        .loop = station->rig.loop,
        .log = station->rig.log,
        .metrics = station->rig.metrics,
        .thread = station->thread,
        .start_timeout_ms = conf_int(station->options.conf, CONF_START_TIMEOUT_MS),
        .witness = conf_topic_name(station->options.conf, TOPIC_CONVERSATIONS),
        .has_reached = station_has_reached,
        .owner = station,
        .on_fatal = station_on_fatal,
        .on_closed = station_on_source_closed,
    };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (!station_has_topic(station, topic)) {
            continue;
        }
        if (topic_has_events(topic)) {
            options.inputs[options.inputs_count++] = topic;
        } else {
            options.needed[options.needed_count++] = topic;
        }
    }
    return source_kafka_create(&options, &station->source, note);
}

static enum err station_open_sink(struct station *station, struct note *note)
{
    const struct sink_kafka_options options = {
        .kafka = station_kafka(station),
        .loop = station->rig.loop,
        .log = station->rig.log,
        .metrics = station->rig.metrics,
        .thread = station->thread,
        .source = station->source,
        .delivery = station->options.delivery,
        .start_timeout_ms = conf_int(station->options.conf, CONF_START_TIMEOUT_MS),
        .owner = station,
        .on_fatal = station_on_fatal,
        .on_closed = station_on_sink_closed,
    };
    return sink_kafka_create(&options, &station->sink, note);
}

static enum err station_open_readers(struct station *station, struct note *note)
{
    const struct whole_kafka_options shared = {
        .kafka = station_kafka(station),
        .loop = station->rig.loop,
        .log = station->rig.log,
        .thread = station->thread,
        .start_timeout_ms = conf_int(station->options.conf, CONF_START_TIMEOUT_MS),
        .owner = station,
        .on_fatal = station_on_fatal,
    };
    TRY(readers_open(&station->readers, &station->rig, &shared, note));
    return learning_open(&station->learning, &station->rig, &shared, note);
}

static enum err station_open_engine(struct station *station)
{
    struct engine_options options = rig_engine_options(&station->rig);
    struct engine_ports ports = rig_engine_ports(&station->rig);
    ports.source = source_kafka_port(station->source);
    ports.sink = sink_kafka_port(station->sink);
    ports.recommender = learning_port(&station->learning);
    options.lowered = DEFENCE_IS_LOWERED("done-map") ? ENGINE_LOWER_DONE_MAP : 0;
    options.lowered |= DEFENCE_IS_LOWERED("flight-lock") ? ENGINE_LOWER_FLIGHT_LOCK : 0;
    options.lowered |= DEFENCE_IS_LOWERED("breaker") ? ENGINE_LOWER_BREAKER : 0;
    options.lowered |= DEFENCE_IS_LOWERED("fair") ? ENGINE_LOWER_FAIR : 0;
    const struct engine_events events = {
        .owner = station,
        .on_fatal = station_on_fatal,
        .on_drained = station_on_drained,
        .on_settled = station_on_settled,
    };
    station->engine = engine_create(&options, &ports, &events);
    if (!station->engine) {
        return ERR_NOMEM;
    }
    loop_on_tick(station->rig.loop, station_tick, station);
    loop_on_turn(station->rig.loop, station_on_turn, station);
    return OK;
}

static enum err station_open_probe(struct station *station, struct note *note)
{
    if (station->options.is_embedded || !conf_is_set(station->options.conf, CONF_HTTP_LISTEN)) {
        return OK;
    }
    const struct probe_options options = {
        .loop = station->rig.loop,
        .log = station->rig.log,
        .metrics = station->rig.metrics,
        .listen = conf_str(station->options.conf, CONF_HTTP_LISTEN),
        .is_ready = station_is_ready,
        .add_metrics = station_add_metrics,
        .owner = station,
    };
    return probe_create(&options, &station->probe, note);
}

static enum err station_open_watches(struct station *station)
{
    static const int numbers[] = { SIGTERM, SIGINT };
    struct loop *loop = station->rig.loop;
    for (size_t i = 0; i < countof(numbers); i++) {
        station->signals[i] = loop_signal_create(loop, numbers[i], station_on_signal, station);
        if (!station->signals[i]) {
            return ERR_NOMEM;
        }
    }
    if (!station->options.is_embedded) { /* a demo ends with its terminal */
        station->hangup = loop_signal_create(loop, SIGHUP, station_on_hangup, station);
        TRY(station->hangup ? OK : ERR_NOMEM);
    }
    station->watchdog = loop_timer_create(loop, station_on_watchdog, station);
    station->ready_timer = loop_timer_create(loop, station_on_ready_poll, station);
    return station->watchdog && station->ready_timer ? OK : ERR_NOMEM;
}

static void station_name(struct station *station)
{
    struct str id = conf_str(station->options.conf, CONF_WORKER_ID);
    if (id.len > 0) {
        snprintf(station->worker_id, sizeof(station->worker_id), "%.*s", STR_ARG(id));
        return;
    }
    if (gethostname(station->worker_id, sizeof(station->worker_id) - 1) != 0) {
        snprintf(station->worker_id, sizeof(station->worker_id), "worker");
    }
}

/* Signals are heard and whatever the settings can have wrong is found before Kafka is. */
static enum err station_open_parts(struct station *station, struct note *note)
{
    const struct rig_options rig_options = {
        .conf = station->options.conf,
        .log_fd = STDERR_FILENO,
        .is_embedded = station->options.is_embedded,
    };
    TRY(kafka_version_check(note));
    TRY(rig_open(&station->rig, &rig_options, note));
    TRY(station_open_watches(station));
    TRY(station_open_probe(station, note));
    const struct job_thread_options thread_options = { station->rig.loop, station->rig.log };
    station->thread = job_thread_create(&thread_options);
    if (!station->thread) {
        return ERR_NOMEM;
    }
    TRY(station_open_source(station, note));
    TRY(station_open_sink(station, note));
    TRY(station_open_readers(station, note));
    TRY(station_open_engine(station));
    return renewal_open(&station->renewal, &station->rig);
}

enum err station_open(struct station *station, const struct station_options *options,
                      struct note *note)
{
    *station = (struct station){ .options = *options };
    station_name(station);
    enum err err = station_open_parts(station, note);
    if (err != OK) {
        station_close(station);
    }
    return err;
}

int station_run(struct station *station)
{
    log_say(station->rig.log, LOG_INFO, "run", "starting", LOG_CHARS("version", DESKHAND_VERSION),
            LOG_CHARS("worker", station->worker_id),
            LOG_INT("probe_port", station->probe ? probe_port(station->probe) : 0));
    loop_timer_set(station->ready_timer, station_now_ms(station) + STATION_READY_POLL_MS);
    sink_kafka_start(station->sink);
    readers_start(&station->readers, station_on_whole, station);
    learning_start(&station->learning);
    loop_run(station->rig.loop);
    log_say(station->rig.log, LOG_INFO, "run", "stopped", LOG_INT("code", station->exit_code));
    return station->exit_code;
}

void station_close(struct station *station)
{
    probe_destroy(station->probe);
    renewal_close(&station->renewal);
    for (size_t i = 0; i < countof(station->signals); i++) {
        if (station->signals[i]) {
            loop_signal_destroy(station->signals[i]);
        }
    }
    if (station->hangup) {
        loop_signal_destroy(station->hangup);
    }
    loop_timer_destroy(station->watchdog);
    loop_timer_destroy(station->ready_timer);
    engine_destroy(station->engine);
    readers_free(&station->readers);
    learning_free(&station->learning);
    sink_kafka_destroy(station->sink);
    source_kafka_destroy(station->source);
    job_thread_destroy(station->thread);
    rig_close(&station->rig);
}
