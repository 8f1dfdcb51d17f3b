/* knowledge_folder.h - reads a folder of pages into an index.
 *
 * Files that end in .md, .markdown or .jsonl, in folders below it too, in the order of their names;
 * what begins with a dot is left alone. A file or line that cannot be used is told, by
 * name and line, and left out; the rest is used.
 *
 * Thread: any; reads files. */
#ifndef ADAPTER_KNOWLEDGE_FOLDER_H
#define ADAPTER_KNOWLEDGE_FOLDER_H

#include "common/log.h"
#include "worker/adapter/knowledge_sqlite.h"

#define KNOWLEDGE_FILE_BYTES_MAX ((size_t)16 << 20)
#define KNOWLEDGE_FILES_MAX 10000
#define KNOWLEDGE_DEPTH_MAX 8

struct knowledge_folder {
    const char *setting; /* which names it, for messages */
    const char *path;
    struct log *log;
    struct knowledge_index *index;
    /* Whether a file is to be left alone, since there is a page of its name; NULL: none is. */
    bool (*is_replaced)(void *owner, struct str name);
    void *owner;
};

/* ERR_CONFIG: the folder itself cannot be read, the note says why; ERR_NOMEM. A full index is
 * told in the log and no error. */
MUST_USE enum err knowledge_folder_read(const struct knowledge_folder *folder, struct note *note);

/* Takes one text as if it were the file `name`. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err knowledge_folder_take(const struct knowledge_folder *folder, struct str name,
                                        struct str text);

#endif
