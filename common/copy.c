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

static bool copy_has_texts(const struct copy_variant *variant)
{
    bool has_parts = variant->parts_count <= COPY_PARTS_MAX;
    for (size_t i = 0; i < variant->parts_count && has_parts; i++) {
        has_parts = field_has_chars(variant->parts[i].text, 1, FIELD_TEXT_OUT_MAX);
    }
    return has_parts && field_has_chars(variant->headline, 1, COPY_LINE_MAX) &&
           field_has_chars(variant->body, 1, FIELD_TEXT_OUT_MAX) &&
           field_has_chars(variant->call_to_action, 0, COPY_LINE_MAX);
}

static bool copy_is_whole(const struct copy *copy)
{
    bool is_whole = field_has_chars(copy->sku, 1, FIELD_ID_MAX) && copy->variants_count > 0 &&
                    copy->variants_count <= COPY_VARIANTS_MAX;
    for (size_t i = 0; i < copy->variants_count && is_whole; i++) {
        is_whole = copy_has_texts(&copy->variants[i]);
    }
    return is_whole;
}

static void copy_put_texts(struct json_out *out, const struct copy_variant *variant)
{
    json_put_text(out, "headline", variant->headline);
    json_put_text(out, "body", variant->body);
    json_put_text(out, "call_to_action", variant->call_to_action);
}

static void copy_put_part(struct json_out *out, const struct copy_part *part)
{
    json_open_object(out, NULL);
    json_put_text(out, "name", str_from(part->name));
    json_put_text(out, "text", part->text);
    json_put_int(out, "length", (int64_t)part->length);
    json_put_int(out, "limit", (int64_t)part->limit);
    json_put_text(out, "unit", str_from(part->unit));
    json_close_object(out);
}

static void copy_put_variants(struct json_out *out, const struct copy *copy)
{
    json_open_array(out, "variants");
    for (size_t i = 0; i < copy->variants_count; i++) {
        const struct copy_variant *variant = &copy->variants[i];
        json_open_object(out, NULL);
        copy_put_texts(out, variant);
        json_open_array(out, "parts");
        for (size_t j = 0; j < variant->parts_count; j++) {
            copy_put_part(out, &variant->parts[j]);
        }
        json_close_array(out);
        json_close_object(out);
    }
    json_close_array(out);
}

/* About: the texts stand in a variant and again in its parts. */
static size_t copy_bytes(const struct copy *copy)
{
    size_t bytes = 0;
    for (size_t i = 0; i < copy->variants_count; i++) {
        const struct copy_variant *variant = &copy->variants[i];
        bytes += 3 * (variant->headline.len + variant->body.len + variant->call_to_action.len);
    }
    return bytes;
}

enum err copy_encode(struct arena *arena, const struct reply_to *to, const struct copy *copy,
                     struct output *ret_output)
{
    CLEANUP(reply_fini) struct reply reply = { 0 };
    struct json_out *out = &reply.out;
    if (!copy_is_whole(copy)) {
        return ERR_ANSWER;
    }
    TRY(reply_begin(&reply, arena, to, &copy_kind, copy_bytes(copy)));
    json_put_text(out, "sku", copy->sku);
    copy_put_texts(out, &copy->variants[0]);
    copy_put_variants(out, copy);
    json_put_text_if(out, "channel", copy->channel);
    json_put_text_if(out, "market", copy->market);
    reply_put_language(&reply, copy->language);
    json_put_text(out, "source", str_from(answer_source_name(copy->source)));
    reply_put_tenant(&reply);
    reply_put_short(&reply, "model", copy->model);
    reply_put_facts(&reply, copy->facts, copy->facts_count);
    json_put_time(out, "created_at", to->now_wall_ms);
    return reply_end(&reply, ret_output);
}
