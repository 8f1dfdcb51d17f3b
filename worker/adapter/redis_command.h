/* redis_command.h - a call of the store in the words of Redis.
 *
 * Pure: no I/O, no clock. */
#ifndef ADAPTER_REDIS_COMMAND_H
#define ADAPTER_REDIS_COMMAND_H

#include "worker/engine/store.h"

#define REDIS_COMMAND_ARGUMENTS_MAX (9 + STORE_DROPS_MAX)

/* The arguments point to the call's strings and into the command, which stays where it is. */
struct redis_command {
    struct str arguments[REDIS_COMMAND_ARGUMENTS_MAX];
    size_t count;
    char numbers[3][STR_INT_BYTES];
};

/* Of a call that redis_bundle.h does not take. `key` is the one that the server knows. */
void redis_command_make(struct redis_command *command, struct str key,
                        const struct store_call *call);

/* Bytes of what is sent of any call, `key` again the one that the server knows; without what is
 * the same of all calls of its kind. */
size_t redis_call_bytes(struct str key, const struct store_call *call);

#endif
