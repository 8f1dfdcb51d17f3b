/* builtin_copy.c - see builtin_copy.h. Sentences are gathered by what they are about; each variant
 * takes them in another order, as far as they fit. */
#include "worker/answer/builtin_copy.h"

#include "common/utf8.h"
#include "worker/answer/ban.h"
#include "worker/answer/compose.h"
#include "worker/answer/copy_check.h"
#include "worker/answer/copy_said.h"
#include "worker/answer/language.h"
#include "worker/answer/plain.h"
#include "worker/answer/sentence.h"

#define PITCH_SENTENCES_MAX 8 /* about one thing */
#define PITCH_BODY_MAX 6      /* sentences of one body */
#define PITCH_CHARS_MAX 2000  /* without any other limit */
#define PITCH_AUDIENCE_CHARS_MAX 60

enum pitch_about {
    PITCH_OFFER,
    PITCH_TEXT,
    PITCH_AUDIENCE,
    PITCH_PRICE,
    PITCH_ATTRIBUTE,
    PITCH_SHIP,
    PITCH_COUNT
};

struct pitch_heap {
    struct str sentences[PITCH_SENTENCES_MAX];
    size_t count;
};

struct pitch {
    struct arena *arena;
    const struct brief *brief;
    const struct product *product;
    struct copy_limits limits;
    struct str market;
    bool is_chinese;
    const struct pitch_tone *tone;
    struct pitch_heap heaps[PITCH_COUNT];
    size_t offered; /* sentences of the offer, those that may not be said among them */
    struct copy copy;
};

/* The orders in which variants tell. */
static const enum pitch_about orders[COPY_VARIANTS_MAX][PITCH_COUNT] = {
    { PITCH_OFFER, PITCH_TEXT, PITCH_AUDIENCE, PITCH_PRICE, PITCH_ATTRIBUTE, PITCH_SHIP },
    { PITCH_OFFER, PITCH_PRICE, PITCH_ATTRIBUTE, PITCH_TEXT, PITCH_AUDIENCE, PITCH_SHIP },
    { PITCH_AUDIENCE, PITCH_OFFER, PITCH_ATTRIBUTE, PITCH_PRICE, PITCH_TEXT, PITCH_SHIP },
    { PITCH_OFFER, PITCH_SHIP, PITCH_TEXT, PITCH_ATTRIBUTE, PITCH_AUDIENCE, PITCH_PRICE },
    { PITCH_OFFER, PITCH_PRICE, PITCH_SHIP, PITCH_ATTRIBUTE, PITCH_AUDIENCE, PITCH_TEXT },
};

/* Calls to action of the tones that are known, the first for all others. */
struct pitch_tone {
    const char *names; /* parted by '|', plain */
    const char *actions[2][COPY_VARIANTS_MAX];
};

static const struct pitch_tone tones[] = {
    { "",
      { { "See it now", "Take a look", "View the details", "Visit our shop", "Find out more" },
        { "立即查看", "看看详情", "了解更多", "进店看看", "点击查看" } } },
    { "warm|friendly|cosy|cozy|personal|温馨|温暖|亲切|友好",
      { { "Come and see", "Have a look with us", "See if you like it", "Come by our shop",
          "Take your time to look" },
        { "来看看吧", "一起看看", "看看是否喜欢", "欢迎进店看看", "慢慢看看" } } },
    { "formal|professional|serious|elegant|正式|专业|稳重|优雅",
      { { "Please view the details", "Please visit our shop", "More information",
          "Please see our shop", "Please read more" },
        { "敬请查看", "敬请进店", "敬请了解", "请查看详情", "请了解更多" } } },
    { "playful|fun|funny|lively|young|活泼|俏皮|有趣|年轻",
      { { "Go on, take a look", "Peek inside", "Well, have a look", "Hop over to our shop",
          "Look, look" },
        { "快来看看", "来瞧瞧呀", "戳这里看看", "进店逛逛", "看看呀" } } },
};

