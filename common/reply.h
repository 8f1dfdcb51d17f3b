/* reply.h - what all records that leave have in common: id, what they reply to, envelope.
 *
 * Outputs are CloudEvents in binary mode: ce_ headers around JSON that matches schemas/, with
 * the traceparent of the event passed through. Same arguments, same bytes. The encoders
 * (answer.h, copy.h, handoff.h, audit.h) are written with
 *
 *     CLEANUP(reply_fini) struct reply reply;
 *     TRY(reply_begin(&reply, arena, to, &kind, text_bytes));
 *     json_put_text(&reply.out, "text", text);
 *     return reply_end(&reply, ret_output);
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_REPLY_H
#define COMMON_REPLY_H

#include "common/event.h"
#include "common/fact.h"
#include "common/json_out.h"
#include "common/outcome.h"

/* What is common to all outputs of one turn. Borrowed; what is encoded borrows from the event
 * and the record, which are to be in the turn's arena. */
struct reply_to {
    const struct event *event; /* NULL for records that did not decode */
    const struct record *record;
    struct str topic_name; /* the input topic's real name */
    struct str worker;     /* version, for x-dlq-worker and audit */
    int64_t now_wall_ms;
};

/* What makes one sort of output another than the next. Static. */
struct reply_kind {
    enum topic topic;
    const char *outcome; /* the id is made from it */
    const char *type;    /* ce_type */
};

/* One record while it is written. Does not move. */
struct reply {
    struct arena *arena;
    const struct reply_to *to;
    const struct reply_kind *kind;
    struct str id;
    struct buf buf;
    struct json_out out;
};

/* Opens the payload and puts `id` and `in_reply_to`. `text_bytes`: about how long the texts
 * will be. Even after an error reply_fini() is called. ERR_NOMEM. */
MUST_USE enum err reply_begin(struct reply *reply, struct arena *arena, const struct reply_to *to,
                              const struct reply_kind *kind, size_t text_bytes);
void reply_fini(struct reply *reply);

/* Closes the payload and puts it, with its headers and the lane's key, into `ret_output`.
 * The first error of all that was put: ERR_UTF8, ERR_NOMEM, ERR_FULL. */
MUST_USE enum err reply_end(struct reply *reply, struct output *ret_output);

/* The fields that several payloads have. Names of facts are cut to what the schema allows. */
void reply_put_facts(struct reply *reply, const struct fact *facts, size_t facts_count);
void reply_put_language(struct reply *reply, struct str language); /* "und" if it is none */
void reply_put_short(struct reply *reply, const char *key, struct str text); /* cut; not if empty */
void reply_put_tenant(struct reply *reply);

#endif
