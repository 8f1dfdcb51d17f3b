/* Log lines: their form, that nobody can forge one, and that what is not written is counted. */
#include "tests/unit/leaf.h"

#include <math.h>
#include <pthread.h>

#include "common/json.h"
#include "common/log.h"
#include "common/utf8.h"

#define SINK_BYTES ((size_t)1 << 20)
#define HEAD                                                                                       \
    "{\"@timestamp\":\"2025-11-28T10:00:00.250Z\",\"log.level\":\"warn\","                         \
    "\"log.logger\":\"store\",\"ecs.version\":\"8.11\",\"message\":\"away\""

/* Where the lines go, and how much of them it takes. */
struct sink {
    char bytes[SINK_BYTES];
    size_t len;
    size_t takes_max; /* of each write */
    int64_t now_ms;
};

static struct sink sink;

static int64_t sink_now(void *owner)
{
    return ((struct sink *)owner)->now_ms;
}

static size_t sink_write(void *owner, struct str bytes)
{
    struct sink *to = owner;
    size_t len = min_size(min_size(bytes.len, to->takes_max), SINK_BYTES - to->len);
    memcpy(to->bytes + to->len, bytes.ptr, len);
    to->len += len;
    return len;
}

static struct log *open_log(enum log_form form, unsigned per_second, size_t buffer_bytes)
{
    sink.len = 0;
    sink.takes_max = SINK_BYTES;
    sink.now_ms = 1764324000250;
    const struct log_options options = {
        .level = LOG_INFO,
        .form = form,
        .buffer_bytes = buffer_bytes,
        .per_second = per_second,
        .owner = &sink,
        .wall_ms = sink_now,
        .write = sink_write,
    };
    struct log *log = log_create(&options);
    assert_non_null(log);
    return log;
}

static struct str written(void)
{
    return (struct str){ sink.bytes, sink.len };
}

static size_t count_of(struct str text, struct str needle)
{
    size_t count = 0;
    size_t at = 0;
    while ((at += str_find(str_slice(text, at, text.len), needle)) < text.len) {
        count++;
        at += needle.len;
    }
    return count;
}

static void assert_has(const char *piece, size_t times)
{
    size_t count = count_of(written(), str_from(piece));
    if (count != times) {
        fail_msg("%zu times \"%s\" in:\n%.*s", count, piece, STR_ARG(written()));
    }
}

static void a_line_of_json_has_the_names_of_ecs(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 0, 10000);
    log_say(log, LOG_WARN, "store", "away", LOG_CHARS("event.id", "e-1"), LOG_INT("wait_ms", -5),
            LOG_BOOL("again", true), LOG_REAL("share", 0.25), LOG_ERR(ERR_TIMEOUT));
    log_say(log, LOG_WARN, "store", "away");
    assert_text(written(),
                HEAD ",\"event.id\":\"e-1\",\"deskhand.wait_ms\":-5,\"deskhand.again\":true,"
                     "\"deskhand.share\":0.25,\"error.code\":\"ERR_TIMEOUT\","
                     "\"error.message\":\"no answer before the deadline\"}\n" HEAD "}\n");
    log_destroy(log);
}

static void a_line_of_text_is_for_people(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 0, 10000);
    log_say(log, LOG_INFO, "store", "back", LOG_CHARS("url", "redis://a"), LOG_INT("wait_ms", 5),
            LOG_BOOL("again", false), LOG_STR("none", STR_NONE));
    assert_text(written(), "2025-11-28T10:00:00.250Z info  store: back url=\"redis://a\" wait_ms=5 "
                           "again=false none=\"\"\n");
    log_destroy(log);
}

static void what_matters_less_than_the_level_is_not_written(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 0, 10000);
    assert_false(log_is_on(log, LOG_DEBUG));
    assert_true(log_is_on(log, LOG_INFO));
    assert_true(log_is_on(log, LOG_ERROR));
    assert_false(log_is_on(NULL, LOG_ERROR));
    log_say(log, LOG_DEBUG, "a", "debug");
    log_say(NULL, LOG_ERROR, "a", "nobody listens");
    assert_int_equal(sink.len, 0);
    log_say(log, LOG_ERROR, "a", "wrong");
    assert_has("error a: wrong\n", 1);
    log_destroy(log);
}

