/* builtin_copy_test.c - copy without a model: true, within its limits, in both languages. */
#include "worker/answer/builtin_copy.h"

#include "tests/unit/pitching.h"
#include "worker/answer/copy_check.h"
#include "worker/answer/screen.h"

#define ROUNDS 600
#define NOW_MS INT64_C(1764324000000)

struct pitching {
    struct arena arena;
    struct event event;
    struct product product;
    struct brief brief;
    struct ban ban;
    struct copy copy;
};

static void pitching_init(struct pitching *pitching, const char *language, const char *channel)
{
    static const struct attribute attributes[] = { { STR("Capacity"), STR("1 l") },
                                                   { STR("容量"), STR("1升") },
                                                   { STR("is_new"), STR("yes") },
                                                   { STR("cordless"), STR("true") } };
    *pitching = (struct pitching){ .copy = { .variants_count = 0 } };
    json_setup(1);
    arena_init(&pitching->arena, (size_t)8 << 20);
    assert_int_equal(ban_read(&pitching->arena, ban_builtin(), &pitching->ban, NULL), OK);
    pitching->product = (struct product){ .sku = STR("K1"),
                                          .name = STR("Aurora Kettle"),
                                          .price = STR("39.90"),
                                          .currency = STR("EUR"),
                                          .description = STR("Steel, for pour-over coffee"),
                                          .attributes = attributes,
                                          .attributes_count = countof(attributes),
                                          .ship_min_days = 2,
                                          .ship_max_days = 4 };
    pitching->event.kind = EVENT_COPY_REQUEST;
    pitching->event.copy_request = (struct copy_request){ .sku = STR("K1"), .variants = 1,
                                                          .channel = str_from(channel) };
    pitching->brief = (struct brief){ .event = &pitching->event,
                                      .language = str_from(language),
                                      .product = &pitching->product,
                                      .ban = &pitching->ban };
}

static enum err pitch(struct pitching *pitching)
{
    struct str said;
    enum flaw flaw = FLAW_NONE;
    pitching->copy = (struct copy){ .variants_count = 0 };
    TRY(builtin_copy(&pitching->arena, &pitching->brief, &said));
    enum err err = copy_check(&pitching->arena, &pitching->brief, said, &pitching->copy, &flaw);
    if (err != OK) {
        print_message("%s: %s\n", flaw_label(flaw), payload_text(said));
    }
    assert_int_equal(err, OK);
    return OK;
}

static void it_tells_the_facts_in_the_language_asked_for(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "en", "email");
    assert_int_equal(pitch(&pitching), OK);
    const struct copy_variant *first = &pitching.copy.variants[0];
    assert_str(first->headline, "Aurora Kettle");
    assert_str(first->body, "Steel, for pour-over coffee. Price: 39.90 EUR. Capacity: 1 l. "
                            "Shipping takes 2 to 4 days.");
    assert_str(first->call_to_action, "See it now");
    pitching.brief.language = STR("zh");
    assert_int_equal(pitch(&pitching), OK);
    assert_str(first->body, "价格：39.90 EUR。容量：1升。运输时间2-4天。");
    assert_str(first->call_to_action, "立即查看");
    arena_fini(&pitching.arena);
}

/* A listing shows no call to action, so that alone makes no other variant. */
static void variants_differ_where_they_appear(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "en", "listing");
    pitching.product.description = STR_NONE;
    pitching.product.attributes_count = 0;
    pitching.product.ship_min_days = -1;
    pitching.product.ship_max_days = -1;
    pitching.event.copy_request.variants = 3;
    assert_int_equal(pitch(&pitching), OK);
    assert_int_equal(pitching.copy.variants_count, 1);
    pitching.event.copy_request.channel = STR("push");
    assert_int_equal(pitch(&pitching), OK);
    assert_int_equal(pitching.copy.variants_count, 3);
    arena_fini(&pitching.arena);
}

static void what_the_request_offers_comes_first(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "en", "sms");
    pitching.event.copy_request.offer = STR("20% off until 30 June");
    assert_int_equal(pitch(&pitching), OK);
    assert_true(str_starts(pitching.copy.variants[0].body, STR("20% off until 30 June. ")));
    arena_fini(&pitching.arena);
}

static void what_is_banned_in_the_catalogue_is_left_out(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "zh", "social");
    pitching.product.name = STR("茶壶");
    pitching.product.description = STR("手工制作。最好的茶壶。适合送礼。");
    assert_int_equal(pitch(&pitching), OK);
    assert_true(str_starts(pitching.copy.variants[0].body, STR("手工制作。适合送礼。")));
    pitching.brief.ban = NULL; /* with the list away it would be said */
    assert_int_equal(pitch(&pitching), OK);
    assert_true(str_starts(pitching.copy.variants[0].body, STR("手工制作。最好的茶壶。")));
    arena_fini(&pitching.arena);
}

