/* command_catalog_file_test.c - a catalogue from a file: tables and JSON lines, and what is wrong
 * with them. */
#include "worker/command/catalog_file.h"

#include "tests/unit/folder.h"
#include "tests/unit/payload.h"

static char path[FOLDER_PATH_BYTES];
static struct catalog *catalog;
static struct note note;

static enum err take(const char *ending, const char *text)
{
    static const uint64_t seed[2] = { 1, 2 };
    json_setup(1);
    note = (struct note){ .text = "" };
    catalog = catalog_create(200000, seed);
    assert_non_null(catalog);
    char name[32];
    snprintf(name, sizeof(name), "catalog.%s", ending);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    folder_put(name, text);
    const struct catalog_file options = { "catalog.file", path, 1 << 20 };
    enum err err = catalog_file_read(&options, catalog, &note);
    return err;
}

/* The name of the product; "" if there is none. */
static const char *name_of(const char *tenant, const char *sku)
{
    static char name[256];
    struct arena arena;
    const struct product *product = NULL;
    arena_init(&arena, 1 << 20);
    assert_int_equal(catalog_find(catalog, &arena, str_from(tenant), str_from(sku), &product), OK);
    snprintf(name, sizeof(name), "%.*s", STR_ARG(product ? product->name : STR_NONE));
    arena_fini(&arena);
    return name;
}

static void a_table_and_json_lines_say_the_same(void **state)
{
    (void)state;
    assert_int_equal(take("csv", "sku,tenant,name\nA1,,Lamp\nA1,acme,Other\nA2,,茶壶\n"), OK);
    assert_string_equal(name_of("", "A1"), "Lamp");
    assert_string_equal(name_of("acme", "A1"), "Other");
    assert_string_equal(name_of("", "A2"), "茶壶");
    assert_int_equal(catalog_count(catalog), 3);
    catalog_destroy(catalog);
    assert_int_equal(take("jsonl", "\xef\xbb\xbf{\"sku\":\"A1\",\"name\":\"Lamp\"}\r\n\n"
                                   "{\"sku\":\"A1\",\"name\":\"Other\",\"tenant\":\"acme\"}\n"),
                     OK);
    assert_string_equal(name_of("acme", "A1"), "Other");
    assert_int_equal(catalog_count(catalog), 2);
    catalog_destroy(catalog);
}

static void the_later_entry_holds_and_a_bare_sku_takes_the_product_back(void **state)
{
    (void)state;
    assert_int_equal(take("csv", "sku,name\nA1,Lamp\nA1,New lamp\nA2,Pot\nA2,\nA3,\n"), OK);
    assert_string_equal(name_of("", "A1"), "New lamp");
    assert_string_equal(name_of("", "A2"), "");
    assert_int_equal(catalog_count(catalog), 1);
    catalog_destroy(catalog);
    assert_int_equal(take("jsonl", "{\"sku\":\"A1\",\"name\":\"x\",\"tenant\":\"acme\"}\n"
                                   "{\"sku\":\"A1\",\"name\":\"y\"}\n"
                                   "{\"sku\":\"A1\",\"tenant\":\"acme\"}\n"), OK);
    assert_string_equal(name_of("acme", "A1"), "");
    assert_string_equal(name_of("", "A1"), "y");
    catalog_destroy(catalog);
}

static void what_is_wrong_is_told_with_file_line_and_place(void **state)
{
    (void)state;
    static const struct {
        const char *ending;
        const char *text;
        const char *note;
        enum err err;
    } cases[] = {
        { "csv", "sku,prise\nA1,2\n", ".csv:1: the column \"prise\"", ERR_SCHEMA },
        { "csv", "sku,name,price\nA1,Lamp,2\n\nA2,Pot,cheap\n", ".csv:4: ", ERR_SCHEMA },
        { "csv", "sku,name,price\nA2,Pot,-1\n", " at /price", ERR_SCHEMA },
        { "csv", "sku,price\nA1,9\n", " at /name", ERR_SCHEMA },
        { "csv", "sku,name,in_stock\nA1,Lamp,maybe\n",
          ".csv:2: in_stock is \"maybe\"; it must be yes or no, true or false, 是 or 否",
          ERR_SCHEMA },
        { "csv", "sku,name,min_days\nA1,Lamp,soon\n", " at /shipping/min_days", ERR_SCHEMA },
        { "csv", "sku,name\nA1,\xb2\xe8\xba\xf8\n", ".csv:2: is not UTF-8; iconv -f GBK",
          ERR_CONFIG },
        { "jsonl", "{\"sku\":\"A1\",\"name\":\"x\"}\n{\"sku\":5,\"name\":\"x\"}\n",
          ".jsonl:2: must", ERR_SCHEMA },
        { "jsonl", "sku,name\nA1,Lamp\n", ".jsonl:1: ", ERR_JSON },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(take(cases[i].ending, cases[i].text), cases[i].err);
        print_message("%s\n", note.text);
        assert_non_null(strstr(note.text, cases[i].note));
        catalog_destroy(catalog);
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    const struct catalog_file options = { "catalog.file", "/nowhere/shop.csv", 1 << 20 };
    assert_int_equal(take("csv", "sku,name\n"), OK); /* an empty shop */
    assert_int_equal(catalog_count(catalog), 0);
    assert_int_equal(catalog_file_read(&options, catalog, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "catalog.file: /nowhere/shop.csv"));
    catalog_destroy(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_and_json_lines_say_the_same),
        cmocka_unit_test(the_later_entry_holds_and_a_bare_sku_takes_the_product_back),
        cmocka_unit_test(what_is_wrong_is_told_with_file_line_and_place),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
