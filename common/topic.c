/* topic.c - see topic.h. */
#include "common/topic.h"

static const struct topic_info topic_infos[] = {
#define TOPIC(name, setting, topic, direction, compaction, partitions, text)                       \
    [name] = { setting, topic, TOPIC_##direction, TOPIC_##compaction, partitions, text },
#include "common/topic.def"
#undef TOPIC
};

const struct topic_info *topic_info(enum topic topic)
{
    assert((size_t)topic < TOPIC_COUNT);
    return &topic_infos[topic];
}

static bool topic_has_only_allowed(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
        if (!allowed) {
            return false;
        }
    }
    return true;
}

bool topic_name_is_valid(struct str name)
{
    return name.len >= 1 && name.len <= TOPIC_NAME_BYTES_MAX && topic_has_only_allowed(name) &&
           !str_is(name, ".") && !str_is(name, "..");
}
