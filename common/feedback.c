/* feedback.c - see feedback.h. */
#include "common/feedback.h"

#include "common/field.h"

#define FEEDBACK_RATING_MAX 5

static const char *const feedback_type_names[] = {
    [FEEDBACK_RATING] = "rating",   [FEEDBACK_SHOWN] = "shown",
    [FEEDBACK_CLICKED] = "clicked", [FEEDBACK_BOUGHT] = "bought",
    [FEEDBACK_REFUSED] = "refused", [FEEDBACK_CORRECTION] = "correction",
};

static enum err feedback_read_skus(const struct json_at *at, struct feedback *feedback)
{
    struct json_at array;
    TRY(json_may_array(at, "skus", 0, FEEDBACK_SKUS_MAX, &array));
    size_t count = json_count(&array);
    if (count == 0) {
        return OK;
    }
    struct str *skus = arena_zero(at->in->arena, count, sizeof(*skus));
    if (!skus) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_at element = json_element(&array, i);
        TRY(field_want_id(&element, NULL, &skus[i]));
    }
    feedback->skus = skus;
    feedback->skus_count = count;
    return OK;
}

enum err feedback_decode(const struct json_at *at, struct feedback *ret_feedback)
{
    struct feedback feedback = { .at_wall_ms = -1 };
    size_t type = 0;
    TRY(field_want_id(at, "id", &feedback.id));
    TRY(field_want_id(at, "customer_id", &feedback.customer_id));
    TRY(json_want_enum(at, "type", feedback_type_names, countof(feedback_type_names), &type));
    TRY(field_may_id(at, "about", &feedback.about));
    TRY(feedback_read_skus(at, &feedback));
    TRY(json_may_int(at, "rating", 1, FEEDBACK_RATING_MAX, &feedback.rating));
    TRY(json_may_text(at, "text", 0, FIELD_LONG_MAX, &feedback.text));
    TRY(field_may_short(at, "model", &feedback.model));
    TRY(json_may_time(at, "at", &feedback.at_wall_ms));
    TRY(field_may_id(at, "tenant", &feedback.tenant));
    feedback.type = (enum feedback_type)type;
    *ret_feedback = feedback;
    return OK;
}
