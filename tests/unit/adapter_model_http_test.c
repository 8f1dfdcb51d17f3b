/* Addresses and statuses of model backends. */
#include "tests/unit/cm.h"

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
        { 401, ERR_AUTH },     { 403, ERR_AUTH },     { 404, ERR_NO_MODEL },
        { 408, ERR_BACKEND },  { 413, ERR_REFUSED },  { 422, ERR_REFUSED },
        { 425, ERR_BACKEND },  { 429, ERR_BUSY },     { 500, ERR_BACKEND },
        { 502, ERR_BACKEND },  { 503, ERR_BUSY },     { 504, ERR_BACKEND },
        { 529, ERR_BUSY },     { 599, ERR_BACKEND },  { 100, ERR_REFUSED },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(model_http_status(cases[i].status), cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_base_address_leads_to_the_same_place),
        cmocka_unit_test(a_status_decides_who_acts),
    };
    return cmocka_run_group_tests_name("adapter_model_http", tests, NULL, NULL);
}