static void variants_differ_from_each_other(void **state)
{
    (void)state;
    static const char *const channels[] = { "sms", "email", "push", "social", "listing", "" };
    for (size_t i = 0; i < countof(channels); i++) {
        struct pitching pitching;
        pitching_init(&pitching, i % 2 ? "zh" : "en", channels[i]);
        pitching.event.copy_request.variants = 5;
        assert_int_equal(pitch(&pitching), OK);
        assert_int_equal(pitching.copy.variants_count, 5);
        arena_fini(&pitching.arena);
    }
}

/* "Aurora Kettle" and its own sentence take 27 characters, the general words 26. */
static void it_does_without_what_does_not_fit(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "en", "");
    pitching.product.attributes_count = 0;
    pitching.event.copy_request.max_chars = 27;
    assert_int_equal(pitch(&pitching), OK);
    assert_str(pitching.copy.variants[0].body, "Aurora Kettle.");
    pitching.product.name = str_from(payload_times("n", 300));
    assert_int_equal(pitch(&pitching), OK);
    assert_str(pitching.copy.variants[0].headline, "From our shop");
    assert_str(pitching.copy.variants[0].body, "In our shop.");
    pitching.event.copy_request.max_chars = 24;
    assert_int_equal(pitch(&pitching), ERR_NO_FACTS);
    pitching.brief.product = NULL;
    assert_int_equal(pitch(&pitching), ERR_NO_FACTS);
    arena_fini(&pitching.arena);
}

/* Products drawn at random, on every channel, in both languages: it is always there, within its
 * limits, and each sentence is the product's own or a frame with the product's values. */
static void it_is_there_for_every_product(void **state)
{
    (void)state;
    static const char *const channels[] = { "sms", "email", "push", "social", "listing", "" };
    struct dice dice = { 11 };
    for (size_t i = 0; i < ROUNDS; i++) {
        struct pitching pitching;
        pitching_init(&pitching, i % 2 ? "zh" : "en", channels[i / 2 % 6]);
        struct arena *arena = &pitching.arena;
        struct product *product = &pitching.product;
        product->name = pitching_text(arena, &dice, dice_roll(&dice, 40));
        product->description = pitching_text(arena, &dice, dice_roll(&dice, 60));
        const struct attribute attribute = { pitching_text(arena, &dice, 2),
                                             pitching_text(arena, &dice, dice_roll(&dice, 9)) };
        product->attributes = &attribute;
        product->attributes_count = 1;
        bool has_offer = i % 4 > 1; /* which may be one that cannot be told */
        pitching.event.copy_request.offer =
            has_offer ? pitching_text(arena, &dice, dice_roll(&dice, 12)) : STR_NONE;
        pitching.event.copy_request.variants = 1 + (int64_t)dice_roll(&dice, 5);
        enum err err = pitch(&pitching);
        assert_true(err == OK || (err == ERR_NO_FACTS && has_offer));
        const struct copy_limits limits = copy_check_limits(&pitching.brief);
        for (size_t j = 0; j < pitching.copy.variants_count; j++) {
            assert_within(&limits, &pitching.copy.variants[j]);
        }
        arena_fini(arena);
    }
}

/* What it says of an ordinary product passes the screen that a model's copy has to pass. */
static void it_passes_the_screen(void **state)
{
    (void)state;
    static const char *const languages[] = { "en", "zh" };
    for (size_t i = 0; i < countof(languages); i++) {
        struct pitching pitching;
        pitching_init(&pitching, languages[i], "email");
        pitching.event.copy_request.variants = 5;
        assert_int_equal(pitch(&pitching), OK);
        for (size_t j = 0; j < pitching.copy.variants_count; j++) {
            struct str text;
            enum flaw flaw = FLAW_COUNT;
            assert_int_equal(copy_check_text(&pitching.arena, &pitching.copy.variants[j], &text),
                             OK);
            assert_int_equal(screen_reply(&pitching.arena, &pitching.brief, text, NOW_MS, &flaw),
                             OK);
            print_message("%s\n", payload_text(text));
            assert_string_equal(flaw_label(flaw), "none");
        }
        arena_fini(&pitching.arena);
    }
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    struct pitching pitching;
    pitching_init(&pitching, "en", "push");
    enum err err = ERR_NOMEM;
    long nth = 0;
    while (err != OK) {
        struct arena arena;
        struct str said = STR("untouched");
        arena_init(&arena, (size_t)1 << 20);
        mem_fail_nth(++nth);
        err = builtin_copy(&arena, &pitching.brief, &said);
        mem_fail_nth(0);
        assert_true(err == OK || (err == ERR_NOMEM && str_is(said, "untouched")));
        arena_fini(&arena);
    }
    assert_true(nth > 3);
    arena_fini(&pitching.arena);
}

