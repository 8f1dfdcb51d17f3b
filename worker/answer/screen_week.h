/* screen_week.h - days of the week on which something is so each week: "Mon-Fri", "Monday to
 * Friday", 周一至五, "on Sundays".
 *
 * A full name that stands alone is a date (screen_date.h): "on Monday" may be the day of a parcel.
 * A short one is only a day next to another or before a number, for "the sun" is none. "Every day"
 * and "at weekends" are days where the sentence tells when somebody is there.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_WEEK_H
#define ANSWER_SCREEN_WEEK_H

#include "worker/answer/plain.h"

struct screen_week {
    unsigned days;   /* a bit each, the lowest is Monday's */
    int weekday;     /* the only one, 1, Monday, to 7; 0: these are several */
    bool is_working; /* "weekdays", 工作日: no days are named */
};

/* Bytes of the days that are told at `at`; 0: none are. */
size_t screen_week_at(struct str text, size_t at, struct screen_week *ret_week);

#endif
