/* copy.c - see copy.h. */
#include "common/copy.h"

#include "common/cloudevent.h"
#include "common/field.h"

#define COPY_LINE_MAX 512 /* characters of the headline and of the call to action */

static const struct reply_kind copy_kind = {
    .topic = TOPIC_COPIES,
    .outcome = "copy",
    .type = CLOUDEVENT_TYPE("copy"),
};

enum err copy_encode(struct arena *arena, const struct reply_to *to, const struct copy *copy,
                     struct output *ret_output)
{
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct json_out *out = &reply.out;
    if (!field_has_chars(copy->sku, 1, FIELD_ID_MAX) ||
        !field_has_chars(copy->headline, 1, COPY_LINE_MAX) ||
        !field_has_chars(copy->body, 1, FIELD_TEXT_OUT_MAX) ||
        !field_has_chars(copy->call_to_action, 0, COPY_LINE_MAX)) {
        return ERR_ANSWER;
    }
    TRY(reply_begin(&reply, arena, to, &copy_kind, copy->headline.len + copy->body.len));
    json_put_text(out, "sku", copy->sku);
    json_put_text(out, "headline", copy->headline);
    json_put_text(out, "body", copy->body);
    json_put_text(out, "call_to_action", copy->call_to_action);
    reply_put_language(&reply, copy->language);
    json_put_text(out, "source", str_from(answer_source_name(copy->source)));
    reply_put_tenant(&reply);
    reply_put_short(&reply, "model", copy->model);
    reply_put_facts(&reply, copy->facts, copy->facts_count);
    json_put_time(out, "created_at", to->now_wall_ms);
    return reply_end(&reply, ret_output);
}
