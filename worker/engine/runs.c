/* runs.c - see runs.h. A sorted array: the runs are few, and moving a few kilobytes is
 * cheaper than chasing the pointers of a tree. */
#include "worker/engine/runs.h"

#include <string.h>

#include "common/mem.h"

#define RUNS_FIRST 16

void runs_init(struct runs *runs, size_t max)
{
    *runs = (struct runs){ .max = max };
}

void runs_fini(struct runs *runs)
{
    mem_free(runs->items);
    runs_init(runs, runs->max);
}

/* Index of the first run that ends at or after `offset`. */
static size_t runs_seek(const struct runs *runs, int64_t offset)
{
    size_t low = 0;
    size_t high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs->items[middle].end < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool runs_has(const struct runs *runs, int64_t offset)
{
    size_t at = runs_seek(runs, offset + 1);
    return at < runs->count && runs->items[at].start <= offset;
}

static enum err runs_reserve(struct runs *runs, size_t count)
{
    if (count <= runs->size) {
        return OK;
    }
    if (count > runs->max) {
        return ERR_FULL;
    }
    size_t size = min_size(max_size(max_size(runs->size * 2, RUNS_FIRST), count), runs->max);
    struct run *items = mem_resize(runs->items, size * sizeof(*items));
    if (!items) {
        return ERR_NOMEM;
    }
    runs->items = items;
    runs->size = size;
    return OK;
}

/* Puts one run in the place of the runs [from, to). */
static enum err runs_replace(struct runs *runs, size_t from, size_t to, struct run run)
{
    size_t count = runs->count - (to - from) + 1;
    TRY(runs_reserve(runs, count));
    memmove(&runs->items[from + 1], &runs->items[to], (runs->count - to) * sizeof(run));
    runs->items[from] = run;
    runs->count = count;
    return OK;
}

enum err runs_add(struct runs *runs, int64_t start, int64_t end)
{
    assert(start < end);
    size_t from = runs_seek(runs, start);
    size_t to = from;
    struct run merged = { start, end };
    while (to < runs->count && runs->items[to].start <= end) {
        merged.start = min_i64(merged.start, runs->items[to].start);
        merged.end = max_i64(merged.end, runs->items[to].end);
        to++;
    }
    return runs_replace(runs, from, to, merged);
}

enum err runs_remove(struct runs *runs, int64_t offset)
{
    size_t at = runs_seek(runs, offset + 1);
    if (at == runs->count || runs->items[at].start > offset) {
        return OK;
    }
    struct run old = runs->items[at];
    if (old.start < offset && offset + 1 < old.end) {
        TRY(runs_reserve(runs, runs->count + 1));
        memmove(&runs->items[at + 1], &runs->items[at], (runs->count - at) * sizeof(old));
        runs->items[at].end = offset;
        runs->items[at + 1].start = offset + 1;
        runs->count++;
        return OK;
    }
    if (old.start == offset) {
        runs->items[at].start++;
    } else {
        runs->items[at].end--;
    }
    if (runs->items[at].start == runs->items[at].end) {
        runs->count--;
        memmove(&runs->items[at], &runs->items[at + 1], (runs->count - at) * sizeof(old));
    }
    return OK;
}

void runs_drop_below(struct runs *runs, int64_t offset)
{
    size_t at = runs_seek(runs, offset + 1);
    if (at > 0) {
        runs->count -= at;
        memmove(runs->items, &runs->items[at], runs->count * sizeof(*runs->items));
    }
    if (runs->count > 0 && runs->items[0].start < offset) {
        runs->items[0].start = offset;
    }
}

enum err runs_copy(struct runs *runs, const struct runs *from)
{
    TRY(runs_reserve(runs, from->count));
    if (from->count) {
        memcpy(runs->items, from->items, from->count * sizeof(*from->items));
    }
    runs->count = from->count;
    return OK;
}
