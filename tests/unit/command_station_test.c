/* command_station_test.c - a worker is made whole, or not at all: each constructor of it, while
 * memory runs out. Nothing here talks to a broker, a store or a model. */
#include "worker/command/station.h"

#include "common/json.h"
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
    TRY(station_open(&station, &options, NULL));
    station_close(&station);
    return OK;
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
        "model.url=http://127.0.0.1:1/", "delivery=at-least-once", "log.level=error", NULL,
    };
    struct conf *conf = conf_of(settings);
    assert_true(starve(open_and_close, conf) > 40);
    conf_destroy(conf);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_no_worker_is_made),
        cmocka_unit_test(without_memory_no_worker_on_generate_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
