/* clock.c - see clock.h. Written by hand, since strptime() and gmtime() know locales and
 * zones, and neither knows milliseconds. */
#include "common/clock.h"

#define CLOCK_DAY_MS ((int64_t)86400000)
#define CLOCK_MIN_MS ((int64_t)-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define CLOCK_MAX_MS ((int64_t)253402300799999) /* 9999-12-31T23:59:59.999Z */

struct clock_date {
    int64_t year;
    int64_t month; /* 1 to 12 */
    int64_t day;   /* 1 to 31; beyond the month's last it runs on into the next */
};

struct clock_time {
    int64_t hour;
    int64_t minute;
    int64_t second; /* 0 to 60 */
    int64_t ms;
};

/* Reads from the front of `rest`; after the first thing that is wrong it only fails. */
struct clock_scan {
    struct str rest;
    bool failed;
};

/* Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that
 * the leap day is the last of its year; 400 years have 146,097 days. */
static int64_t clock_days(struct clock_date date)
{
    int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct clock_date clock_date_of(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct clock_date date = { .month = month < 10 ? month + 3 : month - 9,
                               .day = day_of_year - (153 * month + 2) / 5 + 1 };
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

/* A day beyond its month's last comes back as another. */
static bool clock_date_exists(struct clock_date date)
{
    return clock_date_of(clock_days(date)).day == date.day;
}

static int64_t clock_ms(struct clock_date date, struct clock_time time)
{
    int64_t seconds = (time.hour * 60 + time.minute) * 60 + time.second;
    return clock_days(date) * CLOCK_DAY_MS + seconds * 1000 + time.ms;
}

static void clock_put(char *out, int64_t number, int digits)
{
    int64_t rest = number;
    for (int i = digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + rest % 10);
        rest /= 10;
    }
}

struct str clock_format(int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    int64_t clamped = max_i64(CLOCK_MIN_MS, min_i64(CLOCK_MAX_MS, wall_ms));
    int64_t days = (clamped >= 0 ? clamped : clamped - (CLOCK_DAY_MS - 1)) / CLOCK_DAY_MS;
    int64_t in_day_ms = clamped - days * CLOCK_DAY_MS;
    struct clock_date date = clock_date_of(days);
    memcpy(out, "yyyy-mm-ddThh:mm:ss.mmmZ", CLOCK_TEXT_BYTES);
    clock_put(out, date.year, 4);
    clock_put(out + 5, date.month, 2);
    clock_put(out + 8, date.day, 2);
    clock_put(out + 11, in_day_ms / 3600000, 2);
    clock_put(out + 14, in_day_ms / 60000 % 60, 2);
    clock_put(out + 17, in_day_ms / 1000 % 60, 2);
    clock_put(out + 20, in_day_ms % 1000, 3);
    return (struct str){ out, CLOCK_TEXT_BYTES - 1 };
}

struct str clock_format_local(int64_t wall_ms, int offset_min, char out[CLOCK_LOCAL_BYTES])
{
    struct str utc = clock_format(wall_ms + (int64_t)offset_min * 60000, out);
    int minutes = offset_min < 0 ? -offset_min : offset_min;
    if (offset_min == 0) {
        return utc;
    }
    char *zone = out + utc.len - 1;
    zone[0] = offset_min < 0 ? '-' : '+';
    clock_put(zone + 1, minutes / 60, 2);
    zone[3] = ':';
    clock_put(zone + 4, minutes % 60, 2);
    zone[6] = '\0';
    return (struct str){ out, utc.len + 5 };
}

/* The next character, if it is one of `accepted`; else NUL. */
static char clock_take_any(struct clock_scan *scan, const char *accepted)
{
    if (scan->failed || scan->rest.len == 0 || scan->rest.ptr[0] == '\0' ||
        !strchr(accepted, scan->rest.ptr[0])) {
        scan->failed = true;
        return '\0';
    }
    char c = scan->rest.ptr[0];
    scan->rest = str_slice(scan->rest, 1, scan->rest.len);
    return c;
}

static void clock_take(struct clock_scan *scan, struct str expected)
{
    if (scan->failed || !str_starts(scan->rest, expected)) {
        scan->failed = true;
        return;
    }
    scan->rest = str_slice(scan->rest, expected.len, scan->rest.len);
}

static int64_t clock_take_number(struct clock_scan *scan, size_t digits, int64_t min, int64_t max)
{
    int64_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = clock_take_any(scan, "0123456789");
        number = number * 10 + (c ? c - '0' : 0);
    }
    if (number < min || number > max) {
        scan->failed = true;
    }
    return number;
}

