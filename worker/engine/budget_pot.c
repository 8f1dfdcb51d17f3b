/* budget_pot.c - see budget_pot.h. */
#include "worker/engine/budget_pot.h"

#define POT_BUSY_MS 1000 /* a pod that comes back sooner takes more at once */
#define POT_IDLE_MS 1000 /* a lease that is not touched for so long goes back */
#define POT_DRY_MS_MIN 250
#define POT_DRY_MS_MAX 5000

void budget_pot_init(struct budget_pot *pot, int64_t limit, int64_t window_ms, int64_t pods_max)
{
    assert(limit > 0 && window_ms > 0 && pods_max > 0);
    *pot = (struct budget_pot){
        .limit = limit, .window_ms = window_ms, .pods_max = pods_max, .window = -1
    };
}

void budget_pot_turn(struct budget_pot *pot, int64_t wall_ms)
{
    int64_t window = wall_ms / pot->window_ms;
    if (window != pot->window) {
        budget_pot_init(pot, pot->limit, pot->window_ms, pot->pods_max);
        pot->window = window;
    }
}

int64_t budget_pot_end_wall_ms(const struct budget_pot *pot)
{
    return (pot->window + 1) * pot->window_ms;
}

bool budget_pot_has(const struct budget_pot *pot, int64_t need)
{
    return pot->lease >= need;
}

bool budget_pot_has_alone(const struct budget_pot *pot, int64_t need)
{
    /* Of the whole limit, and of what the sum left when it was last heard of. */
    int64_t share = pot->limit / pot->pods_max;
    int64_t rest = max_i64(0, pot->limit - pot->seen) / pot->pods_max;
    return budget_pot_has(pot, need) ||
           (pot->spent + need <= share && need - pot->lease <= rest);
}

void budget_pot_spend(struct budget_pot *pot, int64_t units, int64_t now_ms)
{
    pot->lease -= units;
    pot->spent += units;
    pot->spent_ms = now_ms;
}

void budget_pot_correct(struct budget_pot *pot, int64_t window, int64_t more)
{
    if (window == pot->window) {
        pot->lease -= more;
        pot->spent += more;
    }
}

/* A share of what is left, but enough for one; twice as much as before while that does not last. */
static int64_t pot_chunk(struct budget_pot *pot, int64_t need, int64_t now_ms)
{
    int64_t guided = (pot->limit - pot->seen) / (2 * pot->pods_max);
    bool is_busy = pot->chunk > 0 && now_ms - pot->asked_ms < POT_BUSY_MS;
    int64_t wanted = is_busy ? min_i64(2 * pot->chunk, pot->limit) : need;
    pot->chunk = max_i64(need, min_i64(wanted, guided));
    return pot->chunk;
}

/* While a pod is busy it takes the next lease before the last one is used up, so that no call
 * waits for it. */
static bool pot_is_low(const struct budget_pot *pot, int64_t need, int64_t now_ms)
{
    bool is_busy = pot->chunk > need && now_ms - pot->asked_ms < POT_BUSY_MS;
    return pot->lease < need || (is_busy && pot->lease < pot->chunk / 2);
}

bool budget_pot_add(struct budget_pot *pot, int64_t need, int64_t now_ms, int64_t *ret_amount)
{
    if (pot->is_adding) {
        return false;
    }
    int64_t asked = 0;
    if (need > 0 && now_ms >= pot->dry_until_ms && pot_is_low(pot, need, now_ms)) {
        asked = max_i64(0, -pot->lease) + pot_chunk(pot, need, now_ms);
        pot->asked_ms = now_ms;
    }
    if (asked == 0 && pot->spare == 0) {
        return false;
    }
    pot->asked = asked;
    pot->given = pot->spare;
    pot->spare = 0;
    pot->is_adding = true;
    *ret_amount = pot->asked - pot->given;
    return true;
}

void budget_pot_close(struct budget_pot *pot)
{
    pot->spare += max_i64(0, pot->lease);
    pot->lease = min_i64(0, pot->lease);
}

/* Too little for one call is of use only to someone who has the rest. What others have asked for in
 * vain is in the sum for a moment: the first time it is soon asked again. */
static void pot_dry(struct budget_pot *pot, int64_t now_ms)
{
    int64_t pause_ms = max_i64(POT_DRY_MS_MIN, min_i64(pot->window_ms / 60, POT_DRY_MS_MAX));
    pot->dry_until_ms = now_ms + (pot->is_dry ? pause_ms : POT_DRY_MS_MIN);
    pot->is_used_up = pot->is_dry;
    pot->is_dry = true;
    budget_pot_close(pot);
}

void budget_pot_told(struct budget_pot *pot, int64_t sum, int64_t need, int64_t now_ms)
{
    assert(pot->is_adding);
    int64_t before = sum - pot->asked;
    pot->held -= pot->given;
    if (before < pot->held) { /* the sum was lost: what we had in it is added again, as a debt */
        pot->lease -= pot->held - before;
        pot->held = before;
    }
    int64_t granted = min_i64(pot->asked, max_i64(0, pot->limit - before));
    pot->held += pot->asked;
    pot->lease += granted;
    pot->spare += pot->asked - granted;
    pot->seen = before + granted;
    if (pot->asked > 0 && pot->lease < need) {
        pot_dry(pot, now_ms);
    } else if (pot->asked > 0) {
        pot->is_dry = false;
        pot->is_used_up = false;
    }
    pot->asked = 0;
    pot->given = 0;
    pot->is_adding = false;
}

/* Whether it was added is not known. It is not asked for again, so the sum may have more of this
 * pod than it knows of, never less. */
void budget_pot_failed(struct budget_pot *pot)
{
    assert(pot->is_adding);
    pot->held -= pot->given;
    pot->asked = 0;
    pot->given = 0;
    pot->is_adding = false;
}

bool budget_pot_rest(struct budget_pot *pot, int64_t now_ms)
{
    int64_t used_ms = max_i64(pot->spent_ms, pot->asked_ms);
    if (now_ms - used_ms >= POT_IDLE_MS) {
        budget_pot_close(pot);
    }
    return pot->spare > 0;
}
