/* screen_week.c - see screen_week.h. */
#include "worker/answer/screen_week.h"

#include "worker/answer/screen_date.h"
#include "worker/answer/screen_pair.h"

#define WEEK_DAYS 7
#define WEEK_WORKING 0x1Fu
#define WEEK_WHOLE 0x7Fu
#define WEEK_END 0x60u
#define WEEK_SHORT_MAX 3 /* short names of a day */

struct week_name {
    struct str full;
    struct str shorts[WEEK_SHORT_MAX];
};

static const struct week_name week_names[WEEK_DAYS] = {
    { STR("monday"), { STR("mon") } },
    { STR("tuesday"), { STR("tues"), STR("tue") } },
    { STR("wednesday"), { STR("weds"), STR("wed") } },
    { STR("thursday"), { STR("thurs"), STR("thur"), STR("thu") } },
    { STR("friday"), { STR("fri") } },
    { STR("saturday"), { STR("sat") } },
    { STR("sunday"), { STR("sun") } },
};

static const struct str week_chinese[] = {
    STR("一"), STR("二"), STR("三"), STR("四"), STR("五"), STR("六"), STR("日"), STR("天"),
};

static const struct str week_working[] = {
    STR("weekdays"), STR("weekday"), STR("working days"), STR("business days"), STR("工作日"),
};

/* Days that are told of many things; here, of when somebody is there. */
static const struct {
    struct str name;
    unsigned days;
} week_loose[] = {
    { STR("every day"), WEEK_WHOLE },    { STR("daily"), WEEK_WHOLE },
    { STR("each day"), WEEK_WHOLE },     { STR("7 days a week"), WEEK_WHOLE },
    { STR("seven days a week"), WEEK_WHOLE },
    { STR("每天"), WEEK_WHOLE },         { STR("天天"), WEEK_WHOLE },
    { STR("一周七天"), WEEK_WHOLE },     { STR("全年无休"), WEEK_WHOLE },
    { STR("weekends"), WEEK_END },       { STR("weekend"), WEEK_END },
    { STR("周末"), WEEK_END },           { STR("双休日"), WEEK_END },
};

static const struct str week_presence[] = {
    STR("open"),    STR("opens"),    STR("closed"),  STR("available"), STR("reach us"),
    STR("call us"), STR("call"),     STR("phone"),   STR("hours"),     STR("营业"),
    STR("开门"),    STR("在线"),     STR("上班"),    STR("联系"),      STR("致电"),
};

static struct screen_firsts week_firsts; /* only read once main() runs */

__attribute__((constructor)) static void week_firsts_build(void)
{
    static const struct str chinese[] = { STR("周"), STR("星期"), STR("礼拜") };
    for (size_t i = 0; i < WEEK_DAYS; i++) {
        screen_firsts_add(&week_firsts, week_names[i].full);
    }
    for (size_t i = 0; i < countof(week_working); i++) {
        screen_firsts_add(&week_firsts, week_working[i]);
    }
    for (size_t i = 0; i < countof(week_loose); i++) {
        screen_firsts_add(&week_firsts, week_loose[i].name);
    }
    for (size_t i = 0; i < countof(chinese); i++) {
        screen_firsts_add(&week_firsts, chinese[i]);
    }
}

/* A day by one of its names. */
struct week_day {
    int weekday; /* 0: none */
    size_t len;
    bool is_short;
    bool is_plural;
    bool is_chinese;
};

static bool week_is_short(const struct week_name *name, struct str word)
{
    bool is_one = false;
    for (size_t i = 0; i < WEEK_SHORT_MAX && !is_one; i++) {
        is_one = name->shorts[i].len > 0 && str_eq(name->shorts[i], word);
    }
    return is_one;
}

/* "monday", "mondays", "mon", "mon." */
static struct week_day week_english(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.ptr[end] >= 'a' && text.ptr[end] <= 'z') {
        end++;
    }
    struct str word = str_slice(text, at, end - at);
    for (size_t i = 0; i < WEEK_DAYS && word.len >= 3; i++) {
        const struct week_name *name = &week_names[i];
        bool is_short = week_is_short(name, word);
        bool is_full = str_starts(word, name->full);
        bool is_plural = is_full && word.len == name->full.len + 1 && word.ptr[word.len - 1] == 's';
        if (is_short || is_plural || (is_full && word.len == name->full.len)) {
            bool is_dotted = is_short && end < text.len && text.ptr[end] == '.';
            return (struct week_day){ (int)i + 1, word.len + (is_dotted ? 1 : 0), is_short,
                                      is_plural, false };
        }
    }
    return (struct week_day){ .weekday = 0 };
}

static struct week_day week_day_at(struct str text, size_t at)
{
    struct week_day day = { .weekday = 0 };
    if (at >= text.len || ((unsigned char)text.ptr[at] < 0x80 && plain_is_inside(text, at))) {
        return day;
    }
    if ((unsigned char)text.ptr[at] < 0x80) {
        return week_english(text, at);
    }
    day.len = screen_weekday_at(text, at, &day.weekday);
    day.is_chinese = true;
    return day;
}

