/* crypto_box.c - AES-256-GCM under one key; part of crypto.h. One context for each way, with
 * the key schedule set up once: only the nonce is set for each value. */
#include "common/crypto.h"

#include <limits.h>
#include <openssl/evp.h>

#include "common/mem.h"

struct crypto_box {
    EVP_CIPHER_CTX *sealing;
    EVP_CIPHER_CTX *opening;
};

enum crypto_way { CRYPTO_OPENING = 0, CRYPTO_SEALING = 1 }; /* as OpenSSL counts them */

static EVP_CIPHER_CTX *crypto_box_context(const uint8_t *key, enum crypto_way way)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context &&
        EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, NULL, (int)way) != 1) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return context;
}

struct crypto_box *crypto_box_create(const uint8_t key[CRYPTO_KEY_BYTES])
{
    struct crypto_box *box = mem_zero(1, sizeof(*box));
    if (!box) {
        return NULL;
    }
    box->sealing = crypto_box_context(key, CRYPTO_SEALING);
    box->opening = crypto_box_context(key, CRYPTO_OPENING);
    if (!box->sealing || !box->opening) {
        crypto_box_destroy(box);
        return NULL;
    }
    return box;
}

void crypto_box_destroy(struct crypto_box *box)
{
    if (box) {
        EVP_CIPHER_CTX_free(box->sealing);
        EVP_CIPHER_CTX_free(box->opening);
        mem_free(box);
    }
}

/* Runs `in` through the cipher, with `identity` only signed. `out` has room for in.len. */
static bool crypto_box_run(EVP_CIPHER_CTX *context, const uint8_t *nonce, struct str identity,
                           struct str in, uint8_t *out)
{
    int len;
    if (identity.len > INT_MAX || in.len > INT_MAX ||
        EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce, -1) != 1) {
        return false;
    }
    if (identity.len && EVP_CipherUpdate(context, NULL, &len, (const uint8_t *)identity.ptr,
                                         (int)identity.len) != 1) {
        return false;
    }
    return in.len == 0 ||
           EVP_CipherUpdate(context, out, &len, (const uint8_t *)in.ptr, (int)in.len) == 1;
}

enum err crypto_box_seal(struct crypto_box *box, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                         struct str identity, struct str plain, uint8_t *ret_sealed)
{
    int len;
    uint8_t *tag = ret_sealed + plain.len;
    bool done =
        crypto_box_run(box->sealing, nonce, identity, plain, ret_sealed) &&
        EVP_CipherFinal_ex(box->sealing, tag, &len) == 1 &&
        EVP_CIPHER_CTX_ctrl(box->sealing, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_BYTES, tag) == 1;
    return done ? OK : ERR_NOMEM;
}

enum err crypto_box_open(struct crypto_box *box, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                         struct str identity, struct str sealed, uint8_t *ret_plain)
{
    if (sealed.len < CRYPTO_TAG_BYTES) {
        return ERR_FORMAT;
    }
    struct str inner = str_slice(sealed, 0, sealed.len - CRYPTO_TAG_BYTES);
    uint8_t tag[CRYPTO_TAG_BYTES];
    uint8_t rest[CRYPTO_TAG_BYTES]; /* GCM leaves nothing for the end, but asks for room */
    int len;
    memcpy(tag, sealed.ptr + inner.len, sizeof(tag));
    bool done = crypto_box_run(box->opening, nonce, identity, inner, ret_plain) &&
                EVP_CIPHER_CTX_ctrl(box->opening, EVP_CTRL_AEAD_SET_TAG, sizeof(tag), tag) == 1 &&
                EVP_CipherFinal_ex(box->opening, rest, &len) == 1;
    if (!done) {
        crypto_wipe(ret_plain, inner.len);
        return ERR_FORMAT;
    }
    return OK;
}
