/* loop_lookup.c - names to addresses; see loop_resolve() in loop.h. A lookup that was let go
 * runs to its end on libuv's thread and is then forgotten. */
#include <netdb.h>
#include <uv.h>

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/loop.h"

struct loop_lookup {
    uv_getaddrinfo_t request;
    struct loop *loop;
    struct loop_task task; /* for what fails before it has begun */
    loop_lookup_fn *on_found;
    void *owner;
    int failure;
};

static const char *loop_lookup_why(int status)
{
    switch (status) {
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
        return "no address is known for this name";
    case UV_EAI_AGAIN:
        return "the name servers do not answer";
    default:
        return uv_strerror(status);
    }
}

static void loop_lookup_finish(struct loop_lookup *lookup, int status,
                               const struct addrinfo *addresses)
{
    loop_lookup_fn *on_found = lookup->on_found;
    void *owner = lookup->owner;
    mem_free(lookup);
    if (on_found && status == 0) {
        on_found(owner, OK, addresses, "");
    } else if (on_found) {
        on_found(owner, ERR_UNREACHABLE, NULL, loop_lookup_why(status));
    }
}

static void loop_lookup_on_done(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct loop_lookup *lookup = container_of(request, struct loop_lookup, request);
    loop_refresh(lookup->loop);
    loop_lookup_finish(lookup, status, addresses);
    uv_freeaddrinfo(addresses);
}

static void loop_lookup_on_failure(struct loop_task *task)
{
    struct loop_lookup *lookup = container_of(task, struct loop_lookup, task);
    loop_lookup_finish(lookup, lookup->failure, NULL);
}

/* What must never happen: the loop waits for name servers. A test lets it. */
static void loop_lookup_block(struct loop *loop, const char *host, const char *service)
{
    uv_getaddrinfo_t request;
    if (uv_getaddrinfo(loop_uv(loop), &request, NULL, host, service, NULL) == 0) {
        uv_freeaddrinfo(request.addrinfo);
    }
}

struct loop_lookup *loop_resolve(struct loop *loop, const char *host, int port,
                                 loop_lookup_fn *on_found, void *owner)
{
    struct loop_lookup *lookup = mem_zero(1, sizeof(*lookup));
    if (!lookup) {
        return NULL;
    }
    lookup->loop = loop;
    lookup->on_found = on_found;
    lookup->owner = owner;
    lookup->task.run = loop_lookup_on_failure;
    char service[16];
    snprintf(service, sizeof(service), "%d", port);
    if (DEFENCE_IS_LOWERED("lookups")) {
        loop_lookup_block(loop, host, service);
    }
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    lookup->failure = uv_getaddrinfo(loop_uv(loop), &lookup->request, loop_lookup_on_done, host,
                                     service, &hints);
    if (lookup->failure != 0) {
        loop_later(loop, &lookup->task);
    }
    return lookup;
}

void loop_lookup_destroy(struct loop_lookup *lookup)
{
    if (!lookup) {
        return;
    }
    if (lookup->failure != 0) {
        loop_task_drop(lookup->loop, &lookup->task);
        mem_free(lookup);
        return;
    }
    lookup->on_found = NULL;
    uv_cancel((uv_req_t *)&lookup->request);
}
