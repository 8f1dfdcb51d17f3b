/* catalog_csv_test.c - a table becomes entries of the catalogue, or is refused with its line. */
#include "worker/answer/catalog_csv.h"

#include "tests/unit/payload.h"

struct table {
    struct arena arena;
    struct catalog_csv csv;
    struct note note;
    enum err err;
    struct str json;
};

static void table_open(struct table *table, const char *text)
{
    *table = (struct table){ .err = OK };
    json_setup(1);
    arena_init(&table->arena, (size_t)4 << 20);
    table->err = catalog_csv_open(&table->arena, str_from(text), &table->csv, &table->note);
}

static void table_next(struct table *table)
{
    table->err = catalog_csv_next(&table->arena, &table->csv, &table->json, &table->note);
}

static void expect(struct table *table, size_t line, const char *json)
{
    table_next(table);
    assert_string_equal(table->note.text, "");
    assert_int_equal(table->err, OK);
    assert_str(table->json, json);
    assert_true(json[0] == '\0' || table->csv.line == line);
}

static void each_row_is_an_entry(void **state)
{
    (void)state;
    struct table table;
    table_open(&table,
               "\xef\xbb\xbfSKU,name,price,currency,in_stock,min_days,max_days,from,"
               "attribute.颜色\r\n"
               "A1, Lamp ,9.90,EUR,yes,2,4,Berlin,red\r\n"
               "\r\n"
               ",,,,,,,,\n"
               "A2,茶壶,,,否,,,,\n"
               "A3,x,1,EUR,12,soon,3,,");
    assert_int_equal(table.err, OK);
    expect(&table, 2, "{\"sku\":\"A1\",\"name\":\"Lamp\",\"price\":\"9.90\",\"currency\":\"EUR\","
                      "\"in_stock\":true,\"attributes\":{\"颜色\":\"red\"},"
                      "\"shipping\":{\"min_days\":2,\"max_days\":4,\"from\":\"Berlin\"}}");
    expect(&table, 5, "{\"sku\":\"A2\",\"name\":\"茶壶\",\"in_stock\":false}");
    expect(&table, 6, "{\"sku\":\"A3\",\"name\":\"x\",\"price\":\"1\",\"currency\":\"EUR\","
                      "\"in_stock\":true,"
                      "\"shipping\":{\"min_days\":\"soon\",\"max_days\":3}}");
    expect(&table, 0, "");
    arena_fini(&table.arena);
}

static void quoted_cells_may_hold_anything(void **state)
{
    (void)state;
    struct table table;
    table_open(&table, "\"sku\",\"description\"\nA1,\"big, \"\"red\"\"\nand round\"\n"
                       "A2,\"\"\nA3,\"x\"");
    expect(&table, 2, "{\"sku\":\"A1\",\"description\":\"big, \\\"red\\\"\\nand round\"}");
    expect(&table, 4, "{\"sku\":\"A2\"}"); /* takes the product back */
    expect(&table, 5, "{\"sku\":\"A3\",\"description\":\"x\"}");
    expect(&table, 0, "");
    arena_fini(&table.arena);
}

static void a_header_that_cannot_be_used_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *note;
    } cases[] = {
        { "", "a column has no name" },
        { "sku;name;price\n", "parted by commas" },
        { "A1,Lamp\n", "\"A1\" is not known" },
        { "sku,prise\n", "\"prise\" is not known" },
        { "sku,name,Name\n", "twice" },
        { "sku,attribute.a,attribute.a\n", "twice" },
        { "sku,attribute.\n", "is not known" },
        { "name,price\n", "one of them sku" },
        { "sku,\"name\n", "not closed" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct table table;
        table_open(&table, cases[i].text);
        print_message("%s: %s\n", cases[i].text, table.note.text);
        assert_int_equal(table.err, ERR_SCHEMA);
        assert_non_null(strstr(table.note.text, cases[i].note));
        assert_int_equal(table.csv.columns_count, 0);
        arena_fini(&table.arena);
    }
}

static void a_row_that_cannot_be_used_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line;
        const char *note;
    } cases[] = {
        { "sku,name\nA1,Lamp\nA2,x,y\n", 3, "more cells" },
        { "sku,name\nA1\n", 2, "1 cells" },
        { "sku,name\n\"A\nB\",x\n\"A\"x,y\n", 4, "not doubled" },
        { "sku,name\nA1,\"x\n", 2, "not closed" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct table table;
        table_open(&table, cases[i].text);
        do {
            table_next(&table);
        } while (table.err == OK && table.json.ptr);
        print_message("%s: %s\n", cases[i].text, table.note.text);
        assert_int_equal(table.err, ERR_SCHEMA);
        assert_int_equal(table.csv.line, cases[i].line);
        assert_non_null(strstr(table.note.text, cases[i].note));
        arena_fini(&table.arena);
    }
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    struct table table;
    table_open(&table, payload_with("sku,name\nA1,\"%s\"\n", "n", (64 << 10) + 1));
    table_next(&table);
    assert_int_equal(table.err, ERR_SCHEMA);
    assert_non_null(strstr(table.note.text, "larger"));
    arena_fini(&table.arena);
    char text[2048] = "sku";
    for (int i = 0; i < CATALOG_CSV_COLUMNS_MAX; i++) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, ",attribute.%d", i);
    }
    table_open(&table, text);
    assert_non_null(strstr(table.note.text, "more than 96"));
    arena_fini(&table.arena);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct table table = { .err = OK };
        json_setup(1);
        arena_init(&table.arena, (size_t)1 << 20);
        mem_fail_nth(++nth);
        err = catalog_csv_open(&table.arena, STR("sku,attribute.a\nA1,\"b\"\n"), &table.csv,
                               &table.note);
        err = err == OK ? catalog_csv_next(&table.arena, &table.csv, &table.json, &table.note)
                        : err;
        mem_fail_nth(0);
        assert_true(err == OK || (err == ERR_NOMEM && table.json.ptr == NULL));
        arena_fini(&table.arena);
    }
    assert_true(nth > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_an_entry),
        cmocka_unit_test(quoted_cells_may_hold_anything),
        cmocka_unit_test(a_header_that_cannot_be_used_is_refused),
        cmocka_unit_test(a_row_that_cannot_be_used_is_refused_with_its_line),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