static void numbers_that_json_has_no_word_for_are_null(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 0, 10000);
    log_say(log, LOG_WARN, "a", "b", LOG_REAL("x", NAN), LOG_REAL("y", -INFINITY),
            LOG_REAL("z", 1e300), { .name = "none", .kind = LOG_KIND_NONE });
    assert_has(",\"deskhand.x\":null,\"deskhand.y\":null,\"deskhand.z\":1e+300,"
               "\"deskhand.none\":null}\n",
               1);
    log_destroy(log);
}

/* U+202E and its like turn the rest of a line over (Unicode's Bidi_Control). */
static void what_could_forge_a_line_is_escaped_in_both_forms(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *expected;
    } cases[] = {
        { STR("a\n{\"message\":1}"), "\"a\\u000a{\\u0022message\\u0022:1}\"" },
        { STR("a\r\t\b"), "\"a\\u000d\\u0009\\u0008\"" },
        { STR("\x1b[31mred"), "\"\\u001b[31mred\"" },
        { BYTES("a\0b"), "\"a\\u0000b\"" },
        { STR("\x7f\xc2\x80\xc2\x9b\xc2\x9f"), "\"\\u007f\\u0080\\u009b\\u009f\"" },
        { STR("\\\""), "\"\\u005c\\u0022\"" },
        { STR("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\"" },
        { STR("\xe2\x80\xae"
              "live"),
          "\"\\u202elive\"" },
        { STR("\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa"), "\"\\u061c\\u200e\\u200f\\u202a\"" },
        { STR("\xe2\x81\xa6\xe2\x81\xa9"), "\"\\u2066\\u2069\"" },
        { STR("\xff\xc3"), "\"\\ufffd\\ufffd\"" },
        { STR("é订\xf0\x9f\x98\x80\xc2\xa0\xe2\x80\x8b"),
          "\"é订\xf0\x9f\x98\x80\xc2\xa0\xe2\x80\x8b\"" },
    };
    static const enum log_form forms[] = { LOG_AS_JSON, LOG_AS_TEXT };
    for (size_t i = 0; i < countof(cases) * countof(forms); i++) {
        struct log *log = open_log(forms[i % 2], 0, 10000);
        log_say(log, LOG_INFO, "a", "b", LOG_STR("x", cases[i / 2].text));
        assert_has(cases[i / 2].expected, 1);
        log_destroy(log);
    }
}

static void any_bytes_make_one_line_of_json(void **state)
{
    (void)state;
    struct luck luck = luck_of(46);
    json_setup(1);
    for (size_t i = 0; i < 3000; i++) {
        struct log *log = open_log(i % 2 ? LOG_AS_JSON : LOG_AS_TEXT, 0, 10000);
        char bytes[300];
        struct str text = { bytes, luck_next(&luck, sizeof(bytes)) };
        for (size_t at = 0; at < text.len; at++) {
            bytes[at] = (char)(1 + luck_next(&luck, 255)); /* json_read() refuses \\u0000 */
        }
        log_say(log, LOG_INFO, "a", "b", LOG_STR("x", text), LOG_BOOL("end", true));
        struct str line = str_slice(written(), 0, sink.len - 1);
        assert_int_equal(sink.bytes[line.len], '\n');
        for (size_t at = 0; at < line.len; at++) {
            assert_true((unsigned char)line.ptr[at] >= ' ');
        }
        assert_int_equal(utf8_check(line, NULL), OK);
        if (i % 2) {
            struct json_t *root = NULL;
            assert_int_equal(json_read(line, 10000, &root, NULL), OK);
            json_drop(&root);
        }
        log_destroy(log);
    }
}

static void a_line_that_is_too_long_keeps_its_head(void **state)
{
    (void)state;
    static char text[LOG_LINE_BYTES_MAX];
    struct log *log = open_log(LOG_AS_JSON, 0, 10000);
    memset(text, 'x', sizeof(text));
    struct str longest = { text, LOG_LINE_BYTES_MAX - strlen(HEAD ",\"a.b\":\"\"}\n") };
    log_say(log, LOG_WARN, "store", "away", LOG_STR("a.b", longest));
    assert_int_equal(sink.len, LOG_LINE_BYTES_MAX);
    assert_has("cut", 0);
    sink.len = 0;
    longest.len++;
    log_say(log, LOG_WARN, "store", "away", LOG_STR("a.b", longest));
    assert_text(written(), HEAD ",\"deskhand.cut\":true}\n");
    log_destroy(log);
}

