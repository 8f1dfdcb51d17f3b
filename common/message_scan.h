/* message_scan.h - the usual message, read without a tree; part of message.h.
 *
 * What almost every message looks like is read in one pass. At the first sign of anything else
 * nothing is decided: json_read() and message_decode() read the bytes from their start, and say
 * what is wrong.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_MESSAGE_SCAN_H
#define COMMON_MESSAGE_SCAN_H

#include "common/arena.h"
#include "common/message.h"

#define MESSAGE_SCAN_BYTES_MAX ((size_t)16384) /* longer ones are left */

/* `*ret_is_read`: the message is the one that message_decode() reads, in one copy of its bytes in
 * the arena, and the bytes are no CloudEvent in structured mode; else `*ret_message` stays as it
 * was. ERR_NOMEM. */
MUST_USE enum err message_scan(struct arena *arena, struct str bytes, struct message *ret_message,
                               bool *ret_is_read);

#endif
