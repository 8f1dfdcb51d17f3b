/* Dead letters: the original as it was, with headers that say why. */
#include "tests/unit/replying.h"

#include "common/dead_letter.h"

#define LIMIT ((size_t)512 << 10)

static struct dead_letter letter_of(enum err reason, const struct note *note)
{
    return (struct dead_letter){
        .reason = reason, .note = note, .attempts = 1, .first_at_wall_ms = 1764324000000,
        .value_bytes_max = LIMIT,
    };
}

/* A record that did not decode, with two headers of its own. */
static void replying_init_bad(struct replying *replying, struct str value)
{
    replying_init(replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    replying->to.event = NULL;
    replying->record.value = value;
    replying->record.key = STR("\xff key");
    replying->record.has_key = true;
    replying->record.headers_count = 2;
}

static void encode(struct replying *replying, const struct dead_letter *letter)
{
    assert_int_equal(
        dead_letter_encode(&replying->arena, &replying->to, letter, &replying->output), OK);
}

static void a_dead_letter_keeps_key_bytes_and_headers(void **state)
{
    (void)state;
    struct replying replying;
    const struct dead_letter letter = letter_of(ERR_JSON, NULL);
    replying_init_bad(&replying, STR("\0\1not json"));
    encode(&replying, &letter);
    assert_int_equal(replying.output.topic, TOPIC_DEAD_LETTERS);
    assert_true(replying.output.has_key);
    assert_true(str_eq(replying.output.key, STR("\xff key")));
    assert_true(replying.output.has_value);
    assert_true(str_eq(replying.output.value, STR("\0\1not json")));
    assert_str(replying.output.headers[0].name, "ce_specversion");
    assert_str(replying.output.headers[1].value, "e-1");
    replying_fini(&replying);
}

static void its_headers_say_why_and_from_where(void **state)
{
    (void)state;
    struct replying replying;
    const struct note note = { .text = "has 0 characters, must have 1 to 256", .pointer = "/id" };
    struct dead_letter letter = letter_of(ERR_SCHEMA, &note);
    letter.attempts = 3;
    replying_init_bad(&replying, STR("{}"));
    encode(&replying, &letter);
    const char *const expected[][2] = {
        { "x-dlq-reason", "schema" },
        { "x-dlq-class", "reject" },
        { "x-dlq-detail", "has 0 characters, must have 1 to 256" },
        { "x-dlq-pointer", "/id" },
        { "x-dlq-topic", "support.in" },
        { "x-dlq-partition", "3" },
        { "x-dlq-offset", "42" },
        { "x-dlq-timestamp", "1700000000000" },
        { "x-dlq-attempts", "3" },
        { "x-dlq-first-at", "2025-11-28T10:00:00.000Z" },
        { "x-dlq-last-at", REPLYING_NOW },
        { "x-dlq-worker", "0.1.0" },
        { "x-dlq-redrives", "" },
        { "x-dlq-reference", "" },
        { "x-dlq-bytes", "" },
    };
    for (size_t i = 0; i < countof(expected); i++) {
        assert_string_equal(replying_header(&replying, expected[i][0]), expected[i][1]);
    }
    replying_fini(&replying);
}

static void without_a_note_the_error_tells_for_itself(void **state)
{
    (void)state;
    struct replying replying;
    struct dead_letter letter = letter_of(ERR_POISON, NULL);
    letter.attempts = 0;
    replying_init_bad(&replying, STR("{}"));
    replying.record.timestamp_wall_ms = -5;
    encode(&replying, &letter);
    assert_string_equal(replying_header(&replying, "x-dlq-class"), "abort");
    assert_string_equal(replying_header(&replying, "x-dlq-detail"), err_text(ERR_POISON));
    assert_string_equal(replying_header(&replying, "x-dlq-pointer"), "");
    assert_string_equal(replying_header(&replying, "x-dlq-attempts"), "1");
    assert_string_equal(replying_header(&replying, "x-dlq-timestamp"), "-1");
    replying_fini(&replying);
}

static void headers_of_an_earlier_letter_are_replaced_but_redrives_are_kept(void **state)
{
    (void)state;
    struct replying replying;
    const struct dead_letter letter = letter_of(ERR_SCHEMA, NULL);
    replying_init_bad(&replying, STR("{}"));
    replying.headers[0] = (struct header){ STR("x-dlq-reason"), STR("json") };
    replying.headers[1] = (struct header){ STR("x-dlq-redrives"), STR("2") };
    replying.headers[2] = (struct header){ STR("x-dlq-bytes"), STR("9") };
    replying.headers[3] = (struct header){ STR("x-dlq"), STR("mine") };
    replying.record.headers_count = 4;
    encode(&replying, &letter);
    assert_string_equal(replying_header(&replying, "x-dlq-reason"), "schema");
    assert_string_equal(replying_header(&replying, "x-dlq-redrives"), "2");
    assert_string_equal(replying_header(&replying, "x-dlq-bytes"), "");
    assert_string_equal(replying_header(&replying, "x-dlq"), "mine");
    replying.headers[1].value = STR("many");
    encode(&replying, &letter);
    assert_string_equal(replying_header(&replying, "x-dlq-redrives"), "");
    replying_fini(&replying);
}

static void a_tombstone_stays_one(void **state)
{
    (void)state;
    struct replying replying;
    const struct dead_letter letter = letter_of(ERR_EMPTY, NULL);
    replying_init_bad(&replying, STR_NONE);
    replying.record.has_value = false;
    replying.record.has_key = false;
    replying.record.key = STR_NONE;
    encode(&replying, &letter);
    assert_false(replying.output.has_value);
    assert_false(replying.output.has_key);
    replying_fini(&replying);
}

static void a_large_record_goes_by_reference(void **state)
{
    (void)state;
    struct replying replying;
    struct dead_letter letter = letter_of(ERR_TOO_LARGE, NULL);
    replying_init_bad(&replying, STR("0123456789"));
    size_t others = replying.record.key.len;
    for (size_t i = 0; i < replying.record.headers_count; i++) {
        others += replying.headers[i].name.len + replying.headers[i].value.len;
    }
    letter.value_bytes_max = others + 10;
    encode(&replying, &letter);
    assert_str(replying.output.value, "0123456789");
    letter.value_bytes_max = others + 9;
    encode(&replying, &letter);
    assert_true(replying.output.has_value);
    assert_int_equal(replying.output.value.len, 0);
    assert_string_equal(replying_header(&replying, "x-dlq-reference"), "true");
    assert_string_equal(replying_header(&replying, "x-dlq-bytes"), "10");
    assert_string_equal(replying_header(&replying, "ce_id"), "e-1");
    assert_true(replying.output.has_key);
    replying_fini(&replying);
}

static void large_headers_and_a_large_key_are_left_out_too(void **state)
{
    (void)state;
    struct replying replying;
    struct dead_letter letter = letter_of(ERR_TOO_LARGE, NULL);
    replying_init_bad(&replying, STR("0123456789"));
    letter.value_bytes_max = 20;
    encode(&replying, &letter);
    assert_string_equal(replying_header(&replying, "ce_id"), "");
    assert_true(replying.output.has_key);
    letter.value_bytes_max = 4;
    encode(&replying, &letter);
    assert_false(replying.output.has_key);
    assert_string_equal(replying_header(&replying, "x-dlq-reference"), "true");
    replying_fini(&replying);
}

static void every_class_of_errors_has_the_name_that_the_schema_has(void **state)
{
    (void)state;
    const struct {
        enum err err;
        const char *name;
    } classes[] = {
        { ERR_NOMEM, "retry" },  { ERR_SCHEMA, "reject" },  { ERR_DEADLINE, "handoff" },
        { ERR_TXN, "abort" },    { ERR_FENCED, "fatal" },
    };
    struct replying replying;
    replying_init_bad(&replying, STR("{}"));
    for (size_t i = 0; i < countof(classes); i++) {
        const struct dead_letter letter = letter_of(classes[i].err, NULL);
        encode(&replying, &letter);
        assert_string_equal(replying_header(&replying, "x-dlq-class"), classes[i].name);
    }
    replying_fini(&replying);
}

static void what_it_says_outlives_the_note(void **state)
{
    (void)state;
    struct replying replying;
    struct note note = { .text = "before", .pointer = "/a" };
    const struct dead_letter letter = letter_of(ERR_SCHEMA, &note);
    replying_init_bad(&replying, STR("{}"));
    encode(&replying, &letter);
    note = (struct note){ 0 };
    assert_string_equal(replying_header(&replying, "x-dlq-detail"), "before");
    assert_string_equal(replying_header(&replying, "x-dlq-pointer"), "/a");
    replying_fini(&replying);
}

static void without_memory_no_output_is_given(void **state)
{
    (void)state;
    struct replying replying;
    const struct note note = { .text = "t", .pointer = "/p" };
    struct dead_letter letter = letter_of(ERR_SCHEMA, &note);
    letter.value_bytes_max = 1;
    replying_init_bad(&replying, STR("{}"));
    assert_encodes_or_gives_nothing(&replying,
                                    dead_letter_encode(arena, &replying.to, &letter, ret_output));
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_letter_keeps_key_bytes_and_headers),
        cmocka_unit_test(its_headers_say_why_and_from_where),
        cmocka_unit_test(without_a_note_the_error_tells_for_itself),
        cmocka_unit_test(headers_of_an_earlier_letter_are_replaced_but_redrives_are_kept),
        cmocka_unit_test(a_tombstone_stays_one),
        cmocka_unit_test(a_large_record_goes_by_reference),
        cmocka_unit_test(large_headers_and_a_large_key_are_left_out_too),
        cmocka_unit_test(every_class_of_errors_has_the_name_that_the_schema_has),
        cmocka_unit_test(what_it_says_outlives_the_note),
        cmocka_unit_test(without_memory_no_output_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
