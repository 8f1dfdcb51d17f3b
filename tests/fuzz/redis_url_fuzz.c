/* Whatever someone writes into store.url: an address with sane parts, or a refusal. */
#include "worker/adapter/redis_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct redis_url url;
    struct note note = { .text = "" };
    enum err err = redis_url_parse((struct str){ (const char *)bytes, len }, &url, &note);
    if (err != OK) {
        assert(err == ERR_CONFIG && note.text[0] != '\0');
        return 0;
    }
    assert(url.db >= 0 && url.db <= REDIS_DB_MAX);
    assert(url.kind == REDIS_UNIX ? url.path[0] == '/' : url.host[0] != '\0');
    assert(url.kind == REDIS_UNIX || (url.port >= 1 && url.port <= 65535));
    return 0;
}
