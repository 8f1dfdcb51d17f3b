/* JSON: what is read, what is refused, and where. The families are those of JSONTestSuite: y_ must
 * be read, n_ must not, i_ is ours to say. json_write_test.c has the way back. */
#include "tests/unit/leaf.h"

#include <dirent.h>

#include "common/json.h"

#define BYTES_MAX ((size_t)1 << 20)

/* Reads or refuses; what is refused leaves the output as it was and tells where. */
static enum err read_text(struct str bytes, struct json_t **ret_root, struct note *note)
{
    struct json_t *untouched = (struct json_t *)(void *)note;
    *note = (struct note){ .text = "", .pointer = "/stale" };
    *ret_root = untouched;
    enum err err = json_read(bytes, BYTES_MAX, ret_root, note);
    if (err != OK) {
        assert_ptr_equal(*ret_root, untouched);
        assert_string_equal(note->pointer, "");
        assert_true(note->text[0] != '\0');
        *ret_root = NULL;
    }
    return err;
}

static enum err verdict(struct str bytes)
{
    struct json_t *root;
    struct note note;
    enum err err = read_text(bytes, &root, &note);
    json_drop(&root);
    assert_null(root);
    return err;
}

static void assert_all(const struct str *texts, size_t count, enum err expected)
{
    for (size_t i = 0; i < count; i++) {
        enum err err = verdict(texts[i]);
        if (err != expected) {
            fail_msg("%s, not %s: %.*s", err_name(err), err_name(expected), STR_ARG(texts[i]));
        }
    }
}

/* y_: the grammar of RFC 8259. */
static void what_the_grammar_allows_is_read(void **state)
{
    (void)state;
    static const struct str valid[] = {
        STR("{}"),
        STR(" \t\r\n{ \t\r\n} \t\r\n"),
        STR("{\"a\":[]}"),
        STR("{\"a\":[[],{},[{}],\"\"]}"),
        STR("{\"\":0}"),
        STR("{\"a\":null,\"b\":true,\"c\":false}"),
        STR("{\"a\":0,\"b\":-0,\"c\":1,\"d\":-1,\"e\":1234567890}"),
        STR("{\"a\":0.5,\"b\":1e1,\"c\":1E+1,\"d\":1e-1,\"e\":-0.0e-0,\"f\":0e+1}"),
        STR("{\"a\":9223372036854775807,\"b\":-9223372036854775808}"),
        STR("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"),
        STR("{\"a\":\"\\u0001\\u001F\\u007f\\u00e9\\u20AC\"}"),
        STR("{\"a\":\"\\uD83D\\uDE00\\uDBFF\\uDFFF\"}"),
        STR("{\"a\":\"\x7f\xc2\x80\xe2\x80\xa8\xef\xbf\xbf\xf4\x8f\xbf\xbf\"}"),
        STR("{\"a\":\"\xef\xbb\xbf\"}"),
        STR("{\"a\":\"[{[{,:]\"}"),
        STR("{\"a\":1,\"A\":2,\"a \":3}"),
        STR("{\"a\":{\"a\":{\"a\":1}}}"),
        STR("{\"__proto__\":1,\"constructor\":2}"),
    };
    assert_all(valid, countof(valid), OK);
}

/* n_: structure. */
static void what_has_no_right_structure_is_refused(void **state)
{
    (void)state;
    static const struct str invalid[] = {
        STR(" "),
        STR("{"),
        STR("}"),
        STR("{}}"),
        STR("{}{}"),
        STR("{},"),
        STR("{} x"),
        STR("{\"a\""),
        STR("{\"a\":"),
        STR("{\"a\":1"),
        STR("{\"a\":1,"),
        STR("{\"a\":1,}"),
        STR("{,\"a\":1}"),
        STR("{\"a\":1,,\"b\":2}"),
        STR("{\"a\":1 \"b\":2}"),
        STR("{\"a\" 1}"),
        STR("{\"a\"::1}"),
        STR("{\"a\":1:2}"),
        STR("{\"a\",\"b\"}"),
        STR("{a:1}"),
        STR("{'a':1}"),
        STR("{1:1}"),
        STR("{null:1}"),
        STR("{\"a\":[1,]}"),
        STR("{\"a\":[,1]}"),
        STR("{\"a\":[1 2]}"),
        STR("{\"a\":[1}"),
        STR("{\"a\":]}"),
        STR("{\"a\":[}]"),
        STR("{\"a\":1}//x"),
        STR("{/*x*/\"a\":1}"),
        STR("{\"a\":1}#x"),
        STR("{\"a\":tru}"),
        STR("{\"a\":True}"),
        STR("{\"a\":nul}"),
        STR("{\"a\":undefined}"),
        STR("{\"a\":\xc2\xa0"
            "1}"),
        STR("{\"a\":1\f}"),
        STR("{\"a\":1\v}"),
        BYTES("{\"a\":1}\0"),
        BYTES("\0{\"a\":1}"),
        BYTES("{\"a\":\0"
              "1}"),
    };
    assert_all(invalid, countof(invalid), ERR_JSON);
}

