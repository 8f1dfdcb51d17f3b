/* copy_fit_test.c - length is kept by choosing whole sentences, never by cutting. */
#include "worker/answer/copy_fit.h"

#include "tests/unit/pitching.h"

#define ROUNDS 3000

struct fitted {
    struct arena arena;
    enum err err;
    struct copy_variant variant;
};

static void fit(struct fitted *fitted, const struct copy_limits *limits, const char *headline,
                const char *body, const char *action)
{
    const struct copy_variant texts = { .headline = str_from(headline), .body = str_from(body),
                                        .call_to_action = str_from(action) };
    *fitted = (struct fitted){ .err = OK };
    arena_init(&fitted->arena, (size_t)1 << 22);
    fitted->err = copy_fit(&fitted->arena, limits, &texts, &fitted->variant);
    if (fitted->err == OK) {
        assert_within(limits, &fitted->variant);
    }
}

static struct copy_limits limits_of(const char *channel, const char *language)
{
    return (struct copy_limits){ .channel = channel_named(str_from(channel)),
                                 .language = str_from(language) };
}

static void what_fits_is_left_as_it_is(void **state)
{
    (void)state;
    struct fitted fitted;
    const struct copy_limits limits = limits_of("sms", "en");
    fit(&fitted, &limits, "Tea", "Boils fast. Steel.", "Have a look");
    assert_int_equal(fitted.err, OK);
    assert_str(fitted.variant.body, "Boils fast. Steel.");
    assert_int_equal(fitted.variant.parts_count, 1);
    assert_string_equal(fitted.variant.parts[0].name, "text");
    assert_str(fitted.variant.parts[0].text, "Tea. Boils fast. Steel. Have a look");
    arena_fini(&fitted.arena);
}

/* The whole message counts, as it is sent, with what stands between its parts. */
static void a_message_of_160_septets_fits_and_of_161_does_not(void **state)
{
    (void)state;
    struct fitted fitted;
    const struct copy_limits limits = limits_of("sms", "en");
    fit(&fitted, &limits, "Tea", payload_with("One. %s.", "B", 149), "");
    assert_int_equal(fitted.err, OK);
    assert_int_equal(fitted.variant.parts[0].length, 160);
    arena_fini(&fitted.arena);
    fit(&fitted, &limits, "Tea", payload_with("One. %s.", "B", 150), "");
    assert_str(fitted.variant.body, "One.");
    arena_fini(&fitted.arena);
    fit(&fitted, &limits, "Tea", payload_with("One. B€%s.", "b", 147), "");
    assert_str(fitted.variant.body, "One.");
    arena_fini(&fitted.arena);
}

static void a_chinese_message_has_70_units(void **state)
{
    (void)state;
    struct fitted fitted;
    const struct copy_limits limits = limits_of("sms", "zh");
    fit(&fitted, &limits, "茶壶", payload_with("好。%s。", "茶", 60), "立即查看");
    assert_int_equal(fitted.err, OK);
    assert_int_equal(fitted.variant.parts[0].length, 70);
    arena_fini(&fitted.arena);
    fit(&fitted, &limits, "茶壶", payload_with("好。%s。", "茶", 61), "立即查看");
    assert_str(fitted.variant.parts[0].text, "茶壶。好。立即查看");
    arena_fini(&fitted.arena);
}

static void sentences_go_from_the_end_then_the_call_to_action(void **state)
{
    (void)state;
    struct fitted fitted;
    struct copy_limits limits = limits_of("none", "en");
    limits.chars_max = 20;
    fit(&fitted, &limits, "Tea", "One two. Three four. Five.", "Look");
    assert_str(fitted.variant.body, "One two.");
    assert_str(fitted.variant.call_to_action, "Look");
    arena_fini(&fitted.arena);
    limits.chars_max = 12;
    fit(&fitted, &limits, "Tea", "One two three. Five.", "Look");
    assert_str(fitted.variant.body, "Five.");
    assert_str(fitted.variant.call_to_action, "Look");
    arena_fini(&fitted.arena);
    limits.chars_max = 8;
    fit(&fitted, &limits, "Tea", "One two three. Five.", "Look");
    assert_str(fitted.variant.body, "Five.");
    assert_int_equal(fitted.variant.call_to_action.len, 0);
    arena_fini(&fitted.arena);
    limits.chars_max = 7;
    fit(&fitted, &limits, "Tea", "One two three. Five.", "Look");
    assert_int_equal(fitted.err, ERR_ANSWER);
    arena_fini(&fitted.arena);
}

static void a_headline_that_is_too_long_is_not_cut(void **state)
{
    (void)state;
    struct fitted fitted;
    const struct copy_limits limits = limits_of("email", "en");
    fit(&fitted, &limits, payload_times("h", 60), "Body.", "Look");
    assert_int_equal(fitted.err, OK);
    assert_int_equal(fitted.variant.parts_count, 3);
    arena_fini(&fitted.arena);
    fit(&fitted, &limits, payload_times("h", 61), "Body.", "Look");
    assert_int_equal(fitted.err, ERR_ANSWER);
    arena_fini(&fitted.arena);
}

