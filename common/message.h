/* message.h - what a customer, an agent or a system said in a conversation.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_MESSAGE_H
#define COMMON_MESSAGE_H

#include "common/arena.h"
#include "common/json.h"
#include "common/note.h"

enum author { AUTHOR_CUSTOMER, AUTHOR_AGENT, AUTHOR_SYSTEM };

/* Absent strings have len 0. All memory is the arena's. */
struct message {
    struct str id;
    struct str conversation_id;
    struct str customer_id;
    struct str text;
    struct str language;
    struct str channel;
    struct str sku;      /* context: the product whose page the customer was on */
    struct str order_id; /* context */
    struct str page;     /* context */
    int64_t seq;             /* -1: absent */
    int64_t sent_at_wall_ms; /* -1: absent */
    enum author author;
};

/* Checks `root` against schemas/message.schema.json and copies it into `arena`.
 * ERR_SCHEMA, ERR_UTF8: `note` has the JSON pointer. */
MUST_USE enum err message_decode(struct arena *arena, const json_t *root,
                                 struct message *ret_message, struct note *note);

#endif
