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
    runs_init(&ledger->gaps, runs_max);
    runs_init(&ledger->staged, runs_max);
}

void ledger_fini(struct ledger *ledger)
{
    runs_fini(&ledger->settled);
    runs_fini(&ledger->gaps);
    runs_fini(&ledger->staged);
}

/* A set of settled offsets and the lowest one that is not. */
struct ledger_set {
    struct runs *runs;
    int64_t *position;
};

static struct ledger_set ledger_settled(struct ledger *ledger)
{
    return (struct ledger_set){ &ledger->settled, &ledger->position };
}

static struct ledger_set ledger_staged(struct ledger *ledger)
{
    return (struct ledger_set){ &ledger->staged, &ledger->staged_position };
}

/* Moves the position over what needs no settling any more. */
static void ledger_advance(const struct ledger *ledger, struct ledger_set set)
{
    const struct run *run;
    while ((run = runs_at(set.runs, *set.position)) != NULL ||
           (run = runs_at(&ledger->gaps, *set.position)) != NULL) {
        *set.position = run->end;
    }
    runs_drop_below(set.runs, *set.position);
}

/* The offset with the gaps on its sides behind which it goes on with settled ones. */
static struct run ledger_span(const struct ledger *ledger, const struct runs *runs, int64_t offset)
{
    struct run span = { offset, offset + 1 };
    const struct run *before = runs_at(&ledger->gaps, offset - 1);
    const struct run *behind = runs_at(&ledger->gaps, offset + 1);
    if (before && runs_has(runs, before->start - 1)) {
        span.start = before->start;
    }
    if (behind && runs_has(runs, behind->end)) {
        span.end = behind->end;
    }
    return span;
}

enum err ledger_restore(struct ledger *ledger, const struct runs *settled)
{
    assert(!ledger->is_staging && ledger->next == ledger->position);
    TRY(runs_copy(&ledger->settled, settled));
    runs_drop_below(&ledger->settled, ledger->position);
    ledger_advance(ledger, ledger_settled(ledger));
    ledger->next = ledger->position;
    return OK;
}

void ledger_rewrite(struct ledger *ledger)
{
    ledger->committed = -1;
}

/* No record is in [next, end). */
static enum err ledger_skip(struct ledger *ledger, int64_t end)
{
    if (end <= ledger->next) {
        return OK;
    }
    TRY(runs_add(&ledger->gaps, ledger->next, end));
    ledger_advance(ledger, ledger_settled(ledger));
    if (ledger->is_staging) {
        ledger_advance(ledger, ledger_staged(ledger));
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
    if (offset == ledger->staged_position) {
        ledger->staged_position++;
        ledger_advance(ledger, ledger_staged(ledger));
        return OK;
    }
    struct run span = ledger_span(ledger, &ledger->staged, offset);
    TRY(runs_add(&ledger->staged, span.start, span.end));
    if (ledger->forgets || ledger_map_fits(ledger)) {
        return OK;
    }
    /* A set that fitted without it fits again; taking it out needs at most one run more, and
     * that was there before. */
    enum err err = runs_remove(&ledger->staged, span.start, span.end);
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

/* Gaps that have become part of what is settled, or lie below the position, are not needed. */
static void ledger_drop_gaps(struct ledger *ledger)
{
    struct runs *gaps = &ledger->gaps;
    size_t kept = 0;
    for (size_t i = 0; i < gaps->count; i++) {
        bool is_open = gaps->items[i].end > ledger->position &&
                       !runs_has(&ledger->settled, gaps->items[i].start);
        if (is_open) {
            gaps->items[kept++] = gaps->items[i];
        }
    }
    gaps->count = kept;
}

void ledger_commit(struct ledger *ledger, int64_t committed)
{
    assert(ledger->is_staging && committed <= ledger->staged_position);
    struct runs old = ledger->settled;
    ledger->settled = ledger->staged;
    ledger->staged = old;
    ledger->staged.count = 0;
    ledger->position = ledger->staged_position;
    ledger->committed = committed;
    ledger->is_staging = false;
    ledger_drop_gaps(ledger);
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
