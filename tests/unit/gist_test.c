/* gist_test.c - what was read is known until it no longer holds, or there is too much of it. */
#include "worker/answer/gist.h"

#include "tests/unit/leaf.h"

static const uint64_t seed[2] = { 1, 2 };

static struct gist_key key_of_text(const char *tenant, const char *hint, const char *text)
{
    struct gist_key key;
    bool is_short = false;
    assert_int_equal(
        gists_key(str_from(tenant), str_from(hint), str_from(text), &key, &is_short), OK);
    assert_true(is_short);
    return key;
}

static void keep(struct gists *gists, const char *text, enum intent intent)
{
    struct gist_key key = key_of_text("t", "en", text);
    struct gist gist = { .language = STR("en"), .intent = intent, .is_of_text = true };
    gists_keep(gists, &key, 7, &gist);
}

static const struct gist *found(const struct gists *gists, const char *text)
{
    struct gist_key key = key_of_text("t", "en", text);
    return gists_find(gists, &key, 7);
}

static void what_was_read_is_known(void **state)
{
    (void)state;
    struct gists *gists = gists_create(4, seed);
    assert_null(found(gists, "where is it"));
    keep(gists, "where is it", INTENT_ORDER_STATUS);
    const struct gist *gist = found(gists, "where is it");
    assert_non_null(gist);
    assert_int_equal(gist->intent, INTENT_ORDER_STATUS);
    assert_true(gist->is_of_text);
    assert_text(gist->language, "en");
    assert_null(found(gists, "where is it?"));
    assert_null(found(gists, "Where is it"));
    gists_destroy(gists);
}

static void what_was_read_of_an_older_catalogue_is_not_known(void **state)
{
    (void)state;
    struct gists *gists = gists_create(4, seed);
    struct gist_key key = key_of_text("t", "en", "a kettle");
    keep(gists, "a kettle", INTENT_PRODUCT);
    assert_null(gists_find(gists, &key, 8));
    struct gist anew = { .intent = INTENT_PRICE };
    gists_keep(gists, &key, 8, &anew);
    assert_int_equal(gists_find(gists, &key, 8)->intent, INTENT_PRICE);
    assert_null(found(gists, "a kettle"));
    gists_destroy(gists);
}

static void texts_of_two_tenants_or_languages_never_meet(void **state)
{
    (void)state;
    static const struct {
        const char *tenant;
        const char *hint;
        const char *text;
    } others[] = { { "t", "e", "nhi" }, { "te", "n", "hi" }, { "", "ten", "hi" },
                   { "t", "", "enhi" }, { "u", "en", "hi" }, { "t", "de", "hi" } };
    struct gist_key key = key_of_text("t", "en", "hi");
    for (size_t i = 0; i < countof(others); i++) {
        struct gist_key other = key_of_text(others[i].tenant, others[i].hint, others[i].text);
        assert_memory_not_equal(&key, &other, sizeof(key));
    }
}

static void a_text_that_is_too_long_has_no_key(void **state)
{
    (void)state;
    static const char longest[4096];
    struct gist_key key;
    bool is_short = true;
    size_t fits = 0;
    for (size_t len = 0; len <= sizeof(longest) && is_short; len++) {
        fits = len;
        assert_int_equal(gists_key(STR("t"), STR("en"), (struct str){ longest, len }, &key,
                                      &is_short), OK);
    }
    assert_false(is_short);
    assert_in_range(fits, 900, 1024);
    assert_int_equal(gists_key((struct str){ longest, 4096 }, STR_NONE, STR("a"), &key,
                                  &is_short), OK);
    assert_false(is_short);
}

static void the_first_of_too_many_is_forgotten(void **state)
{
    (void)state;
    struct gists *gists = gists_create(2, seed);
    keep(gists, "a", INTENT_PRICE);
    keep(gists, "b", INTENT_STOCK);
    keep(gists, "a", INTENT_RETURN);
    assert_int_equal(found(gists, "a")->intent, INTENT_RETURN);
    keep(gists, "c", INTENT_REFUND);
    assert_null(found(gists, "a"));
    assert_int_equal(found(gists, "b")->intent, INTENT_STOCK);
    keep(gists, "d", INTENT_CANCEL);
    assert_null(found(gists, "b"));
    assert_int_equal(found(gists, "c")->intent, INTENT_REFUND);
    assert_int_equal(found(gists, "d")->intent, INTENT_CANCEL);
    gists_destroy(gists);
}

static enum err make(void *owner)
{
    (void)owner;
    struct gists *gists = gists_create(1, seed);
    gists_destroy(gists);
    return gists ? OK : ERR_NOMEM;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    assert_int_equal(starve(make, NULL), 2);
    gists_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_is_known),
        cmocka_unit_test(what_was_read_of_an_older_catalogue_is_not_known),
        cmocka_unit_test(texts_of_two_tenants_or_languages_never_meet),
        cmocka_unit_test(a_text_that_is_too_long_has_no_key),
        cmocka_unit_test(the_first_of_too_many_is_forgotten),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
