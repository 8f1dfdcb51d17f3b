/* adapter_knowledge_library_test.c - pages of a topic and of folders, side by side: whose they are,
 * which goes first, and what happens when memory runs out. (Folders alone: see
 * adapter_knowledge_folder_test.c.) */
#include "worker/adapter/knowledge_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/json.h"
#include "tests/unit/folder.h"
#include "tests/unit/leaf.h"

static const struct library_page returns = { .name = STR("returns.md"),
                                             .text = STR("# Returns\nWithin 30 days.\n") };
static const struct library_page lin_returns = { .tenant = STR("lin"),
                                                 .name = STR("returns.md"),
                                                 .text = STR("# Returns\nWithin 14 days.\n") };
static const struct library_page faq = {
    .name = STR("faq.jsonl"),
    .text = STR("{\"id\":\"v\",\"question\":\"Voucher?\",\"answer\":\"Valid for a year.\"}\n")
};

/* The text of the first passage that is found, or nothing. */
static struct str find(const struct knowledge_library *library, const char *tenant,
                       const char *question)
{
    struct knowledge_index *index = knowledge_library_of(library, str_from(tenant));
    struct passage_found got[1];
    size_t count = 0;
    const struct passage_question asked = { .text = str_from(question) };
    if (index) {
        assert_int_equal(knowledge_index_find(index, &asked, got, 1, &count), OK);
    }
    return count > 0 ? got[0].passage->text : STR_NONE;
}

static struct knowledge_library *read_library(const char *dir, const struct library_page **pages,
                                              size_t count)
{
    struct knowledge_library *library = NULL;
    struct note note = { .text = "" };
    const struct library_options options = { .dir = dir };
    assert_int_equal(knowledge_library_read(&options, pages, count, &library, &note), OK);
    return library;
}

static void pages_of_a_topic_are_found_by_their_tenants_only(void **state)
{
    (void)state;
    const struct library_page *pages[] = { &lin_returns, &faq, &returns };
    struct knowledge_library *library = read_library(NULL, pages, countof(pages));
    assert_int_equal(knowledge_library_count(library), 3);
    assert_text(find(library, "", "returns"), "Within 30 days.");
    assert_text(find(library, "lin", "returns"), "Within 14 days.");
    assert_text(find(library, "", "voucher"), "Valid for a year.");
    assert_int_equal(find(library, "lin", "voucher").len, 0);
    assert_null(knowledge_library_of(library, STR("acme")));
    knowledge_library_destroy(library);
}

static void a_page_of_the_topic_goes_before_a_file_of_its_name(void **state)
{
    (void)state;
    folder_put("returns.md", "# Returns\nWithin 7 days.\n");
    folder_put("shipping.md", "# Shipping\nThree days.\n");
    const struct library_page *pages[] = { &returns, &lin_returns };
    struct knowledge_library *library = read_library(folder, pages, countof(pages));
    assert_text(find(library, "", "returns"), "Within 30 days.");
    assert_text(find(library, "", "shipping"), "Three days.");
    assert_int_equal(knowledge_library_count(library), 3);
    knowledge_library_destroy(library);
    const struct library_page *others[] = { &lin_returns };
    library = read_library(folder, others, countof(others));
    assert_text(find(library, "", "returns"), "Within 7 days.");
    knowledge_library_destroy(library);
}

/* Which of two records of one name comes first must not hang on how they are kept. */
static void the_order_of_the_pages_changes_nothing(void **state)
{
    (void)state;
    static const struct library_page again = { .name = STR("returns.md"),
                                               .text = STR("# Returns\nAsk us.\n") };
    const struct library_page *one[] = { &returns, &again };
    const struct library_page *other[] = { &again, &returns };
    struct knowledge_library *first = read_library(NULL, one, countof(one));
    struct knowledge_library *second = read_library(NULL, other, countof(other));
    assert_true(str_eq(find(first, "", "returns"), find(second, "", "returns")));
    knowledge_library_destroy(first);
    knowledge_library_destroy(second);
}

static void tenants_beyond_the_bound_are_left_out_and_the_others_stay(void **state)
{
    (void)state;
    enum { TENANTS = LIBRARY_TENANTS_MAX + 3 };
    static struct library_page all[TENANTS];
    static const struct library_page *pages[TENANTS];
    static char names[TENANTS][16];
    for (size_t i = 0; i < TENANTS; i++) {
        snprintf(names[i], sizeof(names[i]), "t%04zu", i);
        all[i] = returns;
        all[i].tenant = str_from(names[i]);
        pages[i] = &all[i];
    }
    struct knowledge_library *library = read_library(NULL, pages, TENANTS);
    assert_text(find(library, "t0000", "returns"), "Within 30 days.");
    assert_text(find(library, "t1000", "returns"), "Within 30 days.");
    assert_null(knowledge_library_of(library, STR("t1001")));
    knowledge_library_destroy(library);
}

static enum err read_and_drop(void *owner)
{
    (void)owner;
    struct knowledge_library *library = NULL;
    struct note note = { .text = "" };
    const struct library_page *pages[] = { &lin_returns, &faq, &returns };
    const struct library_options options = { .dir = folder };
    enum err err = knowledge_library_read(&options, pages, countof(pages), &library, &note);
    if (err != OK && library) {
        return ERR_CONFIG; /* an output that was touched */
    }
    knowledge_library_destroy(library);
    return err;
}

static void without_memory_there_is_no_library(void **state)
{
    (void)state;
    folder_put("shipping.md", "# Shipping\nThree days.\n");
    folder_put("faq.jsonl", "{\"text\":\"Gift wrap is free.\"}\n");
    folder_put("terms.jsonl", "{\"question\":\"Terms?\",\"answer\":\"Net 30.\"}\n");
    assert_true(starve(read_and_drop, NULL) > 20);
}

/* A link to itself is refused to root, too. */
static void a_folder_that_cannot_be_looked_at_is_not_a_tenant_without_pages(void **state)
{
    (void)state;
    struct knowledge_library *library = NULL;
    struct note note = { .text = "" };
    const struct library_options options = { .tenants_dir = folder };
    char path[FOLDER_PATH_BYTES];
    snprintf(path, sizeof(path), "%s/lin", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/lin/knowledge", folder);
    assert_int_equal(symlink("knowledge", path), 0);
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "lin/knowledge"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(knowledge_library_read(&options, NULL, 0, &library, &note), OK);
    knowledge_library_destroy(library);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_a_topic_are_found_by_their_tenants_only),
        cmocka_unit_test_setup_teardown(a_page_of_the_topic_goes_before_a_file_of_its_name,
                                        folder_make, folder_remove),
        cmocka_unit_test(the_order_of_the_pages_changes_nothing),
        cmocka_unit_test(tenants_beyond_the_bound_are_left_out_and_the_others_stay),
        cmocka_unit_test_setup_teardown(
            a_folder_that_cannot_be_looked_at_is_not_a_tenant_without_pages, folder_make,
            folder_remove),
        cmocka_unit_test_setup_teardown(without_memory_there_is_no_library, folder_make,
                                        folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
