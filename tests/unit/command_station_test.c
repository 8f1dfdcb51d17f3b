/* command_station_test.c - a worker is made whole, or not at all: each constructor of it, while
 * memory runs out. Nothing here talks to a broker, a store or a model. */
#include "worker/command/station.h"

#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/leaf.h"

static struct conf *conf_of(const char *const *settings)
{
    struct conf *conf = conf_create();
    struct note note = { 0 };
    assert_non_null(conf);
    for (; *settings; settings++) {
        if (conf_read_argument(conf, *settings, &note) != OK) {
            fail_msg("%s", note.text);
        }
    }
    assert_int_equal(conf_check(conf, &note), OK);
    return conf;
}

static enum err open_and_close(void *owner)
{
    const struct station_options options = { .conf = owner };
    struct station station;
    struct note note = { 0 };
    enum err err = station_open(&station, &options, &note);
    if (err == OK) {
        station_close(&station);
    } else if (err != ERR_NOMEM) { /* what this machine lacks: a port, a descriptor */
        print_message("%s\n", note.text);
    }
    return err;
}

static void without_memory_no_worker_is_made(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "kafka.bootstrap.servers=127.0.0.1:1", "store.url=redis://127.0.0.1:1",
        "model.kind=openai", "model.url=http://127.0.0.1:1/v1", "model.name=m",
        "http.listen=127.0.0.1:0", "log.level=error", NULL,
    };
    struct conf *conf = conf_of(settings);
    assert_true(starve(open_and_close, conf) > 40);
    conf_destroy(conf);
}

static void without_memory_no_worker_on_generate_is_made(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "kafka.bootstrap.servers=127.0.0.1:1", "store.url=memory:", "model.kind=generate",
        "model.url=http://127.0.0.1:1/", "delivery=at-least-once", "http.listen=127.0.0.1:0",
        "log.level=error", NULL,
    };
    struct conf *conf = conf_of(settings);
    assert_true(starve(open_and_close, conf) > 40);
    conf_destroy(conf);
}

static struct station station;

static void stop(struct loop_task *task)
{
    (void)task;
    loop_stop(station.rig.loop);
}

static void lines_that_the_log_has_dropped_are_counted(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "kafka.bootstrap.servers=127.0.0.1:1", "store.url=memory:", "model.kind=builtin",
        "http.listen=127.0.0.1:0", "log.level=error", NULL,
    };
    struct conf *conf = conf_of(settings);
    const struct station_options options = { .conf = conf };
    struct loop_task task = { .run = stop };
    assert_int_equal(station_open(&station, &options, NULL), OK);
    for (uint64_t count = 1; count <= 3; count++) {
        mem_fail_nth(1);
        log_say(station.rig.log, LOG_ERROR, "test", "a line that nobody will see");
        mem_fail_nth(0);
        assert_int_equal(log_dropped(station.rig.log), count);
        loop_later(station.rig.loop, &task);
        loop_run(station.rig.loop);
        assert_int_equal(metric_get(station.rig.metrics, METRIC_LOG_DROPPED, 0, 0), count);
    }
    station_close(&station);
    conf_destroy(conf);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_no_worker_is_made),
        cmocka_unit_test(without_memory_no_worker_on_generate_is_made),
        cmocka_unit_test(lines_that_the_log_has_dropped_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
