/* conf_topic.c - see conf_topic.h. */
#include "common/conf_topic.h"

static const enum conf_id conf_topic_ids[] = {
#define TOPIC(name, setting, topic, direction, compaction, partitions, text) [name] = CONF_##name,
#include "common/topic.def"
#undef TOPIC
};

struct str conf_topic_name(const struct conf *conf, enum topic topic)
{
    assert((size_t)topic < TOPIC_COUNT);
    return conf_str(conf, conf_topic_ids[topic]);
}

bool conf_topic_find(const struct conf *conf, struct str name, enum topic *ret_topic)
{
    for (enum topic topic = 0; name.len > 0 && topic < TOPIC_COUNT; topic++) {
        if (str_eq(conf_topic_name(conf, topic), name)) {
            *ret_topic = topic;
            return true;
        }
    }
    return false;
}
