/* key.h - under which name an answer may be found again.
 *
 * A wrong hit is a bug: the key covers all that the prompt contains (DESIGN.md section 7), and
 * nothing is left out of the text, not stop words, not digits.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_KEY_H
#define ANSWER_KEY_H

#include "common/crypto.h"
#include "worker/answer/prompt.h"

#define KEY_BYTES 32

struct key {
    uint8_t bytes[KEY_BYTES];
};

struct key_scope {
    struct hmac *hmac;       /* keyed from seal.key.file */
    struct str model;        /* kind, name and parameters */
    struct str prompt_version;
};

/* Key of the shared answer to `brief`. False: it must not be cached (it uses history). */
bool key_of_answer(const struct key_scope *scope, struct arena *arena, const struct brief *brief,
                   struct key *ret_key);

/* Key of what is stored under a kind ("memo", "history", "orders") and names of it. */
struct key key_of(struct hmac *hmac, struct str kind, const struct str *names, size_t names_count);

#endif