static const struct pitch_tone *pitch_tone_of(struct str tone)
{
    struct plain plain;
    plain_of(tone, &plain);
    for (size_t i = 1; i < countof(tones); i++) {
        if (plain_has_any(plain_str(&plain), tones[i].names)) {
            return &tones[i];
        }
    }
    return &tones[0];
}

static bool pitch_is_of_language(const struct pitch *pitch, struct str text)
{
    struct str language = pitch->brief->language;
    struct str wanted = pitch->is_chinese ? STR("zh") : language;
    return str_eq(language_of(text, wanted, wanted), wanted);
}

/* What may be published as it is. */
static bool pitch_is_fit(const struct pitch *pitch, struct str text)
{
    return compose_text_flaw(text, COPY_SAID_BODY_MAX) == FLAW_NONE &&
           !ban_finds(pitch->brief->ban, pitch->market, text, pitch->product->name);
}

static void pitch_add(struct pitch *pitch, enum pitch_about about, struct str sentence)
{
    struct pitch_heap *heap = &pitch->heaps[about];
    if (heap->count < PITCH_SENTENCES_MAX && pitch_is_fit(pitch, sentence)) {
        heap->sentences[heap->count++] = sentence;
    }
}

static struct str pitch_end(const struct pitch *pitch, struct str text)
{
    if (sentence_is_closed(text)) {
        return STR_NONE;
    }
    return pitch->is_chinese ? STR("。") : STR(".");
}

/* Sentences of the shop's own text, each with an end. */
static enum err pitch_add_text(struct pitch *pitch, enum pitch_about about, struct str text)
{
    struct str rest = text;
    struct str sentence;
    while (sentence_next(&rest, &sentence)) {
        const struct str parts[] = { sentence, pitch_end(pitch, sentence) };
        struct str closed;
        if (!pitch_is_of_language(pitch, sentence)) {
            continue;
        }
        TRY(arena_join(pitch->arena, parts, countof(parts), &closed));
        pitch_add(pitch, about, closed);
    }
    return OK;
}

/* "For people who like tea.": a few words, not a description of them. */
static enum err pitch_add_audience(struct pitch *pitch)
{
    struct str audience = str_trim(pitch->brief->event->copy_request.audience);
    struct str text;
    bool is_short = audience.len > 0 && utf8_count(audience) <= PITCH_AUDIENCE_CHARS_MAX &&
                    memchr(audience.ptr, '.', audience.len) == NULL &&
                    memchr(audience.ptr, '\n', audience.len) == NULL &&
                    !sentence_is_closed(audience);
    if (!is_short || !pitch_is_of_language(pitch, audience)) {
        return OK;
    }
    TRY(arena_printf(pitch->arena, &text, pitch->is_chinese ? "献给%.*s。" : "For %.*s.",
                     STR_ARG(audience)));
    pitch_add(pitch, PITCH_AUDIENCE, text);
    return OK;
}

static enum err pitch_add_price(struct pitch *pitch)
{
    const struct product *product = pitch->product;
    struct str text;
    if (product->price.len == 0) {
        return OK;
    }
    const char *gap = product->currency.len > 0 ? " " : "";
    TRY(arena_printf(pitch->arena, &text,
                     pitch->is_chinese ? "价格：%.*s%s%.*s。" : "Price: %.*s%s%.*s.",
                     STR_ARG(product->price), gap, STR_ARG(product->currency)));
    pitch_add(pitch, PITCH_PRICE, text);
    return OK;
}

/* A name with an underscore is a machine's, a flag is no sentence. */
static bool pitch_is_told(const struct pitch *pitch, const struct attribute *attribute)
{
    bool is_flag = str_is(attribute->value, "true") || str_is(attribute->value, "false");
    struct str name = str_trim(attribute->name);
    return name.len > 0 && str_trim(attribute->value).len > 0 && !is_flag &&
           memchr(name.ptr, '_', name.len) == NULL && pitch_is_of_language(pitch, name) &&
           pitch_is_of_language(pitch, attribute->value);
}