static void a_listing_has_five_points_at_most(void **state)
{
    (void)state;
    struct fitted fitted;
    const struct copy_limits limits = limits_of("listing", "en");
    fit(&fitted, &limits, "Tea", "A. Aa. Bb. Cc. Dd. Ee. Ff. Gg.", "Look");
    assert_int_equal(fitted.err, OK);
    assert_int_equal(fitted.variant.parts_count, 6);
    assert_string_equal(fitted.variant.parts[5].name, "bullet");
    arena_fini(&fitted.arena);
}

/* Random texts on every channel in both languages: limits are kept and what is said is made of
 * whole sentences of what was given. */
static void nothing_is_ever_too_long_or_cut(void **state)
{
    (void)state;
    static const char *const names[] = { "sms", "email", "push", "social", "listing", "none" };
    struct dice dice = { 7 };
    size_t fits = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct arena arena;
        struct copy_variant fitting;
        arena_init(&arena, (size_t)1 << 23);
        const struct copy_variant texts = {
            .headline = pitching_text(&arena, &dice, dice_roll(&dice, 8)),
            .body = pitching_text(&arena, &dice, dice_roll(&dice, 60)),
            .call_to_action = pitching_text(&arena, &dice, dice_roll(&dice, 6)),
        };
        struct copy_limits limits = limits_of(names[i % 6], dice_roll(&dice, 2) ? "zh" : "en");
        limits.chars_max = dice_roll(&dice, 2) ? 1 + dice_roll(&dice, 200) : 0;
        enum err err = copy_fit(&arena, &limits, &texts, &fitting);
        assert_true(err == OK || err == ERR_ANSWER);
        if (err == OK) {
            fits++;
            assert_within(&limits, &fitting);
            assert_uncut(fitting.headline, texts.headline);
            assert_uncut(fitting.body, texts.body);
            assert_uncut(fitting.call_to_action, texts.call_to_action);
        }
        arena_fini(&arena);
    }
    assert_true(fits > ROUNDS / 4);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    const struct copy_limits limits = limits_of("push", "en");
    const struct copy_variant texts = { .headline = STR("Tea"), .body = STR("One. Two."),
                                        .call_to_action = STR("Look") };
    enum err err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        struct arena arena;
        struct copy_variant fitting = { .parts_count = 77 };
        arena_init(&arena, (size_t)1 << 20);
        mem_fail_nth(nth);
        err = copy_fit(&arena, &limits, &texts, &fitting);
        mem_fail_nth(0);
        arena_fini(&arena);
        assert_true(err == OK || (err == ERR_NOMEM && fitting.parts_count == 77));
        assert_true(nth < 100);
    }
}

static void the_price_and_the_offer_stay_whatever_is_left_out(void **state)
{
    (void)state;
    struct fitted fitted;
    struct copy_limits limits = limits_of("", "en");
    limits.chars_max = 30;
    limits.price = STR("39.90");
    limits.offer = STR("20% off until Sunday");
    const char *body = "Boils fast and well. Now 39.90. Save 20%.";
    fit(&fitted, &limits, "Tea", body, "Buy now");
    assert_int_equal(fitted.err, OK);
    assert_str(fitted.variant.body, "Now 39.90. Save 20%.");
    assert_str(fitted.variant.call_to_action, "Buy now");
    arena_fini(&fitted.arena);
    limits.chars_max = 18; /* room for one of the two */
    fit(&fitted, &limits, "Tea", body, "Buy now");
    assert_int_equal(fitted.err, ERR_ANSWER);
    arena_fini(&fitted.arena);
    limits.offer = STR("Free delivery!");
    limits.price = STR_NONE;
    fit(&fitted, &limits, "Tea", "Boils. Free delivery. Steel.", "");
    assert_str(fitted.variant.body, "Free delivery.");
    arena_fini(&fitted.arena);
}

static void a_number_is_told_only_by_itself(void **state)
{
    (void)state;
    struct fitted fitted;
    struct copy_limits limits = limits_of("", "en");
    limits.chars_max = 14;
    limits.offer = STR("20% off");
    fit(&fitted, &limits, "Tea", "Since 2020. Get 20%.", "");
    assert_str(fitted.variant.body, "Get 20%.");
    arena_fini(&fitted.arena);
    limits.chars_max = 16; /* no text tells the offer: nothing has to stay */
    fit(&fitted, &limits, "Tea", "Since 2020. Costs 1.20.", "");
    assert_str(fitted.variant.body, "Since 2020.");
    arena_fini(&fitted.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_price_and_the_offer_stay_whatever_is_left_out),
        cmocka_unit_test(a_number_is_told_only_by_itself),
        cmocka_unit_test(what_fits_is_left_as_it_is),
        cmocka_unit_test(a_message_of_160_septets_fits_and_of_161_does_not),
        cmocka_unit_test(a_chinese_message_has_70_units),
        cmocka_unit_test(sentences_go_from_the_end_then_the_call_to_action),
        cmocka_unit_test(a_headline_that_is_too_long_is_not_cut),
        cmocka_unit_test(a_listing_has_five_points_at_most),
        cmocka_unit_test(nothing_is_ever_too_long_or_cut),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