static struct clock_date clock_take_date(struct clock_scan *scan)
{
    struct clock_date date;
    date.year = clock_take_number(scan, 4, 0, 9999);
    clock_take(scan, STR("-"));
    date.month = clock_take_number(scan, 2, 1, 12);
    clock_take(scan, STR("-"));
    date.day = clock_take_number(scan, 2, 1, 31);
    return date;
}

static struct clock_time clock_take_time(struct clock_scan *scan)
{
    struct clock_time time = { 0 };
    time.hour = clock_take_number(scan, 2, 0, 23);
    clock_take(scan, STR(":"));
    time.minute = clock_take_number(scan, 2, 0, 59);
    clock_take(scan, STR(":"));
    time.second = clock_take_number(scan, 2, 0, 60);
    return time;
}

/* ".1" to ".123456789": the part behind the point, cut to milliseconds. */
static int64_t clock_take_fraction(struct clock_scan *scan)
{
    if (!str_starts(scan->rest, STR("."))) {
        return 0;
    }
    clock_take(scan, STR("."));
    size_t digits = 0;
    while (digits < scan->rest.len && scan->rest.ptr[digits] >= '0' &&
           scan->rest.ptr[digits] <= '9') {
        digits++;
    }
    if (digits < 1 || digits > 9) {
        scan->failed = true;
        return 0;
    }
    int64_t number = clock_take_number(scan, digits, 0, 999999999);
    for (size_t i = digits; i < 9; i++) {
        number *= 10;
    }
    return number / 1000000;
}

static int64_t clock_take_zone_ms(struct clock_scan *scan)
{
    char sign = clock_take_any(scan, "Z+-");
    if (sign == 'Z' || scan->failed) {
        return 0;
    }
    int64_t hours = clock_take_number(scan, 2, 0, 23);
    clock_take(scan, STR(":"));
    int64_t minutes = clock_take_number(scan, 2, 0, 59);
    int64_t zone_ms = (hours * 60 + minutes) * 60000;
    return sign == '-' ? -zone_ms : zone_ms;
}

static bool clock_is_read(const struct clock_scan *scan)
{
    return !scan->failed && scan->rest.len == 0;
}

bool clock_parse(struct str text, int64_t *ret_wall_ms)
{
    struct clock_scan scan = { text, false };
    struct clock_date date = clock_take_date(&scan);
    clock_take(&scan, STR("T"));
    struct clock_time time = clock_take_time(&scan);
    time.ms = clock_take_fraction(&scan);
    int64_t zone_ms = clock_take_zone_ms(&scan);
    if (!clock_is_read(&scan)) {
        return false;
    }
    *ret_wall_ms = clock_ms(date, time) - zone_ms;
    return true;
}

int clock_offset_min(struct str text)
{
    size_t zone = text.len - min_size(text.len, 6);
    struct clock_scan scan = { .rest = str_slice(text, zone, text.len) };
    int64_t zone_ms = clock_take_zone_ms(&scan);
    return scan.failed ? 0 : (int)(zone_ms / 60000);
}

bool clock_parse_day_or_time(struct str text, int64_t *ret_wall_ms)
{
    struct clock_scan scan = { text, false };
    struct clock_date date = clock_take_date(&scan);
    if (!clock_is_read(&scan)) {
        return clock_parse(text, ret_wall_ms);
    }
    *ret_wall_ms = clock_days(date) * CLOCK_DAY_MS;
    return true;
}

