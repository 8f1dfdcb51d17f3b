/* kafka_queues.c - see kafka_queues.h. */
#include "worker/adapter/kafka_queues.h"

static struct kafka_queue *kafka_queues_find(struct kafka_queues *queues,
                                                     struct partition_id id)
{
    for (size_t i = 0; i < queues->count; i++) {
        struct kafka_queue *row = &queues->rows[i];
        if (row->id.topic == id.topic && row->id.number == id.number) {
            return row;
        }
    }
    return NULL;
}

static void kafka_queue_drop(struct kafka_queue *row)
{
    rd_kafka_queue_io_event_enable(row->queue, -1, NULL, 0);
    rd_kafka_queue_destroy(row->queue);
}

void kafka_queues_init(struct kafka_queues *queues, rd_kafka_t *client,
                           rd_kafka_queue_t *shared, int bell)
{
    *queues = (struct kafka_queues){ .client = client, .shared = shared, .bell = bell };
}

void kafka_queues_fini(struct kafka_queues *queues)
{
    for (size_t i = 0; i < queues->count; i++) {
        kafka_queue_drop(&queues->rows[i]);
    }
    queues->count = 0;
}

/* Once an application has said where a partition's queue is forwarded to, an assignment does not
 * say it again (librdkafka's RD_KAFKA_Q_F_FWD_APP): so nothing slips into the shared one. */
void kafka_queues_split(struct kafka_queues *queues, struct partition_id id,
                            const char *name)
{
    static const uint64_t one = 1;
    if (queues->count == KAFKA_QUEUES_MAX || kafka_queues_find(queues, id)) {
        return;
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_get_partition(queues->client, name, id.number);
    if (!queue) {
        return;
    }
    rd_kafka_queue_forward(queue, NULL);
    rd_kafka_queue_io_event_enable(queue, queues->bell, &one, sizeof(one));
    queues->rows[queues->count++] = (struct kafka_queue){ .queue = queue, .id = id };
}

void kafka_queues_join(struct kafka_queues *queues, struct partition_id id)
{
    struct kafka_queue *row = kafka_queues_find(queues, id);
    if (!row) {
        return;
    }
    rd_kafka_queue_forward(row->queue, queues->shared);
    kafka_queue_drop(row);
    *row = queues->rows[--queues->count];
}

bool kafka_queues_hold(struct kafka_queues *queues, struct partition_id id, bool is_held)
{
    struct kafka_queue *row = kafka_queues_find(queues, id);
    if (row) {
        row->is_held = is_held;
    }
    return row != NULL;
}

static size_t kafka_queue_take(struct kafka_queue *row, rd_kafka_message_t **messages,
                                   size_t most)
{
    if (row->is_held || rd_kafka_queue_length(row->queue) == 0) {
        return 0;
    }
    ssize_t count = rd_kafka_consume_batch_queue(row->queue, 0, messages, most);
    return count > 0 ? (size_t)count : 0;
}

size_t kafka_queues_take(struct kafka_queues *queues, rd_kafka_message_t **messages,
                             size_t most)
{
    size_t taken = 0;
    for (size_t i = 0; i < queues->count && taken < most; i++) {
        queues->next = (queues->next + 1) % queues->count;
        taken += kafka_queue_take(&queues->rows[queues->next], messages + taken, most - taken);
    }
    return taken;
}
