/* screen_week_test.c - the days of a week that a text tells, and what a reply makes of a page's. */
#include "worker/answer/screen_week.h"

#include "tests/unit/screening.h"

#define MON_FRI 0x1Fu

static size_t week_of(const char *text, size_t at, struct screen_week *week)
{
    struct plain plain;
    plain_of(str_from(text), &plain);
    return screen_week_at(plain_str(&plain), at, week);
}

static void ranges_of_days_are_one_in_all_their_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned days;
        size_t len;
    } cases[] = {
        { "Mon-Fri 9-17", MON_FRI, 7 },
        { "Mon–Fri", MON_FRI, 9 },
        { "Mon. - Fri.", MON_FRI, 11 },
        { "Monday to Friday", MON_FRI, 16 },
        { "Monday through Friday", MON_FRI, 21 },
        { "Mondays to Fridays", MON_FRI, 18 },
        { "周一至周五", MON_FRI, 15 },
        { "週一至週五", MON_FRI, 15 },
        { "周一至五", MON_FRI, 12 },
        { "星期一到星期五", MON_FRI, 21 },
        { "Sat-Sun", 0x60, 7 },
        { "Saturday to Monday", 0x61, 18 },
        { "Monday-Sunday", 0x7F, 13 },
        { "weekdays", MON_FRI, 8 },
        { "工作日", MON_FRI, 9 },
        { "Saturdays", 0x20, 9 },
        { "Sat 10-14", 0x20, 3 },
        { "Sat & Sun", 0x20, 3 },
        { "Sun, 10 to 12", 0x40, 3 },
        { "every day we are open", 0x7F, 9 },
        { "weekends: closed", 0x60, 8 },
        { "每天营业", 0x7F, 6 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_week week = { .days = 0 };
        print_message("%s\n", cases[i].text);
        assert_int_equal(week_of(cases[i].text, 0, &week), cases[i].len);
        assert_int_equal(week.days, cases[i].days);
    }
}

static void what_is_no_day_of_each_week_is_left(void **state)
{
    (void)state;
    static const char *const cases[] = { "sun", "sat down", "wed in may", "Monday", "周一",
                                         "周一至五个", "every day", "每天",
                                         "money", "friday's", "sunny 5", "", "m" };
    struct screen_week week;
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i]);
        assert_int_equal(week_of(cases[i], 0, &week), 0);
    }
    assert_int_equal(week_of("sat & sun", 6, &week), 3);
    assert_int_equal(week_of("the sun", 4, &week), 0);
}

static enum flaw flaw_of_reply(const char *language, const char *page, const char *reply)
{
    struct arena arena;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct passage passage = { STR("contact.md#1"), STR_NONE, str_from(page) };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .passages = &passage, .passages_count = 1 };
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(reply), SCREENING_NOW_MS, &flaw), OK);
    arena_fini(&arena);
    return flaw;
}

struct hours_case {
    const char *language;
    const char *page;
    const char *reply;
    enum flaw flaw;
};

