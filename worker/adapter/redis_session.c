/* redis_session.c - see redis_session.h.
 *
 *     PAUSING -> FINDING -> OPENING -> GREETING -> UP
 *        ^__________|__________|__________|________|     every failure pauses first
 *
 * A Unix socket needs no finding. When a name has several addresses, each is tried before the
 * next pause. */
#include "worker/adapter/redis_session.h"

#include <hiredis/hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "common/mem.h"

#define SESSION_ADDRESSES_MAX 8
#define GREETINGS_MAX 4

enum session_state {
    SESSION_PAUSING,
    SESSION_FINDING,
    SESSION_OPENING,
    SESSION_GREETING,
    SESSION_UP
};

enum greeting { GREETING_AUTH, GREETING_NAME, GREETING_SELECT, GREETING_PING };

struct redis_session {
    struct loop *loop;
    const struct redis_session_events *events;
    void *owner;
    struct redis_url url;
    char *user;
    char *password;
    char *client_name;
    struct redis_tls_files files;
    char *paths[3]; /* what `files` points to */
    struct redis_tls *tls;
    enum session_state state;
    struct loop_timer *timer;
    struct loop_lookup *lookup;
    struct redis_link *link;
    struct loop_task drop; /* gives the connection up in the next turn */
    struct note why;       /* of `drop` */
    struct sockaddr_storage addresses[SESSION_ADDRESSES_MAX];
    size_t addresses_count;
    size_t next_address;
    enum greeting greetings[GREETINGS_MAX]; /* whose replies are still to come, in order */
    size_t greetings_count;
    size_t greeted;
    unsigned attempts;
    uint64_t random;
};

static void session_try(struct redis_session *session);

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static uint64_t session_random(struct redis_session *session)
{
    uint64_t bits = session->random += 0x9e3779b97f4a7c15u;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 31);
}

static void session_pause(struct redis_session *session)
{
    unsigned doublings = session->attempts < 16 ? session->attempts : 16;
    int64_t longest_ms = min_i64((int64_t)REDIS_PAUSE_MS << doublings, REDIS_PAUSE_MS_MAX);
    int64_t half_ms = longest_ms / 2;
    int64_t wait_ms = half_ms + (int64_t)(session_random(session) % (uint64_t)(half_ms + 1));
    session->attempts++;
    session->state = SESSION_PAUSING;
    loop_timer_set(session->timer, loop_clock(session->loop)->mono_ms + wait_ms);
}

/* Where there was no connection at all, and no other setting is named, the address is in doubt. */
static void session_tell(const struct redis_session *session, const struct note *why,
                         struct note *told)
{
    bool is_address = session->state == SESSION_FINDING || session->state == SESSION_OPENING;
    bool is_named = str_find(str_from(why->text), STR("store.")) < strlen(why->text);
    note_set(told, "%s%s", why->text, is_address && !is_named ? "; check store.url" : "");
}

/* One attempt or connection has ended. */
static void session_end(struct redis_session *session, const struct note *why)
{
    bool is_attempt = session->state == SESSION_OPENING || session->state == SESSION_GREETING;
    bool has_more = is_attempt && session->next_address < session->addresses_count;
    struct note told = { .text = "" };
    session_tell(session, why, &told);
    redis_link_close(TAKE(session->link));
    loop_task_drop(session->loop, &session->drop);
    if (has_more) {
        session_try(session);
        return;
    }
    session_pause(session);
    session->events->on_down(session->owner, &told);
}

static void session_end_with(struct redis_session *session, const char *text)
{
    struct note why = { .text = "" };
    note_set(&why, "%s", text);
    session_end(session, &why);
}

static void session_on_drop(struct loop_task *task)
{
    struct redis_session *session = container_of(task, struct redis_session, drop);
    session_end(session, &session->why);
}

void redis_session_drop(struct redis_session *session, const char *why)
{
    if (session->link && !session->drop.node.next) {
        note_set(&session->why, "%s", why);
        loop_later(session->loop, &session->drop);
    }
}

bool redis_session_send(struct redis_session *session, const struct str *arguments, size_t count)
{
    if (redis_link_send(session->link, arguments, count) != OK) {
        redis_session_drop(session, err_text(ERR_NOMEM));
        return false;
    }
    return true;
}

static bool session_greet(struct redis_session *session, enum greeting greeting,
                          const struct str *arguments, size_t count)
{
    session->greetings[session->greetings_count++] = greeting;
    return redis_session_send(session, arguments, count);
}

static bool session_authenticate(struct redis_session *session)
{
    struct str user = str_from(session->user);
    struct str password = str_from(session->password);
    struct str with_user[] = { STR("AUTH"), user, password };
    struct str without[] = { STR("AUTH"), password };
    if (user.len > 0) {
        return session_greet(session, GREETING_AUTH, with_user, countof(with_user));
    }
    return password.len == 0 || session_greet(session, GREETING_AUTH, without, countof(without));
}

