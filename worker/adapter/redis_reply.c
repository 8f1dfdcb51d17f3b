/* redis_reply.c - see redis_reply.h. */
#include "worker/adapter/redis_reply.h"

#include <hiredis/hiredis.h>

static bool reply_is_bytes(const struct redisReply *reply)
{
    return reply->type == REDIS_REPLY_STRING;
}

static enum err reply_take_value(const struct redisReply *reply, struct store_call *call)
{
    if (reply->type == REDIS_REPLY_NIL) {
        return OK;
    }
    if (!reply_is_bytes(reply)) {
        return ERR_BACKEND;
    }
    if (call->arena) {
        TRY(arena_copy(call->arena, (struct str){ reply->str, reply->len }, &call->found_value));
    }
    call->found = true;
    return OK;
}

static enum err reply_copy_fields(const struct redisReply *reply, struct store_call *call)
{
    size_t count = reply->elements / 2;
    struct store_field *fields = arena_zero(call->arena, count, sizeof(*fields));
    if (!fields) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct redisReply *name = reply->element[2 * i];
        const struct redisReply *value = reply->element[2 * i + 1];
        TRY(arena_copy(call->arena, (struct str){ name->str, name->len }, &fields[i].name));
        TRY(arena_copy(call->arena, (struct str){ value->str, value->len }, &fields[i].value));
    }
    call->fields = fields;
    call->fields_count = count;
    return OK;
}

static enum err reply_take_fields(const struct redisReply *reply, struct store_call *call)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements % 2 != 0) {
        return ERR_BACKEND;
    }
    for (size_t i = 0; i < reply->elements; i++) {
        if (!reply_is_bytes(reply->element[i])) {
            return ERR_BACKEND;
        }
    }
    if (reply->elements == 0) {
        return OK;
    }
    if (call->arena) {
        TRY(reply_copy_fields(reply, call));
    }
    call->found = true;
    return OK;
}

static enum err reply_take_pick(const struct redisReply *reply, struct store_call *call)
{
    TRY(reply_take_value(reply, call));
    call->revision = call->found_value;
    return OK;
}

/* "OK" if the key was free, nothing if it was not. */
static enum err reply_take_claim(const struct redisReply *reply, struct store_call *call)
{
    call->found = reply->type == REDIS_REPLY_STATUS;
    return call->found || reply->type == REDIS_REPLY_NIL ? OK : ERR_BACKEND;
}

/* 1 if the key was the caller's still, 0 if it was not. */
static enum err reply_take_renewal(const struct redisReply *reply, struct store_call *call)
{
    call->found = reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    return reply->type == REDIS_REPLY_INTEGER ? OK : ERR_BACKEND;
}

static enum err reply_take_sum(const struct redisReply *reply, struct store_call *call)
{
    call->found = reply->type == REDIS_REPLY_INTEGER;
    call->sum = reply->integer;
    return call->found ? OK : ERR_BACKEND;
}

/* 0: the field is not what it was bound to; 2: there was no room for it. */
static enum err reply_take_put(const struct redisReply *reply, struct store_call *call)
{
    if (reply->type != REDIS_REPLY_INTEGER) {
        return ERR_BACKEND;
    }
    call->is_crowded = reply->integer == 2;
    return reply->integer == 1 ? OK : ERR_CONFLICT;
}

bool redis_reply_is_miss(const struct redisReply *reply, enum store_op op)
{
    bool reads = op == STORE_GET || op == STORE_ALL || op == STORE_PICK;
    return reads && reply->type == REDIS_REPLY_ERROR &&
           str_starts((struct str){ reply->str, reply->len }, STR("WRONGTYPE "));
}

enum err redis_reply_take(const struct redisReply *reply, struct store_call *call)
{
    switch (call->op) {
    case STORE_GET:
        return reply_take_value(reply, call);
    case STORE_ALL:
        return reply_take_fields(reply, call);
    case STORE_PICK:
        return reply_take_pick(reply, call);
    case STORE_SET:
        return reply->type == REDIS_REPLY_STATUS ? OK : ERR_BACKEND;
    case STORE_PUT:
        return reply_take_put(reply, call);
    case STORE_DROP:
    case STORE_YIELD:
        return reply->type == REDIS_REPLY_INTEGER ? OK : ERR_BACKEND;
    case STORE_CLAIM:
        return reply_take_claim(reply, call);
    case STORE_RENEW:
        return reply_take_renewal(reply, call);
    case STORE_ADD:
        return reply_take_sum(reply, call);
    }
    BUG("an operation that no store knows");
}
