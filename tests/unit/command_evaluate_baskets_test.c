/* command_evaluate_baskets_test.c - baskets from CSV and JSON lines, and what is no basket. */
#include "common/json.h"
#include "tests/unit/leaf.h"
#include "worker/command/evaluate_baskets.h"

static enum err read_text(struct baskets *baskets, const char *text, struct note *note)
{
    return baskets_read(baskets, str_from(text), note);
}

static void lines_of_one_order_are_one_basket_wherever_they_stand(void **state)
{
    (void)state;
    struct baskets baskets;
    struct note note = { 0 };
    const char *text = "order,sku,customer,time,extra\n"
                       "o2,tea,ann,2026-01-02,x\n"
                       "o1,cup,ann,2026-01-01,\n"
                       "o2,\"po\"\"t, big\",ann,2026-01-02,y\n"
                       "o2,tea,ann,2026-01-02,z\n\n";
    assert_int_equal(read_text(&baskets, text, &note), OK);
    assert_int_equal(baskets.count, 2);
    assert_int_equal(baskets.lines, 4);
    assert_int_equal(baskets.all[0].items_count, 1);
    assert_int_equal(baskets.all[1].items_count, 2);
    assert_text(baskets.items.texts[baskets.all[1].items[1]], "po\"t, big");
    assert_int_equal(baskets_number(&baskets, STR("tea")), baskets.all[1].items[0]);
    baskets_fini(&baskets);
}

static void without_orders_a_customers_time_is_a_basket(void **state)
{
    (void)state;
    struct baskets baskets;
    struct note note = { 0 };
    const char *text = "customer,seq,item,category\nann,1,tea,drinks\nann,1,cup,\nbob,1,tea,\n";
    assert_int_equal(read_text(&baskets, text, &note), OK);
    assert_int_equal(baskets.count, 2);
    assert_text(baskets.categories[baskets_number(&baskets, STR("tea"))], "drinks");
    baskets_fini(&baskets);
}

static void a_byte_order_mark_is_no_part_of_a_name(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\xef\xbb\xbf" "customer,time,sku\r\nann,1,tea\r\n",
        "\xef\xbb\xbf{\"customer\":\"ann\",\"seq\":1,\"items\":[\"tea\"]}\n",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct baskets baskets;
        struct note note = { 0 };
        assert_int_equal(read_text(&baskets, texts[i], &note), OK);
        assert_int_equal(baskets.count, 1);
        baskets_fini(&baskets);
    }
}

static void json_lines_are_read_as_well(void **state)
{
    (void)state;
    struct baskets baskets;
    struct note note = { 0 };
    const char *text = "{\"customer\":\"ann\",\"time\":\"2026-01-02T08:00:00Z\",\"order\":\"o1\","
                       "\"items\":[\"tea\",\"cup\",\"tea\"]}\n"
                       "{\"customer\":\"ann\",\"seq\":1,\"items\":[\"pot\"]}\n";
    assert_int_equal(read_text(&baskets, text, &note), OK);
    assert_int_equal(baskets.count, 2);
    assert_int_equal(baskets.all[1].items_count, 2);
    baskets_fini(&baskets);
}

static void the_last_of_three_baskets_is_held_back(void **state)
{
    (void)state;
    struct baskets baskets;
    struct note note = { 0 };
    const char *text = "customer,time,sku\nann,1,a\nann,3,c\nann,2,b\nbob,1,a\nbob,2,b\n";
    assert_int_equal(read_text(&baskets, text, &note), OK);
    for (uint32_t i = 0; i < baskets.count; i++) {
        assert_int_equal(baskets.all[i].is_held, baskets.all[i].at == 3);
    }
    baskets_fini(&baskets);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *said;
    } cases[] = {
        { "", "line 1 names no column \"customer\" (or \"customer_id\")" },
        { "customer,time\nann,1\n", "line 1 names no column \"sku\" (or \"item\")" },
        { "customer,time,sku\nann,1,a\nann,soon,a\n",
          "line 3: column \"time\" is no number and no time" },
        { "customer,time,sku\nann,2025-02-29,a\n",
          "line 2: column \"time\" is no number and no time" },
        { "customer,time,sku\n,1,a\n", "line 2: column \"customer\" is empty or too long" },
        { "customer,time,sku\nann,1\n", "line 2: column \"sku\" is empty or too long" },
        { "{\"customer\":\"ann\",\"seq\":1,\"items\":[]}\n", "line 1: " },
        { "{\"customer\":\"ann\",\"seq\":1,\"items\":[\"a\"]}\nnonsense\n", "line 2: " },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct baskets baskets;
        struct note note = { 0 };
        assert_int_equal(read_text(&baskets, cases[i].text, &note), ERR_FORMAT);
        if (!str_starts(str_from(note.text), str_from(cases[i].said))) {
            fail_msg("\"%s\" does not start with \"%s\"", note.text, cases[i].said);
        }
        baskets_fini(&baskets);
    }
}

static enum err read_both(void *owner)
{
    struct baskets baskets;
    struct note note = { 0 };
    (void)owner;
    enum err err = read_text(&baskets, "customer,time,sku,category\nann,1,a,x\nann,2,b,y\n", &note);
    baskets_fini(&baskets);
    if (err == OK) {
        err = read_text(&baskets, "{\"customer\":\"ann\",\"seq\":1,\"items\":[\"a\"]}\n", &note);
        baskets_fini(&baskets);
    }
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    json_setup(0);
    assert_true(starve(read_both, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_one_order_are_one_basket_wherever_they_stand),
        cmocka_unit_test(without_orders_a_customers_time_is_a_basket),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_name),
        cmocka_unit_test(json_lines_are_read_as_well),
        cmocka_unit_test(the_last_of_three_baskets_is_held_back),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