static void expect_hours(const struct hours_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        enum flaw flaw = flaw_of_reply(cases[i].language, cases[i].page, cases[i].reply);
        if (flaw != cases[i].flaw) {
            print_message("%s (%s): %s\n", cases[i].reply, cases[i].page, flaw_label(flaw));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void hours_of_a_page_may_be_told_in_other_forms(void **state)
{
    (void)state;
    static const struct hours_case cases[] = {
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call Monday to Friday from 9:00 to 17:00.",
          FLAW_NONE },
        { "en", "Call us Mon–Fri 9–17.", "You can call Monday to Friday from 9:00 to 17:00.",
          FLAW_NONE },
        { "en", "Call us Mon–Fri 9–17.", "You can call Monday through Friday, 9 am to 5 pm.",
          FLAW_NONE },
        { "en", "Call us Mon–Fri 9–17.", "We are available from Monday to Friday, 9 to 17.",
          FLAW_NONE },
        { "en", "Call us Mon–Fri 9–17.", "You can call us from 9 to 17.", FLAW_NONE },
        { "en", "Call us Mon–Fri 9am-5pm.", "You can call us from 9:00 to 17:00.", FLAW_NONE },
        { "en", "We answer the phone on weekdays, 9:00 to 17:00.",
          "You can call us Monday to Friday.", FLAW_NONE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call us on a Wednesday.", FLAW_NONE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.", "We are open on Saturdays from 10 to 14.",
          FLAW_NONE },
        { "en", "客服周一至周五9:00至18:00在线。", "We are available Monday to Friday, 9:00 to 18:00.",
          FLAW_NONE },
        { "zh", "Call us Mon-Fri 9:00-17:00.", "您可以在周一至周五9:00至17:00联系我们。", FLAW_NONE },
        { "zh", "Call us Mon-Fri 9:00-17:00.", "您可以在星期一到五9点到17点联系我们。", FLAW_NONE },
        { "zh", "Call us Mon-Fri 9:00-17:00.", "您可以在周一至周五上午9:00至下午5:00联系我们。",
          FLAW_NONE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "Our team is available Monday to Friday.",
          FLAW_NONE },
        { "en", "Call us Monday to Friday, 9 am to 5 pm.", "You can reach us Mon–Fri 9–17.",
          FLAW_NONE },
        { "en", "Call us 24/7.", "We are available 24/7.", FLAW_NONE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.",
          "We are open Monday to Friday from 9:00 to 17:00 and on Saturdays from 10:00 to 14:00.",
          FLAW_NONE },
        { "en", "Open Mon-Fri 9-17, Sat & Sun 10-14.", "We are open on Sundays from 10 to 14.",
          FLAW_NONE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.",
          "We are open from 10:00 to 14:00 on Saturdays and from 9:00 to 17:00 Monday to Friday.",
          FLAW_NONE },
        { "en", "Open Mon-Thu 9-17. Open Fri 9-15.", "We are open on Fridays from 9 to 15.",
          FLAW_NONE },
        { "en", "Open Mon-Thu 9-17. Open Fri 9-15.", "We are open on Mondays from 9 to 17.",
          FLAW_NONE },
        { "zh", "营业时间：周一至周五9:00至17:00，周六10:00至14:00。",
          "我们周六10:00至14:00营业。", FLAW_NONE },
        { "en", "Open every day 9-17.", "We are open daily from 9 to 17.", FLAW_NONE },
        { "en", "Open Mon-Sun 9-17.", "We are open every day.", FLAW_NONE },
        { "en", "Closed at weekends. Open Mon-Fri 9-17.", "We are closed at weekends.", FLAW_NONE },
        { "en", "We are open 7 days a week.", "We are open every day.", FLAW_NONE },
        { "zh", "客服每天9:00至18:00在线。", "客服每天9:00至18:00在线。", FLAW_NONE },
    };
    expect_hours(cases, countof(cases));
}

static void other_days_and_hours_than_a_pages_are_found(void **state)
{
    (void)state;
    static const struct hours_case cases[] = {
        { "en", "Call us Mon-Fri 9:00-17:00.", "We are available 24/7.", FLAW_PROMISE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.", "We are open on Saturdays from 9 to 17.",
          FLAW_DATE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.", "We are open Monday to Friday from 10 to 14.",
          FLAW_DATE },
        { "en", "Open Mon-Thu 9-17. Open Fri 9-15.", "We are open on Fridays from 9 to 17.",
          FLAW_DATE },
        { "zh", "营业时间：周一至周五9:00至17:00，周六10:00至14:00。",
          "我们周六9:00至17:00营业。", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17.", "We are open every day.", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17.", "We are open daily from 9 to 17.", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17.", "We are open at weekends.", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17.", "We are also open on the weekend.", FLAW_DATE },
        { "zh", "营业时间：周一至周五9:00至17:00。", "我们每天9:00至17:00营业。", FLAW_DATE },
        { "zh", "营业时间：周一至周五9:00至17:00。", "我们周末也营业。", FLAW_DATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "It is available.", FLAW_STATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call Monday to Saturday.", FLAW_DATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call Monday to Thursday.", FLAW_DATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call us on Sundays.", FLAW_DATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "You can call us on a Sunday.", FLAW_DATE },
        { "en", "Call us Mon–Fri 9–17.", "You can call Monday to Friday from 9:00 to 18:00.",
          FLAW_DATE },
        { "en", "Call us Mon–Fri 9–17.", "You can call Monday to Friday, 8 to 17.", FLAW_DATE },
        { "en", "Call us Mon–Fri 9–17.", "You can call us from 9 am to 5 am.", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17, Sat 10-14.", "We are open Monday to Saturday.", FLAW_DATE },
        { "en", "Call us Mon-Fri 9:00-17:00.", "It arrives on Wednesday.", FLAW_DATE },
        { "en", "Open Mon-Fri 9-17.", "It arrives on Wednesday.", FLAW_DATE },
        { "zh", "Call us Mon-Fri 9:00-17:00.", "您可以在周一至周六联系我们。", FLAW_DATE },
        { "zh", "Call us Mon-Fri 9:00-17:00.", "您可以在周一至周日9:00至17:00联系我们。",
          FLAW_DATE },
    };
    expect_hours(cases, countof(cases));
}

static void a_day_on_which_a_page_has_closed_is_none_on_which_it_opens(void **state)
{
    (void)state;
    static const char both[] = "Open Mon-Fri 9-17. Closed on Sundays.";
    static const char joined[] = "We are open Monday to Friday and closed on Sundays.";
    static const char listed[] = "Monday to Friday: 9:00-17:00, Sundays: closed.";
    static const char zh[] = "周一至周五9:00至17:00营业，周日休息。";
    static const struct hours_case cases[] = {
        { "en", both, "We are closed on Sundays.", FLAW_NONE },
        { "en", both, "We are open Monday to Friday, but closed on Sundays.", FLAW_NONE },
        { "en", both, "We are open Monday to Friday and closed on Sundays.", FLAW_NONE },
        { "en", both, "We are not open on Sundays.", FLAW_NONE },
        { "en", both, "We are open on Sundays.", FLAW_DATE },
        { "en", both, "We are closed Monday to Friday.", FLAW_DATE },
        { "en", both, "You cannot call us from Monday to Friday.", FLAW_DATE },
        { "en", both, "We are closed from 9 to 17.", FLAW_NUMBER },
        { "en", joined, "We are closed on Sundays.", FLAW_NONE },
        { "en", joined, "We are open Monday to Friday.", FLAW_NONE },
        { "en", joined, "We are open on Sundays.", FLAW_DATE },
        { "en", listed, "We are closed on Sundays.", FLAW_NONE },
        { "en", listed, "We are open Monday to Friday, 9:00 to 17:00.", FLAW_NONE },
        { "en", listed, "We are open on Sundays.", FLAW_DATE },
        { "zh", zh, "我们周一至周五9:00至17:00营业。", FLAW_NONE },
        { "zh", zh, "我们周一至周五休息。", FLAW_DATE },
        { "zh", zh, "我们周一至周五不营业。", FLAW_DATE },
    };
    expect_hours(cases, countof(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_days_are_one_in_all_their_forms),
        cmocka_unit_test(what_is_no_day_of_each_week_is_left),
        cmocka_unit_test(hours_of_a_page_may_be_told_in_other_forms),
        cmocka_unit_test(other_days_and_hours_than_a_pages_are_found),
        cmocka_unit_test(a_day_on_which_a_page_has_closed_is_none_on_which_it_opens),
    };
    return cmocka_run_group_tests_name("screen_week", tests, NULL, NULL);
}
