/* Metrics: counting, and the text that Prometheus reads (its exposition format, version 0.0.4). */
#include "tests/unit/leaf.h"

#include <pthread.h>

#include "common/metric.h"

#define TEXT_MAX ((size_t)1 << 20)

struct kit {
    struct metrics *metrics;
    struct buf text;
};

static void kit_open(struct kit *kit)
{
    kit->metrics = metrics_create();
    assert_non_null(kit->metrics);
    buf_init(&kit->text, TEXT_MAX);
}

static void kit_close(struct kit *kit)
{
    metrics_destroy(kit->metrics);
    buf_fini(&kit->text);
}

static void assert_line(struct kit *kit, const char *line)
{
    char whole[300];
    snprintf(whole, sizeof(whole), "\n%s\n", line);
    buf_clear(&kit->text);
    assert_int_equal(metrics_render(kit->metrics, &kit->text), OK);
    struct str text = buf_str(&kit->text);
    if (str_find(text, str_from(whole)) == text.len) {
        fail_msg("no line: %s", line);
    }
}

static void a_counter_counts_what_has_its_labels(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    metric_add(kit.metrics, METRIC_RECORDS, 0, 3);
    metric_add(kit.metrics, METRIC_RECORDS, 0, 4);
    metric_add(kit.metrics, METRIC_TURNS, METRIC_OUTCOME_DEAD_LETTER, 2);
    metric_add2(kit.metrics, METRIC_MODEL_CALLS, METRIC_MODEL_2, ERR_TIMEOUT, 5);
    assert_int_equal(metric_get(kit.metrics, METRIC_RECORDS, 0, 0), 7);
    assert_int_equal(metric_get(kit.metrics, METRIC_TURNS, METRIC_OUTCOME_DEAD_LETTER, 0), 2);
    assert_int_equal(metric_get(kit.metrics, METRIC_TURNS, METRIC_OUTCOME_ANSWER, 0), 0);
    assert_int_equal(
        metric_get(kit.metrics, METRIC_MODEL_CALLS, METRIC_MODEL_2, ERR_TIMEOUT), 5);
    assert_int_equal(metric_get(kit.metrics, METRIC_MODEL_CALLS, METRIC_MODEL_2, OK), 0);
    assert_line(&kit, "deskhand_records_total 7");
    assert_line(&kit, "deskhand_turns_total{outcome=\"dead-letter\"} 2");
    assert_line(&kit, "deskhand_turns_total{outcome=\"answer\"} 0");
    assert_line(&kit, "deskhand_model_calls_total{backend=\"2\",reason=\"timeout\"} 5");
    assert_line(&kit, "deskhand_model_calls_total{backend=\"2\",reason=\"ok\"} 0");
    kit_close(&kit);
}

static void a_gauge_is_what_it_was_set_to_last(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    assert_line(&kit, "deskhand_lanes 0");
    metric_set(kit.metrics, METRIC_LANES, 9);
    metric_set(kit.metrics, METRIC_LANES, 4);
    metric_set(kit.metrics, METRIC_BACKLOG_BYTES, INT64_MAX);
    assert_int_equal(metric_get(kit.metrics, METRIC_LANES, 0, 0), 4);
    assert_line(&kit, "deskhand_lanes 4");
    assert_line(&kit, "deskhand_backlog_bytes 9223372036854775807");
    kit_close(&kit);
}

/* A bucket holds what is at most its bound, and what the ones before it hold. */
static void a_histogram_counts_up_to_each_bound(void **state)
{
    (void)state;
    struct kit kit;
    static const int64_t times_us[] = { -5, 0, 500, 501, 1000, 60000000, 60000001, 3600000000 };
    kit_open(&kit);
    for (size_t i = 0; i < countof(times_us); i++) {
        metric_observe_us(kit.metrics, METRIC_TURN_SECONDS, 0, times_us[i]);
    }
    assert_int_equal(metric_get(kit.metrics, METRIC_TURN_SECONDS, 0, 0), 8);
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"0.0005\"} 3");
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"0.001\"} 5");
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"0.25\"} 5");
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"30\"} 5");
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"60\"} 6");
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"+Inf\"} 8");
    assert_line(&kit, "deskhand_turn_seconds_sum 3720.002002");
    assert_line(&kit, "deskhand_turn_seconds_count 8");
    kit_close(&kit);
}

