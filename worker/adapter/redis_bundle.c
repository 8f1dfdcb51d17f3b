/* redis_bundle.c - see redis_bundle.h. */
#include "worker/adapter/redis_bundle.h"

#include <assert.h>

#include "worker/adapter/redis_command.h"

/* ARGV of each key: field, value, time, how the field must begin (empty: it must not be there),
 * how many others there may be if it is new (0: any), how many fields to drop, and those. What
 * stands under a key of ours and has no fields is foreign: it makes room. */
#define BUNDLE_SCRIPT                                                                              \
    "local done, at = {}, 1 "                                                                      \
    "for i, key in ipairs(KEYS) do "                                                               \
    "  local now = redis.pcall('HGET', key, ARGV[at]) or '' "                                      \
    "  if type(now) == 'table' then "                                                              \
    "    if not string.find(now.err, 'WRONGTYPE', 1, true) then return now end "                   \
    "    redis.call('DEL', key) now = '' "                                                         \
    "  end "                                                                                       \
    "  local was, room, drops = ARGV[at + 3], tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]) "     \
    "  done[i] = string.sub(now, 1, math.max(#was, 1)) == was and 1 or 0 "                         \
    "  if done[i] == 1 and now == '' and room > 0 and redis.call('HLEN', key) >= room then "       \
    "    done[i] = 2 "                                                                             \
    "  end "                                                                                       \
    "  if done[i] == 1 then "                                                                      \
    "    redis.call('HSET', key, ARGV[at], ARGV[at + 1]) "                                         \
    "    redis.call('PEXPIRE', key, ARGV[at + 2]) "                                                \
    "    for k = at + 6, at + 5 + drops do redis.call('HDEL', key, ARGV[k]) end "                  \
    "  end "                                                                                       \
    "  at = at + 6 + drops "                                                                       \
    "end return done"

bool redis_bundle_takes(const struct store_call *call)
{
    return call->op == STORE_PUT && call->is_bound;
}

static struct str bundle_copy(struct redis_bundle *bundle, struct str text)
{
    char *copy = bundle->bytes + bundle->bytes_len;
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    bundle->bytes_len += text.len;
    return (struct str){ copy, text.len };
}

static void bundle_put(struct redis_bundle *bundle, struct str argument)
{
    bundle->arguments[bundle->arguments_count++] = argument;
}

static void bundle_put_text(struct redis_bundle *bundle, bool copies, struct str text)
{
    bundle_put(bundle, copies ? bundle_copy(bundle, text) : text);
}

bool redis_bundle_add(struct redis_bundle *bundle, struct str key, const struct store_call *call)
{
    assert(bundle->writes_count < REDIS_BUNDLE_WRITES_MAX && call->drops_count <= STORE_DROPS_MAX);
    size_t which = bundle->writes_count++;
    bool copies = redis_call_bytes(key, call) <= sizeof(bundle->bytes) - bundle->bytes_len;
    bundle->keys[which] = copies ? bundle_copy(bundle, key) : key;
    bundle->starts[which] = bundle->arguments_count;
    bundle_put_text(bundle, copies, call->field);
    bundle_put_text(bundle, copies, call->value);
    bundle_put(bundle, str_from_int(call->ttl_ms, bundle->numbers[which][0]));
    bundle_put_text(bundle, copies, call->revision);
    bundle_put(bundle, str_from_int((int64_t)call->room_for, bundle->numbers[which][1]));
    bundle_put(bundle, str_from_int((int64_t)call->drops_count, bundle->numbers[which][2]));
    for (size_t i = 0; i < call->drops_count; i++) {
        bundle_put_text(bundle, copies, call->drops[i]);
    }
    return !copies || bundle->writes_count == REDIS_BUNDLE_WRITES_MAX;
}

const struct str *redis_bundle_command(struct redis_bundle *bundle, size_t from, size_t writes,
                                       size_t *ret_count)
{
    assert(writes > 0 && from + writes <= bundle->writes_count);
    struct str *command = bundle->command;
    size_t behind = from + writes;
    size_t start = bundle->starts[from];
    size_t end = behind < bundle->writes_count ? bundle->starts[behind] : bundle->arguments_count;
    command[0] = STR("EVAL");
    command[1] = STR(BUNDLE_SCRIPT);
    command[2] = str_from_int((int64_t)writes, bundle->writes_text);
    command += REDIS_BUNDLE_HEAD;
    memcpy(command, bundle->keys + from, writes * sizeof(*command));
    memcpy(command + writes, bundle->arguments + start, (end - start) * sizeof(*command));
    *ret_count = REDIS_BUNDLE_HEAD + writes + end - start;
    return bundle->command;
}

void redis_bundle_clear(struct redis_bundle *bundle)
{
    bundle->writes_count = 0;
    bundle->arguments_count = 0;
    bundle->bytes_len = 0;
}
