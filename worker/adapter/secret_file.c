/* secret_file.c - see secret_file.h. */
#include "worker/adapter/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/crypto.h"
#include "common/utf8.h"

static void secret_close(const int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

/* One byte more than allowed tells that there is more. */
static enum err secret_read_all(int fd, size_t bytes_max, struct buf *buf)
{
    buf->max = bytes_max + 2;
    for (;;) {
        TRY(buf_reserve(buf, min_size(4096, buf->max - buf->len)));
        ssize_t len = read(fd, buf->ptr + buf->len, min_size(buf->size, buf->max) - buf->len);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len < 0) {
            return ERR_OS;
        }
        if (len == 0) {
            return OK;
        }
        buf->len += (size_t)len;
        if (buf->len > bytes_max) {
            return ERR_TOO_LARGE;
        }
    }
}

/* What stands behind /dev/stdin may be a socket, which has no path that could be opened. */
static int secret_open(const char *path)
{
    if (strcmp(path, "/dev/stdin") == 0) {
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    }
    return open(path, O_RDONLY | O_CLOEXEC);
}

static enum err secret_load(const char *setting, const char *path, size_t bytes_max,
                            struct buf *buf, struct note *note)
{
    CLEANUP(secret_close) int fd = secret_open(path);
    if (fd < 0) {
        note_set(note, "%s: %s cannot be read: %s", setting, path, strerror(errno));
        return ERR_CONFIG;
    }
    buf_clear(buf);
    errno = 0;
    enum err err = secret_read_all(fd, bytes_max, buf);
    if (err == ERR_TOO_LARGE) {
        note_set(note, "%s: %s has more than %zu bytes", setting, path, bytes_max);
        return ERR_CONFIG;
    }
    if (err == ERR_OS) {
        note_set(note, "%s: %s cannot be read: %s", setting, path, strerror(errno));
        return ERR_CONFIG;
    }
    return err;
}

static bool secret_is_line(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

enum err secret_file_read(const char *setting, const char *path, enum secret_kind kind,
                          struct buf *buf, struct note *note)
{
    TRY(secret_load(setting, path, SECRET_BYTES_MAX, buf, note));
    if (buf->len > 0 && buf->ptr[buf->len - 1] == '\n') {
        buf->len--;
    }
    if (kind == SECRET_TEXT && buf->len > 0 && buf->ptr[buf->len - 1] == '\r') {
        buf->len--;
    }
    if (buf->len == 0) {
        note_set(note, "%s: %s is empty", setting, path);
        return ERR_CONFIG;
    }
    if (kind == SECRET_TEXT && !secret_is_line(buf_str(buf))) {
        note_set(note, "%s: %s must be one line without control characters", setting, path);
        return ERR_CONFIG;
    }
    TRY(buf_reserve(buf, 1));
    buf->ptr[buf->len] = '\0';
    return OK;
}

void secret_forget(struct buf *buf)
{
    if (buf->ptr) {
        crypto_wipe(buf->ptr, buf->size);
    }
    buf_fini(buf);
}

enum err text_file_read(const char *setting, const char *path, size_t bytes_max, struct buf *buf,
                        struct note *note)
{
    enum err err = secret_load(setting, path, bytes_max, buf, note);
    if (err != OK) {
        bool is_option = str_starts(str_from(setting), STR("--"));
        return is_option && err == ERR_CONFIG ? ERR_INPUT : err;
    }
    TRY(buf_reserve(buf, 1));
    buf->ptr[buf->len] = '\0';
    return OK;
}

enum err pem_file_check(const char *setting, const char *path, struct note *note)
{
    CLEANUP(secret_forget) struct buf buf;
    buf_init(&buf, 0);
    TRY(secret_load(setting, path, (size_t)4 << 20, &buf, note));
    if (str_find(buf_str(&buf), STR("-----BEGIN ")) == buf.len) {
        note_set(note, "%s: %s holds no certificate or key in PEM form", setting, path);
        return ERR_CONFIG;
    }
    return OK;
}
