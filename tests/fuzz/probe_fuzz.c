/* Whatever a peer says to the probes: a request, not one yet, or none. */
#include "worker/adapter/probe_http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str head = { (const char *)bytes, len };
    struct probe_request request = { .path = STR_NONE };
    if (probe_request_read(head, &request) == PROBE_GOOD) {
        assert(request.path.len > 0 && request.path.ptr[0] == '/');
        assert(request.path.ptr >= head.ptr);
        assert(request.path.ptr + request.path.len <= head.ptr + head.len);
    }
    return 0;
}
