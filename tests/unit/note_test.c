/* Notes: what fits is kept, and nothing is cut inside a character. */
#include "tests/unit/leaf.h"

#include "common/note.h"
#include "common/utf8.h"

static void text_and_pointer_are_set_apart(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    note_set(&note, "%d is odd", 7);
    note_at(&note, "/items/%d", 3);
    assert_string_equal(note.text, "7 is odd");
    assert_string_equal(note.pointer, "/items/3");
    note_set(&note, "again");
    assert_string_equal(note.pointer, "/items/3");
}

static void nobody_has_to_want_a_note(void **state)
{
    (void)state;
    note_set(NULL, "%d", 1);
    note_at(NULL, "%d", 1);
}

static void a_text_of_just_the_size_is_kept_whole(void **state)
{
    (void)state;
    char text[NOTE_TEXT_BYTES];
    struct note note;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    note_set(&note, "%s", text);
    assert_string_equal(note.text, text);
    note_set(&note, "%sa", text);
    assert_string_equal(note.text, text);
}

static void a_cut_never_leaves_half_a_character(void **state)
{
    (void)state;
    static const char *const characters[] = { "\xc3\xa9", "\xe4\xba\xac", "\xf0\x9f\x98\x80" };
    for (size_t i = 0; i < countof(characters); i++) {
        for (size_t lead = 0; lead < 8; lead++) {
            char text[2 * NOTE_TEXT_BYTES] = "xxxxxxxx";
            size_t len = lead;
            while (len + 4 < sizeof(text)) {
                memcpy(text + len, characters[i], strlen(characters[i]));
                len += strlen(characters[i]);
            }
            text[len] = '\0';
            struct note note;
            note_set(&note, "%s", text);
            note_at(&note, "%s", text);
            assert_int_equal(utf8_check(str_from(note.text), NULL), OK);
            assert_int_equal(utf8_check(str_from(note.pointer), NULL), OK);
            assert_true(strlen(note.text) >= NOTE_TEXT_BYTES - 1 - strlen(characters[i]));
            assert_memory_equal(note.text, text, strlen(note.text));
        }
    }
}

static void what_a_stranger_wrote_can_be_shown(void **state)
{
    (void)state;
    struct note note;
    note_set(&note, "%s is not a setting", "\xde\x01=\x1b[2J\xc2\x85" "caf\xc3\xa9");
    assert_string_equal(note.text, "?\?=?[2J?\?caf\xc3\xa9 is not a setting");
    note_set(&note, "%s", "two\nlines\t\r.");
    assert_string_equal(note.text, "two lines  .");
    note_at(&note, "/%s", "a\x1b" "b");
    assert_string_equal(note.pointer, "/a\x1b" "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_pointer_are_set_apart),
        cmocka_unit_test(nobody_has_to_want_a_note),
        cmocka_unit_test(a_text_of_just_the_size_is_kept_whole),
        cmocka_unit_test(a_cut_never_leaves_half_a_character),
        cmocka_unit_test(what_a_stranger_wrote_can_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
