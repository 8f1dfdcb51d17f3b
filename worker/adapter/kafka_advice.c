/* kafka_advice.c - see kafka_advice.h. */
#include "worker/adapter/kafka_advice.h"

#include <stddef.h>

#include "common/base.h"

struct kafka_advice_row {
    rd_kafka_resp_err_t code;
    bool is_hopeless;
    const char *text;
};

/* Each fits in a note behind what was being done. */
static const struct kafka_advice_row kafka_advices[] = {
    { RD_KAFKA_RESP_ERR__AUTHENTICATION, true,
      "the brokers refuse the credentials; check kafka.sasl.mechanism, username and password" },
    { RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, true,
      "the brokers refuse the credentials; check kafka.sasl.mechanism, username and password" },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, true,
      "the brokers do not offer this kafka.sasl.mechanism" },
    { RD_KAFKA_RESP_ERR__SSL, true,
      "TLS failed; check kafka.security.protocol and kafka.ssl.ca.location, and that the "
      "certificate names the host asked" },
    { RD_KAFKA_RESP_ERR__RESOLVE, false,
      "a broker's name is not known; check kafka.bootstrap.servers" },
    { RD_KAFKA_RESP_ERR__TRANSPORT, false,
      "no broker answers; check kafka.bootstrap.servers and kafka.security.protocol" },
    { RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, false,
      "no broker answers; check kafka.bootstrap.servers and kafka.security.protocol" },
    { RD_KAFKA_RESP_ERR__TIMED_OUT, false,
      "no broker answers in time; check kafka.bootstrap.servers and kafka.security.protocol" },
    { RD_KAFKA_RESP_ERR_NO_ERROR, false,
      "no broker answers in time; check kafka.bootstrap.servers and kafka.security.protocol" },
    { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, true,
      "no permission; allow READ on inputs, WRITE on outputs, DESCRIBE on all topics" },
    { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, true,
      "no permission; allow READ on the consumer group" },
    { RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, true,
      "no permission; allow WRITE and DESCRIBE on the transactional id" },
    { RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, true,
      "no permission; allow IDEMPOTENT_WRITE (or CREATE, for topics) on the cluster" },
    { RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, true,
      "the broker's transaction.max.timeout.ms is below kafka.producer.transaction.timeout.ms" },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, true, "the brokers are too old" },
    { RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, true, "the brokers are too old" },
    { RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, true,
      "session.timeout.ms is outside of what the brokers allow (group.*.session.timeout.ms)" },
    { RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, true,
      "another member of the group uses another assignor; let all use the same" },
    { RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, true,
      "another member of the group has this group.instance.id; each needs its own" },
    { RD_KAFKA_RESP_ERR_UNRELEASED_INSTANCE_ID, false,
      "this group.instance.id was in use until now; it is free again when its session is over" },
    { RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, false,
      "brokers refuse the time of records; set this machine's clock right, or give the topics "
      "message.timestamp.type=LogAppendTime" },
    { RD_KAFKA_RESP_ERR_INVALID_RECORD, false,
      "the brokers refuse a record; a topic that is compacted takes none without a key" },
    { RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, true, "a topic does not exist" },
};

static const struct kafka_advice_row *kafka_advice_find(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < countof(kafka_advices); i++) {
        if (kafka_advices[i].code == code) {
            return &kafka_advices[i];
        }
    }
    return NULL;
}

const char *kafka_advice(rd_kafka_resp_err_t code)
{
    const struct kafka_advice_row *row = kafka_advice_find(code);
    return row ? row->text : rd_kafka_err2str(code);
}

bool kafka_is_hopeless(rd_kafka_resp_err_t code)
{
    const struct kafka_advice_row *row = kafka_advice_find(code);
    return row && row->is_hopeless;
}
