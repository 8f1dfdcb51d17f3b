/* message.h - what a customer, an agent or a system said in a conversation.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_MESSAGE_H
#define COMMON_MESSAGE_H

#include "common/json.h"

#define MESSAGE_TEXT_MAX 8192 /* characters */
#define MESSAGE_PAGE_MAX 2048

enum author { AUTHOR_CUSTOMER, AUTHOR_AGENT, AUTHOR_SYSTEM };

/* Absent strings have len 0. All memory is the arena's. */
struct message {
    struct str id;
    struct str conversation_id;
    struct str customer_id;
    struct str text;
    struct str tenant;
    struct str language;
    struct str channel;
    struct str sku;      /* context: the product whose page the customer was on */
    struct str order_id; /* context */
    struct str page;     /* context */
    int64_t seq;             /* -1: absent */
    int64_t sent_at_wall_ms; /* -1: absent */
    enum author author;
};

/* Checks the object at `at` against schemas/message.schema.json and copies it into the
 * arena of `at`. ERR_SCHEMA: the note of `at` has the JSON pointer. */
MUST_USE enum err message_decode(const struct json_at *at, struct message *ret_message);

#endif
