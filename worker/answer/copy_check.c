/* copy_check.c - see copy_check.h. */
#include "worker/answer/copy_check.h"

#include "common/field.h"
#include "common/utf8.h"
#include "worker/answer/ban.h"
#include "worker/answer/copy_said.h"

struct copy_limits copy_check_limits(const struct brief *brief)
{
    const struct copy_request *request = &brief->event->copy_request;
    const struct product *product = brief_product(brief);
    return (struct copy_limits){ .channel = channel_named(request->channel),
                                 .language = brief->language,
                                 .price = product ? product->price : STR_NONE,
                                 .offer = request->offer,
                                 .chars_max = (size_t)request->max_chars };
}

static bool copy_shows_action(const struct channel *channel)
{
    bool shows = !channel;
    for (size_t i = 0; channel && i < channel->parts_count; i++) {
        enum channel_of of = channel->parts[i].of;
        shows = shows || of == CHANNEL_OF_ACTION || of == CHANNEL_OF_TEXT ||
                of == CHANNEL_OF_MESSAGE;
    }
    return shows;
}

bool copy_check_is_like(const struct channel *channel, const struct copy_variant *one,
                        const struct copy_variant *other)
{
    return str_eq(one->headline, other->headline) && str_eq(one->body, other->body) &&
           (!copy_shows_action(channel) || str_eq(one->call_to_action, other->call_to_action));
}

/* All of them, or what is wrong with the first that is of no use. */
static enum err copy_check_fit(struct arena *arena, const struct brief *brief, struct copy *copy,
                               enum flaw *ret_flaw)
{
    const struct copy_limits limits = copy_check_limits(brief);
    for (size_t i = 0; i < copy->variants_count; i++) {
        struct copy_variant *variant = &copy->variants[i];
        enum err err = copy_fit(arena, &limits, variant, variant);
        if (err != OK) {
            *ret_flaw = FLAW_LENGTH;
            return err;
        }
        for (size_t j = 0; j < i; j++) {
            if (copy_check_is_like(limits.channel, variant, &copy->variants[j])) {
                *ret_flaw = FLAW_FORM;
                return ERR_ANSWER;
            }
        }
    }
    return OK;
}

static bool copy_is_banned(const struct brief *brief, const struct copy *copy)
{
    const struct product *product = brief_product(brief);
    struct str name = product ? product->name : STR_NONE;
    for (size_t i = 0; i < copy->variants_count; i++) {
        const struct copy_variant *variant = &copy->variants[i];
        if (ban_finds(brief->ban, copy->market, variant->headline, name) ||
            ban_finds(brief->ban, copy->market, variant->body, name) ||
            ban_finds(brief->ban, copy->market, variant->call_to_action, name)) {
            return true;
        }
    }
    return false;
}

enum err copy_check(struct arena *arena, const struct brief *brief, struct str said,
                    struct copy *copy, enum flaw *ret_flaw)
{
    const struct copy_request *request = &brief->event->copy_request;
    const struct product *product = brief_product(brief);
    struct copy read = *copy;
    TRY(copy_said_read(arena, said, &read, ret_flaw));
    read.sku = product ? product->sku : request->sku;
    read.channel = request->channel;
    read.market = utf8_cut(ban_market(brief->ban, request->market, brief->language),
                           FIELD_LABEL_MAX);
    read.variants_count = min_size(read.variants_count, (size_t)max_i64(request->variants, 1));
    TRY(copy_check_fit(arena, brief, &read, ret_flaw));
    if (copy_is_banned(brief, &read)) {
        *ret_flaw = FLAW_BANNED;
        return ERR_ANSWER;
    }
    *copy = read;
    return OK;
}

enum err copy_check_text(struct arena *arena, const struct copy_variant *variant,
                         struct str *ret_text)
{
    const struct str parts[] = { variant->headline, STR("\n"), variant->body, STR("\n"),
                                 variant->call_to_action };
    return arena_join(arena, parts, countof(parts), ret_text);
}
