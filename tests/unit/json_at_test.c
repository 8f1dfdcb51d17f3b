/* Cursors: what they give, where errors point, and what is left untouched. */
#include "tests/unit/payload.h"

#include "common/utf8.h"

static void a_required_value_is_given(void **state)
{
    (void)state;
    static const char *const names[] = { "new", "old" };
    struct payload payload;
    struct str text;
    int64_t number;
    double real;
    bool flag;
    size_t index;
    int64_t wall_ms;
    payload_init(&payload, "{\"t\":\"h\\u00e9\",\"i\":-7,\"r\":2.5,\"b\":true,\"e\":\"old\","
                           "\"w\":\"1970-01-01T00:00:01Z\"}");
    assert_int_equal(json_want_text(&payload.at, "t", 1, 2, &text), OK);
    assert_str(text, "h\xc3\xa9");
    assert_int_equal(text.ptr[text.len], '\0');
    assert_int_equal(json_want_int(&payload.at, "i", -7, 7, &number), OK);
    assert_int_equal(number, -7);
    assert_int_equal(json_want_number(&payload.at, "r", 2.5, 2.5, &real), OK);
    assert_true(real == 2.5);
    assert_int_equal(json_want_bool(&payload.at, "b", &flag), OK);
    assert_true(flag);
    assert_int_equal(json_want_enum(&payload.at, "e", names, countof(names), &index), OK);
    assert_int_equal(index, 1);
    assert_int_equal(json_want_time(&payload.at, "w", &wall_ms), OK);
    assert_int_equal(wall_ms, 1000);
    payload_fini(&payload);
}

/* Every getter, so that one table can say of all of them what they do. */
struct outputs {
    struct str text;
    int64_t number;
    double real;
    bool flag;
    size_t index;
    struct json_at at;
};

typedef enum err get_fn(const struct json_at *at, const char *key, struct outputs *outputs);

static const char *const colours[] = { "red", "green" };

static enum err want_text(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_text(at, key, 2, 3, &outputs->text);
}

static enum err may_text(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_text(at, key, 2, 3, &outputs->text);
}

static enum err want_int(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_int(at, key, 1, 9, &outputs->number);
}

static enum err may_int(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_int(at, key, 1, 9, &outputs->number);
}

static enum err want_number(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_number(at, key, 0.5, 9.5, &outputs->real);
}

static enum err may_number(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_number(at, key, 0.5, 9.5, &outputs->real);
}

static enum err want_bool(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_bool(at, key, &outputs->flag);
}

static enum err may_bool(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_bool(at, key, &outputs->flag);
}

static enum err want_enum(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_enum(at, key, colours, countof(colours), &outputs->index);
}

static enum err may_enum(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_enum(at, key, colours, countof(colours), &outputs->index);
}

static enum err want_time(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_time(at, key, &outputs->number);
}

static enum err may_time(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_time(at, key, &outputs->number);
}

static enum err want_object(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_object(at, key, &outputs->at);
}

static enum err may_object(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_object(at, key, &outputs->at);
}

static enum err want_array(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_array(at, key, 1, 2, &outputs->at);
}

static enum err may_array(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_array(at, key, 1, 2, &outputs->at);
}

static enum err want_some(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_want_array(at, key, 1, SIZE_MAX, &outputs->at);
}

static enum err may_some(const struct json_at *at, const char *key, struct outputs *outputs)
{
    return json_may_array(at, key, 1, SIZE_MAX, &outputs->at);
}

static const struct getter {
    get_fn *want;
    get_fn *may;
    const char *good;   /* a value that it takes */
    const char *bad[8]; /* some that it does not */
    const char *complaint;
} getters[] = {
    { want_text, may_text, "\"abc\"", { "1", "true", "{}", "[]", "[\"abc\"]" }, "must be text" },
    { want_text, may_text, "\"ab\"", { "\"\"", "\"a\"", "\"abcd\"" }, "must have 2 to 3" },
    { want_text, may_text, "\"\\u20ac\\ud83d\\ude00\"", { "\"\\u20ac\"" }, "has 1 characters" },
    { want_int, may_int, "9", { "\"1\"", "true", "1.5", "{}", "[1]" }, "must be an integer" },
    { want_int, may_int, "1.0", { "0.999", "1e300", "-1e300" }, "must be an integer" },
    { want_int,
      may_int,
      "9e0",
      { "0", "10", "-1", "1e1", "9223372036854775807" },
      "must be from 1 to 9" },
    { want_number, may_number, "9.5", { "\"1\"", "false", "[]", "{}" }, "must be a number" },
    { want_number,
      may_number,
      "1",
      { "0.49", "9.51", "0", "-1", "1e300" },
      "must be from 0.5 to 9.5" },
    { want_bool, may_bool, "false", { "0", "1", "\"true\"", "[]", "{}" }, "must be true or false" },
    { want_enum,
      may_enum,
      "\"green\"",
      { "\"Red\"", "\"\"", "\"red \"", "\"re\"" },
      "must be one of red green" },
    { want_enum, may_enum, "\"red\"", { "1", "true", "[\"red\"]", "{}" }, "must be text" },
    { want_time,
      may_time,
      "\"2025-01-31T23:59:59Z\"",
      { "\"2025-01-31\"", "\"\"", "0", "1738367999", "{}", "[]" },
      "must be a time" },
    { want_object, may_object, "{\"a\":1}", { "[]", "1", "\"{}\"", "true" }, "must be an object" },
    { want_array, may_array, "[1,2]", { "{}", "1", "\"[]\"", "true" }, "must be an array" },
    { want_array, may_array, "[null]", { "[]", "[1,2,3]" }, "must have 1 to 2" },
    { want_some, may_some, "[1,2,3]", { "[]" }, "must have 1 or more" },
};

