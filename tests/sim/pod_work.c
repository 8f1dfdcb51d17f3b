/* pod_work.c - see pod.h. The commit thread, one step at a time, and what it tells the loop. */
#include "common/mem.h"
#include "tests/sim/sim.h"
#include "worker/engine/batch_epochs.h"

#define POD_START_MS 30000

static struct pod_job *pod_job(struct list *jobs)
{
    return list_entry(list_first(jobs), struct pod_job, node);
}

static void pod_end_job(struct pod *pod, struct pod_job *job)
{
    list_remove(&pod->jobs, &job->node);
    list_append(&pod->done, &job->node);
}

static void pod_begin_job(struct pod *pod, struct pod_job *job)
{
    job->has_begun = true;
    if (job->kind == JOB_START) {
        txn_way_start(&pod->way, pod->sim->clock.mono_ms, POD_START_MS);
    } else {
        txn_way_commit(&pod->way, pod->batch);
    }
}

/* Takes the next step of the way. False: it blocks. */
static bool pod_step(struct pod *pod, enum fault fault)
{
    struct txn_way *way = &pod->way;
    const struct producer_step step = { way->step, fault, pod->batch, pod->ticket };
    struct txn_took took = { .fault = TXN_FAULT_NONE };
    int64_t now_ms = pod->sim->clock.mono_ms;
    if (way->step == TXN_STEP_WAIT && now_ms < pod->wait_until_ms) {
        return false;
    }
    if (!producer_do(&pod->producer, &step, &took)) {
        return false;
    }
    took.now_ms = now_ms;
    took.is_hurried = pod->phase == POD_CLOSING;
    txn_way_took(way, &took);
    if (way->step == TXN_STEP_WAIT) {
        pod->wait_until_ms = now_ms + way->step_ms;
    }
    return true;
}

static bool pod_work_way(struct pod *pod, struct pod_job *job, enum fault fault)
{
    if (!job->has_begun) {
        pod_begin_job(pod, job);
    }
    bool is_done = pod->way.step == TXN_STEP_NONE || pod_step(pod, fault);
    if (pod->way.step == TXN_STEP_NONE) {
        pod_end_job(pod, job);
    }
    return is_done;
}

static void pod_read_claim(struct pod *pod, struct claim *claim, bool *ret_is_read)
{
    struct sim *sim = pod->sim;
    struct position found;
    int part = claim->id.number;
    *ret_is_read = cluster_read_offset(&sim->cluster, part, &found) == REPLY_OK;
    if (*ret_is_read) {
        claim->committed = found.offset;
        claim->metadata = found.metadata;
        claim->low = 0;
        claim->high = sim->cluster.logs[part].end;
        sim->judge.read_at[pod->index][part] = sim->now;
    }
}

static void pod_work_read(struct pod *pod, struct pod_job *job, enum fault fault)
{
    struct reading *reading = job->reading;
    for (size_t i = 0; i < reading->count; i++) {
        reading->is_read[i] = false;
        if (fault == FAULT_NONE) {
            pod_read_claim(pod, &reading->claims[i], &reading->is_read[i]);
        }
    }
    pod_end_job(pod, job);
}

bool pod_work(struct pod *pod, enum fault fault)
{
    struct pod_job *job = pod->phase == POD_DOWN ? NULL : pod_job(&pod->jobs);
    if (!job) {
        return false;
    }
    switch (job->kind) {
    case JOB_START:
    case JOB_BATCH:
        return pod_work_way(pod, job, fault);
    case JOB_READ:
        pod_work_read(pod, job, fault);
        return true;
    case JOB_STOP:
        txn_way_stop(&pod->way);
        pod_end_job(pod, job);
        return true;
    case JOB_REFUSE:
        break;
    }
    BUG("not a job of the commit thread");
}

/* --- told on the loop ----------------------------------------------------------------------- */

static void pod_tell_batch(struct pod *pod, enum batch_result result)
{
    struct batch *batch = TAKE(pod->batch);
    pod->is_fatal = pod->is_fatal || pod->way.fatal != OK;
    if (batch->why == ERR_GENERATION && pod->ticket && batch_epochs(batch) == EPOCHS_HOLD) {
        membership_refused(&pod->membership);
    }
    ticket_unref(TAKE(pod->ticket));
    batch->on_done(batch, result);
}

static void pod_tell_job(struct pod *pod, const struct pod_job *job)
{
    switch (job->kind) {
    case JOB_START:
        pod->is_fatal = pod->is_fatal || pod->way.state == TXN_FAILED;
        return;
    case JOB_BATCH:
        pod_tell_batch(pod, pod->way.result);
        return;
    case JOB_REFUSE:
        pod_tell_batch(pod, batch_epochs_result(pod->batch));
        return;
    case JOB_READ:
        membership_read(job->reading);
        return;
    case JOB_STOP:
        membership_leave(&pod->membership);
        consumer_close(&pod->consumer);
        return;
    }
}

bool pod_tell(struct pod *pod)
{
    struct pod_job *job = pod->phase == POD_DOWN ? NULL : pod_job(&pod->done);
    if (!job) {
        return false;
    }
    pod->clock = pod->sim->clock;
    list_remove(&pod->done, &job->node);
    pod_tell_job(pod, job);
    mem_free(job);
    pod_turn(pod);
    return true;
}