/* All at once: the replies tell in order which of them was refused. */
static void session_on_open(void *owner)
{
    struct redis_session *session = owner;
    char number[16];
    int len = snprintf(number, sizeof(number), "%d", session->url.db);
    struct str name[] = { STR("CLIENT"), STR("SETNAME"), str_from(session->client_name) };
    struct str select[] = { STR("SELECT"), { number, (size_t)len } };
    struct str ping[] = { STR("PING") };
    session->state = SESSION_GREETING;
    session->greetings_count = 0;
    session->greeted = 0;
    if (!session_authenticate(session)) {
        return;
    }
    if (name[2].len > 0 && !session_greet(session, GREETING_NAME, name, countof(name))) {
        return;
    }
    if (session->url.db != 0 &&
        !session_greet(session, GREETING_SELECT, select, countof(select))) {
        return;
    }
    (void)session_greet(session, GREETING_PING, ping, countof(ping));
}

/* What people can do about it; the server's own words may hold anything. */
static const char *session_refusal(enum greeting greeting, struct str words)
{
    if (str_starts(words, STR("NOAUTH"))) {
        return "the store asks for a password: set store.password.file";
    }
    if (str_starts(words, STR("LOADING"))) {
        return "the store is still loading its contents";
    }
    if (str_starts(words, STR("DENIED"))) {
        return "the store is in protected mode and lets in only its own machine";
    }
    if (str_find(words, STR("max number of clients")) < words.len) {
        return "the store has as many clients as it allows";
    }
    if (greeting == GREETING_AUTH) {
        return "the store refuses the credentials: check store.user and store.password.file";
    }
    return greeting == GREETING_SELECT ? "the store refuses the database of store.url"
                                       : "the store refuses every request";
}

static bool greeting_is_fine(enum greeting greeting, const struct redisReply *reply)
{
    struct str words = { reply->str, reply->len };
    if (reply->type == REDIS_REPLY_ERROR) {
        /* An unnamed client, or one that may not ping, can do all that is needed. */
        return greeting == GREETING_NAME ||
               (greeting == GREETING_PING && str_starts(words, STR("NOPERM")));
    }
    return reply->type == REDIS_REPLY_STATUS;
}

static void session_on_greeting(struct redis_session *session, const struct redisReply *reply)
{
    enum greeting greeting = session->greetings[session->greeted++];
    if (!greeting_is_fine(greeting, reply)) {
        bool has_words = reply->type == REDIS_REPLY_ERROR;
        struct str words = { reply->str, reply->len };
        redis_session_drop(session, has_words ? session_refusal(greeting, words)
                                              : "this is not a Redis server");
        return;
    }
    if (session->greeted == session->greetings_count && !session->drop.node.next) {
        session->state = SESSION_UP;
        loop_timer_set(session->timer, INT64_MAX);
        session->events->on_up(session->owner);
    }
}

static void session_on_reply(void *owner, const struct redisReply *reply)
{
    struct redis_session *session = owner;
    if (session->drop.node.next) {
        return; /* given up already */
    }
    if (session->state == SESSION_UP) {
        session->attempts = 0;
        session->events->on_reply(session->owner, reply);
        return;
    }
    if (session->greeted < session->greetings_count) {
        session_on_greeting(session, reply);
    }
}

static void session_on_close(void *owner, const struct note *why)
{
    struct redis_session *session = owner;
    bool is_given_up = session->drop.node.next != NULL;
    session->link = NULL;
    if (!is_given_up && session->state == SESSION_GREETING && session->url.kind == REDIS_TCP) {
        struct note advice = { .text = "" };
        note_set(&advice, "%s; if the store speaks TLS, store.url begins with rediss://",
                 why->text);
        session_end(session, &advice);
        return;
    }
    session_end(session, is_given_up ? &session->why : why);
}

static const struct redis_link_events session_link_events = {
    .on_open = session_on_open, .on_reply = session_on_reply, .on_close = session_on_close
};

/* Opens a link to the next address. */
static void session_try(struct redis_session *session)
{
    struct note why = { .text = "" };
    session->state = SESSION_OPENING;
    loop_timer_set(session->timer, loop_clock(session->loop)->mono_ms + REDIS_OPEN_MS_MAX);
    while (!session->link && session->next_address < session->addresses_count) {
        const struct sockaddr_storage *address = &session->addresses[session->next_address++];
        const struct redis_link_options options = {
            .loop = session->loop,
            .address = (const struct sockaddr *)address,
            .tls = session->tls,
            .events = &session_link_events,
            .owner = session,
        };
        session->link = redis_link_open(&options, &why);
    }
    if (!session->link) {
        session_end(session, &why);
    }
}