static const struct outputs untouched = { { "untouched", 9 }, 77, 7.5, true, 7, { .index = 7 } };

/* Member by member: what lies between them says nothing. */
static bool is_untouched(const struct outputs *outputs)
{
    return str_is(outputs->text, "untouched") && outputs->number == 77 && outputs->real == 7.5 &&
           outputs->flag && outputs->index == 7 && outputs->at.index == 7;
}

static void read_member(struct payload *payload, const char *value)
{
    char json[200];
    snprintf(json, sizeof(json), "{\"k\":%s}", value);
    payload_init(payload, json);
}

static void a_value_that_is_allowed_is_given_required_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(getters); i++) {
        get_fn *const both[] = { getters[i].want, getters[i].may };
        for (size_t kind = 0; kind < countof(both); kind++) {
            struct payload payload;
            struct outputs outputs = untouched;
            read_member(&payload, getters[i].good);
            assert_int_equal(both[kind](&payload.at, "k", &outputs), OK);
            assert_false(is_untouched(&outputs));
            assert_string_equal(payload.note.text, "");
            payload_fini(&payload);
        }
    }
}

static void a_value_that_is_not_is_refused_required_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(getters); i++) {
        get_fn *const both[] = { getters[i].want, getters[i].may };
        for (size_t bad = 0; getters[i].bad[bad]; bad++) {
            struct payload payload;
            struct outputs outputs = untouched;
            read_member(&payload, getters[i].bad[bad]);
            if (both[bad % 2](&payload.at, "k", &outputs) != ERR_SCHEMA) {
                fail_msg("%s accepts %s", getters[i].complaint, getters[i].bad[bad]);
            }
            assert_true(is_untouched(&outputs));
            assert_string_equal(payload.note.pointer, "/k");
            assert_non_null(strstr(payload.note.text, getters[i].complaint));
            payload_fini(&payload);
        }
    }
}

static void null_is_the_same_as_not_being_there(void **state)
{
    (void)state;
    static const char *const texts[] = { "{}", "{\"k\":null}" };
    for (size_t i = 0; i < countof(getters) * countof(texts); i++) {
        const struct getter *getter = &getters[i / 2];
        bool is_cursor = getter->may == may_object || getter->may == may_array ||
                         getter->may == may_some;
        struct payload payload;
        struct outputs outputs = untouched;
        payload_init(&payload, texts[i % 2]);
        assert_int_equal(getter->want(&payload.at, "k", &outputs), ERR_SCHEMA);
        assert_string_equal(payload.note.pointer, "/k");
        assert_string_equal(payload.note.text, "is missing");
        assert_true(is_untouched(&outputs));
        assert_int_equal(getter->may(&payload.at, "k", &outputs), OK);
        assert_true(is_cursor ? !outputs.at.value : is_untouched(&outputs));
        payload_fini(&payload);
    }
}

static void a_cursor_reads_itself_without_a_key(void **state)
{
    (void)state;
    struct payload payload;
    struct json_at list;
    struct str text;
    int64_t number = 77;
    payload_init(&payload, "{\"l\":[\"a\",null,3]}");
    assert_int_equal(json_want_array(&payload.at, "l", 0, 9, &list), OK);
    assert_int_equal(json_count(&list), 3);
    struct json_at first = json_element(&list, 0);
    struct json_at second = json_element(&list, 1);
    struct json_at third = json_element(&list, 2);
    struct json_at fourth = json_element(&list, 3);
    assert_int_equal(json_want_text(&first, NULL, 0, 9, &text), OK);
    assert_str(text, "a");
    assert_int_equal(json_want_int(&second, NULL, 0, 9, &number), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "/l/1");
    assert_int_equal(json_may_int(&second, NULL, 0, 9, &number), OK);
    assert_int_equal(number, 77);
    assert_int_equal(json_want_int(&third, NULL, 0, 9, &number), OK);
    assert_int_equal(number, 3);
    assert_null(fourth.value);
    payload_fini(&payload);
}

