/* Wording: which words went and which came, and that both texts can be told from it. */
#include "tests/unit/leaf.h"

#include "worker/answer/wording.h"

#define ARENA_BYTES ((size_t)64 << 20)

/* As in the text form of a replay: [-gone-]{+new+}. */
static void render(const struct wording *wording, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < wording->count; i++) {
        char piece[256];
        const struct str text = wording->pieces[i].text;
        switch (wording->pieces[i].kind) {
        case WORDING_KEPT:
            snprintf(piece, sizeof(piece), "%.*s", STR_ARG(text));
            break;
        case WORDING_GONE:
            snprintf(piece, sizeof(piece), "[-%.*s-]", STR_ARG(text));
            break;
        case WORDING_NEW:
            snprintf(piece, sizeof(piece), "{+%.*s+}", STR_ARG(text));
            break;
        }
        len += (size_t)snprintf(out + len, size - len, "%s", piece);
        assert_true(len < size);
    }
}

static void expect(const char *old, const char *fresh, const char *expected)
{
    struct arena arena;
    struct wording wording;
    char text[1024];
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(wording_of(&arena, str_from(old), str_from(fresh), &wording), OK);
    render(&wording, text, sizeof(text));
    assert_string_equal(text, expected);
    arena_fini(&arena);
}

static void equal_texts_keep_everything(void **state)
{
    (void)state;
    expect("It ships in 3 days.", "It ships in 3 days.", "It ships in 3 days.");
    expect("", "", "");
}

static void a_word_that_changed_is_named_whole(void **state)
{
    (void)state;
    expect("in 3 days", "in 12 days", "in [-3-]{+12+} days");
    expect("order 100234", "order 100235", "order [-100234-]{+100235+}");
    expect("can be returned", "cannot be returned", "[-can-]{+cannot+} be returned");
}

static void words_that_went_or_came_stand_alone(void **state)
{
    (void)state;
    expect("a b c", "a c", "a [-b -]c");
    expect("a c", "a b c", "a {+b +}c");
    expect("", "new", "{+new+}");
    expect("old", "", "[-old-]");
}

static void white_space_does_not_tear_an_edit(void **state)
{
    (void)state;
    expect("The code is xyz.", "Order 1000 was sent.",
           "[-The code is xyz-]{+Order 1000 was sent+}.");
    expect("one two three", "one 2 3", "one [-two three-]{+2 3+}");
    expect("a b c", "x b z", "[-a-]{+x+} b [-c-]{+z+}");
}

static void chinese_is_compared_character_by_character(void **state)
{
    (void)state;
    expect("预计3到5天送达", "预计2到5天送达", "预计[-3-]{+2+}到5天送达");
    expect("可以退货", "不可以退货", "{+不+}可以退货");
}

static void accents_and_other_scripts_are_parts_of_words(void **state)
{
    (void)state;
    expect("le café noir", "le cafe noir", "le [-café-]{+cafe+} noir");
    expect("мой заказ", "мой закат", "мой [-заказ-]{+закат+}");
}

static void a_text_that_is_too_long_goes_and_comes_whole(void **state)
{
    (void)state;
    static char old[4 * WORDING_WORDS_MAX + 8];
    static char fresh[4 * WORDING_WORDS_MAX + 8];
    for (size_t i = 0; i < WORDING_WORDS_MAX + 1; i++) {
        memcpy(old + 2 * i, "a ", 2);
        memcpy(fresh + 2 * i, "b ", 2);
    }
    struct arena arena;
    struct wording wording;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(wording_of(&arena, str_from(old), str_from(fresh), &wording), OK);
    assert_int_equal(wording.count, 3); /* the white space at the end is common to both */
    assert_int_equal(wording.pieces[0].kind, WORDING_GONE);
    assert_int_equal(wording.pieces[1].kind, WORDING_NEW);
    assert_int_equal(wording.pieces[2].kind, WORDING_KEPT);
    arena_fini(&arena);
}

/* Puts the pieces of all kinds but `left_out` together again. */
static void assert_pieces_make(const struct wording *wording, enum wording_kind left_out,
                               struct str expected)
{
    size_t at = 0;
    for (size_t i = 0; i < wording->count; i++) {
        const struct wording_piece *piece = &wording->pieces[i];
        assert_true(i == 0 || piece[-1].kind != piece->kind);
        assert_true(piece->text.len > 0);
        if (piece->kind != left_out) {
            assert_true(str_eq(str_slice(expected, at, piece->text.len), piece->text));
            at += piece->text.len;
        }
    }
    assert_int_equal(at, expected.len);
}

static size_t chance_text(struct luck *luck, char *out)
{
    static const char *const words[] = { "a", "bb", " ", ",", "天", "送", "7" };
    size_t len = 0;
    for (uint64_t left = luck_next(luck, 20); left > 0; left--) {
        const char *word = words[luck_next(luck, countof(words))];
        memcpy(out + len, word, strlen(word));
        len += strlen(word);
    }
    return len;
}

static void both_texts_can_be_read_from_any_wording(void **state)
{
    (void)state;
    struct luck luck = luck_of(20250131);
    for (int round = 0; round < 2000; round++) {
        char old[128];
        char fresh[128];
        const struct str olds = { old, chance_text(&luck, old) };
        const struct str news = { fresh, chance_text(&luck, fresh) };
        struct arena arena;
        struct wording wording;
        arena_init(&arena, ARENA_BYTES);
        assert_int_equal(wording_of(&arena, olds, news, &wording), OK);
        assert_pieces_make(&wording, WORDING_NEW, olds);
        assert_pieces_make(&wording, WORDING_GONE, news);
        arena_fini(&arena);
    }
}

static enum err starved(void *owner)
{
    (void)owner;
    struct arena arena;
    struct wording wording = { .count = 77 };
    arena_init(&arena, ARENA_BYTES);
    enum err err = wording_of(&arena, STR("one two three"), STR("one 2 three"), &wording);
    assert_true(err == OK || wording.count == 77);
    arena_fini(&arena);
    return err;
}

static void without_memory_nothing_is_touched(void **state)
{
    (void)state;
    assert_true(starve(starved, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_keep_everything),
        cmocka_unit_test(a_word_that_changed_is_named_whole),
        cmocka_unit_test(words_that_went_or_came_stand_alone),
        cmocka_unit_test(white_space_does_not_tear_an_edit),
        cmocka_unit_test(chinese_is_compared_character_by_character),
        cmocka_unit_test(accents_and_other_scripts_are_parts_of_words),
        cmocka_unit_test(a_text_that_is_too_long_goes_and_comes_whole),
        cmocka_unit_test(both_texts_can_be_read_from_any_wording),
        cmocka_unit_test(without_memory_nothing_is_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
