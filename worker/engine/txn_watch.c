/* txn_watch.c - see txn_watch.h. An answer comes before librdkafka acts on it, so the counts
 * are complete when the call that waited for it returns. */
#include "worker/engine/txn_watch.h"

static const int txn_watch_keys[TXN_REQUEST_COUNT] = {
    [TXN_ADD_PARTITIONS] = 24,
    [TXN_ADD_OFFSETS] = 25,
    [TXN_END] = 26,
    [TXN_OFFSET_COMMIT] = 28,
};

static bool txn_watch_find(int api_key, size_t *ret_request)
{
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        if (txn_watch_keys[i] == api_key) {
            *ret_request = i;
            return true;
        }
    }
    return false;
}

void txn_watch_reset(struct txn_watch *watch)
{
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        atomic_store(&watch->sent[i], 0);
        atomic_store(&watch->lost[i], 0);
        atomic_store(&watch->is_open[i], false);
    }
}

void txn_watch_sent(struct txn_watch *watch, int api_key)
{
    size_t request;
    if (txn_watch_find(api_key, &request)) {
        atomic_fetch_add(&watch->sent[request], 1);
        if (atomic_exchange(&watch->is_open[request], true)) {
            atomic_fetch_add(&watch->lost[request], 1);
        }
    }
}

void txn_watch_answered(struct txn_watch *watch, int api_key)
{
    size_t request;
    if (txn_watch_find(api_key, &request)) {
        atomic_store(&watch->is_open[request], false);
    }
}

static uint32_t txn_watch_missing(const struct txn_watch *watch, size_t request)
{
    return atomic_load(&watch->lost[request]) + (atomic_load(&watch->is_open[request]) ? 1 : 0);
}

bool txn_watch_is_clean(const struct txn_watch *watch)
{
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        if (txn_watch_missing(watch, i) > 0) {
            return false;
        }
    }
    return true;
}

void txn_watch_tell(const struct txn_watch *watch, char out[TXN_WATCH_TEXT_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < TXN_REQUEST_COUNT && len < TXN_WATCH_TEXT_BYTES; i++) {
        int wrote = snprintf(out + len, TXN_WATCH_TEXT_BYTES - len, "%s%d: %u-%u",
                             i > 0 ? ", " : "", txn_watch_keys[i],
                             atomic_load(&watch->sent[i]), txn_watch_missing(watch, i));
        len += wrote > 0 ? (size_t)wrote : 0;
    }
}
