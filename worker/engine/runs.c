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

const struct run *runs_at(const struct runs *runs, int64_t offset)
{
    size_t at = runs_seek(runs, offset + 1);
    return at < runs->count && runs->items[at].start <= offset ? &runs->items[at] : NULL;
}

bool runs_has(const struct runs *runs, int64_t offset)
{
    return runs_at(runs, offset) != NULL;
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

enum err runs_remove(struct runs *runs, int64_t start, int64_t end)
{
    assert(start < end);
    size_t from = runs_seek(runs, start + 1);
    size_t to = from;
    while (to < runs->count && runs->items[to].start < end) {
        to++;
    }
    if (from == to) {
        return OK;
    }
    const struct run left = { runs->items[from].start, start };
    const struct run right = { end, runs->items[to - 1].end };
    size_t pieces = (size_t)(left.start < left.end) + (size_t)(right.start < right.end);
    size_t count = runs->count - (to - from) + pieces;
    TRY(runs_reserve(runs, count));
    memmove(&runs->items[from + pieces], &runs->items[to],
            (runs->count - to) * sizeof(struct run));
    if (left.start < left.end) {
        runs->items[from++] = left;
    }
    if (right.start < right.end) {
        runs->items[from] = right;
    }
    runs->count = count;
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
