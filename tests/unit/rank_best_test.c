/* rank_best_test.c - candidates come in the order of a plain sort, as far as they are asked for. */
#include "worker/answer/rank_best.h"

#include "tests/unit/ranking.h"

#define CANDIDATES 500

struct shelf {
    struct rank_item items[CANDIDATES];
    struct rank_candidate candidates[CANDIDATES];
    char skus[CANDIDATES][8];
    struct rank_table table;
};

/* Scores are few, so that many are equal; some are 0. */
static void fill(struct shelf *shelf, struct luck *luck, size_t count, uint64_t scores)
{
    shelf->table = (struct rank_table){ .candidates = shelf->candidates, .count = count };
    for (size_t i = 0; i < count; i++) {
        snprintf(shelf->skus[i], sizeof(shelf->skus[i]), "s%03zu", (i * 7) % CANDIDATES);
        shelf->items[i].sku = str_from(shelf->skus[i]);
        shelf->candidates[i] = (struct rank_candidate){
            .item = &shelf->items[i], .score = (double)luck_next(luck, scores) / 8
        };
    }
}

static bool precedes(const struct rank_candidate *a, const struct rank_candidate *b)
{
    if (a->score > b->score || a->score < b->score) {
        return a->score > b->score;
    }
    return str_cmp(a->item->sku, b->item->sku) < 0;
}

/* By the place of each among all others. */
static size_t sorted(const struct rank_table *table, const struct rank_candidate **ret_sorted)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        size_t place = 0;
        for (size_t k = 0; k < table->count; k++) {
            place += precedes(&table->candidates[k], &table->candidates[i]) ? 1 : 0;
        }
        if (table->candidates[i].score > 0) {
            ret_sorted[place] = &table->candidates[i];
            count++;
        }
    }
    return count;
}

static void the_order_is_that_of_a_plain_sort(void **state)
{
    (void)state;
    static struct shelf shelf;
    struct luck luck = luck_of(5);
    const size_t counts[] = { 0, 1, 2, 3, 10, 63, 64, CANDIDATES };
    const struct rank_candidate *expected[CANDIDATES];
    for (size_t i = 0; i < 4 * countof(counts); i++) {
        fill(&shelf, &luck, counts[i / 4], i % 4 ? 12 : 1000000);
        size_t count = sorted(&shelf.table, expected);
        size_t max = count > 5 && i % 2 ? count / 2 : CANDIDATES;
        struct arena arena;
        struct rank_best best;
        arena_init(&arena, 1 << 20);
        assert_int_equal(rank_best_init(&best, &arena, &shelf.table, max), OK);
        for (size_t at = 0; at < count && at < max; at++) {
            assert_true(rank_best_reach(&best, at));
            assert_ptr_equal(best.candidates[at], expected[at]);
        }
        assert_false(rank_best_reach(&best, count < max ? count : max));
        arena_fini(&arena);
    }
}

static void no_more_are_put_in_order_than_are_asked_for(void **state)
{
    (void)state;
    static struct shelf shelf;
    struct luck luck = luck_of(6);
    struct arena arena;
    struct rank_best best;
    fill(&shelf, &luck, CANDIDATES, UINT32_MAX);
    arena_init(&arena, 1 << 20);
    assert_int_equal(rank_best_init(&best, &arena, &shelf.table, CANDIDATES), OK);
    assert_int_equal(best.count, 0);
    assert_true(rank_best_reach(&best, 9));
    assert_int_equal(best.count, 10);
    arena_fini(&arena);
}

static void without_memory_there_is_no_order(void **state)
{
    (void)state;
    static struct shelf shelf;
    struct luck luck = luck_of(7);
    struct arena arena;
    struct rank_best best;
    fill(&shelf, &luck, CANDIDATES, 100);
    arena_init(&arena, CANDIDATES * sizeof(void *)); /* room for the first list alone */
    assert_int_equal(rank_best_init(&best, &arena, &shelf.table, CANDIDATES), ERR_NOMEM);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_that_of_a_plain_sort),
        cmocka_unit_test(no_more_are_put_in_order_than_are_asked_for),
        cmocka_unit_test(without_memory_there_is_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
