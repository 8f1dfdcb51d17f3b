/* conf_rule.h - what one setting is and which values it takes.
 *
 * The rows of conf.def as values, and the check of a text against a row; conf.h keeps what
 * was set.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_CONF_RULE_H
#define COMMON_CONF_RULE_H

#include "common/conf.h"

enum conf_type {
    CONF_STR,
    CONF_FILE,
    CONF_INT,
    CONF_MS,
    CONF_BYTES,
    CONF_REAL,
    CONF_BOOL,
    CONF_ENUM,
    CONF_VERSION,
};

struct conf_rule {
    const char *key;
    enum conf_type type;
    const char *value; /* the default */
    int64_t min;
    int64_t max;
    const char *choices;
    const char *section;
    const char *text;
};

const struct conf_rule *conf_rule(enum conf_id id);

/* False: no setting has this key, or this variable ("DESKHAND_MODEL_URL"). */
bool conf_rule_by_key(struct str key, enum conf_id *ret_id);
bool conf_rule_by_variable(struct str variable, enum conf_id *ret_id);

/* The key of what other programs call `key` ("redis.url"), NULL when it is no such name. Static. */
const char *conf_rule_elsewhere(struct str key);

/* The key that `key` was most likely meant as, NULL when none is like it. Static. */
const char *conf_rule_nearest(struct str key);

/* Checks `text`; gives what it means: the number of INT, MS and BYTES, the place among the
 * choices of ENUM, 0 or 1 of BOOL, 0 of others. ERR_CONFIG: the note says what it must be. */
MUST_USE enum err conf_rule_check(const struct conf_rule *rule, struct str text,
                                  int64_t *ret_number, struct note *note);

/* The whole text as a number with a point. False: it is none. */
bool conf_rule_real(struct str text, double *ret_number);

#endif
