/* http_wait.c - curl's sockets and its one timer on the loop; see http_inner.h. */
#include "worker/adapter/http_inner.h"

#include "common/mem.h"

struct http_socket {
    struct list_node node;
    struct http_wait *wait;
    struct loop_fd *fd;
    curl_socket_t number;
};

static void wait_act(struct http_wait *wait, curl_socket_t number, int events)
{
    int running = 0;
    curl_multi_socket_action(wait->multi, number, events, &running);
    wait->on_progress(wait);
}

static void wait_on_ended(struct loop_task *task)
{
    struct http_wait *wait = container_of(task, struct http_wait, ended);
    wait->on_progress(wait);
}

void http_wait_start(struct http_wait *wait)
{
    int running = 0;
    curl_multi_socket_action(wait->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    if (!wait->ended.node.next) {
        loop_later(wait->loop, &wait->ended);
    }
}

static void wait_on_events(void *owner, unsigned events)
{
    struct http_socket *socket = owner;
    int seen = (events & LOOP_READABLE ? CURL_CSELECT_IN : 0) |
               (events & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0);
    wait_act(socket->wait, socket->number, seen);
}

static void wait_on_due(void *owner)
{
    wait_act(owner, CURL_SOCKET_TIMEOUT, 0);
}

static int wait_on_timer(CURLM *multi, long timeout_ms, void *owner)
{
    (void)multi;
    struct http_wait *wait = owner;
    int64_t now_ms = loop_clock(wait->loop)->mono_ms;
    loop_timer_set(wait->timer, timeout_ms < 0 ? INT64_MAX : now_ms + timeout_ms);
    return 0;
}

static void socket_destroy(struct http_socket *socket)
{
    list_remove(&socket->wait->sockets, &socket->node);
    loop_fd_destroy(socket->fd);
    mem_free(socket);
}

static struct http_socket *socket_create(struct http_wait *wait, curl_socket_t number)
{
    struct http_socket *socket = mem_zero(1, sizeof(*socket));
    if (!socket) {
        return NULL;
    }
    socket->wait = wait;
    socket->number = number;
    socket->fd = loop_fd_create(wait->loop, number, wait_on_events, socket);
    if (!socket->fd) {
        mem_free(socket);
        return NULL;
    }
    list_append(&wait->sockets, &socket->node);
    curl_multi_assign(wait->multi, number, socket);
    return socket;
}

/* Without memory for a watch the call runs into its deadline: telling curl of it would end all
 * calls for good. */
static int wait_on_socket(CURL *easy, curl_socket_t number, int what, void *owner, void *known)
{
    (void)easy;
    struct http_wait *wait = owner;
    struct http_socket *socket = known;
    if (what == CURL_POLL_REMOVE) {
        if (socket) {
            socket_destroy(socket);
            curl_multi_assign(wait->multi, number, NULL);
        }
        return 0;
    }
    if (!socket) {
        socket = socket_create(wait, number);
    }
    if (socket) {
        loop_fd_want(socket->fd, (what & CURL_POLL_IN ? LOOP_READABLE : 0u) |
                                     (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0u));
    }
    return 0;
}

enum err http_wait_init(struct http_wait *wait, struct loop *loop, CURLM *multi)
{
    wait->loop = loop;
    wait->multi = multi;
    list_init(&wait->sockets);
    wait->ended = (struct loop_task){ .run = wait_on_ended };
    wait->timer = loop_timer_create(loop, wait_on_due, wait);
    if (!wait->timer) {
        return ERR_NOMEM;
    }
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, wait_on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, wait);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, wait_on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, wait);
    return OK;
}

void http_wait_fini(struct http_wait *wait)
{
    while (!list_is_empty(&wait->sockets)) {
        socket_destroy(list_entry(list_first(&wait->sockets), struct http_socket, node));
    }
    loop_task_drop(wait->loop, &wait->ended);
    loop_timer_destroy(wait->timer);
    wait->timer = NULL;
}
