/* adapter_knowledge_folder_test.c - folders of pages, good and bad, of one shop and of tenants. */
#include "worker/adapter/knowledge_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/json.h"
#include "tests/unit/cm.h"
#include "tests/unit/folder.h"

static char said[8192]; /* what the log was told */

static size_t keep_log(void *owner, struct str bytes)
{
    (void)owner;
    size_t len = strlen(said);
    snprintf(said + len, sizeof(said) - len, "%.*s", STR_ARG(bytes));
    return bytes.len;
}

static int64_t no_time(void *owner)
{
    (void)owner;
    return 0;
}

static struct log *open_log(void)
{
    const struct log_options options = {
        .form = LOG_AS_JSON, .buffer_bytes = 65536, .wall_ms = no_time, .write = keep_log
    };
    said[0] = '\0';
    return log_create(&options);
}

static struct knowledge_library *read_library(const char *dir, const char *tenants,
                                              struct log *log)
{
    struct knowledge_library *library = NULL;
    struct note note = { .text = "" };
    const struct library_options options = { .dir = dir, .tenants_dir = tenants, .log = log };
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), OK);
    log_flush(log);
    return library;
}

static struct str find(struct knowledge_library *library, const char *tenant, const char *question)
{
    struct knowledge_index *index = knowledge_library_of(library, str_from(tenant));
    struct passage_found got[1];
    size_t count = 0;
    if (!index) {
        return STR_NONE;
    }
    const struct passage_question asked = { .text = str_from(question) };
    assert_int_equal(knowledge_index_find(index, &asked, got, 1, &count), OK);
    return count > 0 ? got[0].passage->id : STR_NONE;
}

static void pages_of_all_folders_below_are_read(void **state)
{
    (void)state;
    folder_put("returns.md", "# Returns\nWithin 30 days.\n");
    folder_put("eu/customs.markdown", "# Customs\nNone inside the EU.\n");
    folder_put("faq.jsonl", "{\"question\":\"Voucher?\",\"answer\":\"Valid for a year.\"}\n");
    folder_put("notes.txt", "Vouchers are secret.\n");
    folder_put(".hidden.md", "# Hidden\nCustoms.\n");
    struct log *log = open_log();
    struct knowledge_library *library = read_library(folder, NULL, log);
    assert_int_equal(knowledge_library_count(library), 3);
    assert_true(str_is(find(library, "", "customs"), "eu/customs.markdown#1"));
    assert_true(str_is(find(library, "", "voucher"), "faq.jsonl#1"));
    assert_null(strstr(said, "left out"));
    knowledge_library_destroy(library);
    log_destroy(log);
}

static void a_bad_file_or_line_is_named_and_the_rest_is_used(void **state)
{
    (void)state;
    static const char gbk[] = "# Policy\n\xcd\xcb\xbb\xf5\xd5\xfe\xb2\xdf\n";
    folder_put("a.md", "# Good\nReturns within 30 days.\n");
    folder_put_bytes("gbk.md", gbk, sizeof(gbk) - 1);
    folder_put_bytes("latin.md", "ok\nok\nna\xefve\n", 12);
    folder_put_bytes("wide.md", "\xff\xfeo\0k\0\n", 8);
    folder_put("lines.jsonl", "{\"text\":\"Vouchers.\"}\n{\"text\":\n{\"id\":\"x\"}\n");
    struct log *log = open_log();
    struct knowledge_library *library = read_library(folder, NULL, log);
    assert_int_equal(knowledge_library_count(library), 2);
    const char *bad[] = { "\"file.path\":\"gbk.md\",\"deskhand.line\":2", "iconv -f GBK",
                          "\"file.path\":\"wide.md\",\"deskhand.line\":1", "iconv -f UTF-16",
                          "\"file.path\":\"latin.md\",\"deskhand.line\":3",
                          "\"file.path\":\"lines.jsonl\",\"deskhand.line\":2",
                          "\"deskhand.line\":3,\"deskhand.reason\":\"is missing at /text\"" };
    for (size_t i = 0; i < countof(bad); i++) {
        assert_non_null(strstr(said, bad[i]));
    }
    assert_true(str_is(find(library, "", "voucher"), "lines.jsonl#1"));
    knowledge_library_destroy(library);
    log_destroy(log);
}

