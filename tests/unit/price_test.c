/* price_test.c - what tokens cost, by a table that an operator wrote. */
#include "worker/engine/price.h"

#include "common/mem.h"
#include "tests/unit/cm.h"

static struct arena arena;
static struct prices prices;

static void read_table(const char *text)
{
    struct note note = { .text = "" };
    arena_init(&arena, 1 << 20);
    if (prices_read(&arena, str_from(text), &prices, &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static int64_t micros(const char *model, int64_t in, int64_t out, int64_t cached)
{
    const struct price *price = prices_find(&prices, str_from(model));
    const struct usage usage = { .tokens_in = in, .tokens_out = out, .tokens_cached = cached };
    return price ? price_micros(price, &usage) : -1;
}

static void tokens_cost_what_the_table_says(void **state)
{
    (void)state;
    read_table("# for a million tokens\nsmall = 0.15 0.60 0.075\nflat=2   3\nfree = 0 0\n");
    assert_int_equal(micros("small", 1000000, 0, 0), 150000);
    assert_int_equal(micros("small", 0, 1000000, 0), 600000);
    assert_int_equal(micros("small", 412, 38, 384), 56); /* 4.2 + 28.8 + 22.8 */
    assert_int_equal(micros("flat", 10, 1, 10), 23);
    assert_int_equal(micros("free", 1000, 1000, 0), 0);
    assert_int_equal(micros("small", 10, 0, 99), 1); /* no more can be cached than was sent */
    assert_int_equal(micros("unknown", 1, 1, 0), -1);
    arena_fini(&arena);
}

static void a_name_with_a_star_is_for_all_that_begin_so(void **state)
{
    (void)state;
    read_table("chat* = 1 1\nchat-small* = 2 2\nchat-small-x = 3 3\n");
    assert_int_equal(micros("chat-2025", 1, 0, 0), 1);
    assert_int_equal(micros("chat-small-2025", 1, 0, 0), 2);
    assert_int_equal(micros("chat-small-x", 1, 0, 0), 3);
    assert_int_equal(micros("other", 1, 0, 0), -1);
    arena_fini(&arena);
    read_table("* = 7 7\n");
    assert_int_equal(micros("", 1, 0, 0), 7);
    arena_fini(&arena);
}

static void a_wrong_line_is_named(void **state)
{
    (void)state;
    static const char *const tables[] = { "a = 1 1\nb = 1\n",   "a = 1 1\nb = 1 x\n",
                                          "a = 1 1\nb = -1 1\n", "a = 1 1\nb = 1 1 1 1\n",
                                          "a = 1 1\nb =\n",      "a = 1 1\nb = nan 1\n",
                                          "a = 1 1\nb = 1e99 1\n" };
    for (size_t i = 0; i < countof(tables); i++) {
        struct note note = { .text = "" };
        arena_init(&arena, 1 << 20);
        assert_int_equal(prices_read(&arena, str_from(tables[i]), &prices, &note), ERR_CONFIG);
        assert_int_equal(strncmp(note.text, "line 2: b: must be ", 19), 0);
        assert_int_equal(prices.count, 0);
        arena_fini(&arena);
    }
}

static void sums_have_bounds_whatever_a_backend_counts(void **state)
{
    (void)state;
    read_table("a = 1000000000 1000000000\n");
    assert_int_equal(micros("a", INT64_MAX, INT64_MAX, 0), 9000000000000000);
    assert_int_equal(micros("a", -5, -5, -5), 0);
    arena_fini(&arena);
}

static void more_models_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    static char text[(PRICES_MAX + 1) * 16];
    struct note note;
    size_t len = 0;
    for (int i = 0; i <= PRICES_MAX; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "m%d = 1 1\n", i);
    }
    arena_init(&arena, 1 << 20);
    assert_int_equal(prices_read(&arena, str_from(text), &prices, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "line 257: more than 256 models"));
    arena_fini(&arena);
}

static void calls_of_one_turn_add_up(void **state)
{
    (void)state;
    struct usage sum = { 0 };
    const struct usage unknown = { .calls = 1, .tokens_in = 5, .tokens_out = 6 };
    const struct usage known = {
        .calls = 1, .tokens_in = 1, .tokens_cached = 1, .cost_micros = 9, .has_cost = true
    };
    usage_add(&sum, &unknown);
    assert_false(sum.has_cost);
    usage_add(&sum, &known);
    assert_true(sum.has_cost && sum.cost_micros == 9);
    assert_int_equal(sum.calls, 2);
    assert_int_equal(sum.tokens_in + sum.tokens_out + sum.tokens_cached, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_cost_what_the_table_says),
        cmocka_unit_test(a_name_with_a_star_is_for_all_that_begin_so),
        cmocka_unit_test(a_wrong_line_is_named),
        cmocka_unit_test(sums_have_bounds_whatever_a_backend_counts),
        cmocka_unit_test(more_models_than_there_is_room_for_are_refused),
        cmocka_unit_test(calls_of_one_turn_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
