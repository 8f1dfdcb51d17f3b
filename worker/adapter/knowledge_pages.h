/* knowledge_pages.h - the pages of a topic as they are now: what its last records left.
 *
 * A page is kept by the key of its record, so that each key has one page, as in the compacted topic
 * itself. A reading on another thread shares the pages as they were when it began; a page that is
 * replaced meanwhile lives on until that reading is over.
 *
 * Thread: one; what is shared is read on any. */
#ifndef ADAPTER_KNOWLEDGE_PAGES_H
#define ADAPTER_KNOWLEDGE_PAGES_H

#include "common/page.h"
#include "worker/adapter/knowledge_library.h"

/* What is kept at most; several times what one tenant's index takes. */
#define KNOWLEDGE_PAGES_MAX 20000
#define KNOWLEDGE_PAGES_BYTES_MAX ((size_t)256 << 20)

struct knowledge_pages;

/* NULL when out of memory. */
struct knowledge_pages *knowledge_pages_create(const uint64_t seed[2]);
void knowledge_pages_destroy(struct knowledge_pages *pages); /* accepts NULL; nothing is shared */

/* Copies the page, in the place of another with this key. ERR_FULL: there is no room for it;
 * ERR_NOMEM. What was there before then stays. */
MUST_USE enum err knowledge_pages_put(struct knowledge_pages *pages, struct str key,
                                      struct str tenant, const struct page *page);

/* True if there was one. */
bool knowledge_pages_drop(struct knowledge_pages *pages, struct str key);

size_t knowledge_pages_count(const struct knowledge_pages *pages);

/* All pages, in no particular order, for knowledge_pages_release(). ERR_NOMEM. */
MUST_USE enum err knowledge_pages_share(struct knowledge_pages *pages,
                                        const struct library_page ***ret_shared,
                                        size_t *ret_count);
void knowledge_pages_release(struct knowledge_pages *pages, const struct library_page **shared,
                             size_t count); /* accepts NULL */

#endif