static enum err pitch_add_attributes(struct pitch *pitch)
{
    const struct product *product = pitch->product;
    for (size_t i = 0; i < product->attributes_count; i++) {
        const struct attribute *attribute = &product->attributes[i];
        struct str value = str_trim(attribute->value);
        struct str name = str_trim(attribute->name);
        struct str text;
        if (!pitch_is_told(pitch, attribute)) {
            continue;
        }
        struct str end = pitch_end(pitch, value);
        const char *gap = pitch->is_chinese ? "：" : ": ";
        bool is_small = name.ptr[0] >= 'a' && name.ptr[0] <= 'z';
        char first = is_small ? (char)(name.ptr[0] - 'a' + 'A') : name.ptr[0];
        struct str tail = str_slice(name, 1, name.len);
        TRY(arena_printf(pitch->arena, &text, "%c%.*s%s%.*s%.*s", first, STR_ARG(tail), gap,
                         STR_ARG(value), STR_ARG(end)));
        pitch_add(pitch, PITCH_ATTRIBUTE, text);
    }
    return OK;
}

static enum err pitch_add_shipping(struct pitch *pitch)
{
    int min = pitch->product->ship_min_days;
    int max = pitch->product->ship_max_days;
    struct str text;
    if (min < 0 || max <= min) {
        return OK;
    }
    TRY(arena_printf(pitch->arena, &text,
                     pitch->is_chinese ? "运输时间%d-%d天。" : "Shipping takes %d to %d days.", min,
                     max));
    pitch_add(pitch, PITCH_SHIP, text);
    return OK;
}

/* One more sentence of the body, if the whole still fits; else the body stays. */
static enum err pitch_extend(struct pitch *pitch, struct copy_variant *variant,
                             struct str sentence)
{
    struct copy_variant longer = *variant;
    bool is_first = variant->body.len == 0;
    const struct str parts[] = { variant->body, is_first || pitch->is_chinese ? STR("") : STR(" "),
                                 sentence };
    TRY(arena_join(pitch->arena, parts, countof(parts), &longer.body));
    enum err err = copy_fit_whole(pitch->arena, &pitch->limits, &longer, &longer);
    if (err == OK) {
        *variant = longer;
    }
    return err == ERR_ANSWER ? OK : err;
}

static enum err pitch_fill(struct pitch *pitch, size_t number, struct copy_variant *variant)
{
    size_t told = 0;
    for (size_t i = 0; i < PITCH_COUNT; i++) {
        const struct pitch_heap *heap = &pitch->heaps[orders[number][i]];
        for (size_t j = 0; j < heap->count && told < PITCH_BODY_MAX; j++) {
            size_t before = variant->body.len;
            TRY(pitch_extend(pitch, variant, heap->sentences[j]));
            told += variant->body.len > before;
        }
    }
    return OK;
}

/* The product's name as a sentence, or words that are true of all that the shop has. */
static enum err pitch_fill_plain(struct pitch *pitch, struct copy_variant *variant)
{
    struct str name = variant->headline;
    const struct str parts[] = { name, pitch_end(pitch, name) };
    struct str text;
    if (str_eq(name, str_trim(pitch->product->name))) {
        TRY(arena_join(pitch->arena, parts, countof(parts), &text));
        TRY(pitch_extend(pitch, variant, text));
    }
    if (variant->body.len == 0) {
        TRY(pitch_extend(pitch, variant,
                         pitch->is_chinese ? STR("本店有售。") : STR("In our shop.")));
    }
    return OK;
}

/* What it can be called: by its name, else in general. */
static size_t pitch_headlines(const struct pitch *pitch, struct str headlines[2])
{
    size_t count = 0;
    struct str name = str_trim(pitch->product->name);
    if (name.len > 0 && compose_text_flaw(name, COPY_SAID_LINE_MAX) == FLAW_NONE) {
        headlines[count++] = name;
    }
    headlines[count++] = pitch->is_chinese ? STR("本店商品") : STR("From our shop");
    return count;
}