bool clock_day_exists(struct str text)
{
    struct clock_scan scan = { text, false };
    struct clock_date date = clock_take_date(&scan);
    return !scan.failed && clock_date_exists(date);
}

static int64_t clock_take_month(struct clock_scan *scan)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int64_t i = 0; i < 12; i++) {
        struct str month = { months + 3 * i, 3 };
        if (str_starts(scan->rest, month)) {
            clock_take(scan, month);
            return i + 1;
        }
    }
    scan->failed = true;
    return 1;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool clock_parse_fixdate(struct str text, int64_t *ret_wall_ms)
{
    struct clock_scan scan = { str_slice(text, 3, text.len), false };
    clock_take(&scan, STR(", "));
    struct clock_date date = { .day = clock_take_number(&scan, 2, 1, 31) };
    clock_take(&scan, STR(" "));
    date.month = clock_take_month(&scan);
    clock_take(&scan, STR(" "));
    date.year = clock_take_number(&scan, 4, 0, 9999);
    clock_take(&scan, STR(" "));
    struct clock_time time = clock_take_time(&scan);
    clock_take(&scan, STR(" GMT"));
    if (!clock_is_read(&scan) || !clock_date_exists(date)) {
        return false;
    }
    *ret_wall_ms = clock_ms(date, time);
    return true;
}

/* "Sunday, 06-Nov-94 08:49:37 GMT". Of the years that end so it is the one that is at most 50
 * years ahead and less than 50 back. */
static bool clock_parse_rfc850(struct str text, int64_t now_wall_ms, int64_t *ret_wall_ms)
{
    struct clock_scan scan = { str_slice(text, str_find(text, STR(",")), text.len), false };
    clock_take(&scan, STR(", "));
    struct clock_date date = { .day = clock_take_number(&scan, 2, 1, 31) };
    clock_take(&scan, STR("-"));
    date.month = clock_take_month(&scan);
    clock_take(&scan, STR("-"));
    date.year = clock_take_number(&scan, 2, 0, 99);
    clock_take(&scan, STR(" "));
    struct clock_time time = clock_take_time(&scan);
    clock_take(&scan, STR(" GMT"));
    if (!clock_is_read(&scan)) {
        return false;
    }
    int64_t this_year = clock_date_of(now_wall_ms / CLOCK_DAY_MS).year;
    date.year += this_year / 100 * 100;
    if (date.year > this_year + 50) {
        date.year -= 100;
    } else if (date.year <= this_year - 50) {
        date.year += 100;
    }
    if (!clock_date_exists(date)) {
        return false;
    }
    *ret_wall_ms = clock_ms(date, time);
    return true;
}

/* "Sun Nov  6 08:49:37 1994" */
static bool clock_parse_asctime(struct str text, int64_t *ret_wall_ms)
{
    struct clock_scan scan = { str_slice(text, 3, text.len), false };
    clock_take(&scan, STR(" "));
    struct clock_date date = { .month = clock_take_month(&scan) };
    clock_take(&scan, STR(" "));
    bool is_short = str_starts(scan.rest, STR(" "));
    clock_take(&scan, is_short ? STR(" ") : STR(""));
    date.day = clock_take_number(&scan, is_short ? 1 : 2, 1, 31);
    clock_take(&scan, STR(" "));
    struct clock_time time = clock_take_time(&scan);
    clock_take(&scan, STR(" "));
    date.year = clock_take_number(&scan, 4, 0, 9999);
    if (!clock_is_read(&scan) || !clock_date_exists(date)) {
        return false;
    }
    *ret_wall_ms = clock_ms(date, time);
    return true;
}

bool clock_parse_http(struct str text, int64_t now_wall_ms, int64_t *ret_wall_ms)
{
    return clock_parse_fixdate(text, ret_wall_ms) ||
           clock_parse_rfc850(text, now_wall_ms, ret_wall_ms) ||
           clock_parse_asctime(text, ret_wall_ms);
}
