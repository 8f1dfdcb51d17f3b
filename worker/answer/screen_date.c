/* screen_date.c - see screen_date.h. */
#include "worker/answer/screen_date.h"

#include "worker/answer/screen_number.h"
#include "worker/answer/screen_pair.h"

struct day_row {
    struct str word;
    int number;
};

static const struct day_row month_rows[] = {
#define MONTH(word, number) { { word, sizeof(word) - 1 }, number },
#define WEEKDAY(word, number)
#define NEARBY(word, days)
#include "worker/answer/screen_day.def"
#undef MONTH
#undef WEEKDAY
#undef NEARBY
};

static const struct day_row weekday_rows[] = {
#define MONTH(word, number)
#define WEEKDAY(word, number) { { word, sizeof(word) - 1 }, number },
#define NEARBY(word, days)
#include "worker/answer/screen_day.def"
#undef MONTH
#undef WEEKDAY
#undef NEARBY
};

static const struct day_row nearby_rows[] = {
#define MONTH(word, number)
#define WEEKDAY(word, number)
#define NEARBY(word, days) { { word, sizeof(word) - 1 }, days },
#include "worker/answer/screen_day.def"
#undef MONTH
#undef WEEKDAY
#undef NEARBY
};

struct day_table {
    const struct day_row *rows;
    size_t count;
    struct screen_firsts firsts; /* only read once main() runs */
};

static struct day_table months = { .rows = month_rows, .count = countof(month_rows) };
static struct day_table weekdays = { .rows = weekday_rows, .count = countof(weekday_rows) };
static struct day_table nearbys = { .rows = nearby_rows, .count = countof(nearby_rows) };

__attribute__((constructor)) static void day_firsts_build(void)
{
    struct day_table *const tables[] = { &months, &weekdays, &nearbys };
    for (size_t i = 0; i < countof(tables); i++) {
        for (size_t row = 0; row < tables[i]->count; row++) {
            screen_firsts_add(&tables[i]->firsts, tables[i]->rows[row].word);
        }
    }
}

/* Civil from days (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
struct screen_date screen_date_of(int64_t day)
{
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    struct screen_date date = { .month = month, .day = (int)(doy - (153 * mp + 2) / 5 + 1) };
    date.year = (int)(yoe + era * 400 + (month <= 2 ? 1 : 0));
    date.weekday = (int)(((day + 3) % 7 + 7) % 7) + 1; /* 1970-01-01 was a Thursday */
    return date;
}

/* The other way round; the same paper. */
int64_t screen_day_of(const struct screen_date *date)
{
    int64_t y = date->month <= 2 ? date->year - 1 : date->year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (date->month > 2 ? date->month - 3 : date->month + 9) + 2) / 5 +
                  date->day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

bool screen_is_same_day(const struct screen_date *said, const struct screen_date *fact)
{
    if (fact->year && fact->month && fact->day && said->weekday) {
        struct screen_date whole = screen_date_of(screen_day_of(fact));
        if (whole.weekday != said->weekday) {
            return false;
        }
    }
    bool is_year = !said->year || !fact->year || said->year == fact->year;
    bool is_month = !said->month || said->month == fact->month;
    bool is_day = !said->day || said->day == fact->day;
    bool is_only_weekday = !said->month && !said->day;
    bool is_weekday = !is_only_weekday || (fact->year && fact->day) ||
                      said->weekday == fact->weekday;
    return is_year && is_month && is_day && is_weekday;
}

static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] == ' ') {
        at++;
    }
    return at;
}

