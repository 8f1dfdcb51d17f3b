/* cluster.c - see cluster.h. Logs, transactions and committed offsets. */
#include "tests/sim/cluster.h"

#include "common/mem.h"

void cluster_init(struct cluster *cluster, int parts_count, int order_parts)
{
    cluster->parts_count = parts_count;
    cluster->order_parts = order_parts;
    for (int part = 0; part < PARTS_MAX; part++) {
        cluster->committed[part] = (struct position){ .part = part, .offset = -1 };
    }
    arena_init(&cluster->arena, (size_t)64 << 20);
}

void cluster_fini(struct cluster *cluster)
{
    arena_fini(&cluster->arena);
}

/* --- the input topics ----------------------------------------------------------------------- */

struct partition_id cluster_id(const struct cluster *cluster, int part)
{
    bool is_of_orders = part >= cluster->parts_count - cluster->order_parts;
    return (struct partition_id){ is_of_orders ? TOPIC_ORDERS : TOPIC_MESSAGES, part };
}

int cluster_ask(struct cluster *cluster, int part, int conversation, int uid)
{
    struct part_log *log = &cluster->logs[part];
    if (cluster->questions_count == EVENTS_MAX) {
        return -1;
    }
    int index = (int)cluster->questions_count++;
    cluster->questions[index] = (struct question){
        .is_order = cluster_id(cluster, part).topic == TOPIC_ORDERS,
        .part = part,
        .offset = log->end,
        .conversation = conversation,
        .uid = uid,
        .settled_at = -1,
    };
    log->questions[log->count++] = index;
    log->end++;
    return index;
}

void cluster_skip(struct cluster *cluster, int part, int64_t offsets)
{
    cluster->logs[part].end += offsets;
}

int cluster_fetch(const struct cluster *cluster, int part, int64_t offset)
{
    const struct part_log *log = &cluster->logs[part];
    for (size_t i = 0; i < log->count; i++) {
        if (cluster->questions[log->questions[i]].offset >= offset) {
            return log->questions[i];
        }
    }
    return -1;
}

/* --- transactions --------------------------------------------------------------------------- */

static bool cluster_is_ending(const struct coordinator *coordinator)
{
    return coordinator->state == COORDINATION_COMMITTING ||
           coordinator->state == COORDINATION_ABORTING;
}

static enum broker_reply cluster_know(struct cluster *cluster, const struct sender *from,
                                      struct coordinator **ret_coordinator)
{
    struct coordinator *coordinator = &cluster->coordinators[from->pod];
    if (coordinator->pid == 0 || coordinator->pid != from->pid) {
        return REPLY_UNMAPPED;
    }
    if (coordinator->epoch != from->epoch) {
        return REPLY_FENCED;
    }
    *ret_coordinator = coordinator;
    return REPLY_OK;
}

static void cluster_prepare(struct coordinator *coordinator, bool is_commit)
{
    coordinator->state = is_commit ? COORDINATION_COMMITTING : COORDINATION_ABORTING;
    if (coordinator->parts == 0) {
        coordinator->state = is_commit ? COORDINATION_COMMITTED : COORDINATION_ABORTED;
    }
}

/* A transaction that is open is aborted first, by a raised epoch that fences its producer. */
enum broker_reply cluster_init_producer(struct cluster *cluster, int pod, struct sender *ret_sender)
{
    struct coordinator *coordinator = &cluster->coordinators[pod];
    if (coordinator->pid == 0) {
        *coordinator = (struct coordinator){ .pid = ++cluster->next_pid };
    } else if (coordinator->state == COORDINATION_ONGOING) {
        coordinator->epoch++;
        cluster_prepare(coordinator, false);
        return REPLY_CONCURRENT;
    } else if (cluster_is_ending(coordinator)) {
        return REPLY_CONCURRENT;
    } else {
        coordinator->epoch++;
        coordinator->state = COORDINATION_EMPTY;
    }
    *ret_sender = (struct sender){ pod, coordinator->pid, coordinator->epoch };
    return REPLY_OK;
}

enum broker_reply cluster_add_parts(struct cluster *cluster, const struct sender *from,
                                    unsigned parts)
{
    struct coordinator *coordinator;
    enum broker_reply reply = cluster_know(cluster, from, &coordinator);
    if (reply != REPLY_OK) {
        return reply;
    }
    if (cluster_is_ending(coordinator)) {
        return REPLY_CONCURRENT;
    }
    if (coordinator->state != COORDINATION_ONGOING) {
        coordinator->parts = 0;
    }
    coordinator->state = COORDINATION_ONGOING;
    coordinator->parts |= parts;
    return REPLY_OK;
}

/* What partitions ask the coordinator before they take a record of a transaction. */
static enum broker_reply cluster_verify(struct cluster *cluster, const struct sender *from,
                                        int part)
{
    struct coordinator *coordinator;
    enum broker_reply reply = cluster_know(cluster, from, &coordinator);
    if (reply != REPLY_OK) {
        return reply == REPLY_UNMAPPED ? REPLY_FENCED : reply;
    }
    bool is_in = coordinator->state == COORDINATION_ONGOING && (coordinator->parts & BIT(part));
    return is_in ? REPLY_OK : REPLY_STATE;
}

enum broker_reply cluster_write(struct cluster *cluster, const struct sender *from,
                                const struct write *write)
{
    enum broker_reply reply = cluster_verify(cluster, from, write->shard);
    if (reply != REPLY_OK) {
        return reply;
    }
    if (cluster->writes_count == WRITES_MAX) {
        BUG("the simulated output topic is full");
    }
    struct write *row = &cluster->writes[cluster->writes_count++];
    *row = *write;
    row->state = WRITE_OPEN;
    row->pid = from->pid;
    row->epoch = from->epoch;
    return REPLY_OK;
}

