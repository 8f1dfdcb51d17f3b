/* readers.c - see readers.h. */
#include "worker/command/readers.h"

#include "common/conversation.h"

enum reader { READER_CATALOG, READER_KNOWLEDGE, READER_CONVERSATIONS };

static const enum topic readers_topics[READERS_MAX] = {
    [READER_CATALOG] = TOPIC_CATALOG,
    [READER_KNOWLEDGE] = TOPIC_KNOWLEDGE,
    [READER_CONVERSATIONS] = TOPIC_CONVERSATIONS,
};

/* ---- records ---- */

static void readers_on_fatal(void *owner, enum err err, const struct note *note)
{
    const struct readers *readers = owner;
    readers->kafka.on_fatal(readers->kafka.owner, err, note);
}

/* What could not be remembered would be answered from what was true before, or as if no person had
 * the conversation. The next start reads it all again. */
static void readers_forget(const struct readers *readers, const struct record *record, enum err err)
{
    struct note note;
    struct str topic = conf_topic_name(readers->rig->conf, record->topic);
    note_set(&note, "%.*s, partition %d, offset %lld cannot be remembered: %s", STR_ARG(topic),
             (int)record->partition, (long long)record->offset, err_text(err));
    readers->kafka.on_fatal(readers->kafka.owner, err, &note);
}

static void readers_on_entry(void *owner, const struct record *record)
{
    const struct readers *readers = owner;
    enum err err = rig_take_entry(readers->rig, record);
    if (err != OK) {
        readers_forget(readers, record, err);
    }
}

static void readers_on_conversation(void *owner, const struct record *record)
{
    const struct readers *readers = owner;
    struct custody *custody = readers->rig->custody;
    if (!record->has_value) {
        custody_return(custody, record->key);
        return;
    }
    enum err err = custody_learn(custody, record->key, conversation_token(record->value));
    if (err == ERR_NOMEM) {
        readers_forget(readers, record, err);
    } else if (err != OK) {
        log_say(readers->rig->log, LOG_ERROR, "run", "a hand-off is not remembered",
                LOG_INT("partition", record->partition), LOG_INT("offset", record->offset),
                LOG_ERR(err));
    }
}

/* ---- start ---- */

static void readers_tell_whole(struct readers *readers)
{
    const struct rig *rig = readers->rig;
    log_say(rig->log, LOG_INFO, "run", "catalogue, pages and conversations are known",
            LOG_INT("entries", catalog_count(rig->catalog)),
            LOG_INT("with_person", custody_count(rig->custody)));
    readers->on_whole(readers->owner);
}

static void readers_on_whole(void *owner)
{
    struct readers *readers = owner;
    if (--readers->unread == 0) {
        readers_tell_whole(readers);
    }
}

/* Pages are searched in another form than they come in. */
static void readers_on_pages(void *owner)
{
    struct readers *readers = owner;
    knowledge_desk_begin(readers->rig->shop.desk, readers_on_whole, readers);
}

void readers_start(struct readers *readers, void (*on_whole)(void *owner), void *owner)
{
    readers->on_whole = on_whole;
    readers->owner = owner;
    if (readers->unread == 0) {
        readers_tell_whole(readers);
        return;
    }
    for (size_t i = 0; i < READERS_MAX; i++) {
        if (readers->all[i]) {
            whole_kafka_start(readers->all[i]);
        }
    }
}

bool readers_have_reached(struct readers *readers, const int64_t *ends, size_t count)
{
    return whole_kafka_has_reached(readers->all[READER_CONVERSATIONS], ends, count);
}

/* ---- end ---- */

static void readers_close_next(void *owner)
{
    struct readers *readers = owner;
    while (readers->closed < READERS_MAX) {
        struct whole_kafka *reader = readers->all[readers->closed++];
        if (reader) {
            whole_kafka_close(reader);
            return;
        }
    }
    readers->on_closed(readers->owner);
}

void readers_close(struct readers *readers, void (*on_closed)(void *owner), void *owner)
{
    readers->on_closed = on_closed;
    readers->owner = owner;
    readers_close_next(readers);
}

void readers_free(struct readers *readers)
{
    for (size_t i = 0; i < READERS_MAX; i++) {
        whole_kafka_destroy(readers->all[i]);
    }
    *readers = (struct readers){ .rig = NULL };
}

enum err readers_open(struct readers *readers, struct rig *rig,
                      const struct whole_kafka_options *kafka, struct note *note)
{
    *readers = (struct readers){ .rig = rig, .kafka = *kafka };
    struct whole_kafka_options options = *kafka;
    options.owner = readers;
    options.on_fatal = readers_on_fatal;
    options.on_closed = readers_close_next;
    for (size_t i = 0; i < READERS_MAX; i++) {
        options.topic = readers_topics[i];
        options.on_record = i == READER_CONVERSATIONS ? readers_on_conversation : readers_on_entry;
        options.on_whole = i == READER_KNOWLEDGE ? readers_on_pages : readers_on_whole;
        if (conf_topic_name(rig->conf, options.topic).len > 0) {
            TRY(whole_kafka_create(&options, &readers->all[i], note));
            readers->unread++;
        }
    }
    return OK;
}