static void an_empty_folder_is_told_and_a_missing_one_is_an_error(void **state)
{
    (void)state;
    struct log *log = open_log();
    struct knowledge_library *library = read_library(folder, NULL, log);
    assert_int_equal(knowledge_library_count(library), 0);
    assert_null(knowledge_library_of(library, STR("")));
    assert_non_null(strstr(said, "a folder has no pages"));
    knowledge_library_destroy(library);
    struct note note = { .text = "" };
    struct library_options options = { .dir = "/nowhere/at/all", .log = log };
    library = NULL;
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "knowledge.dir: /nowhere/at/all"));
    options = (struct library_options){ .tenants_dir = "/nowhere/at/all", .log = log };
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "tenants.dir: /nowhere/at/all"));
    assert_null(library);
    log_destroy(log);
}

static void a_page_of_five_megabytes_is_used_and_a_larger_file_is_not(void **state)
{
    (void)state;
    size_t len = KNOWLEDGE_FILE_BYTES_MAX + 1;
    char *page = malloc(len);
    assert_non_null(page);
    for (size_t i = 0; i < len; i++) {
        page[i] = i % 50 == 49 ? '\n' : i % 6 == 5 ? ' ' : (char)('a' + i % 23);
    }
    memcpy(page + (5 << 20) - 20, " zebra crossing. ", 17);
    folder_put_bytes("large.md", page, (size_t)5 << 20);
    folder_put_bytes("vast.md", page, len);
    free(page);
    struct log *log = open_log();
    struct knowledge_library *library = read_library(folder, NULL, log);
    assert_true(knowledge_library_count(library) > 4000);
    assert_true(str_starts(find(library, "", "zebra crossing"), STR("large.md#")));
    assert_non_null(strstr(said, "vast.md"));
    knowledge_library_destroy(library);
    log_destroy(log);
}

static void a_tenant_finds_its_own_pages_only(void **state)
{
    (void)state;
    folder_put("shop/returns.md", "# Returns\nWithin 30 days.\n");
    folder_put("tenants/acme/knowledge/returns.md", "# Returns\nWithin 14 days.\n");
    folder_put("tenants/bolt/knowledge/faq.md", "# Vouchers\nNone.\n");
    folder_put("tenants/bare/prompt.txt", "Be kind.\n");
    char shop[FOLDER_PATH_BYTES];
    char tenants[FOLDER_PATH_BYTES];
    snprintf(shop, sizeof(shop), "%s/shop", folder);
    snprintf(tenants, sizeof(tenants), "%s/tenants", folder);
    struct log *log = open_log();
    struct knowledge_library *library = read_library(shop, tenants, log);
    assert_int_equal(knowledge_library_count(library), 3);
    assert_true(str_is(find(library, "", "returns"), "returns.md#1"));
    assert_true(str_is(find(library, "acme", "returns"), "returns.md#1"));
    assert_int_equal(find(library, "bolt", "returns").len, 0);
    assert_int_equal(find(library, "acme", "vouchers").len, 0);
    assert_null(knowledge_library_of(library, STR("bare")));
    assert_null(knowledge_library_of(library, STR("unknown")));
    assert_true(knowledge_library_of(library, STR("acme")) !=
                knowledge_library_of(library, STR_NONE));
    knowledge_library_destroy(library);
    log_destroy(log);
}

static void what_is_no_folder_where_a_tenants_pages_should_be_is_an_error(void **state)
{
    (void)state;
    folder_put("acme/knowledge", "# Returns\nWithin 14 days.\n");
    folder_put("note.txt", "A file beside the tenants is none of them.\n");
    struct log *log = open_log();
    struct note note = { .text = "" };
    const struct library_options options = { .tenants_dir = folder, .log = log };
    struct knowledge_library *library = NULL;
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "/acme/knowledge is not a folder"));
    assert_null(library);
    log_destroy(log);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_of_all_folders_below_are_read, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(a_bad_file_or_line_is_named_and_the_rest_is_used,
                                        folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(an_empty_folder_is_told_and_a_missing_one_is_an_error,
                                        folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(a_page_of_five_megabytes_is_used_and_a_larger_file_is_not,
                                        folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(a_tenant_finds_its_own_pages_only, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(
            what_is_no_folder_where_a_tenants_pages_should_be_is_an_error, folder_make,
            folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
