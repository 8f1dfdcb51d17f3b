/* pod_ports.c - see pod.h. Source, sink, store, model and group of a pod. */
#include "tests/sim/question.h"
#include "tests/sim/sim.h"

#include "common/mem.h"
#include "worker/engine/alarm.h"

void pod_queue(struct pod *pod, enum job_kind kind, struct reading *reading)
{
    struct pod_job *job = mem_zero(1, sizeof(*job));
    if (!job) {
        BUG("out of memory");
    }
    job->kind = kind;
    job->reading = reading;
    list_append(kind == JOB_REFUSE ? &pod->done : &pod->jobs, &job->node);
}

/* --- source --------------------------------------------------------------------------------- */

static void pod_source_pause(struct source *port, struct partition_id id)
{
    struct pod *pod = container_of(port, struct pod, source);
    consumer_pause(&pod->consumer, id.number, true);
}

static void pod_source_resume(struct source *port, struct partition_id id)
{
    struct pod *pod = container_of(port, struct pod, source);
    consumer_pause(&pod->consumer, id.number, false);
}

static void pod_source_release(struct source *port, const struct partition_id *ids, size_t count)
{
    struct pod *pod = container_of(port, struct pod, source);
    if (!pod->is_buried) {
        membership_release(&pod->membership, ids, count);
    }
}

static void pod_source_stop(struct source *port)
{
    struct pod *pod = container_of(port, struct pod, source);
    if (!pod->is_buried) {
        membership_stop(&pod->membership);
    }
}

static const struct source_ops pod_source_ops = {
    .name = "sim",
    .pause = pod_source_pause,
    .resume = pod_source_resume,
    .release = pod_source_release,
    .stop = pod_source_stop,
};

/* --- sink ----------------------------------------------------------------------------------- */

/* The adapter's two rules: no ticket, no try; and the ticket is the one of now. */
static void pod_sink_commit(struct sink *port, struct batch *batch)
{
    struct pod *pod = container_of(port, struct pod, sink);
    assert(!pod->batch);
    pod->batch = batch;
    if (pod->is_buried) {
        return;
    }
    judge_batch(pod->sim, batch);
    pod->ticket = ticket_ref(pod->membership.ticket);
    batch->why = ERR_GENERATION;
    pod_queue(pod, pod->ticket ? JOB_BATCH : JOB_REFUSE, NULL);
}

static const struct sink_ops pod_sink_ops = { .name = "sim", .commit = pod_sink_commit };

/* --- store ---------------------------------------------------------------------------------- */

/* What is borrowed until start returns has to be kept: it lives in the turn's arena anyway,
 * which stays while a call is open; only the key may be on a stack. */
static void pod_store_start(struct store *port, struct store_call *call)
{
    struct pod *pod = container_of(port, struct pod, store);
    struct arena *arena = &pod->sim->shelf.arena;
    struct str *kept[] = { &call->key, &call->field, &call->value };
    for (size_t i = 0; i < countof(kept); i++) {
        if (arena_copy(arena, *kept[i], kept[i]) != OK) {
            BUG("out of memory");
        }
    }
    list_append(&pod->store_calls, &call->node);
}

static void pod_store_cancel(struct store *port, struct store_call *call)
{
    (void)port;
    (void)call;
}

static bool pod_store_is_up(const struct store *port)
{
    (void)port;
    return true;
}

static const struct store_ops pod_store_ops = {
    .name = "sim", .start = pod_store_start, .cancel = pod_store_cancel, .is_up = pod_store_is_up
};

/* --- model ---------------------------------------------------------------------------------- */

static void pod_model_ask(struct model *port, struct model_call *call)
{
    struct pod *pod = container_of(port, struct pod, model);
    struct str text = call->brief->event->message.text;
    int uid = question_uid(text);
    if (arena_printf(call->arena, &call->text, "re: %.*s", STR_ARG(text)) != OK) {
        BUG("out of memory");
    }
    call->model = STR("sim");
    call->inner = (void *)(intptr_t)uid;
    list_append(&pod->model_calls, &call->node);
    if (pod->is_buried) {
        return;
    }
    uint32_t epochs = 0;
    for (int part = 0; part < pod->sim->options.parts; part++) {
        const struct part *row =
            parts_find(&pod->engine->parts, cluster_id(&pod->sim->cluster, part));
        epochs += row ? epoch_now(&row->epoch) : 0;
    }
    judge_asked(pod->sim, pod, uid, epochs);
}

