/* adapter_tenants_folder_test.c - a folder for each tenant: its own prompt, or the shop's. */
#include "worker/adapter/tenants_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/cm.h"
#include "tests/unit/folder.h"

static void put(const char *tenant, const char *prompt)
{
    char path[FOLDER_PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", folder, tenant);
    assert_int_equal(mkdir(path, 0700), 0);
    if (prompt) {
        snprintf(path, sizeof(path), "%s/prompt.txt", tenant);
        folder_put(path, prompt);
    }
}

static void each_tenant_with_a_prompt_has_it_in_order(void **state)
{
    (void)state;
    struct arena arena;
    struct note note = { .text = "" };
    struct tenants_folder tenants = { .count = 0 };
    put("bolt", "version: b-2\nBe brief.\n");
    put("acme", "Be kind.\n");
    put("bare", NULL);
    put(".git", "Be hidden.\n");
    arena_init(&arena, (size_t)4 << 20);
    assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), OK);
    assert_int_equal(tenants.count, 2);
    assert_true(str_is(tenants.all[0].tenant, "acme"));
    assert_true(str_is(tenants.all[0].instructions.text, "Be kind.\n"));
    assert_true(str_is(tenants.all[1].tenant, "bolt"));
    assert_true(str_is(tenants.all[1].instructions.version, "b-2"));
    arena_fini(&arena);
}

static void what_cannot_be_used_is_named(void **state)
{
    (void)state;
    struct arena arena;
    struct note note = { .text = "" };
    struct tenants_folder tenants = { .count = 7 };
    put("acme", "\xcd\xcb\xbb\xf5\n");
    arena_init(&arena, (size_t)4 << 20);
    assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "acme/prompt.txt"));
    assert_non_null(strstr(note.text, "UTF-8"));
    assert_int_equal(tenants_folder_read(&arena, "/nowhere/at/all", &tenants, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "/nowhere/at/all"));
    assert_int_equal(tenants.count, 7);
    arena_fini(&arena);
}

/* Else the tenant would be served by the shop's own. A link to itself is refused to root, too. */
static void a_file_that_cannot_be_looked_at_is_not_a_file_that_is_not_there(void **state)
{
    (void)state;
    static const char *const names[] = { "prompt.txt", "banned.txt" };
    put("acme", NULL);
    for (size_t i = 0; i < countof(names); i++) {
        struct arena arena;
        struct note note = { .text = "" };
        struct tenants_folder tenants = { .count = 0 };
        char path[FOLDER_PATH_BYTES];
        snprintf(path, sizeof(path), "%s/acme/%s", folder, names[i]);
        assert_int_equal(symlink(names[i], path), 0);
        arena_init(&arena, (size_t)4 << 20);
        assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), ERR_CONFIG);
        assert_non_null(strstr(note.text, names[i]));
        assert_int_equal(unlink(path), 0);
        assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), OK);
        arena_fini(&arena);
    }
}

static void each_tenant_with_banned_words_has_them_in_order(void **state)
{
    (void)state;
    struct arena arena;
    struct note note = { .text = "" };
    struct tenants_folder tenants = { .count = 0 };
    put("bolt", NULL);
    put("acme", "Be kind.\n");
    folder_put("bolt/banned.txt", "market: de\n[de]\nbilligst*\n");
    folder_put("acme/banned.txt", "[cn]\n最\n");
    arena_init(&arena, (size_t)4 << 20);
    assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), OK);
    assert_int_equal(tenants.count, 1);
    assert_int_equal(tenants.bans_count, 2);
    assert_true(str_is(tenants.bans[0].tenant, "acme"));
    assert_true(str_is(tenants.bans[1].tenant, "bolt"));
    assert_true(str_is(tenants.bans[1].ban.market, "de"));
    folder_put("bolt/banned.txt", "billigst\n");
    assert_int_equal(tenants_folder_read(&arena, folder, &tenants, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "bolt/banned.txt: line 1"));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_tenant_with_a_prompt_has_it_in_order, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(each_tenant_with_banned_words_has_them_in_order,
                                        folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(what_cannot_be_used_is_named, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(
            a_file_that_cannot_be_looked_at_is_not_a_file_that_is_not_there, folder_make,
            folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