/* `variant->body` stays empty if there is nothing that fits. */
static enum err pitch_variant(struct pitch *pitch, size_t number, struct copy_variant *ret_variant)
{
    struct str headlines[2];
    size_t count = pitch_headlines(pitch, headlines);
    struct str action = str_from(pitch->tone->actions[pitch->is_chinese][number]);
    struct copy_variant variant = { .parts_count = 0 };
    for (size_t i = 0; i < 2 * count && variant.body.len == 0; i++) {
        variant = (struct copy_variant){ .headline = headlines[i / 2],
                                         .call_to_action = i % 2 ? STR_NONE : action };
        TRY(pitch_fill(pitch, number, &variant));
        if (variant.body.len == 0) {
            TRY(pitch_fill_plain(pitch, &variant));
        }
    }
    *ret_variant = variant;
    return OK;
}

/* What the shop offers is told whole or the variant is none: an offer that is left out would look
 * as if it were not made. */
static bool pitch_has_offer(const struct pitch *pitch, const struct copy_variant *variant)
{
    const struct pitch_heap *heap = &pitch->heaps[PITCH_OFFER];
    bool has = pitch->offered == heap->count;
    for (size_t i = 0; i < heap->count; i++) {
        has = has && str_find(variant->body, heap->sentences[i]) < variant->body.len;
    }
    return has;
}

static bool pitch_has(const struct pitch *pitch, const struct copy_variant *variant)
{
    const struct copy *copy = &pitch->copy;
    for (size_t i = 0; i < copy->variants_count; i++) {
        if (copy_check_is_like(pitch->limits.channel, &copy->variants[i], variant)) {
            return true;
        }
    }
    return false;
}

static enum err pitch_gather(struct pitch *pitch)
{
    struct str offer = pitch->brief->event->copy_request.offer;
    struct str rest = offer;
    struct str sentence;
    while (sentence_next(&rest, &sentence)) {
        pitch->offered++;
    }
    TRY(pitch_add_text(pitch, PITCH_OFFER, offer));
    TRY(pitch_add_text(pitch, PITCH_TEXT, pitch->product->description));
    TRY(pitch_add_audience(pitch));
    TRY(pitch_add_price(pitch));
    TRY(pitch_add_attributes(pitch));
    return pitch_add_shipping(pitch);
}

static enum err pitch_make(struct pitch *pitch, size_t wanted)
{
    struct copy *copy = &pitch->copy;
    TRY(pitch_gather(pitch));
    for (size_t i = 0; i < min_size(wanted, COPY_VARIANTS_MAX); i++) {
        struct copy_variant variant;
        TRY(pitch_variant(pitch, i, &variant));
        if (variant.body.len > 0 && pitch_has_offer(pitch, &variant) &&
            !pitch_has(pitch, &variant)) {
            copy->variants[copy->variants_count++] = variant;
        }
    }
    return copy->variants_count > 0 ? OK : ERR_NO_FACTS;
}

enum err builtin_copy(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const struct copy_request *request = &brief->event->copy_request;
    struct pitch *pitch = arena_new(arena, struct pitch);
    if (!pitch) {
        return ERR_NOMEM;
    }
    pitch->arena = arena;
    pitch->brief = brief;
    pitch->product = brief_product(brief);
    pitch->is_chinese = str_is(brief->language, "zh");
    pitch->limits = copy_check_limits(brief);
    pitch->tone = pitch_tone_of(request->tone);
    if (!pitch->product) {
        return ERR_NO_FACTS;
    }
    if (pitch->limits.chars_max == 0) {
        pitch->limits.chars_max = PITCH_CHARS_MAX;
    }
    pitch->market = ban_market(brief->ban, request->market, brief->language);
    TRY(pitch_make(pitch, (size_t)max_i64(request->variants, 1)));
    return copy_said_write(arena, &pitch->copy, ret_text);
}
