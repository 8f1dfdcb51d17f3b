/* conf_topic.h - what the settings call each topic.
 *
 * Pure: no I/O, no clock. Thread: any, once the settings are filled. */
#ifndef COMMON_CONF_TOPIC_H
#define COMMON_CONF_TOPIC_H

#include "common/conf.h"
#include "common/topic.h"

/* NUL-terminated, and lives as long as the settings; empty when the topic is switched off. */
struct str conf_topic_name(const struct conf *conf, enum topic topic);

/* The topic that has this name. False, with nothing written: none has; an empty name is none's. */
bool conf_topic_find(const struct conf *conf, struct str name, enum topic *ret_topic);

#endif
