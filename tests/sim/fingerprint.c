/* fingerprint.c - see fingerprint.h. Brokers, then the wire and the store, then pod by pod. */
#include "tests/sim/fingerprint.h"

#include "worker/engine/alarm.h"

#define FINGERPRINT_WAIT_MAX_MS 20000 /* longer ones are all the same */

/* A step of FNV-1a over 64 bits, and a turn that lets high bits come down. */
static void mix(uint64_t *print, int64_t value)
{
    *print = (*print ^ (uint64_t)value) * 0x100000001b3u;
    *print ^= *print >> 29;
}

static void mix_text(uint64_t *print, struct str text)
{
    mix(print, (int64_t)text.len);
    for (size_t i = 0; i < text.len; i++) {
        mix(print, text.ptr[i]);
    }
}

static void mix_until(uint64_t *print, int64_t at_ms, int64_t now_ms)
{
    mix(print, min_i64(max_i64(at_ms - now_ms, 0), FINGERPRINT_WAIT_MAX_MS));
}

/* --- brokers -------------------------------------------------------------------------------- */

static void mix_position(uint64_t *print, const struct position *position)
{
    mix(print, position->part);
    mix(print, position->offset);
    mix_text(print, position->metadata);
}

static void mix_sender(uint64_t *print, const struct sender *sender)
{
    mix(print, sender->pid);
    mix(print, sender->epoch);
}

static void mix_transactions(uint64_t *print, const struct cluster *cluster)
{
    for (size_t pod = 0; pod < PODS_MAX; pod++) {
        const struct coordinator *coordinator = &cluster->coordinators[pod];
        mix(print, coordinator->pid);
        mix(print, coordinator->epoch);
        mix(print, coordinator->state);
        mix(print, coordinator->parts);
    }
    for (size_t i = 0; i < countof(cluster->pending); i++) {
        if (cluster->pending[i].pid != 0) {
            mix(print, cluster->pending[i].pid);
            mix_position(print, &cluster->pending[i].position);
        }
    }
    for (int part = 0; part < cluster->parts_count; part++) {
        mix_position(print, &cluster->committed[part]);
    }
}

static void mix_writes(uint64_t *print, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->writes_count; i++) {
        const struct write *write = &cluster->writes[i];
        if (write->state == WRITE_ABORTED) {
            continue; /* nobody reads it */
        }
        mix(print, write->state);
        mix(print, write->pid);
        mix(print, write->shard);
        mix(print, write->question);
        mix(print, write->kind);
        mix(print, write->uid);
    }
}

static void mix_group(uint64_t *print, const struct group_state *group)
{
    mix(print, group->generation);
    mix(print, group->is_preparing);
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const struct member *member = &group->members[i];
        if (member->id == 0) {
            continue;
        }
        mix(print, member->id);
        mix(print, member->has_joined);
        mix(print, member->answer);
        mix(print, member->claimed);
        mix(print, member->claimed_generation);
        mix(print, member->assigned);
    }
}

static void mix_wire(uint64_t *print, const struct wire *wire)
{
    for (size_t i = 0; i < wire->count; i++) {
        const struct held *held = &wire->held[i];
        mix(print, held->request);
        mix(print, held->is_commit);
        mix(print, held->parts);
        mix(print, held->from.pod);
        mix_sender(print, &held->from);
        mix(print, held->proof.member);
        mix(print, held->proof.generation);
        for (size_t k = 0; k < held->positions_count; k++) {
            mix_position(print, &held->positions[k]);
        }
    }
}

/* --- a pod ---------------------------------------------------------------------------------- */

static void mix_consumer(uint64_t *print, const struct consumer *consumer)
{
    mix(print, consumer->is_closing);
    mix(print, consumer->state);
    mix(print, consumer->member);
    mix(print, consumer->generation);
    mix(print, consumer->group_assignment);
    mix(print, consumer->has_more ? (int64_t)consumer->more : -1);
    mix(print, consumer->rejoins);
    mix(print, consumer->is_lost);
    for (size_t i = 0; i < consumer->ops_count; i++) {
        mix(print, consumer->ops[i].is_assign);
        mix(print, consumer->ops[i].parts);
    }
    mix(print, consumer->fetched);
    mix(print, consumer->paused);
    mix(print, consumer->ended);
    for (int part = 0; part < PARTS_MAX; part++) {
        mix(print, consumer->fetched & BIT(part) ? consumer->next[part] : -1);
    }
}

static void mix_watch(uint64_t *print, const struct txn_watch *watch)
{
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        mix(print, min_i64(atomic_load(&watch->lost[i]), 2));
        mix(print, atomic_load(&watch->is_open[i]));
    }
}

static void mix_ticket(uint64_t *print, const struct ticket *ticket)
{
    mix(print, ticket ? ticket->generation : -1);
    mix_text(print, ticket ? ticket->member : STR_NONE);
}

static void mix_batch(uint64_t *print, const struct batch *batch)
{
    mix(print, batch ? (int64_t)batch->deliveries.count : -1);
    for (size_t i = 0; batch && i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        mix(print, progress->id.number);
        mix(print, progress->position);
        mix(print, epoch_now(progress->epoch) == progress->epoch_expected);
        mix_text(print, progress->metadata);
    }
}

