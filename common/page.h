/* page.h - one page of what the shop has written down.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H

#include "common/json.h"

#define PAGE_TEXT_MAX ((size_t)1 << 19) /* in characters */

/* Absent strings have len 0. All memory is the arena's. */
struct page {
    struct str name;
    bool is_removed; /* a tombstone: only name is there */
    struct str text; /* Markdown, or JSON lines as the name says */
    struct str tenant;
};

/* As message_decode(), for schemas/knowledge.schema.json. */
MUST_USE enum err page_decode(const struct json_at *at, struct page *ret_page);

#endif
