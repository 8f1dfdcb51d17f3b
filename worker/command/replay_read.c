/* replay_read.c - a replay reads: the catalogue and the pages, the events, what their customers and
 * conversations had been through, and what was answered. */
#include "worker/command/replay.h"

/* An outcome is written after its event, but by another machine's clock. */
#define REPLAY_CLOCKS_MS 600000

bool replay_has_topic(const struct replay *replay, enum topic topic)
{
    return conf_topic_name(replay->conf, topic).len > 0;
}

bool replay_learns(const struct replay *replay)
{
    return replay->window.topic == TOPIC_RECOMMENDATION_REQUESTS &&
           replay_has_topic(replay, TOPIC_RECOMMENDATIONS);
}

bool replay_has_outcomes(enum topic topic)
{
    return !topic_is_input(topic) && topic != TOPIC_CONVERSATIONS;
}

static enum err replay_hold(void *owner, struct str key)
{
    struct replay *replay = owner;
    return custody_learn(replay->rig.custody, key, 0);
}

static void replay_run(struct replay *replay)
{
    enum err err = book_each_held(&replay->book, replay_hold, replay);
    if (err != OK) {
        replay_fail(replay, err, NULL);
        return;
    }
    replay->phase = REPLAY_RUNNING;
    source_tape_start(replay->taped.source, replay->book.claims, replay->book.claims_count);
    if (book_is_over(&replay->book)) {
        replay_end(replay);
    }
}

/* From the oldest event on; what is behind the newest may still be its answer. */
static void replay_read_outcomes(struct replay *replay)
{
    size_t count = 0;
    enum err err = book_seal(&replay->book);
    if (err != OK) {
        replay_fail(replay, err, NULL);
        return;
    }
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (replay_has_outcomes(topic) && replay_has_topic(replay, topic)) {
            replay->spans[count++] = (struct tape_span){
                .topic = topic,
                .partition = TAPE_ALL_PARTITIONS,
                .from = max_i64(replay->book.oldest_wall_ms - REPLAY_CLOCKS_MS, 0),
                .to = TAPE_END,
            };
        }
    }
    replay->phase = REPLAY_OUTCOMES;
    tape_kafka_read(replay->tape, replay->spans, count);
}

/* A topic that is replayed is not read again. */
static bool replay_wants_state(const struct replay *replay, enum topic topic)
{
    bool is_custody_on = replay_has_topic(replay, TOPIC_CONVERSATIONS) && !replay_learns(replay);
    bool is_state = topic == TOPIC_ORDERS || (topic == TOPIC_HANDBACKS && is_custody_on);
    return is_state && topic != replay->window.topic && replay_has_topic(replay, topic);
}

/* An order is what all its events have made of it, so they are read from the beginning. */
static void replay_read_state(struct replay *replay)
{
    size_t count = 0;
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (replay_wants_state(replay, topic)) {
            replay->spans[count++] = (struct tape_span){
                .topic = topic,
                .partition = TAPE_ALL_PARTITIONS,
                .from = topic == TOPIC_ORDERS ? TAPE_BEGINNING : replay->book.oldest_wall_ms,
                .to = replay->book.newest_wall_ms + 1,
            };
        }
    }
    replay->phase = REPLAY_STATE;
    tape_kafka_read(replay->tape, replay->spans, count);
}

static void replay_read_feedback(struct replay *replay)
{
    replay->spans[0] = (struct tape_span){ .topic = TOPIC_FEEDBACK,
                                           .partition = TAPE_ALL_PARTITIONS,
                                           .from = TAPE_BEGINNING,
                                           .to = replay->book.newest_wall_ms + 1 };
    replay->phase = REPLAY_FEEDBACK;
    tape_kafka_read(replay->tape, replay->spans, 1);
}

/* What happened before the first event is learned at once; the rest has its turn between them. */
static enum err replay_take_state(struct replay *replay, const struct record *record,
                                  struct note *note)
{
    if (replay_learns(replay) && record->timestamp_wall_ms < replay->book.oldest_wall_ms) {
        learning_take(&replay->learning, record);
        return OK;
    }
    return book_take_state(&replay->book, record, note);
}

static void replay_have_events(struct replay *replay)
{
    if (replay->book.count == 0) {
        replay_run(replay);
    } else if (book_has_actors(&replay->book)) {
        replay_read_state(replay);
    } else {
        replay_read_outcomes(replay);
    }
}

static void replay_read_events(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase == REPLAY_CLOSING) {
        return;
    }
    replay->phase = REPLAY_EVENTS;
    tape_kafka_read(replay->tape, replay->window.spans, replay->window.spans_count);
}

void replay_on_end(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase == REPLAY_SHOP && replay_has_topic(replay, TOPIC_KNOWLEDGE)) {
        knowledge_desk_begin(replay->rig.shop.desk, replay_read_events, replay);
    } else if (replay->phase == REPLAY_SHOP) {
        replay_read_events(replay);
    } else if (replay->phase == REPLAY_EVENTS) {
        replay_have_events(replay);
    } else if (replay->phase == REPLAY_STATE && replay_learns(replay) &&
               replay_has_topic(replay, TOPIC_FEEDBACK)) {
        replay_read_feedback(replay);
    } else if (replay->phase == REPLAY_STATE || replay->phase == REPLAY_FEEDBACK) {
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
    if (replay->phase == REPLAY_SHOP) {
        err = rig_take_entry(&replay->rig, record);
    } else if (replay->phase == REPLAY_EVENTS) {
        err = book_take_event(&replay->book, record, &note);
    } else if (replay->phase == REPLAY_STATE || replay->phase == REPLAY_FEEDBACK) {
        err = replay_take_state(replay, record, &note);
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

void replay_on_ready(void *owner)
{
    struct replay *replay = owner;
    if (replay->phase != REPLAY_STARTING) {
        return;
    }
    size_t count = 0;
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        bool is_known_whole = topic_is_input(topic) && !topic_has_events(topic);
        if (is_known_whole && replay_has_topic(replay, topic)) {
            replay->spans[count++] = (struct tape_span){ .topic = topic,
                                                         .partition = TAPE_ALL_PARTITIONS,
                                                         .from = TAPE_BEGINNING,
                                                         .to = TAPE_END };
        }
    }
    if (count == 0) {
        replay_read_events(replay);
        return;
    }
    replay->phase = REPLAY_SHOP;
    tape_kafka_read(replay->tape, replay->spans, count);
}
