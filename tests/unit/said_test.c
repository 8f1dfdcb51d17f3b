/* said_test.c - the object in which a reply is asked for, and all that may come back instead. */
#include "worker/answer/said.h"

#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/payload.h"

#define REPLY(rest) "{\"text\":\"Hi.\",\"action\":\"answer\"" rest "}"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    json_setup(1);
    arena_init(&arena, (size_t)2 << 20);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static enum err read_raw(const char *raw, struct said *said, struct note *note)
{
    *said = (struct said){ .text = STR("untouched") };
    *note = (struct note){ .text = "" };
    return said_read(&arena, str_from(raw), said, note);
}

static void all_fields_are_read(void **state)
{
    (void)state;
    struct said said;
    struct note note;
    assert_int_equal(read_raw("{\"text\":\"Hi.\",\"language\":\"en\",\"action\":\"handoff\","
                              "\"reason\":\"needs_decision\",\"confidence\":\"medium\"}",
                              &said, &note),
                     OK);
    assert_str(said.text, "Hi.");
    assert_str(said.language, "en");
    assert_int_equal(said.action, SAID_HANDOFF);
    assert_int_equal(said.reason, SAID_DECISION);
    assert_string_equal(said_reason_name(said.reason), "needs_decision");
    assert_int_equal(said.confidence, SAID_MEDIUM);
}

static void what_is_not_there_or_null_has_a_default(void **state)
{
    (void)state;
    struct said said;
    struct note note;
    assert_int_equal(read_raw(REPLY(",\"reason\":null,\"language\":null"), &said, &note), OK);
    assert_int_equal(said.action, SAID_ANSWER);
    assert_int_equal(said.reason, SAID_NO_REASON);
    assert_int_equal(said.confidence, SAID_HIGH);
    assert_int_equal(said.language.len, 0);
}

static void thoughts_and_a_fence_around_the_object_are_left_out(void **state)
{
    (void)state;
    static const char *const cases[] = {
        " \n" REPLY("") "\n ",
        "```json\n" REPLY("") "\n```",
        "```\n" REPLY("") "```",
        "```" REPLY("") "```",
        "<think>{\"text\":1}</think>\n```json\n" REPLY("") "\n```",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct said said;
        struct note note;
        print_message("%s\n", cases[i]);
        assert_int_equal(read_raw(cases[i], &said, &note), OK);
        assert_str(said.text, "Hi.");
    }
}

static void everything_else_is_no_answer_and_is_not_repeated_in_the_note(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "secret",
        "secret " REPLY(""),
        REPLY("") " secret",
        REPLY("") REPLY(""),
        "[" REPLY("") "]",
        "\"secret\"",
        "{\"text\":\"secret\",\"action\":\"answer\"",
        REPLY(",\"secret\":1"),
        REPLY(",\"text\":\"secret\""),
        REPLY(",\"action\":\"handoff\""),
        REPLY(",\"confidence\":\"secret\""),
        REPLY(",\"confidence\":1"),
        REPLY(",\"reason\":[\"none\"]"),
        REPLY(",\"reason\":\"secret\""),
        REPLY(",\"language\":\"secret-that-is-far-too-long-to-be-a-code\""),
        "{\"text\":\"secret\"}",
        "{\"action\":\"answer\"}",
        "{\"text\":null,\"action\":\"answer\"}",
        "{\"text\":[\"secret\"],\"action\":\"answer\"}",
        "{\"text\":\"secret\",\"action\":\"ANSWER\"}",
        "{\"text\":\" \\n\",\"action\":\"answer\"}",
        "{\"text\":\"secret\\u0000\",\"action\":\"answer\"}",
        "{\"text\":\"secret\\ud800\",\"action\":\"answer\"}",
        "{\"text\":\"secret \xff\",\"action\":\"answer\"}",
        "{'text':'secret','action':'answer'}",
        "```json\n" REPLY(""),
        "<think>" REPLY(""),
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct said said;
        struct note note;
        print_message("%s\n", cases[i]);
        assert_int_equal(read_raw(cases[i], &said, &note), ERR_ANSWER);
        assert_str(said.text, "untouched");
        assert_null(strstr(note.text, "secret"));
        assert_null(strstr(note.pointer, "secret"));
    }
}

