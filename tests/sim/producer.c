/* producer.c - see producer.h. */
#include "tests/sim/producer.h"

#include "tests/sim/question.h"

void producer_open(struct producer *producer, struct cluster *cluster, struct wire *wire, int pod)
{
    *producer = (struct producer){ .cluster = cluster, .wire = wire, .sender = { .pod = pod } };
    txn_watch_reset(&producer->watch);
}

/* --- the wire ------------------------------------------------------------------------------- */

static enum broker_reply wire_apply(struct cluster *cluster, const struct held *held)
{
    struct sender ignored;
    switch (held->request) {
    case REQUEST_INIT:
        return cluster_init_producer(cluster, held->from.pod, &ignored);
    case REQUEST_ADD:
        return cluster_add_parts(cluster, &held->from, held->parts);
    case REQUEST_OFFSETS:
        return cluster_send_offsets(cluster, &held->from, &held->proof, held->positions,
                                    held->positions_count);
    case REQUEST_END:
        return cluster_end(cluster, &held->from, held->is_commit);
    }
    BUG("no such request");
}

bool wire_deliver(struct wire *wire, struct cluster *cluster)
{
    if (wire->count == 0) {
        return false;
    }
    struct held held = wire->held[0];
    wire->count--;
    memmove(wire->held, wire->held + 1, wire->count * sizeof(held));
    (void)wire_apply(cluster, &held); /* nobody waits for the answer */
    return true;
}

/* Metadata outlives the batch that it came with. */
static void wire_hold(struct producer *producer, const struct held *held)
{
    struct wire *wire = producer->wire;
    if (wire->count == HELD_MAX) {
        return; /* dropped instead */
    }
    struct held *kept = &wire->held[wire->count++];
    *kept = *held;
    for (size_t i = 0; i < kept->positions_count; i++) {
        struct str *metadata = &kept->positions[i].metadata;
        if (arena_copy(&producer->cluster->arena, *metadata, metadata) != OK) {
            BUG("the simulated wire is out of memory");
        }
    }
}

static const int producer_keys[] = {
    [REQUEST_INIT] = 22, [REQUEST_ADD] = 24, [REQUEST_OFFSETS] = 28, [REQUEST_END] = 26
};

/* What came of a request: an answer, or silence. */
struct answer {
    bool is_silence;
    enum broker_reply reply;
};

/* The first copy, for better or worse. */
static void producer_send_first(struct producer *producer, const struct held *held,
                                enum fault fault)
{
    int key = producer_keys[held->request];
    txn_watch_sent(&producer->watch, key);
    if (fault == FAULT_LATE || fault == FAULT_RESENT) {
        wire_hold(producer, held);
    }
    if (fault == FAULT_MUTE || fault == FAULT_REPEATED || fault == FAULT_UNSURE) {
        (void)wire_apply(producer->cluster, held);
    }
    if (fault == FAULT_BUSY || fault == FAULT_UNSURE) {
        txn_watch_answered(&producer->watch, key);
    }
}

static bool producer_sends_again(enum fault fault)
{
    return fault == FAULT_RESENT || fault == FAULT_REPEATED || fault == FAULT_BUSY ||
           fault == FAULT_UNSURE;
}

static struct answer producer_send(struct producer *producer, const struct held *held,
                                   enum fault fault)
{
    int key = producer_keys[held->request];
    producer_send_first(producer, held, fault);
    if (fault == FAULT_DROPPED || fault == FAULT_LATE || fault == FAULT_MUTE) {
        return (struct answer){ .is_silence = true };
    }
    if (producer_sends_again(fault)) {
        txn_watch_sent(&producer->watch, key);
    }
    struct answer answer = { .reply = wire_apply(producer->cluster, held) };
    txn_watch_answered(&producer->watch, key);
    return answer;
}

static enum txn_fault producer_fault(enum broker_reply reply)
{
    switch (reply) {
    case REPLY_OK:
        return TXN_FAULT_NONE;
    case REPLY_FENCED:
        return TXN_FAULT_FENCED;
    case REPLY_UNMAPPED:
    case REPLY_STATE:
        return TXN_FAULT_FATAL;
    case REPLY_GENERATION:
    case REPLY_MEMBER:
    case REPLY_REBALANCING:
        return TXN_FAULT_GENERATION;
    case REPLY_CONCURRENT:
    case REPLY_UNSTABLE:
        break;
    }
    BUG("a reply that its request has not");
}

/* Sends the request of a step in the middle of a transaction. False: it blocks. */
static bool producer_request(struct producer *producer, const struct held *held, enum fault fault,
                             struct txn_took *took)
{
    struct answer answer = producer_send(producer, held, fault);
    if (answer.is_silence) {
        took->fault = TXN_FAULT_UNKNOWN;
        return true;
    }
    if (answer.reply == REPLY_CONCURRENT) {
        return false;
    }
    took->fault = producer_fault(answer.reply);
    return true;
}

/* --- the steps ------------------------------------------------------------------------------ */

static void producer_init(struct producer *producer, const struct producer_step *step,
                          struct txn_took *took)
{
    if (step->fault == FAULT_DROPPED || step->fault == FAULT_LATE || step->fault == FAULT_REFUSED) {
        const struct held held = { .request = REQUEST_INIT, .from = producer->sender };
        if (step->fault == FAULT_LATE) {
            wire_hold(producer, &held);
        }
        took->fault = TXN_FAULT_RETRIABLE;
        return;
    }
    struct sender sender;
    enum broker_reply reply = cluster_init_producer(producer->cluster, producer->sender.pod,
                                                    &sender);
    if (reply == REPLY_CONCURRENT || step->fault == FAULT_MUTE) {
        took->fault = TXN_FAULT_RETRIABLE;
        return;
    }
    producer->sender = sender;
}

