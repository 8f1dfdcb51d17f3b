/* gist.c - see gist.h. The slots are a ring: the next one to be written is the oldest. */
#include "worker/answer/gist.h"

#include "common/map.h"
#include "common/mem.h"

#define GISTS_KEY_BYTES_MAX 1024 /* of what is digested: tenant, hint and text */

struct gists_slot {
    struct map_entry entry; /* key.ptr is NULL: it has never been used */
    struct gist_key key;
    uint64_t changes; /* of the catalogue, when it was read */
    struct gist gist;
};

struct gists {
    struct map map;
    size_t next;
    struct gists_slot slots[];
};

struct gists *gists_create(size_t max, const uint64_t seed[2])
{
    assert(max > 0);
    struct gists *gists = mem_zero(1, sizeof(*gists) + max * sizeof(struct gists_slot));
    if (!gists) {
        return NULL;
    }
    if (map_init(&gists->map, max, seed) != OK) {
        gists_destroy(gists);
        return NULL;
    }
    return gists;
}

void gists_destroy(struct gists *gists)
{
    if (gists) {
        map_fini(&gists->map);
        mem_free(gists);
    }
}

/* The lengths keep "a","bc" and "ab","c" apart. */
enum err gists_key(struct str tenant, struct str hint, struct str text,
                   struct gist_key *ret_key, bool *ret_is_short)
{
    char bytes[GISTS_KEY_BYTES_MAX];
    char tenant_len[STR_INT_BYTES];
    char hint_len[STR_INT_BYTES];
    size_t lengths_len = 2 * STR_INT_BYTES + 2;
    *ret_is_short = tenant.len <= sizeof(bytes) && hint.len <= sizeof(bytes) &&
                    tenant.len + hint.len + text.len <= sizeof(bytes) - lengths_len;
    if (!*ret_is_short) {
        return OK;
    }
    const struct str parts[] = { str_from_int((int64_t)tenant.len, tenant_len), STR(":"), tenant,
                                 str_from_int((int64_t)hint.len, hint_len), STR(":"), hint, text };
    return crypto_sha256(str_join(parts, countof(parts), bytes, sizeof(bytes)), ret_key->digest);
}

static struct str gists_bytes(const struct gist_key *key)
{
    return (struct str){ (const char *)key->digest, sizeof(key->digest) };
}

static struct gists_slot *gists_slot_of(const struct gists *gists, const struct gist_key *key)
{
    struct map_entry *entry = map_find(&gists->map, gists_bytes(key));
    return entry ? container_of(entry, struct gists_slot, entry) : NULL;
}

const struct gist *gists_find(const struct gists *gists, const struct gist_key *key,
                              uint64_t changes)
{
    const struct gists_slot *slot = gists_slot_of(gists, key);
    return slot && slot->changes == changes ? &slot->gist : NULL;
}

/* The oldest slot, under `key` now. */
static struct gists_slot *gists_take(struct gists *gists, const struct gist_key *key)
{
    struct gists_slot *slot = &gists->slots[gists->next];
    gists->next = (gists->next + 1) % gists->map.max;
    if (slot->entry.key.ptr) {
        map_remove(&gists->map, &slot->entry);
    }
    slot->key = *key;
    if (map_add(&gists->map, &slot->entry, gists_bytes(&slot->key)) != OK) {
        BUG("a map has no room that was there");
    }
    return slot;
}

void gists_keep(struct gists *gists, const struct gist_key *key, uint64_t changes,
                const struct gist *gist)
{
    struct gists_slot *slot = gists_slot_of(gists, key);
    slot = slot ? slot : gists_take(gists, key);
    slot->changes = changes;
    slot->gist = *gist;
}
