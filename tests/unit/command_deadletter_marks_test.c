/* Marks: which letters are done with. */
#include "tests/unit/leaf.h"

#include "worker/command/deadletter_marks.h"

static struct arena arena;
static struct marks marks;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return marks_init(&marks, 2, STR("this")) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    marks_fini(&marks);
    arena_fini(&arena);
    return 0;
}

static void take_of(const char *topic_id, int32_t partition, int64_t offset,
                    enum letter_state state)
{
    const struct letter_mark mark = { state, offset, 0, STR("0.1.0"), str_from(topic_id) };
    struct record record;
    assert_int_equal(letter_mark_record(&arena, &mark, &record), OK);
    record.partition = partition;
    record.offset = offset + 100;
    assert_int_equal(marks_take(&marks, &record), OK);
}

static void take(int32_t partition, int64_t offset, enum letter_state state)
{
    take_of("this", partition, offset, state);
}

static void a_mark_settles_its_letter_and_no_other(void **state)
{
    (void)state;
    take(1, 7, LETTER_REDRIVEN);
    take(1, 3, LETTER_DROPPED);
    assert_int_equal(marks_state(&marks, 1, 7), LETTER_REDRIVEN);
    assert_int_equal(marks_state(&marks, 1, 3), LETTER_DROPPED);
    assert_int_equal(marks_state(&marks, 1, 6), LETTER_OPEN);
    assert_int_equal(marks_state(&marks, 1, 8), LETTER_OPEN);
    assert_int_equal(marks_state(&marks, 0, 7), LETTER_OPEN);
}

static void what_is_no_mark_says_nothing(void **state)
{
    (void)state;
    const struct record record = { .partition = 0, .offset = 9 };
    assert_int_equal(marks_take(&marks, &record), OK);
    assert_int_equal(marks_state(&marks, 0, 9), LETTER_OPEN);
}

static void marks_of_letters_that_are_gone_take_no_memory(void **state)
{
    (void)state;
    marks_begin(&marks, 0, 50);
    take(0, 49, LETTER_DROPPED);
    take(0, 50, LETTER_DROPPED);
    assert_int_equal(marks.parts[0].settled[LETTER_DROPPED].count, 1);
    assert_int_equal(marks_state(&marks, 0, 50), LETTER_DROPPED);
}

/* One was under way when the topic was made anew; another one is older than this header. */
static void a_mark_of_another_topic_settles_nothing(void **state)
{
    (void)state;
    take_of("that", 1, 7, LETTER_REDRIVEN);
    take_of("", 1, 8, LETTER_REDRIVEN);
    assert_int_equal(marks_state(&marks, 1, 7), LETTER_OPEN);
    assert_int_equal(marks_state(&marks, 1, 8), LETTER_REDRIVEN);
    marks.topic_id = STR(""); /* where topics have no ids */
    take_of("that", 1, 7, LETTER_REDRIVEN);
    assert_int_equal(marks_state(&marks, 1, 7), LETTER_REDRIVEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mark_settles_its_letter_and_no_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mark_of_another_topic_settles_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_mark_says_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_of_letters_that_are_gone_take_no_memory, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
