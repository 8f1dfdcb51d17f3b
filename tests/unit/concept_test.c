/* concept_test.c - what texts are about, sentence by sentence, and wishes that are denied; words
 * are found wherever a plain search finds them, and nowhere else. */
#include "worker/answer/concept.h"

#include "tests/unit/leaf.h"

#define TEXTS 20000
#define SEED 20261124u

#define W(word) { word, sizeof(word) - 1 },
#define CONCEPT(name, ...) static const struct str words_of_##name[] = { __VA_ARGS__ { NULL, 0 } };
#include "worker/answer/concept.def"
#undef CONCEPT
#undef W

static const struct str *const vocabularies[CONCEPT_COUNT] = {
#define CONCEPT(name, ...) words_of_##name,
#include "worker/answer/concept.def"
#undef CONCEPT
};

/* Concepts that are more than their words: what denies a wish, and how a number looks. */
static const concept_set more_than_words =
    CONCEPT_BIT(REFUND) | CONCEPT_BIT(RETURN) | CONCEPT_BIT(EXCHANGE) | CONCEPT_BIT(GIVE_BACK) |
    CONCEPT_BIT(CANCEL) | CONCEPT_BIT(RETURNED) | CONCEPT_BIT(ID) |
    CONCEPT_BIT(PERSON) | CONCEPT_BIT(COMPLAIN) | CONCEPT_BIT(ANGRY) | CONCEPT_BIT(NUMBER);

static struct str bare(struct str word)
{
    struct str front = str_slice(word, word.ptr[0] == '^' ? 1 : 0, word.len);
    bool is_open = front.ptr[front.len - 1] == '*';
    return str_slice(front, 0, front.len - (is_open ? 1 : 0));
}

static bool stands_in(struct str text, struct str word)
{
    bool is_first = word.ptr[0] == '^';
    struct str rest = is_first ? str_slice(word, 1, word.len) : word;
    size_t at = plain_find(text, 0, rest);
    return at < text.len && (!is_first || at == 0);
}

static concept_set searched(struct str text)
{
    concept_set set = 0;
    for (size_t i = 0; i < CONCEPT_COUNT; i++) {
        for (const struct str *word = vocabularies[i]; word->ptr; word++) {
            set |= stands_in(text, *word) ? UINT64_C(1) << i : 0;
        }
    }
    return set;
}

static concept_set found(struct str text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(text, &plain);
    concepts_in(&plain, &concepts);
    assert_int_equal(concepts.count, 1);
    return concepts.all;
}

static void each_word_stands_for_its_concept(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONCEPT_COUNT; i++) {
        for (const struct str *word = vocabularies[i]; word->ptr; word++) {
            struct str text = bare(*word);
            if (!(found(text) & (UINT64_C(1) << i))) {
                fail_msg("concept %zu does not know \"%.*s\"", i, STR_ARG(text));
            }
        }
    }
}

static uint32_t draw(uint32_t *seed, size_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)((*seed >> 8) % below);
}

static struct str draw_word(uint32_t *seed)
{
    const struct str *words;
    size_t count = 0;
    do {
        words = vocabularies[draw(seed, CONCEPT_COUNT)];
    } while (!words->ptr);
    while (words[count].ptr) {
        count++;
    }
    return bare(words[draw(seed, count)]);
}

/* Words, whole or cut, with or without a space between them. */
static struct str draw_text(uint32_t *seed, char out[1024])
{
    size_t len = 0;
    for (uint32_t left = 1 + draw(seed, 5); left > 0; left--) {
        struct str word = draw_word(seed);
        size_t size = draw(seed, 4) == 0 ? draw(seed, word.len) : word.len;
        memcpy(out + len, word.ptr, size);
        len += size;
        if (draw(seed, 3) > 0) {
            out[len++] = ' ';
        }
    }
    return (struct str){ out, len };
}

static void words_are_found_as_a_plain_search_finds_them(void **state)
{
    (void)state;
    uint32_t seed = SEED;
    print_message("seed %u\n", seed);
    for (size_t i = 0; i < TEXTS; i++) {
        char out[1024];
        struct plain plain;
        struct concepts concepts;
        plain_of(draw_text(&seed, out), &plain);
        concepts_in(&plain, &concepts);
        struct str text = plain_str(&plain);
        if (concepts.count == 1 && (concepts.all ^ searched(text)) & ~more_than_words) {
            fail_msg("\"%.*s\" is about something else", STR_ARG(text));
        }
    }
}

static void a_word_for_the_start_counts_only_there(void **state)
{
    (void)state;
    assert_true(found(STR("because")) & CONCEPT_BIT(LEAN));
    assert_false(found(STR("xx because")) & CONCEPT_BIT(LEAN));
}

static struct concepts in_text(const char *text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(str_from(text), &plain);
    concepts_in(&plain, &concepts);
    return concepts;
}

static void words_of_both_languages_give_the_same_concept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        concept_set has;
    } cases[] = {
        { "Where is my order?", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "我的订单在哪", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "我的訂單在哪", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "Track the PARCEL", CONCEPT_BIT(TRACK) | CONCEPT_BIT(PARCEL) },
        { "查一下快递", CONCEPT_BIT(TRACK) | CONCEPT_BIT(PARCEL) },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(in_text(cases[i].text).all & cases[i].has, cases[i].has);
    }
    assert_int_equal(in_text("").all, 0);
    assert_int_equal(in_text("").count, 1);
}

