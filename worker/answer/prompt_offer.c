/* prompt_offer.c - see prompt_offer.h. */
#include "worker/answer/prompt_offer.h"

#include "common/json_out.h"

#define PROMPT_OFFER_SCHEMA_BYTES_MAX ((size_t)64 << 10)

static size_t prompt_offers_count(const struct brief *brief)
{
    return min_size(brief->offers_count, OFFERS_WORDED_MAX);
}

enum err prompt_put_offers(struct buf *buf, const struct brief *brief)
{
    for (size_t i = 0; i < prompt_offers_count(brief); i++) {
        const struct offer *offer = &brief->offers[i];
        const struct product *product = offer->product;
        TRY(prompt_put(buf, "Product", offer->name));
        TRY(prompt_put(buf, "  SKU", offer->sku));
        if (product) {
            TRY(prompt_put(buf, "  Category", product->category));
            TRY(prompt_put(buf, "  Price", product->price));
            TRY(prompt_put(buf, "  Currency", product->currency));
        }
        TRY(prompt_put(buf, "  Reason", offer->reason));
    }
    return OK;
}

struct str prompt_offer(void)
{
    return STR("For each product above write one short sentence that tells the customer why it is "
               "recommended, from its own reason and facts alone: keep numbers and names as they "
               "are, and name no other product. Answer with a JSON object with the one key "
               "sentences, a list of objects with the keys sku and sentence.\n");
}

/* {"sentences":[{"sku": one of those offered, "sentence": text}]} */
static void prompt_offer_item(struct json_out *out, const struct brief *brief)
{
    json_open_object(out, "properties");
    json_open_object(out, "sku");
    json_put_text(out, "type", STR("string"));
    json_open_array(out, "enum");
    for (size_t i = 0; i < prompt_offers_count(brief); i++) {
        json_put_text(out, NULL, brief->offers[i].sku);
    }
    json_close_array(out);
    json_close_object(out);
    json_open_object(out, "sentence");
    json_put_text(out, "type", STR("string"));
    json_close_object(out);
    json_close_object(out);
}

static void prompt_offer_closed(struct json_out *out, const char *const *names, size_t count)
{
    json_open_array(out, "required");
    for (size_t i = 0; i < count; i++) {
        json_put_text(out, NULL, str_from(names[i]));
    }
    json_close_array(out);
    json_put_bool(out, "additionalProperties", false);
    json_close_object(out);
}

enum err prompt_offer_schema(struct arena *arena, const struct brief *brief, struct str *ret_schema)
{
    static const char *const outer[] = { "sentences" };
    static const char *const inner[] = { "sku", "sentence" };
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, PROMPT_OFFER_SCHEMA_BYTES_MAX);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "type", STR("object"));
    json_open_object(&out, "properties");
    json_open_object(&out, "sentences");
    json_put_text(&out, "type", STR("array"));
    json_open_object(&out, "items");
    json_put_text(&out, "type", STR("object"));
    prompt_offer_item(&out, brief);
    prompt_offer_closed(&out, inner, countof(inner));
    json_close_object(&out);
    json_close_object(&out);
    prompt_offer_closed(&out, outer, countof(outer));
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_schema);
}
