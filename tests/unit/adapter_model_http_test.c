/* Addresses, statuses and waiting times of model backends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "worker/adapter/model_http.h"

static void joins(const char *base, const char *wanted)
{
    struct buf url;
    buf_init(&url, 1000);
    assert_int_equal(
        model_http_url(str_from(base), STR("/v1"), STR("/chat/completions"), &url), OK);
    assert_true(str_is(buf_str(&url), wanted));
    buf_fini(&url);
}

static void every_form_of_a_base_address_leads_to_the_same_place(void **state)
{
    (void)state;
    joins("http://h:1", "http://h:1/v1/chat/completions");
    joins("http://h:1/", "http://h:1/v1/chat/completions");
    joins("http://h:1/v1", "http://h:1/v1/chat/completions");
    joins("http://h:1/v1/", "http://h:1/v1/chat/completions");
    joins("http://h:1/v1/chat/completions", "http://h:1/v1/chat/completions");
    joins("https://h/openai/v1beta", "https://h/openai/v1beta/chat/completions");
    joins("https://h/d/x/chat/completions?api-version=1",
          "https://h/d/x/chat/completions?api-version=1");
    joins("https://h/d/x?api-version=1", "https://h/d/x/chat/completions?api-version=1");
    joins("https://h?a=/b", "https://h/v1/chat/completions?a=/b");
}

static void a_status_decides_who_acts(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum err err;
    } cases[] = {
        { 200, OK },           { 204, OK },           { 301, ERR_REFUSED },
        { 302, ERR_REFUSED },  { 307, ERR_REFUSED },  { 400, ERR_REFUSED },
        { 401, ERR_AUTH },     { 403, ERR_AUTH },     { 404, ERR_REFUSED },
        { 408, ERR_BACKEND },  { 413, ERR_REFUSED },  { 422, ERR_REFUSED },
        { 425, ERR_BACKEND },  { 429, ERR_BUSY },     { 500, ERR_BACKEND },
        { 502, ERR_BACKEND },  { 503, ERR_BUSY },     { 504, ERR_BACKEND },
        { 529, ERR_BUSY },     { 599, ERR_BACKEND },  { 100, ERR_REFUSED },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(model_http_status(cases[i].status), cases[i].err);
    }
}

static int64_t after(const char *text)
{
    return model_http_retry_after(STR_NONE, str_from(text), 784111777000);
}

static void retry_after_is_read_in_all_its_forms(void **state)
{
    (void)state;
    assert_int_equal(after("0"), 0);
    assert_int_equal(after("7"), 7000);
    assert_int_equal(after("1.5"), 1500);
    assert_int_equal(after("86400"), 86400000);
    assert_int_equal(after("Sun, 06 Nov 1994 08:49:40 GMT"), 3000);
    assert_int_equal(after("Sun, 06 Nov 1994 08:49:30 GMT"), 0);
    assert_int_equal(after("99999999999999999999"), MODEL_RETRY_AFTER_MS_MAX);
    assert_int_equal(after("Fri, 31 Dec 9999 23:59:59 GMT"), MODEL_RETRY_AFTER_MS_MAX);
}

static void garbage_in_retry_after_is_no_wait_at_all(void **state)
{
    (void)state;
    static const char *const texts[] = { "",    "-1",  "+1", "soon", "1s",  "1 2", "1.",
                                         ".5",  "1e3", "--", "NaN",  "0x1", "1,5", "1.x",
                                         "Sun, 06 Foo 1994 08:49:37 GMT" };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(after(texts[i]), -1);
    }
}

static void milliseconds_are_more_exact_than_seconds(void **state)
{
    (void)state;
    assert_int_equal(model_http_retry_after(STR("250"), STR("1"), 0), 250);
    assert_int_equal(model_http_retry_after(STR("250.7"), STR("1"), 0), 250);
    assert_int_equal(model_http_retry_after(STR("-250"), STR("1"), 0), 1000);
    assert_int_equal(model_http_retry_after(STR("99999999999999999999"), STR("1"), 0),
                     MODEL_RETRY_AFTER_MS_MAX);
    assert_int_equal(model_http_retry_after(STR_NONE, STR_NONE, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_base_address_leads_to_the_same_place),
        cmocka_unit_test(a_status_decides_who_acts),
        cmocka_unit_test(retry_after_is_read_in_all_its_forms),
        cmocka_unit_test(garbage_in_retry_after_is_no_wait_at_all),
        cmocka_unit_test(milliseconds_are_more_exact_than_seconds),
    };
    return cmocka_run_group_tests_name("adapter_model_http", tests, NULL, NULL);
}
