/* station.h - the whole pipeline between Kafka topics: what `run` and `demo` put to work.
 *
 * Wires rig, source, sink, readers and engine together, starts them in the right order, runs
 * the loop, and takes them down in the right order again.
 *
 * Thread: the loop's. */
#ifndef COMMAND_STATION_H
#define COMMAND_STATION_H

#include "worker/adapter/job_thread.h"
#include "worker/adapter/probe.h"
#include "worker/adapter/sink_kafka.h"
#include "worker/adapter/source_kafka.h"
#include "worker/command/learning.h"
#include "worker/command/readers.h"
#include "worker/command/renewal.h"

struct station_options {
    const struct conf *conf; /* borrowed until station_close */
    const char *bootstrap;   /* NULL: the setting */
    enum conf_delivery delivery;
    bool is_embedded; /* memory store, builtin model, no probe */
    void *owner;
    /* Everything stands and the group was joined; may be NULL. */
    void (*on_ready)(void *owner);
    /* See engine.h; may be NULL. */
    void (*on_settled)(void *owner, const struct turn *turn);
};

struct station {
    struct station_options options;
    char worker_id[256];
    struct rig rig;
    struct job_thread *thread;
    struct source_kafka *source;
    struct sink_kafka *sink;
    struct readers readers;
    struct learning learning; /* for recommendations */
    struct engine *engine;
    struct probe *probe;
    struct renewal renewal;
    struct loop_signal *signals[2];
    struct loop_signal *hangup;
    struct loop_timer *watchdog;
    struct loop_timer *ready_timer;
    uint64_t lines_dropped; /* that the metrics tell of */
    bool is_ready_told;
    bool is_start_cut; /* stopped before anything was taken over */
    bool is_stopping;
    int signal; /* the one that it was stopped by; 0: none */
    int exit_code;
};

/* On failure everything is closed again and the note says why. */
MUST_USE enum err station_open(struct station *station, const struct station_options *options,
                               struct note *note);

/* Runs until a signal, station_stop() or a fatal error. Gives the exit code. */
int station_run(struct station *station);

/* Finishes what runs, commits, leaves the group; station_run() then returns. */
void station_stop(struct station *station);

void station_close(struct station *station);

#endif
