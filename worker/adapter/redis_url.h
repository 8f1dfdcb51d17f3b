/* redis_url.h - where a Redis server is: the forms of store.url.
 *
 *     redis://[user@]host[:port][/db]      rediss:// the same over TLS
 *     unix:///path/to/socket[?db=number]
 *
 * A password in an address would end up in logs and process lists, so it is refused.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ADAPTER_REDIS_URL_H
#define ADAPTER_REDIS_URL_H

#include "common/note.h"
#include "common/str.h"

#define REDIS_URL_HOST_BYTES 256
#define REDIS_URL_PATH_BYTES 108 /* of struct sockaddr_un */
#define REDIS_URL_USER_BYTES 257
#define REDIS_PORT 6379
#define REDIS_DB_MAX 65535

enum redis_kind { REDIS_TCP, REDIS_TLS, REDIS_UNIX };

struct redis_url {
    enum redis_kind kind;
    char host[REDIS_URL_HOST_BYTES]; /* without the brackets of an IPv6 address */
    int port;
    char path[REDIS_URL_PATH_BYTES]; /* of a Unix socket */
    char user[REDIS_URL_USER_BYTES]; /* empty: the default user */
    int db;
};

/* ERR_CONFIG: the note tells what is wrong, and never shows a password. */
MUST_USE enum err redis_url_parse(struct str text, struct redis_url *ret_url, struct note *note);

#endif
