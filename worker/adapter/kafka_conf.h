/* kafka_conf.h - librdkafka's configuration, made from our settings.
 *
 * What the guarantees rest on is fixed here and refused elsewhere; everything else under
 * kafka. goes to librdkafka as it is, and may override what is only a preference (sizes,
 * waits). Secrets are read from their files.
 *
 * Thread: the loop's, before it runs. */
#ifndef ADAPTER_KAFKA_CONF_H
#define ADAPTER_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "common/conf_topic.h"
#include "common/note.h"
#include "common/topic.h"
#include "worker/adapter/kafka_voice.h"

#define KAFKA_CLOSE_MS 30000 /* in which a client of librdkafka should be closed */

enum kafka_role {
    KAFKA_SOURCE,     /* consumer of the group */
    KAFKA_READER,     /* consumer without a group: catalogue */
    KAFKA_TXN_SINK,   /* transactional producer */
    KAFKA_PLAIN_SINK, /* idempotent producer */
    KAFKA_ADMIN       /* topics; a producer that produces nothing */
};

struct kafka_conf_options {
    const struct conf *conf;
    const char *bootstrap; /* instead of kafka.bootstrap.servers; NULL: the setting */
    const char *worker_id; /* resolved: worker.id or the host's name */
    const char *txn_scope; /* the transactional id is this and `worker_id`; NULL: the group's id */
};

/* "a release of librdkafka that ..." : ERR_CONFIG when the library that is linked is one that
 * loses records or assignments. */
MUST_USE enum err kafka_version_check(struct note *note);
MUST_USE enum err kafka_version_judge(int version, struct note *note);

/* Makes a configuration; the caller owns it until rd_kafka_new() has taken it. `voice` becomes
 * the opaque of the client and hears its logs and errors. ERR_CONFIG: the note names the
 * setting. ERR_NOMEM. */
MUST_USE enum err kafka_conf_make(const struct kafka_conf_options *options, enum kafka_role role,
                                  struct kafka_voice *voice, rd_kafka_conf_t **ret_conf,
                                  struct note *note);

/* Sets what the client of `conf` needs for its work; that librdkafka refuses it is a bug. */
void kafka_conf_need(rd_kafka_conf_t *conf, const char *key, const char *value);

/* Takes `conf`, also on failure. ERR_CONFIG: librdkafka's words are in the note. */
MUST_USE enum err kafka_client_create(rd_kafka_conf_t *conf, enum kafka_role role,
                                      rd_kafka_t **ret_client, struct note *note);

/* Ends a client: a producer with all that it still holds, a consumer without a word to its group.
 * Accepts NULL. Blocks, for KAFKA_CLOSE_MS at most as a rule. */
void kafka_client_destroy(rd_kafka_t *client);

/* That every setting under kafka. is one that both sides take, and each file that is named can be
 * read. Nothing is connected to. ERR_CONFIG; for `config check`. */
MUST_USE enum err kafka_conf_check(const struct kafka_conf_options *options, struct note *note);

/* "deskhand-web-0": group and worker. Fits in `out`, else ERR_CONFIG. */
#define KAFKA_TXN_ID_BYTES 512
MUST_USE enum err kafka_txn_id(const struct kafka_conf_options *options,
                               char out[KAFKA_TXN_ID_BYTES], struct note *note);

#endif
