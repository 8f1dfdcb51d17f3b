/* secret_file.h - reads what stands in files and not in settings: secrets and certificates.
 *
 * Errors name the setting, the path and what to do.
 *
 * Thread: any; reads a file, so before the loop runs. */
#ifndef ADAPTER_SECRET_FILE_H
#define ADAPTER_SECRET_FILE_H

#include "common/buf.h"
#include "common/note.h"

#define SECRET_BYTES_MAX 65536

enum secret_kind {
    SECRET_TEXT, /* goes into a header or a command: one line, no control characters */
    SECRET_BYTES /* a key of any bytes */
};

/* Reads the whole file into `buf`, NUL-terminated behind its length and without one newline at
 * its end. `setting` ("model.key.file") is for the note. ERR_CONFIG: it cannot be read, is
 * empty, too large or not of that kind; ERR_NOMEM. */
MUST_USE enum err secret_file_read(const char *setting, const char *path, enum secret_kind kind,
                                   struct buf *buf, struct note *note);

/* Overwrites and frees. */
void secret_forget(struct buf *buf);

/* Reads a whole file of text (prompt.file). As above; empty is allowed. Of an option (--day), whose
 * file is what a command works on, ERR_INPUT instead of ERR_CONFIG. */
MUST_USE enum err text_file_read(const char *setting, const char *path, size_t bytes_max,
                                 struct buf *buf, struct note *note);

/* That a file of certificates or keys in PEM form is there and looks like one. ERR_CONFIG. */
MUST_USE enum err pem_file_check(const char *setting, const char *path, struct note *note);

#endif
