/* pod.c - see pod.h. */
#include "tests/sim/pod.h"

#include "common/mem.h"
#include "tests/sim/order_event.h"
#include "tests/sim/question.h"
#include "tests/sim/sim.h"
#include "worker/engine/alarm.h"
#include "worker/engine/batch_epochs.h"

#define POD_START_MS 30000
#define POD_DRAIN_MS 20000
#define POD_VALUE_BYTES ((size_t)4096)

void pod_init(struct pod *pod, struct sim *sim, int index)
{
    *pod = (struct pod){ .sim = sim, .index = index, .phase = POD_DOWN };
    list_init(&pod->jobs);
    list_init(&pod->done);
    list_init(&pod->store_calls);
    list_init(&pod->model_calls);
}

/* --- birth and death ------------------------------------------------------------------------ */

static void pod_on_fatal(void *owner, enum err err, const struct note *note)
{
    (void)err;
    (void)note;
    ((struct pod *)owner)->is_fatal = true;
}

static void pod_on_drained(void *owner)
{
    struct pod *pod = owner;
    if (!pod->is_buried) {
        pod->phase = POD_CLOSING;
        pod_queue(pod, JOB_STOP, NULL);
    }
}

static struct engine_options pod_options(const struct pod *pod)
{
    const struct sim_options *wanted = &pod->sim->options;
    struct engine_options options = {
        .inflight_max = 8,
        .backlog_records_max = wanted->backlog_max,
        .backlog_bytes_max = 1 << 20,
        .event_limits = { .value_bytes_max = 1 << 16 },
        .dead_letter_value_bytes_max = 1 << 15,
        .stored_version = 1,
        .retry_share = 1,
        .retry = { .attempts_max = 3, .backoff_ms = 100, .backoff_max_ms = 1000 },
        .dedupe_window_ms = 86400000,
        .order_ttl_ms = 86400000,
        .release_timeout_ms = 2000,
        .donemap_body_max = wanted->map_body_max,
        .lowered = wanted->engine_lowered,
        .instructions = { .text = STR("Answer."), .version = STR("v1") },
        .language = STR("en"),
        .worker = STR("deskhand/sim"),
        .seed = { 1, (uint64_t)pod->index },
    };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        options.topic_names[topic] = str_from(topic_info(topic)->default_name);
    }
    options.topic_names[TOPIC_AUDIT] = STR_NONE;
    return options;
}

bool pod_start(struct pod *pod)
{
    if (pod->phase != POD_DOWN) {
        return false;
    }
    struct sim *sim = pod->sim;
    pod_init(pod, sim, pod->index);
    pod->phase = POD_UP;
    pod->clock = sim->clock;
    pod->wake_ms = ALARM_NEVER;
    struct engine_ports ports;
    pod_wire(pod, &ports);
    const struct engine_events events = { .owner = pod,
                                          .on_fatal = pod_on_fatal,
                                          .on_drained = pod_on_drained };
    const struct engine_options options = pod_options(pod);
    pod->engine = engine_create(&options, &ports, &events);
    if (!pod->engine) {
        BUG("out of memory");
    }
    consumer_open(&pod->consumer, &sim->cluster, pod->index, sim->options.is_static);
    producer_open(&pod->producer, &sim->cluster, &sim->wire, pod->index);
    txn_way_init(&pod->way);
    pod->way.lowered = sim->options.txn_lowered;
    pod_queue(pod, JOB_START, NULL);
    return true;
}

static void pod_bury_calls(struct pod *pod)
{
    struct list_node *node;
    while ((node = list_pop(&pod->store_calls)) != NULL) {
        struct store_call *call = container_of(node, struct store_call, node);
        call->on_done(call, ERR_CANCELLED);
    }
    while ((node = list_pop(&pod->model_calls)) != NULL) {
        struct model_call *call = container_of(node, struct model_call, node);
        call->on_done(call, ERR_CANCELLED);
    }
    if (pod->batch) {
        struct batch *batch = TAKE(pod->batch);
        batch->on_done(batch, BATCH_COMMITTED); /* as far as anyone can tell */
    }
}

