/* meaning.c - see meaning.h. Looks at every row: twenty thousand of them take milliseconds. */
#include "worker/answer/meaning.h"

#include <math.h>

/* Four sums at once, which a compiler can put side by side without reordering any. */
static float meaning_likeness(const float *a, const float *b)
{
    float sums[4] = { 0 };
    for (size_t i = 0; i < MEANING_DIMS; i += 4) {
        sums[0] += a[i] * b[i];
        sums[1] += a[i + 1] * b[i + 1];
        sums[2] += a[i + 2] * b[i + 2];
        sums[3] += a[i + 3] * b[i + 3];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* One look tells it of all others. */
static bool meaning_is_none(const float *vector)
{
    size_t zeros = 0;
    while (zeros < MEANING_DIMS && fpclassify(vector[zeros]) == FP_ZERO) {
        zeros++;
    }
    return zeros == MEANING_DIMS;
}

static void meaning_insert(struct meaning_found *found, float *likes, size_t row, float like)
{
    size_t place = found->count;
    while (place > 0 && likes[place - 1] < like) {
        place--;
    }
    if (place == MEANING_ROWS_MAX) {
        return;
    }
    if (found->count < MEANING_ROWS_MAX) {
        found->count++;
    }
    for (size_t i = found->count - 1; i > place; i--) {
        likes[i] = likes[i - 1];
        found->rows[i] = found->rows[i - 1];
    }
    likes[place] = like;
    found->rows[place] = row;
}

void meaning_find(const float *vectors, size_t count, const float *question,
                  struct meaning_found *ret_found)
{
    struct meaning_found found = { .count = 0 };
    float likes[MEANING_ROWS_MAX] = { 0 };
    double sum = 0;
    size_t counted = 0;
    for (size_t row = 0; row < count; row++) {
        if (meaning_is_none(vectors + row * MEANING_DIMS)) {
            continue;
        }
        counted++;
        float like = meaning_likeness(vectors + row * MEANING_DIMS, question);
        sum += (double)like;
        meaning_insert(&found, likes, row, like);
    }
    float bar = counted > 0 ? (float)(sum / (double)counted) + MEANING_AHEAD : 0;
    while (found.telling < found.count && likes[found.telling] >= MEANING_NEAR &&
           likes[found.telling] >= bar) {
        found.telling++;
    }
    *ret_found = found;
}
