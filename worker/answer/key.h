/* key.h - under which name an answer may be found again.
 *
 * A wrong hit is a bug: the key covers all that the prompt contains (prompt.h), and
 * nothing is left out of the text, not stop words, not digits.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_KEY_H
#define ANSWER_KEY_H

#include "common/seal.h"
#include "worker/answer/prompt.h"

#define KEY_BYTES 32

struct key {
    uint8_t bytes[KEY_BYTES];
};

struct key_scope {
    struct seal *seal;       /* keyed from seal.key.file */
    struct str model;        /* kind, name and parameters */
    struct str prompt_version;
};

/* Key of the shared answer to `brief`. `*ret_cacheable` is false when it must not be shared (it
 * uses history). ERR_NOMEM. */
MUST_USE enum err key_of_answer(const struct key_scope *scope, struct arena *arena,
                                const struct brief *brief, bool *ret_cacheable,
                                struct key *ret_key);

/* Key of what is stored under a kind ("memo", "history", "orders") and names of it. ERR_NOMEM. */
MUST_USE enum err key_of(struct seal *seal, struct str kind, const struct str *names,
                         size_t names_count, struct key *ret_key);

static inline struct str key_str(const struct key *key)
{
    return (struct str){ (const char *)key->bytes, KEY_BYTES };
}

#endif
