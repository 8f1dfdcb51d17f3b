/* fusion.c - see fusion.h. */
#include "worker/answer/fusion.h"

#include <stdlib.h>

static struct fused *fusion_of(struct fusion *fusion, size_t row)
{
    for (size_t i = 0; i < fusion->count; i++) {
        if (fusion->all[i].row == row) {
            return &fusion->all[i];
        }
    }
    if (fusion->count == FUSION_ROWS_MAX) {
        return NULL;
    }
    struct fused *fused = &fusion->all[fusion->count++];
    *fused = (struct fused){ .row = row };
    return fused;
}

void fusion_add(struct fusion *fusion, unsigned list, const size_t *rows, size_t rows_count)
{
    for (size_t i = 0; i < rows_count; i++) {
        struct fused *fused = fusion_of(fusion, rows[i]);
        if (fused) {
            fused->score += 1.0 / (double)(FUSION_K + i + 1);
            fused->lists |= list;
        }
    }
}

static int fusion_compare(const void *a, const void *b)
{
    const struct fused *left = a;
    const struct fused *right = b;
    if (left->score != right->score) {
        return left->score > right->score ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1;
}

void fusion_sort(struct fusion *fusion)
{
    qsort(fusion->all, fusion->count, sizeof(fusion->all[0]), fusion_compare);
}