static void the_kind_is_told_before_anything_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum json_kind kind;
    } kinds[] = {
        { "{}", KIND_OBJECT },  { "[]", KIND_ARRAY },   { "\"\"", KIND_TEXT },
        { "0", KIND_NUMBER },   { "1.5", KIND_NUMBER }, { "true", KIND_BOOL },
        { "false", KIND_BOOL }, { "null", KIND_NONE },
    };
    for (size_t i = 0; i < countof(kinds); i++) {
        struct payload payload;
        read_member(&payload, kinds[i].value);
        assert_int_equal(json_kind_of(&payload.at, "k"), kinds[i].kind);
        assert_int_equal(json_kind_of(&payload.at, "other"), KIND_NONE);
        assert_int_equal(json_kind_of(&payload.at, NULL), KIND_OBJECT);
        payload_fini(&payload);
    }
}

static void members_are_walked_in_their_order(void **state)
{
    (void)state;
    struct payload payload;
    struct json_at member = { .value = NULL };
    static const char *const keys[] = { "z", "a", "", "m" };
    payload_init(&payload, "{\"z\":1,\"a\":null,\"\":[],\"m\":{}}");
    for (size_t i = 0; i < countof(keys); i++) {
        assert_true(json_next(&payload.at, &member));
        assert_string_equal(member.key, keys[i]);
        assert_true((member.value == NULL) == (i == 1));
        assert_ptr_equal(member.parent, &payload.at);
    }
    assert_false(json_next(&payload.at, &member));
    struct json_at nothing = json_member(&payload.at, "a");
    member = (struct json_at){ .value = NULL };
    assert_false(json_next(&nothing, &member));
    payload_fini(&payload);
}

static void what_is_not_there_has_nothing_in_it(void **state)
{
    (void)state;
    struct payload payload;
    payload_init(&payload, "{\"a\":1}");
    struct json_at nothing = json_member(&payload.at, "b");
    struct json_at deeper = json_member(&nothing, "c");
    struct json_at deepest = json_element(&deeper, 4);
    struct str text = STR("untouched");
    assert_int_equal(json_count(&nothing), 0);
    assert_null(deepest.value);
    assert_int_equal(json_want_text(&deepest, NULL, 0, 1, &text), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "/b/c/4");
    struct json_at number = json_member(&payload.at, "a");
    assert_null(json_member(&number, "x").value);
    assert_null(json_element(&number, 0).value);
    assert_int_equal(json_count(&number), 0);
    payload_fini(&payload);
}

/* RFC 6901, section 5. */
static void pointers_are_written_as_the_rfc_says(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *pointer;
    } steps[] = {
        { "foo", "/foo" }, { "", "/" },        { "a/b", "/a~1b" },  { "c%d", "/c%d" },
        { "e^f", "/e^f" }, { "g|h", "/g|h" },  { "i\\j", "/i\\j" }, { "k\"l", "/k\"l" },
        { " ", "/ " },     { "m~n", "/m~0n" }, { "~1", "/~01" },    { "%s", "/%s" },
    };
    struct payload payload;
    bool flag;
    payload_init(&payload, "{}");
    for (size_t i = 0; i < countof(steps); i++) {
        assert_int_equal(json_want_bool(&payload.at, steps[i].key, &flag), ERR_SCHEMA);
        assert_string_equal(payload.note.pointer, steps[i].pointer);
    }
    struct json_at foo = json_member(&payload.at, "foo");
    struct json_at zeroth = json_element(&foo, 0);
    assert_int_equal(json_want_bool(&zeroth, NULL, &flag), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "/foo/0");
    assert_int_equal(json_want_bool(&payload.at, NULL, &flag), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "");
    payload_fini(&payload);
}

static void the_deepest_value_has_a_pointer_too(void **state)
{
    (void)state;
    char json[200] = "{\"k\":";
    struct json_at ats[JSON_DEPTH_MAX];
    struct payload payload;
    bool flag;
    memset(json + 5, '[', JSON_DEPTH_MAX - 1);
    memcpy(json + 5 + JSON_DEPTH_MAX - 1, "0", 1);
    memset(json + 5 + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX - 1);
    memcpy(json + 5 + 2 * JSON_DEPTH_MAX - 1, "}", 2);
    payload_init(&payload, json);
    ats[0] = json_member(&payload.at, "k");
    for (size_t i = 1; i < JSON_DEPTH_MAX; i++) {
        ats[i] = json_element(&ats[i - 1], 0);
    }
    assert_int_equal(json_want_bool(&ats[JSON_DEPTH_MAX - 1], NULL, &flag), ERR_SCHEMA);
    assert_int_equal(strlen(payload.note.pointer), NOTE_POINTER_BYTES - 1);
    assert_memory_equal(payload.note.pointer, "/k/0/0/0/", 9);
    payload_fini(&payload);
}

