/* Letters: what a dead letter says when it is read again, what is sent again, and marks. */
#include "tests/unit/replying.h"

#include "common/dead_letter.h"
#include "common/letter.h"

#define AT_MS 1764324000000

/* A letter as the worker writes it, about a record that had been sent again twice. */
static struct record written(struct replying *replying, size_t value_bytes_max)
{
    static struct header headers[2];
    const struct note note = { .text = "must have 1 to 256", .pointer = "/id" };
    const struct dead_letter letter = { ERR_SCHEMA, &note, 3, AT_MS, value_bytes_max };
    replying_init(replying, TOPIC_MESSAGES, REPLYING_MESSAGE);
    headers[0] = (struct header){ STR("ce_id"), STR("e-1") };
    headers[1] = (struct header){ STR("x-dlq-redrives"), STR("2") };
    replying->record.headers = headers;
    replying->record.headers_count = 2;
    replying->record.key = STR("\xff key");
    replying->record.has_key = true;
    assert_int_equal(
        dead_letter_encode(&replying->arena, &replying->to, &letter, &replying->output), OK);
    const struct output *output = &replying->output;
    return (struct record){
        .topic = TOPIC_DEAD_LETTERS, .partition = 5, .offset = 10,
        .key = output->key, .has_key = output->has_key,
        .value = output->value, .has_value = output->has_value,
        .headers = output->headers, .headers_count = output->headers_count,
    };
}

static struct header *header_of(struct record *record, const char *name)
{
    for (size_t i = 0; i < record->headers_count; i++) {
        if (str_is(record->headers[i].name, name)) {
            return (struct header *)(uintptr_t)&record->headers[i];
        }
    }
    fail_msg("no header %s", name);
    return NULL;
}

static void a_letter_is_read_as_the_worker_wrote_it(void **state)
{
    (void)state;
    struct replying replying;
    struct record record = written(&replying, 1 << 20);
    struct letter letter;
    assert_int_equal(letter_read(&record, &letter, NULL), OK);
    assert_str(letter.reason, "schema");
    assert_str(letter.class_name, "reject");
    assert_str(letter.detail, "must have 1 to 256");
    assert_str(letter.pointer, "/id");
    assert_str(letter.topic_name, "support.in");
    assert_int_equal(letter.partition, 3);
    assert_int_equal(letter.offset, 42);
    assert_int_equal(letter.timestamp_wall_ms, 1700000000000);
    assert_int_equal(letter.attempts, 3);
    assert_int_equal(letter.redrives, 2);
    assert_int_equal(letter.first_at_wall_ms, AT_MS);
    assert_int_equal(letter.last_at_wall_ms, REPLYING_NOW_MS);
    assert_str(letter.worker, "0.1.0");
    assert_false(letter.is_reference);
    assert_int_equal(letter.bytes, strlen(REPLYING_MESSAGE));
    replying_fini(&replying);
}

static void one_by_reference_tells_the_size_of_what_it_leaves_out(void **state)
{
    (void)state;
    struct replying replying;
    struct record record = written(&replying, 64);
    struct letter letter;
    assert_int_equal(letter_read(&record, &letter, NULL), OK);
    assert_true(letter.is_reference);
    assert_int_equal(letter.bytes, strlen(REPLYING_MESSAGE));
    assert_int_equal(record.value.len, 0);
    replying_fini(&replying);
}

static void what_is_no_letter_is_refused_with_the_header_that_is_wrong(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        { "x-dlq-reason", "", "x-dlq-reason is missing" },
        { "x-dlq-topic", "", "x-dlq-topic is missing" },
        { "x-dlq-partition", "-1", "x-dlq-partition is no number" },
        { "x-dlq-partition", "2147483648", "x-dlq-partition is no number" },
        { "x-dlq-offset", "9223372036854775807", "x-dlq-offset is no number" },
        { "x-dlq-timestamp", "-2", "x-dlq-timestamp is no number" },
        { "x-dlq-last-at", "yesterday", "x-dlq-last-at is no time" },
        { "x-dlq-redrives", "1000000", "x-dlq-redrives is no number" },
        { "x-dlq-worker", "", "x-dlq-worker is missing" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct replying replying;
        struct record record = written(&replying, 1 << 20);
        struct letter letter = { .offset = 77 };
        struct note note = { 0 };
        header_of(&record, rows[i][0])->value = str_from(rows[i][1]);
        assert_int_equal(letter_read(&record, &letter, &note), ERR_SCHEMA);
        assert_int_equal(letter.offset, 77);
        if (!strstr(note.text, rows[i][2])) {
            fail_msg("\"%s\" does not say \"%s\"", note.text, rows[i][2]);
        }
        replying_fini(&replying);
    }
}

static void the_original_has_its_key_value_and_headers_and_a_count(void **state)
{
    (void)state;
    struct replying replying;
    struct record record = written(&replying, 1 << 20);
    struct record original;
    assert_int_equal(letter_original(&replying.arena, &record, 2, &original), OK);
    assert_true(original.has_key && original.has_value);
    assert_true(str_eq(original.key, STR("\xff key")));
    assert_str(original.value, REPLYING_MESSAGE);
    assert_int_equal(original.headers_count, 2);
    assert_str(original.headers[0].name, "ce_id");
    assert_str(original.headers[0].value, "e-1");
    assert_str(original.headers[1].name, "x-dlq-redrives");
    assert_str(original.headers[1].value, "3");
    replying_fini(&replying);
}

