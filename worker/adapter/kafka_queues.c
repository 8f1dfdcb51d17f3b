/* kafka_queues.c - see kafka_queues.h. */
#include "worker/adapter/kafka_queues.h"

#include "common/mem.h"

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

static void kafka_queue_close(struct kafka_queues *queues, struct kafka_queue *row)
{
    if (row->queue) {
        rd_kafka_queue_io_event_enable(row->queue, -1, NULL, 0);
        rd_kafka_queue_destroy(TAKE(row->queue));
        queues->open--;
    }
}

void kafka_queues_init(struct kafka_queues *queues, rd_kafka_t *client, int bell)
{
    *queues = (struct kafka_queues){ .client = client, .bell = bell };
}

void kafka_queues_fini(struct kafka_queues *queues)
{
    for (size_t i = 0; i < queues->count; i++) {
        kafka_queue_close(queues, &queues->rows[i]);
    }
    mem_free(TAKE(queues->rows));
    queues->count = 0;
    queues->room = 0;
}

/* NULL: no memory. */
static struct kafka_queue *kafka_queues_add(struct kafka_queues *queues, struct partition_id id)
{
    if (queues->count == queues->room) {
        size_t room = queues->room + KAFKA_QUEUES_MAX;
        struct kafka_queue *rows = mem_resize(queues->rows, room * sizeof(*rows));
        if (!rows) {
            return NULL;
        }
        queues->rows = rows;
        queues->room = room;
    }
    queues->rows[queues->count] = (struct kafka_queue){ .id = id };
    return &queues->rows[queues->count++];
}

static struct kafka_queue *kafka_queues_row(struct kafka_queues *queues, struct partition_id id)
{
    struct kafka_queue *row = kafka_queues_find(queues, id);
    bool has_room = queues->open < KAFKA_QUEUES_MAX;
    return row ? row : has_room ? kafka_queues_add(queues, id) : NULL;
}

/* Once an application has said that a partition's queue is forwarded nowhere, an assignment does
 * not forward it to the consumer's (librdkafka's RD_KAFKA_Q_F_FWD_APP): nothing slips in there. */
void kafka_queues_split(struct kafka_queues *queues, struct partition_id id, const char *name)
{
    static const uint64_t one = 1;
    struct kafka_queue *row = kafka_queues_row(queues, id);
    if (!row || row->queue) {
        return;
    }
    row->is_held = false;
    row->queue = rd_kafka_queue_get_partition(queues->client, name, id.number);
    if (row->queue) {
        rd_kafka_queue_forward(row->queue, NULL);
        rd_kafka_queue_io_event_enable(row->queue, queues->bell, &one, sizeof(one));
        queues->open++;
    }
}

/* Taking drops what belongs to an earlier assignment, which by now is all. */
void kafka_queues_join(struct kafka_queues *queues, struct partition_id id)
{
    struct kafka_queue *row = kafka_queues_find(queues, id);
    rd_kafka_message_t *message;
    if (!row || !row->queue) {
        return;
    }
    while (rd_kafka_consume_batch_queue(row->queue, 0, &message, 1) > 0) {
        rd_kafka_message_destroy(message);
    }
    kafka_queue_close(queues, row);
}

bool kafka_queues_hold(struct kafka_queues *queues, struct partition_id id, bool is_held)
{
    struct kafka_queue *row = kafka_queues_find(queues, id);
    if (!row || !row->queue) {
        return false;
    }
    row->is_held = is_held;
    return true;
}

static size_t kafka_queue_take(struct kafka_queue *row, rd_kafka_message_t **messages,
                                   size_t most)
{
    if (!row->queue || row->is_held || rd_kafka_queue_length(row->queue) == 0) {
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
