/* baskets_fuzz.c - files of baskets: nothing but an error for what is none. */
#include "tests/fuzz/check.h"

#include "common/json.h"
#include "worker/command/evaluate_past.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct baskets baskets;
    struct past past = { 0 };
    struct note note = { 0 };
    json_setup(1);
    enum err err = baskets_read(&baskets, (struct str){ (const char *)bytes, len }, &note);
    CHECK(err == OK || note.text[0] || err == ERR_NOMEM);
    if (err == OK) {
        CHECK(past_init(&past, &baskets) == OK);
        past_fini(&past);
    }
    baskets_fini(&baskets);
    return 0;
}
