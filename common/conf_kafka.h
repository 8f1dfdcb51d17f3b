/* conf_kafka.h - keys that go to librdkafka as they are; the second half of conf.h.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_CONF_KAFKA_H
#define COMMON_CONF_KAFKA_H

#include "common/conf.h"

/* Takes "kafka.x" apart: side, librdkafka's name (inside `key`), and whether the value is
 * the path of a file. ERR_CONFIG: the key is a secret, which must come from a file, or one
 * that the table has for both sides alike. Value and origin are left empty. */
MUST_USE enum err conf_kafka_parse(struct str key, struct conf_kafka *ret_entry, struct note *note);

/* "KAFKA_SASL_USERNAME" (without DESKHAND_) to "kafka.sasl.username". `out` has room for
 * variable.len + 1. */
struct str conf_kafka_from_variable(struct str variable, char *out);

/* Whether the value is to be masked where it is shown. */
bool conf_kafka_is_secret(const struct conf_kafka *entry);

#endif
