/* handback.h - a person gives a conversation back: later messages are answered again.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_HANDBACK_H
#define COMMON_HANDBACK_H

#include "common/json.h"

/* Absent strings have len 0. All memory is the arena's. */
struct handback {
    struct str id;
    struct str conversation_id;
    struct str tenant;
    struct str note;    /* what the person wants to be known; joins the history */
    int64_t at_wall_ms; /* -1: absent */
};

/* As message_decode(), for schemas/handback.schema.json. */
MUST_USE enum err handback_decode(const struct json_at *at, struct handback *ret_handback);

#endif
