/* kafka_advice.h - what an error of Kafka means for the person who has to mend it.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ADAPTER_KAFKA_ADVICE_H
#define ADAPTER_KAFKA_ADVICE_H

#include <stdbool.h>

#include <librdkafka/rdkafka.h>

/* One short sentence: what is wrong and what to do; librdkafka's own words when we have no
 * better ones. Static. */
const char *kafka_advice(rd_kafka_resp_err_t code);

/* True when waiting longer cannot help: credentials, certificates, permissions, topics. */
bool kafka_is_hopeless(rd_kafka_resp_err_t code);

#endif
