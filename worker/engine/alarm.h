/* alarm.h - who is to be woken when.
 *
 * A binary heap of deadlines. It has no clock: whoever drives the engine asks for the next
 * deadline and says what time it is.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_ALARM_H
#define ENGINE_ALARM_H

#include "common/base.h"

#define ALARM_NEVER INT64_MAX

/* Embedded in whoever is to be woken; zeroed before its first use. */
struct alarm {
    int64_t at_ms;  /* monotonic */
    size_t place;   /* in the heap, from 1; 0: not set */
};

struct alarms {
    struct alarm **heap;
    size_t count;
    size_t max;
};

/* Room for `max` alarms at once. */
MUST_USE enum err alarms_init(struct alarms *alarms, size_t max);
void alarms_fini(struct alarms *alarms);

/* Sets or moves it. There must be room. */
void alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t at_ms);

/* Does nothing if it is not set. */
void alarm_clear(struct alarms *alarms, struct alarm *alarm);

/* The next deadline, or ALARM_NEVER. */
int64_t alarms_next_ms(const struct alarms *alarms);

/* Takes out one whose time has come; NULL: none. */
struct alarm *alarms_ring(struct alarms *alarms, int64_t now_ms);

#endif
