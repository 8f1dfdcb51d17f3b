/* replay_read.c - a replay reads: the catalogue, the events, the orders that their customers had,
 * and what was answered. */
#include "worker/adapter/source_tape.h"
#include "worker/command/replay.h"

/* An outcome is written after its event, but by another machine's clock. */
#define REPLAY_CLOCKS_MS 600000

bool replay_has_topic(const struct replay *replay, enum topic topic)
{
    return kafka_topic_name(replay->conf, topic).len > 0;
}

bool replay_has_outcomes(enum topic topic)
{
    return !topic_is_input(topic) && topic != TOPIC_CONVERSATIONS;
}

static void replay_run(struct replay *replay)
{
    replay->phase = REPLAY_RUNNING;
    source_tape_start(replay->source, replay->book.claims, replay->book.claims_count);
    if (book_is_over(&replay->book)) {
        replay_end(replay);
    }
}

/* From the oldest event on; what is behind the newest may still be its answer. */
static void replay_read_outcomes(struct replay *replay)
{
    size_t count = 0;
    int64_t oldest_wall_ms;
    int64_t newest_wall_ms;
    enum err err = book_seal(&replay->book);
    if (err != OK) {
        replay_fail(replay, err, NULL);
        return;
    }
    if (!book_times(&replay->book, &oldest_wall_ms, &newest_wall_ms)) {
        replay_run(replay);
        return;
    }
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (replay_has_outcomes(topic) && replay_has_topic(replay, topic)) {
            replay->spans[count++] = (struct tape_span){
                .topic = topic,
                .partition = TAPE_ALL_PARTITIONS,
                .from = max_i64(oldest_wall_ms - REPLAY_CLOCKS_MS, 0),
                .to = TAPE_END,
            };
        }
    }
    replay->phase = REPLAY_OUTCOMES;
    tape_kafka_read(replay->tape, replay->spans, count);
}

/* The state of orders is what all order events of a customer have made of it. */
static void replay_read_orders(struct replay *replay)
{
    int64_t oldest_wall_ms;
    int64_t newest_wall_ms;
    if (replay->window.topic == TOPIC_ORDERS || !replay_has_topic(replay, TOPIC_ORDERS) ||
        !book_has_customers(&replay->book) ||
        !book_times(&replay->book, &oldest_wall_ms, &newest_wall_ms)) {
        replay_read_outcomes(replay);
        return;
    }
    replay->spans[0] = (struct tape_span){
        .topic = TOPIC_ORDERS,
        .partition = TAPE_ALL_PARTITIONS,
        .from = TAPE_BEGINNING,
        .to = newest_wall_ms + 1,
    };
    replay->phase = REPLAY_ORDERS;
    tape_kafka_read(replay->tape, replay->spans, 1);
}

void replay_on_end(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase == REPLAY_EVENTS) {
        replay_read_orders(replay);
    } else if (replay->phase == REPLAY_ORDERS) {
        replay_read_outcomes(replay);
    } else if (replay->phase == REPLAY_OUTCOMES) {
        replay_run(replay);
    }
}

void replay_on_record(void *owner, const struct record *record)
{
    struct replay *replay = owner;
    struct note note = { 0 };
    enum err err = OK;
    if (replay->phase == REPLAY_EVENTS) {
        err = book_take_event(&replay->book, record, &note);
    } else if (replay->phase == REPLAY_ORDERS) {
        err = book_take_order(&replay->book, record, &note);
    } else if (replay->phase == REPLAY_OUTCOMES) {
        err = book_take_outcome(&replay->book, record, &note);
        if (err == OK && book_is_complete(&replay->book)) {
            tape_kafka_enough(replay->tape);
        }
    }
    if (err != OK) {
        replay_fail(replay, err, &note);
    }
}

static void replay_read_events(struct replay *replay)
{
    replay->phase = REPLAY_EVENTS;
    tape_kafka_read(replay->tape, replay->window.spans, replay->window.spans_count);
}

void replay_on_whole(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase == REPLAY_CATALOG) {
        replay_read_events(replay);
    }
}

/* What changes in the catalogue after the start would make two replays differ. */
void replay_on_entry(void *owner, const struct record *record)
{
    struct replay *replay = owner;
    if (replay->phase == REPLAY_CATALOG) {
        rig_take_entry(&replay->rig, record);
    }
}

void replay_on_ready(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase != REPLAY_STARTING) {
        return;
    }
    if (replay->catalog) {
        replay->phase = REPLAY_CATALOG;
        whole_kafka_start(replay->catalog);
    } else {
        replay_read_events(replay);
    }
}
