/* tenants_folder.c - see tenants_folder.h. */
#include "worker/adapter/tenants_folder.h"

#include <dirent.h>
#include <errno.h>
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

struct tenant_file {
    char path[TENANTS_PATH_BYTES];
    bool is_there;
};

/* One that nobody may look at is an error, or the tenant would be served with what is meant for
 * others. */
static enum err tenants_look(const char *dir, const char *tenant, const char *name,
                             struct tenant_file *file, struct note *note)
{
    int len = snprintf(file->path, sizeof(file->path), "%s/%s/%s", dir, tenant, name);
    if (len < 0 || (size_t)len >= sizeof(file->path)) {
        note_set(note, "tenants.dir: the path of %s's %s is too long", tenant, name);
        return ERR_CONFIG;
    }
    file->is_there = access(file->path, F_OK) == 0;
    if (!file->is_there && errno != ENOENT && errno != ENOTDIR) {
        note_set(note, "tenants.dir: %s: %s", file->path, strerror(errno));
        return ERR_CONFIG;
    }
    return OK;
}

static enum err tenants_take(struct arena *arena, const char *dir, const char *tenant,
                             struct tenants_folder *tenants, struct note *note)
{
    struct tenant_file prompt;
    struct tenant_file ban;
    TRY(tenants_look(dir, tenant, "prompt.txt", &prompt, note));
    TRY(tenants_look(dir, tenant, "banned.txt", &ban, note));
    if ((prompt.is_there && tenants->count == TENANTS_FOLDER_MAX) ||
        (ban.is_there && tenants->bans_count == TENANTS_FOLDER_MAX)) {
        note_set(note, "tenants.dir: %s has files of more than %d tenants", dir,
                 TENANTS_FOLDER_MAX);
        return ERR_CONFIG;
    }
    if (prompt.is_there) {
        TRY(tenants_read_prompt(arena, prompt.path, tenant, &tenants->all[tenants->count], note));
        tenants->count++;
    }
    if (ban.is_there) {
        TRY(tenants_read_ban(arena, ban.path, tenant, &tenants->bans[tenants->bans_count], note));
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
