/* limit.c - see limit.h. The figures are chosen so that one refusal a cycle is at most one call
 * in LIMIT_BORNE_MIN, and that a tenfold capacity is found within ten seconds while a call takes
 * half a second or less; slower calls stretch the curve in proportion. */
#include "worker/engine/limit.h"

#include <math.h>
#include <stdlib.h>

#define LIMIT_RESTART 16
#define LIMIT_STEP 0.8            /* what is left of the limit after a step down */
#define LIMIT_PLUNGE 0.6          /* of what was borne, when nothing was since the last step */
#define LIMIT_CURVE 1.0           /* CUBIC's C: calls per cubed second */
#define LIMIT_PACE_MS 500.0       /* calls that take longer stretch the curve */
#define LIMIT_PACE_SHARE 0.05     /* of the newest call in the smoothed pace */
#define LIMIT_BORNE_MIN 64        /* calls that go well before more than the ceiling is tried */
#define LIMIT_FAILED_SHARE 4      /* one in so many failed: congestion */
#define LIMIT_SLOW_GROW 1.5       /* medians above that many times the usual stop the growth */
#define LIMIT_SLOW_STEP 2.0       /* and above that many they are congestion */
#define LIMIT_EPOCH_MS 30000      /* the usual median is the lowest of one to two of these */

void limit_init(struct limit *limit, size_t max, size_t start)
{
    assert(max > 0 && start > 0);
    *limit = (struct limit){ .max = max, .is_starting = true };
    limit->window = (double)min_size(max, start);
    limit->ceiling = (double)max;
    limit->proven = (double)max;
}

size_t limit_now(const struct limit *limit)
{
    return max_size((size_t)limit->window, 1);
}

/* `borne` is the level that was still good. A backend that bore no call made since the last step
 * can do far less than it could: four fifths each time would cost it a refusal for each fifth. */
static void limit_step_down(struct limit *limit, double borne, const struct limit_sample *sample)
{
    bool is_plunging = !limit->is_starting && limit->borne == 0;
    if (limit->borne >= LIMIT_BORNE_MIN) {
        limit->proven = fmax(limit->ceiling, limit->window);
    }
    double ceiling = fmin(limit->window, borne) * (is_plunging ? LIMIT_PLUNGE : 1);
    limit->ceiling = fmax(1, ceiling);
    limit->window = fmax(1, limit->ceiling * LIMIT_STEP);
    limit->is_starting = false;
    limit->grown_s = 0;
    limit->grown_at_ms = sample->now_ms;
    limit->reduced_at = sample->made;
    limit->borne = 0;
}

/* K of RFC 9438, section 4.2: seconds until the curve is at the ceiling. */
static double limit_plateau_s(const struct limit *limit)
{
    return cbrt(limit->ceiling * (1 - LIMIT_STEP) / LIMIT_CURVE);
}

/* W(t) = C (t - K)^3 + Wmax, of the same section. */
static double limit_curve(const struct limit *limit)
{
    double t = limit->grown_s - limit_plateau_s(limit);
    return limit->ceiling + LIMIT_CURVE * t * t * t;
}

/* What RFC 9438, section 5.8, asks before the window may grow. Of calls that end at once only the
 * first is seen with all others running, though all of them were wanted: hence was_held. */
static bool limit_is_wanted(const struct limit *limit, const struct limit_sample *sample)
{
    return sample->was_held || sample->running >= limit_now(limit);
}

/* Time counts only while the limit was what held calls back, and one call's time at most between
 * two calls: a quiet night is no reason to try ten times as much in the morning. */
static void limit_grow(struct limit *limit, const struct limit_sample *sample)
{
    double passed_ms = fmin((double)(sample->now_ms - limit->grown_at_ms), limit->pace_ms);
    limit->grown_at_ms = sample->now_ms;
    if (!limit_is_wanted(limit, sample) || limit->is_slow) {
        return;
    }
    limit->grown_s += passed_ms / 1000 * fmin(1, LIMIT_PACE_MS / fmax(limit->pace_ms, 1));
    double wanted = limit->is_starting ? limit->window + 1 : limit_curve(limit);
    if (limit->is_starting && wanted >= limit->ceiling) {
        limit->is_starting = false; /* from here on as behind the plateau */
        limit->grown_s = limit_plateau_s(limit);
    }
    if (limit->borne < LIMIT_BORNE_MIN) {
        /* Nor is there a jump afterwards: the curve is left at its plateau. */
        limit->grown_s = fmin(limit->grown_s, limit_plateau_s(limit));
        wanted = fmin(wanted, limit->ceiling);
    }
    limit->window = fmin(fmax(limit->window, wanted), (double)limit->max);
}

