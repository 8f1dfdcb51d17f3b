/* rig.h - the real parts that every command with a pipeline shares, made from the settings.
 *
 * Loop, log, metrics, store, model, catalogue and the engine's options; source, sink and
 * engine are the command's own.
 *
 * Thread: the loop's. */
#ifndef COMMAND_RIG_H
#define COMMAND_RIG_H

#include "common/conf.h"
#include "common/seal.h"
#include "worker/adapter/http.h"
#include "worker/adapter/loop.h"
#include "worker/command/shop.h"
#include "worker/command/spending.h"
#include "worker/engine/engine.h"

/* One model backend. */
struct rig_backend {
    enum conf_model_kind kind;
    const struct conf_backend *ids; /* NULL: the builtin one behind all others */
    struct http *http;              /* NULL: builtin */
    struct model *model;
    unsigned kinds;                 /* bits of enum ask_kind */
};

struct rig {
    const struct conf *conf;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct rig_backend backends[CHAIN_MAX]; /* the chain, in its order */
    size_t backends_count;
    struct store *inner_store;
    bool is_memory_store; /* of inner_store; false: it is in Redis */
    struct store *store;  /* what is stored is sealed */
    struct spending spending;
    struct seal *seal;
    bool has_seal_key;
    struct catalog *catalog;
    struct shop shop;
    struct custody *custody;
    struct arena arena; /* strings of the options */
    struct buf prompt;
    struct instructions instructions;
    struct ban ban; /* what copy may not say */
    uint64_t seed[2];
};

struct rig_options {
    const struct conf *conf; /* borrowed until rig_close */
    int log_fd;              /* usually 2 */
    bool is_embedded;        /* memory store and builtin model, whatever the settings say */
    bool is_replay;          /* memory store that holds a whole replay, whatever the settings say */
};

/* On failure everything is closed again and the note says why. ERR_CONFIG, ERR_NOMEM, ERR_OS. */
MUST_USE enum err rig_open(struct rig *rig, const struct rig_options *options, struct note *note);

/* All calls have ended. */
void rig_close(struct rig *rig);

/* Takes an entry of the catalogue, or a page. A wrong one is told and left out; the shop can still
 * answer about everything else. ERR_NOMEM: what was known of it before is not true any more, so
 * nothing should be answered from it. */
MUST_USE enum err rig_take_entry(struct rig *rig, const struct record *record);

/* What the settings say for the engine. */
struct engine_options rig_engine_options(const struct rig *rig);

/* The ports that the rig has; source and sink are left to the command. */
struct engine_ports rig_engine_ports(const struct rig *rig);

/* Another key of the model at `place` of the settings, or password of the store, from now on;
 * nothing where there is none. On failure the last one stays. ERR_NOMEM, ERR_CONFIG. */
MUST_USE enum err rig_rekey_model(struct rig *rig, size_t place, struct str key,
                                  struct note *note);
MUST_USE enum err rig_rekey_store(struct rig *rig, size_t place, struct str password,
                                  struct note *note);

/* Why calls of the store fail now; empty when it is up. */
struct str rig_store_trouble(const struct rig *rig);

#endif
