/* screen.c - see screen.h. */
#include "worker/answer/screen.h"

#include "worker/answer/quantity.h"
#include "worker/answer/screen_beyond.h"
#include "worker/answer/screen_claim.h"
#include "worker/answer/screen_denied.h"
#include "worker/answer/screen_described.h"
#include "worker/answer/screen_fit.h"
#include "worker/answer/screen_hits.h"
#include "worker/answer/screen_known.h"
#include "worker/answer/screen_language.h"
#include "worker/answer/screen_subject.h"
#include "worker/answer/screen_vague.h"

#define DAY_MS INT64_C(86400000)

struct screen {
    struct screen_facts facts;
    int order; /* the ones spoken of, or SCREEN_ANY */
    int item;
    struct screen_sentence sentence;
    struct str text; /* of the sentence, plain */
    struct str reply; /* all of it, as it was written */
    struct screen_pairs pairs; /* of the text */
    struct screen_hits hits; /* of the text */
    bool is_claim;
    bool leans_on_day; /* see screen_judge() */
};

/* The stretch in front of a hit, from the end of the one before. */
static struct str screen_before(const struct screen *screen, size_t number)
{
    size_t to = screen->hits.items[number].value.from;
    size_t from = number > 0 ? screen->hits.items[number - 1].value.to : 0;
    return str_slice(screen->text, from, to > from ? to - from : 0);
}

/* Up to the end of the clause, for what stands behind a comma is about something else. */
static struct str screen_behind(const struct screen *screen, size_t number)
{
    bool is_last = number + 1 == screen->hits.count;
    size_t from = screen->hits.items[number].value.to;
    size_t to = is_last ? screen->text.len : screen->hits.items[number + 1].value.from;
    struct str behind = str_slice(screen->text, from, to > from ? to - from : 0);
    return str_slice(behind, 0, str_find(behind, STR(",")));
}

/* "Within 30 days of delivery" is not about the delivery, "reach us" about no arrival. */
static topic_set screen_topics_of(const struct screen *screen, struct str text)
{
    topic_set topics = screen_topics_in(&screen->facts, text) & ~TOPIC_BIT(ORDER);
    static const char since[] =
        "after delivery|after receipt|of delivery|of receipt|of receiving|after receiving|"
        "after you receive|reach us|reach our|reach me|签收后|收到后|收货后|送达后|到货后|签收之日";
    bool is_since = plain_has_any(text, since);
    return is_since ? topics & ~(TOPIC_BIT(ARRIVE) | TOPIC_BIT(SHIP)) : topics;
}

/* What the sentence tells the value of: what stands before it in its clause, else behind it, else
 * what the clauses before are about. */
static topic_set screen_topics(const struct screen *screen, size_t number)
{
    struct str clause = screen_before(screen, number);
    size_t comma;
    while ((comma = str_find(clause, STR(","))) < clause.len) {
        clause = str_slice(clause, comma + 1, clause.len);
    }
    topic_set topics = screen_topics_of(screen, clause);
    topics = topics ? topics : screen_topics_of(screen, screen_behind(screen, number));
    for (size_t i = number + 1; i > 0 && topics == 0; i--) {
        topics = screen_topics_of(screen, screen_before(screen, i - 1));
    }
    return topics;
}

static bool fact_is_of(const struct screen *screen, const struct screen_fact *fact)
{
    bool is_order = fact->order == SCREEN_ANY || screen->order == SCREEN_ANY ||
                    fact->order == screen->order;
    bool is_item = fact->item == SCREEN_ANY || screen->item == SCREEN_ANY ||
                   fact->item == screen->item;
    return is_order && is_item;
}

/* What is sold out travels in so many days once it is there, and nobody knows when it is. */
static bool fact_is_of_absent(const struct screen *screen, const struct screen_fact *fact,
                              topic_set topics)
{
    const struct brief *brief = screen->facts.brief;
    const struct product *product = fact->item > 0 && (size_t)fact->item <= brief->others_count
                                        ? brief->others[fact->item - 1]
                                        : brief_product(brief);
    bool is_travel = fact->passage == SCREEN_ANY && fact->order == SCREEN_ANY &&
                     fact->item != SCREEN_ANY && fact->value.kind == SCREEN_PERIOD &&
                     (fact->topics & TOPIC_BIT(SHIP)) != 0;
    return is_travel && product && product->stock == STOCK_OUT && !(topics & TOPIC_BIT(SHIP)) &&
           plain_has_any(screen->text, "stock|sold out|unavailable|缺货|售罄|无货|断货|没货|到货");
}

