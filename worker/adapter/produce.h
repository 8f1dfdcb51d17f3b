/* produce.h - hands the records of a batch to a producer, and hears what became of them.
 *
 * Thread: the commit thread, which alone polls the producer. */
#ifndef ADAPTER_PRODUCE_H
#define ADAPTER_PRODUCE_H

#include <librdkafka/rdkafka.h>

#include "common/conf.h"
#include "worker/engine/sink.h"

/* What the delivery reports of one batch say. */
struct produce_report {
    size_t failed;
    rd_kafka_resp_err_t first_error;
    bool is_of_clock; /* one was refused for its time: no record is to blame for that */
    /* Whose records brokers refused. A code may be that of a whole request for one record of it,
     * and librdkafka has the same one, INVALID_RECORD, for all records of a request with several
     * that were refused, whatever the reason. So one alone is to blame, several are suspects. */
    size_t suspects;
    struct delivery *suspect;
    rd_kafka_resp_err_t suspect_error;
};

/* What a librdkafka producer is given with each record of a batch. */
struct produce_job {
    rd_kafka_t *client;      /* NULL: none now */
    const struct conf *conf; /* names of topics */
    /* Found once for a client: librdkafka would look a name up, under a lock, for each record.
     * NULL: nothing has been produced there yet. */
    rd_kafka_topic_t *topics[TOPIC_COUNT];
    struct produce_report report;
};

/* Ends the job's client, with what is still queued; accepts a job without one. */
void produce_drop_client(struct produce_job *job);

/* The delivery report callback for rd_kafka_conf_set_dr_msg_cb; the owner of the client's
 * voice is the struct produce_job. */
void produce_on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque);

/* Queues all records, serving reports while the producer's queue is full. Sets
 * delivery->refused where the client itself refuses a record. OK; ERR_POISON: one was refused;
 * ERR_CONFIG: an output topic does not exist; ERR_TIMEOUT, ERR_NOMEM, ERR_TXN. */
MUST_USE enum err produce_batch(struct produce_job *job, const struct batch *batch,
                                int64_t deadline_us);

/* Sets delivery->refused if the reports suspect one alone; true if they suspect any. */
bool produce_blames(struct produce_job *job);

/* What the first report that failed says, with what to do where that is the operator's. */
const char *produce_why(const struct produce_job *job);

/* The partitions of the batch, bare or with what is to be committed; NULL: out of memory. */
rd_kafka_topic_partition_list_t *produce_partitions(const struct conf *conf,
                                                    const struct batch *batch);
rd_kafka_topic_partition_list_t *produce_offsets(const struct conf *conf,
                                                 const struct batch *batch);

#endif
