/* engine_state.h - what the parts of an engine share: options, ports, and where things stand.
 *
 * Each part works on its own members, and has what it needs of the others from here: whether
 * there is room for more, what a tenant's instructions are, chance, and how the end is reported.
 *
 * Pure: no I/O; time is the clock that the driver keeps. Thread: the loop's. */
#ifndef ENGINE_ENGINE_STATE_H
#define ENGINE_ENGINE_STATE_H

#include "common/clock.h"
#include "common/log.h"
#include "common/metric.h"
#include "worker/answer/catalog.h"
#include "worker/answer/gist.h"
#include "worker/answer/said.h"
#include "worker/engine/batch.h"
#include "worker/engine/budget.h"
#include "worker/engine/custody.h"
#include "worker/engine/part.h"
#include "worker/engine/recommend.h"
#include "worker/engine/retry.h"
#include "worker/engine/retry_budget.h"

/* Defences that a test may lower, to see that their absence is noticed. */
enum engine_lowered {
    ENGINE_LOWER_DONE_MAP = 1,  /* a new owner does not skip what the map names */
    ENGINE_LOWER_HOLD_BACK = 2, /* what has no room in the map is committed all the same */
    ENGINE_LOWER_LANES = 4,     /* turns of one conversation run side by side */
    ENGINE_LOWER_FLIGHT_LOCK = 8, /* each worker asks for itself */
    ENGINE_LOWER_BREAKER = 16,  /* a backend that does not answer is called all the same */
    ENGINE_LOWER_FAIR = 32,     /* all tenants wait in one queue */
    ENGINE_LOWER_BOUND = 64     /* the state of an order is written whatever became of it */
};

struct engine_options {
    size_t inflight_max;
    size_t backlog_records_max;
    size_t backlog_bytes_max;
    struct event_limits event_limits;
    size_t dead_letter_value_bytes_max;
    size_t history_turns;
    struct retry_policy retry;
    const struct prices *prices; /* NULL: nobody knows what tokens cost */
    double retry_share; /* of all model calls, see retry_budget.h */
    int64_t event_age_max_ms; /* 0: no limit */
    int64_t outage_max_ms;    /* how long a turn waits while every backend is shut; 0: no limit */
    int64_t dedupe_window_ms;
    int64_t cache_ttl_ms;
    int64_t history_ttl_ms;
    int64_t order_ttl_ms;
    int64_t stuck_ms;           /* a lane that blocks the position for so long is stuck; 0: never */
    bool hands_off_stuck;       /* such a lane goes to a person */
    int64_t release_timeout_ms; /* how long a revoked partition may finish what runs */
    int stored_version; /* in which state, cache and done-maps are written */
    bool is_custody_on; /* a conversation that was handed off is not answered until given back */
    bool is_cache_on;
    bool is_personal_cache_on; /* a lasting seal key is set */
    bool replays_unreadable;   /* donemap.unreadable=replay */
    bool ignores_age;          /* a replay: no event is too late */
    bool keeps_work;           /* who hears that a turn is settled reads what it was made from */
    size_t donemap_body_max;   /* 0: as much as Kafka takes */
    unsigned lowered;          /* bits of enum engine_lowered */
    struct str topic_names[TOPIC_COUNT]; /* empty: switched off */
    struct instructions instructions;
    const struct tenant_instructions *tenants; /* who has others, in the order of str_cmp() */
    size_t tenants_count;
    struct ban ban; /* what copy may not say */
    const struct tenant_ban *tenant_bans; /* who has others, in the order of str_cmp() */
    size_t tenant_bans_count;
    enum said_limit confidence; /* a reply of which the model is no surer goes to a person */
    struct str language; /* when neither text nor event decide */
    struct str worker;   /* name and version, in dead letters and audit records */
    uint64_t seed[2];
};

struct engine_ports {
    struct source *source;
    struct sink *sink;
    struct store *store;
    struct chain chain; /* the backends; their gates are made by the engine */
    struct admitter *admitter; /* NULL: every call may be made */
    struct budget *budget;     /* who is told what calls took; NULL: nobody. The engine closes it */
    const struct clock *clock;
    struct seal *seal; /* for names of stored values */
    struct catalog *catalog;
    struct knowledge *knowledge; /* NULL: the shop has no pages */
    struct custody *custody;
    struct recommender *recommender; /* NULL: no recommendations */
    struct log *log;
    struct metrics *metrics;
};

struct engine_events {
    void *owner;
    /* The engine cannot go on; the process should end with err_exit_code(err). Once, from
     * engine_tick(). */
    void (*on_fatal)(void *owner, enum err err, const struct note *note);
    /* After engine_drain(): nothing is left. */
    void (*on_drained)(void *owner);
    /* A turn has been settled; its event and outcome are there still, its work with
     * options.keeps_work. For the demo, evaluations and tests. May be NULL. */
    void (*on_settled)(void *owner, const struct turn *turn);
};

/* Order events that count as one turn towards inflight.max. */
#define ENGINE_ORDERS_PER_TURN 8

enum engine_phase { ENGINE_RUNNING, ENGINE_DRAINING, ENGINE_DRAINED };

struct engine {
    struct engine_options options;
    struct engine_ports ports;
    struct engine_events events;
    enum engine_phase phase;
    int64_t drain_until_ms;
    int64_t release_until_ms; /* ALARM_NEVER: no partition is draining */
    int64_t stuck_look_ms;    /* when lanes are looked at again */
    bool is_blocked;          /* a turn at work stands at the position of a partition */
    struct parts parts;
    struct lanes lanes;
    struct list turns[TURN_STATE_COUNT]; /* struct turn, by state */
    struct list orphans;  /* dropped turns whose store requests still run */
    size_t backlog_records;
    size_t backlog_bytes;
    struct chain chain;
    struct flights flights;
    struct list landed; /* struct flight: they have ended, see landing.h */
    int64_t waiting[METRIC_TENANTS_MAX + 1]; /* flights at the gates, by the label of the tenant */
    struct flight *shed; /* its turns go to another backend, a few a tick; NULL: none */
    struct retry_budget retry_budget;
    struct alarms alarms;
    struct batcher batcher;
    struct arena_pool pool; /* of the turns' memory */
    struct gists *gists; /* of customers' messages */
    uint64_t chance;
    bool is_fatal;
    enum err fatal; /* not told yet; OK: none */
    struct note fatal_note; /* empty text: there is none */
};

/* The most turns there can be at once: a pause takes effect only when the source has seen it, so
 * some can arrive beyond the backlog. */
size_t engine_turns_max(const struct engine_options *options);

/* Turns that are running: they count towards inflight.max. */
size_t engine_inflight(const struct engine *engine);

/* What inflight.max still lets begin, in places of order events, of which ENGINE_ORDERS_PER_TURN
 * take the place of one other turn: they are small, and ask only the store. */
size_t engine_room(const struct engine *engine);

/* What a model is told to be for this event: its tenant's instructions, else the shop's. An event
 * of NULL, which did not decode, has the shop's. */
const struct instructions *engine_instructions(const struct engine *engine,
                                               const struct event *event);

/* The words that copy for this event may not use: its tenant's list, else the shop's. */
const struct ban *engine_ban(const struct engine *engine, const struct event *event);

/* A new random number, from the seed. */
uint64_t engine_chance(struct engine *engine);

/* Reports the end once. */
void engine_fail(struct engine *engine, enum err err, const struct note *note);

#endif