static int limit_compare(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left;
    int32_t b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* The median, since a tenth of all calls may take a minute without any load. */
static double limit_median_ms(struct limit *limit)
{
    qsort(limit->took_ms, limit->took_count, sizeof(limit->took_ms[0]), limit_compare);
    return fmax(1, limit->took_ms[limit->took_count / 2]);
}

static void limit_learn_usual(struct limit *limit, double median_ms, int64_t now_ms)
{
    if (now_ms - limit->epoch_ms >= LIMIT_EPOCH_MS) {
        limit->usual_ms[1] = limit->usual_ms[0];
        limit->usual_ms[0] = 0;
        limit->epoch_ms = now_ms;
    }
    if (limit->usual_ms[0] <= 0 || median_ms < limit->usual_ms[0]) {
        limit->usual_ms[0] = median_ms;
    }
}

/* A window of samples is full. */
static void limit_judge(struct limit *limit, const struct limit_sample *sample)
{
    double median_ms = limit_median_ms(limit);
    limit_learn_usual(limit, median_ms, sample->now_ms);
    double usual_ms = limit->usual_ms[0];
    if (limit->usual_ms[1] > 0) {
        usual_ms = fmin(usual_ms, limit->usual_ms[1]);
    }
    limit->is_slow = median_ms > LIMIT_SLOW_GROW * usual_ms;
    bool is_used = sample->running >= limit_now(limit);
    if (is_used && median_ms > LIMIT_SLOW_STEP * usual_ms && sample->serial > limit->reduced_at) {
        limit_step_down(limit, limit->window, sample);
    }
    limit->took_count = 0;
    limit->failed = 0;
}

static void limit_take_good(struct limit *limit, const struct limit_sample *sample)
{
    double took_ms = (double)max_i64(sample->took_ms, 1);
    limit->pace_ms = limit->pace_ms > 0
                         ? limit->pace_ms + LIMIT_PACE_SHARE * (took_ms - limit->pace_ms)
                         : took_ms;
    if (sample->serial > limit->reduced_at) { /* the others were made at another level */
        limit->borne++;
        limit_grow(limit, sample);
    }
    limit->took_ms[limit->took_count++] = (int32_t)min_i64(sample->took_ms, INT32_MAX);
    if (limit->took_count == LIMIT_SAMPLES) {
        limit_judge(limit, sample);
    }
}

static void limit_take_failed(struct limit *limit, const struct limit_sample *sample)
{
    limit->failed++;
    bool are_many = limit->failed * LIMIT_FAILED_SHARE >= LIMIT_SAMPLES &&
                    limit->failed * LIMIT_FAILED_SHARE >= limit->failed + limit->took_count;
    if (are_many && sample->serial > limit->reduced_at) {
        limit_step_down(limit, limit->window, sample);
        limit->failed = 0;
    }
}

void limit_take(struct limit *limit, const struct limit_sample *sample)
{
    switch (sample->result) {
    case LIMIT_OK:
        limit_take_good(limit, sample);
        break;
    case LIMIT_REFUSED:
        if (sample->serial > limit->reduced_at) {
            limit_step_down(limit, (double)sample->running - 1, sample);
        }
        break;
    case LIMIT_FAILED:
        limit_take_failed(limit, sample);
        break;
    case LIMIT_OTHER:
        break;
    }
}

void limit_restart(struct limit *limit, uint64_t made)
{
    limit->ceiling = fmax(limit->proven, fmax(limit->ceiling, limit->window));
    limit->window = fmin(limit->window, (double)min_size(limit->max, LIMIT_RESTART));
    limit->is_starting = true;
    limit->reduced_at = made;
    limit->grown_s = 0;
    limit->borne = 0;
    limit->took_count = 0;
    limit->failed = 0;
    limit->is_slow = false;
}
