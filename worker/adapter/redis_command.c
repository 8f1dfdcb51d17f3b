/* redis_command.c - see redis_command.h. */
#include "worker/adapter/redis_command.h"

#include <assert.h>

/* What belongs together is one step for the server: a connection that ends in between would leave a
 * key for ever, a worker that stood still would write over what a later one has made of it. */
#define REDIS_RENEW_SCRIPT                                                                         \
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "                                               \
    "return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
#define REDIS_YIELD_SCRIPT                                                                         \
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

/* ARGV: amount, time of a key that is new, which no later sum moves. */
#define REDIS_ADD_SCRIPT                                                                           \
    "local sum = redis.call('INCRBY', KEYS[1], ARGV[1]) "                                          \
    "if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end "         \
    "return sum"

/* What stands under a key of ours and has no fields is foreign: it makes room. */
#define REDIS_FIELDS_SCRIPT                                                                        \
    "local count = redis.pcall('HLEN', KEYS[1]) "                                                  \
    "if type(count) == 'table' and string.find(count.err, 'WRONGTYPE', 1, true) then "             \
    "redis.call('DEL', KEYS[1]) end "

/* ARGV: field, value, time, fields to drop. */
#define REDIS_PUT_SCRIPT                                                                           \
    REDIS_FIELDS_SCRIPT                                                                            \
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) "                                               \
    "redis.call('PEXPIRE', KEYS[1], ARGV[3]) "                                                     \
    "for i = 4, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end return 1"

/* Drops what `fields_max` of struct store_call does not keep. ARGV: field, value, time, how many of
 * its group are kept, how many of the others. */
#define REDIS_TRIM_SCRIPT                                                                          \
    REDIS_FIELDS_SCRIPT                                                                            \
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) "                                               \
    "redis.call('PEXPIRE', KEYS[1], ARGV[3]) "                                                     \
    "local keep = tonumber(ARGV[4]) "                                                              \
    "if redis.call('HLEN', KEYS[1]) <= keep then return 1 end "                                    \
    "local group, own, others = string.match(ARGV[1], '^[^/]*/') or ARGV[1], {}, {} "              \
    "for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do "                                      \
    "  local is_own = string.sub(name, 1, #group) == group "                                       \
    "  table.insert(is_own and own or others, name) "                                              \
    "end "                                                                                         \
    "local function number(name) return tonumber(string.match(name, '/(%d+)$')) or -1 end "        \
    "local function cut(names, most) "                                                             \
    "  table.sort(names, function(a, b) return number(a) < number(b) end) "                        \
    "  for i = 1, #names - most do redis.call('HDEL', KEYS[1], names[i]) end "                     \
    "end "                                                                                         \
    "cut(own, keep) cut(others, tonumber(ARGV[5])) return 1"

static void command_put(struct redis_command *command, struct str argument)
{
    assert(command->count < REDIS_COMMAND_ARGUMENTS_MAX);
    command->arguments[command->count++] = argument;
}

static void command_begin(struct redis_command *command, struct str name, struct str key)
{
    command->count = 0;
    command_put(command, name);
    command_put(command, key);
}

static void command_begin_script(struct redis_command *command, struct str script, struct str key)
{
    command->count = 0;
    command_put(command, STR("EVAL"));
    command_put(command, script);
    command_put(command, STR("1"));
    command_put(command, key);
}

static void command_put_int(struct redis_command *command, size_t which, int64_t number)
{
    command_put(command, str_from_int(number, command->numbers[which]));
}

static void command_put_fields(struct redis_command *command, const struct store_call *call)
{
    command_put(command, call->field);
    command_put(command, call->value);
    command_put_int(command, 0, call->ttl_ms);
}

static void command_make_put(struct redis_command *command, struct str key,
                             const struct store_call *call)
{
    assert(!call->is_bound);
    if (call->fields_max > 0) {
        assert(call->drops_count == 0);
        command_begin_script(command, STR(REDIS_TRIM_SCRIPT), key);
        command_put_fields(command, call);
        command_put_int(command, 1, (int64_t)call->fields_max);
        command_put_int(command, 2, (int64_t)(STORE_OTHERS * call->fields_max));
        return;
    }
    command_begin_script(command, STR(REDIS_PUT_SCRIPT), key);
    command_put_fields(command, call);
    for (size_t i = 0; i < call->drops_count; i++) {
        command_put(command, call->drops[i]);
    }
}

static void command_make_set(struct redis_command *command, struct str key,
                             const struct store_call *call)
{
    command_begin(command, STR("SET"), key);
    command_put(command, call->value);
    if (call->op == STORE_CLAIM) {
        command_put(command, STR("NX"));
    }
    command_put(command, STR("PX"));
    command_put_int(command, 0, call->ttl_ms);
}

/* Of a key that is the caller's, or a sum. */
static void command_make_owned(struct redis_command *command, struct str key,
                               const struct store_call *call)
{
    if (call->op == STORE_ADD) {
        command_begin_script(command, STR(REDIS_ADD_SCRIPT), key);
        command_put_int(command, 1, call->amount);
        command_put_int(command, 0, call->ttl_ms);
        return;
    }
    bool renews = call->op == STORE_RENEW;
    command_begin_script(command, renews ? STR(REDIS_RENEW_SCRIPT) : STR(REDIS_YIELD_SCRIPT), key);
    command_put(command, call->value);
    if (renews) {
        command_put_int(command, 0, call->ttl_ms);
    }
}

void redis_command_make(struct redis_command *command, struct str key,
                        const struct store_call *call)
{
    switch (call->op) {
    case STORE_GET:
        command_begin(command, STR("GET"), key);
        return;
    case STORE_ALL:
        command_begin(command, STR("HGETALL"), key);
        return;
    case STORE_PICK:
        command_begin(command, STR("HGET"), key);
        command_put(command, call->field);
        return;
    case STORE_DROP:
        command_begin(command, STR("DEL"), key);
        return;
    case STORE_SET:
    case STORE_CLAIM:
        command_make_set(command, key, call);
        return;
    case STORE_PUT:
        command_make_put(command, key, call);
        return;
    case STORE_RENEW:
    case STORE_YIELD:
    case STORE_ADD:
        command_make_owned(command, key, call);
        return;
    }
    BUG("an operation that no store knows");
}

/* What is no part of a call of its kind is empty, but for the revision that a PICK has left. */
size_t redis_call_bytes(struct str key, const struct store_call *call)
{
    size_t bytes = key.len + call->field.len + call->value.len;
    for (size_t i = 0; i < call->drops_count; i++) {
        bytes += call->drops[i].len;
    }
    return bytes + (call->is_bound ? call->revision.len : 0);
}
