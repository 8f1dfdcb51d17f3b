/* knowledge_library.c - see knowledge_library.h. Tenants are few and sorted by name. */
#include "worker/adapter/knowledge_library.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "common/mem.h"

#define LIBRARY_PATH_BYTES 4096

struct library_shelf {
    char *name; /* owned */
    struct str tenant; /* the same */
    struct knowledge_index *index;
};

struct knowledge_library {
    struct library_options options;
    struct library_shelf shelves[LIBRARY_TENANTS_MAX + 1];
    size_t count;
};

/* An index without passages is none. Takes `index`. */
static enum err library_add(struct knowledge_library *library, const char *tenant,
                            struct knowledge_index *index)
{
    if (knowledge_index_settle(index) != OK) {
        knowledge_index_destroy(index);
        return ERR_NOMEM;
    }
    char *name = mem_dup(tenant);
    if (!name || library->count == countof(library->shelves)) {
        mem_free(name);
        knowledge_index_destroy(index);
        return name ? ERR_FULL : ERR_NOMEM;
    }
    library->shelves[library->count++] = (struct library_shelf){ name, str_from(name), index };
    log_say(library->options.log, LOG_INFO, "knowledge", "pages were read",
            LOG_CHARS("tenant", tenant), LOG_INT("passages", knowledge_index_count(index)));
    return OK;
}

static enum err library_read_folder(struct knowledge_library *library, const char *tenant,
                                    const char *setting, const char *path, struct note *note)
{
    struct knowledge_index *index = knowledge_index_create();
    if (!index) {
        return ERR_NOMEM;
    }
    const struct knowledge_folder folder = { setting, path, library->options.log, index };
    enum err err = knowledge_folder_read(&folder, note);
    if (err != OK || knowledge_index_count(index) == 0) {
        knowledge_index_destroy(index);
        if (err == OK) {
            log_say(library->options.log, LOG_WARN, "knowledge",
                    "a folder has no pages: files are *.md, *.markdown or *.jsonl",
                    LOG_CHARS("file.path", path));
        }
        return err;
    }
    return library_add(library, tenant, index);
}

static enum err library_take_pages(struct knowledge_library *library)
{
    struct knowledge_index *index = knowledge_index_create();
    if (!index) {
        return ERR_NOMEM;
    }
    const struct knowledge_folder folder = { "", "", library->options.log, index };
    for (const struct knowledge_page *page = library->options.pages; page->name; page++) {
        enum err err = knowledge_folder_take(&folder, str_from(page->name), str_from(page->text));
        if (err != OK) {
            knowledge_index_destroy(index);
            return err;
        }
    }
    return library_add(library, "", index);
}

static bool library_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static enum err library_read_tenant(struct knowledge_library *library, const char *tenant,
                                    struct note *note)
{
    char path[LIBRARY_PATH_BYTES];
    int len = snprintf(path, sizeof(path), "%s/%s/knowledge", library->options.tenants_dir, tenant);
    if (len < 0 || (size_t)len >= sizeof(path) || !library_is_folder(path)) {
        return OK;
    }
    return library_read_folder(library, tenant, "tenants.dir", path, note);
}

static int library_wants(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum err library_read_tenants(struct knowledge_library *library, struct note *note)
{
    struct dirent **names = NULL;
    const char *path = library->options.tenants_dir;
    int count = scandir(path, &names, library_wants, NULL);
    if (count < 0) {
        note_set(note, "tenants.dir: %s cannot be read: %s", path, strerror(errno));
        return ERR_CONFIG;
    }
    enum err err = OK;
    for (int i = 0; i < count; i++) {
        err = err == OK ? library_read_tenant(library, names[i]->d_name, note) : err;
        free(names[i]);
    }
    free(names);
    if (err == ERR_FULL) {
        note_set(note, "tenants.dir: %s has more than %d tenants", path, LIBRARY_TENANTS_MAX);
        return ERR_CONFIG;
    }
    return err;
}

static int library_compare(const void *a, const void *b)
{
    const struct library_shelf *left = a;
    const struct library_shelf *right = b;
    return str_cmp(left->tenant, right->tenant);
}

static enum err library_fill(struct knowledge_library *library, struct note *note)
{
    const struct library_options *options = &library->options;
    if (options->dir) {
        TRY(library_read_folder(library, "", "knowledge.dir", options->dir, note));
    }
    if (options->pages) {
        TRY(library_take_pages(library));
    }
    if (options->tenants_dir) {
        TRY(library_read_tenants(library, note));
    }
    qsort(library->shelves, library->count, sizeof(library->shelves[0]), library_compare);
    return OK;
}

enum err knowledge_library_read(const struct library_options *options,
                                struct knowledge_library **ret_library, struct note *note)
{
    struct knowledge_library *library = mem_zero(1, sizeof(*library));
    if (!library) {
        return ERR_NOMEM;
    }
    library->options = *options;
    enum err err = library_fill(library, note);
    if (err != OK) {
        knowledge_library_destroy(library);
        return err;
    }
    *ret_library = library;
    return OK;
}

void knowledge_library_destroy(struct knowledge_library *library)
{
    if (!library) {
        return;
    }
    for (size_t i = 0; i < library->count; i++) {
        knowledge_index_destroy(library->shelves[i].index);
        mem_free(library->shelves[i].name);
    }
    mem_free(library);
}

struct knowledge_index *knowledge_library_of(const struct knowledge_library *library,
                                             struct str tenant)
{
    const struct library_shelf wanted = { .tenant = tenant };
    const struct library_shelf *found = bsearch(&wanted, library->shelves, library->count,
                                                sizeof(wanted), library_compare);
    return found ? found->index : NULL;
}

size_t knowledge_library_count(const struct knowledge_library *library)
{
    size_t count = 0;
    for (size_t i = 0; i < library->count; i++) {
        count += knowledge_index_count(library->shelves[i].index);
    }
    return count;
}
