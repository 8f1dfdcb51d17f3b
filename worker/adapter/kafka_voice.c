/* kafka_voice.c - see kafka_voice.h. Errors are ranked, since the useful one ("certificate
 * verify failed") is always followed by useless ones ("all brokers are down"). */
#include "worker/adapter/kafka_voice.h"

/* Levels of syslog, which librdkafka uses; <syslog.h> has the names of our own. */
enum { VOICE_WARNING = 4, VOICE_DEBUG = 7 };

void kafka_voice_init(struct kafka_voice *voice, struct log *log, const char *part, void *owner)
{
    *voice = (struct kafka_voice){ .log = log, .part = part, .owner = owner };
    pthread_mutex_init(&voice->lock, NULL);
}

void kafka_voice_fini(struct kafka_voice *voice)
{
    pthread_mutex_destroy(&voice->lock);
}

struct kafka_voice *kafka_voice_of(const rd_kafka_t *client)
{
    return rd_kafka_opaque(client);
}

/* What librdkafka calls an error it mostly repairs itself; what it does not repair comes back
 * from a call, and is logged where the decision is made. CONFWARN only says that a setting
 * for both sides concerns one of them. */
static enum log_level kafka_voice_level(int level, const char *facility)
{
    if (level >= VOICE_DEBUG || str_is(str_from(facility), "CONFWARN")) {
        return LOG_DEBUG;
    }
    return level <= VOICE_WARNING ? LOG_WARN : LOG_INFO;
}

void kafka_voice_on_log(const rd_kafka_t *client, int level, const char *facility,
                        const char *text)
{
    struct kafka_voice *voice = kafka_voice_of(client);
    log_say(voice->log, kafka_voice_level(level, facility), "kafka", "librdkafka says",
            LOG_CHARS("client", voice->part), LOG_CHARS("facility", facility),
            LOG_CHARS("text", text));
}

void kafka_voice_on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    struct kafka_voice *voice = opaque;
    bool is_refused = code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
                      code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
    kafka_voice_hear(voice, (rd_kafka_resp_err_t)code, reason);
    if (is_refused && voice->on_refused) {
        voice->on_refused(client, voice);
    }
}

/* How much an error tells about why no broker answers; 0: nothing. librdkafka has hundreds of
 * codes, so the rest is left to `default`. */
static int kafka_voice_rank(rd_kafka_resp_err_t code)
{
    switch ((int)code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    case RD_KAFKA_RESP_ERR__SSL:
        return 4;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return 4;
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return 3;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
        return 2;
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        return 1;
    default:
        return 0;
    }
}

void kafka_voice_hear(struct kafka_voice *voice, rd_kafka_resp_err_t code, const char *reason)
{
    int rank = kafka_voice_rank(code);
    pthread_mutex_lock(&voice->lock);
    if (rank > 0 && rank >= kafka_voice_rank(voice->last)) {
        voice->last = code;
        snprintf(voice->text, sizeof(voice->text), "%s", reason ? reason : "");
    }
    pthread_mutex_unlock(&voice->lock);
}

void kafka_voice_forget(struct kafka_voice *voice)
{
    pthread_mutex_lock(&voice->lock);
    voice->last = RD_KAFKA_RESP_ERR_NO_ERROR;
    voice->text[0] = '\0';
    pthread_mutex_unlock(&voice->lock);
}

rd_kafka_resp_err_t kafka_voice_last(struct kafka_voice *voice)
{
    pthread_mutex_lock(&voice->lock);
    rd_kafka_resp_err_t last = voice->last;
    pthread_mutex_unlock(&voice->lock);
    return last;
}

enum err kafka_voice_explain(struct kafka_voice *voice, rd_kafka_resp_err_t code,
                             const char *doing, struct note *note)
{
    char text[sizeof(voice->text)] = "";
    pthread_mutex_lock(&voice->lock);
    int heard = kafka_voice_rank(voice->last);
    if (heard > 0 && heard >= kafka_voice_rank(code) && !kafka_is_hopeless(code)) {
        code = voice->last;
        memcpy(text, voice->text, sizeof(text));
    }
    pthread_mutex_unlock(&voice->lock);
    log_say(voice->log, LOG_WARN, "kafka", "Kafka does not do what is asked",
            LOG_CHARS("client", voice->part), LOG_CHARS("doing", doing),
            LOG_CHARS("error.code", rd_kafka_err2name(code)),
            LOG_CHARS("error.message", text[0] ? text : rd_kafka_err2str(code)));
    note_set(note, "%s: %s", doing, kafka_advice(code));
    return kafka_is_hopeless(code) ? ERR_CONFIG : ERR_UNAVAILABLE;
}
