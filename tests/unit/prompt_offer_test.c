/* prompt_offer_test.c - a model is told what is offered and why, and may name nothing else. */
#include "worker/answer/prompt_offer.h"

#include "tests/unit/payload.h"

static const struct instructions shop = { .text = { "Be kind.\n", 9 }, .version = { "7", 1 } };

struct pitch {
    struct arena arena;
    struct event event;
    struct offer offers[OFFERS_WORDED_MAX + 5];
    struct brief brief;
    struct prompt prompt;
};

static void pitch_render(struct pitch *pitch, size_t count)
{
    static const struct product tea = { .category = STR("tea"), .price = STR("9.90"),
                                        .currency = STR("EUR") };
    *pitch = (struct pitch){ .event = { .kind = EVENT_RECOMMENDATION_REQUEST } };
    arena_init(&pitch->arena, (size_t)1 << 20);
    for (size_t i = 0; i < count; i++) {
        pitch->offers[i] = (struct offer){ .name = STR("Green <tea>"), .reason = STR("Why not.") };
        assert_int_equal(arena_printf(&pitch->arena, &pitch->offers[i].sku, "T\"%zu", i), OK);
    }
    pitch->offers[0].product = &tea;
    pitch->brief = (struct brief){ .event = &pitch->event, .language = STR("en"),
                                   .offers = pitch->offers, .offers_count = count };
    assert_int_equal(prompt_render(&pitch->arena, &pitch->brief, &shop, &pitch->prompt), OK);
}

static void offers_are_facts_and_the_wish_stands_last(void **state)
{
    (void)state;
    struct pitch pitch;
    pitch_render(&pitch, 2);
    assert_int_equal(pitch.prompt.parts_count, 3);
    const char *facts = payload_text(pitch.prompt.parts[1].text);
    assert_non_null(strstr(facts, "Product: Green  tea \n  SKU: T\"0\n  Category: tea\n"
                                  "  Price: 9.90\n  Currency: EUR\n  Reason: Why not.\n"
                                  "Product: Green  tea \n  SKU: T\"1\n  Reason: Why not.\n"));
    assert_non_null(strstr(payload_text(pitch.prompt.parts[2].text), "one short sentence"));
    assert_str(pitch.prompt.schema_name, "sentences");
    assert_int_equal(pitch.prompt.answers, 1);
    arena_fini(&pitch.arena);
}

static void the_schema_names_the_products(void **state)
{
    (void)state;
    struct pitch pitch;
    struct json_t *tree = NULL;
    pitch_render(&pitch, 2);
    assert_str(pitch.prompt.schema,
               "{\"type\":\"object\",\"properties\":{\"sentences\":{\"type\":\"array\",\"items\":"
               "{\"type\":\"object\",\"properties\":{\"sku\":{\"type\":\"string\",\"enum\":"
               "[\"T\\\"0\",\"T\\\"1\"]},\"sentence\":{\"type\":\"string\"}},\"required\":"
               "[\"sku\",\"sentence\"],\"additionalProperties\":false}}},\"required\":"
               "[\"sentences\"],\"additionalProperties\":false}");
    json_setup(1);
    assert_int_equal(json_read(pitch.prompt.schema, 65536, &tree, NULL), OK);
    json_drop(&tree);
    arena_fini(&pitch.arena);
}

static void of_many_offers_the_first_are_worded(void **state)
{
    (void)state;
    struct pitch pitch;
    pitch_render(&pitch, OFFERS_WORDED_MAX + 5);
    const char *facts = payload_text(pitch.prompt.parts[1].text);
    assert_non_null(strstr(facts, "SKU: T\"19\n"));
    assert_null(strstr(facts, "SKU: T\"20\n"));
    assert_non_null(strstr(payload_text(pitch.prompt.schema), "\"T\\\"19\"]"));
    assert_true(pitch.prompt.answers > 1);
    arena_fini(&pitch.arena);
}

static void without_memory_there_is_no_schema(void **state)
{
    (void)state;
    struct offer offer = { .sku = STR("TEA") };
    const struct brief brief = { .offers = &offer, .offers_count = 1 };
    struct arena arena;
    struct str schema = STR("before");
    arena_init(&arena, 16);
    assert_int_equal(prompt_offer_schema(&arena, &brief, &schema), ERR_NOMEM);
    assert_str(schema, "before");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_are_facts_and_the_wish_stands_last),
        cmocka_unit_test(the_schema_names_the_products),
        cmocka_unit_test(of_many_offers_the_first_are_worded),
        cmocka_unit_test(without_memory_there_is_no_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
