/* cluster.h - made-up brokers: what Kafka does with a log, a transaction, a group.
 *
 * Two topics in, whose partitions are numbered through, one out, one consumer group. It does what
 * brokers do at the moment when a request reaches them; that requests are lost, late or sent twice
 * is their senders' side (producer.h, consumer.h). Nothing happens by itself: the markers of a
 * transaction that was ended, a timeout, a member that is thrown out are steps of a schedule.
 *
 * It has KIP-447's fencing by generation and the verification of transactions, and not KIP-890:
 * an EndTxn of the same producer and epoch ends whatever transaction it finds. */
#ifndef TESTS_SIM_CLUSTER_H
#define TESTS_SIM_CLUSTER_H

#include "common/arena.h"
#include "worker/engine/sink.h"

#define PARTS_MAX 4
#define PODS_MAX 3
#define EVENTS_MAX 256
#define WRITES_MAX 4096
#define SHARDS 2 /* partitions of the output topic */
#define MEMBERS_MAX 16

/* --- the input topics ----------------------------------------------------------------------- */

/* A record of an input topic: a customer's question, or an event of an order, which is the
 * conversation's. */
struct question {
    bool is_order;
    int part;
    int64_t offset;
    int conversation;
    int uid;            /* a producer's retry has the one of its original */
    int64_t settled_at; /* step at which its first terminal record was committed; -1: none */
};

struct part_log {
    int questions[EVENTS_MAX]; /* indexes, by offset */
    size_t count;
    int64_t end; /* offsets without a question are markers, aborted or compacted records */
};

/* --- the output topic ----------------------------------------------------------------------- */

enum write_state { WRITE_OPEN, WRITE_COMMITTED, WRITE_ABORTED };

/* All records of one outcome, as one; an outcome without any output is written too. */
struct write {
    enum write_state state;
    int shard;
    int pid;
    int epoch;
    int question;
    enum outcome_kind kind;
    int uid; /* that the text answers; -1: there is no text */
};

/* --- transactions --------------------------------------------------------------------------- */

enum broker_reply {
    REPLY_OK,
    REPLY_FENCED,     /* INVALID_PRODUCER_EPOCH */
    REPLY_UNMAPPED,   /* INVALID_PRODUCER_ID_MAPPING */
    REPLY_STATE,      /* INVALID_TXN_STATE */
    REPLY_CONCURRENT, /* CONCURRENT_TRANSACTIONS: the one before is being finished */
    REPLY_GENERATION, /* ILLEGAL_GENERATION */
    REPLY_MEMBER,     /* UNKNOWN_MEMBER_ID */
    REPLY_REBALANCING,
    REPLY_UNSTABLE /* UNSTABLE_OFFSET_COMMIT */
};

enum coordination {
    COORDINATION_EMPTY,
    COORDINATION_ONGOING,
    COORDINATION_COMMITTING, /* the markers are being written */
    COORDINATION_ABORTING,
    COORDINATION_COMMITTED,
    COORDINATION_ABORTED
};

#define PART_OFFSETS SHARDS /* bit of the offsets' partition, behind those of the shards */

/* Of one transactional id. */
struct coordinator {
    int pid; /* 0: not known, or forgotten */
    int epoch;
    enum coordination state;
    unsigned parts; /* bits: what takes part, or still waits for its marker */
};

/* Who sends. */
struct sender {
    int pod; /* the transactional id */
    int pid;
    int epoch;
};

/* One partition of a TxnOffsetCommit. */
struct position {
    int part;
    int64_t offset;
    struct str metadata;
};

/* What the group's side of it is given; member 0: from outside of the group. */
struct proof {
    int member;
    int generation;
};

struct pending {
    int pid; /* 0: this place is free */
    struct position position;
};

/* --- the group ------------------------------------------------------------------------------ */

struct member {
    int id; /* 0: this place is free */
    int pod;
    bool is_static;
    bool has_joined;  /* waits for the generation that is being made */
    int answer;       /* to its JoinGroup: a generation; 0: it waits */
    unsigned claimed; /* what it said that it has, and in which generation */
    int claimed_generation;
    unsigned assigned;
};

