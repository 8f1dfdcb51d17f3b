/* Any bytes taken for base64, a varint, a time or a date: refused, or the one written form of what
 * they stand for. */
#include "common/base64.h"
#include "common/clock.h"
#include "common/varint.h"
#include "tests/fuzz/check.h"

#define BYTES_MAX ((size_t)4096)
#define YEAR_0_MS ((int64_t)-62167219200000)
#define YEAR_10000_MS ((int64_t)253402300800000)
#define NOW_MS ((int64_t)1764324000000)

static void check_base64(struct str text, enum base64_kind kind)
{
    struct buf bytes;
    struct buf again;
    buf_init(&bytes, BYTES_MAX);
    buf_init(&again, 2 * BYTES_MAX);
    enum err err = base64_decode(text, kind, &bytes);
    if (err == OK) {
        CHECK(base64_encode(buf_str(&bytes), kind, &again) == OK);
        CHECK(str_eq(buf_str(&again), text));
    } else {
        CHECK(err == ERR_FORMAT && bytes.len == 0);
    }
    bytes.len = 0;
    again.len = 0;
    CHECK(base64_encode(text, kind, &again) == OK);
    CHECK(again.len == base64_length(text.len, kind));
    CHECK(base64_decode(buf_str(&again), kind, &bytes) == OK);
    CHECK(str_eq(buf_str(&bytes), text));
    buf_fini(&bytes);
    buf_fini(&again);
}

static void check_varints(struct str bytes)
{
    struct str rest = bytes;
    struct buf again;
    uint64_t number;
    buf_init(&again, VARINT_BYTES_MAX);
    while (varint_take(&rest, &number) == OK) {
        buf_clear(&again);
        CHECK(varint_add(&again, number) == OK && again.len == varint_length(number));
        CHECK(str_starts(str_slice(bytes, bytes.len - rest.len - again.len, again.len),
                         buf_str(&again)));
    }
    buf_fini(&again);
}

/* What the form can hold reads back; zones may lead a day past its first and last year. */
static void check_time(struct str text)
{
    char out[CLOCK_TEXT_BYTES];
    int64_t wall_ms;
    int64_t again;
    if (clock_parse_day_or_time(text, &wall_ms)) {
        CHECK(wall_ms >= YEAR_0_MS - 86400000 && wall_ms <= YEAR_10000_MS + 86400000);
        CHECK(clock_parse(clock_format(wall_ms, out), &again));
        CHECK(again == wall_ms || wall_ms < YEAR_0_MS || wall_ms >= YEAR_10000_MS);
    }
    if (clock_parse_http(text, NOW_MS, &wall_ms)) {
        CHECK(wall_ms >= YEAR_0_MS && wall_ms <= YEAR_10000_MS + 86400000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str input = { (const char *)bytes, min_size(len, BYTES_MAX) };
    check_base64(input, BASE64_STANDARD);
    check_base64(input, BASE64_URL);
    check_varints(input);
    check_time(input);
    return 0;
}
