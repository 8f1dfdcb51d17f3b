/* feedback.h - what became of something that was published.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_FEEDBACK_H
#define COMMON_FEEDBACK_H

#include "common/json.h"

#define FEEDBACK_SKUS_MAX 100

enum feedback_type {
    FEEDBACK_RATING,
    FEEDBACK_SHOWN,
    FEEDBACK_CLICKED,
    FEEDBACK_BOUGHT,
    FEEDBACK_REFUSED,
    FEEDBACK_CORRECTION
};

/* Absent strings have len 0. All memory is the arena's. */
struct feedback {
    struct str id;
    struct str customer_id;
    enum feedback_type type;
    struct str about;       /* id of the outcome */
    const struct str *skus; /* of a recommendation */
    size_t skus_count;
    int64_t rating;  /* 1 to 5; 0: absent */
    struct str text; /* what a person would have said in its place */
    struct str model;
    struct str tenant;
    int64_t at_wall_ms; /* -1: absent */
};

/* As message_decode(), for schemas/feedback.schema.json. */
MUST_USE enum err feedback_decode(const struct json_at *at, struct feedback *ret_feedback);

#endif
