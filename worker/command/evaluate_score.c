/* evaluate_score.c - see evaluate_score.h. */
#include "worker/command/evaluate_score.h"

#include <math.h>

static bool score_is_in(const struct past *past, const struct basket *truth, uint32_t item,
                        enum score_part part)
{
    bool is_repeat = past_find(past, truth->customer, item) != NULL;
    return part == SCORE_ALL || is_repeat == (part == SCORE_REPEAT);
}

static bool score_is_hit(const struct basket *truth, uint32_t item)
{
    for (uint32_t i = 0; i < truth->items_count; i++) {
        if (truth->items[i] == item) {
            return true;
        }
    }
    return false;
}

static double score_gain(uint32_t place)
{
    return 1 / log2((double)place + 2);
}

static void score_add_part(struct score_sum *sum, const struct past *past,
                           const struct basket *truth, const struct basket *list,
                           enum score_part part)
{
    uint32_t wanted = 0;
    uint32_t hits = 0;
    double gain = 0;
    double best = 0;
    for (uint32_t i = 0; i < truth->items_count; i++) {
        if (score_is_in(past, truth, truth->items[i], part)) {
            best += wanted < EVALUATE_COUNT ? score_gain(wanted) : 0;
            wanted++;
        }
    }
    for (uint32_t i = 0; i < list->items_count; i++) {
        if (score_is_hit(truth, list->items[i]) && score_is_in(past, truth, list->items[i], part)) {
            gain += score_gain(i);
            hits++;
        }
    }
    if (wanted > 0) {
        sum->customers++;
        sum->recall += (double)hits / wanted;
        sum->ndcg += gain / best;
        sum->hits += hits > 0 ? 1 : 0;
    }
}

void score_add(struct score *score, const struct past *past, const struct basket *truth,
               const uint32_t *items, uint32_t count)
{
    const struct basket list = { .items = (uint32_t *)(uintptr_t)items, .items_count = count };
    for (enum score_part part = SCORE_ALL; part < SCORE_PARTS; part++) {
        score_add_part(&score->sums[part], past, truth, &list, part);
    }
    for (uint32_t i = 0; i < count; i++) {
        score->offered += score->is_offered[items[i]] ? 0 : 1;
        score->is_offered[items[i]] = true;
    }
}
