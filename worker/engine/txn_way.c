/* txn_way.c - see txn_way.h.
 *
 * The way of a batch is straight: begin, produce, check epochs, send offsets, commit. Each
 * fault on it ends in one of two ways: abort, or doubt. In doubt the producer is replaced: the
 * new one's init_transactions fences everything that the old one has sent and ends its
 * transaction one way or the other; after that, committed offsets cannot change behind our
 * back, and say what became of the batch. */
#include "worker/engine/txn_way.h"

#include "worker/engine/batch_epochs.h"

/* In short pieces, so that wrong credentials need not wait for the whole time. */
#define WAY_INIT_MS 2000
#define WAY_INIT_PAUSE_MS 100
/* Trouble that only time or people end is told once in a while, and tried for ever. */
#define WAY_ROUND_MS 10000
#define WAY_RETRY_MS 500
/* An owner that has taken a partition over may have committed before the loop hears of the loss:
 * the group tells a member within a heartbeat (3 s), or its session (10 s). */
#define WAY_TORN_MS 15000
/* transaction.timeout.ms: what is open for longer brokers abort, and fence whoever had it open. */
#define WAY_OPEN_MS 10000

static const char *const txn_step_names[TXN_STEP_COUNT] = {
    [TXN_STEP_NONE] = "none",       [TXN_STEP_INIT] = "init",     [TXN_STEP_WAIT] = "wait",
    [TXN_STEP_BEGIN] = "begin",     [TXN_STEP_PRODUCE] = "produce",
    [TXN_STEP_OFFSETS] = "offsets", [TXN_STEP_COMMIT] = "commit", [TXN_STEP_ABORT] = "abort",
    [TXN_STEP_DROP] = "drop",       [TXN_STEP_READ] = "read",
};

const char *txn_step_name(enum txn_step step)
{
    return txn_step_names[step];
}

void txn_way_init(struct txn_way *way)
{
    *way = (struct txn_way){ .state = TXN_DOWN };
}

static void way_wait(struct txn_way *way, int64_t wait_ms)
{
    way->step = TXN_STEP_WAIT;
    way->step_ms = wait_ms;
}

static void way_end(struct txn_way *way)
{
    way->step = TXN_STEP_NONE;
    way->batch = NULL;
}

static void way_give_up(struct txn_way *way, enum err fatal)
{
    txn_state_move(&way->state, TXN_GIVE_UP);
    way->fatal = fatal;
    way_end(way);
}

/* --- taking the transactional id over ------------------------------------------------------- */

static void way_try_init(struct txn_way *way, int64_t now_ms)
{
    way->step = TXN_STEP_INIT;
    way->step_ms = max_i64(min_i64(way->until_ms - now_ms, WAY_INIT_MS), 1);
}

void txn_way_start(struct txn_way *way, int64_t now_ms, int64_t timeout_ms)
{
    txn_state_move(&way->state, TXN_START);
    way->fatal = OK;
    way->until_ms = now_ms + timeout_ms;
    way_try_init(way, now_ms);
}

/* One more round of a replacement. What was taken from us may not be taken back too often. */
static void way_open_round(struct txn_way *way, int64_t now_ms)
{
    if (way->is_disputed && !txn_may_replace(&way->replacements, now_ms)) {
        way_give_up(way, ERR_FENCED);
        return;
    }
    way->is_disputed = false;
    way->until_ms = now_ms + WAY_ROUND_MS;
    way_try_init(way, now_ms);
}

static void way_close_round(struct txn_way *way, const struct txn_took *took)
{
    if (way->state == TXN_STARTING) {
        way_give_up(way, took->fault == TXN_FAULT_FENCED ? ERR_FENCED : ERR_UNAVAILABLE);
        return;
    }
    if (took->is_hurried) {
        way_end(way); /* and stay in REPLACING: what became of the batch is not known */
        return;
    }
    txn_state_move(&way->state, TXN_DOUBT);
    way->until_ms = took->now_ms; /* the round is over */
    way_wait(way, WAY_RETRY_MS);
}

static void way_took_init(struct txn_way *way, const struct txn_took *took)
{
    bool is_fenced = took->fault == TXN_FAULT_FENCED;
    way->has_producer = !is_fenced && took->fault != TXN_FAULT_FATAL;
    if (took->fault == TXN_FAULT_NONE) {
        txn_state_move(&way->state, TXN_STARTED);
        way->step = way->state == TXN_READING ? TXN_STEP_READ : TXN_STEP_NONE;
        return;
    }
    if (is_fenced || took->is_hopeless || took->is_hurried || took->now_ms >= way->until_ms) {
        way_close_round(way, took);
        return;
    }
    way_wait(way, WAY_INIT_PAUSE_MS);
}

