/* knowledge_library.c - see knowledge_library.h. Tenants are few and sorted by name. */
#include "worker/adapter/knowledge_library.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "common/mem.h"

#define LIBRARY_PATH_BYTES 4096

struct library_shelf {
    char *tenant_text; /* owned */
    struct str tenant; /* the same */
    struct knowledge_index *index;
};

struct knowledge_library {
    struct library_shelf shelves[LIBRARY_TENANTS_MAX + 1];
    size_t count;
};

/* One reading. */
struct library_reading {
    const struct library_options *options;
    const struct library_page **pages; /* of the topic, by tenant and name */
    size_t pages_count;
    struct knowledge_library *library;
    struct str tenant; /* whose folder is being read */
};

/* ---- shelves ---- */

static enum err library_make_shelf(struct knowledge_library *library, struct str tenant,
                                   struct library_shelf **ret_shelf)
{
    if (library->count == countof(library->shelves)) {
        return ERR_FULL;
    }
    struct library_shelf *shelf = &library->shelves[library->count];
    shelf->tenant_text = mem_zero(1, tenant.len + 1);
    shelf->index = knowledge_index_create();
    library->count++;
    if (!shelf->tenant_text || !shelf->index) {
        return ERR_NOMEM;
    }
    memcpy(shelf->tenant_text, tenant.ptr ? tenant.ptr : "", tenant.len);
    shelf->tenant = (struct str){ shelf->tenant_text, tenant.len };
    *ret_shelf = shelf;
    return OK;
}

/* ERR_FULL, ERR_NOMEM. */
static enum err library_shelf_of(struct knowledge_library *library, struct str tenant,
                                 struct library_shelf **ret_shelf)
{
    for (size_t i = library->count; i > 0; i--) { /* mostly the last one */
        if (str_eq(library->shelves[i - 1].tenant, tenant)) {
            *ret_shelf = &library->shelves[i - 1];
            return OK;
        }
    }
    return library_make_shelf(library, tenant, ret_shelf);
}

static void library_clear_shelf(struct library_shelf *shelf)
{
    knowledge_index_destroy(shelf->index);
    mem_free(shelf->tenant_text);
    *shelf = (struct library_shelf){ .index = NULL };
}

static int library_compare(const void *a, const void *b)
{
    const struct library_shelf *left = a;
    const struct library_shelf *right = b;
    return str_cmp(left->tenant, right->tenant);
}

/* A shelf without passages is none. */
static enum err library_settle(const struct library_reading *reading)
{
    struct knowledge_library *library = reading->library;
    size_t kept = 0;
    for (size_t i = 0; i < library->count; i++) {
        struct library_shelf shelf = library->shelves[i];
        if (knowledge_index_count(shelf.index) == 0) {
            library_clear_shelf(&library->shelves[i]);
            continue;
        }
        TRY(knowledge_index_settle(shelf.index));
        log_say(reading->options->log, LOG_INFO, "knowledge", "pages were read",
                LOG_STR("tenant", shelf.tenant),
                LOG_INT("passages", knowledge_index_count(shelf.index)));
        library->shelves[i] = library->shelves[kept];
        library->shelves[kept++] = shelf;
    }
    library->count = kept;
    qsort(library->shelves, library->count, sizeof(library->shelves[0]), library_compare);
    return OK;
}

/* ---- pages of a topic ---- */

static int library_compare_pages(const void *a, const void *b)
{
    const struct library_page *left = *(const struct library_page *const *)a;
    const struct library_page *right = *(const struct library_page *const *)b;
    int order = str_cmp(left->tenant, right->tenant);
    order = order ? order : str_cmp(left->name, right->name);
    return order ? order : str_cmp(left->text, right->text); /* of two keys: always the same way */
}

static void library_tell_full(const struct library_reading *reading,
                              const struct library_page *page)
{
    log_say(reading->options->log, LOG_WARN, "knowledge",
            "the shop's pages are more than is kept; one of the topic is left out",
            LOG_STR("tenant", page->tenant), LOG_STR("page", page->name));
}

static enum err library_take_topic_page(const struct library_reading *reading,
                                        const struct library_page *page)
{
    struct library_shelf *shelf = NULL;
    TRY(library_shelf_of(reading->library, page->tenant, &shelf));
    const struct knowledge_folder folder = { .setting = "topic.knowledge",
                                             .log = reading->options->log,
                                             .index = shelf->index };
    return knowledge_folder_take(&folder, page->name, page->text);
}

static enum err library_take_topic(const struct library_reading *reading)
{
    for (size_t i = 0; i < reading->pages_count; i++) {
        enum err err = library_take_topic_page(reading, reading->pages[i]);
        if (err == ERR_FULL) {
            library_tell_full(reading, reading->pages[i]);
        } else if (err != OK) {
            return err;
        }
    }
    return OK;
}

