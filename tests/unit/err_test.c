/* Errors: the table and what follows from it. */
#include "tests/unit/leaf.h"

#include <sysexits.h>

static void every_error_has_a_name_a_label_and_a_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ERR_COUNT; i++) {
        enum err err = (enum err)i;
        assert_non_null(err_name(err));
        assert_non_null(err_label(err));
        assert_true(strlen(err_text(err)) > 1);
        assert_int_equal(strspn(err_label(err), "abcdefghijklmnopqrstuvwxyz0123456789_-"),
                         strlen(err_label(err)));
    }
}

static void no_two_errors_share_a_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < ERR_COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(err_label((enum err)i), err_label((enum err)j));
        }
    }
}

static void only_ok_is_without_a_class(void **state)
{
    (void)state;
    assert_int_equal(err_class(OK), ERR_CLASS_NONE);
    for (size_t i = 1; i < ERR_COUNT; i++) {
        assert_int_not_equal(err_class((enum err)i), ERR_CLASS_NONE);
    }
    assert_int_equal(err_class(ERR_TIMEOUT), ERR_CLASS_RETRY);
    assert_int_equal(err_class(ERR_SCHEMA), ERR_CLASS_REJECT);
    assert_int_equal(err_class(ERR_DEADLINE), ERR_CLASS_HANDOFF);
    assert_int_equal(err_class(ERR_TXN), ERR_CLASS_ABORT);
    assert_int_equal(err_class(ERR_FENCED), ERR_CLASS_FATAL);
}

static void names_are_those_of_the_enumerators(void **state)
{
    (void)state;
    assert_string_equal(err_name(OK), "OK");
    assert_string_equal(err_label(OK), "ok");
    assert_string_equal(err_name(ERR_TOO_LARGE), "ERR_TOO_LARGE");
    assert_string_equal(err_label(ERR_TOO_LARGE), "too_large");
}

static void exit_codes_follow_sysexits(void **state)
{
    (void)state;
    assert_int_equal(err_exit_code(OK), EX_OK);
    assert_int_equal(err_exit_code(ERR_USAGE), EX_USAGE);
    assert_int_equal(err_exit_code(ERR_CONFIG), EX_CONFIG);
    assert_int_equal(err_exit_code(ERR_INPUT), EX_NOINPUT);
    assert_int_equal(err_exit_code(ERR_OS), EX_OSERR);
    assert_int_equal(err_exit_code(ERR_UNAVAILABLE), EX_UNAVAILABLE);
    assert_int_equal(err_exit_code(ERR_FENCED), EX_UNAVAILABLE);
    assert_int_equal(err_exit_code(ERR_TIMEOUT), EX_UNAVAILABLE);
    assert_int_equal(err_exit_code(ERR_JSON), EX_DATAERR);
    for (size_t i = 1; i < ERR_COUNT; i++) {
        assert_int_not_equal(err_exit_code((enum err)i), EX_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_name_a_label_and_a_text),
        cmocka_unit_test(no_two_errors_share_a_label),
        cmocka_unit_test(only_ok_is_without_a_class),
        cmocka_unit_test(names_are_those_of_the_enumerators),
        cmocka_unit_test(exit_codes_follow_sysexits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