struct group_state {
    int generation;
    bool is_preparing;
    struct member members[MEMBERS_MAX];
    int next_member;
};

struct cluster {
    int parts_count;
    int order_parts; /* the last of them are of the topic of orders */
    bool is_eager;    /* the assignor */
    bool is_unstable; /* a control: committed offsets can be read while a transaction is open */
    struct question questions[EVENTS_MAX];
    size_t questions_count;
    struct part_log logs[PARTS_MAX];
    struct write writes[WRITES_MAX];
    size_t writes_count;
    struct coordinator coordinators[PODS_MAX];
    int next_pid;
    struct position committed[PARTS_MAX];
    struct pending pending[PODS_MAX * PARTS_MAX * 4];
    struct group_state group;
    struct arena arena; /* metadata */
};

void cluster_init(struct cluster *cluster, int parts_count, int order_parts);
void cluster_fini(struct cluster *cluster);

/* What the workers call a partition. */
struct partition_id cluster_id(const struct cluster *cluster, int part);

/* Appends a question; its index, or -1: there is no room. */
int cluster_ask(struct cluster *cluster, int part, int conversation, int uid);
void cluster_skip(struct cluster *cluster, int part, int64_t offsets);

/* The first question at or behind `offset`, or -1. */
int cluster_fetch(const struct cluster *cluster, int part, int64_t offset);

/* Requests of producers. */
enum broker_reply cluster_init_producer(struct cluster *cluster, int pod,
                                        struct sender *ret_sender);
enum broker_reply cluster_add_parts(struct cluster *cluster, const struct sender *from,
                                    unsigned parts);
enum broker_reply cluster_write(struct cluster *cluster, const struct sender *from,
                                const struct write *write);
enum broker_reply cluster_send_offsets(struct cluster *cluster, const struct sender *from,
                                       const struct proof *proof, const struct position *positions,
                                       size_t count);
enum broker_reply cluster_end(struct cluster *cluster, const struct sender *from, bool is_commit);

/* Writes one marker of a transaction that was ended. False: there is none to write. */
bool cluster_mark(struct cluster *cluster, int pod);

/* The transaction has been open for too long; or the id was idle for too long. False: not now. */
bool cluster_time_out(struct cluster *cluster, int pod);
bool cluster_forget(struct cluster *cluster, int pod);

bool cluster_is_marking(const struct cluster *cluster);

/* OffsetFetch, with require_stable. */
enum broker_reply cluster_read_offset(const struct cluster *cluster, int part,
                                      struct position *ret_position);

/* Requests of members. `*member` 0: a new one; KIP-394 gives it an id to come back with. */
enum join { JOIN_WAITS, JOIN_ID_REQUIRED, JOIN_UNKNOWN, JOIN_AS_BEFORE };
struct join_request {
    int pod;
    int member;
    bool is_static;
    unsigned claimed;
    int claimed_generation;
};
enum join cluster_join(struct cluster *cluster, const struct join_request *request,
                       int *ret_member);

/* JoinGroup's answer: the generation was made. REPLY_REBALANCING: not yet. */
enum broker_reply cluster_joined(struct cluster *cluster, int member, int *ret_generation);
enum broker_reply cluster_sync(struct cluster *cluster, int member, int generation,
                               unsigned *ret_assigned);
enum broker_reply cluster_beat(struct cluster *cluster, int member, int generation);
void cluster_leave(struct cluster *cluster, int member);

/* What the group's coordinator says to offsets that come with such a proof. */
enum broker_reply cluster_check(struct cluster *cluster, const struct proof *proof);

/* The sessions of all members of a pod are over. False: it has none. */
bool cluster_expire(struct cluster *cluster, int pod);

/* The time to rejoin is over: the generation is made with those that have. False: not now. */
bool cluster_stop_waiting(struct cluster *cluster);

#endif
