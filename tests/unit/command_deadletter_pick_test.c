/* Picks: which letters the words of a command line mean, and what is told about wrong words. */
#include "tests/unit/leaf.h"

#include "worker/command/deadletter_pick.h"

#define NOW 1738317600000 /* 2025-01-31T10:00:00Z */
#define HOUR 3600000

static const struct record record = { .partition = 2, .offset = 40, .key = { "ann", 3 },
                                      .has_key = true };
static const struct letter letter = { .reason = { "json", 4 },
                                      .topic_name = { "support.messages", 16 },
                                      .last_at_wall_ms = NOW - HOUR };

static enum pick_verdict judge(const struct pick_words *words)
{
    struct pick pick;
    struct note note = { 0 };
    if (pick_read(words, NOW, &pick, &note) != OK) {
        fail_msg("%s", note.text);
    }
    enum pick_verdict verdict = pick_judge(&pick, &record, &letter);
    pick_fini(&pick);
    return verdict;
}

static void every_filter_lets_through_what_it_means_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        struct pick_words words;
        enum pick_verdict verdict;
    } rows[] = {
        { { 0 }, PICK_YES },
        { { .reason = "json" }, PICK_YES },
        { { .reason = "schema, json" }, PICK_YES },
        { { .reason = "schema" }, PICK_NO },
        { { .reason = "utf8" }, PICK_NO },
        { { .from = "-1h" }, PICK_YES },
        { { .from = "-59m" }, PICK_NO },
        { { .to = "-1h" }, PICK_NO },
        { { .to = "-59m" }, PICK_YES },
        { { .topic = "support.messages" }, PICK_YES },
        { { .topic = "support.orders" }, PICK_NO },
        { { .key = "ann" }, PICK_YES },
        { { .key = "an" }, PICK_NO },
        { { .letters = "2:40" }, PICK_YES },
        { { .letters = "0:1, 2:30-40" }, PICK_YES },
        { { .letters = "2:41-50" }, PICK_NO },
        { { .letters = "1:40" }, PICK_NO },
        { { .skip = "2:40" }, PICK_SKIPPED },
        { { .skip = "2:39,2:41" }, PICK_YES },
        { { .reason = "schema", .skip = "2:40" }, PICK_NO },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        if (judge(&rows[i].words) != rows[i].verdict) {
            fail_msg("row %zu", i);
        }
    }
}

static void what_is_no_letter_is_found_by_place_and_key_alone(void **state)
{
    (void)state;
    static const struct {
        struct pick_words words;
        enum pick_verdict verdict;
    } rows[] = {
        { { 0 }, PICK_YES },
        { { .key = "ann" }, PICK_YES },
        { { .letters = "2:40" }, PICK_YES },
        { { .reason = "schema" }, PICK_NO },
        { { .topic = "x" }, PICK_NO },
        { { .from = "-7d" }, PICK_NO },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct pick pick;
        assert_int_equal(pick_read(&rows[i].words, NOW, &pick, NULL), OK);
        assert_int_equal(pick_judge(&pick, &record, NULL), rows[i].verdict);
        pick_fini(&pick);
    }
}

static void a_record_without_a_key_has_no_empty_key(void **state)
{
    (void)state;
    const struct pick_words words = { .key = "" };
    const struct record bare = { .partition = 2, .offset = 40 };
    struct pick pick;
    assert_int_equal(pick_read(&words, NOW, &pick, NULL), OK);
    assert_int_equal(pick_judge(&pick, &bare, &letter), PICK_NO);
    pick_fini(&pick);
}

static void wrong_words_are_refused_with_what_they_may_be(void **state)
{
    (void)state;
    static const struct {
        struct pick_words words;
        const char *because;
    } rows[] = {
        { { .from = "noon" }, "--from: noon is no time" },
        { { .from = "2025-02-30" }, "--from: there is no such day as 2025-02-30" },
        { { .to = "-5" }, "--to: -5 is no time" },
        { { .from = "now", .to = "-1h" }, "--from now is not before --to -1h" },
        { { .reason = "json,jso" }, "--reason: jso is no reason" },
        { { .limit = "0" }, "--limit: 0 is no number" },
        { { .letters = "17" }, "--letters: 17 is no letter" },
        { { .letters = "0:" }, "--letters: 0: is no letter" },
        { { .letters = "0:5-4" }, "--letters: 0:5-4 is no letter" },
        { { .letters = "0:1,,0:2" }, "--letters:  is no letter" },
        { { .skip = "x:1" }, "--skip: x:1 is no letter" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct pick pick;
        struct note note = { 0 };
        assert_int_equal(pick_read(&rows[i].words, NOW, &pick, &note), ERR_USAGE);
        pick_fini(&pick);
        if (!strstr(note.text, rows[i].because)) {
            fail_msg("\"%s\" does not say \"%s\"", note.text, rows[i].because);
        }
    }
}

static void a_file_of_skips_has_lines_and_comments(void **state)
{
    (void)state;
    const struct pick_words words = { 0 };
    struct note note = { 0 };
    struct pick pick;
    assert_int_equal(pick_read(&words, NOW, &pick, NULL), OK);
    assert_int_equal(
        pick_read_skips(&pick, STR("# held\n\n0:1, 0:3-4\r\n 2:40 # ann's\n"), &note), OK);
    assert_int_equal(pick.skips.count, 3);
    assert_int_equal(pick_judge(&pick, &record, &letter), PICK_SKIPPED);
    assert_int_equal(pick_read_skips(&pick, STR("0:1\nann\n"), &note), ERR_USAGE);
    assert_non_null(strstr(note.text, "--skip-file: ann is no letter"));
    pick_fini(&pick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_filter_lets_through_what_it_means_and_nothing_else),
        cmocka_unit_test(what_is_no_letter_is_found_by_place_and_key_alone),
        cmocka_unit_test(a_record_without_a_key_has_no_empty_key),
        cmocka_unit_test(wrong_words_are_refused_with_what_they_may_be),
        cmocka_unit_test(a_file_of_skips_has_lines_and_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
