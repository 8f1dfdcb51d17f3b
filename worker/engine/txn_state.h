/* txn_state.h - the life of a transactional producer, and what each fault in it means.
 *
 *   DOWN --start--> STARTING --started--> IDLE --begin--> OPEN --produced--> FULL
 *                                          ^               |                  | offsets
 *                                          |               | abort            v
 *                                          +-aborted- ABORTING <--abort-- COMMITTING
 *                                          |
 *                                          +--committed-- COMMITTING
 *                                          |
 *                                          +--decided-- READING <--started-- REPLACING
 *
 * FULL aborts as well; each of IDLE to ABORTING may come into doubt, which leads to REPLACING.
 * Whenever it is not certain what brokers have made, or will still make, of what was sent
 * (doubt), the producer is replaced and committed offsets are read back: they alone say
 * whether a batch is in. From REPLACING nothing but a new producer leads on.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TXN_STATE_H
#define ENGINE_TXN_STATE_H

#include "common/base.h"

enum txn_state {
    TXN_DOWN,       /* there is no producer */
    TXN_STARTING,   /* the first one takes the transactional id over */
    TXN_IDLE,       /* no transaction */
    TXN_OPEN,       /* records are being produced */
    TXN_FULL,       /* all records are produced, not all are acknowledged */
    TXN_COMMITTING, /* offsets are in, the end is asked for */
    TXN_ABORTING,
    TXN_REPLACING,  /* the next producer takes over, fencing what the last one left behind */
    TXN_READING,    /* committed offsets are read, to learn what became of the batch */
    TXN_FAILED,     /* the worker ends */
    TXN_STATE_COUNT
};

enum txn_move {
    TXN_START,
    TXN_STARTED,
    TXN_BEGIN,
    TXN_PRODUCED,
    TXN_OFFSETS,
    TXN_COMMITTED,
    TXN_ABORT,
    TXN_ABORTED,
    TXN_DOUBT,
    TXN_DECIDED,
    TXN_GIVE_UP,
    TXN_STOP,
    TXN_MOVE_COUNT
};

const char *txn_state_name(enum txn_state state);
const char *txn_move_name(enum txn_move move);

/* False: the move is not legal in this state; `*ret_next` is untouched then. */
bool txn_state_after(enum txn_state state, enum txn_move move, enum txn_state *ret_next);

/* Makes a legal move; an illegal one is a bug. */
void txn_state_move(enum txn_state *state, enum txn_move move);

/* What went wrong in one step, as the outside world classified it. */
enum txn_fault {
    TXN_FAULT_NONE,
    TXN_FAULT_RETRIABLE,  /* the same step may succeed later; nothing is lost */
    TXN_FAULT_ABORTABLE,  /* this transaction cannot commit, the producer is fine */
    TXN_FAULT_POISON,     /* abortable, and one of its records is the reason */
    TXN_FAULT_GENERATION, /* abortable: the group has moved on */
    TXN_FAULT_UNKNOWN,    /* timed out, or sent twice: the result is not known */
    TXN_FAULT_FENCED,     /* a newer producer has this transactional id */
    TXN_FAULT_FATAL,      /* the producer is of no use any more */
    TXN_FAULT_COUNT
};

/* What to do about `fault` in `state`: TXN_ABORT or TXN_DOUBT. A retriable one was tried as
 * often as its step allows before this is asked. `fault` is not NONE. */
enum txn_move txn_fault_move(enum txn_state state, enum txn_fault fault);

/* What one partition of a batch shows when committed offsets are read back. */
enum txn_trace {
    TXN_TRACE_OURS,   /* exactly what the batch was to commit */
    TXN_TRACE_OTHER,  /* something else, and the partition is still ours */
    TXN_TRACE_FOREIGN /* the partition is not ours any more: it says nothing */
};

enum txn_verdict {
    TXN_VERDICT_IN,   /* the batch is committed */
    TXN_VERDICT_OUT,  /* the batch is not committed */
    TXN_VERDICT_GONE, /* none of its partitions is ours: others settle its events */
    TXN_VERDICT_TORN  /* partitions disagree: brokers have broken the transaction */
};

enum txn_verdict txn_verdict(const enum txn_trace *traces, size_t count);

/* How often a producer that was fenced may be replaced: two workers with one transactional id
 * would go on fencing each other for ever. */
#define TXN_REPLACEMENTS_MAX 3
#define TXN_REPLACEMENTS_WITHIN_MS (5 * 60 * 1000)

struct txn_replacements {
    int64_t at_ms[TXN_REPLACEMENTS_MAX]; /* the latest ones; a ring */
    size_t count;                        /* since the start */
};

/* Notes one more replacement at `now_ms` (monotonic). False: it is one too many. */
bool txn_may_replace(struct txn_replacements *replacements, int64_t now_ms);

#endif
