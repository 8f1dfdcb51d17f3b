/* readers.h - reads what every worker knows all of before it answers: the catalogue, the shop's
 * pages, and which conversations a person has.
 *
 * Each from a compacted topic, whole, outside of the group, and then as it changes.
 *
 * Thread: the loop's. */
#ifndef COMMAND_READERS_H
#define COMMAND_READERS_H

#include "worker/adapter/whole_kafka.h"
#include "worker/command/rig.h"

enum { READERS_MAX = 3 };

struct readers {
    struct rig *rig;
    struct whole_kafka *all[READERS_MAX]; /* NULL: switched off */
    size_t unread; /* that have not read all that was there */
    size_t closed;
    struct whole_kafka_options kafka; /* whom to tell of fatal errors */
    void (*on_whole)(void *owner);
    void (*on_closed)(void *owner);
    void *owner;
};

/* `kafka` has what all readers share: connection, loop, log, thread, timeouts, owner, on_fatal.
 * ERR_CONFIG, ERR_NOMEM; readers_free() is to be called all the same. */
MUST_USE enum err readers_open(struct readers *readers, struct rig *rig,
                               const struct whole_kafka_options *kafka, struct note *note);

/* `on_whole` runs once, when all of it is known, perhaps at once. */
void readers_start(struct readers *readers, void (*on_whole)(void *owner), void *owner);

/* See whole_kafka_has_reached(), for the conversations; they are switched on. */
bool readers_have_reached(struct readers *readers, const int64_t *ends, size_t count);

/* Ends what is read, then `on_closed`, perhaps at once. */
void readers_close(struct readers *readers, void (*on_closed)(void *owner), void *owner);
void readers_free(struct readers *readers); /* accepts a zeroed one */

#endif