/* A sum that the facts do not state: how many orders there are. */
static bool value_is_count(const struct screen *screen, const struct screen_value *said)
{
    const struct brief *brief = screen->facts.brief;
    bool is_orders = brief->orders_count > 0 &&
                     said->amount == (int64_t)brief->orders_count * 10000;
    return said->kind == SCREEN_NUMBER && is_orders &&
           plain_has_any(screen->text, "orders|1 order|one order|个订单|笔订单");
}

static bool sentence_has(const struct screen *screen, enum screen_kind kind, int64_t amount)
{
    bool has = false;
    for (size_t i = 0; i < screen->hits.count; i++) {
        const struct screen_hit *hit = &screen->hits.items[i];
        has = has || (!hit->fact && hit->value.kind == kind && hit->value.amount == amount);
    }
    return has;
}

/* Another: what so many of the product cost as the customer asks for. Both are told in one
 * sentence, of that product and of nothing but its price. */
static bool value_is_of_many(const struct screen *screen, const struct screen_said *said)
{
    const struct brief *brief = screen->facts.brief;
    const struct product *product = brief_product(brief);
    const topic_set topics = TOPIC_BIT(PRICE) | TOPIC_BIT(TOTAL) | TOPIC_BIT(QUANTITY);
    struct quantity_total total;
    bool is_of_it = screen->item == 0 ||
                    (screen->item == SCREEN_ANY && screen->facts.products == 1);
    bool is_sum = said->value->kind == SCREEN_MONEY || said->value->kind == SCREEN_NUMBER;
    if (!is_sum || !product || !is_of_it || brief->event->kind != EVENT_MESSAGE ||
        (said->topics & ~topics) != 0 || screen->order != SCREEN_ANY ||
        !quantity_total(brief_text(brief), product, &total)) {
        return false;
    }
    bool is_told = sentence_has(screen, SCREEN_NUMBER, total.quantity * 10000) &&
                   sentence_has(screen, SCREEN_MONEY, total.amount);
    bool is_money = said->value->kind == SCREEN_MONEY && said->value->amount == total.amount &&
                    screen_is_same_money(said->value->unit, screen_currency(product->currency));
    bool is_quantity = said->value->kind == SCREEN_NUMBER &&
                       said->value->amount == total.quantity * 10000;
    return is_told && (is_money || is_quantity);
}

static enum flaw flaw_of(enum screen_kind kind)
{
    switch (kind) {
    case SCREEN_MONEY:
        return FLAW_PRICE;
    case SCREEN_PERIOD:
        return FLAW_PERIOD;
    case SCREEN_DATE:
    case SCREEN_CLOCK:
    case SCREEN_WEEKDAYS:
        return FLAW_DATE;
    case SCREEN_MEASURE:
        return FLAW_ATTRIBUTE;
    case SCREEN_NUMBER:
        return FLAW_NUMBER;
    case SCREEN_PHONE:
    case SCREEN_IDENTIFIER:
        return FLAW_IDENTIFIER;
    case SCREEN_TEXT:
        break;
    }
    return FLAW_ATTRIBUTE;
}

static bool screen_order_is_dated(const struct screen *screen)
{
    return screen->order != SCREEN_ANY &&
           screen->facts.brief->orders[screen->order].eta.len > 0;
}

static enum flaw screen_check_value(struct screen *screen, size_t number)
{
    const struct screen_value *value = &screen->hits.items[number].value;
    const struct screen_said said = { .value = value,
                                      .before = screen_before(screen, number),
                                      .behind = screen_behind(screen, number),
                                      /* where it comes from is told in words, not in numbers */
                                      .topics = screen_topics(screen, number) & ~TOPIC_BIT(FROM),
                                      .is_order_dated = screen_order_is_dated(screen) };
    const struct screen_context context = { .sentence = screen->text, .at = value->from,
                                            .reply = screen->reply, .item = screen->item };
    screen->is_claim = true;
    if (value->kind == SCREEN_IDENTIFIER) {
        return FLAW_IDENTIFIER;
    }
    if (value->kind == SCREEN_WEEKDAYS && value->unit != 0) {
        return FLAW_NONE; /* "on weekdays" names no day */
    }
    for (size_t i = 0; i < screen->facts.count; i++) {
        const struct screen_fact *fact = &screen->facts.items[i];
        if (screen_is_told_of(&said, fact) && fact_is_of(screen, fact) &&
            !fact_is_of_absent(screen, fact, said.topics) &&
            screen_fits(&said, screen->facts.today, &fact->value) &&
            !screen_subject_is_other(&screen->facts, &context, &said, fact)) {
            return FLAW_NONE;
        }
        if (screen_is_bare_number(fact) && fact_is_of(screen, fact) &&
            screen_fits_bare(&said, screen->text, fact)) {
            return FLAW_NONE;
        }
    }
    return value_is_count(screen, value) || value_is_of_many(screen, &said) ? FLAW_NONE
                                                                           : flaw_of(value->kind);
}

