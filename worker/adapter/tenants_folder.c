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

static enum err tenants_take(struct arena *arena, const char *dir, const char *tenant,
                             struct tenants_folder *tenants, struct note *note)
{
    char path[TENANTS_PATH_BYTES];
    int len = snprintf(path, sizeof(path), "%s/%s/prompt.txt", dir, tenant);
    if (len < 0 || (size_t)len >= sizeof(path) || access(path, F_OK) != 0) {
        return OK;
    }
    if (tenants->count == TENANTS_FOLDER_MAX) {
        note_set(note, "tenants.dir: %s has more than %d prompts", dir, TENANTS_FOLDER_MAX);
        return ERR_CONFIG;
    }
    TRY(tenants_read_prompt(arena, path, tenant, &tenants->all[tenants->count], note));
    tenants->count++;
    return OK;
}

enum err tenants_folder_read(struct arena *arena, const char *dir,
                             struct tenants_folder *ret_tenants, struct note *note)
{
    struct dirent **names = NULL;
    struct tenants_folder tenants = {
        .all = arena_zero(arena, TENANTS_FOLDER_MAX, sizeof(*tenants.all))
    };
    if (!tenants.all) {
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
