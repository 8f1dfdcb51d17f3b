/* ledger.c - see ledger.h.
 *
 * Staging works on a copy: an aborted batch then costs nothing to forget, and what is settled
 * is never mixed with what may be. */
#include "worker/engine/ledger.h"

#include "common/stored.h"

void ledger_init(struct ledger *ledger, int64_t position, size_t runs_max)
{
    *ledger = (struct ledger){ .position = position, .next = position, .committed = position };
    ledger->stamp = (struct donemap_stamp){ .version = STORED_OLDEST, .leader_epoch = -1 };
    ledger->map_body_max = DONEMAP_BODY_MAX;
    runs_init(&ledger->settled, runs_max);
    runs_init(&ledger->staged, runs_max);
}

void ledger_fini(struct ledger *ledger)
{
    runs_fini(&ledger->settled);
    runs_fini(&ledger->staged);
}

/* Adds to a set of settled offsets and moves its position over what is now whole. */
static enum err ledger_settle(struct runs *runs, int64_t *position, int64_t start, int64_t end)
{
    int64_t from = max_i64(start, *position);
    if (from >= end) {
        return OK;
    }
    if (from > *position) {
        return runs_add(runs, from, end);
    }
    *position = end;
    runs_drop_below(runs, end);
    if (runs->count > 0 && runs->items[0].start == end) {
        *position = runs->items[0].end;
        runs_drop_below(runs, *position);
    }
    return OK;
}

enum err ledger_restore(struct ledger *ledger, const struct runs *settled)
{
    assert(!ledger->is_staging && ledger->next == ledger->position);
    TRY(runs_copy(&ledger->settled, settled));
    runs_drop_below(&ledger->settled, ledger->position);
    if (ledger->settled.count > 0 && ledger->settled.items[0].start == ledger->position) {
        ledger->position = ledger->settled.items[0].end;
        runs_drop_below(&ledger->settled, ledger->position);
    }
    ledger->next = ledger->position;
    return OK;
}

void ledger_rewrite(struct ledger *ledger)
{
    ledger->committed = -1;
}

/* Counts [next, end) as settled where no record was delivered for it. */
static enum err ledger_skip(struct ledger *ledger, int64_t end)
{
    if (end <= ledger->next) {
        return OK;
    }
    TRY(ledger_settle(&ledger->settled, &ledger->position, ledger->next, end));
    if (ledger->is_staging) {
        TRY(ledger_settle(&ledger->staged, &ledger->staged_position, ledger->next, end));
    }
    return OK;
}

enum err ledger_deliver(struct ledger *ledger, int64_t offset, enum ledger_seen *ret_seen)
{
    if (offset < ledger->next) {
        *ret_seen = LEDGER_REPEATED;
        return OK;
    }
    TRY(ledger_skip(ledger, offset));
    ledger->next = offset + 1;
    bool is_settled = offset < ledger->position || runs_has(&ledger->settled, offset);
    *ret_seen = is_settled ? LEDGER_SETTLED : LEDGER_NEW;
    return OK;
}

enum err ledger_reach(struct ledger *ledger, int64_t next)
{
    if (next <= ledger->next) {
        return OK;
    }
    TRY(ledger_skip(ledger, next));
    ledger->next = next;
    return OK;
}

enum err ledger_stage(struct ledger *ledger)
{
    assert(!ledger->is_staging);
    TRY(runs_copy(&ledger->staged, &ledger->settled));
    ledger->staged_position = ledger->position;
    ledger->is_staging = true;
    return OK;
}

static bool ledger_map_fits(const struct ledger *ledger)
{
    return donemap_fits(&ledger->staged, ledger->staged_position, ledger->map_body_max);
}

enum err ledger_stage_offset(struct ledger *ledger, int64_t offset)
{
    assert(ledger->is_staging && offset >= ledger->staged_position && offset < ledger->next);
    bool is_lowest = offset == ledger->staged_position;
    TRY(ledger_settle(&ledger->staged, &ledger->staged_position, offset, offset + 1));
    if (is_lowest || ledger->forgets || ledger_map_fits(ledger)) {
        return OK;
    }
    /* A set that fitted without it fits again; taking it out needs at most one run more, and
     * that was there before. */
    enum err err = runs_remove(&ledger->staged, offset);
    return err == OK ? ERR_FULL : err;
}

enum err ledger_staged_map(const struct ledger *ledger, struct arena *arena, struct str *ret_text)
{
    assert(ledger->is_staging);
    if (ledger->forgets && !ledger_map_fits(ledger)) {
        *ret_text = STR_NONE;
        return OK;
    }
    return donemap_encode(arena, &ledger->staged, ledger->staged_position, &ledger->stamp,
                          ret_text);
}

void ledger_commit(struct ledger *ledger)
{
    assert(ledger->is_staging);
    struct runs old = ledger->settled;
    ledger->settled = ledger->staged;
    ledger->staged = old;
    ledger->staged.count = 0;
    ledger->position = ledger->staged_position;
    ledger->committed = ledger->staged_position;
    ledger->is_staging = false;
}

void ledger_abort(struct ledger *ledger)
{
    assert(ledger->is_staging);
    ledger->staged.count = 0;
    ledger->is_staging = false;
}

bool ledger_is_ahead(const struct ledger *ledger)
{
    return ledger->position > ledger->committed;
}
