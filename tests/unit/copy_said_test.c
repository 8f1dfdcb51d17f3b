/* copy_said_test.c - a model's copy is read whole, or refused with a reason. */
#include "worker/answer/copy_said.h"

#include "tests/unit/payload.h"

struct reading {
    struct arena arena;
    struct copy copy;
    enum flaw flaw;
};

static enum err reading_run(struct reading *reading, const char *said)
{
    *reading = (struct reading){ .flaw = FLAW_NONE };
    json_setup(1);
    arena_init(&reading->arena, 1 << 20);
    return copy_said_read(&reading->arena, str_from(said), &reading->copy, &reading->flaw);
}

#define ONE "{\"headline\":\" Tea \",\"body\":\"Boils fast.\",\"call_to_action\":\"Buy\"}"
#define TWO "{\"headline\":\"Leaf\",\"body\":\"Green.\",\"call_to_action\":\" \"}"

static void copy_is_read_also_out_of_a_fence(void **state)
{
    (void)state;
    static const char *const cases[] = { ONE, "```json\n" ONE "\n```",
                                         "<think>hm</think>Here it is: " ONE " Enjoy!",
                                         "{\"variants\":[" ONE "]}" };
    for (size_t i = 0; i < countof(cases); i++) {
        struct reading reading;
        assert_int_equal(reading_run(&reading, cases[i]), OK);
        assert_int_equal(reading.copy.variants_count, 1);
        assert_str(reading.copy.variants[0].headline, "Tea");
        assert_str(reading.copy.variants[0].body, "Boils fast.");
        assert_str(reading.copy.variants[0].call_to_action, "Buy");
        arena_fini(&reading.arena);
    }
}

static void variants_are_read_in_their_order_and_no_more_than_five(void **state)
{
    (void)state;
    struct reading reading;
    assert_int_equal(reading_run(&reading, "{\"variants\":[" TWO "," ONE "]}"), OK);
    assert_int_equal(reading.copy.variants_count, 2);
    assert_str(reading.copy.variants[0].headline, "Leaf");
    assert_int_equal(reading.copy.variants[0].call_to_action.len, 0);
    assert_str(reading.copy.variants[1].headline, "Tea");
    arena_fini(&reading.arena);
    assert_int_equal(reading_run(&reading, "{\"variants\":[" ONE "," ONE "," ONE "," ONE "," ONE
                                           "," ONE "]}"), OK);
    assert_int_equal(reading.copy.variants_count, COPY_VARIANTS_MAX);
    arena_fini(&reading.arena);
}

static void copy_that_cannot_be_published_is_no_answer(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        enum flaw flaw;
    } cases[] = {
        { "", FLAW_FORM },
        { "no object", FLAW_FORM },
        { "}{", FLAW_FORM },
        { "[]", FLAW_FORM },
        { "{\"variants\":[]}", FLAW_FORM },
        { "{\"variants\":{}}", FLAW_FORM },
        { "{\"variants\":[1]}", FLAW_FORM },
        { "{\"variants\":[" ONE ",{}]}", FLAW_FORM },
        { "{\"headline\":\"T\",\"body\":\"B\"", FLAW_FORM },
        { "{\"headline\":\"T\",\"call_to_action\":\"C\"}", FLAW_FORM },
        { "{\"headline\":1,\"body\":\"B\",\"call_to_action\":\"C\"}", FLAW_FORM },
        { "{\"headline\":\"T\",\"headline\":\"U\",\"body\":\"B\",\"call_to_action\":\"C\"}",
          FLAW_FORM },
        { "{\"headline\":\" \",\"body\":\"B\",\"call_to_action\":\"C\"}", FLAW_LENGTH },
        { "{\"headline\":\"T\",\"body\":\"<b>B</b>\",\"call_to_action\":\"C\"}",
          FLAW_CHARACTERS },
        { "{\"headline\":\"T\",\"body\":\"B\",\"call_to_action\":\"\\u202e\"}", FLAW_CHARACTERS },
        { "{\"headline\":\"T\",\"body\":\"B\\u0007\",\"call_to_action\":\"C\"}",
          FLAW_CHARACTERS },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct reading reading;
        print_message("%s\n", cases[i].said);
        assert_int_equal(reading_run(&reading, cases[i].said), ERR_ANSWER);
        assert_int_equal(reading.flaw, cases[i].flaw);
        assert_int_equal(reading.copy.variants_count, 0);
        arena_fini(&reading.arena);
    }
}

static void each_text_has_a_longest_length(void **state)
{
    (void)state;
    struct reading reading;
    const char *form = "{\"headline\":\"%s\",\"body\":\"B\",\"call_to_action\":\"\"}";
    assert_int_equal(reading_run(&reading, payload_with(form, "价", 512)), OK);
    arena_fini(&reading.arena);
    assert_int_equal(reading_run(&reading, payload_with(form, "价", 513)), ERR_ANSWER);
    assert_int_equal(reading.flaw, FLAW_LENGTH);
    arena_fini(&reading.arena);
    form = "{\"headline\":\"T\",\"body\":\"%s\",\"call_to_action\":\"\"}";
    assert_int_equal(reading_run(&reading, payload_with(form, "b", 8193)), ERR_ANSWER);
    assert_int_equal(reading.flaw, FLAW_LENGTH);
    arena_fini(&reading.arena);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    struct reading reading;
    struct str said;
    assert_int_equal(reading_run(&reading, "{\"variants\":[" ONE "," TWO "]}"), OK);
    assert_int_equal(copy_said_write(&reading.arena, &reading.copy, &said), OK);
    assert_str(said, "{\"variants\":[{\"headline\":\"Tea\",\"body\":\"Boils fast.\","
                     "\"call_to_action\":\"Buy\"},{\"headline\":\"Leaf\",\"body\":\"Green.\","
                     "\"call_to_action\":\"\"}]}");
    arena_fini(&reading.arena);
}

static void without_memory_it_is_told_from_bad_copy(void **state)
{
    (void)state;
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct reading reading;
        json_setup(1);
        reading = (struct reading){ .flaw = FLAW_NONE };
        arena_init(&reading.arena, 1 << 20);
        mem_fail_nth(++nth);
        err = copy_said_read(&reading.arena, STR("{\"variants\":[" ONE "," TWO "]}"),
                             &reading.copy, &reading.flaw);
        mem_fail_nth(0);
        assert_true(err == OK || (err == ERR_NOMEM && reading.copy.variants_count == 0));
        arena_fini(&reading.arena);
    }
    assert_true(nth > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_is_read_also_out_of_a_fence),
        cmocka_unit_test(variants_are_read_in_their_order_and_no_more_than_five),
        cmocka_unit_test(copy_that_cannot_be_published_is_no_answer),
        cmocka_unit_test(each_text_has_a_longest_length),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(without_memory_it_is_told_from_bad_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
