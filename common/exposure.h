/* exposure.h - secrets of the settings that anybody on the way could read.
 *
 * A key in a request over http://, a password to redis://, one that SASL sends as it is without
 * TLS. To the same machine (a sidecar, a tunnel) that is usual, and to another one it may be
 * meant, so it is told and not refused.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_EXPOSURE_H
#define COMMON_EXPOSURE_H

#include "common/conf.h"

#define EXPOSURES_MAX (CONF_BACKENDS_MAX + 2) /* the store, and Kafka */

/* A note for each of them: the setting, where its secret goes, and what to write instead. Returns
 * how many there are. */
size_t exposures_find(const struct conf *conf, struct note ret_notes[EXPOSURES_MAX]);

#endif
