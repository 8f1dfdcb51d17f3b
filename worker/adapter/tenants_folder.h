/* tenants_folder.h - what tenants bring along: their instructions, from DIR/TENANT/prompt.txt, and
 * the words that their copy may not use, from DIR/TENANT/banned.txt.
 *
 * Thread: any; reads files, so before the loop runs. */
#ifndef ADAPTER_TENANTS_FOLDER_H
#define ADAPTER_TENANTS_FOLDER_H

#include "worker/answer/prompt.h"

#define TENANTS_FOLDER_MAX 1000

struct tenants_folder {
    struct tenant_instructions *all; /* the arena's, in the order of str_cmp() */
    size_t count;
    struct tenant_ban *bans; /* the same */
    size_t bans_count;
};

/* ERR_CONFIG: the folder or a file cannot be used, the note names it; ERR_NOMEM. */
MUST_USE enum err tenants_folder_read(struct arena *arena, const char *dir,
                                      struct tenants_folder *ret_tenants, struct note *note);

#endif
