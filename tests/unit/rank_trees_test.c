/* rank_trees_test.c - the table of trees is whole, and any input finds its leaf. */
#include <math.h>

#include "tests/unit/leaf.h"
#include "worker/answer/rank_trees.h"

struct node {
    uint32_t input; /* RANK_TREE_INPUTS: a leaf */
    uint32_t right;
    double value;
};

#define S(input, bound, right) { RANK_TREE_##input, right, bound },
#define L(thousandths) { RANK_TREE_INPUTS, 0, thousandths / 1000.0 },
#define T(nodes) { nodes },
static const struct node trees[][RANK_TREE_NODES] = {
#include "worker/answer/rank_trees.def"
};
#undef S
#undef L
#undef T

#define S(input, bound, right) +1
#define L(thousandths) +1
#define T(nodes) (nodes),
static const uint32_t sizes[] = {
#include "worker/answer/rank_trees.def"
};

/* The number of nodes from this one on that belong to it; fails where a way leads elsewhere. */
static uint32_t size_of(const struct node *tree, uint32_t at, uint32_t count)
{
    assert_true(at < count);
    if (tree[at].input == RANK_TREE_INPUTS) {
        return 1;
    }
    assert_true(tree[at].input < RANK_TREE_INPUTS);
    assert_true(isfinite(tree[at].value));
    uint32_t left = size_of(tree, at + 1, count);
    assert_int_equal(tree[at].right, 1 + left);
    return 1 + left + size_of(tree, at + 1 + left, count);
}

static void every_way_through_a_tree_ends_at_a_leaf_of_it(void **state)
{
    (void)state;
    assert_int_equal(countof(trees), RANK_TREES);
    for (size_t i = 0; i < countof(trees); i++) {
        assert_true(sizes[i] <= RANK_TREE_NODES);
        assert_int_equal(size_of(trees[i], 0, sizes[i]), sizes[i]);
    }
}

static double leaf_of(const struct node *node, const double *inputs)
{
    if (node->input == RANK_TREE_INPUTS) {
        return node->value;
    }
    bool is_right = !(inputs[node->input] <= (double)(float)node->value);
    return leaf_of(is_right ? node + node->right : node + 1, inputs);
}

static double sum_of(const double *inputs)
{
    double sum = 0;
    for (size_t i = 0; i < countof(trees); i++) {
        sum += leaf_of(trees[i], inputs);
    }
    return sum;
}

static void a_bound_itself_is_not_above_it(void **state)
{
    (void)state;
    double inputs[RANK_TREE_INPUTS] = { 0 };
    for (size_t i = 0; i < countof(trees); i++) {
        inputs[trees[i][0].input] = (float)trees[i][0].value;
        assert_true(fabs(rank_trees_sum(inputs) - sum_of(inputs)) < 1e-5);
        inputs[trees[i][0].input] = nextafter((float)trees[i][0].value, INFINITY);
        assert_true(fabs(rank_trees_sum(inputs) - sum_of(inputs)) < 1e-5);
    }
}

static void what_is_no_number_has_a_sum_like_any_other(void **state)
{
    (void)state;
    const double strange[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300, 0 };
    for (size_t i = 0; i < countof(strange); i++) {
        double inputs[RANK_TREE_INPUTS];
        for (size_t k = 0; k < RANK_TREE_INPUTS; k++) {
            inputs[k] = strange[i];
        }
        double sum = rank_trees_sum(inputs);
        assert_true(fabs(sum) < 20);
        assert_true(fabs(sum - sum_of(inputs)) < 1e-5);
    }
}

static void what_is_bought_in_every_order_has_more_than_what_was_bought_once(void **state)
{
    (void)state;
    const double always[RANK_TREE_INPUTS] = {
        [RANK_TREE_ORDERS] = 20, [RANK_TREE_NEWEST] = 1,     [RANK_TREE_OLDEST] = 20,
        [RANK_TREE_DENSE] = 1,   [RANK_TREE_LOYALTY] = 0.5,  [RANK_TREE_ALL_ORDERS] = 20,
        [RANK_TREE_SINCE] = 7,   [RANK_TREE_USUAL_DAYS] = 2, [RANK_TREE_NEXT] = -1,
    };
    const double once[RANK_TREE_INPUTS] = {
        [RANK_TREE_BY_SIZE] = -4,     [RANK_TREE_BY_AGE] = -4,     [RANK_TREE_BY_AGE_FAST] = -5,
        [RANK_TREE_BY_DAYS] = -4,     [RANK_TREE_LATELY] = -2,     [RANK_TREE_LOYALTY] = 0.5,
        [RANK_TREE_ORDERS] = 1,       [RANK_TREE_NEWEST] = 15,     [RANK_TREE_OLDEST] = 15,
        [RANK_TREE_USUAL_DAYS] = 9,   [RANK_TREE_USUAL_ORDERS] = 9, [RANK_TREE_SINCE] = 105,
        [RANK_TREE_ALL_ORDERS] = 20,  [RANK_TREE_NEXT] = -3,       [RANK_TREE_DENSE] = 1 / 15.0,
    };
    assert_true(rank_trees_sum(always) > rank_trees_sum(once) + 1);
}

/* All else being equal; so an order from a minute ago is not offered again at once. */
static void no_more_days_since_make_it_less(void **state)
{
    (void)state;
    struct luck luck = luck_of(21);
    const enum rank_tree_input days[] = { RANK_TREE_SINCE, RANK_TREE_GAP };
    for (int i = 0; i < 2000; i++) {
        double inputs[RANK_TREE_INPUTS];
        for (size_t k = 0; k < RANK_TREE_INPUTS; k++) {
            inputs[k] = (double)luck_next(&luck, 900) / 100 - 4;
        }
        for (size_t k = 0; k < countof(days); k++) {
            double before = rank_trees_sum(inputs);
            inputs[days[k]] += (double)luck_next(&luck, 200) / 4;
            assert_true(rank_trees_sum(inputs) > before - 1e-9);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_through_a_tree_ends_at_a_leaf_of_it),
        cmocka_unit_test(a_bound_itself_is_not_above_it),
        cmocka_unit_test(no_more_days_since_make_it_less),
        cmocka_unit_test(what_is_no_number_has_a_sum_like_any_other),
        cmocka_unit_test(what_is_bought_in_every_order_has_more_than_what_was_bought_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
