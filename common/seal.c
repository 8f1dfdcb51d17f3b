/* seal.c - see seal.h. Everything comes from one secret: HKDF gives values and names keys of
 * their own, and the id by which a value made under another secret is told. */
#include "common/seal.h"

#include "common/mem.h"

#define SEAL_ID_BYTES ((size_t)4)
#define SEAL_HEAD_BYTES (1 + SEAL_ID_BYTES + CRYPTO_NONCE_BYTES)

struct seal {
    struct crypto_box *box;
    struct crypto_mac *mac;
    uint8_t id[SEAL_ID_BYTES];
};

struct seal_keys {
    uint8_t box[CRYPTO_KEY_BYTES];
    uint8_t mac[CRYPTO_KEY_BYTES];
};

static void seal_keys_wipe(struct seal_keys *keys)
{
    crypto_wipe(keys, sizeof(*keys));
}

static enum err seal_derive(struct seal *seal, struct str secret)
{
    struct str salt = STR("deskhand seal 1");
    CLEANUP(seal_keys_wipe) struct seal_keys keys;
    TRY(crypto_derive(secret, salt, STR("values"), keys.box, sizeof(keys.box)));
    TRY(crypto_derive(secret, salt, STR("names"), keys.mac, sizeof(keys.mac)));
    TRY(crypto_derive(secret, salt, STR("id"), seal->id, sizeof(seal->id)));
    seal->box = crypto_box_create(keys.box);
    seal->mac = crypto_mac_create((struct str){ (const char *)keys.mac, sizeof(keys.mac) });
    return seal->box && seal->mac ? OK : ERR_NOMEM;
}

struct seal *seal_create(struct str secret)
{
    assert(secret.len >= SEAL_SECRET_BYTES_MIN);
    struct seal *seal = mem_zero(1, sizeof(*seal));
    if (!seal) {
        return NULL;
    }
    if (seal_derive(seal, secret) != OK) {
        seal_destroy(seal);
        return NULL;
    }
    return seal;
}

void seal_destroy(struct seal *seal)
{
    if (seal) {
        crypto_box_destroy(seal->box);
        crypto_mac_destroy(seal->mac);
        mem_free(seal);
    }
}

enum err seal_close(struct seal *seal, const uint8_t nonce[CRYPTO_NONCE_BYTES],
                    struct str identity, struct str plain, struct buf *buf)
{
    TRY(buf_reserve(buf, SEAL_EXTRA_BYTES + plain.len));
    char *to = buf->ptr + buf->len;
    to[0] = SEAL_VERSION;
    memcpy(to + 1, seal->id, SEAL_ID_BYTES);
    memcpy(to + 1 + SEAL_ID_BYTES, nonce, CRYPTO_NONCE_BYTES);
    TRY(crypto_box_seal(seal->box, nonce, identity, plain, (uint8_t *)to + SEAL_HEAD_BYTES));
    buf->len += SEAL_EXTRA_BYTES + plain.len;
    return OK;
}

enum err seal_open(struct seal *seal, struct str identity, struct str sealed, struct arena *arena,
                   struct str *ret_plain)
{
    if (sealed.len < SEAL_EXTRA_BYTES || sealed.ptr[0] != SEAL_VERSION ||
        memcmp(sealed.ptr + 1, seal->id, SEAL_ID_BYTES) != 0) {
        return ERR_FORMAT;
    }
    size_t len = sealed.len - SEAL_EXTRA_BYTES;
    char *plain = arena_alloc(arena, len + 1);
    if (!plain) {
        return ERR_NOMEM;
    }
    uint8_t nonce[CRYPTO_NONCE_BYTES];
    memcpy(nonce, sealed.ptr + 1 + SEAL_ID_BYTES, sizeof(nonce));
    struct str inner = str_slice(sealed, SEAL_HEAD_BYTES, sealed.len);
    TRY(crypto_box_open(seal->box, nonce, identity, inner, (uint8_t *)plain));
    plain[len] = '\0';
    *ret_plain = (struct str){ plain, len };
    return OK;
}

enum err seal_name(struct seal *seal, const struct str *parts, size_t parts_count,
                   uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    return crypto_mac_sign(seal->mac, parts, parts_count, ret_digest);
}
