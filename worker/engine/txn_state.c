/* txn_state.c - see txn_state.h. */
#include "worker/engine/txn_state.h"

static const char *const txn_state_names[TXN_STATE_COUNT] = {
    [TXN_DOWN] = "down",         [TXN_STARTING] = "starting",
    [TXN_IDLE] = "idle",         [TXN_OPEN] = "open",
    [TXN_FULL] = "full",         [TXN_COMMITTING] = "committing",
    [TXN_ABORTING] = "aborting", [TXN_REPLACING] = "replacing",
    [TXN_READING] = "reading",   [TXN_FAILED] = "failed",
};

static const char *const txn_move_names[TXN_MOVE_COUNT] = {
    [TXN_START] = "start",         [TXN_STARTED] = "started",
    [TXN_BEGIN] = "begin",         [TXN_PRODUCED] = "produced",
    [TXN_OFFSETS] = "offsets",     [TXN_COMMITTED] = "committed",
    [TXN_ABORT] = "abort",         [TXN_ABORTED] = "aborted",
    [TXN_DOUBT] = "doubt",         [TXN_DECIDED] = "decided",
    [TXN_GIVE_UP] = "give up",     [TXN_STOP] = "stop",
};

/* The whole table: next state + 1; 0 is an illegal move. */
#define TO(state) ((unsigned char)((state) + 1))
static const unsigned char txn_table[TXN_STATE_COUNT][TXN_MOVE_COUNT] = {
    [TXN_DOWN] = { [TXN_START] = TO(TXN_STARTING), [TXN_STOP] = TO(TXN_DOWN) },
    [TXN_STARTING] = { [TXN_STARTED] = TO(TXN_IDLE), [TXN_GIVE_UP] = TO(TXN_FAILED) },
    [TXN_IDLE] = { [TXN_BEGIN] = TO(TXN_OPEN), [TXN_DOUBT] = TO(TXN_REPLACING),
                   [TXN_STOP] = TO(TXN_DOWN) },
    [TXN_OPEN] = { [TXN_PRODUCED] = TO(TXN_FULL), [TXN_ABORT] = TO(TXN_ABORTING),
                   [TXN_DOUBT] = TO(TXN_REPLACING) },
    [TXN_FULL] = { [TXN_OFFSETS] = TO(TXN_COMMITTING), [TXN_ABORT] = TO(TXN_ABORTING),
                   [TXN_DOUBT] = TO(TXN_REPLACING) },
    [TXN_COMMITTING] = { [TXN_COMMITTED] = TO(TXN_IDLE), [TXN_ABORT] = TO(TXN_ABORTING),
                         [TXN_DOUBT] = TO(TXN_REPLACING) },
    [TXN_ABORTING] = { [TXN_ABORTED] = TO(TXN_IDLE), [TXN_DOUBT] = TO(TXN_REPLACING) },
    [TXN_REPLACING] = { [TXN_STARTED] = TO(TXN_READING), [TXN_DOUBT] = TO(TXN_REPLACING),
                        [TXN_GIVE_UP] = TO(TXN_FAILED), [TXN_STOP] = TO(TXN_DOWN) },
    [TXN_READING] = { [TXN_DECIDED] = TO(TXN_IDLE), [TXN_GIVE_UP] = TO(TXN_FAILED),
                      [TXN_STOP] = TO(TXN_DOWN) },
    [TXN_FAILED] = { [TXN_STOP] = TO(TXN_DOWN) },
};
#undef TO

const char *txn_state_name(enum txn_state state)
{
    return txn_state_names[state];
}

const char *txn_move_name(enum txn_move move)
{
    return txn_move_names[move];
}

bool txn_state_after(enum txn_state state, enum txn_move move, enum txn_state *ret_next)
{
    unsigned next = txn_table[state][move];
    if (next == 0) {
        return false;
    }
    *ret_next = (enum txn_state)(next - 1);
    return true;
}

void txn_state_move(enum txn_state *state, enum txn_move move)
{
    if (!txn_state_after(*state, move, state)) {
        BUG(txn_move_names[move]);
    }
}

/* Before the end is asked for, brokers may have lost what they like: the transaction is
 * aborted and done again. Once it was asked for, only a definite "no" allows that. While
 * aborting there is nothing weaker left to do. */
enum txn_move txn_fault_move(enum txn_state state, enum txn_fault fault)
{
    assert(fault != TXN_FAULT_NONE);
    bool is_ending = state == TXN_COMMITTING || state == TXN_ABORTING;
    switch (fault) {
    case TXN_FAULT_ABORTABLE:
    case TXN_FAULT_POISON:
    case TXN_FAULT_GENERATION:
        return state == TXN_ABORTING ? TXN_DOUBT : TXN_ABORT;
    case TXN_FAULT_RETRIABLE:
        return is_ending ? TXN_DOUBT : TXN_ABORT;
    case TXN_FAULT_NONE:
    case TXN_FAULT_UNKNOWN:
    case TXN_FAULT_FENCED:
    case TXN_FAULT_FATAL:
    case TXN_FAULT_COUNT:
        break;
    }
    return TXN_DOUBT;
}

enum txn_verdict txn_verdict(const enum txn_trace *traces, size_t count)
{
    size_t ours = 0;
    size_t other = 0;
    for (size_t i = 0; i < count; i++) {
        ours += traces[i] == TXN_TRACE_OURS;
        other += traces[i] == TXN_TRACE_OTHER;
    }
    if (ours > 0 && other > 0) {
        return TXN_VERDICT_TORN;
    }
    if (ours > 0) {
        return TXN_VERDICT_IN;
    }
    return other > 0 ? TXN_VERDICT_OUT : TXN_VERDICT_GONE;
}

bool txn_may_replace(struct txn_replacements *replacements, int64_t now_ms)
{
    int64_t *oldest = &replacements->at_ms[replacements->count % TXN_REPLACEMENTS_MAX];
    bool is_full = replacements->count >= TXN_REPLACEMENTS_MAX;
    if (is_full && now_ms - *oldest < TXN_REPLACEMENTS_WITHIN_MS) {
        return false;
    }
    *oldest = now_ms;
    replacements->count++;
    return true;
}
