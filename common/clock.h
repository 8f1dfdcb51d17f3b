/* clock.h - time as a value, and its written forms.
 *
 * An adapter updates a struct clock once per turn of the loop; everything else is handed
 * it. Deadlines are monotonic, what people read is wall time.
 *
 * Pure: no I/O, no clock of its own. Thread: any. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include "common/str.h"

struct clock {
    int64_t mono_ms; /* never goes back; says nothing about the date */
    int64_t wall_ms; /* since 1970-01-01T00:00:00Z */
};

#define CLOCK_TEXT_BYTES 25 /* "2025-01-31T23:59:59.123Z" and its NUL */

/* RFC 3339 in UTC with milliseconds. Clamped to the years 0000 to 9999. */
struct str clock_format(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);

/* TIME of schemas/README.md. False: it is none, nothing is written. Digits behind the
 * millisecond are cut off. */
bool clock_parse(struct str text, int64_t *ret_wall_ms);

/* The offset from UTC that a TIME which clock_parse() has taken ends with, in minutes. */
int clock_offset_min(struct str text);

/* As clock_format(), in the local time of that offset. */
#define CLOCK_LOCAL_BYTES (CLOCK_TEXT_BYTES + 5) /* "+08:00" in the place of "Z" */
struct str clock_format_local(int64_t wall_ms, int offset_min, char out[CLOCK_LOCAL_BYTES]);

/* TIME, or only a date, which means its midnight UTC. */
bool clock_parse_day_or_time(struct str text, int64_t *ret_wall_ms);

/* TIME takes February 30 for March 1 or 2, since a schema's pattern cannot hold the day against its
 * month. Whoever reads what a person has typed asks here first: does `text` begin with a date that
 * the calendar has? */
bool clock_day_exists(struct str text);

/* An HTTP date (RFC 9110: IMF-fixdate, RFC 850 and asctime forms) that the calendar has.
 * `now_wall_ms` tells the century of a two-digit year. */
bool clock_parse_http(struct str text, int64_t now_wall_ms, int64_t *ret_wall_ms);

#endif