static void the_count_of_redrives_never_leaves_the_contract(void **state)
{
    (void)state;
    struct replying replying;
    struct record record = written(&replying, 1 << 20);
    struct record original;
    assert_int_equal(letter_original(&replying.arena, &record, LETTER_REDRIVES_MAX, &original), OK);
    assert_str(header_of(&original, "x-dlq-redrives")->value, "999999");
    replying_fini(&replying);
}

#define TOPIC_ID "k3oLtZ2dTjWb0yQf-_9xAg"

static struct record marked(struct arena *arena, enum letter_state letter_state)
{
    const struct letter_mark mark = { letter_state, 10, AT_MS, STR("0.1.0"), STR(TOPIC_ID) };
    struct record record;
    assert_int_equal(letter_mark_record(arena, &mark, &record), OK);
    record.partition = 5;
    record.offset = 11;
    return record;
}

static void a_mark_is_read_as_it_was_written(void **state)
{
    (void)state;
    static const enum letter_state states[] = { LETTER_REDRIVEN, LETTER_DROPPED };
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < countof(states); i++) {
        struct record record = marked(&arena, states[i]);
        struct letter_mark mark;
        assert_false(record.has_key);
        assert_true(letter_read_mark(&record, &mark));
        assert_int_equal(mark.state, states[i]);
        assert_int_equal(mark.offset, 10);
        assert_int_equal(mark.at_wall_ms, AT_MS);
        assert_str(mark.worker, "0.1.0");
        assert_str(mark.topic_id, TOPIC_ID);
    }
    assert_string_equal(letter_state_name(LETTER_OPEN), "open");
    arena_fini(&arena);
}

static void a_mark_names_no_topic_where_topics_have_no_ids(void **state)
{
    (void)state;
    const struct letter_mark mark = { LETTER_DROPPED, 10, AT_MS, STR("0.1.0"), STR("") };
    struct letter_mark again;
    struct record record;
    struct arena arena;
    arena_init(&arena, 4096);
    assert_int_equal(letter_mark_record(&arena, &mark, &record), OK);
    record.offset = 11;
    struct str value;
    assert_false(record_header(&record, "x-dlq-of-topic", &value));
    assert_true(letter_read_mark(&record, &again));
    assert_int_equal(again.topic_id.len, 0);
    arena_fini(&arena);
}

static void what_is_no_mark_settles_nothing(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "x-dlq-settled", "open" },  { "x-dlq-settled", "burnt" }, { "x-dlq-of", "11" },
        { "x-dlq-of", "-1" },         { "x-dlq-of", "" },           { "x-dlq-at", "today" },
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < countof(rows); i++) {
        struct record record = marked(&arena, LETTER_DROPPED);
        struct letter_mark mark = { .offset = 77 };
        header_of(&record, rows[i][0])->value = str_from(rows[i][1]);
        assert_false(letter_read_mark(&record, &mark));
        assert_int_equal(mark.offset, 77);
    }
    struct replying replying;
    struct record letter = written(&replying, 1 << 20);
    struct letter_mark mark;
    assert_false(letter_read_mark(&letter, &mark));
    replying_fini(&replying);
    arena_fini(&arena);
}

static void a_mark_is_no_letter(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    struct record record = marked(&arena, LETTER_REDRIVEN);
    struct letter letter;
    assert_int_equal(letter_read(&record, &letter, NULL), ERR_SCHEMA);
    arena_fini(&arena);
}

/* In a bounded arena, growing until the call succeeds. */
static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    struct replying replying;
    struct record record = written(&replying, 1 << 20);
    const struct letter_mark mark = { LETTER_DROPPED, 10, AT_MS, STR("0.1.0"), STR(TOPIC_ID) };
    size_t failures = 0;
    for (size_t bytes = 0; bytes < 8192; bytes += 16) {
        struct arena arena;
        struct record out = { .offset = 77 };
        arena_init(&arena, bytes);
        enum err err = letter_original(&arena, &record, 1, &out);
        assert_true((err == OK) == (out.offset != 77));
        arena_fini(&arena);
        out = (struct record){ .offset = 77 };
        arena_init(&arena, bytes);
        failures += err != OK;
        err = letter_mark_record(&arena, &mark, &out);
        assert_true((err == OK) == (out.offset != 77));
        failures += err != OK;
        arena_fini(&arena);
    }
    assert_true(failures >= 4);
    replying_fini(&replying);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_read_as_the_worker_wrote_it),
        cmocka_unit_test(one_by_reference_tells_the_size_of_what_it_leaves_out),
        cmocka_unit_test(what_is_no_letter_is_refused_with_the_header_that_is_wrong),
        cmocka_unit_test(the_original_has_its_key_value_and_headers_and_a_count),
        cmocka_unit_test(the_count_of_redrives_never_leaves_the_contract),
        cmocka_unit_test(a_mark_is_read_as_it_was_written),
        cmocka_unit_test(a_mark_names_no_topic_where_topics_have_no_ids),
        cmocka_unit_test(what_is_no_mark_settles_nothing),
        cmocka_unit_test(a_mark_is_no_letter),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
