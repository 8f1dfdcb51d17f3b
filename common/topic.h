/* topic.h - the topics that the worker reads and writes.
 *
 * One table (topic.def); names are settings, this knows their defaults.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_TOPIC_H
#define COMMON_TOPIC_H

#include "common/str.h"

#define TOPIC_NAME_BYTES_MAX 249

enum topic {
#define TOPIC(name, setting, topic, direction, compaction, partitions, text) name,
#include "common/topic.def"
#undef TOPIC
    TOPIC_COUNT
};

enum topic_direction { TOPIC_INPUT, TOPIC_OUTPUT };
enum topic_compaction { TOPIC_DELETED, TOPIC_COMPACTED };

struct topic_info {
    const char *setting;      /* "topic.messages" */
    const char *default_name; /* "support.messages" */
    enum topic_direction direction;
    enum topic_compaction compaction;
    int partitions; /* when it is created and topics.partitions says nothing */
    const char *text;
};

const struct topic_info *topic_info(enum topic topic);

static inline bool topic_is_input(enum topic topic)
{
    return topic_info(topic)->direction == TOPIC_INPUT;
}

/* Whether each record asks for something. Of the other inputs every worker knows all, outside of
 * the group: they are compacted. */
static inline bool topic_has_events(enum topic topic)
{
    return topic_is_input(topic) && topic_info(topic)->compaction == TOPIC_DELETED;
}

/* What Kafka accepts: 1 to 249 of A-Z a-z 0-9 . _ -, and not "." or "..". */
bool topic_name_is_valid(struct str name);

#endif
