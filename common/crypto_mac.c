/* crypto_mac.c - HMAC-SHA-256 under one key; part of crypto.h. The key is hashed into the
 * context once, and every digest starts from there. */
#include "common/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "common/mem.h"

struct crypto_mac {
    EVP_MAC_CTX *context;
};

static EVP_MAC_CTX *crypto_mac_context(struct str key)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac); /* the context holds on to it */
    const char *bytes = key.ptr ? key.ptr : ""; /* NULL would mean the key from before */
    if (context && EVP_MAC_init(context, (const uint8_t *)bytes, key.len, params) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

struct crypto_mac *crypto_mac_create(struct str key)
{
    struct crypto_mac *mac = mem_zero(1, sizeof(*mac));
    if (!mac) {
        return NULL;
    }
    mac->context = crypto_mac_context(key);
    if (!mac->context) {
        crypto_mac_destroy(mac);
        return NULL;
    }
    return mac;
}

void crypto_mac_destroy(struct crypto_mac *mac)
{
    if (mac) {
        EVP_MAC_CTX_free(mac->context);
        mem_free(mac);
    }
}

enum err crypto_mac_sign(struct crypto_mac *mac, const struct str *parts, size_t parts_count,
                         uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    if (EVP_MAC_init(mac->context, NULL, 0, NULL) != 1) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < parts_count; i++) {
        const uint8_t *bytes = (const uint8_t *)parts[i].ptr;
        if (parts[i].len && EVP_MAC_update(mac->context, bytes, parts[i].len) != 1) {
            return ERR_NOMEM;
        }
    }
    size_t len;
    bool done = EVP_MAC_final(mac->context, ret_digest, &len, CRYPTO_DIGEST_BYTES) == 1;
    return done ? OK : ERR_NOMEM;
}