static struct pending *cluster_pending(struct cluster *cluster, int pid, int part)
{
    struct pending *unused = NULL;
    for (size_t i = 0; i < countof(cluster->pending); i++) {
        struct pending *pending = &cluster->pending[i];
        if (pending->pid == pid && pending->position.part == part) {
            return pending;
        }
        unused = pending->pid == 0 ? pending : unused;
    }
    if (!unused) {
        BUG("too many pending offsets");
    }
    return unused;
}

enum broker_reply cluster_send_offsets(struct cluster *cluster, const struct sender *from,
                                       const struct proof *proof, const struct position *positions,
                                       size_t count)
{
    enum broker_reply reply = cluster_verify(cluster, from, PART_OFFSETS);
    if (reply != REPLY_OK) {
        return reply;
    }
    reply = cluster_check(cluster, proof);
    if (reply != REPLY_OK) {
        return reply;
    }
    for (size_t i = 0; i < count; i++) {
        struct pending *pending = cluster_pending(cluster, from->pid, positions[i].part);
        pending->pid = from->pid;
        pending->position = positions[i];
        if (arena_copy(&cluster->arena, positions[i].metadata, &pending->position.metadata) != OK) {
            BUG("the simulated cluster is out of memory");
        }
    }
    return REPLY_OK;
}

/* Without KIP-890 nothing tells the transaction that it was meant for. */
enum broker_reply cluster_end(struct cluster *cluster, const struct sender *from, bool is_commit)
{
    struct coordinator *coordinator;
    enum broker_reply reply = cluster_know(cluster, from, &coordinator);
    if (reply != REPLY_OK) {
        return reply;
    }
    switch (coordinator->state) {
    case COORDINATION_ONGOING:
        cluster_prepare(coordinator, is_commit);
        return REPLY_OK;
    case COORDINATION_COMMITTING:
        return is_commit ? REPLY_CONCURRENT : REPLY_STATE;
    case COORDINATION_ABORTING:
        return is_commit ? REPLY_STATE : REPLY_CONCURRENT;
    case COORDINATION_COMMITTED:
        return is_commit ? REPLY_OK : REPLY_STATE;
    case COORDINATION_ABORTED:
        return is_commit ? REPLY_STATE : REPLY_OK;
    case COORDINATION_EMPTY:
        break;
    }
    return REPLY_STATE;
}

static void cluster_decide_writes(struct cluster *cluster, int pid, int shard, bool is_commit)
{
    for (size_t i = 0; i < cluster->writes_count; i++) {
        struct write *write = &cluster->writes[i];
        if (write->state == WRITE_OPEN && write->pid == pid && write->shard == shard) {
            write->state = is_commit ? WRITE_COMMITTED : WRITE_ABORTED;
        }
    }
}

static void cluster_decide_offsets(struct cluster *cluster, int pid, bool is_commit)
{
    for (size_t i = 0; i < countof(cluster->pending); i++) {
        struct pending *pending = &cluster->pending[i];
        if (pending->pid != pid) {
            continue;
        }
        if (is_commit) {
            cluster->committed[pending->position.part] = pending->position;
        }
        *pending = (struct pending){ 0 };
    }
}

bool cluster_mark(struct cluster *cluster, int pod)
{
    struct coordinator *coordinator = &cluster->coordinators[pod];
    if (!cluster_is_ending(coordinator)) {
        return false;
    }
    bool is_commit = coordinator->state == COORDINATION_COMMITTING;
    int part = __builtin_ctz(coordinator->parts);
    if (part == PART_OFFSETS) {
        cluster_decide_offsets(cluster, coordinator->pid, is_commit);
    } else {
        cluster_decide_writes(cluster, coordinator->pid, part, is_commit);
    }
    coordinator->parts &= ~BIT(part);
    if (coordinator->parts == 0) {
        coordinator->state = is_commit ? COORDINATION_COMMITTED : COORDINATION_ABORTED;
    }
    return true;
}

bool cluster_is_marking(const struct cluster *cluster)
{
    for (int pod = 0; pod < PODS_MAX; pod++) {
        if (cluster_is_ending(&cluster->coordinators[pod])) {
            return true;
        }
    }
    return false;
}

bool cluster_time_out(struct cluster *cluster, int pod)
{
    struct coordinator *coordinator = &cluster->coordinators[pod];
    if (coordinator->state != COORDINATION_ONGOING) {
        return false;
    }
    coordinator->epoch++;
    cluster_prepare(coordinator, false);
    return true;
}

bool cluster_forget(struct cluster *cluster, int pod)
{
    struct coordinator *coordinator = &cluster->coordinators[pod];
    if (coordinator->pid == 0 || coordinator->state == COORDINATION_ONGOING ||
        cluster_is_ending(coordinator)) {
        return false;
    }
    *coordinator = (struct coordinator){ 0 };
    return true;
}

enum broker_reply cluster_read_offset(const struct cluster *cluster, int part,
                                      struct position *ret_position)
{
    for (size_t i = 0; i < countof(cluster->pending); i++) {
        const struct pending *pending = &cluster->pending[i];
        if (pending->pid != 0 && pending->position.part == part && !cluster->is_unstable) {
            return REPLY_UNSTABLE;
        }
    }
    *ret_position = cluster->committed[part];
    return REPLY_OK;
}
