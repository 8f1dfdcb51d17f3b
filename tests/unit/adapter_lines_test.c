/* Lines in and outcomes out, without Kafka. */
#include "tests/unit/cm.h"
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "tests/unit/temporary.h"
#include "worker/adapter/sink_lines.h"
#include "worker/adapter/source_file.h"

/* Stands in for the engine: notes what it is told. */
struct kit {
    struct loop *loop;
    struct source *source;
    char path[TEMPORARY_BYTES];
    char seen[512]; /* "0:line|1:line|" */
    size_t pause_after;
    size_t records;
    size_t claims;
    size_t largest;
    int ends;
    enum err err;
    struct loop_timer *timer;
};

static void kit_on_claim(struct engine *engine, struct claim *claims, size_t count)
{
    struct kit *kit = (struct kit *)(void *)engine;
    kit->claims = count;
    assert_int_equal(claims[0].id.topic, TOPIC_MESSAGES);
    assert_int_equal(claims[0].committed, -1);
}

static void kit_on_record(struct engine *engine, const struct record *record)
{
    struct kit *kit = (struct kit *)(void *)engine;
    size_t len = strlen(kit->seen);
    kit->records++;
    kit->largest = max_size(kit->largest, record->value.len);
    snprintf(kit->seen + len, sizeof(kit->seen) - len, "%lld:%.*s|", (long long)record->offset,
             (int)min_size(record->value.len, 16), record->value.ptr);
    if (kit->records == kit->pause_after) {
        kit->source->ops->pause(kit->source, (struct partition_id){ record->topic, 0 });
        kit->source->ops->pause(kit->source, (struct partition_id){ record->topic, 0 });
        loop_timer_set(kit->timer, 0);
    }
}

static void kit_on_due(void *owner)
{
    struct kit *kit = owner;
    assert_int_equal(kit->records, kit->pause_after);
    kit->source->ops->resume(kit->source, (struct partition_id){ TOPIC_MESSAGES, 0 });
}

static bool kit_on_line(void *owner, struct arena *arena, struct str line,
                        struct record *ret_record)
{
    (void)owner;
    (void)arena;
    *ret_record = (struct record){ .topic = TOPIC_MESSAGES, .value = line, .has_value = true };
    return line.len > 0;
}

static void kit_on_eof(void *owner, enum err err, const struct note *note)
{
    struct kit *kit = owner;
    kit->ends++;
    kit->err = err;
    assert_non_null(note);
    loop_stop(kit->loop);
}

static const struct source_events kit_events = { .on_claim = kit_on_claim,
                                                 .on_record = kit_on_record };

static void kit_open_path(struct kit *kit, const char *path)
{
    const struct source_file_options options = { .loop = kit->loop,
                                                 .path = path,
                                                 .line_bytes_max = 40000,
                                                 .topics = { TOPIC_MESSAGES },
                                                 .topics_count = 1,
                                                 .on_line = kit_on_line,
                                                 .on_eof = kit_on_eof,
                                                 .owner = kit };
    assert_int_equal(source_file_create(&options, &kit->source, NULL), OK);
    kit->source->engine = (struct engine *)(void *)kit;
    kit->source->events = &kit_events;
}

static void kit_run(struct kit *kit)
{
    kit->timer = loop_timer_create(kit->loop, kit_on_due, kit);
    source_file_start(kit->source);
    assert_int_equal(kit->records, 0);
    loop_run(kit->loop);
    loop_timer_destroy(kit->timer);
    source_file_destroy(kit->source);
    loop_destroy(kit->loop);
    assert_int_equal(kit->claims, 1);
    assert_int_equal(kit->ends, 1);
}

/* Writes a file and reads it to its end. */
static struct kit read_file(const char *bytes, size_t len, size_t pause_after)
{
    struct kit kit = { .pause_after = pause_after };
    temporary_name(kit.path);
    int fd = mkstemp(kit.path);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
    kit.loop = loop_create();
    kit_open_path(&kit, kit.path);
    kit_run(&kit);
    unlink(kit.path);
    assert_int_equal(kit.err, OK);
    return kit;
}

static struct kit read_text(const char *text)
{
    return read_file(text, strlen(text), 0);
}

static void each_line_is_a_record_with_its_number(void **state)
{
    (void)state;
    assert_string_equal(read_text("a\nb\nc\n").seen, "0:a|1:b|2:c|");
    assert_string_equal(read_text("a\n\nb").seen, "0:a|1:b|");
    assert_string_equal(read_text("").seen, "");
    assert_string_equal(read_text("\n").seen, "");
}

