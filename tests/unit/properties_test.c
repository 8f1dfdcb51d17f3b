/* Properties: lines, comments, continuations and escapes. */
#include "tests/unit/leaf.h"

#include "common/properties.h"

struct reading {
    struct arena arena;
    struct properties properties;
    struct note note;
};

static void reading_init(struct reading *reading, struct str bytes)
{
    *reading = (struct reading){ .properties = properties_of(bytes) };
    arena_init(&reading->arena, (size_t)1 << 22);
}

static struct property reading_next(struct reading *reading)
{
    struct property property = { STR("untouched"), STR_NONE };
    assert_int_equal(
        properties_next(&reading->properties, &reading->arena, &property, &reading->note), OK);
    return property;
}

static void assert_pair(struct str bytes, const char *key, const char *value)
{
    struct reading reading;
    reading_init(&reading, bytes);
    struct property property = reading_next(&reading);
    assert_text(property.key, key);
    assert_text(property.value, value);
    assert_int_equal(property.value.ptr[property.value.len], '\0');
    assert_int_equal(reading_next(&reading).key.len, 0);
    arena_fini(&reading.arena);
}

static void white_space_around_key_and_value_is_dropped(void **state)
{
    (void)state;
    assert_pair(STR("model.url=http://x/?a=b"), "model.url", "http://x/?a=b");
    assert_pair(STR(" \t key \t= \t a value \t "), "key", "a value");
    assert_pair(STR("key=value\r\n"), "key", "value");
    assert_pair(STR("\xEF\xBB\xBFkey=value"), "key", "value"); /* a byte order mark */
    assert_pair(STR("key="), "key", "");
    assert_pair(STR("key=a # no comment"), "key", "a # no comment");
}

static void comments_and_empty_lines_are_passed_over(void **state)
{
    (void)state;
    assert_pair(STR("# one\n! two\n\n   \n\t# three\nkey=value\n# end"), "key", "value");
    assert_pair(STR("# a comment never goes on \\\nkey=value"), "key", "value");
}

static void a_backslash_at_the_end_goes_on_in_the_next_line(void **state)
{
    (void)state;
    assert_pair(STR("key=a,\\\n    b,\\\r\n    c"), "key", "a,b,c");
    assert_pair(STR("ke\\\n  y=value"), "key", "value");
    assert_pair(STR("key=a\\\n# no comment"), "key", "a# no comment");
    assert_pair(STR("key=a\\\\\n"), "key", "a\\");
    assert_pair(STR("key=a\\"), "key", "a");
}

static void escapes_stand_for_their_character(void **state)
{
    (void)state;
    assert_pair(STR("key=\\t\\n\\r\\\\\\=\\:\\#\\!"), "key", "\t\n\r\\=:#!");
    assert_pair(STR("a\\=b=c"), "a=b", "c");
    assert_pair(STR("\\#a=b"), "#a", "b");
    assert_pair(STR("key=\\u00e9\\u4EAC"), "key", "\xc3\xa9\xe4\xba\xac");
    assert_pair(STR("key=\\ a\\ "), "key", " a ");
    assert_pair(STR("key=\\   "), "key", " ");
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct str faults[] = {
        { "novalue", 7 },   { "=value", 6 },       { "  = x", 5 },        { "key=\\x", 6 },
        { "key=\\u12", 8 }, { "key=\\u12g4", 10 }, { "key=\\ud800", 10 }, { "key=\\u0000", 10 },
        { "key=\xff", 5 },  { "key=a\0b", 7 },     { "a\\=b", 4 },        { "\\", 1 },
    };
    for (size_t i = 0; i < countof(faults); i++) {
        char bytes[64];
        int len = snprintf(bytes, sizeof(bytes), "a=1\n# b\n\n");
        memcpy(bytes + len, faults[i].ptr, faults[i].len);
        struct reading reading;
        struct property property;
        reading_init(&reading, (struct str){ bytes, (size_t)len + faults[i].len });
        assert_text(reading_next(&reading).key, "a");
        property = (struct property){ STR("untouched"), STR_NONE };
        assert_int_equal(
            properties_next(&reading.properties, &reading.arena, &property, &reading.note),
            ERR_CONFIG);
        assert_text(property.key, "untouched");
        assert_int_equal(reading.properties.line, 4);
        assert_true(strlen(reading.note.text) > 0);
        arena_fini(&reading.arena);
    }
}

static void lines_are_counted_through_continuations(void **state)
{
    (void)state;
    struct reading reading;
    reading_init(&reading, STR("a=1,\\\n2,\\\n3\n\nb=2\n"));
    assert_text(reading_next(&reading).value, "1,2,3");
    assert_int_equal(reading.properties.line, 1);
    assert_text(reading_next(&reading).key, "b");
    assert_int_equal(reading.properties.line, 5);
    arena_fini(&reading.arena);
}

static void a_file_of_continuations_costs_no_more_than_its_size(void **state)
{
    (void)state;
    static char bytes[399999];
    for (size_t i = 0; i + 3 <= sizeof(bytes); i += 3) {
        memcpy(bytes + i, "x\\\n", 3);
    }
    memcpy(bytes, "k=\\\n", 4);
    struct reading reading;
    reading_init(&reading, (struct str){ bytes, sizeof(bytes) });
    struct property property = reading_next(&reading);
    assert_text(property.key, "k");
    assert_true(property.value.len > sizeof(bytes) / 3 - 8);
    assert_true(reading.arena.total_bytes < sizeof(bytes));
    arena_fini(&reading.arena);
}

static enum err try_reading(void *owner)
{
    (void)owner;
    CLEANUP(arena_fini) struct arena arena;
    struct properties properties = properties_of(STR("key=a\\\nb"));
    struct property property = { STR("untouched"), STR_NONE };
    arena_init(&arena, 10000);
    enum err err = properties_next(&properties, &arena, &property, NULL);
    assert_text(property.key, err == OK ? "key" : "untouched");
    return err;
}

static void without_memory_nothing_is_read(void **state)
{
    (void)state;
    assert_true(starve(try_reading, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_around_key_and_value_is_dropped),
        cmocka_unit_test(comments_and_empty_lines_are_passed_over),
        cmocka_unit_test(a_backslash_at_the_end_goes_on_in_the_next_line),
        cmocka_unit_test(escapes_stand_for_their_character),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(lines_are_counted_through_continuations),
        cmocka_unit_test(a_file_of_continuations_costs_no_more_than_its_size),
        cmocka_unit_test(without_memory_nothing_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
