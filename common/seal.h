/* seal.h - values that only this shop's workers can write and read.
 *
 *     version 1 | key id 4 | nonce 12 | ciphertext ... | tag 16
 *
 * The identity (a cache key, a state key) is bound to the value without being in it: a
 * value that was moved to another key does not open. A value of another version or key, or
 * a broken one, is ERR_FORMAT, which a cache takes for a miss.
 *
 * Pure: no I/O, no clock; nonces are given. Thread: one thread at a time for each seal. */
#ifndef COMMON_SEAL_H
#define COMMON_SEAL_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"

#define SEAL_VERSION 1
#define SEAL_SECRET_BYTES_MIN ((size_t)16)
#define SEAL_EXTRA_BYTES ((size_t)(1 + 4 + CRYPTO_NONCE_BYTES + CRYPTO_TAG_BYTES))

struct seal;

/* Derives its keys from `secret`, the content of seal.key.file, which the caller has checked
 * to have SEAL_SECRET_BYTES_MIN. NULL when out of memory. */
struct seal *seal_create(struct str secret);
void seal_destroy(struct seal *seal); /* accepts NULL */

/* Appends the sealed value. Never the same nonce twice: random (crypto_random) or a counter
 * that survives restarts. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err seal_close(struct seal *seal, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                             struct str identity, struct str plain, struct buf *buf);

/* Into the arena, NUL-terminated behind its length. ERR_FORMAT, ERR_NOMEM. */
MUST_USE enum err seal_open(struct seal *seal, struct str identity, struct str sealed,
                            struct arena *arena, struct str *ret_plain);

/* HMAC-SHA-256 under the seal's own key for names: what cache keys are, so that they tell
 * nothing about the texts they stand for. */
MUST_USE enum err seal_name(struct seal *seal, const struct str *parts, size_t parts_count,
                            uint8_t ret_digest[CRYPTO_DIGEST_BYTES]);

#endif