/* A reader that stands still costs lines, never time; how many is told once it reads again. */
static void what_does_not_fit_is_dropped_and_told(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 0, LOG_LINE_BYTES_MAX);
    sink.takes_max = 0;
    for (int i = 0; i < 100; i++) {
        log_say(log, LOG_WARN, "store", "away", LOG_INT("i", i));
    }
    uint64_t dropped = log_dropped(log);
    assert_int_equal(sink.len, 0);
    assert_in_range(dropped, 50, 99);
    assert_false(log_flush(log));
    sink.takes_max = SINK_BYTES;
    assert_true(log_flush(log));
    assert_has("\n", 100 - dropped);
    assert_has("lines_dropped", 0);
    log_say(log, LOG_WARN, "store", "away");
    log_say(log, LOG_WARN, "store", "away");
    char expected[100];
    snprintf(expected, sizeof(expected),
             ",\"deskhand.lines_dropped\":%llu,\"deskhand.held_back\":0}",
             (unsigned long long)dropped);
    assert_has(expected, 1);
    assert_has("lines_dropped", 1);
    assert_int_equal(log_dropped(log), dropped);
    log_destroy(log);
}

static void a_cut_line_tells_what_was_dropped_too(void **state)
{
    (void)state;
    static char text[LOG_LINE_BYTES_MAX];
    struct log *log = open_log(LOG_AS_JSON, 0, LOG_LINE_BYTES_MAX);
    memset(text, 'x', sizeof(text));
    sink.takes_max = 0;
    for (int i = 0; i < 50; i++) {
        log_say(log, LOG_WARN, "store", "away", LOG_INT("i", i));
    }
    sink.takes_max = SINK_BYTES;
    assert_true(log_flush(log));
    log_say(log, LOG_WARN, "store", "away", LOG_STR("x", ((struct str){ text, sizeof(text) })));
    assert_has("\"deskhand.cut\":true,\"deskhand.lines_dropped\":", 1);
    log_destroy(log);
}

static void lines_come_whole_and_in_order_through_a_slow_reader(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 0, LOG_LINE_BYTES_MAX);
    char expected[4000];
    size_t len = 0;
    sink.takes_max = 7;
    for (int i = 0; i < 20; i++) {
        log_say(log, LOG_INFO, "a", "b", LOG_INT("i", i));
        len += (size_t)snprintf(expected + len, sizeof(expected) - len,
                                "2025-11-28T10:00:00.250Z info  a: b i=%d\n", i);
    }
    while (!log_flush(log)) {
    }
    assert_text(written(), expected);
    log_destroy(log);
}

static void what_waits_is_written_at_the_end(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 0, 10000);
    sink.takes_max = 0;
    log_say(log, LOG_INFO, "a", "last words");
    sink.takes_max = SINK_BYTES;
    log_destroy(log);
    assert_has("last words\n", 1);
    log_destroy(NULL);
}

static void say_away(struct log *log, int times)
{
    for (int i = 0; i < times; i++) {
        log_say(log, LOG_WARN, "store", "away");
    }
}

static void a_message_that_repeats_is_held_back_and_told_later(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 3, 10000);
    say_away(log, 10);
    assert_has("away", 3);
    sink.now_ms += 749; /* the same second */
    say_away(log, 1);
    assert_has("away", 3);
    sink.now_ms += 1;
    say_away(log, 2);
    assert_has("away", 5);
    assert_has(",\"deskhand.lines_dropped\":0,\"deskhand.held_back\":8}", 1);
    assert_has("held_back", 1);
    log_destroy(log);
}

static void what_was_held_back_is_told_by_the_line_that_gets_through(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 1, LOG_LINE_BYTES_MAX);
    sink.takes_max = 0;
    for (; log_dropped(log) == 0; sink.now_ms += 1000) {
        say_away(log, 1);
    }
    say_away(log, 5); /* one is dropped, four are held back */
    sink.now_ms += 1000;
    say_away(log, 1); /* is dropped, with its counts */
    assert_int_equal(log_dropped(log), 3);
    sink.takes_max = SINK_BYTES;
    assert_true(log_flush(log));
    sink.now_ms += 1000;
    say_away(log, 1);
    assert_has(",\"deskhand.lines_dropped\":3,\"deskhand.held_back\":4}", 1);
    assert_has("held_back", 1);
    log_destroy(log);
}

static void what_was_held_back_is_told_at_the_end_too(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_JSON, 3, 10000);
    say_away(log, 10);
    log_say(log, LOG_INFO, "store", "said once");
    assert_has("held_back", 0);
    log_destroy(log);
    assert_has(HEAD ",\"deskhand.summary\":true,\"deskhand.lines_dropped\":0,"
                    "\"deskhand.held_back\":7}\n", 1);
    assert_has("held_back", 1);
    assert_has("said once", 1);
}

