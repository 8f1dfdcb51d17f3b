/* sim.c - see sim.h. */
#include "tests/sim/sim.h"

#include "common/json.h"
#include "common/mem.h"
#include "tests/sim/question.h"

/* Rounds of everything, in which all that is left has to be settled. */
#define SETTLE_ROUNDS 4000
#define SETTLE_ROUND_MS 100

struct sim *sim_create(const struct sim_options *options)
{
    static const uint64_t seed[2] = { 1, 2 };
    struct sim *sim = mem_zero(1, sizeof(*sim));
    if (!sim) {
        BUG("out of memory");
    }
    json_setup(1);
    sim->options = *options;
    sim->clock = (struct clock){ 1000, QUESTION_WALL_MS };
    cluster_init(&sim->cluster, options->parts, options->order_parts);
    sim->cluster.is_eager = options->is_eager;
    sim->cluster.is_unstable = options->is_unstable;
    shelf_init(&sim->shelf);
    sim->seal = seal_create(STR("0123456789abcdef"));
    sim->catalog = catalog_create(10, seed);
    sim->custody = custody_create(10, seed);
    sim->metrics = metrics_create();
    for (int i = 0; i < PODS_MAX; i++) {
        pod_init(&sim->pods[i], sim, i);
    }
    return sim;
}

void sim_destroy(struct sim *sim)
{
    for (int i = 0; i < PODS_MAX; i++) {
        (void)pod_kill(&sim->pods[i]);
    }
    seal_destroy(sim->seal);
    catalog_destroy(sim->catalog);
    custody_destroy(sim->custody);
    metrics_destroy(sim->metrics);
    shelf_fini(&sim->shelf);
    cluster_fini(&sim->cluster);
    mem_free(sim);
}

bool sim_ask(struct sim *sim, int part, int conversation, bool is_poison)
{
    if (sim->next_uid + 1 >= JUDGE_UIDS_MAX) {
        return false;
    }
    bool has_answer = cluster_id(&sim->cluster, part).topic == TOPIC_MESSAGES;
    int uid = sim->next_uid + (is_poison && has_answer ? QUESTION_POISON : 0);
    int index = cluster_ask(&sim->cluster, part, conversation, uid);
    if (index < 0) {
        return false;
    }
    judge_new(sim, &sim->cluster.questions[index]);
    sim->next_uid++;
    return true;
}

bool sim_ask_again(struct sim *sim, int part, int conversation)
{
    for (size_t i = sim->cluster.questions_count; i > 0; i--) {
        const struct question *question = &sim->cluster.questions[i - 1];
        if (question->part == part && question->conversation == conversation) {
            return cluster_ask(&sim->cluster, part, conversation, question->uid) >= 0;
        }
    }
    return false;
}

void sim_expire_absent(struct sim *sim)
{
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const struct member *member = &sim->cluster.group.members[i];
        const struct pod *pod = &sim->pods[member->pod];
        bool is_there = pod->phase != POD_DOWN && pod->consumer.member == member->id;
        if (member->id != 0 && !is_there) {
            cluster_leave(&sim->cluster, member->id);
        }
    }
}

/* --- the end -------------------------------------------------------------------------------- */

static bool sim_is_settled(const struct sim *sim)
{
    const struct cluster *cluster = &sim->cluster;
    for (int part = 0; part < sim->options.parts; part++) {
        const struct part_log *log = &cluster->logs[part];
        bool is_at_end = cluster->committed[part].offset == log->end;
        if (!is_at_end && log->end > 0) {
            return false;
        }
    }
    for (int pod = 0; pod < sim->options.pods; pod++) {
        if (sim->pods[pod].batch) {
            return false;
        }
    }
    return !cluster_is_marking(cluster);
}

/* What nobody ends, brokers do, after a while. */
static void sim_settle_brokers(struct sim *sim, int round)
{
    while (wire_deliver(&sim->wire, &sim->cluster)) {
        judge_outputs(sim);
    }
    for (int pod = 0; pod < PODS_MAX; pod++) {
        bool is_idle = sim->pods[pod].way.step == TXN_STEP_NONE;
        if (round % 50 == 49 && is_idle) {
            (void)cluster_time_out(&sim->cluster, pod);
        }
        while (cluster_mark(&sim->cluster, pod)) {
            judge_outputs(sim);
        }
    }
    if (round % 20 == 19) {
        sim_expire_absent(sim);
        (void)cluster_stop_waiting(&sim->cluster);
    }
}

static void sim_settle_pod(struct sim *sim, struct pod *pod)
{
    sim->now++;
    (void)pod_start(pod);
    (void)pod_beat(pod);
    (void)pod_poll(pod, 4);
    for (int i = 0; i < 8 && pod_work(pod, FAULT_NONE); i++) {
        (void)pod_tell(pod);
    }
    (void)pod_tell(pod);
    while (pod_store(pod, SHELF_FINE) || pod_answer(pod, 0, OK)) {
        sim->now++;
    }
    (void)pod_tick(pod);
}

void sim_settle(struct sim *sim)
{
    for (int round = 0; round < SETTLE_ROUNDS; round++) {
        if (judge_has_failed(&sim->judge)) {
            return;
        }
        if (sim_is_settled(sim)) {
            judge_end(sim);
            return;
        }
        sim_settle_brokers(sim, round);
        for (int pod = 0; pod < sim->options.pods; pod++) {
            sim_settle_pod(sim, &sim->pods[pod]);
        }
        sim->clock.mono_ms += SETTLE_ROUND_MS;
        sim->clock.wall_ms += SETTLE_ROUND_MS;
    }
    judge_fail(&sim->judge, "live: not settled %d rounds after the last fault", SETTLE_ROUNDS);
    judge_end(sim);
}
