/* screen_described_test.c - what a description says word for word, and what it does not. */
#include "tests/unit/screening.h"
#include "worker/answer/screen_described.h"

static void what_the_description_says_word_for_word_may_be_said(void **state)
{
    (void)state;
    static const struct attribute of_novel[] = { { { "translator", 10 }, { "David Hawkes", 12 } },
                                                 { { "binding", 7 }, { "paperback", 9 } } };
    const struct product novel = {
        .sku = STR("BK-2"), .name = STR("The Story of the Stone"), .ship_min_days = -1,
        .ship_max_days = -1, .attributes = of_novel, .attributes_count = countof(of_novel),
        .description = STR("Novel in two parts, the first volume translated by David Hawkes."),
    };
    static const struct attribute of_three[] = { { { "作者", 6 }, { "刘慈欣", 9 } },
                                                 { { "装帧", 6 }, { "平装", 6 } } };
    const struct product three = { .sku = STR("BK-1"), .name = STR("三体"), .ship_min_days = -1,
                                   .ship_max_days = -1, .category = STR("科幻小说"),
                                   .description = STR("刘慈欣的科幻小说，平装"), .attributes = of_three,
                                   .attributes_count = countof(of_three) };
    const struct product card = { .sku = STR("GC-1"), .name = STR("电子卡"), .ship_min_days = -1,
                                  .ship_max_days = -1, .category = STR("礼品卡"),
                                  .description = STR("礼品卡。") };
    const struct {
        const struct product *product;
        const char *language;
        const char *reply;
        bool is_right;
    } cases[] = {
        { &novel, "en", "The Story of the Stone (BK-2): Novel in two parts, the first volume "
                        "translated by David Hawkes.", true },
        { &novel, "en", "The first volume translated by David Hawkes.", true },
        { &novel, "en", "The first volume translated by paperback.", false },
        { &novel, "en", "The first volume translated by John Minford.", false },
        { &novel, "en", "The second volume translated by David Hawkes.", false },
        { &novel, "en", "No part is the first volume translated by David Hawkes.", false },
        { &novel, "en", "The first volume translated by David Hawkes or in parts.", false },
        { &novel, "en", "Its volume is David Hawkes.", false },
        { &three, "zh", "三体（货号 BK-1）：刘慈欣的科幻小说。", true },
        { &three, "zh", "三体（货号 BK-1）：刘慈欣的科幻小说，平装；作者 刘慈欣，装帧 平装。", true },
        { &three, "zh", "三体（货号 BK-1）：莫言的科幻小说。", false },
        { &three, "zh", "三体（货号 BK-1）：刘慈欣的奇幻小说。", false },
        { &three, "zh", "三体（货号 BK-1）：平装的科幻小说。", false },
        { &three, "zh", "三体（货号 BK-1）的颜色是刘慈欣。", false },
        { &three, "zh", "三体（货号 BK-1）的作者是刘慈欣，平装。", false },
        { &card, "zh", "电子卡（货号 GC-1）：礼品卡。", true },
        { &card, "zh", "电子卡（货号 GC-1）颜色：礼品卡。", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        const char *flaw = screening_entry(cases[i].product, cases[i].language, cases[i].reply);
        assert_int_equal(strcmp(flaw, "none") == 0, cases[i].is_right);
    }
}

static void what_the_description_says_is_not_said_of_another_product(void **state)
{
    (void)state;
    static const struct attribute author[] = { { { "作者", 6 }, { "刘慈欣", 9 } } };
    const struct product three = { .sku = STR("BK-1"), .name = STR("三体"), .ship_min_days = -1,
                                   .ship_max_days = -1, .attributes = author,
                                   .attributes_count = 1,
                                   .description = STR("刘慈欣的科幻小说") };
    const struct product wave = { .sku = STR("BK-3"), .name = STR("波浪"), .ship_min_days = -1,
                                  .ship_max_days = -1 };
    const struct product *const others[] = { &wave };
    static const struct screening_case cases[] = {
        { "三体（货号 BK-1）：刘慈欣的科幻小说。", FLAW_NONE },
        { "波浪（货号 BK-3）：刘慈欣的科幻小说。", FLAW_ATTRIBUTE },
    };
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("zh"), .product = &three,
                                 .others = others, .others_count = 1 };
    for (size_t i = 0; i < countof(cases); i++) {
        struct arena arena;
        enum flaw flaw = FLAW_COUNT;
        arena_init(&arena, (size_t)2 << 20);
        assert_int_equal(screen_reply(&arena, &brief, str_from(cases[i].text), SCREENING_NOW_MS,
                                      &flaw), OK);
        assert_string_equal(flaw_label(flaw), flaw_label(cases[i].flaw));
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_description_says_word_for_word_may_be_said),
        cmocka_unit_test(what_the_description_says_is_not_said_of_another_product),
    };
    return cmocka_run_group_tests_name("screen_described", tests, NULL, NULL);
}
