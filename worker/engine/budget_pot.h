/* budget_pot.h - one limit of one window, as one of several pods keeps it.
 *
 * All pods add what they take to one shared sum; a pod takes a lease of some units at once and
 * spends them without asking anyone. Adding is one step and tells the new sum, so each pod knows
 * which part of what it added lies below the limit: leases never add up to more than the limit.
 * How much is taken at once follows guided self-scheduling (Polychronopoulos and Kuck, 1987): a
 * share of what is left, so that little is stuck in leases when the limit is near. What is not
 * used goes back.
 *
 * What was spent beyond the lease (a call cost more tokens than was thought) is a debt, which is
 * added to the sum like anything else: the limit is exceeded by no more than that. Whatever gets
 * lost on the way is lost as room, never as truth. A pod that cannot reach the sum keeps to the
 * limit divided by the most pods there can be.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_BUDGET_POT_H
#define ENGINE_BUDGET_POT_H

#include "common/base.h"

struct budget_pot {
    int64_t limit; /* of all pods in one window; > 0 */
    int64_t window_ms;
    int64_t pods_max;
    int64_t window; /* its number since 1970; -1: none yet */
    int64_t lease;  /* in hand; negative: a debt */
    int64_t spare;  /* to go back */
    int64_t held;   /* what the sum has of this pod */
    int64_t spent;  /* by this pod */
    int64_t seen;   /* the sum, as last told */
    int64_t chunk;  /* taken last */
    int64_t asked;  /* on its way to the sum: taken, */
    int64_t given;  /* and given back */
    bool is_adding;
    int64_t asked_ms; /* monotonic: when units were last taken, */
    int64_t spent_ms; /* and spent */
    int64_t dry_until_ms; /* until then there is no use in asking again */
    bool is_dry;          /* the sum had too little when it was last asked, */
    bool is_used_up;      /* and the time before that */
};

void budget_pot_init(struct budget_pot *pot, int64_t limit, int64_t window_ms, int64_t pods_max);

/* A new window starts from nothing. */
void budget_pot_turn(struct budget_pot *pot, int64_t wall_ms);

/* When this window ends, in wall time. */
int64_t budget_pot_end_wall_ms(const struct budget_pot *pot);

/* True: `need` units are in hand. The second one is for a pod that cannot reach the sum. */
bool budget_pot_has(const struct budget_pot *pot, int64_t need);
bool budget_pot_has_alone(const struct budget_pot *pot, int64_t need);

void budget_pot_spend(struct budget_pot *pot, int64_t units, int64_t now_ms);

/* In that window so many units more were spent than was thought; fewer, if negative. */
void budget_pot_correct(struct budget_pot *pot, int64_t window, int64_t more);

/* True: add `*ret_amount` (which may be 0 or negative) to the sum, so that `need` units are in
 * hand and what is spare goes back; then say told or failed. `need` 0: nothing is taken. */
bool budget_pot_add(struct budget_pot *pot, int64_t need, int64_t now_ms, int64_t *ret_amount);

/* The sum with what was added. `need` as before: less than that is not kept in hand. */
void budget_pot_told(struct budget_pot *pot, int64_t sum, int64_t need, int64_t now_ms);
void budget_pot_failed(struct budget_pot *pot);

/* A lease that has not been touched for a second is spare from now on. True: something is spare,
 * which budget_pot_add() gives back. */
bool budget_pot_rest(struct budget_pot *pot, int64_t now_ms);

/* All of the lease is spare from now on. */
void budget_pot_close(struct budget_pot *pot);

#endif
