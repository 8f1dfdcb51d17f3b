/* handoff.c - see handoff.h. Any event can end here: an order event has no conversation, a copy
 * request not even a customer. */
#include "common/handoff.h"

#include "common/cloudevent.h"
#include "common/field.h"
#include "common/utf8.h"

#define HANDOFF_SUMMARY_MAX 4096

static const struct reply_kind handoff_kind = {
    .topic = TOPIC_HANDOFFS,
    .outcome = "handoff",
    .type = CLOUDEVENT_TYPE("handoff"),
};

static void handoff_put_whose(struct json_out *out, const struct event *event)
{
    if (event->kind == EVENT_ORDER) {
        json_put_text(out, "customer_id", event->order.customer_id);
        return;
    }
    if (event->kind != EVENT_MESSAGE) {
        return;
    }
    json_put_text(out, "conversation_id", event->message.conversation_id);
    json_put_text(out, "customer_id", event->message.customer_id);
    if (event->message.seq >= 0) {
        json_put_int(out, "seq", event->message.seq);
    }
}

static struct str handoff_language(const struct handoff *handoff, const struct event *event)
{
    if (handoff->language.len) {
        return handoff->language;
    }
    return event->kind == EVENT_MESSAGE ? event->message.language : STR_NONE;
}

enum err handoff_encode(struct arena *arena, const struct reply_to *to,
                        const struct handoff *handoff, struct output *ret_output)
{
    assert(to->event && field_is_reason(handoff->reason));
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct str language = handoff_language(handoff, to->event);
    TRY(reply_begin(&reply, arena, to, &handoff_kind, handoff->summary.len));
    handoff_put_whose(&reply.out, to->event);
    json_put_text(&reply.out, "reason", handoff->reason);
    json_put_text(&reply.out, "summary", utf8_cut(handoff->summary, HANDOFF_SUMMARY_MAX));
    reply_put_tenant(&reply);
    if (language.len) {
        reply_put_language(&reply, language);
    }
    json_put_time(&reply.out, "created_at", to->now_wall_ms);
    return reply_end(&reply, ret_output);
}
