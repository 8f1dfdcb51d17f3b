/* redis_url.c - see redis_url.h. */
#include "worker/adapter/redis_url.h"

static enum err url_refuse(struct note *note, const char *why)
{
    note_set(note, "store.url: %s", why);
    return ERR_CONFIG;
}

static bool url_copy(struct str text, char *out, size_t size)
{
    if (text.len == 0 || text.len >= size || memchr(text.ptr, '\0', text.len)) {
        return false;
    }
    memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return true;
}

static enum err url_take_number(struct str text, int64_t min, int64_t max, int *ret_number,
                                struct note *note)
{
    int64_t number = 0;
    if (!str_to_i64(text, min, max, &number)) {
        return url_refuse(note, "a port or database that is not a number, or out of range");
    }
    *ret_number = (int)number;
    return OK;
}

static enum err url_take_user(struct str *rest, struct redis_url *url, struct note *note)
{
    size_t at = str_find(*rest, STR("@"));
    if (at == rest->len) {
        return OK;
    }
    struct str user = str_slice(*rest, 0, at);
    if (str_find(user, STR(":")) < user.len) {
        return url_refuse(note, "holds a password; put it into store.password.file");
    }
    if (!url_copy(user, url->user, sizeof(url->user))) {
        return url_refuse(note, "the user before @ is empty or too long");
    }
    *rest = str_slice(*rest, at + 1, rest->len);
    return OK;
}

/* host, host:port, [v6], [v6]:port */
static enum err url_take_host(struct str text, struct redis_url *url, struct note *note)
{
    struct str host = str_slice(text, 0, str_find(text, STR(":")));
    struct str port = str_slice(text, host.len, text.len);
    if (str_starts(text, STR("["))) {
        size_t end = str_find(text, STR("]"));
        host = str_slice(text, 1, end - 1);
        port = str_slice(text, end + 1, text.len);
        if (end == text.len) {
            return url_refuse(note, "an IPv6 address without its closing bracket");
        }
    }
    if (!url_copy(host, url->host, sizeof(url->host))) {
        return url_refuse(note, "names no host, or one that is too long");
    }
    url->port = REDIS_PORT;
    if (port.len == 0) {
        return OK;
    }
    if (port.ptr[0] != ':') {
        return url_refuse(note, "expected :port behind the host");
    }
    return url_take_number(str_slice(port, 1, port.len), 1, 65535, &url->port, note);
}

static enum err url_take_server(struct str rest, struct redis_url *url, struct note *note)
{
    TRY(url_take_user(&rest, url, note));
    size_t slash = str_find(rest, STR("/"));
    struct str db = str_slice(rest, slash + 1, rest.len);
    TRY(url_take_host(str_slice(rest, 0, slash), url, note));
    return db.len > 0 ? url_take_number(db, 0, REDIS_DB_MAX, &url->db, note) : OK;
}

static enum err url_take_socket(struct str rest, struct redis_url *url, struct note *note)
{
    size_t question = str_find(rest, STR("?"));
    struct str query = str_slice(rest, question, rest.len);
    if (!str_starts(rest, STR("/")) ||
        !url_copy(str_slice(rest, 0, question), url->path, sizeof(url->path))) {
        return url_refuse(note, "expected unix:///path, of at most 107 bytes");
    }
    if (query.len == 0) {
        return OK;
    }
    if (!str_starts(query, STR("?db="))) {
        return url_refuse(note, "only ?db=number may stand behind the path");
    }
    return url_take_number(str_slice(query, 4, query.len), 0, REDIS_DB_MAX, &url->db, note);
}

enum err redis_url_parse(struct str text, struct redis_url *ret_url, struct note *note)
{
    static const struct {
        struct str scheme;
        enum redis_kind kind;
    } schemes[] = {
        { { "redis://", 8 }, REDIS_TCP },
        { { "rediss://", 9 }, REDIS_TLS },
        { { "unix://", 7 }, REDIS_UNIX },
    };
    for (size_t i = 0; i < countof(schemes); i++) {
        if (!str_starts(text, schemes[i].scheme)) {
            continue;
        }
        struct redis_url url = { .kind = schemes[i].kind };
        struct str rest = str_slice(text, schemes[i].scheme.len, text.len);
        TRY(url.kind == REDIS_UNIX ? url_take_socket(rest, &url, note)
                                   : url_take_server(rest, &url, note));
        *ret_url = url;
        return OK;
    }
    return url_refuse(note, "must begin with redis://, rediss:// or unix:///");
}
