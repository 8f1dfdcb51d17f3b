/* replay_state.c - whose the events of a replay are, and what becomes of those: the
 * middle of replay_book.h. */
#include "common/conversation.h"
#include "worker/command/replay_book_inner.h"

#define STATE_OUTCOME_BYTES ((size_t)16 << 20)
#define STATE_KEY_BYTES ((size_t)16384)

/* --- actors --------------------------------------------------------------------------------- */

static enum err state_find(struct book *book, struct str key, enum book_search search,
                           struct book_actor **ret_actor)
{
    struct map_entry *found = map_find(&book->actors, key);
    if (found || search == BOOK_FIND) {
        *ret_actor = found ? container_of(found, struct book_actor, entry) : NULL;
        return OK;
    }
    struct book_actor *actor = arena_new(&book->arena, struct book_actor);
    struct str copy;
    if (!actor) {
        return ERR_NOMEM;
    }
    TRY(arena_copy(&book->arena, key, &copy));
    TRY(map_add(&book->actors, &actor->entry, copy));
    *ret_actor = actor;
    return OK;
}

/* Customers are named as conversations are: by tenant and id, kept apart. */
static enum err state_name(struct arena *arena, const char *sort, struct str tenant, struct str id,
                           struct str *ret_key)
{
    struct str key;
    TRY(conversation_key(arena, tenant, id, &key));
    return arena_printf(arena, ret_key, "%s%.*s", sort, STR_ARG(key));
}

static enum err state_actor(struct book *book, const char *sort, const struct str name[2],
                            enum book_search search, struct book_actor **ret_actor)
{
    struct arena arena;
    struct str key;
    *ret_actor = NULL;
    if (name[1].len == 0) {
        return OK;
    }
    arena_init(&arena, STATE_KEY_BYTES);
    enum err err = state_name(&arena, sort, name[0], name[1], &key);
    err = err == OK ? state_find(book, key, search, ret_actor) : err;
    arena_fini(&arena);
    return err;
}

static struct str state_customer(const struct event *event)
{
    if (event->kind == EVENT_MESSAGE) {
        return event->message.customer_id;
    }
    return event->kind == EVENT_ORDER ? event->order.customer_id : STR_NONE;
}

enum err book_find_actors(struct book *book, const struct event *event, enum book_search search,
                          struct book_event *to)
{
    if (book->options.topic == TOPIC_RECOMMENDATION_REQUESTS) {
        const struct str shop[2] = { STR_NONE, STR("*") };
        to->is_writer = event->kind != EVENT_RECOMMENDATION_REQUEST;
        return state_actor(book, BOOK_SHOP, shop, search, &to->customer);
    }
    const struct str customer[2] = { event->tenant, state_customer(event) };
    const struct str conversation[2] = { event->tenant, event_conversation(event) };
    to->is_writer = event->kind == EVENT_ORDER || event->kind == EVENT_HANDBACK;
    TRY(state_actor(book, BOOK_CUSTOMER, customer, search, &to->customer));
    return state_actor(book, BOOK_CONVERSATION, conversation, search, &to->conversation);
}

bool book_has_actors(const struct book *book)
{
    return book->actors.count > 0;
}

/* --- what becomes of them ------------------------------------------------------------------- */

static enum err state_take(struct book *book, const struct record *record,
                           const struct event *event)
{
    struct book_event probe = { 0 };
    struct book_event *added;
    if (!event) {
        return OK;
    }
    TRY(book_find_actors(book, event, BOOK_FIND, &probe));
    return probe.customer || probe.conversation ? book_add(book, record, event, &added) : OK;
}

enum err book_take_state(struct book *book, const struct record *record, struct note *note)
{
    return book_explain(book, book_decode(book, record, state_take), note);
}

/* 1 if a person had its conversation, 0 if nobody had, -1 if it cannot be told from this one. */
static int state_judge(const struct book_event *event)
{
    struct arena arena;
    struct statement recorded;
    int held = -1;
    arena_init(&arena, STATE_OUTCOME_BYTES);
    if (book_recorded(event, &arena, &recorded) == OK && statement_speaks(&recorded)) {
        const struct statement_field *reason = statement_find(&recorded, STR("reason"));
        bool is_letter = recorded.kind == OUTCOME_DEAD_LETTER;
        bool is_held = reason && str_is(reason->value, err_label(ERR_HELD));
        held = is_letter ? -1 : is_held;
    }
    arena_fini(&arena);
    return held;
}

enum err book_each_held(const struct book *book, book_held_fn *on_held, void *owner)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct book_event *event = book->events[i];
        struct book_actor *actor = event->conversation;
        int held = event->is_sought && actor && !actor->is_judged ? state_judge(event) : -1;
        if (held >= 0) {
            actor->is_judged = true;
        }
        if (held == 1) {
            struct str key = actor->entry.key;
            TRY(on_held(owner, str_slice(key, sizeof(BOOK_CONVERSATION) - 1, key.len)));
        }
    }
    return OK;
}