static void session_on_found(void *owner, enum err err, const struct addrinfo *found,
                             const char *why)
{
    struct redis_session *session = owner;
    session->lookup = NULL;
    if (err != OK) {
        session_end_with(session, why);
        return;
    }
    session->addresses_count = 0;
    session->next_address = 0;
    for (; found && session->addresses_count < SESSION_ADDRESSES_MAX; found = found->ai_next) {
        if (found->ai_family == AF_INET || found->ai_family == AF_INET6) {
            memcpy(&session->addresses[session->addresses_count++], found->ai_addr,
                   found->ai_addrlen);
        }
    }
    session_try(session);
}

/* Certificates are read again for each attempt that follows a failure: they may be new. */
static enum err session_read_certificates(struct redis_session *session, struct note *note)
{
    struct redis_tls *tls = NULL;
    if (session->url.kind != REDIS_TLS) {
        return OK;
    }
    TRY(redis_tls_create(&session->files, session->url.host, &tls, note));
    redis_tls_destroy(session->tls);
    session->tls = tls;
    return OK;
}

static void session_begin(struct redis_session *session)
{
    struct note why = { .text = "" };
    if (session->attempts > 0 && session_read_certificates(session, &why) != OK) {
        session_end(session, &why);
        return;
    }
    if (session->url.kind == REDIS_UNIX) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        memcpy(address.sun_path, session->url.path, sizeof(session->url.path));
        memcpy(&session->addresses[0], &address, sizeof(address));
        session->addresses_count = 1;
        session->next_address = 0;
        session_try(session);
        return;
    }
    session->state = SESSION_FINDING;
    session->lookup = loop_resolve(session->loop, session->url.host, session->url.port,
                                   session_on_found, session);
    if (!session->lookup) {
        session_end_with(session, err_text(ERR_NOMEM));
    }
}

/* A server without TLS waits for the rest of what it takes for a command. */
static const char *session_lateness(const struct redis_session *session)
{
    if (session->state == SESSION_OPENING) {
        return "no connection in time";
    }
    return session->url.kind == REDIS_TLS
               ? "no reply in time; if the store speaks no TLS, store.url begins with redis://"
               : "no reply in time";
}

static void session_on_timer(void *owner)
{
    struct redis_session *session = owner;
    if (session->state == SESSION_PAUSING) {
        session_begin(session);
        return;
    }
    session_end_with(session, session_lateness(session));
}

static bool session_copy_paths(struct redis_session *session, const struct redis_tls_files *files)
{
    const char *const paths[] = { files->ca, files->cert, files->key };
    for (size_t i = 0; i < countof(paths); i++) {
        session->paths[i] = mem_dup(paths[i] ? paths[i] : "");
        if (!session->paths[i]) {
            return false;
        }
    }
    session->files = (struct redis_tls_files){ session->paths[0], session->paths[1],
                                               session->paths[2] };
    return true;
}

static bool session_copy(struct redis_session *session, const struct redis_session_options *options)
{
    struct str user = options->user.len > 0 ? options->user : str_from(options->url->user);
    session->url = *options->url;
    session->user = mem_dup_str(user);
    session->password = mem_dup_str(options->password);
    session->client_name = mem_dup_str(options->client_name);
    session->timer = loop_timer_create(options->loop, session_on_timer, session);
    return session->user && session->password && session->client_name && session->timer &&
           session_copy_paths(session, &options->files);
}

enum err redis_session_create(const struct redis_session_options *options,
                              struct redis_session **ret_session, struct note *note)
{
    struct redis_session *session = mem_zero(1, sizeof(*session));
    if (!session) {
        return ERR_NOMEM;
    }
    session->loop = options->loop;
    session->events = options->events;
    session->owner = options->owner;
    session->random = options->seed;
    session->drop.run = session_on_drop;
    session->state = SESSION_PAUSING;
    if (!session_copy(session, options)) {
        redis_session_destroy(session);
        return ERR_NOMEM;
    }
    enum err err = session_read_certificates(session, note);
    if (err != OK) {
        redis_session_destroy(session);
        return err;
    }
    loop_timer_set(session->timer, loop_clock(session->loop)->mono_ms);
    *ret_session = session;
    return OK;
}

static void forget(char *secret)
{
    if (secret) {
        explicit_bzero(secret, strlen(secret));
        mem_free(secret);
    }
}

void redis_session_destroy(struct redis_session *session)
{
    if (!session) {
        return;
    }
    loop_task_drop(session->loop, &session->drop);
    loop_lookup_destroy(session->lookup);
    redis_link_close(session->link);
    loop_timer_destroy(session->timer);
    redis_tls_destroy(session->tls);
    for (size_t i = 0; i < countof(session->paths); i++) {
        mem_free(session->paths[i]);
    }
    mem_free(session->user);
    forget(session->password);
    mem_free(session->client_name);
    mem_free(session);
}

enum err redis_session_rekey(struct redis_session *session, struct str password)
{
    char *copy = mem_dup_str(password);
    if (!copy) {
        return ERR_NOMEM;
    }
    forget(session->password);
    session->password = copy;
    return OK;
}

bool redis_session_is_up(const struct redis_session *session)
{
    return session->state == SESSION_UP && !session->drop.node.next;
}
