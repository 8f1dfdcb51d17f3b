/* alarm.c - see alarm.h. */
#include "worker/engine/alarm.h"

#include "common/mem.h"

enum err alarms_init(struct alarms *alarms, size_t max)
{
    struct alarm **heap = mem_zero(max + 1, sizeof(struct alarm *));
    if (!heap) {
        return ERR_NOMEM;
    }
    *alarms = (struct alarms){ .heap = heap, .max = max };
    return OK;
}

void alarms_fini(struct alarms *alarms)
{
    mem_free(alarms->heap);
    *alarms = (struct alarms){ 0 };
}

static void alarm_put(struct alarms *alarms, struct alarm *alarm, size_t place)
{
    alarms->heap[place] = alarm;
    alarm->place = place;
}

static void alarm_rise(struct alarms *alarms, struct alarm *alarm)
{
    size_t place = alarm->place;
    while (place > 1 && alarms->heap[place / 2]->at_ms > alarm->at_ms) {
        alarm_put(alarms, alarms->heap[place / 2], place);
        place /= 2;
    }
    alarm_put(alarms, alarm, place);
}

static void alarm_sink(struct alarms *alarms, struct alarm *alarm)
{
    size_t place = alarm->place;
    for (;;) {
        size_t child = place * 2;
        if (child > alarms->count) {
            break;
        }
        if (child < alarms->count &&
            alarms->heap[child + 1]->at_ms < alarms->heap[child]->at_ms) {
            child++;
        }
        if (alarms->heap[child]->at_ms >= alarm->at_ms) {
            break;
        }
        alarm_put(alarms, alarms->heap[child], place);
        place = child;
    }
    alarm_put(alarms, alarm, place);
}

void alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t at_ms)
{
    if (!alarm->place) {
        assert(alarms->count < alarms->max);
        alarm_put(alarms, alarm, ++alarms->count);
    }
    alarm->at_ms = at_ms;
    alarm_rise(alarms, alarm);
    alarm_sink(alarms, alarm);
}

void alarm_clear(struct alarms *alarms, struct alarm *alarm)
{
    if (!alarm->place) {
        return;
    }
    size_t place = alarm->place;
    struct alarm *last = alarms->heap[alarms->count--];
    alarm->place = 0;
    if (last != alarm) {
        alarm_put(alarms, last, place);
        alarm_rise(alarms, last);
        alarm_sink(alarms, last);
    }
}

int64_t alarms_next_ms(const struct alarms *alarms)
{
    return alarms->count ? alarms->heap[1]->at_ms : ALARM_NEVER;
}

struct alarm *alarms_ring(struct alarms *alarms, int64_t now_ms)
{
    if (alarms_next_ms(alarms) > now_ms) {
        return NULL;
    }
    struct alarm *alarm = alarms->heap[1];
    alarm_clear(alarms, alarm);
    return alarm;
}