/* n_: numbers. */
static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "+1",       "01",   "-01",  "1.",    ".1",       "-.1",       "-",     "--1",
        "1e",       "1e+",  "1.e1", "1e1.5", "0x1",      "1_0",       "1,0",   "1 0",
        "- 1",      "1a",   "NaN",  "-NaN",  "Infinity", "-Infinity", "inf",   "\xef\xbc\x91",
        "\xd9\xa1", "0e",   "1eE2", "0.3e+", "2.e3",     "9.e+",      "0.1.2", "1+2",
        "++1",      "1e0e", "-foo", "012",   "-2.",      "0b1",       "1f",    "1L",
    };
    for (size_t i = 0; i < countof(numbers); i++) {
        char text[64];
        int len = snprintf(text, sizeof(text), "{\"a\":%s}", numbers[i]);
        const struct str given = { text, (size_t)len };
        assert_all(&given, 1, ERR_JSON);
    }
}

/* n_: texts. */
static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\"",          "\"\\\"",    "\"\\x41\"",   "\"\\'\"",     "\"\\a\"",     "\"\\0\"",
        "\"\\u\"",     "\"\\u00\"", "\"\\u00g0\"", "\"\\u-001\"", "\"\\u+041\"", "\"\\U0041\"",
        "\"\\u{41}\"", "\"\\\"}",   "\"a\nb\"",    "\"a\tb\"",    "\"\x01\"",    "\"\x1f\"",
        "'a'",         "`a`",       "\"a\" \"b\"", "\"\\\n\"",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        char text[64];
        int len = snprintf(text, sizeof(text), "{\"a\":%s}", texts[i]);
        const struct str given = { text, (size_t)len };
        assert_all(&given, 1, ERR_JSON);
    }
}

/* i_: what the grammar leaves open, decided as in schemas/README.md. */
static void what_the_grammar_leaves_open_is_decided(void **state)
{
    (void)state;
    static const struct str read[] = {
        STR("{\"a\":1e-400}"),
        STR("{\"a\":-1e-400}"),
        STR("{\"a\":1.7976931348623157e308}"),
        STR("{\"a\":0.00000000000000000000000000000000000000000000000000000000000000001}"),
        STR("{\"a\":\"\xef\xb7\x90\xf0\x9f\xbf\xbe\"}"), /* noncharacters */
        STR("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"),         /* one composed, one not: two keys */
    };
    static const struct str refused[] = {
        STR("{\"a\":1e309}"),
        STR("{\"a\":-1e309}"),
        STR("{\"a\":1e999999999999}"),
        STR("{\"a\":9223372036854775808}"),
        STR("{\"a\":-9223372036854775809}"),
        STR("{\"a\":100000000000000000000000000000000000000000}"),
        STR("{\"a\":\"\\ud800\"}"),
        STR("{\"a\":\"\\udc00\"}"),
        STR("{\"a\":\"\\ud800\\ud800\"}"),
        STR("{\"a\":\"\\ud800x\"}"),
        STR("{\"a\":\"\\ud800\\u0041\"}"),
        STR("{\"a\":\"\\udc00\\ud800\"}"),
        STR("{\"\\ud800\":1}"),
        STR("{\"a\":\"\\u0000\"}"),
        STR("{\"a\\u0000\":1}"),
        BYTES("{\"a\":\"\0\"}"),
        STR("\xef\xbb\xbf{}"),
        STR("[]"),
        STR("[{}]"),
        STR("\"a\""),
        STR("1"),
        STR("true"),
        STR("null"),
    };
    assert_all(read, countof(read), OK);
    assert_all(refused, countof(refused), ERR_JSON);
}

static void a_key_may_occur_once_in_an_object(void **state)
{
    (void)state;
    static const struct str refused[] = {
        STR("{\"a\":1,\"a\":1}"),
        STR("{\"a\":1,\"b\":2,\"a\":null}"),
        STR("{\"\":1,\"\":2}"),
        STR("{\"a\":1,\"\\u0061\":2}"),
        STR("{\"x\":{\"a\":1,\"a\":2}}"),
        STR("{\"x\":[{\"a\":1,\"a\":2}]}"),
        STR("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"),
    };
    assert_all(refused, countof(refused), ERR_JSON);
    assert_int_equal(verdict(STR("{\"a\":[{\"a\":1},{\"a\":2}]}")), OK);
}