static void a_histogram_keeps_its_labels_apart(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    metric_observe_us(kit.metrics, METRIC_MODEL_SECONDS, METRIC_MODEL_1, 2000);
    assert_line(&kit, "deskhand_model_call_seconds_bucket{backend=\"1\",le=\"0.001\"} 0");
    assert_line(&kit, "deskhand_model_call_seconds_bucket{backend=\"1\",le=\"0.0025\"} 1");
    assert_line(&kit, "deskhand_model_call_seconds_bucket{backend=\"2\",le=\"+Inf\"} 0");
    assert_line(&kit, "deskhand_model_call_seconds_sum{backend=\"1\"} 0.002000");
    assert_line(&kit, "deskhand_model_call_seconds_count{backend=\"builtin\"} 0");
    assert_int_equal(metric_get(kit.metrics, METRIC_MODEL_SECONDS, METRIC_MODEL_2, 0), 0);
    kit_close(&kit);
}

/* Every series has a cell of its own: what is counted in one must not show in another. */
static void no_two_series_share_a_number(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    for (unsigned outcome = METRIC_OUTCOME_ANSWER; outcome <= METRIC_OUTCOME_NOTHING; outcome++) {
        metric_add(kit.metrics, METRIC_TURNS, outcome, outcome + 1);
    }
    for (unsigned model = METRIC_MODEL_1; model < METRIC_MODEL_COUNT; model++) {
        for (unsigned err = 0; err < ERR_COUNT; err++) {
            metric_add2(kit.metrics, METRIC_MODEL_CALLS, model, err, 1000 * model + err + 1);
        }
    }
    metric_set(kit.metrics, METRIC_MODEL_INFLIGHT, 77);
    for (unsigned outcome = METRIC_OUTCOME_ANSWER; outcome <= METRIC_OUTCOME_NOTHING; outcome++) {
        assert_int_equal(metric_get(kit.metrics, METRIC_TURNS, outcome, 0), outcome + 1);
    }
    for (unsigned model = METRIC_MODEL_1; model < METRIC_MODEL_COUNT; model++) {
        for (unsigned err = 0; err < ERR_COUNT; err++) {
            assert_int_equal(metric_get(kit.metrics, METRIC_MODEL_CALLS, model, err),
                             1000 * model + err + 1);
        }
    }
    assert_int_equal(metric_get(kit.metrics, METRIC_MODEL_INFLIGHT, 0, 0), 77);
    assert_int_equal(metric_get(kit.metrics, METRIC_TURNS_INFLIGHT, 0, 0), 0);
    kit_close(&kit);
}

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(i > 0 && c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return str_starts(name, STR("deskhand_"));
}

static bool ends(struct str text, struct str tail)
{
    return text.len >= tail.len && str_eq(str_slice(text, text.len - tail.len, tail.len), tail);
}

/* "# HELP name text" and "# TYPE name type": each name once, in pairs, named by its type. */
static void check_comment(struct str help, struct str type)
{
    struct str name;
    struct str rest = str_slice(help, strlen("# HELP "), help.len);
    assert_true(str_starts(help, STR("# HELP ")) && str_starts(type, STR("# TYPE ")));
    assert_true(str_split(&rest, ' ', &name));
    assert_true(is_name(name));
    assert_true(ends(rest, STR(".")) && str_find(rest, STR("\\")) == rest.len);
    struct str same;
    struct str kind = str_slice(type, strlen("# TYPE "), type.len);
    assert_true(str_split(&kind, ' ', &same));
    assert_true(str_eq(name, same));
    assert_true(str_is(kind, "counter") || str_is(kind, "gauge") || str_is(kind, "histogram"));
    assert_true(str_is(kind, "counter") == ends(name, STR("_total")));
    assert_true(!str_is(kind, "histogram") || ends(name, STR("_seconds")));
    assert_true(!ends(name, STR("_seconds")) || !str_is(kind, "counter"));
}

