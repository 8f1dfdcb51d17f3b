/* command_evaluate_score_test.c - the measures and the baselines, against numbers made by hand. */
#include <math.h>

#include "tests/unit/leaf.h"
#include "worker/command/evaluate_score.h"

static const char shop[] = "customer,time,sku\n"
                           "ann,1,milk\nann,2,milk\nann,2,jam\nann,3,milk\nann,3,tea\n"
                           "bob,1,bread\nbob,2,bread\nbob,2,jam\n"
                           "cem,1,bread\n";

static void assert_near(double actual, double expected)
{
    if (fabs(actual - expected) > 1e-9) {
        fail_msg("%.12f is not %.12f", actual, expected);
    }
}

struct fixture {
    struct baskets baskets;
    struct past past;
};

static void open_shop(struct fixture *fixture, const char *text)
{
    struct note note = { 0 };
    assert_int_equal(baskets_read(&fixture->baskets, str_from(text), &note), OK);
    assert_int_equal(past_init(&fixture->past, &fixture->baskets), OK);
}

static void close_shop(struct fixture *fixture)
{
    past_fini(&fixture->past);
    baskets_fini(&fixture->baskets);
}

static const char *listed(const struct fixture *fixture, const uint32_t *items, uint32_t count)
{
    static char text[256];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%.*s", i > 0 ? " " : "",
                                STR_ARG(fixture->baskets.items.texts[items[i]]));
    }
    return text;
}

static void baselines_rank_as_their_definitions_say(void **state)
{
    (void)state;
    struct fixture fixture;
    uint32_t items[EVALUATE_COUNT];
    open_shop(&fixture, shop);
    uint32_t ann = 0;
    uint32_t count = past_rank_popular(&fixture.past, ann, items);
    assert_string_equal(listed(&fixture, items, count), "bread jam milk");
    count = past_rank_personal(&fixture.past, ann, items);
    assert_string_equal(listed(&fixture, items, count), "milk jam bread");
    close_shop(&fixture);
    /* cosines to milk: jam 2/sqrt(3*2), tea 1/sqrt(3*1) */
    open_shop(&fixture, "customer,time,sku\nann,1,milk\nann,2,milk\nann,3,tea\nbob,1,milk\n"
                        "bob,1,jam\ncem,1,milk\ncem,1,tea\ncem,1,jam\n");
    count = past_rank_neighbours(&fixture.past, ann, items);
    assert_string_equal(listed(&fixture, items, count), "milk jam tea");
    close_shop(&fixture);
}

static void where_nothing_repeats_baselines_leave_out_what_one_has(void **state)
{
    (void)state;
    struct fixture fixture;
    uint32_t items[EVALUATE_COUNT];
    open_shop(&fixture, "customer,time,sku\nann,1,a\nann,2,b\nann,3,c\nbob,1,a\nbob,2,b\nbob,3,d\n"
                        "cem,1,c\ncem,2,a\n");
    uint32_t count = past_rank_personal(&fixture.past, 0, items);
    assert_string_equal(listed(&fixture, items, count), "c");
    count = past_rank_neighbours(&fixture.past, 0, items);
    assert_string_equal(listed(&fixture, items, count), "c");
    close_shop(&fixture);
}

static void gains_are_counted_over_all_and_apart(void **state)
{
    (void)state;
    struct fixture fixture;
    open_shop(&fixture, shop);
    bool is_offered[8] = { false };
    struct score score = { .is_offered = is_offered };
    const struct basket *truth = NULL;
    for (uint32_t i = 0; i < fixture.baskets.count; i++) {
        truth = fixture.baskets.all[i].is_held ? &fixture.baskets.all[i] : truth;
    }
    assert_non_null(truth); /* milk, bought before, and tea, which was not */
    const uint32_t items[] = { baskets_number(&fixture.baskets, STR("bread")),
                               baskets_number(&fixture.baskets, STR("milk")) };
    score_add(&score, &fixture.past, truth, items, 2);
    double best = 1 + 1 / log2(3);
    assert_near(score.sums[SCORE_ALL].ndcg, 1 / log2(3) / best);
    assert_near(score.sums[SCORE_ALL].recall, 0.5);
    assert_near(score.sums[SCORE_REPEAT].ndcg, 1 / log2(3));
    assert_near(score.sums[SCORE_REPEAT].recall, 1);
    assert_near(score.sums[SCORE_EXPLORE].hits, 0);
    assert_int_equal(score.sums[SCORE_EXPLORE].customers, 1);
    assert_int_equal(score.offered, 2);
    close_shop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baselines_rank_as_their_definitions_say),
        cmocka_unit_test(where_nothing_repeats_baselines_leave_out_what_one_has),
        cmocka_unit_test(gains_are_counted_over_all_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
