/* prompt_copy_test.c - a model is told how many variants, how long, and what they may not say. */
#include "worker/answer/prompt_copy.h"

#include "tests/unit/payload.h"

struct wishing {
    struct arena arena;
    struct event event;
    struct brief brief;
    struct ban ban;
    struct str text;
};

static void wishing_init(struct wishing *wishing, const char *language, const char *channel)
{
    *wishing = (struct wishing){ .text = STR_NONE };
    arena_init(&wishing->arena, (size_t)1 << 20);
    assert_int_equal(ban_read(&wishing->arena, ban_builtin(), &wishing->ban, NULL), OK);
    wishing->event.kind = EVENT_COPY_REQUEST;
    wishing->event.copy_request = (struct copy_request){ .sku = STR("K1"), .variants = 1,
                                                         .channel = str_from(channel) };
    wishing->brief = (struct brief){ .event = &wishing->event, .language = str_from(language),
                                     .ban = &wishing->ban };
}

static bool asks(struct wishing *wishing, const char *words)
{
    assert_int_equal(prompt_copy(&wishing->arena, &wishing->brief, &wishing->text), OK);
    return str_find(wishing->text, str_from(words)) < wishing->text.len;
}

static void each_limit_of_the_channel_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        const char *language;
        const char *words;
    } cases[] = {
        { "sms", "en", "All three together at most 160 characters." },
        { "sms", "zh", "All three together at most 70 characters." },
        { "email", "en", "The headline at most 60 characters." },
        { "push", "zh", "Body and call to action together at most 75 characters." },
        { "listing", "en", "Each sentence of the body at most 250 characters." },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct wishing wishing;
        wishing_init(&wishing, cases[i].language, cases[i].channel);
        assert_true(asks(&wishing, cases[i].words));
        arena_fini(&wishing.arena);
    }
}

static void offer_variants_and_banned_words_are_told(void **state)
{
    (void)state;
    struct wishing wishing;
    wishing_init(&wishing, "zh", "fax");
    assert_false(asks(&wishing, "at most"));
    assert_false(asks(&wishing, "variants"));
    assert_true(asks(&wishing, "最"));
    wishing.event.copy_request.variants = 3;
    wishing.event.copy_request.offer = STR("20% off <b>");
    wishing.event.copy_request.max_chars = 90;
    assert_true(asks(&wishing, "Write 3 variants"));
    assert_true(asks(&wishing, "exactly so: 20% off  b \n"));
    assert_true(asks(&wishing, "All three together at most 90 characters."));
    wishing.event.copy_request.market = STR("us");
    assert_false(asks(&wishing, "最"));
    assert_true(asks(&wishing, "cheapest"));
    wishing.brief.ban = NULL;
    assert_false(asks(&wishing, "Never use"));
    arena_fini(&wishing.arena);
}

static void the_schema_is_of_one_object_or_of_so_many(void **state)
{
    (void)state;
    struct wishing wishing;
    struct str schema;
    wishing_init(&wishing, "en", "sms");
    assert_int_equal(prompt_copy_schema(&wishing.arena, &wishing.brief, &schema), OK);
    assert_true(str_find(schema, STR("variants")) == schema.len);
    wishing.event.copy_request.variants = 4;
    assert_int_equal(prompt_copy_schema(&wishing.arena, &wishing.brief, &schema), OK);
    assert_true(str_find(schema, STR("\"minItems\":4,\"maxItems\":4")) < schema.len);
    struct json_t *root = NULL;
    json_setup(1);
    assert_int_equal(json_read(schema, 1 << 20, &root, NULL), OK);
    json_drop(&root);
    arena_fini(&wishing.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_of_the_channel_is_told),
        cmocka_unit_test(offer_variants_and_banned_words_are_told),
        cmocka_unit_test(the_schema_is_of_one_object_or_of_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
