/* retry_after.c - see retry_after.h. */
#include "common/retry_after.h"

#include "common/clock.h"

/* A bare number from here on is a point in time: seconds since 1970 until far beyond any span
 * that is obeyed, from the second bound on milliseconds. */
#define RETRY_EPOCH_S_MIN ((int64_t)1000000000)
#define RETRY_EPOCH_MS_MIN ((int64_t)1000000000000)

static size_t digits_of(struct str text)
{
    size_t len = 0;
    while (len < text.len && str_is_digit(text.ptr[len])) {
        len++;
    }
    return len;
}

/* "2" or "2.5" at the start of `*text`, which is moved behind it; in units of `unit_ms`. What is
 * too large is `max_ms`. False: no number is there. */
static bool number_take(struct str *text, int64_t unit_ms, int64_t max_ms, int64_t *ret_ms)
{
    size_t whole_len = digits_of(*text);
    struct str whole = str_slice(*text, 0, whole_len);
    struct str rest = str_slice(*text, whole_len, text->len);
    int64_t fraction_ms = 0;
    if (whole_len == 0) {
        return false;
    }
    if (rest.len > 0 && rest.ptr[0] == '.') {
        struct str fraction = str_slice(rest, 1, rest.len);
        size_t fraction_len = digits_of(fraction);
        if (fraction_len == 0) {
            return false;
        }
        int64_t scale = 1;
        for (size_t i = 0; i < min_size(fraction_len, 3); i++) {
            scale *= 10;
            fraction_ms += (fraction.ptr[i] - '0') * unit_ms / scale;
        }
        rest = str_slice(fraction, fraction_len, fraction.len);
    }
    int64_t count = 0;
    bool fits = str_to_i64(whole, 0, max_ms / unit_ms, &count);
    *ret_ms = fits ? min_i64(count * unit_ms + fraction_ms, max_ms) : max_ms;
    *text = rest;
    return true;
}

/* The whole text as a number of `unit_ms`; -1: it is none. */
static int64_t span_of_number(struct str text, int64_t unit_ms)
{
    int64_t span_ms = 0;
    if (!number_take(&text, unit_ms, RETRY_AFTER_MS_MAX, &span_ms) || text.len > 0) {
        return -1;
    }
    return span_ms;
}

static int64_t span_until(int64_t at_wall_ms, int64_t now_wall_ms)
{
    return min_i64(max_i64(0, at_wall_ms - now_wall_ms), RETRY_AFTER_MS_MAX);
}

/* The unit that `*text` begins with, which is cut off; 0: none. */
static int64_t unit_take(struct str *text)
{
    static const struct {
        struct str name;
        int64_t unit_ms;
    } units[] = { { STR("ms"), 1 },
                  { STR("s"), 1000 },
                  { STR("m"), 60000 },
                  { STR("h"), 3600000 },
                  { STR("d"), 86400000 } };
    for (size_t i = 0; i < countof(units); i++) {
        if (str_starts(*text, units[i].name)) {
            *text = str_slice(*text, units[i].name.len, text->len);
            return units[i].unit_ms;
        }
    }
    return 0;
}

/* "1h2m3.5s", the way Go writes time spans. */
static int64_t span_of_units(struct str text)
{
    int64_t total_ms = 0;
    if (text.len == 0) {
        return -1;
    }
    while (text.len > 0) {
        struct str number = text;
        int64_t ignored_ms;
        if (!number_take(&text, 1, RETRY_AFTER_MS_MAX, &ignored_ms)) {
            return -1;
        }
        number.len -= text.len;
        int64_t unit_ms = unit_take(&text);
        if (unit_ms == 0) {
            return -1;
        }
        total_ms = min_i64(total_ms + span_of_number(number, unit_ms), RETRY_AFTER_MS_MAX);
    }
    return total_ms;
}

static int64_t span_of_reset(struct str text, int64_t now_wall_ms)
{
    int64_t at_wall_ms = 0;
    struct str rest = text;
    if (clock_parse(text, &at_wall_ms)) {
        return span_until(at_wall_ms, now_wall_ms);
    }
    if (!number_take(&rest, 1, INT64_MAX, &at_wall_ms) || rest.len > 0) {
        return span_of_units(text);
    }
    if (at_wall_ms < RETRY_EPOCH_S_MIN) {
        return span_of_number(text, 1000);
    }
    if (at_wall_ms < RETRY_EPOCH_MS_MIN) {
        return span_until(at_wall_ms * 1000, now_wall_ms);
    }
    return span_until(at_wall_ms, now_wall_ms);
}

/* Something is left of it, so that it cannot be what refused. */
static bool limit_has_rest(const struct retry_limit *limit)
{
    int64_t left;
    return str_to_i64(limit->remaining, 1, INT64_MAX, &left);
}

/* The longest wait of the limits that are used up. */
static int64_t span_of_limits(const struct retry_said *said, int64_t now_wall_ms)
{
    int64_t longest_ms = -1;
    for (size_t i = 0; i < RETRY_LIMITS_MAX; i++) {
        if (!limit_has_rest(&said->limits[i])) {
            longest_ms = max_i64(longest_ms, span_of_reset(said->limits[i].reset, now_wall_ms));
        }
    }
    return longest_ms;
}

int64_t retry_after_ms(const struct retry_said *said, int64_t now_wall_ms)
{
    int64_t at_wall_ms = 0;
    int64_t wait_ms = span_of_number(said->retry_after_ms, 1);
    if (wait_ms < 0) {
        wait_ms = span_of_number(said->retry_after, 1000);
    }
    if (wait_ms < 0 && clock_parse_http(said->retry_after, now_wall_ms, &at_wall_ms)) {
        wait_ms = span_until(at_wall_ms, now_wall_ms);
    }
    return wait_ms >= 0 ? wait_ms : span_of_limits(said, now_wall_ms);
}
