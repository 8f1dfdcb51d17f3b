/* rank_pick.h - which products a customer is offered next, and why.
 *
 * What the customer has bought before scores by the chance that the next order has it
 * (rank_habit.h), the rest by what it was bought with or after, and by how much the shop sells
 * of it:
 *
 * - Own frequency is the strong baseline GP-TopFreq (Li, Jullien, Ariannezhad and de Rijke, "A Next
 *   Basket Recommendation Reality Check", 2023); what is added to it says rank_habit.h.
 * - Ties between products are item k-nearest-neighbours (Linden, Smith and York, "Amazon.com
 *   Recommendations", 2003; Deshpande and Karypis, "Item-Based Top-N Recommendation
 *   Algorithms", 2004), with what is bought later counted as well.
 *
 * Same orders learned in the same sequence, same request: same ranking, equal scores by sku.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_PICK_H
#define ANSWER_RANK_PICK_H

#include "worker/answer/rank.h"

#define RANK_COUNT_MAX 100
#define RANK_BECAUSE_MAX 4

/* What a product was offered for. */
enum rank_reason { RANK_AGAIN, RANK_WITH, RANK_CONTEXT, RANK_CATEGORY, RANK_POPULAR };

struct rank_pick {
    const struct rank_item *item;
    double score;
    enum rank_reason reason;
    const struct rank_item *with;         /* RANK_WITH, RANK_CONTEXT */
    enum rank_tie tie;                    /* the same */
    uint32_t orders;                      /* how many orders say so */
    struct str because[RANK_BECAUSE_MAX]; /* ids of orders, or the sku of `with` */
    size_t because_count;
};

struct rank_wish {
    struct str tenant;
    struct str customer_id;
    size_t count;              /* 1 to RANK_COUNT_MAX */
    const struct str *exclude; /* skus */
    size_t exclude_count;
    struct str context; /* the sku that is looked at; may be empty */
    int64_t now_wall_ms;
    /* Whether a product may be offered at all. NULL: every one. */
    bool (*may_offer)(void *owner, struct str sku);
    void *owner;
};

/* At most `wish->count` picks, best first; none for an empty shop. The picks' strings are valid
 * until the next order is learned. ERR_NOMEM. */
MUST_USE enum err rank_pick(struct rank *rank, struct arena *arena, const struct rank_wish *wish,
                            struct rank_pick **ret_picks, size_t *ret_count);

#endif
