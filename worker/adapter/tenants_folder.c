/* tenants_folder.c - see tenants_folder.h. */
#include "worker/adapter/tenants_folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "worker/adapter/secret_file.h"

#define TENANTS_PATH_BYTES 4096

static enum err tenants_read_prompt(struct arena *arena, const char *path, const char *tenant,
                                    struct tenant_instructions *ret_place, struct note *note)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note why = { .text = "" };
    struct tenant_instructions place;
    struct str text;
    buf_init(&bytes, PROMPT_INSTRUCTIONS_BYTES_MAX + 2);
    TRY(text_file_read("tenants.dir", path, PROMPT_INSTRUCTIONS_BYTES_MAX, &bytes, note));
    TRY(arena_copy(arena, buf_str(&bytes), &text));
    TRY(arena_copy(arena, str_from(tenant), &place.tenant));
    enum err err = instructions_read(arena, text, &place.instructions, &why);
    if (err != OK) {
        note_set(note, "tenants.dir: %s: %s", path, why.text);
        return err;
    }
    *ret_place = place;
    return OK;
}

static int tenants_want(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int tenants_order(const struct dirent **a, const struct dirent **b)
{
    return str_cmp(str_from((*a)->d_name), str_from((*b)->d_name));
}

static enum err tenants_read_ban(struct arena *arena, const char *path, const char *tenant,
                                 struct tenant_ban *ret_place, struct note *note)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note why = { .text = "" };
    struct tenant_ban place;
    buf_init(&bytes, BAN_BYTES_MAX + 2);
    TRY(text_file_read("tenants.dir", path, BAN_BYTES_MAX, &bytes, note));
    TRY(arena_copy(arena, str_from(tenant), &place.tenant));
    enum err err = ban_read(arena, buf_str(&bytes), &place.ban, &why);
    if (err != OK) {
        note_set(note, "tenants.dir: %s: %s", path, why.text);
        return err;
    }
    *ret_place = place;
    return OK;
}

/* The tenant's file of that name; false: there is none. */
static bool tenants_has(const char *dir, const char *tenant, const char *name,
                        char path[TENANTS_PATH_BYTES])
{
    int len = snprintf(path, TENANTS_PATH_BYTES, "%s/%s/%s", dir, tenant, name);
    return len >= 0 && (size_t)len < TENANTS_PATH_BYTES && access(path, F_OK) == 0;
}

static enum err tenants_take(struct arena *arena, const char *dir, const char *tenant,
                             struct tenants_folder *tenants, struct note *note)
{
    char path[TENANTS_PATH_BYTES];
    bool has_prompt = tenants_has(dir, tenant, "prompt.txt", path);
    bool has_ban = tenants_has(dir, tenant, "banned.txt", path);
    if ((has_prompt && tenants->count == TENANTS_FOLDER_MAX) ||
        (has_ban && tenants->bans_count == TENANTS_FOLDER_MAX)) {
        note_set(note, "tenants.dir: %s has files of more than %d tenants", dir,
                 TENANTS_FOLDER_MAX);
        return ERR_CONFIG;
    }
    if (tenants_has(dir, tenant, "prompt.txt", path)) {
        TRY(tenants_read_prompt(arena, path, tenant, &tenants->all[tenants->count], note));
        tenants->count++;
    }
    if (tenants_has(dir, tenant, "banned.txt", path)) {
        TRY(tenants_read_ban(arena, path, tenant, &tenants->bans[tenants->bans_count], note));
        tenants->bans_count++;
    }
    return OK;
}

enum err tenants_folder_read(struct arena *arena, const char *dir,
                             struct tenants_folder *ret_tenants, struct note *note)
{
    struct dirent **names = NULL;
    struct tenants_folder tenants = {
        .all = arena_zero(arena, TENANTS_FOLDER_MAX, sizeof(*tenants.all)),
        .bans = arena_zero(arena, TENANTS_FOLDER_MAX, sizeof(*tenants.bans)),
    };
    if (!tenants.all || !tenants.bans) {
        return ERR_NOMEM;
    }
    int count = scandir(dir, &names, tenants_want, tenants_order);
    if (count < 0) {
        note_set(note, "tenants.dir: %s is not a folder that can be read", dir);
        return ERR_CONFIG;
    }
    enum err err = OK;
    for (int i = 0; i < count; i++) {
        err = err == OK ? tenants_take(arena, dir, names[i]->d_name, &tenants, note) : err;
        free(names[i]);
    }
    free(names);
    if (err == OK) {
        *ret_tenants = tenants;
    }
    return err;
}
