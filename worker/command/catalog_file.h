/* catalog_file.h - a catalogue from a file: a table (*.csv, catalog_csv.h) or JSON lines, an entry
 * each, as on the catalogue's topic.
 *
 * The later of two entries of one sku holds. One that has nothing but its sku (and tenant) takes
 * the product back.
 *
 * Thread: reads a file, so before the loop runs. */
#ifndef COMMAND_CATALOG_FILE_H
#define COMMAND_CATALOG_FILE_H

#include "worker/answer/catalog.h"

#define CATALOG_FILE_BYTES_MAX ((size_t)512 << 20)

struct catalog_file {
    const char *setting; /* for the note: "catalog.file", "--catalog" */
    const char *path;
    size_t value_bytes_max; /* of one entry */
};

/* ERR_CONFIG: the file cannot be read, or is not UTF-8; else the error of the first entry that is
 * wrong: nothing behind it is read, and the note says "PATH:LINE: ...". */
MUST_USE enum err catalog_file_read(const struct catalog_file *file, struct catalog *catalog,
                                    struct note *note);

/* One entry, as on a line of the file; the note has what is wrong and its JSON pointer. */
MUST_USE enum err catalog_file_take_entry(struct catalog *catalog, struct str json,
                                          size_t value_bytes_max, struct note *note);

#endif