static void mix_way(uint64_t *print, const struct pod *pod)
{
    const struct txn_way *way = &pod->way;
    mix(print, way->state);
    mix(print, way->step);
    mix(print, way->has_producer);
    mix(print, way->is_disputed);
    mix(print, (int64_t)way->replacements.count);
    mix(print, way->fault);
    mix(print, way->result);
    mix(print, way->fatal);
    mix_until(print, way->until_ms, pod->sim->clock.mono_ms);
    mix_until(print, pod->wait_until_ms, pod->sim->clock.mono_ms);
    mix_sender(print, &pod->producer.sender);
    mix(print, pod->producer.is_half);
    mix_watch(print, &pod->producer.watch);
    mix_batch(print, pod->batch);
    mix_ticket(print, pod->ticket);
}

static void mix_reading(uint64_t *print, const struct pod *pod, const struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct claim *claim = &reading->claims[i];
        const struct holding *holding = holdings_find(&pod->membership.holdings, claim->id);
        mix(print, claim->id.number);
        mix(print, holding && holding->claim == reading->numbers[i]);
        mix(print, reading->is_read[i]);
        mix(print, claim->committed);
        mix_text(print, claim->metadata);
    }
}

static void mix_jobs(uint64_t *print, const struct pod *pod, const struct list *jobs)
{
    mix(print, (int64_t)jobs->count);
    for (struct list_node *node = list_first(jobs); node; node = list_next(jobs, node)) {
        const struct pod_job *job = container_of(node, struct pod_job, node);
        mix(print, job->kind);
        mix(print, job->has_begun);
        if (job->reading) {
            mix_reading(print, pod, job->reading);
        }
    }
}

static void mix_membership(uint64_t *print, const struct membership *membership)
{
    mix(print, (int64_t)membership->noted.count);
    mix(print, membership->is_refused);
    mix(print, membership->is_stopped);
    mix(print, membership->is_leaving);
    mix_ticket(print, membership->ticket);
    mix_ticket(print, membership->last);
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&membership->holdings, &id, &holding)) {
        mix(print, id.number);
        mix(print, holding->phase);
        mix(print, holding->is_asked);
        mix(print, holding->is_assigned);
        mix(print, holding->is_paused);
    }
}

static void mix_runs(uint64_t *print, const struct runs *runs)
{
    mix(print, (int64_t)runs->count);
    for (size_t i = 0; i < runs->count; i++) {
        mix(print, runs->items[i].start);
        mix(print, runs->items[i].end);
    }
}

static void mix_part(uint64_t *print, const struct part *part)
{
    const struct ledger *ledger = &part->ledger;
    mix(print, part->id.number);
    mix(print, part->state);
    if (part->state == PART_FOREIGN) {
        return;
    }
    mix(print, part->is_paused);
    mix(print, part->is_staged);
    mix(print, ledger->position);
    mix(print, ledger->next);
    mix(print, ledger->committed);
    mix_runs(print, &ledger->settled);
    mix_runs(print, &ledger->gaps);
}

static void mix_turns(uint64_t *print, const struct list *turns)
{
    mix(print, (int64_t)turns->count);
    for (struct list_node *node = list_first(turns); node; node = list_next(turns, node)) {
        const struct turn *turn = container_of(node, struct turn, node);
        mix(print, turn->record.partition);
        mix(print, turn->record.offset);
        mix(print, turn->attempt);
        mix(print, turn->is_dropped);
        mix(print, turn->is_orphan);
        mix(print, turn->delivery.outcome.kind);
    }
}

static void mix_engine(uint64_t *print, const struct engine *engine, int64_t now_ms)
{
    mix(print, engine->phase);
    mix_until(print, engine->release_until_ms, now_ms);
    const struct list *parts = &engine->parts.list;
    for (struct list_node *node = list_first(parts); node; node = list_next(parts, node)) {
        mix_part(print, container_of(node, struct part, node));
    }
    for (size_t state = 0; state < TURN_STATE_COUNT; state++) {
        mix_turns(print, &engine->turns[state]);
    }
    mix_turns(print, &engine->orphans);
    mix(print, engine->batcher.is_busy);
    mix(print, (int64_t)engine->batcher.suspects);
    mix_until(print, engine->batcher.not_before_ms, now_ms);
}

static void mix_calls(uint64_t *print, const struct pod *pod)
{
    mix(print, (int64_t)pod->store_calls.count);
    const struct list *calls = &pod->model_calls;
    mix(print, (int64_t)calls->count);
    for (struct list_node *node = list_first(calls); node; node = list_next(calls, node)) {
        mix(print, (int64_t)(intptr_t)container_of(node, struct model_call, node)->inner);
    }
}

static void mix_pod(uint64_t *print, const struct pod *pod)
{
    mix(print, pod->phase);
    if (pod->phase == POD_DOWN) {
        return;
    }
    mix_consumer(print, &pod->consumer);
    mix_way(print, pod);
    mix_jobs(print, pod, &pod->jobs);
    mix_jobs(print, pod, &pod->done);
    mix_membership(print, &pod->membership);
    mix_engine(print, pod->engine, pod->sim->clock.mono_ms);
    mix_calls(print, pod);
    mix_until(print, pod->wake_ms, pod->sim->clock.mono_ms);
}

uint64_t fingerprint(const struct sim *sim)
{
    uint64_t print = 0xcbf29ce484222325u;
    mix_transactions(&print, &sim->cluster);
    mix_writes(&print, &sim->cluster);
    mix_group(&print, &sim->cluster.group);
    mix_wire(&print, &sim->wire);
    mix(&print, (int64_t)sim->shelf.count);
    for (int pod = 0; pod < sim->options.pods; pod++) {
        mix_pod(&print, &sim->pods[pod]);
    }
    return print;
}
