/* world.h - an engine with everything around it made up: source, sink, store, model, clock.
 *
 * Nothing happens by itself: world_step() completes what was started and ticks the engine. */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include "tests/unit/cm.h"
#include "worker/engine/engine.h"

#define WORLD_OUTPUTS_MAX 2400
#define WORLD_HANDBACKS 3 /* the one partition of hand-backs; not one of messages then */
#define WORLD_COPIES 2 /* the one partition of copy requests; not one of messages then */
#define WORLD_VALUES_MAX 1024

struct world_output {
    enum outcome_kind kind;
    int64_t offset; /* of the record it settles */
    char text[2048];
    char audit[1024];
    char held[128];  /* key of the record that says who has the conversation; empty: none */
    char token[512]; /* its value; empty: a tombstone */
};

struct world_value {
    char key[512];
    size_t key_len;
    struct str value;
    int64_t until_ms; /* of a claim; 0: it does not run out */
};

struct world {
    struct clock clock;
    struct source source;
    struct sink sink;
    struct store store;
    struct model model;
    struct engine *engine;
    struct seal *seal;
    struct catalog *catalog;
    struct custody *custody;
    struct metrics *metrics;
    struct arena arena;

    struct list store_calls;
    struct list model_calls;
    struct batch *batch;         /* with the sink */
    enum batch_result result;    /* of the next batches */
    bool holds_batches;          /* they stay with the sink until this is false */
    bool holds_model;            /* the same for the model */
    bool holds_store;            /* and for the store */
    bool keeps_fields;           /* the store keeps what has fields too */
    int64_t poison; /* brokers refuse the outcome of this offset, and do not say which; -1: none */
    enum err model_err;          /* of the next calls */
    const char *says;            /* what the model says; NULL: "re: " and the message */
    const char *calls_itself;    /* the name that the model tells; NULL: "fake" */
    bool is_json;                /* it was asked for JSON */
    enum flaw asked_flaw;        /* of the last brief that was asked */
    enum err store_err;
    int64_t tokens_in;           /* that each call of the model says it took */
    int64_t tokens_out;
    size_t asked;                /* calls of the model */
    size_t asking_max;           /* at once */

    struct world_output outputs[WORLD_OUTPUTS_MAX];
    size_t outputs_count;
    size_t learnt_count; /* of the outputs, by world_learn() */
    struct world *shelf;         /* another one's values are used; NULL: its own are */
    struct world_value values[WORLD_VALUES_MAX];
    size_t values_count;
    int64_t committed[4];        /* by partition of the messages' topic */
    char metadata[4][4096];
    size_t paused;
    size_t released;
    bool is_drained;
    enum err fatal;
};

void world_open(struct world *world, void (*change)(struct engine_options *options));

/* The same with other ports than the usual ones. Neither may be NULL. */
void world_open_wired(struct world *world, void (*change)(struct engine_options *options),
                      void (*wire)(struct world *world, struct engine_ports *ports));
void world_close(struct world *world);

/* Takes partitions of the messages' topic over, from what is committed. */
void world_claim(struct world *world, int32_t partition);

/* Any topic's, and a record of any; at the world's time, unless it has one. */
void world_claim_of(struct world *world, enum topic topic, int32_t partition);
void world_hear(struct world *world, struct record record);

/* The headers of an envelope that knows its event as `id`. */
#define WORLD_ENVELOPE(id)                                                                         \
    { STR("ce_specversion"), STR("1.0") }, { STR("ce_id"), (id) },                                 \
        { STR("ce_source"), STR("/shop") }, { STR("ce_type"), STR("any") }

/* Delivers a customer's message. */
void world_say(struct world *world, int32_t partition, int64_t offset, const char *conversation,
               const char *text);
/* The same text in `count` conversations, c0 and on, at the offsets 0 and on. */
void world_say_from_many(struct world *world, int count, const char *text);
void world_deliver(struct world *world, int32_t partition, int64_t offset, const char *key,
                   const char *value);

/* A person gives a conversation back. The partition has to be claimed. */
void world_claim_handbacks(struct world *world);
void world_give_back(struct world *world, int64_t offset, const char *conversation);

/* Asks for copy. The partition has to be claimed. */
void world_claim_copies(struct world *world);
void world_wish(struct world *world, int64_t offset, const char *value);

/* What was published about conversations comes back, as every worker reads it. */
void world_learn(struct world *world);

/* Completes what was started, `steps` times, ticking in between. */
void world_step(struct world *world, int steps);

/* Parts of such a step: the store's replies, and the model's. */
void world_load(struct world *world);

/* How many outcomes of the kind were published. */
size_t world_count(const struct world *world, enum outcome_kind kind);
void world_reply(struct world *world);

/* Uses the arena up but for `bytes`. */
void world_leave_room(struct arena *arena, size_t bytes);

#endif