/* What number it is called, right in front of it. */
static enum flaw screen_check_label(const struct screen *screen, size_t number)
{
    const struct screen_fact *fact = screen->hits.items[number].fact;
    struct str before = screen_before(screen, number);
    struct str near = str_slice(before, before.len > 28 ? before.len - 28 : 0, 28);
    topic_set topics = screen_topics_in(&screen->facts, near);
    bool is_tracking = (topics & TOPIC_BIT(TRACKING)) != 0;
    bool is_sku = (topics & TOPIC_BIT(SKU)) != 0;
    bool is_order = (topics & TOPIC_BIT(ORDER)) != 0 && !is_tracking && !is_sku;
    bool is_wrong = (is_tracking && fact->role != SCREEN_OF_TRACKING) ||
                    (is_sku && fact->role != SCREEN_OF_SKU) ||
                    (is_order && fact->role != SCREEN_OF_ORDER_ID &&
                     plain_has_any(near, "order number|order no|order id|订单号|order #"));
    return is_wrong ? FLAW_IDENTIFIER : FLAW_NONE;
}

/* What words are told of. "Weighs 2 kg and is green": a verb of its own, so that what was told
 * before is not told of it, and what comes behind "and" is another thing. */
static topic_set screen_word_topics(const struct screen *screen, size_t number)
{
    struct str before = screen_before(screen, number);
    struct str behind = screen_behind(screen, number);
    behind = str_slice(behind, 0, plain_find(behind, 0, STR("and")));
    behind = str_slice(behind, 0, str_find(behind, STR("(")));
    topic_set topics = screen_topics_of(screen, before);
    if (screen->hits.items[number].fact->topics == TOPIC_BIT(CATEGORY)) {
        return topics; /* "our kitchen scales cost": what it is stands for what is told of */
    }
    topics = topics ? topics : screen_topics_of(screen, behind);
    bool is_own = plain_has_any(before, "is|are|comes in|it's|was");
    return topics || is_own ? topics : screen_topics(screen, number);
}

/* The description, which is of the first product, says it in these words. */
static bool words_are_described(const struct screen *screen, size_t number)
{
    bool is_of_it = screen->item == 0 ||
                    (screen->item == SCREEN_ANY && screen->facts.products == 1);
    const struct screen_hit *hits = screen->hits.items;
    size_t begin = number > 0 ? hits[number - 1].value.to : 0;
    return is_of_it && screen->order == SCREEN_ANY &&
           screen_is_described(&screen->facts, screen->text, &hits[number].value, begin);
}

/* Several facts may have the same words: one of them that fits is enough. */
static enum flaw screen_check_words(struct screen *screen, size_t number)
{
    const struct screen_fact *seen = screen->hits.items[number].fact;
    topic_set topics = screen_word_topics(screen, number);
    enum flaw flaw = FLAW_ATTRIBUTE;
    for (size_t i = 0; i < screen->facts.count; i++) {
        const struct screen_fact *fact = &screen->facts.items[i];
        if (fact->value.kind != SCREEN_TEXT || !str_eq(fact->text, seen->text)) {
            continue;
        }
        bool is_told = fact->topics == 0 || topics == 0 || (topics & fact->topics) != 0 ||
                       fact->passage != SCREEN_ANY;
        if (!is_told || (fact->role == SCREEN_OF_TEXT && !fact_is_of(screen, fact))) {
            continue;
        }
        screen->hits.items[number].fact = fact;
        flaw = FLAW_NONE;
        break;
    }
    return flaw != FLAW_NONE && words_are_described(screen, number) ? FLAW_NONE : flaw;
}