/* name, perhaps {label="value",...}, a space, a number. */
static void check_sample(struct str line)
{
    size_t space = str_find(line, STR(" "));
    struct str series = str_slice(line, 0, space);
    struct str value = str_slice(line, space + 1, line.len);
    size_t brace = str_find(series, STR("{"));
    assert_true(is_name(str_slice(series, 0, brace)));
    assert_true(brace == series.len || ends(series, STR("\"}")));
    assert_true(value.len > 0);
    for (size_t i = 0; i < value.len; i++) {
        assert_non_null(strchr("0123456789.", value.ptr[i]));
    }
}

static void the_text_is_what_prometheus_reads(void **state)
{
    (void)state;
    struct kit kit;
    struct str line;
    size_t metrics = 0;
    size_t samples = 0;
    kit_open(&kit);
    assert_int_equal(metrics_render(kit.metrics, &kit.text), OK);
    struct str rest = buf_str(&kit.text);
    assert_int_equal(rest.ptr[rest.len - 1], '\n');
    rest.len--;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("#"))) {
            struct str type;
            assert_true(str_split(&rest, '\n', &type));
            check_comment(line, type);
            metrics++;
        } else {
            check_sample(line);
            samples++;
        }
    }
    assert_int_equal(metrics, METRIC_COUNT);
    assert_true(samples > 3 * METRIC_COUNT);
    kit_close(&kit);
}

static void the_table_for_people_has_a_row_for_each(void **state)
{
    (void)state;
    struct buf buf;
    size_t rows = 0;
    struct str line;
    buf_init(&buf, TEXT_MAX);
    assert_int_equal(metrics_docs(&buf), OK);
    struct str rest = buf_str(&buf);
    while (str_split(&rest, '\n', &line)) {
        rows += str_starts(line, STR("| `deskhand_"));
    }
    assert_int_equal(rows, METRIC_COUNT);
    buf_fini(&buf);
}

static enum err render(const struct metrics *metrics, struct buf *buf)
{
    return metrics ? metrics_render(metrics, buf) : metrics_docs(buf);
}

static void what_does_not_fit_is_taken_back(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit);
    const struct metrics *const both[] = { kit.metrics, NULL };
    for (size_t i = 0; i < countof(both); i++) {
        buf_clear(&kit.text);
        assert_int_equal(render(both[i], &kit.text), OK);
        for (size_t max = 4; max < 4 + kit.text.len; max += 97) {
            struct buf buf;
            buf_init(&buf, max);
            assert_int_equal(buf_add(&buf, STR("kept")), OK);
            assert_int_equal(render(both[i], &buf), ERR_FULL);
            assert_text(buf_str(&buf), "kept");
            buf_fini(&buf);
        }
    }
    kit_close(&kit);
}

static enum err try_rendering(void *owner)
{
    (void)owner;
    CLEANUP(buf_fini) struct buf text;
    CLEANUP(buf_fini) struct buf docs;
    buf_init(&text, TEXT_MAX);
    buf_init(&docs, TEXT_MAX);
    struct metrics *metrics = metrics_create();
    if (!metrics) {
        return ERR_NOMEM;
    }
    enum err err = metrics_render(metrics, &text);
    metrics_destroy(metrics);
    assert_true((err == OK) == (text.len > 0));
    TRY(err);
    err = metrics_docs(&docs);
    assert_true((err == OK) == (docs.len > 0));
    return err;
}