static void pod_model_cancel(struct model *port, struct model_call *call)
{
    (void)port;
    (void)call;
}

static const struct model_ops pod_model_ops = { "sim", pod_model_ask, pod_model_cancel };

/* --- group ---------------------------------------------------------------------------------- */

static struct pod *pod_of_group(struct group *port)
{
    return container_of(port, struct pod, group);
}

static bool pod_group_is_eager(struct group *port)
{
    return pod_of_group(port)->sim->options.is_eager;
}

static void pod_ticket_free(struct ticket *ticket)
{
    mem_free(container_of(ticket, struct sim_ticket, ticket));
}

/* What librdkafka knows now, which may be more than the application was told. */
static struct ticket *pod_group_take_ticket(struct group *port)
{
    struct pod *pod = pod_of_group(port);
    const struct consumer *consumer = &pod->consumer;
    if (consumer->member == 0 || consumer->generation <= 0) {
        return NULL;
    }
    struct sim_ticket *ticket = mem_zero(1, sizeof(*ticket));
    if (!ticket) {
        return NULL;
    }
    int len = snprintf(ticket->member, sizeof(ticket->member), "m%d", consumer->member);
    ticket->ticket = (struct ticket){
        1, { ticket->member, (size_t)len }, consumer->generation, pod_ticket_free
    };
    ticket->proof = (struct proof){ consumer->member, consumer->generation };
    if (pod->sim->options.is_unfenced) {
        ticket->proof = (struct proof){ 0, -1 };
    }
    return &ticket->ticket;
}

static void pod_group_assign(struct group *port, const struct claim *claims, size_t count)
{
    consumer_assign(&pod_of_group(port)->consumer, claims, count);
}

static void pod_group_unassign(struct group *port, const struct partition_id *ids, size_t count)
{
    unsigned parts = 0;
    for (size_t i = 0; i < count; i++) {
        parts |= BIT(ids[i].number);
    }
    consumer_unassign(&pod_of_group(port)->consumer, parts);
}

static bool pod_group_read(struct group *port, struct reading *reading)
{
    pod_queue(pod_of_group(port), JOB_READ, reading);
    return true;
}

static void pod_group_wake_at(struct group *port, int64_t at_ms)
{
    pod_of_group(port)->wake_ms = at_ms;
}

static const struct group_ops pod_group_ops = {
    .is_eager = pod_group_is_eager,
    .take_ticket = pod_group_take_ticket,
    .assign = pod_group_assign,
    .unassign = pod_group_unassign,
    .read = pod_group_read,
    .wake_at = pod_group_wake_at,
};

void pod_wire(struct pod *pod, struct engine_ports *ret_ports)
{
    struct sim *sim = pod->sim;
    pod->source.ops = &pod_source_ops;
    pod->sink.ops = &pod_sink_ops;
    pod->store.ops = &pod_store_ops;
    pod->model = (struct model){ &pod_model_ops, STR("sim") };
    pod->group = (struct group){ &pod_group_ops, sim->options.is_static, false };
    pod->membership =
        (struct membership){ .group = &pod->group, .port = &pod->source, .clock = &pod->clock };
    membership_init(&pod->membership);
    *ret_ports = (struct engine_ports){
        .source = &pod->source,
        .sink = &pod->sink,
        .store = &pod->store,
        .chain = { .backends = { { .model = &pod->model,
                                   .inflight_max = POD_MODEL_INFLIGHT_MAX,
                                   .inflight_start = POD_MODEL_INFLIGHT_MAX,
                                   .timeout_ms = 10000,
                                   .kinds = ASK_KINDS_ALL } },
                   .count = 1 },
        .clock = &pod->clock,
        .seal = sim->seal,
        .catalog = sim->catalog,
        .custody = sim->custody,
        .metrics = sim->metrics,
    };
}
