/* knowledge_folder.c - see knowledge_folder.h. */
#include "worker/adapter/knowledge_folder.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/utf8.h"
#include "worker/adapter/secret_file.h"
#include "worker/answer/passage_cut.h"

#define FOLDER_PATH_BYTES 4096

/* One walk through a folder. */
struct folder_walk {
    const struct knowledge_folder *folder;
    size_t files;
    size_t depth;
    char path[FOLDER_PATH_BYTES]; /* where it is */
    size_t root_len;              /* of the folder's own part */
};

/* One file while its passages are taken. */
struct folder_file {
    const struct knowledge_folder *folder;
    struct str name;
};

static void folder_tell(const struct knowledge_folder *folder, struct str name, size_t line,
                        const char *reason)
{
    log_say(folder->log, LOG_WARN, "knowledge", "a part of the shop's pages is left out",
            LOG_STR("file.path", name), LOG_INT("line", line), LOG_CHARS("reason", reason));
}

static enum err folder_on_passage(void *owner, const struct passage *passage)
{
    const struct folder_file *file = owner;
    return knowledge_index_add(file->folder->index, passage);
}

static void folder_on_fault(void *owner, size_t line, const struct note *note)
{
    const struct folder_file *file = owner;
    struct note told;
    note_set(&told, "%s%s%s", note->text, note->pointer[0] ? " at " : "", note->pointer);
    folder_tell(file->folder, file->name, line, told.text);
}

static size_t folder_line_at(struct str text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text.ptr[i] == '\n' ? 1 : 0;
    }
    return line;
}

/* What Windows calls Unicode begins with its byte order mark; read as GBK it would be nonsense. */
static const char *folder_advice(struct str text)
{
    bool is_wide = str_starts(text, STR("\xff\xfe")) || str_starts(text, STR("\xfe\xff"));
    return is_wide ? "the page is UTF-16, not UTF-8: iconv -f UTF-16 -t UTF-8"
                   : "the page is not UTF-8; if it is GBK: iconv -f GBK -t UTF-8";
}

static bool folder_ends(struct str name, const char *ending)
{
    size_t len = strlen(ending);
    return name.len > len &&
           str_eq_ascii_case(str_slice(name, name.len - len, len), str_from(ending));
}

static bool folder_is_lines(struct str name)
{
    return folder_ends(name, ".jsonl");
}

static bool folder_is_page(struct str name)
{
    return folder_ends(name, ".md") || folder_ends(name, ".markdown");
}

enum err knowledge_folder_take(const struct knowledge_folder *folder, struct str name,
                               struct str text)
{
    struct folder_file file = { .folder = folder, .name = name };
    const struct passage_sheet sheet = { .name = name,
                                         .text = text,
                                         .owner = &file,
                                         .on_passage = folder_on_passage,
                                         .on_fault = folder_on_fault };
    if (folder_is_lines(name)) {
        return passage_cut_lines(&sheet);
    }
    /* Half of a page can say the opposite of the whole. */
    size_t bad_at = 0;
    if (utf8_check(text, &bad_at) != OK) {
        folder_tell(folder, name, folder_line_at(text, bad_at), folder_advice(text));
        return OK;
    }
    return passage_cut_page(&sheet);
}

static enum err folder_take_file(struct folder_walk *walk)
{
    const struct knowledge_folder *folder = walk->folder;
    struct str name = str_from(walk->path + walk->root_len);
    if (!folder_is_lines(name) && !folder_is_page(name)) {
        return OK;
    }
    if (folder->is_replaced && folder->is_replaced(folder->owner, name)) {
        return OK;
    }
    if (++walk->files > KNOWLEDGE_FILES_MAX) {
        return ERR_FULL;
    }
    CLEANUP(buf_fini) struct buf text;
    struct note note = { .text = "" };
    buf_init(&text, KNOWLEDGE_FILE_BYTES_MAX);
    enum err err = text_file_read(folder->setting, walk->path, KNOWLEDGE_FILE_BYTES_MAX - 2,
                                  &text, &note);
    if (err == ERR_CONFIG) {
        folder_tell(folder, name, 0, note.text);
        return OK;
    }
    TRY(err);
    err = utf8_check(name, NULL);
    if (err != OK) {
        folder_tell(folder, STR("?"), 0, "the name of a file is not UTF-8");
        return OK;
    }
    return knowledge_folder_take(folder, name, buf_str(&text));
}

static enum err folder_take_names(struct folder_walk *walk, struct dirent **names, int count);

static int folder_wants(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int folder_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum err folder_take_folder(struct folder_walk *walk)
{
    struct dirent **names = NULL;
    if (walk->depth == KNOWLEDGE_DEPTH_MAX) {
        folder_tell(walk->folder, str_from(walk->path), 0, "the folder is too deep");
        return OK;
    }
    int count = scandir(walk->path, &names, folder_wants, folder_order);
    if (count < 0) {
        folder_tell(walk->folder, str_from(walk->path), 0, strerror(errno));
        return errno == ENOMEM ? ERR_NOMEM : OK;
    }
    walk->depth++;
    enum err err = folder_take_names(walk, names, count);
    walk->depth--;
    for (int i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
    return err;
}

static enum err folder_take_name(struct folder_walk *walk, const char *name)
{
    struct stat status;
    size_t len = strlen(walk->path);
    int added = snprintf(walk->path + len, sizeof(walk->path) - len, "%s%s",
                         walk->path[len - 1] == '/' ? "" : "/", name);
    enum err err = OK;
    if (added < 0 || (size_t)added >= sizeof(walk->path) - len || stat(walk->path, &status) != 0) {
        folder_tell(walk->folder, str_from(name), 0, "the file cannot be found");
    } else if (S_ISDIR(status.st_mode)) {
        err = folder_take_folder(walk);
    } else if (S_ISREG(status.st_mode)) {
        err = folder_take_file(walk);
    }
    walk->path[len] = '\0';
    return err;
}

static enum err folder_take_names(struct folder_walk *walk, struct dirent **names, int count)
{
    for (int i = 0; i < count; i++) {
        TRY(folder_take_name(walk, names[i]->d_name));
    }
    return OK;
}

enum err knowledge_folder_read(const struct knowledge_folder *folder, struct note *note)
{
    struct stat status;
    struct folder_walk walk = { .folder = folder };
    int len = snprintf(walk.path, sizeof(walk.path), "%s", folder->path);
    if (len <= 0 || (size_t)len >= sizeof(walk.path) - 1 || stat(walk.path, &status) != 0 ||
        !S_ISDIR(status.st_mode)) {
        note_set(note, "%s: %s is not a folder that can be read", folder->setting, folder->path);
        return ERR_CONFIG;
    }
    walk.root_len = (size_t)len + (walk.path[len - 1] == '/' ? 0 : 1);
    enum err err = folder_take_folder(&walk);
    if (err == ERR_FULL) {
        log_say(folder->log, LOG_WARN, "knowledge",
                "the shop's pages are more than is kept; the last ones are left out",
                LOG_CHARS("file.path", folder->path), LOG_INT("files", walk.files),
                LOG_INT("passages", knowledge_index_count(folder->index)));
        err = OK;
    }
    return err;
}
