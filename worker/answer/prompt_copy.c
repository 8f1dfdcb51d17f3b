/* prompt_copy.c - see prompt_copy.h. */
#include "worker/answer/prompt_copy.h"

#include "common/sms.h"
#include "worker/answer/channel.h"

#define PROMPT_COPY_BANNED_MAX 600 /* bytes of banned words that are told */
#define PROMPT_COPY_VARIANT                                                                        \
    "{\"type\":\"object\",\"properties\":{\"headline\":{\"type\":\"string\"},\"body\":{\"type\":"  \
    "\"string\"},\"call_to_action\":{\"type\":\"string\"}},\"required\":[\"headline\",\"body\","   \
    "\"call_to_action\"],\"additionalProperties\":false}"

static enum err prompt_copy_part(struct buf *buf, const struct channel_part *part,
                                 struct str language)
{
    static const char *const of[CHANNEL_OF_COUNT] = {
        [CHANNEL_OF_HEADLINE] = "The headline",
        [CHANNEL_OF_BODY] = "The body",
        [CHANNEL_OF_ACTION] = "The call to action",
        [CHANNEL_OF_TEXT] = "Body and call to action together",
        [CHANNEL_OF_MESSAGE] = "All three together",
        [CHANNEL_OF_SENTENCE] = "Each sentence of the body",
    };
    bool is_chinese = str_is(language, "zh");
    size_t max = is_chinese ? part->max_zh : part->max;
    if (part->unit == CHANNEL_UNIT_COLUMNS && is_chinese) {
        max /= 2;
    } else if (part->unit == CHANNEL_UNIT_SMS) {
        max = is_chinese ? SMS_UCS2_MAX : SMS_SEPTETS_MAX;
    }
    return buf_printf(buf, "%s at most %zu characters.\n", of[part->of], max);
}

static enum err prompt_copy_limits(struct buf *buf, const struct brief *brief)
{
    const struct copy_request *request = &brief->event->copy_request;
    const struct channel *channel = channel_named(request->channel);
    for (size_t i = 0; channel && i < channel->parts_count; i++) {
        TRY(prompt_copy_part(buf, &channel->parts[i], brief->language));
    }
    if (request->max_chars > 0) {
        TRY(buf_printf(buf, "All three together at most %lld characters.\n",
                       (long long)request->max_chars));
    }
    return OK;
}

static enum err prompt_copy_banned(struct buf *buf, const struct brief *brief)
{
    CLEANUP(buf_fini) struct buf words;
    buf_init(&words, PROMPT_COPY_BANNED_MAX);
    struct str market =
        ban_market(brief->ban, brief->event->copy_request.market, brief->language);
    TRY(ban_tell(brief->ban, market, &words));
    return prompt_put(buf, "Never use superlatives, nor these words", buf_str(&words));
}

enum err prompt_copy(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const struct copy_request *request = &brief->event->copy_request;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, PROMPT_FACTS_BYTES_MAX);
    TRY(buf_add(&buf, STR("Write marketing copy for the product: a headline, a body of short "
                          "sentences and a call to action, as a JSON object with the keys "
                          "headline, body and call_to_action.")));
    if (request->variants > 1) {
        TRY(buf_printf(&buf, " Write %lld variants that differ, in a JSON object with the one key "
                             "variants, a list of such objects.",
                       (long long)request->variants));
    }
    TRY(buf_add(&buf, STR(" Claim only what the facts say.\n")));
    TRY(prompt_put(&buf, "Audience", request->audience));
    TRY(prompt_put(&buf, "Tone", request->tone));
    TRY(prompt_put(&buf, "Channel", request->channel));
    TRY(prompt_put(&buf, "Offer, to be told exactly so", request->offer));
    TRY(prompt_copy_limits(&buf, brief));
    TRY(prompt_copy_banned(&buf, brief));
    return arena_copy(arena, buf_str(&buf), ret_text);
}

enum err prompt_copy_schema(struct arena *arena, const struct brief *brief, struct str *ret_schema)
{
    long long variants = (long long)brief->event->copy_request.variants;
    if (variants <= 1) {
        *ret_schema = STR(PROMPT_COPY_VARIANT);
        return OK;
    }
    return arena_printf(arena, ret_schema,
                        "{\"type\":\"object\",\"properties\":{\"variants\":{\"type\":\"array\","
                        "\"minItems\":%lld,\"maxItems\":%lld,\"items\":" PROMPT_COPY_VARIANT
                        "}},\"required\":[\"variants\"],\"additionalProperties\":false}",
                        variants, variants);
}
