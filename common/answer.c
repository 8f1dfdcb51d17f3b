/* answer.c - see answer.h. */
#include "common/answer.h"

#include "common/cloudevent.h"
#include "common/field.h"

static const struct reply_kind answer_kind = {
    .topic = TOPIC_ANSWERS,
    .outcome = "answer",
    .type = CLOUDEVENT_TYPE("answer"),
};

static const char *const answer_source_names[] = {
    [SOURCE_MODEL] = "model",
    [SOURCE_CACHE] = "cache",
    [SOURCE_MEMO] = "memo",
    [SOURCE_FALLBACK] = "fallback",
};

const char *answer_source_name(enum answer_source source)
{
    assert((size_t)source < countof(answer_source_names));
    return answer_source_names[source];
}

enum err answer_encode(struct arena *arena, const struct reply_to *to, const struct answer *answer,
                       struct output *ret_output)
{
    assert(to->event && to->event->kind == EVENT_MESSAGE);
    const struct message *message = &to->event->message;
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct json_out *out = &reply.out;
    if (!field_has_chars(answer->text, 1, FIELD_TEXT_OUT_MAX)) {
        return ERR_ANSWER;
    }
    TRY(reply_begin(&reply, arena, to, &answer_kind, answer->text.len));
    json_put_text(out, "conversation_id", message->conversation_id);
    json_put_text(out, "customer_id", message->customer_id);
    if (message->seq >= 0) {
        json_put_int(out, "seq", message->seq);
    }
    reply_put_tenant(&reply);
    json_put_text(out, "text", answer->text);
    reply_put_language(&reply, answer->language);
    json_put_text(out, "source", str_from(answer_source_name(answer->source)));
    reply_put_short(&reply, "model", answer->model);
    reply_put_facts(&reply, answer->facts, answer->facts_count);
    json_put_time(out, "created_at", to->now_wall_ms);
    return reply_end(&reply, ret_output);
}