static enum flaw screen_check_fact(struct screen *screen, size_t number)
{
    const struct screen_fact *fact = screen->hits.items[number].fact;
    bool is_identifier = fact->role == SCREEN_OF_ORDER_ID || fact->role == SCREEN_OF_TRACKING ||
                         fact->role == SCREEN_OF_SKU;
    if (fact->role == SCREEN_OF_ORDER_ID) {
        bool is_other = screen->order != SCREEN_ANY && screen->order != fact->order;
        screen->item = is_other ? SCREEN_ANY : screen->item;
        screen->order = fact->order;
    }
    if (fact->role == SCREEN_OF_PRODUCT || fact->role == SCREEN_OF_SKU) {
        screen->item = fact->item;
    }
    if (fact->role == SCREEN_OF_TRACKING && screen->order != SCREEN_ANY &&
        fact->order != screen->order) {
        return FLAW_IDENTIFIER;
    }
    if (is_identifier) {
        return screen_check_label(screen, number);
    }
    return fact->role == SCREEN_OF_PRODUCT ? FLAW_NONE : screen_check_words(screen, number);
}

static enum flaw screen_check_hits(struct screen *screen)
{
    for (size_t i = 0; i < screen->hits.count; i++) {
        enum flaw flaw = screen->hits.items[i].fact ? screen_check_fact(screen, i)
                                              : screen_check_value(screen, i);
        if (flaw != FLAW_NONE) {
            return flaw;
        }
    }
    return FLAW_NONE;
}

/* "It is very quiet", "we also have it in blue": told of the product, without a value. */
static bool screen_is_of_thing(const struct screen *screen, bool is_question)
{
    static const char *const starts[] = { "it ", "it's ", "they ", "we also have ",
                                          "we have ", "we also offer ", "we also sell ", "它",
                                          "这款", "该款", "此款", "还有", "另有", "也有" };
    struct str text = str_trim(screen->text);
    bool is_start = false;
    for (size_t i = 0; i < countof(starts); i++) {
        is_start = is_start || str_starts(text, str_from(starts[i]));
    }
    bool is_with = plain_has_any(text, "included|comes with|come with");
    return brief_product(screen->facts.brief) && !is_question && (is_start || is_with);
}

/* What the spoken product or order costs, as a value; false: that is not known. */
static bool screen_price_of(const struct screen *screen, struct screen_value *ret_price)
{
    const topic_set topics = TOPIC_BIT(PRICE) | TOPIC_BIT(TOTAL);
    bool is_known = false;
    for (size_t i = 0; i < screen->facts.count && !is_known; i++) {
        const struct screen_fact *fact = &screen->facts.items[i];
        bool is_sum = screen->order == SCREEN_ANY ? fact->item != SCREEN_ANY
                                                  : (fact->topics & TOPIC_BIT(TOTAL)) != 0;
        is_known = fact->value.kind == SCREEN_MONEY && fact->passage == SCREEN_ANY && is_sum &&
                   (fact->topics & topics) != 0 && fact_is_of(screen, fact);
        *ret_price = is_known ? fact->value : *ret_price;
    }
    return is_known;
}

static bool screen_says_free(const struct screen *screen)
{
    static const struct str frees[] = { { "free", 4 }, { "包邮", 6 }, { "免运费", 9 }, { "免邮", 6 } };
    bool is_said = false;
    for (size_t i = 0; i < countof(frees); i++) {
        is_said = is_said || screen_find_outside_names(&screen->facts, screen->text, frees[i]) <
                                 screen->text.len;
    }
    return is_said;
}

/* "Shipping is free", where a page says from what sum on: the sum is told, or it is reached. */
static bool screen_is_free_early(const struct screen *screen)
{
    struct screen_value price = { .amount = 0 };
    const topic_set wanted = TOPIC_BIT(FREE);
    bool is_limited = false;
    bool is_reached = false;
    bool may_be = screen_pairs_may_have(&screen->pairs, screen_pair_of("fr")) ||
                  screen_pairs_may_have(&screen->pairs, screen_pair_of("包")) ||
                  screen_pairs_may_have(&screen->pairs, screen_pair_of("免"));
    if (!may_be || !screen_says_free(screen) ||
        !plain_has_any(screen->text, "ship*|deliver*|运|邮|配送")) {
        return false;
    }
    bool is_priced = screen_price_of(screen, &price);
    for (size_t i = 0; i < screen->facts.count; i++) {
        const struct screen_fact *fact = &screen->facts.items[i];
        const struct screen_value *limit = &fact->value;
        if (limit->kind != SCREEN_MONEY || fact->passage == SCREEN_ANY ||
            (fact->topics & wanted) == 0) {
            continue;
        }
        is_limited = true;
        is_reached = is_reached || sentence_has(screen, SCREEN_MONEY, limit->amount) ||
                     (is_priced && price.amount >= limit->amount &&
                      screen_is_same_money(price.unit, limit->unit));
    }
    bool is_turned = plain_has_any(screen->text, "below|under|less than|up to|不满|以下|不到") &&
                     !plain_has_any(screen->text, "from|over|above|or more|costs|满|以上|收");
    return is_limited && (is_turned || !is_reached);
}