static bool library_has_page(void *owner, struct str name)
{
    const struct library_reading *reading = owner;
    size_t low = 0;
    size_t high = reading->pages_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(reading->pages[middle]->tenant, reading->tenant);
        order = order ? order : str_cmp(reading->pages[middle]->name, name);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

/* ---- folders ---- */

static enum err library_read_folder(struct library_reading *reading, const char *setting,
                                    const char *path, struct note *note)
{
    struct library_shelf *shelf = NULL;
    TRY(library_shelf_of(reading->library, reading->tenant, &shelf));
    const struct knowledge_folder folder = { .setting = setting,
                                             .path = path,
                                             .log = reading->options->log,
                                             .index = shelf->index,
                                             .is_replaced = library_has_page,
                                             .owner = reading };
    TRY(knowledge_folder_read(&folder, note));
    if (knowledge_index_count(shelf->index) == 0) {
        log_say(reading->options->log, LOG_WARN, "knowledge",
                "a folder has no pages: files are *.md, *.markdown or *.jsonl",
                LOG_CHARS("file.path", path));
    }
    return OK;
}

/* One that nobody may look at, or that is a file, is an error, or the tenant would seem to have no
 * policies. */
static enum err library_look(const char *path, bool *ret_is_folder, struct note *note)
{
    struct stat status;
    bool is_there = stat(path, &status) == 0;
    *ret_is_folder = is_there && S_ISDIR(status.st_mode);
    if (!is_there && errno != ENOENT && errno != ENOTDIR) {
        note_set(note, "tenants.dir: %s: %s", path, strerror(errno));
        return ERR_CONFIG;
    }
    if (is_there && !*ret_is_folder) {
        note_set(note, "tenants.dir: %s is not a folder", path);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err library_read_tenant(struct library_reading *reading, const char *tenant,
                                    struct note *note)
{
    char path[LIBRARY_PATH_BYTES];
    int len = snprintf(path, sizeof(path), "%s/%s/knowledge", reading->options->tenants_dir,
                       tenant);
    bool is_folder;
    if (len < 0 || (size_t)len >= sizeof(path)) {
        note_set(note, "tenants.dir: the path of %s's knowledge is too long", tenant);
        return ERR_CONFIG;
    }
    TRY(library_look(path, &is_folder, note));
    if (!is_folder) {
        return OK;
    }
    reading->tenant = str_from(tenant);
    return library_read_folder(reading, "tenants.dir", path, note);
}

static int library_wants(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum err library_read_tenants(struct library_reading *reading, struct note *note)
{
    struct dirent **names = NULL;
    const char *path = reading->options->tenants_dir;
    int count = scandir(path, &names, library_wants, NULL);
    if (count < 0) {
        note_set(note, "tenants.dir: %s cannot be read: %s", path, strerror(errno));
        return ERR_CONFIG;
    }
    enum err err = OK;
    for (int i = 0; i < count; i++) {
        err = err == OK ? library_read_tenant(reading, names[i]->d_name, note) : err;
        free(names[i]);
    }
    free(names);
    if (err == ERR_FULL) {
        note_set(note, "tenants.dir: %s has more than %d tenants", path, LIBRARY_TENANTS_MAX);
        return ERR_CONFIG;
    }
    return err;
}

/* ---- all of it ---- */

static enum err library_fill(struct library_reading *reading, struct note *note)
{
    const struct library_options *options = reading->options;
    if (reading->pages_count > 0) {
        qsort(reading->pages, reading->pages_count, sizeof(reading->pages[0]),
              library_compare_pages);
    }
    if (options->dir) {
        TRY(library_read_folder(reading, "knowledge.dir", options->dir, note));
    }
    if (options->tenants_dir) {
        TRY(library_read_tenants(reading, note));
    }
    TRY(library_take_topic(reading));
    return library_settle(reading);
}

enum err knowledge_library_read(const struct library_options *options,
                                const struct library_page **pages, size_t pages_count,
                                struct knowledge_library **ret_library, struct note *note)
{
    struct knowledge_library *library = mem_zero(1, sizeof(*library));
    if (!library) {
        return ERR_NOMEM;
    }
    struct library_reading reading = {
        .options = options, .pages = pages, .pages_count = pages_count, .library = library
    };
    enum err err = library_fill(&reading, note);
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
        library_clear_shelf(&library->shelves[i]);
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

size_t knowledge_library_tenants(const struct knowledge_library *library)
{
    return library->count;
}

struct knowledge_index *knowledge_library_at(const struct knowledge_library *library, size_t place)
{
    assert(place < library->count);
    return library->shelves[place].index;
}

struct str knowledge_library_tenant_at(const struct knowledge_library *library, size_t place)
{
    assert(place < library->count);
    return library->shelves[place].tenant;
}

size_t knowledge_library_count(const struct knowledge_library *library)
{
    size_t count = 0;
    for (size_t i = 0; i < library->count; i++) {
        count += knowledge_index_count(library->shelves[i].index);
    }
    return count;
}