/* The longest of the table's words at `at`; NULL: none. */
static const struct day_row *day_row_at(struct str text, size_t at, const struct day_table *table)
{
    const struct day_row *best = NULL;
    if (!screen_firsts_may_be(&table->firsts, text, at)) {
        return NULL;
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct day_row *row = &table->rows[i];
        bool is_longer = !best || row->word.len > best->word.len;
        if (is_longer && plain_is_at(text, at, row->word)) {
            best = row;
        }
    }
    return best;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

/* Up to `digits_max` digits as a number; the bytes read, 0 for none. */
static size_t digits_at(struct str text, size_t at, size_t digits_max, int *ret_number)
{
    size_t len = 0;
    int number = 0;
    while (at + len < text.len && len < digits_max && is_digit(text.ptr[at + len])) {
        number = number * 10 + (text.ptr[at + len] - '0');
        len++;
    }
    bool goes_on = at + len < text.len && is_digit(text.ptr[at + len]);
    *ret_number = number;
    return goes_on ? 0 : len;
}

static bool is_date(const struct screen_date *date)
{
    return date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31;
}

/* 2025-12-03, 2025/12/3, 2025.12.03, and a time of day behind a T. */
static size_t date_iso(struct str text, size_t at, struct screen_date *date)
{
    int year, month, day;
    size_t a = digits_at(text, at, 4, &year);
    char mark = at + a < text.len ? text.ptr[at + a] : ' ';
    if (a != 4 || (mark != '-' && mark != '/' && mark != '.')) {
        return 0;
    }
    size_t b = digits_at(text, at + 5, 2, &month);
    if (b == 0 || at + 5 + b >= text.len || text.ptr[at + 5 + b] != mark) {
        return 0;
    }
    size_t c = digits_at(text, at + 6 + b, 2, &day);
    *date = (struct screen_date){ .year = year, .month = month, .day = day };
    if (c == 0 || !is_date(date)) {
        return 0;
    }
    size_t end = at + 6 + b + c;
    if (end < text.len && text.ptr[end] == 't') {
        while (end < text.len && (is_word_char(text.ptr[end]) || text.ptr[end] == ':' ||
                                  text.ptr[end] == '.' || text.ptr[end] == '+')) {
            end++;
        }
    }
    return end - at;
}

/* 12/03/2025: which of the two is the month is not said, so the day that fits is enough. */
static size_t date_slashed(struct str text, size_t at, struct screen_date *date)
{
    int one, two, year;
    size_t a = digits_at(text, at, 2, &one);
    if (a == 0 || at + a >= text.len || text.ptr[at + a] != '/') {
        return 0;
    }
    size_t b = digits_at(text, at + a + 1, 2, &two);
    size_t end = at + a + 1 + b;
    bool has_year = b > 0 && end < text.len && text.ptr[end] == '/';
    size_t c = has_year ? digits_at(text, end + 1, 4, &year) : 0;
    if (b == 0 || (has_year && c != 4)) {
        return 0;
    }
    *date = (struct screen_date){ .year = has_year ? year : 0, .month = one, .day = two };
    if (!is_date(date)) {
        *date = (struct screen_date){ .year = date->year, .month = two, .day = one };
    }
    return is_date(date) ? a + 1 + b + (has_year ? 1 + c : 0) : 0;
}

size_t screen_ordinal_end(struct str text, size_t at)
{
    static const struct str ends[] = { { "st", 2 }, { "nd", 2 }, { "rd", 2 }, { "th", 2 } };
    for (size_t i = 0; i < countof(ends); i++) {
        if (str_starts(str_slice(text, at, 2), ends[i])) {
            return at + 2;
        }
    }
    return at;
}

/* ", 2025" or " 2025" */
static size_t year_behind(struct str text, size_t at, struct screen_date *date)
{
    size_t from = at < text.len && text.ptr[at] == ',' ? at + 1 : at;
    int year;
    from = skip_spaces(text, from);
    if (digits_at(text, from, 4, &year) == 4 && year >= 1970 && year < 2200) {
        date->year = year;
        return from + 4;
    }
    return at;
}

/* "december 3rd, 2025", "dec. 3", "3 december", "the 3rd of december" */
static size_t date_named(struct str text, size_t at, struct screen_date *date)
{
    const struct day_row *month = day_row_at(text, at, &months);
    int day = 0;
    if (month) {
        size_t from = at + month->word.len;
        from += from < text.len && text.ptr[from] == '.' ? 1 : 0;
        from = skip_spaces(text, from);
        size_t len = digits_at(text, from, 2, &day);
        if (len == 0) {
            return 0;
        }
        *date = (struct screen_date){ .month = month->number, .day = day };
        size_t end = screen_ordinal_end(text, from + len);
        return is_date(date) ? year_behind(text, end, date) - at : 0;
    }
    size_t len = digits_at(text, at, 2, &day);
    if (len == 0) {
        return 0;
    }
    size_t end = screen_ordinal_end(text, at + len);
    bool is_ordinal = end > at + len;
    size_t from = skip_spaces(text, end);
    from = plain_is_at(text, from, STR("of")) ? skip_spaces(text, from + 2) : from;
    month = from > end || is_ordinal ? day_row_at(text, from, &months) : NULL;
    *date = (struct screen_date){ .month = month ? month->number : 0, .day = day };
    if (month && is_date(date)) {
        from += month->word.len;
        from += from < text.len && text.ptr[from] == '.' ? 1 : 0;
        return year_behind(text, from, date) - at;
    }
    return is_ordinal && day >= 1 && day <= 31 ? end - at : 0;
}

/* 2025年12月3日, 12月3号, 十二月三日, 3号 */
static size_t date_chinese(struct str text, size_t at, struct screen_date *date)
{
    static const struct str marks[] = { { "年", 3 }, { "月", 3 }, { "日", 3 }, { "号", 3 } };
    int *const fields[] = { &date->year, &date->month, &date->day, &date->day };
    size_t end = at;
    *date = (struct screen_date){ 0 };
    for (size_t i = 0; i < countof(marks); i++) {
        struct screen_number number;
        size_t from = skip_spaces(text, end);
        if (!screen_number_at(text, from, &number) || number.amount % 10000 != 0) {
            break;
        }
        size_t behind = skip_spaces(text, from + number.len);
        if (str_starts(str_slice(text, behind, 3), marks[i]) && number.amount < 30000000) {
            *fields[i] = (int)(number.amount / 10000);
            end = behind + 3;
        }
    }
    bool has_year = date->year >= 1970;
    bool has_day = date->day >= 1 && date->day <= 31;
    bool has_month = date->month >= 1 && date->month <= 12;
    bool is_number_mark = end > at && str_eq(str_slice(text, end - 3, 3), STR("号"));
    bool is_whole = has_month && has_day && (has_year || date->year == 0);
    bool is_part = (has_year && has_month) || (has_day && is_number_mark && !date->year);
    return is_whole || is_part ? end - at : 0;
}

size_t screen_weekday_at(struct str text, size_t at, int *ret_weekday)
{
    const struct day_row *row = day_row_at(text, at, &weekdays);
    *ret_weekday = row ? row->number : 0;
    return row ? row->word.len : 0;
}

/* 下周五, "next friday", "on friday" */
static size_t date_weekday(struct str text, size_t at, int64_t today, struct screen_date *date)
{
    static const struct str nexts[] = { { "next ", 5 }, { "下", 3 } };
    static const struct str thises[] = { { "this ", 5 }, { "本", 3 }, { "这", 3 } };
    bool is_next = false;
    bool is_this = false;
    size_t from = at;
    for (size_t i = 0; i < countof(nexts); i++) {
        if (str_starts(str_slice(text, at, nexts[i].len), nexts[i])) {
            is_next = true;
            from = at + nexts[i].len;
        }
    }
    for (size_t i = 0; i < countof(thises); i++) {
        if (str_starts(str_slice(text, at, thises[i].len), thises[i])) {
            is_this = true;
            from = at + thises[i].len;
        }
    }
    const struct day_row *row = day_row_at(text, from, &weekdays);
    if (!row) {
        return 0;
    }
    *date = (struct screen_date){ .weekday = row->number };
    if (is_next || is_this) {
        int64_t monday = today - (screen_date_of(today).weekday - 1);
        *date = screen_date_of(monday + row->number - 1 + (is_next ? 7 : 0));
    }
    return from + row->word.len - at;
}

static size_t date_nearby(struct str text, size_t at, int64_t today, struct screen_date *date)
{
    const struct day_row *row = day_row_at(text, at, &nearbys);
    if (!row) {
        return 0;
    }
    *date = screen_date_of(today + row->number);
    return row->word.len;
}

size_t screen_date_at(struct str text, size_t at, int64_t today, struct screen_date *date)
{
    size_t len = date_nearby(text, at, today, date);
    len = len ? len : date_iso(text, at, date);
    len = len ? len : date_slashed(text, at, date);
    len = len ? len : date_named(text, at, date);
    len = len ? len : date_weekday(text, at, today, date);
    return len ? len : date_chinese(text, at, date);
}

#define CLOCK_ZH_BYTES 12 /* up to three characters of a number, and 点 */
#define CLOCK_NOON 12

/* 晚上 and its like in front of a time. */
static bool clock_is_late_zh(struct str text, size_t at)
{
    struct str before = str_slice(text, at > 6 ? at - 6 : 0, min_size(at, 6));
    return str_eq(before, STR("晚上")) || str_eq(before, STR("下午")) ||
           str_eq(before, STR("傍晚"));
}

/* 9点, 晚上十点半, 17点30分 */
static size_t clock_zh_at(struct str text, size_t at, int64_t *ret_minutes)
{
    struct screen_number number;
    bool may_be = is_digit(text.ptr[at]) || (unsigned char)text.ptr[at] >= 0x80;
    struct str near = str_slice(text, at, CLOCK_ZH_BYTES);
    if (!may_be || str_find(near, STR("点")) == near.len ||
        !screen_number_at(text, at, &number) || number.amount % 10000 != 0 ||
        number.amount > 24 * 10000 || !plain_is_at(text, at + number.len, STR("点"))) {
        return 0;
    }
    int64_t hour = number.amount / 10000;
    size_t end = at + number.len + STR("点").len;
    int minute = 0;
    size_t digits = digits_at(text, end, 2, &minute);
    bool is_half = plain_is_at(text, end, STR("半"));
    bool is_late = hour < CLOCK_NOON && clock_is_late_zh(text, at);
    *ret_minutes = (hour + (is_late ? 12 : 0)) * 60 + (is_half ? 30 : digits > 0 ? minute : 0);
    return end + (is_half ? 3 : digits) - at;
}

/* "am", "p.m." behind the hour that ends at `end`: bytes of it with the space in front, and whether
 * it is the later half. */
static size_t clock_half_at(struct str text, size_t end, bool *ret_is_late)
{
    static const struct str halves[] = { STR("a.m."), STR("p.m."), STR("am"), STR("pm") };
    size_t at = skip_spaces(text, end);
    for (size_t i = 0; i < countof(halves); i++) {
        size_t behind = at + halves[i].len;
        if (str_starts(str_slice(text, at, halves[i].len), halves[i]) &&
            (behind >= text.len || !is_word_char(text.ptr[behind]))) {
            *ret_is_late = halves[i].ptr[0] == 'p';
            return behind - end;
        }
    }
    return 0;
}

size_t screen_clock_at(struct str text, size_t at, int64_t *ret_minutes)
{
    int hour = 0;
    int minute = 0;
    bool is_late = false;
    size_t chinese = clock_zh_at(text, at, ret_minutes);
    if (chinese > 0) {
        return chinese;
    }
    size_t end = at + digits_at(text, at, 2, &hour);
    bool has_minutes = end > at && end < text.len && text.ptr[end] == ':';
    if (has_minutes && digits_at(text, end + 1, 2, &minute) != 2) {
        return 0;
    }
    end += has_minutes ? 3 : 0;
    size_t half = end > at ? clock_half_at(text, end, &is_late) : 0;
    bool is_half_day = half > 0 && hour >= 1 && hour <= CLOCK_NOON;
    if (!(has_minutes || is_half_day) || hour >= 24 || minute >= 60 || (half > 0 && !is_half_day)) {
        return 0;
    }
    hour = is_half_day ? hour % CLOCK_NOON : hour;
    is_late = is_late || (hour < CLOCK_NOON && !is_half_day && clock_is_late_zh(text, at));
    *ret_minutes = (hour + (is_late ? CLOCK_NOON : 0)) * 60 + minute;
    return end + half - at;
}