static void a_line_that_is_too_long_is_cut_behind_the_limit(void **state)
{
    (void)state;
    char bytes[100003];
    memset(bytes, 'x', sizeof(bytes));
    bytes[100000] = '\n';
    bytes[100001] = 'y';
    bytes[100002] = '\n';
    struct kit kit = read_file(bytes, sizeof(bytes), 0);
    assert_int_equal(kit.records, 2);
    assert_int_equal(kit.largest, 40001);
    assert_non_null(strstr(kit.seen, "|1:y|"));
    kit = read_file(bytes, 100000, 0);
    assert_int_equal(kit.records, 1);
    assert_int_equal(kit.largest, 40001);
}

static void a_paused_source_delivers_nothing_until_it_is_resumed(void **state)
{
    (void)state;
    struct kit kit = read_file("a\nb\nc\nd\n", 8, 2);
    assert_string_equal(kit.seen, "0:a|1:b|2:c|3:d|");
}

static void a_pipe_is_waited_for(void **state)
{
    (void)state;
    struct kit kit = { .loop = loop_create() };
    int ends[2];
    char path[32];
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    kit_open_path(&kit, path);
    assert_int_equal(write(ends[1], "a\nb", 3), 3);
    close(ends[1]);
    kit_run(&kit);
    close(ends[0]);
    assert_string_equal(kit.seen, "0:a|1:b|");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    static const char *const paths[] = { "/nonexistent/lines", "/tmp" };
    for (size_t i = 0; i < countof(paths); i++) {
        struct source *source = NULL;
        struct note note = { .text = "" };
        const struct source_file_options options = { .path = paths[i] };
        assert_int_equal(source_file_create(&options, &source, &note), ERR_INPUT);
        assert_non_null(strstr(note.text, paths[i]));
        assert_null(source);
    }
}

struct told {
    struct loop *loop;
    struct list seen;
    int outcomes;
    int done;
    enum batch_result result;
};

static void told_on_outcome(void *owner, const struct delivery *delivery)
{
    struct told *told = owner;
    assert_int_equal(delivery->outcome.kind, OUTCOME_NOTHING);
    told->outcomes++;
}

static void told_on_done(struct batch *batch, enum batch_result result)
{
    struct told *told = batch->owner;
    told->done++;
    told->result = result;
    loop_stop(told->loop);
}

static void every_batch_is_told_and_commits_later(void **state)
{
    (void)state;
    struct told told = { .loop = loop_create() };
    const struct sink_lines_options options = {
        .loop = told.loop, .on_outcome = told_on_outcome, .owner = &told
    };
    struct sink *sink = sink_lines_create(&options);
    struct delivery deliveries[2] = { { .outcome = { .kind = OUTCOME_NOTHING } },
                                      { .outcome = { .kind = OUTCOME_NOTHING } } };
    struct batch batch = { .on_done = told_on_done, .owner = &told };
    list_init(&batch.deliveries);
    list_append(&batch.deliveries, &deliveries[0].node);
    list_append(&batch.deliveries, &deliveries[1].node);
    for (int i = 1; i <= 2; i++) {
        sink->ops->commit(sink, &batch);
        assert_int_equal(told.done, i - 1);
        loop_run(told.loop);
        assert_int_equal(told.done, i);
        assert_int_equal(told.outcomes, 2 * i);
        assert_int_equal(told.result, BATCH_COMMITTED);
    }
    sink_lines_destroy(sink);
    loop_destroy(told.loop);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct source *source = NULL;
    const struct source_file_options options = { .path = "-" };
    mem_fail_nth(1);
    assert_int_equal(source_file_create(&options, &source, NULL), ERR_NOMEM);
    mem_fail_nth(1);
    assert_null(sink_lines_create(&(struct sink_lines_options){ .owner = NULL }));
    mem_fail_nth(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_record_with_its_number),
        cmocka_unit_test(a_line_that_is_too_long_is_cut_behind_the_limit),
        cmocka_unit_test(a_paused_source_delivers_nothing_until_it_is_resumed),
        cmocka_unit_test(a_pipe_is_waited_for),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
        cmocka_unit_test(every_batch_is_told_and_commits_later),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("adapter_lines", tests, NULL, NULL);
}