static void pod_bury_jobs(struct list *jobs)
{
    struct list_node *node;
    while ((node = list_pop(jobs)) != NULL) {
        struct pod_job *job = container_of(node, struct pod_job, node);
        if (job->reading) {
            membership_read(job->reading);
        }
        mem_free(job);
    }
}

/* Frees what a process that has ended would leave to its system. Nothing of it is seen outside:
 * the ports lead nowhere, and its clock is its own. */
static void pod_bury(struct pod *pod)
{
    judge_ended(pod->sim, pod);
    pod->is_buried = true;
    pod->membership.is_stopped = true;
    pod_bury_jobs(&pod->jobs);
    pod_bury_jobs(&pod->done);
    engine_drain(pod->engine, pod->clock.mono_ms);
    while (pod->engine->phase != ENGINE_DRAINED) {
        pod_bury_calls(pod);
        pod->clock.mono_ms += 10000;
        engine_tick(pod->engine);
    }
    pod_bury_calls(pod);
    ticket_unref(TAKE(pod->ticket));
    membership_fini(&pod->membership);
    engine_destroy(pod->engine);
    pod->engine = NULL;
    pod->phase = POD_DOWN;
}

bool pod_kill(struct pod *pod)
{
    if (pod->phase == POD_DOWN) {
        return false;
    }
    pod_bury(pod);
    return true;
}

bool pod_terminate(struct pod *pod)
{
    if (pod->phase != POD_UP && pod->phase != POD_DRAINING) {
        return false;
    }
    pod->clock = pod->sim->clock;
    bool is_first = pod->phase == POD_UP;
    pod->phase = POD_DRAINING;
    engine_drain(pod->engine, pod->clock.mono_ms + (is_first ? POD_DRAIN_MS : 0));
    pod_turn(pod);
    return true;
}

/* --- the loop ------------------------------------------------------------------------------- */

static void pod_begin_turn(struct pod *pod)
{
    pod->clock = pod->sim->clock;
}

/* The engine's work is over, the group is left: the process ends. */
static bool pod_is_over(const struct pod *pod)
{
    return pod->phase == POD_CLOSING && pod->consumer.state == JOIN_LEFT;
}

void pod_turn(struct pod *pod)
{
    if (pod->wake_ms <= pod->clock.mono_ms) {
        pod->wake_ms = ALARM_NEVER;
        membership_wake(&pod->membership);
    }
    engine_tick(pod->engine);
    judge_pod(pod->sim, pod);
    if (pod->is_fatal) {
        pod_kill(pod);
    } else if (pod_is_over(pod)) {
        pod_bury(pod);
    }
}

bool pod_tick(struct pod *pod)
{
    if (pod->phase == POD_DOWN) {
        return false;
    }
    pod_begin_turn(pod);
    pod_turn(pod);
    return true;
}

bool pod_beat(struct pod *pod)
{
    return pod->phase != POD_DOWN && consumer_beat(&pod->consumer);
}

bool pod_oversleep(struct pod *pod)
{
    if (pod->phase == POD_DOWN) {
        return false;
    }
    consumer_oversleep(&pod->consumer);
    return true;
}

static void pod_deliver(struct pod *pod, const struct question *question)
{
    struct arena arena;
    char key[QUESTION_BYTES];
    char value[QUESTION_BYTES];
    char id[QUESTION_BYTES];
    arena_init(&arena, POD_VALUE_BYTES);
    const struct header headers[] = {
        { STR("ce_specversion"), STR("1.0") },
        { STR("ce_source"), STR(QUESTION_SOURCE) },
        { STR("ce_type"),
          question->is_order ? STR("deskhand.order.v1") : STR("deskhand.message.v1") },
        { STR("ce_id"), question_id(question, id) },
    };
    const struct record record = {
        .topic = question->is_order ? TOPIC_ORDERS : TOPIC_MESSAGES,
        .partition = question->part,
        .offset = question->offset,
        .leader_epoch = -1,
        .timestamp_wall_ms = QUESTION_WALL_MS,
        .key = question_key(question, key),
        .has_key = true,
        .value = question->is_order ? order_event_value(question, &arena)
                                    : question_value(question, value),
        .has_value = true,
        .headers = headers,
        .headers_count = countof(headers),
    };
    pod->source.events->on_record(pod->engine, &record);
    arena_fini(&arena);
}