static void size_and_depth_have_bounds(void **state)
{
    (void)state;
    struct said said;
    struct note note;
    struct str raw;
    const char *longest = payload_times("价", SAID_CHARS_MAX);
    assert_int_equal(arena_printf(&arena, &raw, "{\"text\":\"%s\",\"action\":\"answer\"}", longest),
                     OK);
    assert_int_equal(said_read(&arena, raw, &said, &note), OK);
    assert_int_equal(
        arena_printf(&arena, &raw, "{\"text\":\"%s!\",\"action\":\"answer\"}", longest), OK);
    assert_int_equal(said_read(&arena, raw, &said, &note), ERR_ANSWER);
    const char *deep = payload_times("[", 100000);
    assert_int_equal(arena_printf(&arena, &raw, "{\"text\":%s", deep), OK);
    assert_int_equal(said_read(&arena, raw, &said, &note), ERR_ANSWER);
    const char *wide = payload_times(" ", SAID_BYTES_MAX / 2);
    assert_int_equal(arena_printf(&arena, &raw, "{%s%s\"text\":\"a\",\"action\":\"answer\"}",
                                  wide, wide),
                     OK);
    assert_int_equal(said_read(&arena, raw, &said, &note), ERR_ANSWER);
}

static void a_handoff_needs_no_words(void **state)
{
    (void)state;
    struct said said;
    struct note note;
    assert_int_equal(read_raw("{\"text\":\"\",\"action\":\"handoff\"}", &said, &note), OK);
    assert_int_equal(said.action, SAID_HANDOFF);
}

static void how_sure_is_sure_enough_is_a_choice(void **state)
{
    (void)state;
    static const bool unsure[3][3] = { { false, false, true },
                                       { false, true, true },
                                       { false, false, false } };
    for (size_t limit = SAID_LIMIT_LOW; limit <= SAID_LIMIT_NONE; limit++) {
        for (size_t confidence = SAID_HIGH; confidence <= SAID_LOW; confidence++) {
            const struct said said = { .confidence = (enum said_confidence)confidence };
            assert_int_equal(said_is_unsure(&said, (enum said_limit)limit),
                             unsure[limit][confidence]);
        }
    }
}

/* The schema is JSON, and what the reader wants is in it. */
static void the_schema_names_the_fields_and_the_language(void **state)
{
    (void)state;
    struct str schema;
    struct json_t *tree = NULL;
    assert_int_equal(said_schema(&arena, STR("zh"), &schema), OK);
    assert_int_equal(json_read(schema, schema.len, &tree, NULL), OK);
    json_drop(&tree);
    static const char *const words[] = { "\"text\"", "\"language\"", "\"action\"", "\"reason\"",
                                         "\"confidence\"", "\"zh\"", "\"needs_decision\"",
                                         "\"additionalProperties\":false" };
    for (size_t i = 0; i < countof(words); i++) {
        assert_true(str_find(schema, str_from(words[i])) < schema.len);
    }
}

static void without_memory_it_is_not_the_models_fault(void **state)
{
    (void)state;
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct arena small;
        struct said said = { .text = STR("untouched") };
        arena_init(&small, 1 << 16);
        mem_fail_nth(++nth);
        err = said_read(&small, STR(REPLY(",\"language\":\"en\"")), &said, NULL);
        mem_fail_nth(0);
        assert_true(err == OK || err == ERR_NOMEM);
        assert_true(err == OK || str_is(said.text, "untouched"));
        arena_fini(&small);
    }
    assert_true(nth > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_fields_are_read),
        cmocka_unit_test(what_is_not_there_or_null_has_a_default),
        cmocka_unit_test(thoughts_and_a_fence_around_the_object_are_left_out),
        cmocka_unit_test(everything_else_is_no_answer_and_is_not_repeated_in_the_note),
        cmocka_unit_test(size_and_depth_have_bounds),
        cmocka_unit_test(a_handoff_needs_no_words),
        cmocka_unit_test(how_sure_is_sure_enough_is_a_choice),
        cmocka_unit_test(the_schema_names_the_fields_and_the_language),
        cmocka_unit_test(without_memory_it_is_not_the_models_fault),
    };
    return cmocka_run_group_tests_name("said", tests, open_arena, close_arena);
}
