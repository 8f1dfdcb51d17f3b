/* replay_book.h - the events of a replay, what was recorded for each, and whose turn it is.
 *
 * Everything is held in memory, up to a maximum that is refused clearly. Events are given out in
 * one order over all partitions: by the time at which Kafka took them, never against the order of
 * a partition. Some events change what others rely on: an order event the orders of its customer,
 * a hand-back who has its conversation. Such an event waits for all that run and rely on the same,
 * and they wait for it: so each sees what it would have seen then, and every replay sees the same.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_REPLAY_BOOK_H
#define COMMAND_REPLAY_BOOK_H

#include "common/event.h"
#include "common/map.h"
#include "worker/answer/difference.h"
#include "worker/engine/source.h"

#define BOOK_EVENTS_MAX 250000
#define BOOK_BYTES_MAX ((size_t)256 << 20)
/* Given out and not yet taken back at most, so that results wait in bounded space. */
#define BOOK_AHEAD_MAX 4096
#define BOOK_IDS_MAX 3 /* outcomes with an id that an event may have had */

struct book_actor;
struct book_event;

/* An outcome that an event may have had. */
struct book_id {
    struct map_entry entry;
    struct book_event *event;
    char text[CRYPTO_UUID_TEXT_BYTES];
};

struct book_place {
    int32_t topic;
    int32_t partition;
    int64_t offset;
};

struct book_event {
    struct record record;
    struct str id;    /* that the payload names itself by; empty: it does not decode */
    bool is_sought;   /* of the topic that is replayed: what was recorded for it is looked for */
    bool is_reported; /* else it is only there for the state that it leaves */
    bool is_sent;
    bool is_done;
    struct buf line; /* what is to be said of it, from done until it is taken back */

    bool has_audit;
    enum outcome_kind audited; /* the outcome that the audit record names */
    bool has_found;
    enum outcome_kind found_kind;
    struct record found; /* the outcome's record: its value, or a dead letter's headers */
    bool is_complete;    /* nothing more can be found for it */

    int64_t time_wall_ms;        /* never before that of an earlier record of its partition */
    bool is_writer;              /* changes what others of its customer or conversation rely on */
    struct book_actor *customer; /* NULL: nobody's */
    struct book_actor *conversation; /* NULL: it has none */
    struct book_event *first;        /* an earlier event with the same identity, or NULL */
    struct book_place place;
    struct map_entry by_place;
    struct book_id ids[BOOK_IDS_MAX];
    size_t ids_count;
};

struct book_options {
    struct str topic_names[TOPIC_COUNT];
    struct event_limits limits;
    enum topic topic;        /* whose events are replayed */
    int64_t from_wall_ms;    /* earlier ones are not reported */
    int64_t limit;           /* events to report */
    struct str key;          /* only events of this key; empty: all */
    struct str conversation; /* only messages of this conversation; empty: all */
    size_t events_max;
    size_t bytes_max;
    uint64_t seed[2];
};

struct book {
    struct book_options options;
    struct arena arena;
    struct book_event **events; /* in the order in which they are given out */
    size_t count;
    size_t size;
    size_t next;            /* to be given out */
    size_t printed;         /* taken back */
    size_t reported;        /* that are to be reported */
    size_t open;            /* reported ones that are not complete */
    struct map actors;      /* customers and conversations of the events */
    int64_t oldest_wall_ms; /* when the events were written */
    int64_t newest_wall_ms;
    struct map places;
    struct map ids;
    struct claim *claims;
    size_t claims_count;
};

/* ERR_NOMEM. `book_fini` in any case. */
MUST_USE enum err book_init(struct book *book, const struct book_options *options);
void book_fini(struct book *book);

/* What does not fit, in the words of the command line: ERR_USAGE for ERR_NOMEM and ERR_FULL. */
MUST_USE enum err book_explain(const struct book *book, enum err err, struct note *note);

/* Takes an event, unless a filter leaves it out. ERR_USAGE: too much; the note says what to do. */
MUST_USE enum err book_take_event(struct book *book, const struct record *record,
                                  struct note *note);

/* False: its events belong to no customer and no conversation. */
bool book_has_actors(const struct book *book);

/* Takes an event that changes what the events' customers and conversations rely on, once all
 * events are there: an order event or a hand-back. ERR_USAGE as above. */
MUST_USE enum err book_take_state(struct book *book, const struct record *record,
                                  struct note *note);

/* All events are there: sorts them. ERR_NOMEM. */
MUST_USE enum err book_seal(struct book *book);

/* Looks at a record of an output topic. ERR_USAGE as above. */
MUST_USE enum err book_take_outcome(struct book *book, const struct record *record,
                                    struct note *note);

/* True: no record can add anything. */
bool book_is_complete(const struct book *book);

/* What was recorded for the event. The result is the arena's. ERR_NOMEM. */
MUST_USE enum err book_recorded(const struct book_event *event, struct arena *arena,
                                struct statement *ret_statement);

/* Which conversations a person had before the first event: those of which the first outcome that
 * was recorded says so. Calls `on_held` with the key of common/conversation.h. Stops at the first
 * error, and gives it. */
typedef enum err book_held_fn(void *owner, struct str key);
MUST_USE enum err book_each_held(const struct book *book, book_held_fn *on_held, void *owner);

/* The event to run next, NULL: none may now. */
const struct record *book_next(struct book *book);

/* The event of this position, which has its new outcome. */
struct book_event *book_settle(struct book *book, const struct record *record);

/* The next done one, in order, that is to be reported; NULL: it still runs, or there is none. It
 * stays until the next call. */
struct book_event *book_take_back(struct book *book);

bool book_is_over(const struct book *book);

#endif
