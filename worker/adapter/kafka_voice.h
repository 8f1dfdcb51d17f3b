/* kafka_voice.h - what a librdkafka client says: its log lines, and the error it met last.
 *
 * The reason of a failure ("the certificate is not for this name") comes out of librdkafka's
 * threads, long before or after the call that fails ("timed out"). So the last telling error
 * is kept, and a failed start is explained with it.
 *
 * Thread: any. */
#ifndef ADAPTER_KAFKA_VOICE_H
#define ADAPTER_KAFKA_VOICE_H

#include <pthread.h>

#include <librdkafka/rdkafka.h>

#include "common/conf.h"
#include "common/log.h"
#include "common/note.h"
#include "worker/adapter/kafka_advice.h"

struct kafka_voice {
    struct log *log;
    const char *part; /* "source", "sink": who speaks, in log lines */
    void *owner;      /* the client's owner, for its own callbacks */
    /* The brokers refuse the credentials; set by kafka_conf_make() with what it is made of. */
    void (*on_refused)(rd_kafka_t *client, const struct kafka_voice *voice);
    const struct conf *conf;
    unsigned role;
    pthread_mutex_t lock;
    rd_kafka_resp_err_t last; /* of those that say why no broker answers, or NO_ERROR */
    char text[256];
};

void kafka_voice_init(struct kafka_voice *voice, struct log *log, const char *part, void *owner);
void kafka_voice_fini(struct kafka_voice *voice);

/* The voice of a client that was made by kafka_conf_make(). */
struct kafka_voice *kafka_voice_of(const rd_kafka_t *client);

/* The callbacks for librdkafka. */
void kafka_voice_on_log(const rd_kafka_t *client, int level, const char *facility,
                        const char *text);
void kafka_voice_on_error(rd_kafka_t *client, int code, const char *reason, void *opaque);

/* Remembers an error that was met elsewhere. */
void kafka_voice_hear(struct kafka_voice *voice, rd_kafka_resp_err_t code, const char *reason);

/* All is well again. */
void kafka_voice_forget(struct kafka_voice *voice);

/* What `code` (or, when that says nothing, the error heard last) means and what to do, in
 * `note`. Returns ERR_CONFIG when only new settings or permissions help, else ERR_UNAVAILABLE.
 * `doing` is a phrase: "joining the group deskhand". */
enum err kafka_voice_explain(struct kafka_voice *voice, rd_kafka_resp_err_t code,
                             const char *doing, struct note *note);

/* The error heard last, or NO_ERROR. */
rd_kafka_resp_err_t kafka_voice_last(struct kafka_voice *voice);

#endif