static void without_memory_nothing_is_shown(void **state)
{
    (void)state;
    assert_true(starve(try_rendering, NULL) >= 10);
    metrics_destroy(NULL);
}

static void *count_up(void *owner)
{
    for (int i = 0; i < 10000; i++) {
        metric_add(owner, METRIC_RECORDS, 0, 1);
        metric_observe_us(owner, METRIC_TURN_SECONDS, 0, 1000);
    }
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    struct kit kit;
    pthread_t threads[4];
    kit_open(&kit);
    for (size_t i = 0; i < countof(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, kit.metrics), 0);
    }
    for (size_t i = 0; i < countof(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(metric_get(kit.metrics, METRIC_RECORDS, 0, 0), 40000);
    assert_line(&kit, "deskhand_turn_seconds_bucket{le=\"0.001\"} 40000");
    assert_line(&kit, "deskhand_turn_seconds_sum 40.000000");
    kit_close(&kit);
}

static void tenants_that_are_named_have_labels_and_all_others_share_one(void **state)
{
    (void)state;
    struct kit kit;
    struct note note;
    kit_open(&kit);
    assert_int_equal(metrics_name_tenants(kit.metrics, STR("shop-a, b.2"), &note), OK);
    static const char *const names[] = { "shop-a", "b.2", "stranger\"\n", "" };
    for (size_t i = 0; i < countof(names); i++) {
        unsigned tenant = metric_tenant(kit.metrics, str_from(names[i]));
        metric_add2(kit.metrics, METRIC_TENANT_TOKENS, tenant, METRIC_TOKENS_IN, 10 + i);
        metric_add2(kit.metrics, METRIC_MODEL_COST, tenant, METRIC_MODEL_1, 1500000 + i);
    }
    assert_line(&kit, "deskhand_tenant_tokens_total{tenant=\"shop-a\",direction=\"in\"} 10");
    assert_line(&kit, "deskhand_tenant_tokens_total{tenant=\"b.2\",direction=\"in\"} 11");
    assert_line(&kit, "deskhand_tenant_tokens_total{tenant=\"other\",direction=\"in\"} 25");
    assert_line(&kit, "deskhand_model_cost_total{tenant=\"b.2\",backend=\"1\"} 1.500001");
    assert_line(&kit, "deskhand_model_cost_total{tenant=\"other\",backend=\"1\"} 3.000005");
    assert_true(str_find(buf_str(&kit.text), STR("stranger")) == kit.text.len);
    kit_close(&kit);
}

static void names_that_could_break_the_text_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "a b", "a\"", "a,,b", "\xc3\xa4", "a\nb",
                                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                         "aaaaaaaaa",
                                         "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,"
                                         "23,24,25,26,27,28,29,30,31,32,33" };
    struct kit kit;
    kit_open(&kit);
    for (size_t i = 0; i < countof(names); i++) {
        struct note note = { .text = "" };
        assert_int_equal(metrics_name_tenants(kit.metrics, str_from(names[i]), &note), ERR_CONFIG);
        assert_true(note.text[0] != '\0');
    }
    assert_int_equal(metric_tenant(kit.metrics, STR("a")), METRIC_TENANTS_MAX);
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_counts_what_has_its_labels),
        cmocka_unit_test(a_gauge_is_what_it_was_set_to_last),
        cmocka_unit_test(a_histogram_counts_up_to_each_bound),
        cmocka_unit_test(a_histogram_keeps_its_labels_apart),
        cmocka_unit_test(no_two_series_share_a_number),
        cmocka_unit_test(the_text_is_what_prometheus_reads),
        cmocka_unit_test(the_table_for_people_has_a_row_for_each),
        cmocka_unit_test(what_does_not_fit_is_taken_back),
        cmocka_unit_test(without_memory_nothing_is_shown),
        cmocka_unit_test(threads_lose_no_count),
        cmocka_unit_test(tenants_that_are_named_have_labels_and_all_others_share_one),
        cmocka_unit_test(names_that_could_break_the_text_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
