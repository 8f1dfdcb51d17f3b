/* redis_bundle.h - writes that are bound to what was read, many of them in one script.
 *
 * A script costs a server more than what it does: here one does it for all writes that one turn of
 * the loop makes. Each of them is written or not by itself, whatever becomes of the others; only
 * an error of the server is that of all, some of which may be written then.
 *
 * Pure: no I/O, no clock. */
#ifndef ADAPTER_REDIS_BUNDLE_H
#define ADAPTER_REDIS_BUNDLE_H

#include "worker/engine/store.h"

#define REDIS_BUNDLE_WRITES_MAX 64
#define REDIS_BUNDLE_BYTES_MAX ((size_t)48 << 10) /* that are copied */
#define REDIS_BUNDLE_HEAD 3 /* EVAL, the script, and how many keys follow */
#define REDIS_BUNDLE_ARGUMENTS (6 + STORE_DROPS_MAX) /* of one write, without its key */
#define REDIS_BUNDLE_COMMAND_MAX                                                                   \
    (REDIS_BUNDLE_HEAD + REDIS_BUNDLE_WRITES_MAX * (1 + REDIS_BUNDLE_ARGUMENTS))

/* All zero: empty. Its own strings point into it, so it stays where it is. */
struct redis_bundle {
    struct str keys[REDIS_BUNDLE_WRITES_MAX];
    size_t writes_count;
    struct str arguments[REDIS_BUNDLE_WRITES_MAX * REDIS_BUNDLE_ARGUMENTS];
    size_t arguments_count;
    size_t starts[REDIS_BUNDLE_WRITES_MAX]; /* of each write's arguments */
    struct str command[REDIS_BUNDLE_COMMAND_MAX];
    char writes_text[STR_INT_BYTES];
    char numbers[REDIS_BUNDLE_WRITES_MAX][3][STR_INT_BYTES];
    char bytes[REDIS_BUNDLE_BYTES_MAX];
    size_t bytes_len;
};

/* True if the call is a write of this kind. */
bool redis_bundle_takes(const struct store_call *call);

/* Takes the write into a bundle that is not full. `key` is the one that the server knows. True: it
 * is to be sent before the caller returns, since it is full now, or borrows what is too long. */
MUST_USE bool redis_bundle_add(struct redis_bundle *bundle, struct str key,
                               const struct store_call *call);

/* The command for `writes` of the writes that were added, from the one at `from` on; good until it
 * is asked for again or the bundle changes. The reply is a list that says of each write in turn
 * what a reply to it alone would. */
const struct str *redis_bundle_command(struct redis_bundle *bundle, size_t from, size_t writes,
                                       size_t *ret_count);

/* Empty again. */
void redis_bundle_clear(struct redis_bundle *bundle);

#endif