/* --- doubt ---------------------------------------------------------------------------------- */

static void way_decide(struct txn_way *way, enum txn_verdict verdict)
{
    switch (verdict) {
    case TXN_VERDICT_IN:
        way->result = BATCH_COMMITTED;
        break;
    case TXN_VERDICT_OUT:
        way->result = BATCH_ABORTED;
        break;
    case TXN_VERDICT_GONE:
        way->result = BATCH_LOST;
        break;
    case TXN_VERDICT_TORN:
        way->result = BATCH_ABORTED;
        way_give_up(way, ERR_UNAVAILABLE);
        return;
    }
    txn_state_move(&way->state, TXN_DECIDED);
    way_end(way);
}

/* A partition that shows another's offsets may be lost without our knowing it yet: its epoch is
 * about to be raised, and then it says nothing. */
static bool way_waits_for_loss(struct txn_way *way, enum txn_verdict verdict, int64_t now_ms)
{
    if (verdict != TXN_VERDICT_TORN) {
        return false;
    }
    if (way->torn_until_ms == 0) {
        way->torn_until_ms = now_ms + WAY_TORN_MS;
    }
    return now_ms < way->torn_until_ms;
}

static void way_took_read(struct txn_way *way, const struct txn_took *took)
{
    if (took->traces) {
        bool is_believed = !(way->lowered & TXN_LOWER_READING);
        size_t count = way->batch->progress_count;
        enum txn_verdict verdict =
            is_believed ? txn_verdict(took->traces, count) : TXN_VERDICT_OUT;
        if (!way_waits_for_loss(way, verdict, took->now_ms)) {
            way_decide(way, verdict);
            return;
        }
    }
    if (took->is_hurried) {
        way_end(way);
        return;
    }
    way_wait(way, WAY_RETRY_MS);
}

static void way_took_wait(struct txn_way *way, const struct txn_took *took)
{
    if (took->is_hurried) {
        way_close_round(way, took);
    } else if (way->state == TXN_READING) {
        way->step = TXN_STEP_READ;
    } else if (way->state == TXN_REPLACING && took->now_ms >= way->until_ms) {
        way_open_round(way, took->now_ms);
    } else {
        way_try_init(way, took->now_ms);
    }
}

enum txn_trace txn_way_trace(const struct progress *progress, int64_t position,
                             struct str metadata)
{
    if (epoch_now(progress->epoch) != progress->epoch_expected) {
        return TXN_TRACE_FOREIGN;
    }
    bool is_as_sent = position == progress->position && str_eq(metadata, progress->metadata);
    return is_as_sent ? TXN_TRACE_OURS : TXN_TRACE_OTHER;
}

/* --- the way of a batch --------------------------------------------------------------------- */

static enum err way_why(enum txn_fault fault)
{
    switch (fault) {
    case TXN_FAULT_POISON:
        return ERR_POISON;
    case TXN_FAULT_GENERATION:
        return ERR_GENERATION;
    case TXN_FAULT_UNKNOWN:
    case TXN_FAULT_FENCED:
    case TXN_FAULT_FATAL:
        return ERR_TXN_UNKNOWN;
    case TXN_FAULT_NONE:
    case TXN_FAULT_RETRIABLE:
    case TXN_FAULT_ABORTABLE:
    case TXN_FAULT_COUNT:
        break;
    }
    return ERR_TXN;
}

static void way_doubt(struct txn_way *way)
{
    txn_state_move(&way->state, TXN_DOUBT);
    way->step = TXN_STEP_DROP;
}

/* A begin that failed has opened nothing: there is nothing to abort, only to doubt. */
static void way_recover(struct txn_way *way, enum txn_fault fault)
{
    way->fault = fault;
    way->batch->why = way_why(fault);
    way->result = batch_epochs_result(way->batch);
    bool is_open = way->state != TXN_IDLE;
    if (is_open && txn_fault_move(way->state, fault) == TXN_ABORT) {
        txn_state_move(&way->state, TXN_ABORT);
        way->step = TXN_STEP_ABORT;
        return;
    }
    way_doubt(way);
}

static void way_took_produce(struct txn_way *way)
{
    txn_state_move(&way->state, TXN_PRODUCED);
    if (batch_epochs(way->batch) != EPOCHS_HOLD && !(way->lowered & TXN_LOWER_EPOCHS)) {
        note_set(&way->batch->note, "a partition was given away meanwhile");
        way_recover(way, TXN_FAULT_GENERATION);
        return;
    }
    way->step = TXN_STEP_OFFSETS;
}

