/* recommendation.c - see recommendation.h. */
#include "common/recommendation.h"

#include "common/cloudevent.h"
#include "common/field.h"

#define RECOMMENDATION_REASON_MAX 1024
#define RECOMMENDATION_ITEM_BYTES 256 /* about */

static const struct reply_kind recommendation_kind = {
    .topic = TOPIC_RECOMMENDATIONS,
    .outcome = "recommendation",
    .type = CLOUDEVENT_TYPE("recommendation"),
};

static void recommendation_put(struct json_out *out, const struct recommended *item)
{
    json_open_object(out, NULL);
    json_put_text(out, "sku", item->sku);
    json_put_text_if(out, "name", item->name);
    json_put_number(out, "score", item->score);
    json_put_text(out, "reason", item->reason);
    json_open_array(out, "because");
    for (size_t i = 0; i < item->because_count; i++) {
        json_put_text(out, NULL, item->because[i]);
    }
    json_close_array(out);
    json_close_object(out);
}

enum err recommendation_encode(struct arena *arena, const struct reply_to *to,
                               const struct recommendation *recommendation,
                               struct output *ret_output)
{
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct json_out *out = &reply.out;
    size_t count = recommendation->items_count;
    bool is_said = count > 0;
    for (size_t i = 0; i < count; i++) {
        is_said = is_said &&
                  field_has_chars(recommendation->items[i].reason, 1, RECOMMENDATION_REASON_MAX);
    }
    if (!is_said) {
        return ERR_ANSWER;
    }
    TRY(reply_begin(&reply, arena, to, &recommendation_kind, count * RECOMMENDATION_ITEM_BYTES));
    json_put_text(out, "customer_id", recommendation->customer_id);
    json_open_array(out, "items");
    for (size_t i = 0; i < count; i++) {
        recommendation_put(out, &recommendation->items[i]);
    }
    json_close_array(out);
    json_put_text(out, "source", str_from(answer_source_name(recommendation->source)));
    reply_put_tenant(&reply);
    reply_put_language(&reply, recommendation->language);
    reply_put_short(&reply, "model", recommendation->model);
    json_put_time(out, "created_at", to->now_wall_ms);
    return reply_end(&reply, ret_output);
}
