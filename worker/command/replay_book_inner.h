/* replay_book_inner.h - what the files of the book of a replay share: replay_book.c has events and
 * their order, replay_state.c whose they are, replay_found.c what was recorded for them.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_REPLAY_BOOK_INNER_H
#define COMMAND_REPLAY_BOOK_INNER_H

#include "worker/command/replay_book.h"

/* A customer, a conversation, or the shop. */
struct book_actor {
    struct map_entry entry; /* the key is BOOK_CUSTOMER or one of the others and what follows */
    int writers_open;       /* events that run and change its state */
    int readers_open;       /* events that run and rely on it */
    bool is_judged;         /* a conversation: who had it before the events is known */
};

#define BOOK_CUSTOMER "u"
#define BOOK_CONVERSATION "c"
#define BOOK_SHOP "s" /* a recommendation relies on the orders of all customers */

/* BOOK_FIND: only actors that are known already. */
enum book_search { BOOK_FIND, BOOK_ADD };

/* Whose the event is, into `to`. ERR_NOMEM, ERR_FULL. */
MUST_USE enum err book_find_actors(struct book *book, const struct event *event,
                                   enum book_search search, struct book_event *to);

/* Copies an event that may not decode (`event` is NULL then). ERR_NOMEM, ERR_FULL. */
MUST_USE enum err book_add(struct book *book, const struct record *record,
                           const struct event *event, struct book_event **ret_event);

/* `event` is NULL if it does not decode, and gone afterwards. */
typedef enum err book_decoded_fn(struct book *book, const struct record *record,
                                 const struct event *event);
MUST_USE enum err book_decode(struct book *book, const struct record *record,
                              book_decoded_fn *take);

#endif
