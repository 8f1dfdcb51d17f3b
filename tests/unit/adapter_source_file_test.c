/* adapter_source_file_test.c - the lines of a file as a source: each once, whole, in order, and no
 * faster than the engine takes them. */
#include "worker/adapter/source_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "tests/unit/folder.h"
#include "tests/unit/leaf.h"

#define LINES 3000
#define LINE_BYTES_MAX 500

/* Stands in for the engine. */
struct engine {
    struct source *source;
    size_t seen;
    size_t longest;
    size_t pause_each; /* after so many it has enough for a while; 0: never */
    bool is_wrong;     /* a line came that should not have */
};

static struct engine engine;
static struct loop *loop;
static struct loop_timer *timer;
static size_t wanted; /* lines */

/* Of many lengths: some end in one chunk of what is read, some in the next. */
static size_t line_of(size_t number, char line[LINE_BYTES_MAX])
{
    size_t len = (size_t)snprintf(line, LINE_BYTES_MAX, "%zu:", number);
    size_t more = number * 37 % 400;
    memset(line + len, 'a' + (int)(number % 26), more);
    return len + more;
}

static void on_claim(struct engine *to, struct claim *claims, size_t count)
{
    (void)to;
    assert_int_equal(count, 1);
    assert_int_equal(claims[0].low, 0);
}

static void on_record(struct engine *to, const struct record *record)
{
    const struct partition_id id = { record->topic, record->partition };
    char line[LINE_BYTES_MAX];
    size_t len = line_of(to->seen, line);
    to->is_wrong |= record->offset != (int64_t)to->seen ||
                    (record->value.len <= LINE_BYTES_MAX &&
                     !str_eq(record->value, (struct str){ line, len }));
    to->longest = max_size(to->longest, record->value.len);
    to->seen++;
    if (to->pause_each > 0 && to->seen % to->pause_each == 0) {
        to->source->ops->pause(to->source, id);
        loop_timer_set(timer, loop_clock(loop)->mono_ms);
    }
}

static const struct source_events events = { .on_claim = on_claim, .on_record = on_record };

static void go_on(void *owner)
{
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    (void)owner;
    engine.source->ops->resume(engine.source, id);
}

static bool on_line(void *owner, struct arena *arena, struct str line, struct record *ret_record)
{
    (void)owner;
    (void)arena;
    *ret_record = (struct record){ .topic = TOPIC_MESSAGES, .value = line, .has_value = true };
    return line.len > 0;
}

static void on_eof(void *owner, enum err err, const struct note *note)
{
    (void)owner;
    (void)note;
    assert_int_equal(err, OK);
    loop_stop(loop);
}

static void read_all(const char *name, size_t pause_each)
{
    struct note note = { .text = "" };
    char path[FOLDER_PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    loop = loop_create();
    timer = loop_timer_create(loop, go_on, NULL);
    const struct source_file_options options = { .loop = loop,
                                                 .path = path,
                                                 .line_bytes_max = LINE_BYTES_MAX,
                                                 .topics = { TOPIC_MESSAGES },
                                                 .topics_count = 1,
                                                 .on_line = on_line,
                                                 .on_eof = on_eof };
    engine = (struct engine){ .pause_each = pause_each };
    assert_int_equal(source_file_create(&options, &engine.source, &note), OK);
    engine.source->engine = &engine;
    engine.source->events = &events;
    source_file_start(engine.source);
    loop_run(loop);
    assert_int_equal(engine.seen, wanted);
    assert_false(engine.is_wrong);
    source_file_destroy(engine.source);
    loop_timer_destroy(timer);
    loop_destroy(loop);
}

static void write_lines(size_t count, const char *behind)
{
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, (size_t)8 << 20);
    for (size_t i = 0; i < count; i++) {
        char line[LINE_BYTES_MAX];
        assert_int_equal(buf_add(&text, (struct str){ line, line_of(i, line) }), OK);
        assert_int_equal(buf_add(&text, i + 1 < count ? STR("\n") : str_from(behind)), OK);
    }
    assert_int_equal(buf_add_char(&text, '\0'), OK);
    folder_put("lines", text.ptr);
    wanted = count;
}

static void each_line_comes_once_and_in_order(void **state)
{
    (void)state;
    write_lines(LINES, "\n\n"); /* an empty one asks for nothing */
    read_all("lines", 0);
    read_all("lines", 7);
    read_all("lines", 64);
}

static void the_last_line_needs_no_end(void **state)
{
    (void)state;
    write_lines(LINES, "");
    read_all("lines", 0);
    write_lines(1, "");
    read_all("lines", 1);
}

static void of_a_line_that_is_too_long_one_byte_more_comes_than_may(void **state)
{
    (void)state;
    char *text = malloc(200000);
    assert_non_null(text);
    memset(text, 'x', 199999);
    text[100000] = '\n';
    text[199999] = '\0';
    folder_put("long", text);
    free(text);
    wanted = 2;
    read_all("long", 0);
    assert_int_equal(engine.longest, LINE_BYTES_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_line_comes_once_and_in_order, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(the_last_line_needs_no_end, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(of_a_line_that_is_too_long_one_byte_more_comes_than_may,
                                        folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
