/* A list of banned words, of whatever bytes, and a text behind a NUL that is held against it. */
#include "worker/answer/ban.h"

#include "common/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct ban ban;
    struct note note = { .text = "" };
    struct str whole = { (const char *)bytes, len };
    struct str list;
    arena_init(&arena, (size_t)1 << 22);
    if (str_split(&whole, '\0', &list)) {
        enum err err = ban_read(&arena, list, &ban, &note);
        assert(err == OK || err == ERR_NOMEM || (err == ERR_CONFIG && note.text[0] != '\0'));
        if (err == OK && utf8_check(whole, NULL) == OK) {
            (void)ban_finds(&ban, STR("cn"), whole, STR("tea"));
        }
    }
    arena_fini(&arena);
    return 0;
}
