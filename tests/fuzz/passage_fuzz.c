/* A page, or lines of JSON, as passages: bounded, valid, in order, and of a page nothing but
 * headings and what stands between blocks is left out. */
#include "common/json.h"
#include "tests/fuzz/check.h"
#include "worker/answer/passage_cut.h"

struct seen {
    const char *behind; /* the end of the passage before; NULL: not a page */
    size_t count;
};

static enum err check_passage(void *owner, const struct passage *passage)
{
    struct seen *seen = owner;
    CHECK(passage->text.len > 0 && passage->text.len <= PASSAGE_TEXT_BYTES_MAX);
    CHECK(passage->title.len <= PASSAGE_TITLE_BYTES_MAX);
    CHECK(passage->id.len > 0 && passage->id.len <= PASSAGE_ID_BYTES_MAX);
    CHECK(utf8_check(passage->text, NULL) == OK && utf8_check(passage->title, NULL) == OK);
    CHECK(utf8_check(passage->id, NULL) == OK);
    if (seen->behind) {
        CHECK(passage->text.ptr >= seen->behind);
        seen->behind = passage->text.ptr + passage->text.len;
    }
    return ++seen->count < 10000 ? OK : ERR_FULL;
}

static void check_fault(void *owner, size_t line, const struct note *note)
{
    (void)owner;
    CHECK(line > 0);
    check_note(note->text, sizeof(note->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct seen seen = { .behind = (const char *)bytes };
    struct passage_sheet sheet = { .name = STR("\xe6\x94\xbf\xe7\xad\x96/page"),
                                   .text = { (const char *)bytes, len },
                                   .owner = &seen,
                                   .on_passage = check_passage,
                                   .on_fault = check_fault };
    json_setup(1);
    if (len > 0 && utf8_check(sheet.text, NULL) == OK) {
        enum err err = passage_cut_page(&sheet);
        CHECK(err == OK || err == ERR_FULL);
    }
    seen = (struct seen){ .behind = NULL };
    enum err err = passage_cut_lines(&sheet);
    CHECK(err == OK || err == ERR_FULL);
    return 0;
}
