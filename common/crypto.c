/* crypto.c - see crypto.h. Digests, derived keys and ids; crypto_mac.c and crypto_box.c hold
 * the keyed contexts. */
#include "common/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdatomic.h>
#include <sys/random.h>

/* A kind of digest and a context for it. Both are made once, since OpenSSL would look the one up
 * and allocate the other for each digest, which takes longer than a short one; they stay until
 * the process ends. NULL: there was no memory, and no digest is made. */
struct crypto_kind {
    EVP_MD *kind;
    EVP_MD_CTX *context;
    atomic_flag is_taken; /* by a thread, which has the context; another one makes its own */
};

static struct crypto_kind crypto_sha1_kind = { .is_taken = ATOMIC_FLAG_INIT };
static struct crypto_kind crypto_sha256_kind = { .is_taken = ATOMIC_FLAG_INIT };
static CRYPTO_ONCE crypto_once = CRYPTO_ONCE_STATIC_INIT;

static void crypto_fetch(void)
{
    crypto_sha1_kind.kind = EVP_MD_fetch(NULL, "SHA1", NULL);
    crypto_sha1_kind.context = EVP_MD_CTX_new();
    crypto_sha256_kind.kind = EVP_MD_fetch(NULL, "SHA256", NULL);
    crypto_sha256_kind.context = EVP_MD_CTX_new();
}

static void crypto_fetch_once(void)
{
    if (CRYPTO_THREAD_run_once(&crypto_once, crypto_fetch) != 1) {
        BUG("OpenSSL has no locks");
    }
}

static bool crypto_digest_in(EVP_MD_CTX *context, const EVP_MD *kind, const struct str parts[2],
                             uint8_t *out)
{
    return context && EVP_DigestInit_ex(context, kind, NULL) == 1 &&
           EVP_DigestUpdate(context, parts[0].ptr, parts[0].len) == 1 &&
           EVP_DigestUpdate(context, parts[1].ptr, parts[1].len) == 1 &&
           EVP_DigestFinal_ex(context, out, NULL) == 1;
}

/* Of the two parts one behind the other. */
static bool crypto_digest(struct crypto_kind *kind, const struct str parts[2],
                          uint8_t out[EVP_MAX_MD_SIZE])
{
    crypto_fetch_once();
    if (!atomic_flag_test_and_set(&kind->is_taken)) {
        bool done = crypto_digest_in(kind->context, kind->kind, parts, out);
        atomic_flag_clear(&kind->is_taken);
        return done;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = crypto_digest_in(context, kind->kind, parts, out);
    EVP_MD_CTX_free(context);
    return done;
}

enum err crypto_sha256(struct str bytes, uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    const struct str parts[2] = { bytes, STR_NONE };
    if (!crypto_digest(&crypto_sha256_kind, parts, digest)) {
        return ERR_NOMEM;
    }
    memcpy(ret_digest, digest, CRYPTO_DIGEST_BYTES);
    return OK;
}

struct str crypto_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
    return (struct str){ out, 2 * len };
}

enum err crypto_version(struct str text, char out[CRYPTO_VERSION_CHARS + 1])
{
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    TRY(crypto_sha256(text, digest));
    (void)crypto_hex(digest, CRYPTO_VERSION_CHARS / 2, out);
    return OK;
}

/* OpenSSL's parameters are not const, but these are only read. */
static OSSL_PARAM crypto_param(const char *name, struct str bytes)
{
    union {
        const char *in;
        void *out;
    } ptr = { .in = bytes.ptr ? bytes.ptr : "" };
    return OSSL_PARAM_construct_octet_string(name, ptr.out, bytes.len);
}

enum err crypto_derive(struct str secret, struct str salt, struct str info, uint8_t *ret_key,
                       size_t len)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        crypto_param(OSSL_KDF_PARAM_KEY, secret),
        crypto_param(OSSL_KDF_PARAM_SALT, salt),
        crypto_param(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    EVP_KDF_free(kdf);
    int done = context ? EVP_KDF_derive(context, ret_key, len, params) : 0;
    EVP_KDF_CTX_free(context);
    return done == 1 ? OK : ERR_NOMEM;
}

enum err crypto_random(void *ret_bytes, size_t len)
{
    uint8_t *to = ret_bytes;
    size_t left = len;
    while (left > 0) {
        ssize_t got = getrandom(to, min_size(left, 256), 0);
        if (got <= 0) {
            return ERR_OS;
        }
        to += got;
        left -= (size_t)got;
    }
    return OK;
}

static void crypto_uuid_format(const uint8_t id[CRYPTO_UUID_BYTES], char *out)
{
    static const size_t groups[] = { 4, 2, 2, 2, 6 };
    size_t from = 0;
    char *to = out;
    for (size_t i = 0; i < countof(groups); i++) {
        to += crypto_hex(id + from, groups[i], to).len;
        from += groups[i];
        *to++ = '-';
    }
    to[-1] = '\0';
}

enum err crypto_uuid5(const uint8_t space[CRYPTO_UUID_BYTES], struct str name,
                      char ret_text[CRYPTO_UUID_TEXT_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    const struct str parts[2] = { { (const char *)space, CRYPTO_UUID_BYTES }, name };
    if (!crypto_digest(&crypto_sha1_kind, parts, digest)) {
        return ERR_NOMEM;
    }
    digest[6] = (uint8_t)((digest[6] & 0x0Fu) | 0x50u); /* version 5 */
    digest[8] = (uint8_t)((digest[8] & 0x3Fu) | 0x80u); /* the variant of RFC 9562 */
    crypto_uuid_format(digest, ret_text);
    return OK;
}

void crypto_wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}
