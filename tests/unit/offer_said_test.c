/* offer_said_test.c - a model words what is offered; what is offered is not its to say. */
#include "worker/answer/offer_said.h"

#include "tests/unit/payload.h"

struct reading {
    struct arena arena;
    struct offer offers[2];
};

static enum err reading_run(struct reading *reading, const char *said)
{
    json_setup(1);
    *reading = (struct reading){ .offers = { { .sku = STR("TEA") }, { .sku = STR("POT") } } };
    arena_init(&reading->arena, (size_t)1 << 20);
    return offer_said_read(&reading->arena, str_from(said), reading->offers,
                           countof(reading->offers));
}

#define TEA "{\"sku\":\"TEA\",\"sentence\":\" You like it. \"}"
#define POT "{\"sku\":\"POT\",\"sentence\":\"它与茶一起被购买。\"}"

static void sentences_go_to_their_products_also_out_of_a_fence(void **state)
{
    (void)state;
    static const char *const cases[] = { "{\"sentences\":[" TEA "," POT "]}",
                                         "```json\n{\"sentences\":[" POT "," TEA "]}\n```",
                                         "<think>hm</think>Sure: {\"sentences\":[" TEA "," POT
                                         "]} Enjoy!" };
    for (size_t i = 0; i < countof(cases); i++) {
        struct reading reading;
        assert_int_equal(reading_run(&reading, cases[i]), OK);
        assert_str(reading.offers[0].sentence, "You like it.");
        assert_str(reading.offers[1].sentence, "它与茶一起被购买。");
        arena_fini(&reading.arena);
    }
}

static void a_product_that_was_not_offered_is_dropped(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(reading_run(&reading, "{\"sentences\":[{\"sku\":\"GOLD\",\"sentence\":\"Buy "
                                           "it.\"},{\"sku\":\"tea\",\"sentence\":\"Buy it.\"},"
                                           POT "]}"), OK);
    assert_int_equal(reading.offers[0].sentence.len, 0);
    assert_str(reading.offers[1].sentence, "它与茶一起被购买。");
    arena_fini(&reading.arena);
    assert_int_equal(reading_run(&reading, "{\"sentences\":[]}"), OK);
    assert_int_equal(reading.offers[1].sentence.len, 0);
    arena_fini(&reading.arena);
}

static void what_is_said_first_of_a_product_counts(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(reading_run(&reading, "{\"sentences\":[" TEA ",{\"sku\":\"TEA\",\"sentence\":"
                                           "\"No.\"}]}"), OK);
    assert_str(reading.offers[0].sentence, "You like it.");
    arena_fini(&reading.arena);
}

/* The same length as a sentence may have, and one more. */
static void a_sentence_is_one_and_short_and_plain(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        bool is_taken;
    } cases[] = {
        { "You like it.", true },
        { "You like it", true },
        { "", false },
        { "  ", false },
        { "You like it. Buy it.", false },
        { "You like\\nit", false },
        { "<b>Buy</b>", false },
        { "\\u202eBuy it.", false },
        { "%*d", true },
        { "%*dx", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct reading reading;
        char sentence[1024];
        char said[2048];
        bool is_long = cases[i].sentence[0] == '%';
        snprintf(sentence, sizeof(sentence), "%s", cases[i].sentence);
        if (is_long) {
            snprintf(sentence, sizeof(sentence), "%0*d%s", OFFER_SENTENCE_CHARS_MAX, 1,
                     cases[i].is_taken ? "" : "x");
        }
        snprintf(said, sizeof(said), "{\"sentences\":[{\"sku\":\"TEA\",\"sentence\":\"%s\"}]}",
                 sentence);
        assert_int_equal(reading_run(&reading, said), OK);
        assert_int_equal(reading.offers[0].sentence.len > 0, cases[i].is_taken);
        arena_fini(&reading.arena);
    }
}

static void another_form_is_no_answer_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "no object", "[]", "{}", "}{", "{\"sentences\":{}}", "{\"sentences\":[1]}",
        "{\"sentences\":[" TEA ",{}]}", "{\"sentences\":[" TEA ",{\"sku\":\"POT\"}]}",
        "{\"sentences\":[" TEA ",{\"sku\":1,\"sentence\":\"x\"}]}",
        "{\"sentences\":[" TEA ",{\"sku\":\"POT\",\"sentence\":null}]}",
        "{\"sentences\":[" TEA "],\"sentences\":[]}", "{\"sentences\":[" TEA "",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct reading reading;
        assert_int_equal(reading_run(&reading, cases[i]), ERR_ANSWER);
        assert_int_equal(reading.offers[0].sentence.len, 0);
        reading.offers[0].sentence = STR("before");
        assert_int_equal(offer_said_read(&reading.arena, str_from(cases[i]), reading.offers, 2),
                         ERR_ANSWER);
        assert_str(reading.offers[0].sentence, "before");
        arena_fini(&reading.arena);
    }
}

static void more_than_is_read_is_no_answer(void **state)
{
    (void)state;
    struct reading reading;
    char *said = mem_alloc(OFFER_SAID_BYTES_MAX + 64);
    assert_non_null(said);
    memset(said, ' ', OFFER_SAID_BYTES_MAX + 63);
    memcpy(said, "{\"sentences\":[", 14);
    memcpy(said + OFFER_SAID_BYTES_MAX + 60, "]}", 3);
    assert_int_equal(reading_run(&reading, said), ERR_ANSWER);
    arena_fini(&reading.arena);
    mem_free(said);
}

static void without_memory_the_offers_stay_as_they_were(void **state)
{
    (void)state;
    struct offer offers[] = { { .sku = STR("TEA"), .sentence = STR("before") },
                              { .sku = STR("POT") } };
    enum err err = ERR_NOMEM;
    json_setup(1);
    for (size_t bytes = 0; err == ERR_NOMEM && bytes < 100000; bytes += 16) {
        struct arena arena;
        arena_init(&arena, bytes);
        err = offer_said_read(&arena, STR("{\"sentences\":[" TEA "," POT "]}"), offers, 2);
        assert_true(err == OK || str_is(offers[0].sentence, "before"));
        assert_true(err == OK || offers[1].sentence.len == 0);
        arena_fini(&arena);
    }
    assert_int_equal(err, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_go_to_their_products_also_out_of_a_fence),
        cmocka_unit_test(a_product_that_was_not_offered_is_dropped),
        cmocka_unit_test(what_is_said_first_of_a_product_counts),
        cmocka_unit_test(a_sentence_is_one_and_short_and_plain),
        cmocka_unit_test(another_form_is_no_answer_and_changes_nothing),
        cmocka_unit_test(more_than_is_read_is_no_answer),
        cmocka_unit_test(without_memory_the_offers_stay_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
