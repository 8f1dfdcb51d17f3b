/* gist.h - what the texts that were read last are about, so that equal ones are read once.
 *
 * A text is known by a digest of it, of its tenant and of the language that the event claims: what
 * was found in it stays here, the text itself does not. What depends on the catalogue holds as long
 * as that has not changed. Bounded: when it is full, the text that was read first is forgotten.
 *
 * Pure: no I/O, no clock. Thread: its owner's. */
#ifndef ANSWER_GIST_H
#define ANSWER_GIST_H

#include "common/crypto.h"
#include "worker/answer/intent.h"

struct gists;

/* What is found in the text of a customer's message. */
struct gist {
    struct str language; /* of the answer; static */
    enum intent intent;
    struct concepts concepts;
    bool is_wish;    /* it asks the whole catalogue for something (shelf_wish.h) */
    bool is_of_text; /* the concepts are the text's own, and not only those of its canonical form */
};

struct gist_key {
    uint8_t digest[CRYPTO_DIGEST_BYTES];
};

/* Room for `max` texts, at least 1. NULL when out of memory. */
struct gists *gists_create(size_t max, const uint64_t seed[2]);
void gists_destroy(struct gists *gists); /* accepts NULL */

/* `hint` is the language that the event claims. `*ret_is_short` is false for a text that is too
 * long to be asked again word by word; there is no key then. ERR_NOMEM, if OpenSSL fails. */
MUST_USE enum err gists_key(struct str tenant, struct str hint, struct str text,
                            struct gist_key *ret_key, bool *ret_is_short);

/* NULL: not known, or the catalogue has changed since (catalog_changes()). Valid until the next
 * gists_keep(). */
const struct gist *gists_find(const struct gists *gists, const struct gist_key *key,
                              uint64_t changes);

/* In place of what was found before in that text, if there is anything. Copies. */
void gists_keep(struct gists *gists, const struct gist_key *key, uint64_t changes,
                const struct gist *gist);

#endif
