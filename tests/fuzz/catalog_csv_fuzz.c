/* A catalogue as a table, of whatever bytes: each row becomes JSON that can be read, or is refused
 * with a reason. */
#include "common/json.h"
#include "common/utf8.h"
#include "worker/answer/catalog_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct catalog_csv csv;
    struct note note = { .text = "" };
    const struct str text = { (const char *)bytes, len };
    if (utf8_check(text, NULL) != OK) {
        return 0;
    }
    arena_init(&arena, (size_t)8 << 20);
    enum err err = catalog_csv_open(&arena, text, &csv, &note);
    size_t rows = 0;
    while (err == OK && rows <= len) {
        struct str json;
        err = catalog_csv_next(&arena, &csv, &json, &note);
        if (err != OK || !json.ptr) {
            break;
        }
        assert(json.ptr[0] == '{' && json.ptr[json.len - 1] == '}');
        rows++;
    }
    assert(rows <= len);
    assert(err == OK || err == ERR_NOMEM || (err == ERR_SCHEMA && note.text[0] != '\0'));
    arena_fini(&arena);
    return 0;
}
