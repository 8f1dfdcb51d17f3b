/* replay.h - the parts of a replay, and the phases it goes through.
 *
 *   the shop -> events -> state (-> feedback) -> outcomes -> running -> closing
 *
 * Everything but the running is reading by assignment; the running is the engine of the live
 * worker between a tape and a printer, with a store in memory. There is no producer in it.
 *
 * Thread: the loop's. */
#ifndef COMMAND_REPLAY_H
#define COMMAND_REPLAY_H

#include "worker/adapter/job_thread.h"
#include "worker/adapter/tape_kafka.h"
#include "worker/command/learning.h"
#include "worker/command/replay_book.h"
#include "worker/command/replay_print.h"
#include "worker/command/replay_window.h"
#include "worker/command/rig.h"
#include "worker/command/taped.h"

enum replay_phase {
    REPLAY_STARTING,
    REPLAY_SHOP,
    REPLAY_EVENTS,
    REPLAY_STATE,
    REPLAY_FEEDBACK, /* of recommendation requests: it is about orders that are known */
    REPLAY_OUTCOMES,
    REPLAY_RUNNING,
    REPLAY_CLOSING
};

struct replay {
    const struct conf *conf;
    struct window window;
    enum print_form form;
    const char *key;          /* "": all */
    const char *conversation; /* "": all */
    bool shows_progress;
    struct rig rig;
    struct learning learning; /* without recommendation requests there is none */
    struct job_thread *thread;
    struct tape_kafka *tape;
    struct taped taped;
    struct book book;
    struct replay_sum sum;
    struct tape_span spans[TOPIC_COUNT]; /* of the reading that is under way */
    struct loop_task closing;
    struct loop_timer *progress;
    enum replay_phase phase;
    enum err failure;
    struct note why;
};

/* The replay cannot go on; ends it. As on_fatal of the parts. */
void replay_fail(void *owner, enum err err, const struct note *note);

/* Takes the parts down in order; then the loop is left. May be called from anywhere. */
void replay_end(struct replay *replay);

/* False: the settings have switched it off. */
bool replay_has_topic(const struct replay *replay, enum topic topic);

/* Recommendations are replayed, and not switched off: orders and feedback are learned in the order
 * of their times. */
bool replay_learns(const struct replay *replay);

/* An output that tells what became of events. */
bool replay_has_outcomes(enum topic topic);

/* replay_read.c: what the tape calls. */
void replay_on_ready(void *owner);
void replay_on_record(void *owner, const struct record *record);
void replay_on_end(void *owner);

/* replay_show.c */
void replay_on_outcome(void *owner, const struct delivery *delivery);
void replay_on_progress(void *owner);
MUST_USE enum err replay_show_sum(struct replay *replay);

#endif
