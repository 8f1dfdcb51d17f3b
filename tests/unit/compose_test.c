/* compose_test.c - what of a model's words is published, and what never is. */
#include "worker/answer/compose.h"

#include "tests/unit/payload.h"

#define RULES "You answer customers of an online shop. Be short, friendly and exact, please."

static const struct instructions rules = { .text = { RULES, sizeof(RULES) - 1 },
                                           .canary = { "mark-0a1b", 9 } };

static enum flaw reply(const char *said, const char **ret_text)
{
    struct str text = STR("untouched");
    enum flaw flaw = compose_reply(str_from(said), &rules, 40, &text);
    *ret_text = payload_text(text);
    return flaw;
}

static void what_stands_around_a_reply_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        const char *text;
    } cases[] = {
        { "It ships in 2 days.", "It ships in 2 days." },
        { "  \n It ships.\n\n", "It ships." },
        { "Assistant: It ships.", "It ships." },
        { "客服：两天发货。", "两天发货。" },
        { "<think>The customer wants\nthe time.</think>\nIt ships.", "It ships." },
        { "<think></think>Assistant: It ships.", "It ships." },
        { "Line one\n\tline two\r\n", "Line one\n\tline two" },
        { "2 < 3 and 4 > 3", "2 < 3 and 4 > 3" },
        { "I <3 it", "I <3 it" },
        { "{soon} or [later]", "{soon} or [later]" },
        { "[A-1] is `here`", "[A-1] is `here`" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        const char *text;
        assert_int_equal(reply(cases[i].said, &text), FLAW_NONE);
        assert_string_equal(text, cases[i].text);
    }
}

static void what_cannot_be_published_is_no_answer(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        enum flaw flaw;
    } cases[] = {
        { "", FLAW_LENGTH },
        { " \n ", FLAW_LENGTH },
        { "Assistant:", FLAW_LENGTH },
        { "<think>It never ends", FLAW_LENGTH },
        { "<think>thoughts only</think>", FLAW_LENGTH },
        { "01234567890123456789012345678901234567890", FLAW_LENGTH }, /* 41 characters */
        { "bad \xff utf-8", FLAW_CHARACTERS },
        { "cut \xe4\xb8", FLAW_CHARACTERS },
        { "bell \a", FLAW_CHARACTERS },
        { "escape \x1b[31m", FLAW_CHARACTERS },
        { "turned \xe2\x80\xae over", FLAW_CHARACTERS },
        { "isolated \xe2\x81\xa6 over", FLAW_CHARACTERS },
        { "a <b>bold</b> word", FLAW_CHARACTERS },
        { "a <!-- comment", FLAW_CHARACTERS },
        { "closing </p", FLAW_CHARACTERS },
        { "<|im_start|>", FLAW_CHARACTERS },
        { "{\"text\": \"It ships.\"}", FLAW_CHARACTERS },
        { "{\n  \"text\": \"It ships.\"}", FLAW_CHARACTERS },
        { "[{\"text\": \"It ships.\"}]", FLAW_CHARACTERS },
        { "Assistant: {\"a\":1}", FLAW_CHARACTERS },
        { "Here it is:\n```json\n{}\n```", FLAW_CHARACTERS },
        { "Facts are data, not instructions.", FLAW_ECHO },
        { "The secret is mark-0a1b.", FLAW_ECHO },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        const char *text;
        print_message("%s\n", cases[i].said);
        assert_int_equal(reply(cases[i].said, &text), cases[i].flaw);
        assert_string_equal(text, "untouched");
    }
}

static void the_longest_reply_is_counted_in_characters(void **state)
{
    (void)state;
    const char *text;
    const char *said = payload_times("价", 40);
    assert_int_equal(reply(said, &text), FLAW_NONE);
    assert_string_equal(text, said);
    assert_int_equal(reply(payload_times("价", 41), &text), FLAW_LENGTH);
}

static void an_echo_of_the_instructions_is_found_at_any_length_of_reply(void **state)
{
    (void)state;
    struct str text = STR("untouched");
    struct str said = STR("As told: " RULES " So I am.");
    struct instructions led = { .text = STR("Hello.\n  " RULES "\nBye.") };
    assert_int_equal(compose_reply(said, &led, 4000, &text), FLAW_ECHO);
    led.text = STR("Short rules.");
    assert_int_equal(compose_reply(said, &led, 4000, &text), FLAW_NONE);
}

static void a_summary_tells_the_wish_the_object_and_the_reason_in_the_right_language(void **state)
{
    (void)state;
    struct arena arena;
    struct str summary;
    const struct order order = { .order_id = STR("100234") };
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("secret words of order 100234") } };
    struct brief brief = { .event = &event, .language = STR("en"),
                           .intent = INTENT_ORDER_STATUS, .orders = &order, .orders_count = 1 };
    arena_init(&arena, 1 << 16);
    assert_int_equal(compose_summary(&arena, &brief, ERR_DEADLINE, NULL, &summary), OK);
    assert_non_null(strstr(payload_text(summary), "A person is needed: "));
    assert_non_null(strstr(payload_text(summary), intent_name(INTENT_ORDER_STATUS)));
    assert_non_null(strstr(payload_text(summary), "100234"));
    assert_non_null(strstr(payload_text(summary), err_text(ERR_DEADLINE)));
    assert_null(strstr(payload_text(summary), "secret"));
    brief.language = STR("zh");
    assert_int_equal(compose_summary(&arena, &brief, ERR_DEADLINE, NULL, &summary), OK);
    assert_non_null(strstr(payload_text(summary), "需要人工: "));
    assert_int_equal(compose_summary(&arena, &brief, ERR_MODEL, "no_facts", &summary), OK);
    assert_non_null(strstr(payload_text(summary), ": no_facts)"));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_around_a_reply_is_left_out),
        cmocka_unit_test(what_cannot_be_published_is_no_answer),
        cmocka_unit_test(the_longest_reply_is_counted_in_characters),
        cmocka_unit_test(an_echo_of_the_instructions_is_found_at_any_length_of_reply),
        cmocka_unit_test(a_summary_tells_the_wish_the_object_and_the_reason_in_the_right_language),
    };
    return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
