/* cases_fuzz.c - files of cases: nothing but an error for what is none. */
#include "tests/fuzz/check.h"

#include "common/json.h"
#include "worker/command/evaluate_cases.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct cases cases;
    struct note note = { 0 };
    json_setup(1);
    enum err err = cases_read(&cases, (struct str){ (const char *)bytes, len }, &note);
    CHECK(err == OK || note.text[0] || err == ERR_NOMEM);
    for (size_t i = 0; i < cases.count; i++) {
        CHECK(cases.all[i].records_count > 0);
    }
    cases_fini(&cases);
    return 0;
}