static const struct copy_variant *pitched(struct pitching *pitching)
{
    assert_int_equal(pitch(pitching), OK);
    return &pitching->copy.variants[0];
}

static bool has(struct str text, const char *part)
{
    return str_find(text, str_from(part)) < text.len;
}

static void tone_and_audience_are_heard_in_both_languages(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        const char *tone;
        const char *audience;
        const char *action;
        const char *said;
    } wishes[] = {
        { "en", "warm", "people who like tea", "Come and see", "For people who like tea." },
        { "en", "very formal", "", "Please view the details", "Steel" },
        { "en", "playful", "tea lovers", "Go on, take a look", "For tea lovers." },
        { "en", "grumpy", "", "See it now", "Steel" },
        { "zh", "温馨", "爱喝茶的人", "来看看吧", "献给爱喝茶的人。" },
        { "zh", "正式", "", "敬请查看", "1升" },
        { "zh", "活泼", "people who like tea", "快来看看", "1升" },
    };
    size_t wrong = 0;
    for (size_t i = 0; i < countof(wishes); i++) {
        struct pitching pitching;
        enum flaw flaw = FLAW_NONE;
        pitching_init(&pitching, wishes[i].language, "");
        pitching.event.copy_request.variants = COPY_VARIANTS_MAX;
        pitching.event.copy_request.tone = str_from(wishes[i].tone);
        pitching.event.copy_request.audience = str_from(wishes[i].audience);
        const struct copy_variant *variant = pitched(&pitching);
        assert_true(str_is(variant->call_to_action, wishes[i].action));
        assert_true(has(variant->body, wishes[i].said));
        for (size_t j = 0; j < pitching.copy.variants_count; j++) {
            struct str text;
            variant = &pitching.copy.variants[j];
            assert_int_equal(copy_check_text(&pitching.arena, variant, &text), OK);
            assert_int_equal(screen_reply(&pitching.arena, &pitching.brief, text, NOW_MS, &flaw),
                             OK);
            if (flaw != FLAW_NONE) {
                print_message("%s: %s\n", flaw_label(flaw), payload_text(text));
                wrong++;
            }
        }
        arena_fini(&pitching.arena);
    }
    assert_int_equal(wrong, 0);
}

static void an_offer_is_told_in_each_variant_or_there_is_no_copy(void **state)
{
    (void)state;
    static const struct {
        const char *offer;
        int64_t max_chars;
        bool is_told;
    } offers[] = {
        { "20% off until 30 June", 0, true },
        { "20% off. Free wrapping", 0, true },
        { "20% off until 30 June", 30, false }, /* does not fit */
        { "å«æ", 0, false }, /* in another language */
        { "The best price", 0, false }, /* a banned word */
    };
    for (size_t i = 0; i < countof(offers); i++) {
        struct pitching pitching;
        pitching_init(&pitching, "en", "");
        pitching.event.copy_request.offer = str_from(offers[i].offer);
        pitching.event.copy_request.max_chars = offers[i].max_chars;
        pitching.event.copy_request.variants = 5;
        enum err err = pitch(&pitching);
        assert_int_equal(err, offers[i].is_told ? OK : ERR_NO_FACTS);
        for (size_t j = 0; err == OK && j < pitching.copy.variants_count; j++) {
            assert_true(has(pitching.copy.variants[j].body, "20% off"));
        }
        arena_fini(&pitching.arena);
    }
}

static void max_chars_holds_for_what_is_sent(void **state)
{
    (void)state;
    for (int64_t chars = 27; chars < 90; chars++) {
        struct pitching pitching;
        pitching_init(&pitching, "en", "sms");
        pitching.event.copy_request.max_chars = chars;
        const struct copy_variant *variant = pitched(&pitching);
        assert_int_equal(variant->parts_count, 1);
        assert_true(utf8_count(variant->parts[0].text) <= (size_t)chars);
        arena_fini(&pitching.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_the_facts_in_the_language_asked_for),
        cmocka_unit_test(variants_differ_where_they_appear),
        cmocka_unit_test(what_the_request_offers_comes_first),
        cmocka_unit_test(what_is_banned_in_the_catalogue_is_left_out),
        cmocka_unit_test(variants_differ_from_each_other),
        cmocka_unit_test(it_does_without_what_does_not_fit),
        cmocka_unit_test(it_is_there_for_every_product),
        cmocka_unit_test(it_passes_the_screen),
        cmocka_unit_test(without_memory_nothing_is_given),
        cmocka_unit_test(tone_and_audience_are_heard_in_both_languages),
        cmocka_unit_test(an_offer_is_told_in_each_variant_or_there_is_no_copy),
        cmocka_unit_test(max_chars_holds_for_what_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
