/* rank_trees.c - see rank_trees.h. */
#include "worker/answer/rank_trees.h"

#define RANK_TREE_LEAF RANK_TREE_INPUTS

struct rank_tree_node {
    float value;   /* the bound, or what a leaf adds */
    uint8_t input; /* RANK_TREE_LEAF: none */
    uint8_t right; /* so many nodes on is what is above the bound; the rest is the next node */
};

#define S(input, bound, right) { bound##F, RANK_TREE_##input, right },
#define L(thousandths) { thousandths / 1000.0F, RANK_TREE_LEAF, 0 },
#define T(nodes) { nodes },

static const struct rank_tree_node rank_trees[RANK_TREES][RANK_TREE_NODES] = {
#include "worker/answer/rank_trees.def"
};

#undef S
#undef L
#undef T

static double rank_tree_add(const struct rank_tree_node *node, const double *inputs)
{
    while (node->input != RANK_TREE_LEAF) {
        node += inputs[node->input] <= (double)node->value ? 1 : node->right;
    }
    return (double)node->value;
}

double rank_trees_sum(const double inputs[RANK_TREE_INPUTS])
{
    double sum = 0;
    for (size_t i = 0; i < RANK_TREES; i++) {
        sum += rank_tree_add(rank_trees[i], inputs);
    }
    return sum;
}
