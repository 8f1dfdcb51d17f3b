/* redis_link.c - see redis_link.h. Replies are dispatched while reading, and an owner may
 * close the link from inside one, so closing while dispatching is finished by the dispatcher. */
#include "worker/adapter/redis_link.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"

#define LINK_COMMAND_BYTES_MAX ((size_t)64 << 20) /* the store allows less */
#define LINK_COMMAND_BYTES_KEPT ((size_t)64 << 10)
#define LINK_COUNT_BYTES (STR_INT_BYTES + 3) /* "$", the number, "\r\n" */

enum link_state { LINK_CONNECTING, LINK_OPEN, LINK_CLOSED };

struct redis_link {
    struct loop *loop;
    struct loop_fd *fd;
    struct loop_task flush;
    struct redis_tls *tls;
    struct ssl_st *session; /* the context's, once it has it */
    redisContext *context;  /* NULL until the server has accepted */
    const struct redis_link_events *events;
    void *owner;
    enum link_state state;
    size_t unfinished; /* bytes read since the last whole reply */
    bool is_dispatching;
    int socket; /* ours until the context has it */
    struct buf command; /* scratch: the one that is being sent */
};

static void link_free(struct redis_link *link)
{
    loop_task_drop(link->loop, &link->flush);
    loop_fd_destroy(link->fd);
    if (link->context) {
        redisFree(link->context);
    } else if (link->socket >= 0) {
        close(link->socket);
    }
    buf_fini(&link->command);
    mem_free(link);
}

void redis_link_close(struct redis_link *link)
{
    if (!link) {
        return;
    }
    link->state = LINK_CLOSED;
    if (!link->is_dispatching) {
        link_free(link);
    }
}

static void link_fail(struct redis_link *link, const struct note *why)
{
    const struct redis_link_events *events = link->events;
    void *owner = link->owner;
    if (link->state != LINK_CLOSED) {
        link->state = LINK_CLOSED;
        link_free(link);
        events->on_close(owner, why);
    }
}

static void link_fail_errno(struct redis_link *link, int code)
{
    struct note why = { .text = "" };
    char text[96];
    note_set(&why, "%s", strerror_r(code, text, sizeof(text)));
    link_fail(link, &why);
}

/* hiredis knows what the socket said, TLS knows better. */
static void link_fail_context(struct redis_link *link)
{
    struct note why = { .text = "" };
    char text[NOTE_TEXT_BYTES];
    const char *reason = link->session ? redis_tls_why(link->session, text) : "";
    note_set(&why, "%s", reason[0] ? reason : link->context->errstr);
    link_fail(link, &why);
}

/* During a TLS handshake sending may have to wait for reading, and the other way round. */
static void link_want(struct redis_link *link, bool has_unsent)
{
    bool writes = has_unsent;
    if (link->session) {
        writes = redis_tls_wants_write(link->session) ||
                 (has_unsent && !redis_tls_wants_read(link->session));
    }
    loop_fd_want(link->fd, LOOP_READABLE | (writes ? LOOP_WRITABLE : 0u));
}

/* False: the link is gone. */
static bool link_write(struct redis_link *link)
{
    int done = 0;
    redis_tls_begin_step();
    if (redisBufferWrite(link->context, &done) != REDIS_OK) {
        link_fail_context(link);
        return false;
    }
    link_want(link, !done);
    return true;
}

static void link_on_flush(struct loop_task *task)
{
    struct redis_link *link = container_of(task, struct redis_link, flush);
    (void)link_write(link);
}

static bool link_take_replies(struct redis_link *link)
{
    void *reply = NULL;
    while (link->state == LINK_OPEN &&
           redisGetReplyFromReader(link->context, &reply) == REDIS_OK && reply) {
        link->unfinished = link->context->reader->len - link->context->reader->pos;
        link->is_dispatching = true;
        link->events->on_reply(link->owner, reply);
        link->is_dispatching = false;
        freeReplyObject(reply);
        reply = NULL;
    }
    if (link->state == LINK_CLOSED) {
        link_free(link);
        return false;
    }
    return true;
}

/* False: the link is gone. */
static bool link_read(struct redis_link *link)
{
    struct note why = { .text = "" };
    size_t before = link->context->reader->len;
    redis_tls_begin_step();
    if (redisBufferRead(link->context) != REDIS_OK) {
        link_fail_context(link);
        return false;
    }
    link->unfinished += link->context->reader->len - before;
    if (!link_take_replies(link)) {
        return false;
    }
    if (link->context->err) {
        link_fail_context(link);
        return false;
    }
    if (link->unfinished > REDIS_REPLY_BYTES_MAX) {
        note_set(&why, "a reply of more than %zu bytes", REDIS_REPLY_BYTES_MAX);
        link_fail(link, &why);
        return false;
    }
    return true;
}

/* The handshake of TLS goes on with the first reads and writes. */
static bool link_start_tls(struct redis_link *link)
{
    struct ssl_st *session = redis_tls_session(link->tls);
    if (!session) {
        link_fail_errno(link, ENOMEM);
        return false;
    }
    bool is_started = redisInitiateSSL(link->context, session) == REDIS_OK;
    link->session = session; /* also to say why it did not start */
    if (!is_started) {
        link_fail_context(link);
        redis_tls_session_free(session);
    }
    return is_started;
}

