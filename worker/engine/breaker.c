/* breaker.c - see breaker.h. */
#include "worker/engine/breaker.h"

#include <string.h>

#define BREAKER_STREAK 20 /* opens it: five failures, or twenty refusals because of load */
#define BREAKER_BAD 4
#define BREAKER_BUSY 1
#define BREAKER_OPERATOR 10
#define BREAKER_BUSY_MS 1000 /* refusals that come in one go are a matter of the limit */
#define BREAKER_CALLS_MIN 20 /* fewer make no share */
#define BREAKER_OPERATOR_PROBE_MS 5000
#define BREAKER_QUIET_MS 3500
#define BREAKER_QUIET_PACES 8
#define BREAKER_QUIET_CALLS 3

enum breaker_sign { SIGN_GOOD, SIGN_BUSY, SIGN_BAD, SIGN_OPERATOR, SIGN_NONE };

/* Rows: from. Bits: where it may go from there. */
static const unsigned breaker_next[BREAKER_STATE_COUNT] = {
    [BREAKER_CLOSED] = BIT(BREAKER_OPEN),
    [BREAKER_OPEN] = BIT(BREAKER_HALF_OPEN),
    [BREAKER_HALF_OPEN] = BIT(BREAKER_OPEN) | BIT(BREAKER_CLOSED),
};

static void breaker_move(struct breaker *breaker, enum breaker_state to)
{
    if (!(breaker_next[breaker->state] & BIT(to))) {
        BUG("a breaker makes a move that does not exist");
    }
    breaker->state = to;
}

void breaker_init(struct breaker *breaker)
{
    *breaker = (struct breaker){ .quiet_since_ms = INT64_MAX };
}

bool breaker_is_for_operator(enum err err)
{
    return err == ERR_AUTH || err == ERR_NO_MODEL;
}

/* A backend that refuses one request, or says what cannot be used, is there. */
static enum breaker_sign breaker_sign(enum err err)
{
    if (breaker_is_for_operator(err)) {
        return SIGN_OPERATOR;
    }
    if (err == ERR_CANCELLED || err == ERR_NOMEM || err == ERR_FULL) {
        return SIGN_NONE;
    }
    if (err == ERR_TIMEOUT || err == ERR_UNREACHABLE || err == ERR_BACKEND) {
        return SIGN_BAD;
    }
    return err == ERR_BUSY ? SIGN_BUSY : SIGN_GOOD;
}

bool breaker_is_outage(enum err err)
{
    enum breaker_sign sign = breaker_sign(err);
    return sign == SIGN_BUSY || sign == SIGN_BAD || sign == SIGN_OPERATOR;
}

static int64_t breaker_probe_every_ms(const struct breaker *breaker)
{
    return breaker_is_for_operator(breaker->why) ? BREAKER_OPERATOR_PROBE_MS : BREAKER_PROBE_MS;
}

static void breaker_open(struct breaker *breaker, enum err why, int64_t now_ms)
{
    if (breaker->is_lowered) {
        return;
    }
    breaker_move(breaker, BREAKER_OPEN);
    breaker->openings++;
    breaker->why = why;
    breaker->opened_ms = now_ms;
    breaker->probe_at_ms = now_ms + breaker_probe_every_ms(breaker);
}

static void breaker_close(struct breaker *breaker)
{
    breaker_move(breaker, BREAKER_CLOSED);
    breaker->probes = 0;
    breaker->streak = 0;
    memset(breaker->buckets, 0, sizeof(breaker->buckets));
}

bool breaker_lets(const struct breaker *breaker, int64_t now_ms)
{
    return breaker->state == BREAKER_CLOSED ||
           (now_ms >= breaker->probe_at_ms && breaker->probes < BREAKER_PROBES_MAX);
}

unsigned breaker_start(struct breaker *breaker, size_t running, int64_t now_ms)
{
    assert(breaker_lets(breaker, now_ms));
    if (breaker->state == BREAKER_CLOSED) {
        if (running == 1) {
            breaker->quiet_since_ms = now_ms;
        }
        return 0;
    }
    if (breaker->state == BREAKER_OPEN) {
        breaker_move(breaker, BREAKER_HALF_OPEN);
    }
    breaker->probes++;
    breaker->probe_at_ms = now_ms + breaker_probe_every_ms(breaker);
    return breaker->openings;
}

