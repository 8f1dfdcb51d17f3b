/* fusion.h - several ranked lists of rows become one.
 *
 * Reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009): a row gets 1 / (60 + rank) from
 * each list that has it. Only ranks count, so lists whose scores cannot be compared, such as
 * BM25's and a cosine, can be joined.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_FUSION_H
#define ANSWER_FUSION_H

#include "common/base.h"

#define FUSION_ROWS_MAX 64
#define FUSION_K 60 /* ranks near the top count about alike; the value is the paper's */

struct fused {
    size_t row;
    double score;
    unsigned lists; /* whose rows it is among, as given to fusion_add() */
};

struct fusion {
    struct fused all[FUSION_ROWS_MAX];
    size_t count;
};

/* Rows of one list, best first, each once; `list` is a bit. Rows beyond FUSION_ROWS_MAX in all
 * are left out. */
void fusion_add(struct fusion *fusion, unsigned list, const size_t *rows, size_t rows_count);

/* Best first; of equals the lower row, so that the same lists give the same order. */
void fusion_sort(struct fusion *fusion);

#endif
