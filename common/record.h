/* record.h - one Kafka record, seen as bytes.
 *
 * What every source hands to the engine and every decoder reads. All memory is borrowed
 * from whoever made the view.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_RECORD_H
#define COMMON_RECORD_H

#include "common/arena.h"
#include "common/topic.h"

#define RECORD_HEADERS_MAX 65 /* those of an event, and the one that a redrive adds */

struct header {
    struct str name;
    struct str value; /* without bytes (ptr NULL): a null, which is not an empty one */
};

struct record {
    enum topic topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch;      /* -1: not known */
    int64_t timestamp_wall_ms; /* -1: not known */
    struct str key;
    struct str value;
    bool has_key;
    bool has_value; /* false: a tombstone */
    const struct header *headers;
    size_t headers_count;
    size_t headers_left_out; /* beyond RECORD_HEADERS_MAX: nobody has seen them */
};

/* What it takes: key, value and headers. */
size_t record_bytes(const struct record *record);

/* The value of the last header of that name, as CloudEvents over Kafka reads them.
 * False: there is none. */
bool record_header(const struct record *record, const char *name, struct str *ret_value);

/* A record whose key, value and headers are the arena's. ERR_NOMEM. */
MUST_USE enum err record_copy(struct arena *arena, const struct record *record,
                              struct record *ret_copy);

#endif