/* Success, but brokers may have been sent something twice: it is not believed. */
static enum txn_fault way_end_fault(const struct txn_way *way, const struct txn_took *took)
{
    bool is_believed = took->is_clean || (way->lowered & TXN_LOWER_RESENDS);
    return took->fault == TXN_FAULT_NONE && !is_believed ? TXN_FAULT_UNKNOWN : took->fault;
}

/* What a worker does that knows no doubt; for a test's negative control. */
static void way_shrug(struct txn_way *way)
{
    way->batch->why = ERR_TXN;
    way->result = BATCH_ABORTED;
    txn_state_move(&way->state, TXN_ABORT);
    txn_state_move(&way->state, TXN_ABORTED);
    way_end(way);
}

static void way_took_commit(struct txn_way *way, const struct txn_took *took)
{
    enum txn_fault fault = way_end_fault(way, took);
    if (fault == TXN_FAULT_UNKNOWN && (way->lowered & TXN_LOWER_DOUBT)) {
        way_shrug(way);
        return;
    }
    if (fault != TXN_FAULT_NONE) {
        way_recover(way, fault);
        return;
    }
    txn_state_move(&way->state, TXN_COMMITTED);
    way->result = BATCH_COMMITTED;
    way_end(way);
}

static void way_took_abort(struct txn_way *way, const struct txn_took *took)
{
    if (way_end_fault(way, took) != TXN_FAULT_NONE) {
        way_doubt(way);
        return;
    }
    txn_state_move(&way->state, TXN_ABORTED);
    way_end(way);
}

static void way_took_offsets(struct txn_way *way)
{
    txn_state_move(&way->state, TXN_OFFSETS);
    way->step = TXN_STEP_COMMIT;
}

static void way_took_begin(struct txn_way *way)
{
    txn_state_move(&way->state, TXN_BEGIN);
    way->step = TXN_STEP_PRODUCE;
}

/* The end was not asked for yet, so a fault says for certain that nothing is committed. */
static bool way_is_early(const struct txn_way *way)
{
    return way->step == TXN_STEP_BEGIN || way->step == TXN_STEP_PRODUCE ||
           way->step == TXN_STEP_OFFSETS;
}

/* Somebody else has the id, or no producer of ours gets on with it. Slowness alone is no sign of
 * that: neither an unknown result nor the end that brokers make of a transaction in its time. */
static bool way_is_disputed(const struct txn_way *way, const struct txn_took *took)
{
    bool is_refused = took->fault == TXN_FAULT_FENCED || took->fault == TXN_FAULT_FATAL;
    bool is_overdue = way->step != TXN_STEP_INIT && took->now_ms - way->began_ms >= WAY_OPEN_MS;
    return is_refused && !is_overdue;
}

void txn_way_took(struct txn_way *way, const struct txn_took *took)
{
    way->is_disputed |= way_is_disputed(way, took);
    if (way_is_early(way) && took->fault != TXN_FAULT_NONE) {
        way_recover(way, took->fault);
        return;
    }
    switch (way->step) {
    case TXN_STEP_INIT:
        way_took_init(way, took);
        return;
    case TXN_STEP_WAIT:
        way_took_wait(way, took);
        return;
    case TXN_STEP_BEGIN:
        way->began_ms = took->now_ms;
        way_took_begin(way);
        return;
    case TXN_STEP_PRODUCE:
        way_took_produce(way);
        return;
    case TXN_STEP_OFFSETS:
        way_took_offsets(way);
        return;
    case TXN_STEP_COMMIT:
        way_took_commit(way, took);
        return;
    case TXN_STEP_ABORT:
        way_took_abort(way, took);
        return;
    case TXN_STEP_DROP:
        way->has_producer = false;
        way_open_round(way, took->now_ms);
        return;
    case TXN_STEP_READ:
        way_took_read(way, took);
        return;
    case TXN_STEP_NONE:
    case TXN_STEP_COUNT:
        break;
    }
    BUG("there was no step to take");
}

void txn_way_commit(struct txn_way *way, struct batch *batch)
{
    assert(way->step == TXN_STEP_NONE);
    way->fatal = OK;
    way->fault = TXN_FAULT_NONE;
    batch->why = OK;
    if (way->state != TXN_IDLE) { /* hurried away while a producer was being replaced */
        batch->why = ERR_CANCELLED;
        way->result = BATCH_ABORTED;
        return;
    }
    way->batch = batch;
    way->torn_until_ms = 0;
    way->is_disputed = false;
    way->step = TXN_STEP_BEGIN;
}

void txn_way_stop(struct txn_way *way)
{
    way->has_producer = false;
    txn_state_move(&way->state, TXN_STOP);
}
