/* audit.c - see audit.h. */
#include "common/audit.h"

#include "common/cloudevent.h"
#include "common/field.h"

#define AUDIT_ATTEMPTS_MAX 1000000
#define AUDIT_CACHE_KEY_BYTES 64

static void audit_put_position(struct json_out *out, const struct reply_to *to)
{
    json_put_text(out, "topic", to->topic_name);
    json_put_int(out, "partition", to->record->partition);
    json_put_int(out, "offset", min_i64(to->record->offset, FIELD_SEQ_MAX));
}

/* Only who led a call names what it took, so that sums over all records are what was paid. */
static void audit_put_usage(struct json_out *out, const struct audit *audit)
{
    if (audit->calls == 0) {
        return;
    }
    json_put_int(out, "calls", min_i64(audit->calls, AUDIT_ATTEMPTS_MAX));
    json_put_int(out, "tokens_in", min_i64(audit->tokens_in, FIELD_SEQ_MAX));
    json_put_int(out, "tokens_out", min_i64(audit->tokens_out, FIELD_SEQ_MAX));
    json_put_int(out, "tokens_cached", min_i64(audit->tokens_cached, FIELD_SEQ_MAX));
    if (audit->cost_micros >= 0) {
        json_put_int(out, "cost_micros", min_i64(audit->cost_micros, FIELD_SEQ_MAX));
    }
}

static void audit_put_origin(struct reply *reply, const struct audit *audit)
{
    struct json_out *out = &reply->out;
    if (audit->has_source) {
        json_put_text(out, "source", str_from(answer_source_name(audit->source)));
    }
    reply_put_short(reply, "model", audit->model);
    reply_put_short(reply, "prompt_version", audit->prompt_version);
    reply_put_facts(reply, audit->facts, audit->facts_count);
    json_put_text_if(out, "cache_key", audit->cache_key);
}

enum err audit_encode(struct arena *arena, const struct reply_to *to, const struct audit *audit,
                      struct output *ret_output)
{
    assert(audit->cache_key.len == 0 || audit->cache_key.len == AUDIT_CACHE_KEY_BYTES);
    assert(audit->reason.len == 0 || field_is_reason(audit->reason));
    const struct reply_kind kind = {
        .topic = TOPIC_AUDIT,
        .outcome = outcome_kind_name(audit->outcome),
        .type = CLOUDEVENT_TYPE("audit"),
    };
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct json_out *out = &reply.out;
    TRY(reply_begin(&reply, arena, to, &kind, 0));
    audit_put_position(out, to);
    json_put_text(out, "outcome", str_from(kind.outcome));
    audit_put_origin(&reply, audit);
    json_put_int(out, "attempts", min_i64(max_i64(audit->attempts, 0), AUDIT_ATTEMPTS_MAX));
    json_put_time(out, "started_at", audit->started_wall_ms);
    if (audit->model_ms >= 0) {
        json_put_int(out, "model_ms", min_i64(audit->model_ms, INT32_MAX));
    }
    audit_put_usage(out, audit);
    json_put_text(out, "worker_version", to->worker);
    json_put_text_if(out, "reason", audit->reason);
    reply_put_tenant(&reply);
    return reply_end(&reply, ret_output);
}
