/* member_test.c - an object is read by its table, or not at all. */
#include "tests/unit/leaf.h"

#include "common/member.h"

struct thing {
    struct str name;
    struct str code;
    int64_t count;
};

static bool is_code(struct str text)
{
    return text.len == 2;
}

static const struct member thing_members[] = {
    MEMBER_TEXT(thing, name, 1, 4),
    MEMBER_FORM(thing, code, is_code),
    MEMBER_NUMBER(thing, count, -1, 9),
};

static struct arena arena;

static bool read_thing(const char *text, struct thing *ret_thing, unsigned *ret_seen)
{
    struct member_scan scan;
    struct members members = { thing_members, countof(thing_members), 0, 0 };
    arena_fini(&arena);
    arena_init(&arena, 4096);
    assert_int_equal(member_begin(&scan, &arena, str_from(text)), OK);
    bool is_read = member_object(&scan, &members, ret_thing) && json_token_is_end(&scan.token);
    *ret_seen = members.seen;
    return is_read;
}

static void members_come_in_any_sequence(void **state)
{
    (void)state;
    static const char *const texts[] = { "{\"name\":\"ann\",\"code\":\"xy\",\"count\":7}",
                                         " {\"count\" : 7 , \"name\":\"ann\",\"code\":\"xy\"} ",
                                         "{\"code\":\"xy\",\"count\":7,\"name\":\"ann\"}" };
    for (size_t i = 0; i < countof(texts); i++) {
        struct thing thing = { .count = 0 };
        unsigned seen;
        assert_true(read_thing(texts[i], &thing, &seen));
        assert_int_equal(seen, 7);
        assert_text(thing.name, "ann");
        assert_text(thing.code, "xy");
        assert_int_equal(thing.name.ptr[3], '\0');
        assert_int_equal(thing.code.ptr[2], '\0');
        assert_int_equal(thing.count, 7);
    }
}

static void what_is_not_there_is_told(void **state)
{
    (void)state;
    struct thing thing = { .count = 5 };
    unsigned seen;
    assert_true(read_thing("{ }", &thing, &seen));
    assert_int_equal(seen, 0);
    assert_int_equal(thing.count, 5);
    assert_true(read_thing("{\"count\":-1}", &thing, &seen));
    assert_int_equal(seen, 4);
    assert_int_equal(thing.count, -1);
}

static void what_the_table_does_not_have_is_left(void **state)
{
    (void)state;
    static const char *const texts[] = {
        " ",
        "[]",
        "{\"nam\":\"ann\"}",
        "{\"name\":\"\"}",
        "{\"name\":\"annie\"}",
        "{\"name\":7}",
        "{\"name\":\"a\\tb\"}",
        "{\"code\":\"xyz\"}",
        "{\"count\":10}",
        "{\"count\":-2}",
        "{\"count\":\"7\"}",
        "{\"count\":7,\"count\":7}",
        "{\"count\":7,}",
        "{\"count\" 7}",
        "{\"count\":7",
        "{\"count\":7}}",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct thing thing;
        unsigned seen;
        if (read_thing(texts[i], &thing, &seen)) {
            fail_msg("read: %s", texts[i]);
        }
    }
}

static void a_scan_that_is_undone_gives_its_memory_back(void **state)
{
    (void)state;
    static const char longest[512];
    struct member_scan scan;
    arena_fini(&arena);
    arena_init(&arena, 4096);
    char *before = arena_alloc(&arena, ARENA_ALIGN);
    assert_int_equal(member_begin(&scan, &arena, (struct str){ longest, sizeof(longest) }), OK);
    member_undo(&scan);
    char *after = arena_alloc(&arena, ARENA_ALIGN);
    assert_true(after - before <= 2 * (ptrdiff_t)ARENA_ALIGN);
    arena_fini(&arena);
}

static void bytes_that_are_no_text_and_those_without_room_are_refused(void **state)
{
    (void)state;
    struct member_scan scan;
    arena_fini(&arena);
    arena_init(&arena, 4);
    assert_int_equal(member_begin(&scan, &arena, STR("\xff")), ERR_FORMAT);
    assert_int_equal(member_begin(&scan, &arena, STR("{\"name\":\"ann\"}")), ERR_NOMEM);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_in_any_sequence),
        cmocka_unit_test(what_is_not_there_is_told),
        cmocka_unit_test(what_the_table_does_not_have_is_left),
        cmocka_unit_test(a_scan_that_is_undone_gives_its_memory_back),
        cmocka_unit_test(bytes_that_are_no_text_and_those_without_room_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
