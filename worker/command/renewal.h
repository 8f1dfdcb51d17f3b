/* renewal.h - secrets whose files are replaced while the worker runs.
 *
 * Reads the files of passwords and keys again every RENEWAL_EVERY_MS. What has changed is used
 * from the next call or connection on; a file that cannot be read is told once, and what it held
 * before stays in use. (Certificates are read again by who connects.)
 *
 * Thread: the loop's. */
#ifndef COMMAND_RENEWAL_H
#define COMMAND_RENEWAL_H

#include "worker/command/rig.h"

#define RENEWAL_EVERY_MS 10000
#define RENEWAL_FILES_MAX (CONF_BACKENDS_MAX + 1)

struct renewal_file {
    const char *setting;
    const char *path;
    size_t place; /* of the backend whose key it is */
    enum err (*take)(struct rig *rig, size_t place, struct str secret, struct note *note);
    struct buf known; /* what was read last; empty: nothing yet */
    bool is_told;     /* that it cannot be read */
};

struct renewal {
    struct rig *rig;
    struct loop_timer *timer;
    struct renewal_file files[RENEWAL_FILES_MAX];
    size_t count;
};

/* Half of it may be there after ERR_NOMEM: call renewal_close() in any case. */
MUST_USE enum err renewal_open(struct renewal *renewal, struct rig *rig);
void renewal_close(struct renewal *renewal); /* accepts a zeroed one */

#endif