static enum flaw screen_sentence_flaw(struct screen *screen, struct str original)
{
    plain_of(original, &screen->sentence.plain);
    screen->text = plain_str(&screen->sentence.plain);
    if (screen->text.len + 8 > PLAIN_BYTES_MAX) {
        return FLAW_LENGTH;
    }
    memset(screen->sentence.read, 0, screen->text.len);
    screen->is_claim = false;
    screen->pairs = screen_pairs_of(screen->text);
    if (!screen_hits_of(&screen->facts, &screen->pairs, &screen->sentence, &screen->hits)) {
        return FLAW_NUMBER;
    }
    screen->leans_on_day = screen->leans_on_day || screen_hits_lean_on_day(&screen->hits);
    enum flaw flaw = screen_check_hits(screen);
    if (flaw == FLAW_NONE && screen->item <= 0) {
        flaw = screen_denied_flaw(&screen->facts, &screen->pairs, &screen->sentence);
    }
    if (flaw == FLAW_NONE) {
        flaw = screen_claims(&screen->facts, screen->text, screen->order, screen->item,
                             &screen->is_claim);
    }
    if (flaw == FLAW_NONE) {
        flaw = screen_is_free_early(screen) ? FLAW_PROMISE
                                            : screen_beyond_flaw(&screen->facts, &screen->pairs,
                                                                 screen->text);
    }
    if (flaw == FLAW_NONE) {
        flaw = screen_vague_flaw(&screen->facts, &screen->pairs, screen->text, screen->order,
                                 &screen->leans_on_day);
    }
    if (flaw == FLAW_NONE && !screen_names_are_known(&screen->facts, original)) {
        flaw = FLAW_NAME;
    }
    bool is_question = screen->text.len > 0 && screen->text.ptr[screen->text.len - 1] == '?';
    topic_set topics = screen_topics_in(&screen->facts, screen->text) & ~TOPIC_BIT(ORDER);
    bool tells = screen->is_claim || screen->hits.count > 0 || (topics && !is_question) ||
                 screen->facts.is_copy || screen_is_of_thing(screen, is_question);
    if (flaw == FLAW_NONE && tells && !screen_words_are_known(&screen->facts, &screen->sentence)) {
        flaw = FLAW_NAME;
    }
    return flaw;
}

/* Each sentence fills what it needs of the rest, which is too much to be cleared for each reply. */
static struct screen *screen_create(struct arena *arena)
{
    struct screen *screen = arena_alloc(arena, sizeof(*screen));
    if (screen) {
        screen->order = SCREEN_ANY;
        screen->item = SCREEN_ANY;
        screen->leans_on_day = false;
    }
    return screen;
}

enum err screen_judge(struct arena *arena, const struct brief *brief, struct str text,
                      int64_t now_wall_ms, struct screen_verdict *ret_verdict)
{
    struct screen *screen = screen_create(arena);
    if (!screen) {
        return ERR_NOMEM;
    }
    TRY(screen_facts_of(arena, brief, now_wall_ms / DAY_MS, &screen->facts));
    enum flaw flaw = screen_is_language(&screen->facts, text) ? FLAW_NONE : FLAW_LANGUAGE;
    screen->reply = text;
    struct str rest = text;
    struct str sentence;
    while (flaw == FLAW_NONE && screen_sentence_next(&rest, &sentence)) {
        flaw = screen_sentence_flaw(screen, sentence);
        flaw = screen_is_quoted(&screen->facts, screen->text) ? FLAW_NONE : flaw;
    }
    *ret_verdict = (struct screen_verdict){ flaw, screen->leans_on_day };
    return OK;
}

enum err screen_reply(struct arena *arena, const struct brief *brief, struct str text,
                      int64_t now_wall_ms, enum flaw *ret_flaw)
{
    struct screen_verdict verdict;
    TRY(screen_judge(arena, brief, text, now_wall_ms, &verdict));
    *ret_flaw = verdict.flaw;
    return OK;
}
