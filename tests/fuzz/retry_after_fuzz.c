/* Whatever a backend calls a waiting time: within bounds, or none. */
#include "worker/adapter/model_http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, len };
    int64_t seconds_ms = model_http_retry_after(STR_NONE, text, 1700000000000);
    int64_t wait_ms = model_http_retry_after(text, STR_NONE, 1700000000000);
    assert(seconds_ms >= -1 && seconds_ms <= MODEL_RETRY_AFTER_MS_MAX);
    assert(wait_ms >= -1 && wait_ms <= MODEL_RETRY_AFTER_MS_MAX);
    return 0;
}
