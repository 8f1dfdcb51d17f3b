/* A model's reply, of whatever bytes: read whole, or refused. */
#include "common/utf8.h"
#include "worker/answer/said.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct said said = { .text = STR_NONE };
    struct note note = { .text = "" };
    const struct str raw = { (const char *)bytes, len };
    arena_init(&arena, 1 << 20);
    enum err err = said_read(&arena, raw, &said, &note);
    assert(err == OK || err == ERR_ANSWER || err == ERR_NOMEM);
    if (err == OK) {
        assert(utf8_check(said.text, NULL) == OK && utf8_count(said.text) <= SAID_CHARS_MAX);
        assert(said.text.len == 0 || memchr(said.text.ptr, '\0', said.text.len) == NULL);
        assert(said.text.len > 0 || said.action == SAID_HANDOFF);
    }
    arena_fini(&arena);
    return 0;
}