static void a_wish_that_is_denied_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool wants;
    } refunds[] = {
        { "I want a refund", true },
        { "I don't want a refund", false },
        { "No need, really. I want a refund", true },
        { "I don't want it, refund please", true },
        { "If you don't refund me", true },
        { "我要退款", true },
        { "我不要退款", false },
        { "要不要退款", true },
    };
    for (size_t i = 0; i < countof(refunds); i++) {
        print_message("%s\n", refunds[i].text);
        bool wants = (in_text(refunds[i].text).all & CONCEPT_BIT(REFUND)) != 0;
        assert_int_equal(wants, refunds[i].wants);
    }
}

static void each_sentence_has_its_own_concepts(void **state)
{
    (void)state;
    struct concepts concepts = in_text("Where is it? I want a refund. 我的订单。");
    assert_int_equal(concepts.count, 3);
    assert_true(concepts.sentences[0] & CONCEPT_BIT(WHERE));
    assert_false(concepts.sentences[0] & CONCEPT_BIT(REFUND));
    assert_true(concepts.sentences[1] & CONCEPT_BIT(REFUND));
    assert_true(concepts.sentences[2] & CONCEPT_BIT(MINE));
    assert_int_equal(concepts.all,
                     concepts.sentences[0] | concepts.sentences[1] | concepts.sentences[2]);
}

static void ends_behind_ends_and_decimals_make_no_sentences(void **state)
{
    (void)state;
    assert_int_equal(in_text("Really?! Yes.").count, 2);
    assert_int_equal(in_text("It costs 3.50 now").count, 1);
    assert_int_equal(in_text("...").count, 1);
}

static void sentences_beyond_the_bound_are_in_the_last_one(void **state)
{
    (void)state;
    struct concepts concepts =
        in_text("a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. I want a refund.");
    assert_int_equal(concepts.count, CONCEPT_SENTENCES_MAX);
    assert_true(concepts.sentences[CONCEPT_SENTENCES_MAX - 1] & CONCEPT_BIT(REFUND));
}

static void a_number_has_five_digits_in_one_word(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
    } cases[] = {
        { "100234", true }, { "1234", false },  { "12 345", false },
        { "A-12345", true }, { "ab12cd345", true }, { "1,2345", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_number = (in_text(cases[i].text).all & CONCEPT_BIT(NUMBER)) != 0;
        print_message("%s\n", cases[i].text);
        assert_int_equal(is_number, cases[i].is_number);
    }
}

static void any_bytes_are_taken(void **state)
{
    (void)state;
    struct luck luck = luck_of(11);
    for (int i = 0; i < 300; i++) {
        char bytes[200];
        struct plain plain;
        struct concepts concepts;
        luck_bytes(&luck, bytes, sizeof(bytes));
        plain_of((struct str){ bytes, sizeof(bytes) }, &plain);
        concepts_in(&plain, &concepts);
        assert_true(concepts.count >= 1 && concepts.count <= CONCEPT_SENTENCES_MAX);
    }
}

static bool has_id(const char *text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(str_from(text), &plain);
    concepts_in(&plain, &concepts);
    return (concepts.all & CONCEPT_BIT(ID)) != 0;
}

static void letters_a_hyphen_and_three_digits_may_be_an_orders_number(void **state)
{
    (void)state;
    assert_true(has_id("is F-0900 delivered?"));
    assert_true(has_id("订单T-2001多少钱"));
    assert_false(has_id("KTL-17 is red"));
    assert_false(has_id("from 10-200 EUR"));
    assert_false(has_id("-100"));
    assert_false(has_id("x-"));
}

static void the_longest_word_of_a_concept_is_found_at_its_first_place(void **state)
{
    (void)state;
    const struct str text = STR("ask when's it due and when");
    size_t end = 0;
    assert_int_equal(concept_find(text, 0, CONCEPT_WHEN, &end), 4);
    assert_int_equal(end, 10);
    assert_int_equal(concept_find(text, end, CONCEPT_WHEN, &end), 22);
    assert_int_equal(end, 26);
    assert_int_equal(concept_find(text, end, CONCEPT_WHEN, &end), text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_stands_for_its_concept),
        cmocka_unit_test(words_are_found_as_a_plain_search_finds_them),
        cmocka_unit_test(a_word_for_the_start_counts_only_there),
        cmocka_unit_test(words_of_both_languages_give_the_same_concept),
        cmocka_unit_test(a_wish_that_is_denied_is_none),
        cmocka_unit_test(each_sentence_has_its_own_concepts),
        cmocka_unit_test(ends_behind_ends_and_decimals_make_no_sentences),
        cmocka_unit_test(sentences_beyond_the_bound_are_in_the_last_one),
        cmocka_unit_test(a_number_has_five_digits_in_one_word),
        cmocka_unit_test(any_bytes_are_taken),
        cmocka_unit_test(letters_a_hyphen_and_three_digits_may_be_an_orders_number),
        cmocka_unit_test(the_longest_word_of_a_concept_is_found_at_its_first_place),
    };
    return cmocka_run_group_tests_name("concept", tests, NULL, NULL);
}
