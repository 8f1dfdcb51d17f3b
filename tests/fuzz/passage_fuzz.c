/* A page, or lines of JSON, as passages: bounded, valid, and of a page nothing is told twice. */
#include "common/json.h"
#include "tests/fuzz/check.h"
#include "worker/answer/markdown.h"
#include "worker/answer/passage_cut.h"

struct seen {
    size_t bytes;
    size_t count;
};

static enum err check_passage(void *owner, const struct passage *passage)
{
    struct seen *seen = owner;
    CHECK(passage->text.len > 0);
    CHECK(passage->text.len <= PASSAGE_TEXT_BYTES_MAX * MARKDOWN_GROWTH);
    CHECK(passage->title.len <= PASSAGE_TITLE_BYTES_MAX * MARKDOWN_GROWTH);
    CHECK(passage->id.len > 0 && passage->id.len <= PASSAGE_ID_BYTES_MAX);
    CHECK(utf8_check(passage->text, NULL) == OK && utf8_check(passage->title, NULL) == OK);
    CHECK(utf8_check(passage->id, NULL) == OK);
    seen->bytes += passage->text.len;
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
    struct seen seen = { .count = 0 };
    struct passage_sheet sheet = { .name = STR("\xe6\x94\xbf\xe7\xad\x96/page"),
                                   .text = { (const char *)bytes, len },
                                   .owner = &seen,
                                   .on_passage = check_passage,
                                   .on_fault = check_fault };
    json_setup(1);
    if (len > 0 && utf8_check(sheet.text, NULL) == OK) {
        enum err err = passage_cut_page(&sheet);
        CHECK(err == OK || err == ERR_FULL);
        CHECK(seen.bytes <= len * MARKDOWN_GROWTH);
    }
    seen = (struct seen){ .count = 0 };
    enum err err = passage_cut_lines(&sheet);
    CHECK(err == OK || err == ERR_FULL);
    return 0;
}
