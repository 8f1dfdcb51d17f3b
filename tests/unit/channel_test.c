/* channel_test.c - the limits of the places where copy appears. */
#include "worker/answer/channel.h"

#include "tests/unit/payload.h"

static const struct channel_part *part(const char *channel, size_t number)
{
    const struct channel *found = channel_named(str_from(channel));
    assert_non_null(found);
    assert_true(number < found->parts_count);
    return &found->parts[number];
}

static void expect(const struct channel_part *of, const char *language, const char *text,
                   size_t length, size_t max)
{
    struct channel_length found = channel_measure(of, str_from(language), str_from(text));
    print_message("%s %s\n", of->name, text);
    assert_int_equal(found.length, length);
    assert_int_equal(found.max, max);
}

static void a_channel_is_found_by_its_name_alone(void **state)
{
    (void)state;
    static const char *const names[] = { "sms", "email", "push", "social", "listing" };
    for (size_t i = 0; i < countof(names); i++) {
        assert_string_equal(channel_named(str_from(names[i]))->name, names[i]);
    }
    assert_ptr_equal(channel_named(STR("SMS")), channel_named(STR("sms")));
    assert_null(channel_named(STR("fax")));
    assert_null(channel_named(STR_NONE));
}

static void a_short_message_is_counted_in_its_alphabet(void **state)
{
    (void)state;
    expect(part("sms", 0), "en", "Tea [new]", 11, 160);
    expect(part("sms", 0), "en", "Tea ’", 5, 70);
    expect(part("sms", 0), "zh", "茶🫖", 3, 70);
    expect(part("sms", 0), "zh", "Tea", 3, 160);
}

static void what_is_shown_on_a_line_is_counted_in_columns(void **state)
{
    (void)state;
    expect(part("email", 0), "en", "Tea", 3, 60);
    expect(part("email", 1), "zh", "茶壶", 2, 2000);
    expect(part("push", 0), "zh", "茶壶a", 5, 50);
    expect(part("social", 0), "zh", payload_times("茶", 140), 280, 280);
    expect(part("social", 0), "en", "é’🫖", 4, 280);
}

static void a_title_in_chinese_has_a_limit_of_its_own(void **state)
{
    (void)state;
    expect(part("listing", 0), "en", "Tea", 3, 80);
    expect(part("listing", 0), "zh", "茶", 2, 60);
    assert_int_equal(part("listing", 1)->count_max, 5);
}

static void the_table_names_every_part(void **state)
{
    (void)state;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 1 << 16);
    assert_int_equal(channel_docs(&buf), OK);
    assert_int_equal(buf_add(&buf, (struct str){ "", 1 }), OK);
    static const char *const rows[] = { "| `sms` | `text` |", "160 septets", "70 units of UCS-2",
                                        "| `listing` | `bullet`, several |",
                                        "80 columns, in Chinese 60" };
    for (size_t i = 0; i < countof(rows); i++) {
        assert_non_null(strstr(buf_str(&buf).ptr, rows[i]));
    }
    CLEANUP(buf_fini) struct buf small;
    buf_init(&small, 100);
    assert_int_equal(channel_docs(&small), ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_is_found_by_its_name_alone),
        cmocka_unit_test(a_short_message_is_counted_in_its_alphabet),
        cmocka_unit_test(what_is_shown_on_a_line_is_counted_in_columns),
        cmocka_unit_test(a_title_in_chinese_has_a_limit_of_its_own),
        cmocka_unit_test(the_table_names_every_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
