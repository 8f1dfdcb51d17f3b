/* passage_lines_test.c - JSON lines as passages; a bad line costs itself only. */
#include "tests/unit/passages.h"

#include "common/json.h"
#include "common/mem.h"

static enum err read(struct passages *passages, const char *text)
{
    const struct passage_sheet sheet = passages_sheet(passages, "f.jsonl", str_from(text));
    return passage_cut_lines(&sheet);
}

static void texts_and_questions_become_passages(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    assert_int_equal(read(&got, "{\"id\":\"ship\",\"title\":\"Shipping\",\"text\":\"By post.\"}\n\n"
                                "{\"question\":\"Cash?\",\"answer\":\"Yes.\",\"tag\":1}\r\n"
                                "{\"text\":\"Open daily.\"}"),
                     OK);
    assert_int_equal(got.count, 3);
    assert_int_equal(got.faults_count, 0);
    assert_passage(&got, 0, "f.jsonl#ship", "Shipping", "By post.");
    assert_passage(&got, 1, "f.jsonl#3", "Cash?", "Yes.");
    assert_passage(&got, 2, "f.jsonl#4", "", "Open daily.");
    passages_close(&got);
}

static void a_bad_line_is_named_and_the_rest_is_used(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    assert_int_equal(read(&got, "{\"text\":\"one\"}\n{\"text\":\nnull\n{\"title\":\"no text\"}\n"
                                "{\"text\":\" \"}\n{\"text\":\"\xB9\xFA\"}\n{\"text\":\"two\"}\n"),
                     OK);
    assert_int_equal(got.count, 2);
    assert_passage(&got, 1, "f.jsonl#7", "", "two");
    assert_int_equal(got.faults_count, 5);
    for (size_t i = 0; i < got.faults_count; i++) {
        assert_int_equal(got.faults[i], i + 2);
    }
    assert_true(got.note.text[0] != '\0');
    passages_close(&got);
}

static void a_long_text_goes_on_in_numbered_parts(void **state)
{
    (void)state;
    char line[3000];
    size_t len = (size_t)snprintf(line, sizeof(line), "{\"id\":\"long\",\"text\":\"");
    while (len < 2600) {
        len += (size_t)snprintf(line + len, sizeof(line) - len, "A sentence stands here. ");
    }
    snprintf(line + len, sizeof(line) - len, "\"}");
    struct passages got;
    passages_open(&got);
    assert_int_equal(read(&got, line), OK);
    assert_int_equal(got.count, 3);
    assert_string_equal(got.all[0].id.ptr, "f.jsonl#long");
    assert_string_equal(got.all[1].id.ptr, "f.jsonl#long.2");
    assert_string_equal(got.all[2].id.ptr, "f.jsonl#long.3");
    assert_true(str_starts(got.all[1].text, STR("A sentence")));
    passages_close(&got);
}

static void what_the_taker_says_ends_the_reading(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    got.result = ERR_FULL;
    assert_int_equal(read(&got, "{\"text\":\"one\"}\n{\"text\":\n"), ERR_FULL);
    assert_int_equal(got.faults_count, 0);
    passages_close(&got);
}

static void without_memory_it_says_so_and_keeps_nothing(void **state)
{
    (void)state;
    struct passages got;
    for (long nth = 1; nth < 100; nth++) {
        passages_open(&got);
        void *first = arena_alloc(&got.arena, 16); /* what the test itself keeps is there */
        assert_non_null(first);
        mem_fail_nth(nth);
        enum err err = read(&got, "{\"id\":\"a\",\"text\":\"one\"}\n");
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(err, has_failed ? ERR_NOMEM : OK);
        assert_int_equal(got.faults_count, 0);
        passages_close(&got);
        if (!has_failed) {
            return;
        }
    }
    fail_msg("the allocations do not end");
}

static int set_up(void **state)
{
    (void)state;
    json_setup(1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_questions_become_passages),
        cmocka_unit_test(a_bad_line_is_named_and_the_rest_is_used),
        cmocka_unit_test(a_long_text_goes_on_in_numbered_parts),
        cmocka_unit_test(what_the_taker_says_ends_the_reading),
        cmocka_unit_test(without_memory_it_says_so_and_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