static bool pod_is_delivered_to(const struct pod *pod, int part)
{
    const struct partition_id id = cluster_id(&pod->sim->cluster, part);
    const struct holding *holding = holdings_find(&pod->membership.holdings, id);
    return pod->phase == POD_UP && holding && holding->phase == HOLDING_OURS &&
           holding->is_assigned;
}

static bool pod_fetch(struct pod *pod, int part)
{
    int question;
    int64_t end;
    if (!consumer_fetch(&pod->consumer, part, &question, &end)) {
        return false;
    }
    if (!pod_is_delivered_to(pod, part)) {
        return true;
    }
    if (question >= 0) {
        pod_deliver(pod, &pod->sim->cluster.questions[question]);
    } else {
        pod->source.events->on_end(pod->engine, cluster_id(&pod->sim->cluster, part), end);
    }
    return true;
}

static bool pod_serve_ops(struct pod *pod)
{
    enum membership_event event;
    unsigned parts;
    bool has_any = false;
    while (consumer_take_op(&pod->consumer, &event, &parts)) {
        struct partition_id ids[PARTS_MAX];
        size_t count = 0;
        for (int part = 0; part < PARTS_MAX; part++) {
            if (parts & BIT(part)) {
                ids[count++] = cluster_id(&pod->sim->cluster, part);
            }
        }
        membership_note(&pod->membership, event, ids, count);
        has_any = true;
    }
    membership_act(&pod->membership, true);
    return has_any;
}

bool pod_poll(struct pod *pod, int records)
{
    if (pod->phase == POD_DOWN) {
        return false;
    }
    pod_begin_turn(pod);
    bool has_any = pod_serve_ops(pod);
    for (int tried = 0; tried < pod->sim->options.parts && records > 0; tried++) {
        int part = pod->rotation++ % pod->sim->options.parts;
        while (records > 0 && pod_fetch(pod, part)) {
            has_any = true;
            records--;
        }
    }
    if (has_any) {
        pod_turn(pod);
    }
    return has_any;
}

bool pod_retake(struct pod *pod, int part)
{
    if (pod->phase != POD_UP || !pod_is_delivered_to(pod, part)) {
        return false;
    }
    pod_begin_turn(pod);
    membership_retake(&pod->membership, cluster_id(&pod->sim->cluster, part));
    pod_turn(pod);
    return true;
}

bool pod_store(struct pod *pod, enum shelf_fault fault)
{
    struct list_node *node = pod->phase == POD_DOWN ? NULL : list_pop(&pod->store_calls);
    if (!node) {
        return false;
    }
    pod_begin_turn(pod);
    struct sim *sim = pod->sim;
    struct store_call *call = container_of(node, struct store_call, node);
    judge_memo(sim, pod, call, fault);
    bool is_memo = call->op == STORE_GET || call->op == STORE_SET;
    bool is_forgotten = sim->options.forgets_memos && is_memo;
    enum err err = shelf_do(&sim->shelf, call, is_forgotten ? SHELF_AWAY : fault);
    call->on_done(call, err);
    pod_turn(pod);
    return true;
}

bool pod_answer(struct pod *pod, int which, enum err err)
{
    if (pod->phase == POD_DOWN || pod->model_calls.count == 0) {
        return false;
    }
    pod_begin_turn(pod);
    struct list_node *node = list_first(&pod->model_calls);
    for (size_t i = (size_t)which % pod->model_calls.count; i > 0; i--) {
        node = list_next(&pod->model_calls, node);
    }
    list_remove(&pod->model_calls, node);
    struct model_call *call = container_of(node, struct model_call, node);
    judge_answered(pod->sim, pod, (int)(intptr_t)call->inner, err);
    call->on_done(call, err);
    pod_turn(pod);
    return true;
}
