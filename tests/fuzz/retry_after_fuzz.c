/* Whatever a backend calls a waiting time, in whichever header: within bounds, or none. */
#include "common/retry_after.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct retry_said *said)
{
    static const int64_t nows_wall_ms[] = { 0, 1700000000000, 253402300799999 };
    for (size_t i = 0; i < countof(nows_wall_ms); i++) {
        int64_t wait_ms = retry_after_ms(said, nows_wall_ms[i]);
        assert(wait_ms >= -1 && wait_ms <= RETRY_AFTER_MS_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, len };
    struct str first = STR_NONE;
    struct str rest = text;
    check(&(struct retry_said){ .retry_after = text });
    check(&(struct retry_said){ .retry_after_ms = text });
    check(&(struct retry_said){ .limits = { { STR("0"), text } } });
    if (str_split(&rest, '\n', &first)) {
        check(&(struct retry_said){ .limits = { { first, rest }, { rest, first } } });
    }
    return 0;
}
