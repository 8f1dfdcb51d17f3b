/* stored.c - see stored.h. */
#include "common/stored.h"

enum err stored_check(const struct json_at *at)
{
    int64_t version;
    TRY(json_want_int(at, "v", STORED_OLDEST, INT32_MAX, &version));
    return version > STORED_NEWEST ? ERR_VERSION : OK;
}
