/* A page as the folder's reader takes it: one that is not UTF-8 is left out whole and told, what is
 * taken can be looked for by its own words. The first byte says whether it is Markdown or lines of
 * JSON. */
#include "common/json.h"
#include "tests/fuzz/check.h"
#include "worker/adapter/knowledge_folder.h"

static int64_t no_time(void *owner)
{
    (void)owner;
    return 0;
}

static size_t check_log(void *owner, struct str bytes)
{
    size_t *lines = owner;
    CHECK(utf8_check(bytes, NULL) == OK);
    *lines += 1;
    return bytes.len;
}

static void check_found(struct knowledge_index *index)
{
    const struct passage *first = knowledge_index_at(index, 0);
    const struct passage_question question = { .text = first->text };
    struct passage_found found[4];
    size_t count = 0;
    CHECK(knowledge_index_find(index, &question, found, countof(found), &count) == OK);
    CHECK(count <= countof(found));
    for (size_t i = 0; i < count; i++) {
        CHECK(utf8_check(found[i].passage->text, NULL) == OK);
        CHECK(found[i].passage->id.len > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) {
        return 0;
    }
    size_t lines = 0;
    const struct log_options options = { .form = LOG_AS_JSON,
                                         .level = LOG_DEBUG,
                                         .buffer_bytes = (size_t)1 << 20,
                                         .wall_ms = no_time,
                                         .write = check_log,
                                         .owner = &lines };
    json_setup(1);
    struct log *log = log_create(&options);
    struct knowledge_index *index = knowledge_index_create();
    CHECK(log && index);
    const struct knowledge_folder folder = { .setting = "knowledge.dir",
                                             .path = "pages",
                                             .log = log,
                                             .index = index };
    bool is_page = bytes[0] % 2;
    struct str name = is_page ? STR("a/page.md") : STR("lines.JSONL");
    struct str text = { (const char *)bytes + 1, len - 1 };
    CHECK(knowledge_folder_take(&folder, name, text) == OK);
    log_flush(log);
    bool is_left_out = is_page && utf8_check(text, NULL) != OK;
    CHECK(!is_left_out || (knowledge_index_count(index) == 0 && lines > 0));
    CHECK(knowledge_index_settle(index) == OK);
    if (knowledge_index_count(index) > 0) {
        check_found(index);
    }
    knowledge_index_destroy(index);
    log_destroy(log);
    return 0;
}
