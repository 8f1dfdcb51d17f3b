/* screen_date.h - days and times of day at a place of a plain text, in Chinese and English.
 *
 * Pure: no I/O; the present day is an argument. */
#ifndef ANSWER_SCREEN_DATE_H
#define ANSWER_SCREEN_DATE_H

#include "worker/answer/plain.h"

struct screen_date {
    int year;    /* 0: not said, as each of these */
    int month;   /* 1 to 12 */
    int day;     /* 1 to 31 */
    int weekday; /* 1, Monday, to 7 */
};

/* The bytes of a date at `at`, 0 for none. "Tomorrow" leans on `today`, a day since 1970. */
size_t screen_date_at(struct str text, size_t at, int64_t today, struct screen_date *date);

/* The bytes of a weekday's full name at `at`, 0 for none. */
size_t screen_weekday_at(struct str text, size_t at, int *ret_weekday);

/* The same for 9:30, "9 am", "5:30 p.m.", 9点半 and 下午5:00, which begins at its 5. */
size_t screen_clock_at(struct str text, size_t at, int64_t *ret_minutes);

/* Behind "st", "nd", "rd" or "th", if that stands at `at`; else `at`. */
size_t screen_ordinal_end(struct str text, size_t at);

/* True if all that is said of the one day holds for the other. */
bool screen_is_same_day(const struct screen_date *said, const struct screen_date *fact);

/* A day since 1970 as a whole date. */
struct screen_date screen_date_of(int64_t day);

/* The other way round, of a date with year, month and day. */
int64_t screen_day_of(const struct screen_date *date);

#endif