static void link_on_connected(struct redis_link *link)
{
    int code = 0;
    socklen_t len = sizeof(code);
    getsockopt(link->socket, SOL_SOCKET, SO_ERROR, &code, &len);
    if (code != 0) {
        link_fail_errno(link, code);
        return;
    }
    redisOptions options = { .type = REDIS_CONN_USERFD,
                             .options = REDIS_OPT_NONBLOCK | REDIS_OPT_NO_PUSH_AUTOFREE,
                             .endpoint = { .fd = link->socket } };
    link->context = redisConnectWithOptions(&options);
    if (!link->context) {
        link_fail_errno(link, ENOMEM);
        return;
    }
    link->context->reader->maxelements = REDIS_REPLY_ELEMENTS_MAX;
    if (link->tls && !link_start_tls(link)) {
        return;
    }
    link->state = LINK_OPEN;
    link_want(link, false);
    link->events->on_open(link->owner);
}

/* Reading comes first: it may complete the handshake that writing waits for. */
static void link_on_events(void *owner, unsigned events)
{
    struct redis_link *link = owner;
    if (link->state == LINK_CONNECTING) {
        link_on_connected(link);
        return;
    }
    bool reads = link->session || (events & LOOP_READABLE);
    if (!reads || link_read(link)) {
        (void)link_write(link);
    }
}

static socklen_t address_bytes(const struct sockaddr *address)
{
    switch (address->sa_family) {
    case AF_INET:
        return sizeof(struct sockaddr_in);
    case AF_INET6:
        return sizeof(struct sockaddr_in6);
    default:
        return sizeof(struct sockaddr_un);
    }
}

static int socket_connect(const struct sockaddr *address)
{
    int one = 1;
    int number = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (number < 0) {
        return -1;
    }
    if (address->sa_family != AF_UNIX) {
        setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
    }
    if (connect(number, address, address_bytes(address)) != 0 && errno != EINPROGRESS) {
        int code = errno;
        close(number);
        errno = code;
        return -1;
    }
    return number;
}

struct redis_link *redis_link_open(const struct redis_link_options *options, struct note *note)
{
    char text[96];
    int number = socket_connect(options->address);
    if (number < 0) {
        note_set(note, "%s", strerror_r(errno, text, sizeof(text)));
        return NULL;
    }
    struct redis_link *link = mem_zero(1, sizeof(*link));
    if (!link) {
        close(number);
        note_set(note, "%s", err_text(ERR_NOMEM));
        return NULL;
    }
    link->loop = options->loop;
    link->tls = options->tls;
    link->events = options->events;
    link->owner = options->owner;
    link->socket = number;
    buf_init(&link->command, LINK_COMMAND_BYTES_MAX);
    link->flush.run = link_on_flush;
    link->fd = loop_fd_create(options->loop, number, link_on_events, link);
    if (!link->fd) {
        link_free(link);
        note_set(note, "%s", err_text(ERR_NOMEM));
        return NULL;
    }
    loop_fd_want(link->fd, LOOP_WRITABLE);
    return link;
}

/* As many bytes follow, or arguments: `$12` or `*3`. */
static char *link_put_count(char *to, char kind, size_t count)
{
    char text[STR_INT_BYTES];
    struct str number = str_from_int((int64_t)count, text);
    *to++ = kind;
    memcpy(to, number.ptr, number.len);
    to += number.len;
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

/* The command as RESP has it, in one pass; hiredis would build each in memory of its own first. */
static enum err link_make_command(struct redis_link *link, const struct str *arguments,
                                  size_t count)
{
    size_t bytes = LINK_COUNT_BYTES;
    for (size_t i = 0; i < count; i++) {
        bytes += LINK_COUNT_BYTES + arguments[i].len + 2;
    }
    buf_clear(&link->command);
    TRY(buf_reserve(&link->command, bytes));
    char *to = link_put_count(link->command.ptr, '*', count);
    for (size_t i = 0; i < count; i++) {
        to = link_put_count(to, '$', arguments[i].len);
        memcpy(to, arguments[i].len > 0 ? arguments[i].ptr : "", arguments[i].len);
        to += arguments[i].len;
        *to++ = '\r';
        *to++ = '\n';
    }
    link->command.len = (size_t)(to - link->command.ptr);
    return OK;
}

enum err redis_link_send(struct redis_link *link, const struct str *arguments, size_t count)
{
    assert(link->state == LINK_OPEN && count > 0 && count <= REDIS_ARGUMENTS_MAX);
    TRY(link_make_command(link, arguments, count));
    if (redisAppendFormattedCommand(link->context, link->command.ptr, link->command.len) !=
        REDIS_OK) {
        return ERR_NOMEM;
    }
    if (link->command.size > LINK_COMMAND_BYTES_KEPT) {
        buf_fini(&link->command);
    }
    if (!link->flush.node.next) {
        loop_later(link->loop, &link->flush);
    }
    return OK;
}
