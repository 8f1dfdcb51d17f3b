/* membership.h - this worker's part in the consumer group.
 *
 * librdkafka's rebalance callback notes what happened and returns. What follows from it is
 * done here, on the loop: claims (a takeover first, then an assignment with explicit offsets),
 * revocations (the engine drains first), losses (at once). librdkafka is told of an assignment
 * before the takeover, with nothing in it, so that it goes on with heartbeats and notices
 * losses; the partitions follow one by one. A claim waits until what earlier owners have
 * written to the witness (takeover.h) has been read.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MEMBERSHIP_H
#define ADAPTER_MEMBERSHIP_H

#include "worker/adapter/commit_thread.h"
#include "worker/adapter/group_ticket.h"
#include "worker/adapter/holding.h"
#include "worker/adapter/takeover.h"

struct membership {
    rd_kafka_t *client;
    const struct conf *conf;
    struct loop *loop;
    struct log *log;
    struct commit_thread *thread;
    struct source *port; /* the engine's side */
    struct holdings holdings;
    struct group_ticket *ticket; /* NULL: not in the group, or not sure */
    struct list noted;           /* what the callback has noted, in order */
    struct loop_timer *retry;    /* takeovers that failed */
    struct loop_timer *look;     /* at takeovers that wait for the witness */
    struct list waiting;         /* struct takeover: these */
    struct str witness;          /* name of a topic; empty: none */
    /* Whether the witness has been read up to `ends` of its partitions. */
    bool (*has_reached)(void *owner, const int64_t *ends, size_t count);
    void *owner;
    enum topic inputs[TOPIC_COUNT];
    size_t inputs_count;
    bool is_stopped; /* the engine wants nothing new */
    bool is_leaving; /* the engine is gone: everything goes back at once */
};

/* Borrows all. ERR_NOMEM. */
MUST_USE enum err membership_init(struct membership *membership);
void membership_fini(struct membership *membership);

/* From librdkafka's rebalance callback: notes, and returns. */
void membership_note(struct membership *membership, rd_kafka_resp_err_t code,
                     const rd_kafka_topic_partition_list_t *partitions);

/* Does what was noted. */
void membership_act(struct membership *membership);

/* The engine lets go of these. */
void membership_release(struct membership *membership, const struct partition_id *ids,
                        size_t count);

/* Gives the partition up and claims it again: its offsets are not there any more. */
void membership_retake(struct membership *membership, struct partition_id id);

/* See source_kafka_ticket_refused(). */
void membership_refused(struct membership *membership);

/* Takes no claims any more; stays in the group. */
void membership_stop(struct membership *membership);

/* The engine is not called any more; what is revoked goes back at once. */
void membership_leave(struct membership *membership);

/* The topic of that name among the inputs. */
bool membership_topic(const struct membership *membership, const char *name,
                      enum topic *ret_topic);

#endif