/* Half of the calls of the last seconds failed. */
static bool breaker_count(struct breaker *breaker, enum breaker_sign sign, int64_t now_ms)
{
    int64_t second = now_ms / 1000;
    size_t place = (size_t)(second % BREAKER_SECONDS);
    if (breaker->buckets[place].second != second) {
        breaker->buckets[place].second = second;
        breaker->buckets[place].good = 0;
        breaker->buckets[place].bad = 0;
    }
    breaker->buckets[place].good += sign == SIGN_GOOD ? 1 : 0;
    breaker->buckets[place].bad += sign == SIGN_BAD || sign == SIGN_OPERATOR ? 1 : 0;
    size_t good = 0;
    size_t bad = 0;
    for (size_t i = 0; i < BREAKER_SECONDS; i++) {
        bool is_recent = breaker->buckets[i].second > second - BREAKER_SECONDS;
        good += is_recent ? breaker->buckets[i].good : 0;
        bad += is_recent ? breaker->buckets[i].bad : 0;
    }
    return good + bad >= BREAKER_CALLS_MIN && bad >= good;
}

static unsigned breaker_weight(const struct breaker *breaker, enum breaker_sign sign)
{
    if (sign == SIGN_OPERATOR) {
        return breaker->was_good ? BREAKER_OPERATOR : BREAKER_STREAK;
    }
    return sign == SIGN_BAD ? BREAKER_BAD : BREAKER_BUSY;
}

static void breaker_end_closed(struct breaker *breaker, enum breaker_sign sign, enum err err,
                               int64_t now_ms)
{
    bool half_failed = breaker_count(breaker, sign, now_ms);
    if (sign == SIGN_GOOD) {
        breaker->streak = 0;
        return;
    }
    if (breaker->streak == 0) {
        breaker->streak_since_ms = now_ms;
    }
    breaker->streak += breaker_weight(breaker, sign);
    bool is_burst = sign == SIGN_BUSY && now_ms - breaker->streak_since_ms < BREAKER_BUSY_MS;
    if ((breaker->streak >= BREAKER_STREAK && !is_burst) || half_failed) {
        breaker_open(breaker, err, now_ms);
    }
}

/* Late ends of calls from before it opened change nothing: only a probe closes it. */
static void breaker_end_probe(struct breaker *breaker, enum breaker_sign sign, enum err err)
{
    breaker->probes--;
    if (sign == SIGN_GOOD) {
        breaker_close(breaker);
        return;
    }
    if (sign != SIGN_NONE) {
        breaker->why = err;
    }
    if (breaker->probes == 0) {
        breaker_move(breaker, BREAKER_OPEN);
    }
}

void breaker_end(struct breaker *breaker, enum err err, unsigned opening, int64_t now_ms)
{
    enum breaker_sign sign = breaker_sign(err);
    if (sign == SIGN_GOOD) {
        breaker->was_good = true;
        breaker->quiet_since_ms = now_ms;
    }
    if (breaker->state == BREAKER_CLOSED && sign != SIGN_NONE) {
        breaker_end_closed(breaker, sign, err, now_ms);
    } else if (breaker->state == BREAKER_HALF_OPEN && opening == breaker->openings) {
        breaker_end_probe(breaker, sign, err);
    }
}

void breaker_watch(struct breaker *breaker, size_t running, int64_t pace_ms, int64_t now_ms)
{
    if (breaker->state != BREAKER_CLOSED || running < BREAKER_QUIET_CALLS || pace_ms <= 0) {
        return;
    }
    int64_t most_ms = max_i64(BREAKER_QUIET_MS, BREAKER_QUIET_PACES * pace_ms);
    if (breaker->quiet_since_ms < now_ms && now_ms - breaker->quiet_since_ms > most_ms) {
        breaker_open(breaker, ERR_TIMEOUT, now_ms);
    }
}
