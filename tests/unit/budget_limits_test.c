/* budget_limits_test.c - limits of single tenants, from a file that an operator wrote. */
#include "worker/engine/budget_limits.h"

#include "common/mem.h"
#include "tests/unit/cm.h"

static const struct budget_limits defaults = { .of = { [METRIC_BUDGET_REQUESTS_MINUTE] = 60,
                                                       [METRIC_BUDGET_TOKENS_DAY] = 1000 } };

static void a_tenants_lines_change_only_what_they_name(void **state)
{
    (void)state;
    struct arena arena;
    struct note note;
    struct budget_overrides overrides;
    arena_init(&arena, 1 << 16);
    struct str text = STR("# large\n"
                          "shop.one.requests.minute = 600\n"
                          "shop.one.requests.day=5000\n"
                          "b.tokens.minute = 7\n"
                          "b.tokens.day = 0\n");
    assert_int_equal(budget_overrides_read(&arena, text, &defaults, &overrides, &note), OK);
    const struct budget_limits *one = budget_overrides_find(&overrides, STR("shop.one"));
    const struct budget_limits *b = budget_overrides_find(&overrides, STR("b"));
    assert_non_null(one);
    assert_non_null(b);
    assert_int_equal(one->of[METRIC_BUDGET_REQUESTS_MINUTE], 600);
    assert_int_equal(one->of[METRIC_BUDGET_REQUESTS_DAY], 5000);
    assert_int_equal(one->of[METRIC_BUDGET_TOKENS_MINUTE], 0);
    assert_int_equal(one->of[METRIC_BUDGET_TOKENS_DAY], 1000);
    assert_int_equal(b->of[METRIC_BUDGET_REQUESTS_MINUTE], 60);
    assert_int_equal(b->of[METRIC_BUDGET_TOKENS_MINUTE], 7);
    assert_int_equal(b->of[METRIC_BUDGET_TOKENS_DAY], 0);
    assert_null(budget_overrides_find(&overrides, STR("c")));
    budget_overrides_fini(&overrides);
    arena_fini(&arena);
}

static void refused(const char *text, const char *why)
{
    struct arena arena;
    struct note note = { .text = "" };
    struct budget_overrides overrides;
    arena_init(&arena, 1 << 20);
    assert_int_equal(
        budget_overrides_read(&arena, str_from(text), &defaults, &overrides, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, why));
    arena_fini(&arena);
}

static void a_wrong_line_is_named(void **state)
{
    (void)state;
    refused("a.tokens.day=1\nb.tokens.hour=2\n", "line 2: b.tokens.hour: a key is TENANT.");
    refused(".requests.minute=1\n", "line 1: .requests.minute: a key is TENANT.");
    refused("\n\na.tokens.day=-1\n", "line 3: a.tokens.day: must be a number from 0");
    refused("a.tokens.day=many\n", "must be a number");
    refused("a.tokens.day=1000000000000001\n", "must be a number");
    refused("nonsense\n", "line 1: ");
}

static void more_tenants_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    static char text[BUDGET_OVERRIDES_MAX * 40];
    size_t len = 0;
    for (int i = 0; i <= BUDGET_OVERRIDES_MAX; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "t%d.tokens.day=1\n", i);
    }
    refused(text, "line 4097: more than 4096 tenants");
}

static void no_memory_is_told_and_nothing_leaks(void **state)
{
    (void)state;
    bool is_over = false;
    for (long nth = 1; !is_over; nth++) {
        struct arena arena;
        struct note note;
        struct budget_overrides overrides = { 0 };
        arena_init(&arena, 1 << 16);
        mem_fail_nth(nth);
        enum err err = budget_overrides_read(&arena, STR("a.tokens.day=1\n"), &defaults,
                                             &overrides, &note);
        is_over = !mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(err, is_over ? OK : ERR_NOMEM);
        budget_overrides_fini(&overrides);
        arena_fini(&arena);
    }
}

static void a_kind_has_its_window_and_its_unit(void **state)
{
    (void)state;
    assert_int_equal(budget_window_ms(METRIC_BUDGET_REQUESTS_MINUTE), 60000);
    assert_int_equal(budget_window_ms(METRIC_BUDGET_TOKENS_DAY), 86400000);
    assert_true(budget_is_of_tokens(METRIC_BUDGET_TOKENS_MINUTE));
    assert_false(budget_is_of_tokens(METRIC_BUDGET_REQUESTS_DAY));
    assert_true(budget_limits_any(&defaults));
    assert_false(budget_limits_any(&(struct budget_limits){ 0 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenants_lines_change_only_what_they_name),
        cmocka_unit_test(a_wrong_line_is_named),
        cmocka_unit_test(more_tenants_than_there_is_room_for_are_refused),
        cmocka_unit_test(no_memory_is_told_and_nothing_leaks),
        cmocka_unit_test(a_kind_has_its_window_and_its_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
