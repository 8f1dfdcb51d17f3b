/* channel.c - see channel.h. */
#include "worker/answer/channel.h"

#include "common/sms.h"
#include "common/utf8.h"

enum {
#define CHANNEL(id, label) CHANNEL_##id,
#define PART(id, label, of, unit, max_zh, max, count, why)
#include "worker/answer/channel.def"
#undef CHANNEL
#undef PART
    CHANNEL_COUNT
};

struct part_row {
    size_t channel;
    struct channel_part part;
};

static const struct part_row part_rows[] = {
#define CHANNEL(id, label)
#define PART(id, label, of, unit, max_zh, max, count, why)                                         \
    { CHANNEL_##id,                                                                                \
      { label, CHANNEL_OF_##of, CHANNEL_UNIT_##unit, max_zh, max, count, why } },
#include "worker/answer/channel.def"
#undef CHANNEL
#undef PART
};

/* Only read once main() runs. */
static struct channel channels[CHANNEL_COUNT] = {
#define CHANNEL(id, label) { .name = label },
#define PART(id, label, of, unit, max_zh, max, count, why)
#include "worker/answer/channel.def"
#undef CHANNEL
#undef PART
};

__attribute__((constructor)) static void channels_build(void)
{
    for (size_t i = 0; i < countof(part_rows); i++) {
        struct channel *channel = &channels[part_rows[i].channel];
        assert(channel->parts_count < CHANNEL_PARTS_MAX);
        channel->parts[channel->parts_count++] = part_rows[i].part;
    }
}

const struct channel *channel_named(struct str name)
{
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        if (str_eq_ascii_case(name, str_from(channels[i].name))) {
            return &channels[i];
        }
    }
    return NULL;
}

/* The weights of X's twitter-text configuration, version 3; a picture that is joined of several
 * characters counts more here than there. */
static size_t channel_columns(struct str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        bool is_narrow = c <= 0x10FF || (c >= 0x2000 && c <= 0x200D) ||
                         (c >= 0x2010 && c <= 0x201F) || (c >= 0x2032 && c <= 0x2037);
        columns += is_narrow ? 1 : 2;
    }
    return columns;
}

struct channel_length channel_measure(const struct channel_part *part, struct str language,
                                      struct str text)
{
    size_t max = str_is(language, "zh") ? part->max_zh : part->max;
    if (part->unit == CHANNEL_UNIT_COLUMNS) {
        return (struct channel_length){ channel_columns(text), max, "columns" };
    }
    if (part->unit == CHANNEL_UNIT_CHARACTERS) {
        return (struct channel_length){ utf8_count(text), max, "characters" };
    }
    struct sms sms = sms_of(text);
    const char *unit = sms.alphabet == SMS_GSM7 ? "septets" : "utf-16 units";
    return (struct channel_length){ sms.units, sms.units_max, unit };
}

static const char *const channel_of_words[CHANNEL_OF_COUNT] = {
    [CHANNEL_OF_HEADLINE] = "headline",
    [CHANNEL_OF_BODY] = "body",
    [CHANNEL_OF_ACTION] = "call to action",
    [CHANNEL_OF_TEXT] = "body, call to action",
    [CHANNEL_OF_MESSAGE] = "headline, body, call to action",
    [CHANNEL_OF_SENTENCE] = "each sentence of the body",
};

static enum err channel_docs_limit(struct buf *buf, const struct channel_part *part)
{
    if (part->unit == CHANNEL_UNIT_SMS) {
        return buf_printf(buf, "%d septets of GSM 03.38, or %d units of UCS-2", SMS_SEPTETS_MAX,
                          SMS_UCS2_MAX);
    }
    const char *unit = part->unit == CHANNEL_UNIT_COLUMNS ? "columns" : "characters";
    if (part->max_zh != part->max) {
        return buf_printf(buf, "%zu %s, in Chinese %zu", part->max, unit, part->max_zh);
    }
    return buf_printf(buf, "%zu %s", part->max, unit);
}

enum err channel_docs(struct buf *buf)
{
    TRY(buf_add(buf, STR("| channel | part | made of | at most | why |\n"
                         "| --- | --- | --- | --- | --- |\n")));
    for (size_t i = 0; i < countof(part_rows); i++) {
        const struct channel_part *part = &part_rows[i].part;
        TRY(buf_printf(buf, "| `%s` | `%s`%s | %s | ", channels[part_rows[i].channel].name,
                       part->name, part->count_max > 1 ? ", several" : "",
                       channel_of_words[part->of]));
        TRY(channel_docs_limit(buf, part));
        TRY(buf_printf(buf, " | %s |\n", part->why));
    }
    return OK;
}
