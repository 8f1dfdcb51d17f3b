/* What a replay says, byte for byte. */
#include "tests/unit/leaf.h"

#include "common/json.h"
#include "worker/command/replay_print.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    json_setup(7);
    arena_init(&arena, (size_t)4 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct statement said(enum outcome_kind kind, const char *value)
{
    const struct record record = { .value = str_from(value), .has_value = true };
    struct statement statement;
    assert_int_equal(statement_read(&arena, kind, &record, &statement), OK);
    return statement;
}

static struct book_event event_of(const char *id)
{
    return (struct book_event){ .id = str_from(id),
                                .record = { .topic = TOPIC_MESSAGES,
                                            .partition = 3,
                                            .offset = 1207,
                                            .timestamp_wall_ms = 1738317600000,
                                            .key = STR("c-17"),
                                            .has_key = true } };
}

static void expect(enum print_form form, const struct statement *recorded,
                   const struct statement *fresh, const char *expected)
{
    const struct book_event event = event_of("m-1");
    struct difference difference;
    difference_of(recorded, fresh, &difference);
    const struct replay_report report = { .topic_name = STR("support.messages"),
                                          .event = &event,
                                          .asked = STR("how long?\nreally"),
                                          .recorded = recorded,
                                          .fresh = fresh,
                                          .difference = &difference };
    struct buf buf;
    buf_init(&buf, 1 << 20);
    assert_int_equal(replay_render(&buf, form, &report), OK);
    assert_text(buf_str(&buf), expected);
    buf_fini(&buf);
}

#define HEAD "support.messages/3/1207  2025-01-31T10:00:00.000Z  m-1  "
#define JSON_HEAD                                                                                  \
    "{\"topic\":\"support.messages\",\"partition\":3,\"offset\":1207,"                             \
    "\"time\":\"2025-01-31T10:00:00.000Z\",\"key\":\"c-17\",\"id\":\"m-1\","

static void what_is_the_same_is_one_line(void **state)
{
    (void)state;
    const struct statement answer = said(OUTCOME_ANSWER, "{\"text\":\"In 3 days.\"}");
    expect(PRINT_TEXT, &answer, &answer, HEAD "same  answer\n");
    expect(PRINT_JSON, &answer, &answer,
           JSON_HEAD "\"verdict\":\"same\",\"recorded\":{\"outcome\":\"answer\",\"text\":\"In 3 "
                     "days.\"},\"new\":{\"outcome\":\"answer\",\"text\":\"In 3 days.\"},"
                     "\"difference\":[]}\n");
}

static void what_changed_is_shown_word_by_word(void **state)
{
    (void)state;
    const struct statement recorded = said(
        OUTCOME_ANSWER, "{\"text\":\"In 3 days.\",\"facts\":[1],\"model\":\"a\"}");
    const struct statement fresh = said(OUTCOME_ANSWER,
                                        "{\"text\":\"In 2 days.\",\"facts\":[2],\"model\":\"a\"}");
    expect(PRINT_TEXT, &recorded, &fresh,
           HEAD "changed  answer\n"
                "  (asked)         how long? / really\n"
                "  text            In [-3-]{+2+} days.\n"
                "  facts           [-[1]-]{+[2]+}\n");
    expect(PRINT_JSON, &recorded, &fresh,
           JSON_HEAD "\"verdict\":\"changed\",\"recorded\":{\"outcome\":\"answer\",\"text\":\"In 3 "
                     "days.\",\"facts\":[1],\"model\":\"a\"},\"new\":{\"outcome\":\"answer\","
                     "\"text\":\"In 2 days.\",\"facts\":[2],\"model\":\"a\"},"
                     "\"difference\":[\"text\",\"facts\"]}\n");
}

static void another_kind_of_outcome_is_named_on_both_sides(void **state)
{
    (void)state;
    const struct statement recorded = said(OUTCOME_ANSWER, "{\"text\":\"Yes.\"}");
    const struct statement fresh = said(OUTCOME_HANDOFF, "{\"reason\":\"angry\"}");
    expect(PRINT_TEXT, &recorded, &fresh,
           HEAD "changed  answer -> handoff\n"
                "  (asked)         how long? / really\n"
                "  text            [-Yes.-]\n"
                "  reason          {+angry+}\n");
}

static void what_was_not_found_is_said(void **state)
{
    (void)state;
    const struct statement unknown = { 0 };
    const struct statement fresh = said(OUTCOME_ANSWER, "{\"text\":\"Yes.\"}");
    expect(PRINT_TEXT, &unknown, &fresh,
           HEAD "only_new  nothing found -> answer\n"
                "  (asked)         how long? / really\n"
                "  text            {+Yes.+}\n");
    expect(PRINT_JSON, &unknown, &fresh,
           JSON_HEAD "\"verdict\":\"only_new\",\"recorded\":null,\"new\":{\"outcome\":\"answer\","
                     "\"text\":\"Yes.\"},\"difference\":[\"text\"]}\n");
}

static void a_terminal_gets_no_control_characters(void **state)
{
    (void)state;
    const struct statement recorded = said(OUTCOME_ANSWER, "{\"text\":\"a\\u001b[2J\"}");
    const struct statement fresh = said(OUTCOME_ANSWER, "{\"text\":\"a\\u009b\\u0007\"}");
    expect(PRINT_TEXT, &recorded, &fresh,
           HEAD "changed  answer\n"
                "  (asked)         how long? / really\n"
                "  text            a[-?[2J-]{+??+}\n");
}

static struct replay_sum sum_of_two(void)
{
    const struct statement answer = said(OUTCOME_ANSWER, "{\"text\":\"Yes.\"}");
    const struct statement unknown = { 0 };
    const struct statement *const recorded[] = { &answer, &unknown };
    struct replay_sum sum = { 0 };
    for (size_t i = 0; i < countof(recorded); i++) {
        struct difference difference;
        difference_of(recorded[i], &answer, &difference);
        const struct replay_report report = { .recorded = recorded[i],
                                              .fresh = &answer,
                                              .difference = &difference };
        replay_sum_add(&sum, &report);
    }
    return sum;
}

static void the_sum_counts_verdicts_and_kinds(void **state)
{
    (void)state;
    const struct replay_sum sum = sum_of_two();
    struct buf buf;
    buf_init(&buf, 1 << 20);
    assert_int_equal(replay_render_sum(&buf, PRINT_TEXT, &sum), OK);
    assert_text(buf_str(&buf),
                "\n2 events replayed: 1 same, 0 changed, 0 only recorded, 1 only new.\n"
                "outcome            recorded        new\n"
                "answer                    1          2\n"
                "nothing found             1\n");
    buf_clear(&buf);
    assert_int_equal(replay_render_sum(&buf, PRINT_JSON, &sum), OK);
    assert_text(buf_str(&buf),
                "{\"summary\":{\"events\":2,\"same\":1,\"changed\":0,\"only_recorded\":0,"
                "\"only_new\":1,\"nothing_found\":1,\"recorded\":{\"answer\":1,"
                "\"recommendation\":0,\"copy\":0,\"handoff\":0,\"dead-letter\":0,\"duplicate\":0,"
                "\"nothing\":0},\"new\":{\"answer\":2,\"recommendation\":0,\"copy\":0,"
                "\"handoff\":0,\"dead-letter\":0,\"duplicate\":0,\"nothing\":0}}}\n");
    buf_fini(&buf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_the_same_is_one_line),
        TEST(what_changed_is_shown_word_by_word),
        TEST(another_kind_of_outcome_is_named_on_both_sides),
        TEST(what_was_not_found_is_said),
        TEST(a_terminal_gets_no_control_characters),
        TEST(the_sum_counts_verdicts_and_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
