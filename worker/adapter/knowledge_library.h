/* knowledge_library.h - the pages of all tenants, each tenant's in an index of its own.
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_KNOWLEDGE_LIBRARY_H
#define ADAPTER_KNOWLEDGE_LIBRARY_H

#include "worker/adapter/knowledge_folder.h"

#define LIBRARY_TENANTS_MAX 1000

/* A page of a topic; an empty tenant is the shop without one. */
struct library_page {
    struct str tenant;
    struct str name;
    struct str text;
};

struct library_options {
    const char *dir;         /* pages of the shop without a tenant, or NULL */
    const char *tenants_dir; /* TENANT/knowledge below it; or NULL */
    struct log *log;
};

struct knowledge_library;

/* Reads the folders, and `pages_count` pages of a topic beside them, which are put into order; such
 * a page goes before a file of its name. Neither is needed afterwards. ERR_CONFIG: a folder cannot
 * be read, the note says which; ERR_NOMEM. */
MUST_USE enum err knowledge_library_read(const struct library_options *options,
                                         const struct library_page **pages, size_t pages_count,
                                         struct knowledge_library **ret_library, struct note *note);
void knowledge_library_destroy(struct knowledge_library *library); /* accepts NULL */

/* NULL: the tenant has no pages. */
struct knowledge_index *knowledge_library_of(const struct knowledge_library *library,
                                             struct str tenant);

/* All indexes, in an order that stays. */
size_t knowledge_library_tenants(const struct knowledge_library *library);
struct knowledge_index *knowledge_library_at(const struct knowledge_library *library, size_t place);
struct str knowledge_library_tenant_at(const struct knowledge_library *library, size_t place);

size_t knowledge_library_count(const struct knowledge_library *library); /* passages */

#endif
