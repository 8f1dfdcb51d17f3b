/* kafka_inbox.c - see kafka_inbox.h. */
#include "worker/adapter/kafka_inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "common/mem.h"

struct kafka_inbox {
    struct kafka_inbox_options options;
    int bell; /* eventfd that librdkafka writes to */
    struct loop_fd *watch;
    struct loop_timer *timer;
    struct loop_task more;
    rd_kafka_queue_t *queue;
    rd_kafka_queue_t *closing; /* takes the queue's place once the client is being closed */
    struct kafka_queues queues;
    bool is_serving;
};

void kafka_inbox_look(struct kafka_inbox *inbox)
{
    if (!inbox->more.node.next) {
        loop_later(inbox->options.loop, &inbox->more);
    }
}

/* The consumer's own queue always comes first: it has the group's events, and to look at it tells
 * the group that this consumer is alive. */
static size_t kafka_inbox_take(struct kafka_inbox *inbox, rd_kafka_message_t **messages)
{
    rd_kafka_queue_t *queue = inbox->closing ? inbox->closing : inbox->queue;
    ssize_t got = rd_kafka_consume_batch_queue(queue, 0, messages, INBOX_PORTION);
    size_t count = got > 0 ? (size_t)got : 0;
    return count + kafka_queues_take(&inbox->queues, messages + count, INBOX_PORTION - count);
}

static void kafka_inbox_serve(struct kafka_inbox *inbox)
{
    struct kafka_inbox_options *options = &inbox->options;
    rd_kafka_message_t *messages[INBOX_PORTION];
    loop_timer_set(inbox->timer, loop_clock(options->loop)->mono_ms + INBOX_POLL_MS);
    loop_task_drop(options->loop, &inbox->more); /* bell or timer came before it */
    inbox->is_serving = true;
    size_t count = kafka_inbox_take(inbox, messages);
    for (size_t i = 0; i < count; i++) {
        options->on_message(options->owner, messages[i]);
        rd_kafka_message_destroy(messages[i]);
    }
    inbox->is_serving = false;
    /* A portion that took longer than the timer's wait is followed by the timer's, while what
     * this one left to be served is still queued. */
    if (count == INBOX_PORTION) {
        kafka_inbox_look(inbox);
    }
    options->on_served(options->owner, count < INBOX_PORTION);
}

static void kafka_inbox_on_bell(void *owner, unsigned events)
{
    (void)events;
    struct kafka_inbox *inbox = owner;
    uint64_t rings;
    if (read(inbox->bell, &rings, sizeof(rings)) < 0) {
        return; /* another wake has emptied it */
    }
    kafka_inbox_serve(inbox);
}

static void kafka_inbox_on_timer(void *owner)
{
    kafka_inbox_serve(owner);
}

static void kafka_inbox_on_more(struct loop_task *task)
{
    kafka_inbox_serve(container_of(task, struct kafka_inbox, more));
}

struct kafka_inbox *kafka_inbox_create(const struct kafka_inbox_options *options)
{
    struct kafka_inbox *inbox = mem_zero(1, sizeof(*inbox));
    if (!inbox) {
        return NULL;
    }
    inbox->options = *options;
    inbox->more.run = kafka_inbox_on_more;
    inbox->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (inbox->bell >= 0) {
        inbox->watch =
            loop_fd_create(options->loop, inbox->bell, kafka_inbox_on_bell, inbox);
        inbox->timer = loop_timer_create(options->loop, kafka_inbox_on_timer, inbox);
        inbox->queue = rd_kafka_queue_get_consumer(options->client);
    }
    if (!inbox->watch || !inbox->timer || !inbox->queue) {
        kafka_inbox_destroy(inbox);
        return NULL;
    }
    kafka_queues_init(&inbox->queues, options->client, inbox->bell);
    return inbox;
}

static void kafka_inbox_drop_queue(rd_kafka_queue_t *queue)
{
    if (queue) {
        rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
        rd_kafka_queue_destroy(queue);
    }
}

void kafka_inbox_destroy(struct kafka_inbox *inbox)
{
    if (!inbox) {
        return;
    }
    assert(!inbox->is_serving);
    kafka_queues_fini(&inbox->queues);
    kafka_inbox_drop_queue(inbox->queue);
    kafka_inbox_drop_queue(inbox->closing);
    loop_task_drop(inbox->options.loop, &inbox->more);
    loop_timer_destroy(inbox->timer);
    loop_fd_destroy(inbox->watch);
    if (inbox->bell >= 0) {
        close(inbox->bell);
    }
    mem_free(inbox);
}

static void kafka_inbox_ring_for(struct kafka_inbox *inbox, rd_kafka_queue_t *queue)
{
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue, inbox->bell, &one, sizeof(one));
}

void kafka_inbox_open(struct kafka_inbox *inbox)
{
    rd_kafka_poll_set_consumer(inbox->options.client);
    loop_fd_want(inbox->watch, LOOP_READABLE);
    kafka_inbox_ring_for(inbox, inbox->queue);
    loop_timer_set(inbox->timer, loop_clock(inbox->options.loop)->mono_ms + INBOX_POLL_MS);
}

struct kafka_queues *kafka_inbox_queues(struct kafka_inbox *inbox)
{
    return &inbox->queues;
}

bool kafka_inbox_close(struct kafka_inbox *inbox)
{
    kafka_queues_fini(&inbox->queues);
    inbox->closing = rd_kafka_queue_new(inbox->options.client);
    if (!inbox->closing) {
        return false;
    }
    loop_fd_want(inbox->watch, LOOP_READABLE);
    kafka_inbox_ring_for(inbox, inbox->closing);
    loop_timer_set(inbox->timer, loop_clock(inbox->options.loop)->mono_ms + INBOX_POLL_MS);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(inbox->options.client, inbox->closing);
    if (error) {
        rd_kafka_error_destroy(error); /* a fatal error: it has left the group already */
        return false;
    }
    return true;
}

bool kafka_inbox_is_closed(const struct kafka_inbox *inbox)
{
    return rd_kafka_consumer_closed(inbox->options.client) != 0;
}