static bool producer_write(struct producer *producer, const struct delivery *delivery,
                           struct txn_took *took)
{
    struct write write;
    question_write(producer->cluster, delivery, &write);
    enum broker_reply reply = cluster_write(producer->cluster, &producer->sender, &write);
    took->fault = producer_fault(reply);
    return reply == REPLY_OK;
}

/* A record that a broker refuses is named if it was alone in its request. */
static bool producer_has_poison(const struct producer_step *step)
{
    size_t count = step->batch->deliveries.count;
    for (struct list_node *node = list_first(&step->batch->deliveries); node;
         node = list_next(&step->batch->deliveries, node)) {
        struct delivery *delivery = container_of(node, struct delivery, node);
        delivery->refused = OK;
        if (delivery->outcome.kind == OUTCOME_ANSWER && question_is_poison(delivery)) {
            delivery->refused = count == 1 ? ERR_TOO_LARGE : OK;
            return true;
        }
    }
    return false;
}

static bool producer_produce(struct producer *producer, const struct producer_step *step,
                             struct txn_took *took)
{
    const struct list *deliveries = &step->batch->deliveries;
    size_t half = deliveries->count / 2;
    if (!producer->is_half) {
        const struct held add = { .request = REQUEST_ADD,
                                  .from = producer->sender,
                                  .parts = BIT(SHARDS) - 1 };
        bool is_through = producer_request(producer, &add, step->fault, took);
        if (!is_through || took->fault != TXN_FAULT_NONE) {
            return is_through;
        }
    }
    size_t i = 0;
    for (struct list_node *node = list_first(deliveries); node;
         node = list_next(deliveries, node), i++) {
        bool is_now = producer->is_half ? i >= half : i < half;
        if (is_now && !producer_write(producer, container_of(node, struct delivery, node), took)) {
            return true;
        }
    }
    producer->is_half = !producer->is_half;
    if (!producer->is_half && producer_has_poison(step)) {
        took->fault = TXN_FAULT_POISON;
    }
    return !producer->is_half;
}

static bool producer_offsets(struct producer *producer, const struct producer_step *step,
                             struct txn_took *took)
{
    struct held held = { .request = REQUEST_OFFSETS, .from = producer->sender };
    if (step->ticket) {
        held.proof = container_of(step->ticket, struct sim_ticket, ticket)->proof;
    }
    for (size_t i = 0; i < step->batch->progress_count; i++) {
        const struct progress *progress = &step->batch->progress[i];
        held.positions[held.positions_count++] =
            (struct position){ progress->id.number, progress->position, progress->metadata };
    }
    const struct held add = { .request = REQUEST_ADD,
                              .from = producer->sender,
                              .parts = BIT(PART_OFFSETS) };
    bool is_through = producer_request(producer, &add, FAULT_NONE, took);
    if (!is_through || took->fault != TXN_FAULT_NONE) {
        return is_through;
    }
    return producer_request(producer, &held, step->fault, took);
}

static bool producer_end(struct producer *producer, const struct producer_step *step,
                         struct txn_took *took)
{
    const struct held held = { .request = REQUEST_END,
                               .from = producer->sender,
                               .is_commit = step->step == TXN_STEP_COMMIT };
    if (!producer_request(producer, &held, step->fault, took)) {
        return false;
    }
    took->is_clean = txn_watch_is_clean(&producer->watch);
    return true;
}

static void producer_read(struct producer *producer, const struct producer_step *step,
                          struct txn_took *took)
{
    if (step->fault != FAULT_NONE) {
        return; /* no answer in time */
    }
    for (size_t i = 0; i < step->batch->progress_count; i++) {
        const struct progress *progress = &step->batch->progress[i];
        struct position found;
        if (cluster_read_offset(producer->cluster, progress->id.number, &found) != REPLY_OK) {
            return;
        }
        producer->traces[i] = txn_way_trace(progress, found.offset, found.metadata);
    }
    took->traces = producer->traces;
}

static bool producer_is_request(enum txn_step step)
{
    return step != TXN_STEP_WAIT && step != TXN_STEP_DROP && step != TXN_STEP_READ;
}

bool producer_do(struct producer *producer, const struct producer_step *step, struct txn_took *took)
{
    if (producer_is_request(step->step) && step->fault == FAULT_BROKEN) {
        took->fault = TXN_FAULT_FATAL;
        return true;
    }
    bool is_middle = step->step == TXN_STEP_PRODUCE || step->step == TXN_STEP_OFFSETS ||
                     step->step == TXN_STEP_COMMIT;
    if (is_middle && step->fault == FAULT_REFUSED) {
        took->fault = TXN_FAULT_ABORTABLE;
        return true;
    }
    switch (step->step) {
    case TXN_STEP_INIT:
        producer_init(producer, step, took);
        return true;
    case TXN_STEP_BEGIN:
        producer->is_half = false;
        txn_watch_reset(&producer->watch);
        return true;
    case TXN_STEP_PRODUCE:
        return producer_produce(producer, step, took);
    case TXN_STEP_OFFSETS:
        return producer_offsets(producer, step, took);
    case TXN_STEP_COMMIT:
    case TXN_STEP_ABORT:
        return producer_end(producer, step, took);
    case TXN_STEP_READ:
        producer_read(producer, step, took);
        return true;
    case TXN_STEP_DROP:
        producer->dropped++;
        return true;
    case TXN_STEP_WAIT:
    case TXN_STEP_NONE:
    case TXN_STEP_COUNT:
        break;
    }
    return true;
}
