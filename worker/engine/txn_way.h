/* txn_way.h - which step a transactional producer takes next, and what each result means.
 *
 * The steps block, so whoever takes them (the commit thread, or a simulation) asks for the next
 * one, takes it, and says what came of it:
 *
 *   while (way.step != TXN_STEP_NONE) {
 *       txn_way_took(&way, &took);     after doing way.step
 *   }
 *
 * All decisions are made here: abort or doubt, when a producer is replaced, what committed
 * offsets say about a batch. The states are those of txn_state.h.
 *
 * Pure: no I/O, no clock. Thread: one at a time. */
#ifndef ENGINE_TXN_WAY_H
#define ENGINE_TXN_WAY_H

#include "worker/engine/sink.h"
#include "worker/engine/txn_state.h"

enum txn_step {
    TXN_STEP_NONE,    /* nothing to do: idle, down, failed, or given up in a hurry */
    TXN_STEP_INIT,    /* make a producer if there is none; take the transactional id over, for
                         `step_ms` at most; drop the producer after FENCED and FATAL */
    TXN_STEP_WAIT,    /* for `step_ms`, unless hurried */
    TXN_STEP_BEGIN,
    TXN_STEP_PRODUCE, /* all records of the batch */
    TXN_STEP_OFFSETS, /* the batch's progress, with its ticket */
    TXN_STEP_COMMIT,
    TXN_STEP_ABORT,
    TXN_STEP_DROP,    /* destroy the producer with all that it holds */
    TXN_STEP_READ,    /* read committed offsets back; one trace for each progress */
    TXN_STEP_COUNT
};

const char *txn_step_name(enum txn_step step);

/* What came of a step. */
struct txn_took {
    enum txn_fault fault;
    bool is_clean;    /* COMMIT, ABORT: no request was sent without an answer (txn_watch.h) */
    bool is_hopeless; /* INIT: only people can help */
    bool is_hurried;  /* the worker ends: nothing is waited for any more */
    int64_t now_ms;   /* monotonic, behind the step */
    const enum txn_trace *traces; /* READ: NULL if offsets could not be read */
};

/* Defences that a test may lower, to see that their absence is noticed. */
enum txn_lowered {
    TXN_LOWER_EPOCHS = 1, /* offsets of a partition that was given away are sent */
    TXN_LOWER_RESENDS = 2, /* a success is believed, however often it was asked for */
    TXN_LOWER_DOUBT = 4,  /* an unknown result is taken for an abort, the producer goes on */
    TXN_LOWER_READING = 8 /* behind a replacement it is, whatever committed offsets say */
};

struct txn_way {
    enum txn_state state;
    enum txn_step step;
    int64_t step_ms;
    bool has_producer;
    bool is_disputed;     /* the last producer was fenced, or of no use, and not by time alone */
    unsigned lowered;     /* bits of enum txn_lowered */
    int64_t until_ms;     /* of the attempt to take the id over */
    int64_t began_ms;     /* the transaction, when it was opened last */
    int64_t torn_until_ms; /* until then, what looks torn is read again; 0: nothing does */
    struct txn_replacements replacements;
    struct batch *batch;  /* that is under way; NULL: none */
    enum txn_fault fault; /* the first one of this batch */
    enum batch_result result; /* of the batch, once step is NONE; its `why` is set as well */
    enum err fatal;       /* the worker must end: ERR_FENCED, ERR_UNAVAILABLE; or OK */
};

void txn_way_init(struct txn_way *way);

/* Takes the transactional id over, for `timeout_ms` at most. Ends IDLE or FAILED. */
void txn_way_start(struct txn_way *way, int64_t now_ms, int64_t timeout_ms);

/* Commits a batch, which is borrowed until the step is NONE. */
void txn_way_commit(struct txn_way *way, struct batch *batch);

/* `way->step` was taken. */
void txn_way_took(struct txn_way *way, const struct txn_took *took);

/* The producer was destroyed for good. */
void txn_way_stop(struct txn_way *way);

/* What committed offset and metadata of a partition say about the batch that it is in. */
enum txn_trace txn_way_trace(const struct progress *progress, int64_t position,
                             struct str metadata);

#endif
