/* reply.c - see reply.h. A payload is written where it stays: into room of about the right size in
 * the arena, of which the rest is given back. */
#include "common/reply.h"

#include "common/clock.h"
#include "common/cloudevent.h"
#include "common/field.h"
#include "common/utf8.h"

#define REPLY_BYTES_MAX ((size_t)1 << 20)
#define REPLY_BYTES_USUAL ((size_t)640)
#define REPLY_HEADERS_MAX 7
#define REPLY_SOURCE "deskhand" /* ce_source */

/* in_reply_to, and what the output's id is made from. */
static enum err reply_identify(struct reply *reply, struct str *ret_in_reply_to)
{
    const struct reply_to *to = reply->to;
    struct str source = to->event ? to->event->source : to->topic_name;
    struct str id;
    if (to->event) {
        id = to->event->id;
        *ret_in_reply_to = event_payload_id(to->event);
    } else {
        TRY(event_position_id(reply->arena, to->record, to->topic_name, &id));
        *ret_in_reply_to = id;
    }
    char *uuid = arena_alloc(reply->arena, CRYPTO_UUID_TEXT_BYTES);
    if (!uuid) {
        return ERR_NOMEM;
    }
    TRY(event_outcome_id(source, id, reply->kind->outcome, uuid));
    reply->id = (struct str){ uuid, CRYPTO_UUID_TEXT_BYTES - 1 };
    return OK;
}

enum err reply_begin(struct reply *reply, struct arena *arena, const struct reply_to *to,
                     const struct reply_kind *kind, size_t text_bytes)
{
    struct str in_reply_to;
    *reply = (struct reply){ .arena = arena, .to = to, .kind = kind };
    TRY(reply_identify(reply, &in_reply_to));
    TRY(buf_init_in(&reply->buf, arena, min_size(REPLY_BYTES_USUAL + text_bytes, REPLY_BYTES_MAX),
                    REPLY_BYTES_MAX));
    reply->out = json_out_to(&reply->buf);
    json_open_object(&reply->out, NULL);
    json_put_text(&reply->out, "id", reply->id);
    json_put_text(&reply->out, "in_reply_to", in_reply_to);
    return OK;
}

void reply_fini(struct reply *reply)
{
    buf_fini(&reply->buf);
}

static struct header *reply_header(struct header *header, struct str name, struct str value)
{
    *header = (struct header){ name, value.ptr ? value : STR("") };
    return header + 1;
}

static enum err reply_write_headers(const struct reply *reply, struct output *output)
{
    const struct event *event = reply->to->event;
    struct header *headers = arena_alloc(reply->arena, REPLY_HEADERS_MAX * sizeof(*headers));
    char *time = arena_alloc(reply->arena, CLOCK_TEXT_BYTES);
    if (!headers || !time) {
        return ERR_NOMEM;
    }
    struct header *next = headers;
    next = reply_header(next, STR("ce_specversion"), STR(CLOUDEVENT_SPECVERSION));
    next = reply_header(next, STR("ce_id"), reply->id);
    next = reply_header(next, STR("ce_source"), STR(REPLY_SOURCE));
    next = reply_header(next, STR("ce_type"), str_from(reply->kind->type));
    next = reply_header(next, STR("ce_time"), clock_format(reply->to->now_wall_ms, time));
    next = reply_header(next, STR("content-type"), STR(CLOUDEVENT_JSON));
    if (event && event->traceparent.len) {
        next = reply_header(next, STR("traceparent"), event->traceparent);
    }
    output->headers = headers;
    output->headers_count = (size_t)(next - headers);
    return OK;
}

enum err reply_end(struct reply *reply, struct output *ret_output)
{
    struct str key = event_lane_key(reply->to->record, reply->to->event);
    struct output output = {
        .topic = reply->kind->topic, .key = key, .has_key = key.len > 0, .has_value = true
    };
    json_close_object(&reply->out);
    TRY(json_out_end(&reply->out));
    TRY(buf_keep(&reply->buf, reply->arena, &output.value));
    TRY(reply_write_headers(reply, &output));
    *ret_output = output;
    return OK;
}

void reply_put_facts(struct reply *reply, const struct fact *facts, size_t facts_count)
{
    struct json_out *out = &reply->out;
    json_open_array(out, "facts");
    for (size_t i = 0; i < min_size(facts_count, FACTS_MAX); i++) {
        json_open_object(out, NULL);
        json_put_text(out, "kind", str_from(fact_kind_name(facts[i].kind)));
        json_put_text(out, "id", utf8_cut(facts[i].id, FIELD_ID_MAX));
        json_close_object(out);
    }
    json_close_array(out);
}

void reply_put_language(struct reply *reply, struct str language)
{
    json_put_text(&reply->out, "language", field_is_language(language) ? language : STR("und"));
}

void reply_put_short(struct reply *reply, const char *key, struct str text)
{
    json_put_text_if(&reply->out, key, utf8_cut(text, FIELD_SHORT_MAX));
}

void reply_put_tenant(struct reply *reply)
{
    if (reply->to->event) {
        json_put_text_if(&reply->out, "tenant", reply->to->event->tenant);
    }
}
