/* rank_best.c - see rank_best.h. The heap knows scores alone; those that are equal leave it
 * together, and only then are their names compared. */
#include "worker/answer/rank_best.h"

/* Puts `moved` where it belongs, from `at` downwards. */
static void best_sift(struct rank_best *best, size_t at, struct rank_waiting moved)
{
    struct rank_waiting *waiting = best->waiting;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < best->waiting_count && waiting[child + 1].score > waiting[child].score) {
            child++;
        }
        if (child >= best->waiting_count || waiting[child].score <= moved.score) {
            break;
        }
        waiting[at] = waiting[child];
        at = child;
    }
    waiting[at] = moved;
}

enum err rank_best_init(struct rank_best *best, struct arena *arena,
                        const struct rank_table *table, size_t max)
{
    *best = (struct rank_best){ .max = max };
    best->candidates = arena_alloc(arena, table->count * sizeof(*best->candidates));
    best->waiting = arena_alloc(arena, table->count * sizeof(*best->waiting));
    if (!best->candidates || !best->waiting) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct rank_candidate *candidate = &table->candidates[i];
        if (candidate->score > 0) {
            best->waiting[best->waiting_count++] =
                (struct rank_waiting){ candidate->score, candidate };
        }
    }
    for (size_t i = best->waiting_count / 2; i > 0; i--) {
        best_sift(best, i - 1, best->waiting[i - 1]);
    }
    return OK;
}

static void best_pop(struct rank_best *best)
{
    best->candidates[best->count++] = best->waiting[0].candidate;
    best->waiting_count--;
    if (best->waiting_count > 0) {
        best_sift(best, 0, best->waiting[best->waiting_count]);
    }
}

static int best_compare(const void *a, const void *b)
{
    const struct rank_candidate *const *left = a;
    const struct rank_candidate *const *right = b;
    return str_cmp((*left)->item->sku, (*right)->item->sku);
}

/* All that have the score of the best one. */
static void best_pop_equals(struct rank_best *best)
{
    size_t first = best->count;
    double score = best->waiting[0].score;
    do {
        best_pop(best);
    } while (best->waiting_count > 0 && best->waiting[0].score >= score);
    if (best->count - first > 1) {
        qsort(&best->candidates[first], best->count - first, sizeof(*best->candidates),
              best_compare);
    }
}

bool rank_best_reach(struct rank_best *best, size_t at)
{
    while (at < best->max && at >= best->count && best->waiting_count > 0) {
        best_pop_equals(best);
    }
    return at < best->max && at < best->count;
}