static void a_long_pointer_is_cut_between_characters(void **state)
{
    (void)state;
    struct payload payload;
    bool flag;
    payload_init(&payload, "{}");
    for (size_t len = 80; len < 130; len++) {
        char key[200];
        char whole[200] = "/";
        memset(key, 'x', len);
        snprintf(key + len, sizeof(key) - len, "\xe8\xae\xa2\xf0\x9f\x98\x80~tail");
        memcpy(whole + 1, key, len + 7);
        snprintf(whole + len + 8, sizeof(whole) - len - 8, "~0tail");
        assert_int_equal(json_want_bool(&payload.at, key, &flag), ERR_SCHEMA);
        struct str pointer = str_from(payload.note.pointer);
        assert_in_range(pointer.len, NOTE_POINTER_BYTES - 5, NOTE_POINTER_BYTES - 1);
        assert_true(str_starts(str_from(whole), pointer));
        assert_int_equal(utf8_check(pointer, NULL), OK);
    }
    payload_fini(&payload);
}

static void a_decoder_may_refuse_for_reasons_of_its_own(void **state)
{
    (void)state;
    struct payload payload;
    payload_init(&payload, "{\"a\":{\"b\":1}}");
    struct json_at inner = json_member(&payload.at, "a");
    assert_int_equal(json_fault(&inner, "b", "must be below %d", 1), ERR_SCHEMA);
    assert_string_equal(payload.note.text, "must be below 1");
    assert_string_equal(payload.note.pointer, "/a/b");
    assert_int_equal(json_fault(&inner, NULL, "must not be"), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "/a");
    payload_fini(&payload);
}

static void nobody_has_to_want_a_note(void **state)
{
    (void)state;
    struct payload payload;
    bool flag;
    payload_init(&payload, "{}");
    const struct json_in in = { &payload.arena, NULL };
    struct json_at at = json_root(payload.tree, &in);
    assert_int_equal(json_want_bool(&at, "k", &flag), ERR_SCHEMA);
    payload_fini(&payload);
}

static void a_text_outlives_the_tree(void **state)
{
    (void)state;
    struct payload payload;
    struct str text;
    payload_init(&payload, "{\"k\":\"some text\"}");
    assert_int_equal(json_want_text(&payload.at, "k", 0, 100, &text), OK);
    json_drop(&payload.tree);
    assert_str(text, "some text");
    payload_fini(&payload);
}

static void without_room_no_text_is_given(void **state)
{
    (void)state;
    struct payload payload;
    struct arena arena;
    struct str text = STR("untouched");
    payload_init(&payload, "{\"k\":\"some text\"}");
    arena_init(&arena, 4);
    const struct json_in in = { &arena, &payload.note };
    struct json_at at = json_root(payload.tree, &in);
    assert_int_equal(json_want_text(&at, "k", 0, 100, &text), ERR_NOMEM);
    assert_int_equal(json_may_text(&at, "k", 0, 100, &text), ERR_NOMEM);
    assert_str(text, "untouched");
    mem_fail_nth(1);
    assert_int_equal(json_want_text(&payload.at, "k", 0, 100, &text), ERR_NOMEM);
    mem_fail_nth(0);
    assert_str(text, "untouched");
    arena_fini(&arena);
    payload_fini(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_required_value_is_given),
        cmocka_unit_test(a_value_that_is_allowed_is_given_required_or_not),
        cmocka_unit_test(a_value_that_is_not_is_refused_required_or_not),
        cmocka_unit_test(null_is_the_same_as_not_being_there),
        cmocka_unit_test(a_cursor_reads_itself_without_a_key),
        cmocka_unit_test(the_kind_is_told_before_anything_is_read),
        cmocka_unit_test(members_are_walked_in_their_order),
        cmocka_unit_test(what_is_not_there_has_nothing_in_it),
        cmocka_unit_test(pointers_are_written_as_the_rfc_says),
        cmocka_unit_test(the_deepest_value_has_a_pointer_too),
        cmocka_unit_test(a_long_pointer_is_cut_between_characters),
        cmocka_unit_test(a_decoder_may_refuse_for_reasons_of_its_own),
        cmocka_unit_test(nobody_has_to_want_a_note),
        cmocka_unit_test(a_text_outlives_the_tree),
        cmocka_unit_test(without_room_no_text_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
