/* The usual JSON, read fast: what is read is what jansson reads, and all else is left to it. */
#include "tests/unit/leaf.h"

#include "common/json_scan.h"
#include "common/utf8.h"

#define ROUNDS 20000

/* Reads with both; what the scanner reads must be what jansson reads, in the same order. */
static enum json_scan_end scan_as_jansson(struct str bytes)
{
    json_t *untouched = (json_t *)(void *)&bytes;
    json_t *tree = untouched;
    enum json_scan_end end = json_scan(bytes, &tree);
    if (end != SCAN_DONE) {
        assert_ptr_equal(tree, untouched);
        return end;
    }
    json_t *other = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    char *ours = json_dumps(tree, JSON_COMPACT);
    char *theirs = json_dumps(other, JSON_COMPACT);
    if (!other || !ours || !theirs || strcmp(ours, theirs) != 0 || !json_equal(tree, other)) {
        fail_msg("read as %s, not %s: %.*s", ours, theirs, STR_ARG(bytes));
    }
    free(ours);
    free(theirs);
    json_decref(tree);
    json_decref(other);
    return SCAN_DONE;
}

static void assert_ends(const struct str *texts, size_t count, enum json_scan_end expected)
{
    for (size_t i = 0; i < count; i++) {
        if (scan_as_jansson(texts[i]) != expected) {
            fail_msg("%d is wrong for %.*s", (int)expected, STR_ARG(texts[i]));
        }
    }
}

static void what_events_and_replies_look_like_is_read(void **state)
{
    (void)state;
    static const struct str usual[] = {
        STR("{}"),
        STR(" \t\r\n{ \t\r\n} \t\r\n"),
        STR("{\"id\":\"m-1\",\"seq\":7,\"text\":\"Where is it?\",\"context\":{\"sku\":\"K-1\"}}"),
        STR("{ \"a\" : [ 1 , \"b\" , [ ] , { } , null ] , \"c\" : false , \"d\" : true }"),
        STR("{\"text\":\"\xe8\xaf\xb7\xe9\x97\xae\xef\xbc\x9f\",\"\xc3\xa9\":\"\x7f\"}"),
        STR("{\"a\":0,\"b\":-1,\"c\":999999999999999999,\"d\":-999999999999999999}"),
        STR("{\"\":\"\",\"b\":[[[[[[[]]]]]]]}"),
        STR("{\"a\":\"\\n\",\"b\":[\"\\\"quoted\\\" and \\\\\",\"\\/\\b\\f\\r\\t\"]}"),
        STR("{\"a\":\"\\u0041\\u00e9\\u8bf7\\ud83d\\uDE00 \\u0001\\uFFFF\"}"),
    };
    assert_ends(usual, countof(usual), SCAN_DONE);
}

/* All that is refused, too: by jansson, with its place. */
static void all_else_is_left(void **state)
{
    (void)state;
    static const struct str left[] = {
        STR(""),
        STR(" "),
        STR("{"),
        STR("{\"a\""),
        STR("{\"a\":"),
        STR("{\"a\":-"),
        STR("{\"a\":1"),
        STR("{\"a\":1,"),
        STR("{\"a\":\"b"),
        STR("[]"),
        STR("1"),
        STR("{}{}"),
        STR("{} x"),
        BYTES("{}\0"),
        BYTES("{\"a\":\0}"),
        STR("{,}"),
        STR("{\"a\":1,}"),
        STR("{\"a\":[1,]}"),
        STR("{\"a\":[,1]}"),
        STR("{\"a\":[1}}"),
        STR("{\"a\":{]}"),
        STR("{\"a\" 1}"),
        STR("{a:1}"),
        STR("{\"a\":1 \"b\":2}"),
        STR("{\"a\":1,\"a\":2}"),
        STR("{\"a\":tru}"),
        STR("{\"a\":truest}"),
        STR("{\"a\":01}"),
        STR("{\"a\":-0}"),
        STR("{\"a\":+1}"),
        STR("{\"a\":1.5}"),
        STR("{\"a\":1e3}"),
        STR("{\"a\":1000000000000000000}"),
        STR("{\"\\u0061\":1}"),
        STR("{\"a\":\"\\x\"}"),
        STR("{\"a\":\"\\u00g1\"}"),
        STR("{\"a\":\"\\u0000\"}"),
        STR("{\"a\":\"\\ud83d\"}"),
        STR("{\"a\":\"\\ud83d\\u0041\"}"),
        STR("{\"a\":\"\\ude00\"}"),
        STR("{\"a\":\"\\\"}"),
        STR("{\"a\":\"\n\"}"),
        STR("{\"a\":[[[[[[[[]]]]]]]]}"),
    };
    assert_ends(left, countof(left), SCAN_LEFT);
}

/* Pieces of JSON in any order. */
static struct str drawn(struct luck *luck, char *out, size_t room)
{
    static const char *const pieces[] = {
        "{",    "}",     "[",       "]",       ",",
        ":",    "\"a\"", "\"b",     "\"",      "\\n",
        "12",   "-",     "0",       ".5",      "e1",
        "true", "null",  "\"a\":",  "{}",      "[]",
        " ",    "\n",    "\"b\":1", ",\"c\":", "\"text of a customer\"",
        "\"\\\"",  "\\u00",  "\\ud83d",  "\\ude00", "e9\"",
        "\\\\",   "\"\\u8bf7\""
    };
    size_t len = (size_t)snprintf(out, room, "{");
    size_t count = 1 + luck_next(luck, 9);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[luck_next(luck, countof(pieces))];
        len += (size_t)snprintf(out + len, room - len, "%s", piece);
    }
    bool is_closed = luck_next(luck, 4) > 0;
    return (struct str){ out, len + (size_t)snprintf(out + len, room - len, is_closed ? "}" : "") };
}

static void nothing_is_read_otherwise_than_by_jansson(void **state)
{
    (void)state;
    struct luck luck = luck_of(11);
    size_t ends[3] = { 0 };
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[512];
        ends[scan_as_jansson(drawn(&luck, text, sizeof(text)))]++;
    }
    assert_true(ends[SCAN_DONE] > 100);
    assert_true(ends[SCAN_LEFT] > 100);
    assert_int_equal(ends[SCAN_NOMEM], 0);
}

static enum err scan_once(void *owner)
{
    const struct str *bytes = owner;
    json_t *tree = NULL;
    enum json_scan_end end = json_scan(*bytes, &tree);
    assert_int_equal(end == SCAN_DONE, tree != NULL);
    json_decref(tree);
    return end == SCAN_NOMEM ? ERR_NOMEM : OK;
}

static void without_memory_nothing_is_kept(void **state)
{
    (void)state;
    struct str bytes = STR(
        "{\"a\":\"b\",\"k\":\"\\u00e9\",\"c\":[1,{\"d\":\"e\"}],\"f\":{\"g\":7},"
        "\"h\":8,\"i\":9,\"j\":1}");
    assert_true(starve(scan_once, &bytes) > 12);
}

static int set_up(void **state)
{
    (void)state;
    json_set_alloc_funcs(mem_alloc, mem_free);
    json_object_seed(1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_events_and_replies_look_like_is_read),
        cmocka_unit_test(all_else_is_left),
        cmocka_unit_test(nothing_is_read_otherwise_than_by_jansson),
        cmocka_unit_test(without_memory_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
