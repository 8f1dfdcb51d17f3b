/* committer.h - what both kinds of delivery have in common: a producer on the commit thread.
 *
 * Thread: the commit thread, but for create and destroy. */
#ifndef ADAPTER_COMMITTER_H
#define ADAPTER_COMMITTER_H

#include <librdkafka/rdkafka.h>

#include "common/metric.h"
#include "worker/adapter/group_ticket.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/engine/sink.h"

struct committer;

struct committer_options {
    struct kafka_conf_options kafka;
    struct log *log;
    struct metrics *metrics;
    struct job_thread *thread;
    rd_kafka_t *consumer; /* for committed offsets; lives longer */
    int64_t start_timeout_ms;
};

/* One batch on its way. */
struct committer_work {
    struct batch *batch;
    struct ticket *ticket;         /* NULL: the worker is in no group */
    enum batch_result result;      /* set by run */
    enum err fatal;                /* set by run: the worker must end; batch->note says why */
};

struct committer_ops {
    /* ERR_CONFIG, ERR_UNAVAILABLE, ERR_FENCED, ERR_NOMEM, with a note. */
    enum err (*start)(struct committer *committer, struct note *note);
    void (*run)(struct committer *committer, struct committer_work *work);
    void (*stop)(struct committer *committer);
    void (*destroy)(struct committer *committer); /* stopped by then; on the loop */
};

struct committer {
    const struct committer_ops *ops;
};

/* ERR_CONFIG: settings that librdkafka does not take; ERR_NOMEM. */
MUST_USE enum err txn_create(const struct committer_options *options,
                             struct committer **ret_committer, struct note *note);
MUST_USE enum err flush_create(const struct committer_options *options,
                               struct committer **ret_committer, struct note *note);

#endif
