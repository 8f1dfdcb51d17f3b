/* turn.h - the work on one event, from its record to settled.
 *
 * Each state is a list of the engine, and turn_move() alone moves a turn between them, so the
 * lengths of the lists are the gauges and an illegal move stops the process.
 *
 *   QUEUED -> RUNNABLE -> LOADING -> RECALLING -> GATED -> ASKING -> READY -> COMMITTING -> settled
 *   in its    first in    memo and   cache        before   with the  in no    in the batch
 *   lane      its lane    facts                   a gate   model     batch
 *
 *   WAITING is the back-off between two attempts; from there it is RUNNABLE again.
 *   STORING is an order event on its way into the store.
 *   HELD_BACK is READY, but the done-map has no room for it before its partition has moved on.
 *   GATED and WAITING keep the lane and hold no slot of inflight.max, however long they last.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TURN_H
#define ENGINE_TURN_H

#include "common/answer.h"
#include "worker/answer/key.h"
#include "worker/answer/said.h"
#include "worker/engine/alarm.h"
#include "worker/engine/flight.h"
#include "worker/engine/knowledge.h"
#include "worker/engine/lane.h"
#include "worker/engine/memo.h"
#include "worker/engine/price.h"
#include "worker/engine/sink.h"
#include "worker/engine/store.h"

enum turn_state {
    TURN_QUEUED,
    TURN_RUNNABLE,
    TURN_LOADING,
    TURN_RECALLING,
    TURN_ASKING,
    TURN_STORING,
    TURN_GATED,
    TURN_WAITING,
    TURN_READY,
    TURN_HELD_BACK,
    TURN_COMMITTING,
    TURN_STATE_COUNT
};

struct engine;
struct part;
struct turn;

/* Store requests of one turn. */
enum turn_call {
    CALL_MEMO,
    CALL_HISTORY,
    CALL_ORDERS,
    CALL_CACHE,
    CALL_MEMO_WRITE,
    CALL_HISTORY_WRITE,
    CALL_ORDER_WRITE,
    CALL_CACHE_WRITE,
    CALL_COUNT
};

typedef void turn_called_fn(struct turn *turn, enum turn_call which);

/* What a turn needs while it runs; made when it starts, in its scratch memory. */
struct work {
    struct turn *turn;
    struct store_call calls[CALL_COUNT];
    enum err results[CALL_COUNT];
    turn_called_fn *on_called[CALL_COUNT];
    struct knowledge_call consult;
    enum err consulted;  /* what came of that */
    enum err remembered; /* what came of the history */
    unsigned awaited; /* requests that must be done before the next step */
    unsigned planned; /* bits of the calls that are made once the turn has its outcome */
    enum err person; /* why a person should answer, known before the model is asked; or OK */
    struct needs needs;
    struct brief brief;
    struct offer *offers; /* the brief's */
    bool is_cacheable;
    size_t keyed; /* place in the chain of the backend that cache_key names */
    struct key cache_key;
    struct key memo_key;
    struct flight_seat seat;
    struct memo said; /* what the answer is made from */
    enum flaw flaw;   /* why what was said cannot be used */
    enum said_reason model_reason; /* why the model wants a person */
};

/* What the turn changes about who has its conversation. */
struct custody_change {
    struct str key;
    uint64_t token; /* of the hand-off; 0: it gives the conversation back */
};

struct turn {
    struct list_node node;      /* in engine->turns[state] */
    struct list_node part_node; /* in part->turns */
    struct list_node held_node; /* in part->held */
    struct lane_place place;
    struct engine *engine;
    struct part *part;
    enum turn_state state;
    bool is_dropped;      /* its partition is gone: nothing of it is published */
    bool is_orphan;       /* it only waits for its store requests, or for the flight it paid for */
    bool is_given_up;     /* its lane was stuck: a person answers, whatever is found */
    bool is_refused;      /* its outcome was replaced by a dead letter once */
    unsigned calls_open;  /* requests to store and knowledge under way: its memory must stay */
    int attempt;          /* counts from 1 */
    unsigned asked;       /* bits of the backends that a call was made to for it */
    size_t backend;       /* place in the chain of the one it asks */
    enum flaw flaw;       /* of an answer that was given before, for the next attempt */
    struct usage usage;   /* of the calls that it led: the others of their flights paid nothing */
    int64_t model_ms;     /* of this attempt's call; -1: none was made */
    size_t backend_first; /* those before it have failed this turn for good */
    int64_t held_since_ms; /* it began to wait for a backend; -1: it does not */
    size_t bytes;         /* of the record */
    struct alarm alarm;
    int64_t arrived_ms;      /* monotonic */
    int64_t arrived_wall_ms;
    struct arena arena;      /* what stays until it is settled: itself, event, outcome */
    struct arena scratch;    /* its work and what that points to, until the outcome is there */
    struct record record;
    struct event *event; /* NULL: it did not decode */
    enum err fault;      /* why it did not */
    struct note *note;   /* details of that; may be NULL */
    struct work *work; /* NULL before, and when it rests */
    struct custody_change *change; /* NULL: nothing */
    struct delivery delivery;
};

/* A copy of `record` in a turn of its own. Its two arenas take `arena_bytes_max` each at most. NULL
 * when out of memory. */
struct turn *turn_create(struct engine *engine, struct part *part, const struct record *record,
                         size_t arena_bytes_max);

/* Moves between the engine's lists; aborts on a move that the table does not allow. */
void turn_move(struct turn *turn, enum turn_state to);

/* READY -> HELD_BACK. */
void turn_hold_back(struct turn *turn);

/* Ends the turn without an outcome: leaves its lane, and is freed as soon as no store request of
 * it runs and the model has answered what was asked for it, so that the answer is memoised. Not
 * for a turn that is COMMITTING and not disowned. */
void turn_drop(struct turn *turn);

/* Frees a turn that was dropped, unless something of it still runs. */
void turn_release(struct turn *turn);

/* Gives the scratch memory back with the work in it, unless a request may still write there. */
void turn_clear(struct turn *turn);

/* Gives back what the turn needed to find its outcome, once it has it and no request of it runs: a
 * busy worker has thousands of turns that only wait for their transaction. */
void turn_rest(struct turn *turn);

/* Takes a turn that is COMMITTING away from its partition, which is someone else's now. When the
 * batch is done, turn_drop() ends it. */
void turn_disown(struct turn *turn);

/* Ends a turn whose outcome is committed. */
void turn_settle(struct turn *turn);

/* True while something is done for it: it counts towards inflight.max, alone or with the others
 * of its flight. */
bool turn_is_running(const struct turn *turn);

/* Whose seat in a flight it is. */
struct turn *turn_of_seat(struct list_node *node);

/* Starts turn->work->calls[which], which the caller has filled. `on_done` runs when it is done,
 * unless the turn was dropped before; NULL: nobody waits for it. */
void turn_call(struct turn *turn, enum turn_call which, turn_called_fn *on_done);

#endif
