/* screen_vague_test.c - weeks and month's ends that a reply tells without a day. */
#include "worker/answer/screen_vague.h"

#include "tests/unit/screening.h"

struct vague_case {
    const char *sentence;
    int order;
    enum flaw flaw;
    bool leans;
};

/* On a Friday; the first order is expected on the Monday after it, the second tomorrow. */
static void expect(const struct vague_case *cases, size_t count)
{
    static const struct order orders[] = {
        { .order_id = STR("100001"), .type = ORDER_SHIPPED, .eta = STR("2025-12-01") },
        { .order_id = STR("100002"), .type = ORDER_SHIPPED, .eta = STR("2025-11-29") },
    };
    static const struct passage page = { STR("p#1"), STR("Sale"),
                                         STR("The sale ends next month.") };
    const struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .orders = orders, .passages = &page,
                                 .orders_count = countof(orders), .passages_count = 1 };
    struct arena arena;
    struct screen_facts facts;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, SCREENING_NOW_MS / 86400000, &facts), OK);
    for (size_t i = 0; i < count; i++) {
        bool leans = false;
        struct str sentence = str_from(cases[i].sentence);
        print_message("%.*s\n", STR_ARG(sentence));
        const struct screen_pairs pairs = screen_pairs_of(sentence);
        assert_int_equal(screen_vague_flaw(&facts, &pairs, sentence, cases[i].order, &leans),
                         cases[i].flaw);
        assert_int_equal(leans, cases[i].leans);
    }
    arena_fini(&arena);
}

static void a_week_is_told_if_the_orders_day_is_in_it(void **state)
{
    (void)state;
    static const struct vague_case cases[] = {
        { "it arrives next week.", 0, FLAW_NONE, true },
        { "it arrives this week.", 0, FLAW_DATE, true },
        { "it arrives this weekend.", 0, FLAW_DATE, true },
        { "it arrives next week.", 1, FLAW_DATE, true },
        { "it arrives this week.", 1, FLAW_NONE, true },
        { "it arrives this weekend.", 1, FLAW_NONE, true },
        { "it arrives next week.", SCREEN_ANY, FLAW_NONE, true },
        { "it arrives in several days.", 0, FLAW_DATE, true },
        { "refunds take a few weeks.", SCREEN_ANY, FLAW_DATE, true },
        { "退款需要几周。", SCREEN_ANY, FLAW_DATE, true },
        { "预计下周到。", 0, FLAW_NONE, true },
        { "预计本周到。", 0, FLAW_DATE, true },
        { "预计下周五到。", 0, FLAW_NONE, false }, /* a day, which is read as one */
    };
    expect(cases, countof(cases));
}

static void each_english_time_is_seen_in_a_sentence_of_its_own(void **state)
{
    (void)state;
    static const struct vague_case cases[] = {
        { "it arrives later this week.", 0, FLAW_DATE, true },
        { "it arrives within this week.", 0, FLAW_DATE, true },
        { "it arrives at the weekend.", 0, FLAW_DATE, true },
        { "it arrives over the weekend.", 0, FLAW_DATE, true },
        { "it arrives by the weekend.", 0, FLAW_DATE, true },
        { "it arrives by the end of the month.", 0, FLAW_DATE, true },
        { "it arrives by the end of the week.", 0, FLAW_DATE, true },
        { "it arrives in a few days.", 0, FLAW_DATE, true },
        { "it arrives within a couple of days.", 0, FLAW_DATE, true },
        { "it arrives any day now.", 0, FLAW_DATE, true },
        { "it arrives in no time.", 0, FLAW_DATE, true },
        { "it arrives soon.", 0, FLAW_NONE, false },
    };
    expect(cases, countof(cases));
}

static void other_times_need_a_page_and_wishes_do_not(void **state)
{
    (void)state;
    static const struct vague_case cases[] = {
        { "it ends next month.", SCREEN_ANY, FLAW_NONE, true },
        { "it arrives by the end of the month.", 0, FLAW_DATE, true },
        { "月底到货。", 0, FLAW_DATE, true },
        { "have a nice weekend!", 0, FLAW_NONE, false },
        { "祝您周末愉快!", 0, FLAW_NONE, false },
        { "it was shipped.", 0, FLAW_NONE, false },
    };
    expect(cases, countof(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_is_told_if_the_orders_day_is_in_it),
        cmocka_unit_test(each_english_time_is_seen_in_a_sentence_of_its_own),
        cmocka_unit_test(other_times_need_a_page_and_wishes_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
