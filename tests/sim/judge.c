/* judge.c - see judge.h. What is seen in the topics and in the pods. */
#include "tests/sim/judge.h"

#include <stdarg.h>

#include "tests/sim/question.h"
#include "tests/sim/sim.h"

void judge_fail(struct judge *judge, const char *format, ...)
{
    if (judge_has_failed(judge)) {
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(judge->violation, sizeof(judge->violation), format, args);
    va_end(args);
}

bool judge_has_failed(const struct judge *judge)
{
    return judge->violation[0] != '\0';
}

/* --- bounds --------------------------------------------------------------------------------- */

/* A partition that is claimed makes the shares of the others smaller, but throws nothing out. */
static size_t judge_backlog_max(const struct sim *sim)
{
    size_t most = 0;
    for (size_t owned = 1; owned <= (size_t)sim->options.parts; owned++) {
        most += max_size(sim->options.backlog_max / owned, 1);
    }
    return most;
}

/* In places of order events. The last turn may begin where there is room for one of these. */
static size_t judge_places(const struct engine *engine)
{
    size_t storing = engine->turns[TURN_STORING].count;
    return ENGINE_ORDERS_PER_TURN * (engine_inflight(engine) - storing) + storing;
}

void judge_pod(struct sim *sim, const struct pod *pod)
{
    struct judge *judge = &sim->judge;
    const struct engine *engine = pod->engine;
    size_t places = ENGINE_ORDERS_PER_TURN * engine->options.inflight_max;
    if (judge_places(engine) >= places + ENGINE_ORDERS_PER_TURN) {
        judge_fail(judge, "I7 pod %d has %zu turns in flight", pod->index, engine_inflight(engine));
    }
    const struct gate *gate = &engine->chain.backends[0].gate;
    if (gate->running > POD_MODEL_INFLIGHT_MAX + gate->probing) {
        judge_fail(judge, "I7 pod %d has %zu calls of the model running", pod->index,
                   gate->running);
    }
    if (engine->backlog_records > judge_backlog_max(sim)) {
        judge_fail(judge, "I7 pod %d has a backlog of %zu", pod->index, engine->backlog_records);
    }
}

void judge_batch(struct sim *sim, const struct batch *batch)
{
    size_t body_max = sim->options.map_body_max ? sim->options.map_body_max : DONEMAP_BODY_MAX;
    size_t chars_max = 5 + ((body_max + 25) * 4 + 2) / 3;
    for (size_t i = 0; i < batch->progress_count; i++) {
        size_t chars = batch->progress[i].metadata.len;
        if (chars > chars_max || chars > DONEMAP_CHARS_MAX) {
            judge_fail(&sim->judge, "I7-map a done-map of %zu characters", chars);
        }
    }
}

/* --- outputs -------------------------------------------------------------------------------- */

static bool judge_is_silent(enum outcome_kind kind)
{
    return kind == OUTCOME_DUPLICATE || kind == OUTCOME_NOTHING;
}

static void judge_write(struct sim *sim, const struct write *write)
{
    const struct question *question = &sim->cluster.questions[write->question];
    if (write->uid >= 0 && write->uid != question->uid) {
        judge_fail(&sim->judge, "I4 question %d of partition %d got the answer to %d",
                   question->uid, question->part, write->uid);
    }
    if (write->kind == OUTCOME_ANSWER && write->uid < 0) {
        judge_fail(&sim->judge, "I4 question %d got an answer without its text", question->uid);
    }
}

/* Reads the output topic as a read_committed reader does. */
static void judge_writes(struct sim *sim)
{
    struct cluster *cluster = &sim->cluster;
    int64_t last[PARTS_MAX][JUDGE_CONVERSATIONS];
    int settled[EVENTS_MAX] = { 0 };
    int told[JUDGE_UIDS_MAX] = { 0 };
    memset(last, -1, sizeof(last));
    for (size_t i = 0; i < cluster->writes_count; i++) {
        const struct write *write = &cluster->writes[i];
        struct question *question = &cluster->questions[write->question];
        if (write->state != WRITE_COMMITTED) {
            continue;
        }
        judge_write(sim, write);
        if (++settled[write->question] > 1) {
            judge_fail(&sim->judge, "I2 offset %lld of partition %d is settled twice",
                       (long long)question->offset, question->part);
        }
        int row = question->uid % QUESTION_POISON;
        if (!judge_is_silent(write->kind) && ++told[row] > 1 && !sim->judge.is_lossy[row]) {
            judge_fail(&sim->judge, "I2 event %d is answered twice", question->uid);
        }
        int64_t *before = &last[question->part][question->conversation];
        if (question->offset < *before) {
            judge_fail(&sim->judge, "I3 offset %lld of conversation %d comes behind %lld",
                       (long long)question->offset, question->conversation, (long long)*before);
        }
        *before = question->offset;
        question->settled_at = question->settled_at < 0 ? sim->now : question->settled_at;
    }
}

/* What committed offset and done-map of a partition say about an offset. */
struct judged_part {
    int64_t position;
    struct runs runs;
};

static void judge_read_part(struct sim *sim, int part, struct judged_part *ret_part)
{
    const struct position *committed = &sim->cluster.committed[part];
    struct donemap_stamp stamp;
    struct note note;
    ret_part->position = committed->offset;
    runs_init(&ret_part->runs, 100000);
    if (committed->offset >= 0 && committed->metadata.len > 0 &&
        donemap_decode(committed->metadata, committed->offset, &ret_part->runs, &stamp, &note) !=
            DONEMAP_READ) {
        judge_fail(&sim->judge, "I5 the done-map of partition %d is unreadable: %s", part,
                   note.text);
    }
}

/* While no marker is missing, offsets and records tell the same. */
static void judge_atomicity(struct sim *sim)
{
    const struct cluster *cluster = &sim->cluster;
    struct judged_part parts[PARTS_MAX];
    for (int part = 0; part < sim->options.parts; part++) {
        judge_read_part(sim, part, &parts[part]);
    }
    for (size_t i = 0; i < cluster->questions_count; i++) {
        const struct question *question = &cluster->questions[i];
        const struct judged_part *part = &parts[question->part];
        bool is_settled = question->offset < part->position ||
                          runs_has(&part->runs, question->offset);
        bool is_written = question->settled_at >= 0;
        if (is_settled != is_written) {
            judge_fail(&sim->judge, "I5 offset %lld of partition %d is %s",
                       (long long)question->offset, question->part,
                       is_settled ? "settled without a record" : "written but not settled");
        }
    }
    for (int part = 0; part < sim->options.parts; part++) {
        runs_fini(&parts[part].runs);
    }
}

void judge_outputs(struct sim *sim)
{
    judge_writes(sim);
    if (!cluster_is_marking(&sim->cluster)) {
        judge_atomicity(sim);
    }
}

void judge_end(struct sim *sim)
{
    judge_outputs(sim);
    const struct cluster *cluster = &sim->cluster;
    for (size_t i = 0; i < cluster->questions_count; i++) {
        const struct question *question = &cluster->questions[i];
        if (question->settled_at < 0) {
            judge_fail(&sim->judge, "I1 offset %lld of partition %d is not settled",
                       (long long)question->offset, question->part);
        }
    }
    judge_orders(sim);
}

/* --- calls of the model --------------------------------------------------------------------- */

/* All records of the event were settled before this pod has read where it stands. */
static bool judge_is_known_as_settled(const struct sim *sim, const struct pod *pod, int uid)
{
    for (size_t i = 0; i < sim->cluster.questions_count; i++) {
        const struct question *question = &sim->cluster.questions[i];
        if (question->uid == uid &&
            (question->settled_at < 0 ||
             question->settled_at >= sim->judge.read_at[pod->index][question->part])) {
            return false;
        }
    }
    return true;
}

void judge_asked(struct sim *sim, const struct pod *pod, int uid, uint32_t epoch)
{
    struct judge *judge = &sim->judge;
    int row = uid % QUESTION_POISON;
    bool was_moved = judge->is_open[pod->index][row] && judge->epochs[pod->index][row] != epoch;
    for (int other = 0; other < PODS_MAX; other++) {
        was_moved = was_moved || (other != pod->index && judge->is_open[other][row]);
    }
    bool was_late = judge->is_durable[row] &&
                    judge->durable_at[row] >= judge->looked_at[pod->index][row];
    judge->excuses[row] += was_moved || was_late ? 1 : 0;
    judge->is_open[pod->index][row] = true;
    judge->epochs[pod->index][row] = epoch;
    judge->asked++;
    judge->repeated += judge->asks[row] > 0 ? 1 : 0;
    if (++judge->asks[row] > 1 + judge->excuses[row]) {
        judge_fail(judge,
                   "I7-calls the model is asked %d times about %d, and there was reason for %d",
                   judge->asks[row], uid, 1 + judge->excuses[row]);
    }
    if (judge_is_known_as_settled(sim, pod, uid)) {
        judge_fail(judge, "I7-again the model is asked about %d, which is settled", uid);
    }
}

void judge_answered(struct sim *sim, const struct pod *pod, int uid, enum err err)
{
    if (err != OK) {
        sim->judge.excuses[uid % QUESTION_POISON]++;
        sim->judge.is_open[pod->index][uid % QUESTION_POISON] = false;
    }
}

void judge_new(struct sim *sim, const struct question *question)
{
    question_memo_key(question, sim->seal, &sim->judge.keys[question->uid % QUESTION_POISON]);
}

static int judge_row(const struct sim *sim, struct str key)
{
    for (int row = 0; row < sim->next_uid; row++) {
        if (str_eq(key_str(&sim->judge.keys[row]), key)) {
            return row;
        }
    }
    return -1;
}

void judge_memo(struct sim *sim, const struct pod *pod, const struct store_call *call,
                enum shelf_fault fault)
{
    struct judge *judge = &sim->judge;
    int row = judge_row(sim, call->key);
    if (row < 0) {
        return;
    }
    bool is_set = call->op == STORE_SET;
    bool is_lost = fault == SHELF_AWAY || (!is_set && fault == SHELF_MUTE);
    judge->excuses[row] += is_lost ? 1 : 0;
    judge->is_lossy[row] = judge->is_lossy[row] || is_lost;
    if (!is_set) {
        judge->looked_at[pod->index][row] = sim->now;
        return;
    }
    judge->is_open[pod->index][row] = false;
    if (!is_lost) {
        judge->is_durable[row] = true;
        judge->durable_at[row] = sim->now;
    }
}

void judge_flushed(struct sim *sim)
{
    struct judge *judge = &sim->judge;
    judge->flushed_at = sim->cluster.questions_count;
    for (size_t row = 0; row < JUDGE_UIDS_MAX; row++) {
        judge->excuses[row] += judge->is_durable[row] ? 1 : 0;
        judge->is_lossy[row] = judge->is_lossy[row] || judge->is_durable[row];
        judge->is_durable[row] = false;
    }
}

void judge_ended(struct sim *sim, const struct pod *pod)
{
    struct judge *judge = &sim->judge;
    for (size_t row = 0; row < JUDGE_UIDS_MAX; row++) {
        judge->excuses[row] += judge->is_open[pod->index][row] ? 1 : 0;
        judge->is_lossy[row] = judge->is_lossy[row] || judge->is_open[pod->index][row];
        judge->is_open[pod->index][row] = false;
    }
}
