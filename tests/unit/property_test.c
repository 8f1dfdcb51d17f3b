/* property_test.c - a property is told by its own words, or by a number with a unit of it. */
#include "worker/answer/property.h"

#include "tests/unit/cm.h"

static enum property_told told(const char *question, const char *entry)
{
    return property_is_told(str_from(question), str_from(entry));
}

static void what_an_entry_does_not_say_is_untold(void **state)
{
    (void)state;
    const char *kettle = "Gooseneck kettle (KTL-17): for pour-over coffee; capacity 1 litre.";
    assert_int_equal(told("Is the kettle made of steel?", kettle), PROPERTY_UNTOLD);
    assert_int_equal(told("Is it dishwasher safe?", kettle), PROPERTY_UNTOLD);
    assert_int_equal(told("How heavy is it?", kettle), PROPERTY_UNTOLD);
    assert_int_equal(told("能放洗碗机吗?", "青瓷茶杯:手工拉坯,容量120毫升。"), PROPERTY_UNTOLD);
    assert_int_equal(told("龙井茶保质期多久", "龙井茶:明前龙井,50克一罐。"), PROPERTY_UNTOLD);
}

static void a_word_or_a_unit_tells(void **state)
{
    (void)state;
    assert_int_equal(told("Is the mug made of steel?", "Mug; material enamel."), PROPERTY_TOLD);
    assert_int_equal(told("How much does it hold?", "Mug, 350ml."), PROPERTY_TOLD);
    assert_int_equal(told("How heavy is it?", "Weighs 1.2 kg."), PROPERTY_TOLD);
    assert_int_equal(told("容量多大", "手工拉坯,120毫升。"), PROPERTY_TOLD);
    assert_int_equal(told("有蓝色的吗", "颜色 黑色,白色。"), PROPERTY_TOLD);
    assert_int_equal(told("Does it come in blue?", "Colours: black, white."), PROPERTY_TOLD);
}

static void a_letter_behind_a_number_is_a_unit_only_alone(void **state)
{
    (void)state;
    assert_int_equal(told("What does it weigh?", "Lasts 5 generations."), PROPERTY_UNTOLD);
    assert_int_equal(told("What does it weigh?", "big and grand"), PROPERTY_UNTOLD);
    assert_int_equal(told("What does it weigh?", "5 generations, 300 g"), PROPERTY_TOLD);
    assert_int_equal(told("What does it weigh?", ""), PROPERTY_UNTOLD);
}

static void other_questions_ask_for_no_property(void **state)
{
    (void)state;
    assert_int_equal(told("Tell me about the kettle", "Kettle."), PROPERTY_NOT_ASKED);
    assert_int_equal(told("介绍一下龙井茶", "龙井茶。"), PROPERTY_NOT_ASKED);
    assert_int_equal(told("", ""), PROPERTY_NOT_ASKED);
}

static void one_untold_beside_others_is_told_partly(void **state)
{
    (void)state;
    const char *kettle = "Kettle: colour red, weight 900 g, capacity 1 l.";
    assert_int_equal(told("Is it red and dishwasher safe?", kettle), PROPERTY_PARTLY);
    assert_int_equal(told("有红色的吗?能机洗吗?", "颜色 红色。"), PROPERTY_PARTLY);
    assert_int_equal(told("Is it red, and what does it weigh?", kettle), PROPERTY_TOLD);
    /* One word may ask for either of two. */
    assert_int_equal(told("容量多大", "容量 500人。"), PROPERTY_TOLD);
}

static void another_kind_of_what_is_told_is_excluded(void **state)
{
    (void)state;
    assert_int_equal(property_excluded_at(STR("not cotton"), 4, STR("material wool")), 6);
    assert_int_equal(property_excluded_at(STR("不是棉的"), 6, STR("材质 羊毛")), 6);
    assert_int_equal(property_excluded_at(STR("not wool"), 4, STR("material wool")), 0);
    assert_int_equal(property_excluded_at(STR("not cotton"), 4, STR("colour red")), 0);
    assert_int_equal(property_excluded_at(STR("not loud"), 4, STR("material wool")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_entry_does_not_say_is_untold),
        cmocka_unit_test(a_word_or_a_unit_tells),
        cmocka_unit_test(a_letter_behind_a_number_is_a_unit_only_alone),
        cmocka_unit_test(one_untold_beside_others_is_told_partly),
        cmocka_unit_test(other_questions_ask_for_no_property),
        cmocka_unit_test(another_kind_of_what_is_told_is_excluded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