/* 五 of 周一至五, which is none of 五个 or 五天. */
static struct week_day week_bare(struct str text, size_t at)
{
    static const struct str counts[] = { STR("个"), STR("天"), STR("十"), STR("日"), STR("百") };
    struct week_day day = { .weekday = 0, .is_chinese = true };
    for (size_t i = 0; i < countof(week_chinese) && day.weekday == 0; i++) {
        if (str_starts(str_slice(text, at, 3), week_chinese[i])) {
            day.weekday = i < WEEK_DAYS ? (int)i + 1 : WEEK_DAYS;
            day.len = 3;
        }
    }
    for (size_t i = 0; i < countof(counts); i++) {
        bool is_count = str_starts(str_slice(text, at + 3, 3), counts[i]);
        day.weekday = is_count ? 0 : day.weekday;
    }
    return day;
}

static size_t week_skip_spaces(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] == ' ') {
        at++;
    }
    return at;
}

/* Behind the mark of a range; `at`: there is none. */
static size_t week_mark(struct str text, size_t at)
{
    static const struct str marks[] = { STR("-"),    STR("–"),        STR("—"),     STR("~"),
                                        STR("至"),   STR("到"),       STR("to "),   STR("through "),
                                        STR("thru "), STR("until "),  STR("till ") };
    size_t from = week_skip_spaces(text, at);
    for (size_t i = 0; i < countof(marks); i++) {
        if (str_starts(str_slice(text, from, marks[i].len), marks[i])) {
            return week_skip_spaces(text, from + marks[i].len);
        }
    }
    return at;
}

static unsigned week_days_of(int first, int last)
{
    unsigned days = 1u << (last - 1);
    for (int day = first; day != last; day = day % WEEK_DAYS + 1) {
        days |= 1u << (day - 1);
    }
    return days;
}

/* "sat & sun", "sat 10-14": a day or a number stands behind. */
static bool week_is_before_day(struct str text, size_t at)
{
    static const struct str joints[] = { STR(", "), STR("& "), STR("and "), STR("or "), STR("/"),
                                         STR(","),  STR(":"),  STR("from ") };
    size_t next = week_skip_spaces(text, at);
    for (size_t i = 0; i < countof(joints); i++) {
        bool is_joint = str_starts(str_slice(text, next, joints[i].len), joints[i]);
        next = is_joint ? week_skip_spaces(text, next + joints[i].len) : next;
    }
    bool is_digit = next < text.len && text.ptr[next] >= '0' && text.ptr[next] <= '9';
    return is_digit || week_day_at(text, next).weekday > 0;
}

/* The word in front is a day's name. */
static bool week_is_behind_day(struct str text, size_t at)
{
    struct str before = str_trim(str_slice(text, 0, at));
    static const struct str joints[] = { STR(" and"), STR(" or"), STR("&"), STR("/"), STR(",") };
    for (size_t i = 0; i < countof(joints); i++) {
        if (before.len > joints[i].len &&
            str_eq(str_slice(before, before.len - joints[i].len, joints[i].len), joints[i])) {
            before = str_trim(str_slice(before, 0, before.len - joints[i].len));
        }
    }
    size_t from = before.len;
    while (from > 0 && before.ptr[from - 1] >= 'a' && before.ptr[from - 1] <= 'z') {
        from--;
    }
    return week_day_at(before, from).weekday > 0;
}

static bool week_is_of_presence(struct str text)
{
    bool is_there = false;
    for (size_t at = 0; at < text.len && !is_there; at++) {
        for (size_t i = 0; i < countof(week_presence) && !is_there; i++) {
            is_there = plain_is_at(text, at, week_presence[i]);
        }
    }
    return is_there;
}

static size_t week_loose_at(struct str text, size_t at, struct screen_week *week)
{
    for (size_t i = 0; i < countof(week_loose); i++) {
        if (plain_is_at(text, at, week_loose[i].name) && week_is_of_presence(text)) {
            *week = (struct screen_week){ week_loose[i].days, 0, false };
            return week_loose[i].name.len;
        }
    }
    return 0;
}

static size_t week_working_at(struct str text, size_t at, struct screen_week *week)
{
    for (size_t i = 0; i < countof(week_working); i++) {
        if (plain_is_at(text, at, week_working[i])) {
            *week = (struct screen_week){ WEEK_WORKING, 0, true };
            return week_working[i].len;
        }
    }
    return week_loose_at(text, at, week);
}

size_t screen_week_at(struct str text, size_t at, struct screen_week *ret_week)
{
    if (!screen_firsts_may_be(&week_firsts, text, at)) {
        return 0;
    }
    struct week_day first = week_day_at(text, at);
    if (first.weekday == 0) {
        return week_working_at(text, at, ret_week);
    }
    size_t end = at + first.len;
    size_t to = week_mark(text, end);
    struct week_day last = week_day_at(text, to);
    last = last.weekday == 0 && first.is_chinese ? week_bare(text, to) : last;
    if (to > end && last.weekday > 0) {
        *ret_week = (struct screen_week){ week_days_of(first.weekday, last.weekday), 0, false };
        return to + last.len - at;
    }
    bool is_told = first.is_plural || (first.is_short && (week_is_before_day(text, end) ||
                                                          week_is_behind_day(text, at)));
    if (is_told) {
        *ret_week = (struct screen_week){ 1u << (first.weekday - 1), first.weekday, false };
    }
    return is_told ? first.len : 0;
}
