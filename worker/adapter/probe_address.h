/* probe_address.h - where to listen: the forms of http.listen.
 *
 *     127.0.0.1:9464   localhost:9464   [::1]:9464   :9464 (every address)   port 0: a free one
 *
 * Thread: the loop's; a name is looked up without the loop, so before it runs. */
#ifndef ADAPTER_PROBE_ADDRESS_H
#define ADAPTER_PROBE_ADDRESS_H

#include <sys/socket.h>

#include "common/note.h"
#include "common/str.h"

/* ERR_CONFIG: the note tells what is wrong. */
MUST_USE enum err probe_address_parse(struct str listen, struct sockaddr_storage *ret_address,
                                      struct note *note);

#endif
