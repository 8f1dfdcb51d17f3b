/* screen_hits_test.c - what is found in a sentence: values and the words of facts, in order. */
#include "worker/answer/screen_hits.h"

#include "tests/unit/screening.h"

struct found {
    struct arena arena;
    struct screen_facts facts;
    struct screen_sentence sentence;
    struct screen_hits hits;
    bool is_all;
};

static struct found found; /* too large for a stack */

static void find_in(const char *text)
{
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("en"),
                                 .product = &screening_kettle };
    arena_init(&found.arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&found.arena, &brief, 0, &found.facts), OK);
    memset(&found.sentence, 0, sizeof(found.sentence));
    plain_of(str_from(text), &found.sentence.plain);
    const struct screen_pairs pairs = screen_pairs_of(plain_str(&found.sentence.plain));
    found.is_all = screen_hits_of(&found.facts, &pairs, &found.sentence, &found.hits);
}

/* "aurora kettle|39.90 eur": what was hit, as it stands there. */
static const char *hits_of(const char *text, char out[256])
{
    size_t len = 0;
    find_in(text);
    out[0] = '\0';
    for (size_t i = 0; i < found.hits.count; i++) {
        const struct screen_value *value = &found.hits.items[i].value;
        struct str said = str_slice(plain_str(&found.sentence.plain), value->from,
                                    value->to - value->from);
        len += (size_t)snprintf(out + len, 256 - len, "%s%.*s%s", i > 0 ? "|" : "", STR_ARG(said),
                                found.hits.items[i].fact ? "*" : "");
    }
    arena_fini(&found.arena);
    return out;
}

static void hits_come_in_the_order_of_the_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *hits; /* a star behind the words of a fact */
    } cases[] = {
        { "The Aurora Kettle costs 39.90 EUR.", "aurora kettle*|39.90 eur" },
        { "For 39.90 EUR you get an Aurora Kettle.", "39.90 eur|aurora kettle*" },
        { "Thank you for asking.", "" },
        { "This one is no one's, 24/7.", "" }, /* look like numbers */
        { "", "" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        char out[256];
        print_message("%s\n", cases[i].text);
        assert_string_equal(hits_of(cases[i].text, out), cases[i].hits);
    }
}

static void a_day_or_a_period_leans_on_today(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool leans;
    } cases[] = {
        { "It arrives on 3 December.", true },
        { "It takes 3 days.", true },
        { "It costs 39.90 EUR.", false },
        { "The Aurora Kettle.", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        find_in(cases[i].text);
        assert_true(screen_hits_lean_on_day(&found.hits) == cases[i].leans);
        arena_fini(&found.arena);
    }
}

/* Names, `times` of them; a value where one stands behind. */
static bool are_all_found(size_t times, const char *behind)
{
    char text[4096] = "";
    size_t len = 0;
    for (size_t i = 0; i < times; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "Aurora Kettle, ");
    }
    snprintf(text + len, sizeof(text) - len, "%s", behind);
    find_in(text);
    arena_fini(&found.arena);
    return found.is_all;
}

static void a_sentence_that_says_more_than_can_be_checked_is_told(void **state)
{
    (void)state;
    assert_true(are_all_found(SCREEN_HITS_MAX - 2, "39.90 EUR"));
    assert_false(are_all_found(SCREEN_HITS_MAX - 1, "39.90 EUR"));
    assert_false(are_all_found(SCREEN_HITS_MAX + 1, ""));
    assert_int_equal(found.hits.count, SCREEN_HITS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_come_in_the_order_of_the_sentence),
        cmocka_unit_test(a_day_or_a_period_leans_on_today),
        cmocka_unit_test(a_sentence_that_says_more_than_can_be_checked_is_told),
    };
    return cmocka_run_group_tests_name("screen_hits", tests, NULL, NULL);
}
