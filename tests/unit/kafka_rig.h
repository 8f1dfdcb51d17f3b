/* kafka_rig.h - source, sink and an echo engine on a loop, against any Kafka.
 *
 * Waits are conditions with a deadline, never plain sleeps. */
#ifndef TESTS_UNIT_KAFKA_RIG_H
#define TESTS_UNIT_KAFKA_RIG_H

#include "tests/unit/echo_engine.h"
#include "worker/adapter/sink_kafka.h"
#include "worker/adapter/source_kafka.h"

#define RIG_WAIT_MS 90000

struct rig {
    struct conf *conf;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct job_thread *thread;
    struct source_kafka *source;
    struct sink_kafka *sink;
    struct engine engine;
    struct loop_timer *timer;
    bool (*is_done)(struct rig *rig); /* of the wait that is under way */
    int64_t until_ms;
    int closed; /* of source and sink */
    enum err fatal;
    struct note fatal_note;
    size_t goal;
};

/* Connects to `bootstrap` as worker `name` of `group`; `settings` are more key=value texts,
 * ended by NULL. Returns before anything is connected. */
void kafka_rig_open(struct rig *rig, const char *bootstrap, const char *name,
                    const char *const *settings);
void kafka_rig_close(struct rig *rig); /* leaves the group, ends the thread */

/* Runs the loop until `is_done`; false: it took too long. */
bool rig_run_until(struct rig *rig, bool (*is_done)(struct rig *rig));

/* Conditions: `goal` records are settled; source and sink are ready; it has failed. */
bool rig_is_settled(struct rig *rig);
bool rig_is_ready(struct rig *rig);
bool rig_is_fatal(struct rig *rig);

/* Produces `count` records to partition `number`, or by key when it is -1; "value <i>". */
void rig_produce(const char *bootstrap, const char *topic, int32_t number, size_t count);

/* Counts the records of a topic as a read_committed reader sees them. */
size_t rig_count(const char *bootstrap, const char *topic, int partitions);

#endif
