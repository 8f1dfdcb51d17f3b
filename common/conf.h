/* conf.h - the settings: one table, four places they can come from.
 *
 * A default gives way to the file, the file to the environment, that to -X key=value, in
 * whatever order they are read. Each value is checked when it is set, and remembers where
 * it came from. Keys under kafka. that are not in the table (conf.def) go to librdkafka as
 * they are. Secrets never are values: only the paths of their files are.
 *
 * Pure: bytes and environment are given. Thread: read-only once it is filled. */
#ifndef COMMON_CONF_H
#define COMMON_CONF_H

#include "common/buf.h"
#include "common/note.h"

#define CONF_FILE_BYTES_MAX ((size_t)1 << 20)
#define CONF_KAFKA_MAX 256

enum conf_id {
#define X(id, key, type, value, min, max, choices, section, text) id,
#include "common/conf.def"
#undef X
    CONF_COUNT
};

/* The choices of ENUM settings, in the table's order: what conf_enum() gives. */
enum conf_delivery { DELIVERY_EXACTLY_ONCE, DELIVERY_AT_LEAST_ONCE };
enum conf_donemap_unreadable { DONEMAP_UNREADABLE_STOP, DONEMAP_UNREADABLE_REPLAY };
enum conf_lane_stuck_action { LANE_STUCK_WARN, LANE_STUCK_HANDOFF };
enum conf_model_kind {
    MODEL_KIND_OPENAI,
    MODEL_KIND_GENERATE,
    MODEL_KIND_BUILTIN,
    MODEL_KIND_NONE /* of a backend behind the first */
};
enum conf_model_for { MODEL_FOR_ALL, MODEL_FOR_MESSAGE, MODEL_FOR_COPY };
enum conf_recommend_words { RECOMMEND_WORDS_TEMPLATE, RECOMMEND_WORDS_MODEL };
enum conf_model_fallback { MODEL_FALLBACK_GIVE_UP, MODEL_FALLBACK_BUILTIN };
enum conf_budget_exhausted { BUDGET_EXHAUSTED_WAIT, BUDGET_EXHAUSTED_REFUSE };
enum conf_log_format { LOG_FORMAT_AUTO, LOG_FORMAT_JSON, LOG_FORMAT_TEXT };

enum conf_layer { CONF_FROM_DEFAULT, CONF_FROM_FILE, CONF_FROM_ENV, CONF_FROM_ARGUMENT };

struct conf_origin {
    enum conf_layer layer;
    const char *name; /* file or variable; NULL for the others. Lives as long as the conf */
    size_t line;      /* of the file, from 1 */
};

enum conf_side { CONF_BOTH_SIDES, CONF_CONSUMER, CONF_PRODUCER };

/* One setting that is passed through to librdkafka. */
struct conf_kafka {
    enum conf_side side;
    const char *key;   /* librdkafka's name, without our prefix */
    const char *value; /* or the path, if is_file */
    bool is_file;      /* a secret: the value is in the file `value` (kafka.sasl.password.file) */
    struct conf_origin origin;
};

/* The settings of one model backend. */
#define CONF_BACKENDS_MAX 4

struct conf_backend {
    enum conf_id kind;
    enum conf_id url;
    enum conf_id name;
    enum conf_id key_file;
    enum conf_id ca_file;
    enum conf_id timeout_ms;
    enum conf_id inflight_max;
    enum conf_id wanted_for;
    enum conf_id is_free;
};

/* Of the backend at `place`, from 0, below CONF_BACKENDS_MAX. */
const struct conf_backend *conf_backend(size_t place);

struct conf;

/* Holds the defaults. NULL when out of memory. */
struct conf *conf_create(void);
void conf_destroy(struct conf *conf); /* accepts NULL */

/* Reads the bytes of a .properties file; `name` is for messages. ERR_CONFIG: the note says
 * file, line, what is wrong and, for an unknown key, which known one is nearest. */
MUST_USE enum err conf_read_file(struct conf *conf, const char *name, struct str bytes,
                                 struct note *note);

/* Reads DESKHAND_* from a NULL-terminated list of NAME=value. Names that Kubernetes makes
 * for a service called deskhand are left alone. ERR_CONFIG as above. */
MUST_USE enum err conf_read_env(struct conf *conf, char *const *environment, struct note *note);

/* Takes one "key=value" of the command line. ERR_CONFIG as above, ERR_USAGE if it is none. */
MUST_USE enum err conf_read_argument(struct conf *conf, const char *assignment, struct note *note);

/* Checks what one setting alone cannot tell (a model.url for a model that needs one).
 * Call it when all is read. ERR_CONFIG. */
MUST_USE enum err conf_check(const struct conf *conf, struct note *note);

/* The value, NUL-terminated, of any setting as it was written; never NULL inside. */
struct str conf_str(const struct conf *conf, enum conf_id id);
bool conf_is_set(const struct conf *conf, enum conf_id id); /* not empty */

/* INT, MS, BYTES, VERSION; ENUM; BOOL; REAL. Another type is a bug. */
int64_t conf_int(const struct conf *conf, enum conf_id id);
unsigned conf_enum(const struct conf *conf, enum conf_id id);
bool conf_bool(const struct conf *conf, enum conf_id id);
double conf_real(const struct conf *conf, enum conf_id id);

const char *conf_key(enum conf_id id);
struct conf_origin conf_origin(const struct conf *conf, enum conf_id id);

/* What goes to librdkafka, in the order it was set; each (side, key) once, with the value
 * that won. bootstrap.servers and group.id are settings of their own and not in it. */
size_t conf_kafka_count(const struct conf *conf);
const struct conf_kafka *conf_kafka_at(const struct conf *conf, size_t index);

/* Every setting with its value and origin, as a .properties file; what could be a secret is
 * masked. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err conf_print(const struct conf *conf, struct buf *buf);

/* The table as Markdown, for docs/settings.md. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err conf_docs(struct buf *buf);

#endif
