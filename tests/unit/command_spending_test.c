/* Budgets from settings: what is made of them, and what is told to whoever mistypes one. */
#include "tests/unit/leaf.h"

#include <unistd.h>

#include "common/metric.h"
#include "tests/unit/temporary.h"
#include "worker/command/spending.h"

static struct conf *conf;
static struct metrics *metrics;
static struct clock now = { 1000, 1764324000000 };
static char path[TEMPORARY_BYTES];

static int set_up(void **state)
{
    (void)state;
    conf = conf_create();
    metrics = metrics_create();
    return conf && metrics ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    conf_destroy(conf);
    metrics_destroy(metrics);
    return 0;
}

static void set(const char *assignment)
{
    struct note note = { .text = "" };
    if (conf_read_argument(conf, assignment, &note) != OK) {
        fail_msg("%s", note.text);
    }
}

static enum err open_now(struct spending *spending, struct note *note)
{
    const struct spending_options options = { .conf = conf, .clock = &now, .metrics = metrics };
    return spending_open(spending, &options, note);
}

/* A file with these bytes, named by the setting `key`. */
static void set_file(const char *key, const char *text)
{
    char assignment[TEMPORARY_BYTES + 64];
    temporary_name(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    snprintf(assignment, sizeof(assignment), "%s=%s", key, path);
    set(assignment);
}

static void without_limits_there_is_no_budget(void **state)
{
    (void)state;
    struct note note;
    struct spending spending;
    assert_int_equal(open_now(&spending, &note), OK);
    assert_null(spending.budget);
    spending_close(&spending);
}

static void each_limit_makes_a_budget(void **state)
{
    (void)state;
    static const char *const limits[] = {
        "budget.requests.minute=1",        "budget.requests.day=1",
        "budget.tokens.minute=1",          "budget.tokens.day=1",
        "budget.tenant.requests.minute=1", "budget.tenant.requests.day=1",
        "budget.tenant.tokens.minute=1",   "budget.tenant.tokens.day=1",
    };
    for (size_t i = 0; i < countof(limits); i++) {
        struct note note;
        struct spending spending;
        conf_destroy(conf);
        conf = conf_create();
        set(limits[i]);
        assert_int_equal(open_now(&spending, &note), OK);
        assert_non_null(spending.budget);
        spending_close(&spending);
    }
}

static void a_file_of_tenants_makes_a_budget_and_a_wrong_line_is_named(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    struct spending spending;
    set_file("budget.tenants.file", "a.requests.day = 5\n");
    assert_int_equal(open_now(&spending, &note), OK);
    assert_non_null(spending.budget);
    spending_close(&spending);
    unlink(path);
    set_file("budget.tenants.file", "a.requests.day = 5\na.requests = 7\n");
    assert_int_equal(open_now(&spending, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "budget.tenants.file: line 2: a.requests: a key is TENANT."));
    unlink(path);
    assert_int_equal(open_now(&spending, &note), ERR_CONFIG); /* it is gone */
    assert_non_null(strstr(note.text, "budget.tenants.file"));
}

static void a_file_of_prices_is_read_and_a_wrong_line_is_named(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    struct spending spending;
    set_file("model.price.file", "small = 0.15 0.6\n");
    assert_int_equal(open_now(&spending, &note), OK);
    assert_int_equal(spending.prices.count, 1);
    spending_close(&spending);
    unlink(path);
    set_file("model.price.file", "small = cheap\n");
    assert_int_equal(open_now(&spending, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "model.price.file: line 1: small: must be two or three"));
    unlink(path);
}

static void tenants_with_metrics_of_their_own_are_named(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    struct spending spending;
    set("metrics.tenants=a,b");
    assert_int_equal(open_now(&spending, &note), OK);
    assert_int_equal(metric_tenant(metrics, STR("b")), 1);
    spending_close(&spending);
    set("metrics.tenants=a,b c");
    assert_int_equal(open_now(&spending, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "metrics.tenants: a name has"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_limits_there_is_no_budget, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_prices_is_read_and_a_wrong_line_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(tenants_with_metrics_of_their_own_are_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(each_limit_makes_a_budget, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_file_of_tenants_makes_a_budget_and_a_wrong_line_is_named, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