/* n_: what is not UTF-8, inside a text, a key and between values. */
static void what_is_not_utf8_is_refused_as_that(void **state)
{
    (void)state;
    static const char *const bytes[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3(",
        "\xa4\xa4\xa4\xe5",
    };
    static const char *const places[] = { "{\"a\":\"%s\"}", "{\"%s\":1}", "{\"a\":%s}", "%s{}" };
    for (size_t i = 0; i < countof(bytes) * countof(places); i++) {
        const char *place = places[i % countof(places)];
        const char *bad = bytes[i / countof(places)];
        const char *gap = strstr(place, "%s");
        char text[64];
        int len = snprintf(text, sizeof(text), "%.*s%s%s", (int)(gap - place), place, bad, gap + 2);
        const struct str given = { text, (size_t)len };
        assert_all(&given, 1, ERR_UTF8);
    }
    static const struct str wide[] = {
        BYTES("\xff\xfe{\0}\0"),
        BYTES("\xfe\xff\0{\0}"),
    };
    assert_all(wide, countof(wide), ERR_UTF8);
}

/* {"a":{"a":...0}} or {"a":[[...0]]}, `depth` levels deep. */
static struct str nested(const char *open, size_t depth, const char *close)
{
    static char text[1 << 20];
    size_t len = (size_t)snprintf(text, sizeof(text), "{\"a\":");
    for (size_t i = 1; i < depth; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", open);
    }
    text[len++] = '0';
    for (size_t i = 1; i < depth; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", close);
    }
    len += (size_t)snprintf(text + len, sizeof(text) - len, "}");
    return (struct str){ text, len };
}

static void nesting_ends_at_64_levels(void **state)
{
    (void)state;
    assert_int_equal(verdict(nested("[", 64, "]")), OK);
    assert_int_equal(verdict(nested("[", 65, "]")), ERR_JSON);
    assert_int_equal(verdict(nested("{\"a\":", 64, "}")), OK);
    assert_int_equal(verdict(nested("{\"a\":", 65, "}")), ERR_JSON);
    assert_int_equal(verdict(nested("[", 100000, "]")), ERR_JSON);
    assert_int_equal(verdict(nested("[", 100000, "")), ERR_JSON);
    assert_int_equal(verdict(nested("{\"a\":", 100000, "")), ERR_JSON);
    assert_int_equal(verdict(nested("[],", 100000, "")), ERR_JSON); /* not deep, but no JSON */
}

static void brackets_in_texts_do_not_nest(void **state)
{
    (void)state;
    static char text[1000];
    static const char *const tails[] = { "\\\\\"}", "\\\"[\"}", "\"}" };
    for (size_t i = 0; i < countof(tails); i++) {
        memset(text, '[', sizeof(text));
        memcpy(text, "{\"a\":\"", 6);
        size_t len = strlen(tails[i]);
        memcpy(text + 500, tails[i], len);
        assert_int_equal(verdict((struct str){ text, 500 + len }), OK);
    }
}

static void many_values_are_read_up_to_the_size(void **state)
{
    (void)state;
    static char text[BYTES_MAX + 1];
    memset(text, ' ', sizeof(text));
    memcpy(text, "{\"a\":[0", 7);
    for (size_t i = 7; i + 3 < BYTES_MAX; i += 2) {
        memcpy(text + i, ",1", 2);
    }
    memcpy(text + BYTES_MAX - 2, "]}", 2);
    assert_int_equal(verdict((struct str){ text, BYTES_MAX }), OK);
    assert_int_equal(verdict((struct str){ text, BYTES_MAX + 1 }), ERR_TOO_LARGE);
    assert_int_equal(verdict(STR("")), ERR_EMPTY);
    assert_int_equal(verdict(STR_NONE), ERR_EMPTY);
}

static void assert_told(struct str bytes, const char *expected)
{
    struct json_t *root;
    struct note note;
    assert_int_not_equal(read_text(bytes, &root, &note), OK);
    assert_string_equal(note.text, expected);
}

static void a_refusal_tells_what_and_where(void **state)
{
    (void)state;
    assert_told(STR(""), "no bytes at all");
    assert_told(STR("{\n \"é\": \"\xff\"}"), "bytes that are not UTF-8 at line 2, column 8");
    assert_told(STR("[]"), "not an object at line 1, column 1");
    assert_told(nested("[", 65, "]"), "nested too deeply at line 1, column 69");
    assert_told(STR("{\"a\":1}\n x"), "something follows the value at line 2, column 2");
    assert_told(STR("{\"a\":1,\n\"a\":2}"), "a key occurs twice in one object at line 2, column 3");
    assert_told(STR("{\"a\":"), "ends too early at line 1, column 5");
    assert_told(STR("{\"a\":\"\\u0000\"}"), "a NUL character in a text at line 1, column 13");
    assert_told(STR("{\"a\":1e999}"), "a number is too large at line 1, column 10");
    assert_told(STR("{\"a\":12345678901234567890}"), "a number is too large at line 1, column 25");
}

/* What a customer wrote must not reach a log by way of a parser's message. */
static void a_refusal_never_repeats_what_was_written(void **state)
{
    (void)state;
    static const struct str secrets[] = {
        STR("{\"secret\":secret}"),
        STR("{\"secret\":1,\"secret\":2}"),
        STR("{\"a\":\"secret\\x\"}"),
        STR("{\"a\":\"secret"),
        STR("secret"),
        STR("{\"a\":\"secret\xff\"}"),
        STR("{\"a\":\"secret\"}secret"),
        STR("{\"secret\\u0000\":1}"),
    };
    for (size_t i = 0; i < countof(secrets); i++) {
        struct json_t *root;
        struct note note;
        assert_int_not_equal(read_text(secrets[i], &root, &note), OK);
        assert_null(strstr(note.text, "secret"));
    }
}

static void a_note_may_be_left_out(void **state)
{
    (void)state;
    static const struct str texts[] = { STR(""), STR("\xff"), STR("[]"), STR("{"),
                                        STR("12345678") };
    for (size_t i = 0; i < countof(texts); i++) {
        struct json_t *root = NULL;
        assert_int_not_equal(json_read(texts[i], 7, &root, NULL), OK);
        assert_null(root);
    }
}

static struct str file_bytes(const char *folder, const char *name)
{
    static char bytes[1 << 20];
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    return (struct str){ bytes, len };
}

/* Gives how many files of the folder are refused before any schema, and how many there are. */
static size_t refused_in(const char *folder, size_t *ret_files)
{
    DIR *files = opendir(folder);
    size_t refused = 0;
    *ret_files = 0;
    assert_non_null(files);
    for (struct dirent *entry = readdir(files); entry; entry = readdir(files)) {
        if (entry->d_name[0] != '.') {
            struct str bytes = file_bytes(folder, entry->d_name);
            bool is_framed = bytes.len > 5 && bytes.ptr[0] == '\0' && bytes.ptr[5] == '{';
            (*ret_files)++;
            refused += verdict(is_framed ? str_slice(bytes, 5, bytes.len) : bytes) != OK;
        }
    }
    closedir(files);
    return refused;
}

static void the_shared_corpus_is_told_apart(void **state)
{
    (void)state;
    size_t files;
    assert_int_equal(refused_in("tests/data/json/valid", &files), 0);
    assert_true(files >= 30);
    size_t refused = refused_in("tests/data/json/invalid", &files);
    assert_int_equal(refused, files);
    assert_true(files >= 90);
}

static int set_up(void **state)
{
    (void)state;
    json_setup(1);
    return 0;
}

static enum err read_token(void *owner)
{
    char text[128];
    struct json_t *root = NULL;
    int len = snprintf(text, sizeof(text), "{\"k\":\"\\n%.*s\"}", *(const int *)owner,
                       "0123456789012345678901234567890123456789012345678901234567890123456789");
    enum err err = json_read((struct str){ text, (size_t)len }, sizeof(text), &root, NULL);
    assert_int_equal(err == OK, root != NULL);
    json_drop(&root);
    return err;
}

/* jansson's scanner does not look whether its buffer could grow; what it lost may be the quote
 * that ends the token. The escape is what makes it read this one. */
static void a_token_whose_buffer_cannot_grow_is_no_memory_and_no_damage(void **state)
{
    (void)state;
    for (int len = 0; len <= 70; len++) {
        assert_true(starve(read_token, &len) >= 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_grammar_allows_is_read),
        cmocka_unit_test(what_has_no_right_structure_is_refused),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(what_the_grammar_leaves_open_is_decided),
        cmocka_unit_test(a_key_may_occur_once_in_an_object),
        cmocka_unit_test(what_is_not_utf8_is_refused_as_that),
        cmocka_unit_test(nesting_ends_at_64_levels),
        cmocka_unit_test(brackets_in_texts_do_not_nest),
        cmocka_unit_test(many_values_are_read_up_to_the_size),
        cmocka_unit_test(a_refusal_tells_what_and_where),
        cmocka_unit_test(a_refusal_never_repeats_what_was_written),
        cmocka_unit_test(a_note_may_be_left_out),
        cmocka_unit_test(a_token_whose_buffer_cannot_grow_is_no_memory_and_no_damage),
        cmocka_unit_test(the_shared_corpus_is_told_apart),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
