/* crypto.h - digests, keyed digests, sealing and ids; the only door to OpenSSL.
 *
 * Contexts are made once for a key and used many times: setting one up costs more than the
 * work itself.
 *
 * Pure but for crypto_random(), which asks the operating system. Thread: one thread at a
 * time for each context, any for the rest. */
#ifndef COMMON_CRYPTO_H
#define COMMON_CRYPTO_H

#include "common/str.h"

#define CRYPTO_DIGEST_BYTES 32
#define CRYPTO_KEY_BYTES 32
#define CRYPTO_NONCE_BYTES 12
#define CRYPTO_TAG_BYTES 16
#define CRYPTO_UUID_BYTES 16
#define CRYPTO_UUID_TEXT_BYTES 37 /* with its NUL */

#define CRYPTO_VERSION_CHARS 12

struct crypto_mac; /* HMAC-SHA-256 under one key */
struct crypto_box; /* AES-256-GCM under one key */

/* ERR_NOMEM, as everywhere here when OpenSSL fails. */
MUST_USE enum err crypto_sha256(struct str bytes, uint8_t ret_digest[CRYPTO_DIGEST_BYTES]);

/* Lower case, NUL-terminated. `out` has room for 2 * len + 1. */
struct str crypto_hex(const uint8_t *bytes, size_t len, char *out);

/* The first twelve hexadecimal digits of the SHA-256: a name for a version of a text. */
MUST_USE enum err crypto_version(struct str text, char out[CRYPTO_VERSION_CHARS + 1]);

/* NULL when out of memory. The key may have any length. */
struct crypto_mac *crypto_mac_create(struct str key);
void crypto_mac_destroy(struct crypto_mac *mac); /* accepts NULL */

/* The digest of the parts one behind the other: a caller that must keep "a","bc" and
 * "ab","c" apart puts lengths between them. */
MUST_USE enum err crypto_mac_sign(struct crypto_mac *mac, const struct str *parts,
                                  size_t parts_count, uint8_t ret_digest[CRYPTO_DIGEST_BYTES]);

/* HKDF-SHA-256 (RFC 5869): a key for one purpose, named by `info`. `len` up to 8160. */
MUST_USE enum err crypto_derive(struct str secret, struct str salt, struct str info,
                                uint8_t *ret_key, size_t len);

struct crypto_box *crypto_box_create(const uint8_t key[CRYPTO_KEY_BYTES]);
void crypto_box_destroy(struct crypto_box *box); /* accepts NULL; wipes the key */

/* Writes plain.len bytes of ciphertext and the tag behind them. Never the same nonce twice
 * under one key. */
MUST_USE enum err crypto_box_seal(struct crypto_box *box, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                                  struct str identity, struct str plain, uint8_t *ret_sealed);

/* Takes ciphertext and tag; writes sealed.len - CRYPTO_TAG_BYTES bytes. ERR_FORMAT: not
 * sealed under this key, nonce and identity; `ret_plain` is then zeroed. */
MUST_USE enum err crypto_box_open(struct crypto_box *box, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                                  struct str identity, struct str sealed, uint8_t *ret_plain);

/* Random bytes from the operating system. Not pure. ERR_OS. */
MUST_USE enum err crypto_random(void *ret_bytes, size_t len);

/* The name-based UUID (version 5, RFC 9562): the same name gives the same id. */
MUST_USE enum err crypto_uuid5(const uint8_t space[CRYPTO_UUID_BYTES], struct str name,
                               char ret_text[CRYPTO_UUID_TEXT_BYTES]);

/* Overwrites in a way that the compiler keeps. */
void crypto_wipe(void *bytes, size_t len);

#endif