static void a_message_that_takes_anothers_place_tells_its_count_first(void **state)
{
    (void)state;
    static const char many[4096] = "";
    const struct log_field none[] = { { .name = NULL } };
    struct log *log = open_log(LOG_AS_JSON, 1, 10000);
    say_away(log, 5);
    for (size_t i = 0; i < sizeof(many); i += 8) { /* addresses enough for every place */
        log_line(log, LOG_INFO, "test", many + i, none);
    }
    assert_has("\"deskhand.held_back\":4}", 1);
    log_destroy(log);
    assert_has("\"deskhand.held_back\":4}", 1);
}

static void one_message_does_not_hold_another_back(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 2, 10000);
    say_away(log, 5);
    log_say(log, LOG_WARN, "store", "something else entirely");
    assert_has("away", 2);
    assert_has("something else entirely", 1);
    log_destroy(log);
}

static void a_line_that_found_no_memory_is_told_by_the_next(void **state)
{
    (void)state;
    long lost = 0;
    for (long nth = 1;; nth++) {
        struct log *log = open_log(LOG_AS_JSON, 0, 10000);
        mem_fail_nth(nth);
        say_away(log, 1);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(log_dropped(log), has_failed);
        assert_int_equal(sink.len, has_failed ? 0 : strlen(HEAD "}\n"));
        say_away(log, 1);
        assert_has("\"deskhand.lines_dropped\":1,", has_failed);
        log_destroy(log);
        if (!has_failed) {
            break;
        }
        lost++;
    }
    assert_true(lost >= 2);
}

static enum err try_creating(void *owner)
{
    struct log *log = log_create(owner);
    log_destroy(log);
    return log ? OK : ERR_NOMEM;
}

static void without_memory_there_is_no_log(void **state)
{
    (void)state;
    struct log_options options = {
        .buffer_bytes = LOG_LINE_BYTES_MAX, .owner = &sink, .wall_ms = sink_now, .write = sink_write
    };
    assert_int_equal(starve(try_creating, &options), 1);
}

static void *speak(void *owner)
{
    for (int i = 0; i < 200; i++) {
        log_say((struct log *)owner, LOG_INFO, "a", "line", LOG_INT("i", i));
    }
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
    (void)state;
    struct log *log = open_log(LOG_AS_TEXT, 0, (size_t)1 << 20);
    pthread_t threads[4];
    for (size_t i = 0; i < countof(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, speak, log), 0);
    }
    for (size_t i = 0; i < countof(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_true(log_flush(log));
    assert_has("\n", 800);
    for (int i = 0; i < 200; i += 50) {
        char line[80];
        snprintf(line, sizeof(line), "2025-11-28T10:00:00.250Z info  a: line i=%d\n", i);
        assert_has(line, 4);
    }
    log_destroy(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_json_has_the_names_of_ecs),
        cmocka_unit_test(a_line_of_text_is_for_people),
        cmocka_unit_test(what_matters_less_than_the_level_is_not_written),
        cmocka_unit_test(numbers_that_json_has_no_word_for_are_null),
        cmocka_unit_test(what_could_forge_a_line_is_escaped_in_both_forms),
        cmocka_unit_test(any_bytes_make_one_line_of_json),
        cmocka_unit_test(a_line_that_is_too_long_keeps_its_head),
        cmocka_unit_test(what_does_not_fit_is_dropped_and_told),
        cmocka_unit_test(a_cut_line_tells_what_was_dropped_too),
        cmocka_unit_test(lines_come_whole_and_in_order_through_a_slow_reader),
        cmocka_unit_test(what_waits_is_written_at_the_end),
        cmocka_unit_test(a_message_that_repeats_is_held_back_and_told_later),
        cmocka_unit_test(what_was_held_back_is_told_by_the_line_that_gets_through),
        cmocka_unit_test(what_was_held_back_is_told_at_the_end_too),
        cmocka_unit_test(a_message_that_takes_anothers_place_tells_its_count_first),
        cmocka_unit_test(one_message_does_not_hold_another_back),
        cmocka_unit_test(a_line_that_found_no_memory_is_told_by_the_next),
        cmocka_unit_test(without_memory_there_is_no_log),
        cmocka_unit_test(threads_do_not_mix_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
