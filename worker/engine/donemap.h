/* donemap.h - the settled offsets above the committed one, as text.
 *
 * A commit position says that everything below it is settled. What is settled above it would
 * be done again after a crash; so it travels in the metadata of the very offset commit, which
 * is part of the transaction, and a new owner skips it.
 *
 *   "dhm1:" base64url( form, topic id, leader epoch, body, CRC-32C of all before )
 *    version   bytes   1     16        4 (BE)        n     4 (BE)
 *
 * The body is the shorter of a bitmap (bit i, lowest first, is offset position + 1 + i) and
 * pairs of LEB128 numbers (unsettled, settled), counted from the position on. Nothing is
 * approximated: a set that does not fit is refused, and the caller settles less.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_DONEMAP_H
#define ENGINE_DONEMAP_H

#include "common/arena.h"
#include "common/note.h"
#include "worker/engine/runs.h"
#include "worker/engine/source.h"

#define DONEMAP_CHARS_MAX 4000

/* Bytes that a body may have so that the text stays within DONEMAP_CHARS_MAX. */
#define DONEMAP_BODY_MAX ((size_t)((DONEMAP_CHARS_MAX - 5) * 3 / 4 - 25))

struct donemap_stamp {
    int version; /* the stored version (common/stored.h), one digit */
    uint8_t topic_id[TOPIC_ID_BYTES]; /* zeroes: not known */
    int32_t leader_epoch;             /* -1: not known */
};

/* Whether `runs`, all above `position`, have a map with a body of at most `body_max`. */
bool donemap_fits(const struct runs *runs, int64_t position, size_t body_max);

/* ERR_FULL: the set does not fit. */
MUST_USE enum err donemap_encode(struct arena *arena, const struct runs *runs, int64_t position,
                                 const struct donemap_stamp *stamp, struct str *ret_text);

enum donemap_verdict {
    DONEMAP_READ,      /* runs and stamp are filled in */
    DONEMAP_FOREIGN,   /* empty or someone else's text: there is no map */
    DONEMAP_UNREADABLE /* ours, but newer or damaged: skipping it would answer twice */
};

/* Fills the empty `runs` and `*ret_stamp`, or says why not in `note`. Running out of memory
 * or of runs counts as unreadable. */
enum donemap_verdict donemap_decode(struct str text, int64_t position, struct runs *runs,
                                    struct donemap_stamp *ret_stamp, struct note *note);

#endif
