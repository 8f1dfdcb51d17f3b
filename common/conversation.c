/* conversation.c - see conversation.h. */
#include "common/conversation.h"

#include "common/cloudevent.h"
#include "common/field.h"

#define CONVERSATION_BYTES_MAX ((size_t)64 << 10)

static const struct reply_kind conversation_kind = {
    .topic = TOPIC_CONVERSATIONS,
    .outcome = "conversation",
    .type = CLOUDEVENT_TYPE("conversation"),
};

/* The length in front keeps tenant and conversation apart. */
enum err conversation_key(struct arena *arena, struct str tenant, struct str conversation_id,
                          struct str *ret_key)
{
    char length[STR_INT_BYTES];
    const struct str parts[] = { str_from_int((int64_t)tenant.len, length), STR(":"), tenant,
                                 conversation_id };
    return arena_join(arena, parts, countof(parts), ret_key);
}

/* Of the id that the event's identity gives, so it is the same whoever works on the event. */
static uint64_t conversation_token_of(struct str id)
{
    static const uint64_t seed[2] = { 0, 0 };
    return str_hash(id, seed) | 1;
}

enum err conversation_encode(struct arena *arena, const struct reply_to *to,
                             const struct conversation *conversation, struct output *ret_output,
                             uint64_t *ret_token)
{
    assert(to->event && field_is_reason(conversation->reason));
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct output output;
    TRY(reply_begin(&reply, arena, to, &conversation_kind, 0));
    json_put_int(&reply.out, "v", conversation->version);
    json_put_text(&reply.out, "conversation_id", event_conversation(to->event));
    reply_put_tenant(&reply);
    json_put_text(&reply.out, "reason", conversation->reason);
    json_put_time(&reply.out, "created_at", to->now_wall_ms);
    TRY(reply_end(&reply, &output));
    output.key = conversation->key;
    output.has_key = true;
    *ret_output = output;
    *ret_token = conversation_token_of(reply.id);
    return OK;
}

struct output conversation_end(struct str key)
{
    return (struct output){ .topic = TOPIC_CONVERSATIONS, .key = key, .has_key = true };
}

uint64_t conversation_token(struct str value)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    if (json_read(value, CONVERSATION_BYTES_MAX, &root, NULL) != OK) {
        return 0;
    }
    struct arena arena;
    arena_init(&arena, CONVERSATION_BYTES_MAX);
    const struct json_in in = { .arena = &arena };
    struct json_at at = json_root(root, &in);
    struct str id;
    enum err err = field_want_id(&at, "id", &id);
    uint64_t token = err == OK ? conversation_token_of(id) : 0;
    arena_fini(&arena);
    return token;
}
