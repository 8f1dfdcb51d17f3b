/* evaluate_pace.c - see evaluate_pace.h. */
#include "worker/command/evaluate_pace.h"

#include <stdlib.h>

#include "common/mem.h"

#define PACE_EPOCH_MS 100000000000 /* in 1973 */
#define PACE_HOUR_MS 3600000
#define PACE_WEEK_MS (7.0 * 24 * PACE_HOUR_MS)
#define PACE_AT_MAX 1e18

static int pace_compare(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* The distances above 0 between a customer's baskets. Returns their number. */
static size_t pace_gaps(const struct baskets *baskets, uint32_t *last, int64_t *gaps)
{
    size_t count = 0;
    for (uint32_t i = 0; i < baskets->count; i++) {
        const struct basket *basket = &baskets->all[i];
        uint32_t before = last[basket->customer]; /* place + 1; 0: none */
        int64_t gap = before > 0 ? basket->at - baskets->all[before - 1].at : 0;
        if (gap > 0) {
            gaps[count++] = gap;
        }
        last[basket->customer] = i + 1;
    }
    return count;
}

static void pace_stretch(struct baskets *baskets, int64_t usual)
{
    int64_t first = baskets->all[0].at;
    for (uint32_t i = 0; i < baskets->count; i++) {
        double steps = (double)(baskets->all[i].at - first) / (double)usual;
        double at = steps * PACE_WEEK_MS;
        baskets->all[i].at = (int64_t)(at < PACE_AT_MAX ? at : PACE_AT_MAX);
    }
    baskets->is_stretched = true;
}

static bool pace_is_known(const struct baskets *baskets)
{
    return baskets->count == 0 || baskets->has_dates || baskets->all[0].at <= -PACE_EPOCH_MS ||
           baskets->all[baskets->count - 1].at >= PACE_EPOCH_MS;
}

enum err baskets_pace(struct baskets *baskets)
{
    if (pace_is_known(baskets)) {
        return OK;
    }
    uint32_t *last = mem_zero(baskets->customers.count, sizeof(*last));
    int64_t *gaps = mem_zero(baskets->count, sizeof(*gaps));
    enum err err = last && gaps ? OK : ERR_NOMEM;
    size_t count = err == OK ? pace_gaps(baskets, last, gaps) : 0;
    if (count > 0) {
        qsort(gaps, count, sizeof(*gaps), pace_compare);
        int64_t usual = gaps[count / 2];
        if (usual < PACE_HOUR_MS) {
            pace_stretch(baskets, usual);
        }
    }
    mem_free(last);
    mem_free(gaps);
    return err;
}
