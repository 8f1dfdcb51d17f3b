/* knowledge_pages.c - see knowledge_pages.h. A page and its strings are one allocation. */
#include "worker/adapter/knowledge_pages.h"

#include "common/map.h"
#include "common/mem.h"

struct kept_page {
    struct map_entry entry;
    struct library_page page;
    size_t bytes_count;
    size_t refs; /* the map's, and one of each reading */
    char bytes[];
};

struct knowledge_pages {
    struct map map; /* struct kept_page by the key of its record */
    size_t bytes;   /* of all that the map has */
};

struct knowledge_pages *knowledge_pages_create(const uint64_t seed[2])
{
    struct knowledge_pages *pages = mem_zero(1, sizeof(*pages));
    if (!pages || map_init(&pages->map, KNOWLEDGE_PAGES_MAX, seed) != OK) {
        mem_free(pages);
        return NULL;
    }
    return pages;
}

static void pages_unref(struct kept_page *kept)
{
    if (--kept->refs == 0) {
        mem_free(kept);
    }
}

static void pages_remove(struct knowledge_pages *pages, struct kept_page *kept)
{
    map_remove(&pages->map, &kept->entry);
    pages->bytes -= kept->bytes_count;
    pages_unref(kept);
}

void knowledge_pages_destroy(struct knowledge_pages *pages)
{
    if (!pages) {
        return;
    }
    size_t bucket = 0;
    struct map_entry *entry = map_walk(&pages->map, &bucket, NULL);
    while (entry) {
        struct map_entry *next = map_walk(&pages->map, &bucket, entry);
        mem_free(container_of(entry, struct kept_page, entry));
        entry = next;
    }
    map_fini(&pages->map);
    mem_free(pages);
}

static struct kept_page *pages_find(const struct knowledge_pages *pages, struct str key)
{
    struct map_entry *entry = map_find(&pages->map, key);
    return entry ? container_of(entry, struct kept_page, entry) : NULL;
}

static struct str pages_copy(char **at, struct str text)
{
    struct str copy = { *at, text.len };
    memcpy(*at, text.ptr ? text.ptr : "", text.len);
    *at += text.len;
    return copy;
}

enum err knowledge_pages_put(struct knowledge_pages *pages, struct str key, struct str tenant,
                             const struct page *page)
{
    struct kept_page *old = pages_find(pages, key);
    size_t bytes_count = key.len + tenant.len + page->name.len + page->text.len;
    size_t kept_bytes = pages->bytes - (old ? old->bytes_count : 0);
    if (bytes_count > KNOWLEDGE_PAGES_BYTES_MAX - kept_bytes ||
        (!old && pages->map.count == pages->map.max)) {
        return ERR_FULL;
    }
    struct kept_page *kept = mem_zero(1, sizeof(*kept) + bytes_count);
    if (!kept) {
        return ERR_NOMEM;
    }
    char *at = kept->bytes;
    struct str own_key = pages_copy(&at, key);
    kept->page.tenant = pages_copy(&at, tenant);
    kept->page.name = pages_copy(&at, page->name);
    kept->page.text = pages_copy(&at, page->text);
    kept->bytes_count = bytes_count;
    kept->refs = 1;
    if (old) {
        pages_remove(pages, old);
    }
    if (map_add(&pages->map, &kept->entry, own_key) != OK) {
        BUG("a map with room takes no entry");
    }
    pages->bytes += bytes_count;
    return OK;
}

bool knowledge_pages_drop(struct knowledge_pages *pages, struct str key)
{
    struct kept_page *kept = pages_find(pages, key);
    if (kept) {
        pages_remove(pages, kept);
    }
    return kept != NULL;
}

size_t knowledge_pages_count(const struct knowledge_pages *pages)
{
    return pages->map.count;
}

enum err knowledge_pages_share(struct knowledge_pages *pages,
                               const struct library_page ***ret_shared, size_t *ret_count)
{
    size_t count = 0;
    size_t bucket = 0;
    const struct library_page **shared = mem_zero(max_size(pages->map.count, 1), sizeof(*shared));
    if (!shared) {
        return ERR_NOMEM;
    }
    for (struct map_entry *entry = map_walk(&pages->map, &bucket, NULL); entry;
         entry = map_walk(&pages->map, &bucket, entry)) {
        struct kept_page *kept = container_of(entry, struct kept_page, entry);
        kept->refs++;
        shared[count++] = &kept->page;
    }
    *ret_shared = shared;
    *ret_count = count;
    return OK;
}

void knowledge_pages_release(struct knowledge_pages *pages, const struct library_page **shared,
                             size_t count)
{
    (void)pages;
    for (size_t i = 0; shared && i < count; i++) {
        struct library_page *page = (struct library_page *)(uintptr_t)shared[i];
        pages_unref(container_of(page, struct kept_page, page));
    }
    mem_free(shared);
}
