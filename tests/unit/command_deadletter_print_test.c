/* Lines about letters: for people and for programs, whatever strangers wrote into them. */
#include "tests/unit/payload.h"

#include "worker/command/deadletter_print.h"

static const struct header headers[] = { { { "shop", 4 }, { "no\x1brth", 6 } } };

static const struct record record = {
    .partition = 3, .offset = 17, .key = { "an\nn", 4 }, .has_key = true,
    .value = { "{\"id\":", 6 }, .has_value = true, .headers = headers, .headers_count = 1,
};

static const struct letter letter = {
    .reason = { "json", 4 },
    .class_name = { "reject", 6 },
    .detail = { "not JSON", 8 },
    .pointer = { "/id", 3 },
    .topic_name = { "support.messages", 16 },
    .partition = 2,
    .offset = 40,
    .timestamp_wall_ms = -1,
    .attempts = 1,
    .redrives = 2,
    .first_at_wall_ms = 1738317600000,
    .last_at_wall_ms = 1738317600000,
    .worker = { "0.1.0", 5 },
    .bytes = 6,
};

static struct buf buf;

static int set_up(void **state)
{
    (void)state;
    json_setup(1);
    buf_init(&buf, 1 << 16);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_fini(&buf);
    return 0;
}

static struct letter_row row_of(enum letter_state letter_state)
{
    return (struct letter_row){
        .record = &record, .letter = &letter, .state = letter_state, .why = ""
    };
}

static void people_see_one_line_without_control_characters(void **state)
{
    (void)state;
    const struct letter_row row = row_of(LETTER_OPEN);
    assert_int_equal(letter_row_render(&buf, PRINT_TEXT, &row), OK);
    assert_str(buf_str(&buf), "3:17  2025-01-31T10:00:00.000Z  json  support.messages/2/40  "
                              "key an / n  redriven 2 times  not JSON at /id\n");
}

static void what_became_of_a_letter_is_said_now_or_from_before(void **state)
{
    (void)state;
    struct letter_row row = row_of(LETTER_DROPPED);
    assert_int_equal(letter_row_render(&buf, PRINT_TEXT, &row), OK);
    assert_non_null(strstr(payload_text(buf_str(&buf)), "  dropped  "));
    buf_clear(&buf);
    row = row_of(LETTER_OPEN);
    row.result = "kept";
    row.why = "it is gone";
    assert_int_equal(letter_row_render(&buf, PRINT_TEXT, &row), OK);
    assert_non_null(strstr(payload_text(buf_str(&buf)), "  kept: it is gone  "));
}

static void programs_get_all_of_it(void **state)
{
    (void)state;
    struct letter_row row = row_of(LETTER_REDRIVEN);
    row.result = "redriven";
    assert_int_equal(letter_row_render(&buf, PRINT_JSON, &row), OK);
    assert_str(buf_str(&buf),
               "{\"letter\":\"3:17\",\"state\":\"redriven\",\"result\":\"redriven\","
               "\"key\":\"an\\nn\",\"reason\":\"json\",\"class\":\"reject\","
               "\"detail\":\"not JSON\",\"pointer\":\"/id\",\"topic\":\"support.messages\","
               "\"partition\":2,\"offset\":40,\"timestamp\":-1,\"attempts\":1,\"redrives\":2,"
               "\"first_at\":\"2025-01-31T10:00:00.000Z\","
               "\"last_at\":\"2025-01-31T10:00:00.000Z\",\"worker\":\"0.1.0\","
               "\"by_reference\":false,\"bytes\":6}\n");
}

static void bytes_that_are_no_text_are_in_the_json_as_base64(void **state)
{
    (void)state;
    struct record stranger = record;
    stranger.key = STR("\xff");
    stranger.value = STR("\xff\xfe");
    const struct letter_row row = { .record = &stranger, .why = "header x is missing" };
    assert_int_equal(letter_row_render(&buf, PRINT_JSON, &row), OK);
    assert_str(buf_str(&buf),
               "{\"letter\":\"3:17\",\"state\":\"open\",\"why\":\"header x is missing\","
               "\"key_base64\":\"/w==\"}\n");
    buf_clear(&buf);
    const struct header header = { { "shop", 4 }, { "\xfe", 1 } };
    stranger.headers = &header;
    assert_int_equal(letter_whole_render(&buf, PRINT_JSON, &row, &stranger), OK);
    assert_non_null(strstr(payload_text(buf_str(&buf)),
                           "[{\"name\":\"shop\",\"value_base64\":\"/g==\"}],"
                           "\"value_base64\":\"//4=\"}"));
}

static void one_letter_is_shown_with_headers_and_value(void **state)
{
    (void)state;
    const struct letter_row row = row_of(LETTER_OPEN);
    assert_int_equal(letter_whole_render(&buf, PRINT_TEXT, &row, &record), OK);
    assert_non_null(strstr(payload_text(buf_str(&buf)), "\n  shop: no?rth\n"));
    assert_non_null(strstr(payload_text(buf_str(&buf)), "\n  (value, 6 bytes)\n{\"id\":\n"));
    buf_clear(&buf);
    assert_int_equal(letter_whole_render(&buf, PRINT_TEXT, &row, NULL), OK);
    assert_null(strstr(payload_text(buf_str(&buf)), "value"));
}

static void the_sum_counts_open_letters_by_reason(void **state)
{
    (void)state;
    struct letter_sum sum = { 0 };
    struct letter later = letter;
    later.reason = STR("of_a_later_version");
    const struct letter_row rows[] = {
        row_of(LETTER_OPEN),
        row_of(LETTER_OPEN),
        row_of(LETTER_REDRIVEN),
        row_of(LETTER_DROPPED),
        { .record = &record, .letter = &later, .why = "" },
        { .record = &record, .why = "" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        letter_sum_add(&sum, &rows[i]);
    }
    assert_int_equal(letter_sum_render(&buf, PRINT_TEXT, &sum), OK);
    assert_str(buf_str(&buf), "3 open: 2 json, 1 other; 1 redriven, 1 dropped, "
                              "1 that are no letters\n");
    buf_clear(&buf);
    assert_int_equal(letter_sum_render(&buf, PRINT_JSON, &sum), OK);
    assert_str(buf_str(&buf), "{\"summary\":{\"open\":3,\"redriven\":1,\"dropped\":1,"
                              "\"no_letters\":1,\"reasons\":{\"json\":2,\"other\":1}}}\n");
}

static void a_buffer_that_is_full_is_told(void **state)
{
    (void)state;
    const struct letter_row row = row_of(LETTER_OPEN);
    for (size_t room = 0; room < 64; room++) {
        for (unsigned form = 0; form < 2; form++) {
            struct buf small;
            buf_init(&small, room);
            assert_int_equal(letter_row_render(&small, (enum print_form)form, &row), ERR_FULL);
            buf_fini(&small);
        }
    }
}

#define TESTED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTED(people_see_one_line_without_control_characters),
        TESTED(what_became_of_a_letter_is_said_now_or_from_before),
        TESTED(programs_get_all_of_it),
        TESTED(bytes_that_are_no_text_are_in_the_json_as_base64),
        TESTED(one_letter_is_shown_with_headers_and_value),
        TESTED(the_sum_counts_open_letters_by_reason),
        TESTED(a_buffer_that_is_full_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
