/* screen_facts.c - see screen_facts.h. */
#include "worker/answer/screen_facts.h"

#include "common/clock.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/order_asked.h"
#include "worker/answer/plural.h"
#include "worker/answer/screen_pair.h"

#define SCREEN_FACTS_FIRST 16 /* most briefs have few */
#define SCREEN_SENTENCES_MAX 256

static const struct str topic_words[SCREEN_TOPIC_COUNT] = {
#define TOPIC(name, words) { words, sizeof(words) - 1 },
#include "worker/answer/screen_topic.def"
#undef TOPIC
};

#define TOPIC_WORDS_MAX 512

struct topic_word {
    struct screen_pair_word word;
    topic_set bit;
};

static struct topic_word topic_index[TOPIC_WORDS_MAX]; /* only read once main() runs */
static size_t topic_index_count;

__attribute__((constructor)) static void topic_index_build(void)
{
    for (size_t i = 0; i < SCREEN_TOPIC_COUNT; i++) {
        struct str rest = topic_words[i];
        struct str word;
        while (str_split(&rest, '|', &word)) {
            assert(topic_index_count < TOPIC_WORDS_MAX);
            topic_index[topic_index_count++] =
                (struct topic_word){ screen_pair_word(word), UINT64_C(1) << i };
        }
    }
}

topic_set screen_topics_in(const struct screen_facts *facts, struct str text)
{
    topic_set found = 0;
    const struct screen_pairs pairs = screen_pairs_of(text);
    for (size_t i = 0; i < topic_index_count; i++) {
        const struct topic_word *row = &topic_index[i];
        bool may_be = screen_pairs_may_have(&pairs, row->word.pair) && !(found & row->bit);
        found |= may_be && plain_has(text, row->word.word) ? row->bit : 0;
    }
    for (size_t i = 0; i < facts->attributes_count; i++) {
        bool is_there = facts->attributes[i].len > 0 && plain_has(text, facts->attributes[i]);
        found |= is_there ? UINT64_C(1) << (SCREEN_TOPIC_COUNT + i) : 0;
    }
    return found;
}

static size_t sentence_end(struct str text, size_t at)
{
    static const struct str wide[] = { { "。", 3 }, { "！", 3 }, { "？", 3 }, { "；", 3 } };
    char c = text.ptr[at];
    bool is_last = at + 1 >= text.len;
    bool is_spaced = is_last || text.ptr[at + 1] == ' ' || text.ptr[at + 1] == '\n';
    if (c == '\n' || c == ';' || c == '!' || c == '?' || (c == '.' && is_spaced)) {
        return 1;
    }
    bool is_wide = (unsigned char)c >= 0x80;
    for (size_t i = 0; is_wide && i < countof(wide); i++) {
        if (str_starts(str_slice(text, at, 3), wide[i])) {
            return 3;
        }
    }
    return 0;
}

bool screen_sentence_next(struct str *rest, struct str *ret_sentence)
{
    struct str text = *rest;
    for (size_t at = 0; at < text.len; at++) {
        size_t end = sentence_end(text, at);
        if (end) {
            *ret_sentence = str_slice(text, 0, at + end);
            *rest = str_slice(text, at + end, text.len);
            return true;
        }
    }
    *ret_sentence = text;
    *rest = STR_NONE;
    return text.len > 0;
}

bool screen_is_quoted(const struct screen_facts *facts, struct str plain_sentence)
{
    struct str sentence = str_trim(plain_sentence);
    bool is_quoted = false;
    for (size_t i = facts->quotable; i < facts->sentences_count; i++) {
        is_quoted = is_quoted || (sentence.len > 0 && str_eq(facts->sentences[i], sentence));
    }
    return is_quoted;
}

/* True if the name stands there so that it has those bytes. */
static bool facts_name_covers(struct str name, struct str text, size_t at, size_t len)
{
    size_t from = at + len > name.len ? at + len - name.len : 0;
    while ((from = plain_find(text, from, name)) <= at && from < text.len) {
        if (from + name.len >= at + len) {
            return true;
        }
        from++;
    }
    return false;
}

bool screen_is_in_name(const struct screen_facts *facts, struct str text, size_t at, size_t len)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (fact->value.kind == SCREEN_TEXT && fact->role == SCREEN_OF_PRODUCT &&
            fact->text.len > len && facts_name_covers(fact->text, text, at, len)) {
            return true;
        }
    }
    return false;
}

size_t screen_find_outside_names(const struct screen_facts *facts, struct str text,
                                 struct str word)
{
    size_t at = plain_find(text, 0, word);
    while (at < text.len && screen_is_in_name(facts, text, at, word.len)) {
        at = plain_find(text, at + 1, word);
    }
    return at;
}

static enum err facts_plain(struct screen_facts *facts, struct str text, struct str *ret_plain)
{
    struct plain plain;
    plain_of(text, &plain);
    return arena_copy(facts->arena, str_trim(plain_str(&plain)), ret_plain);
}

static bool facts_make_room(struct screen_facts *facts)
{
    if (facts->count < facts->room || facts->room == SCREEN_FACTS_MAX) {
        return facts->count < facts->room;
    }
    size_t room = min_size(max_size(2 * facts->room, SCREEN_FACTS_FIRST), SCREEN_FACTS_MAX);
    struct screen_fact *items = arena_alloc(facts->arena, room * sizeof(*items));
    if (!items) {
        facts->is_short = true;
        return false;
    }
    if (facts->count > 0) {
        memcpy(items, facts->items, facts->count * sizeof(*items));
    }
    facts->items = items;
    facts->room = room;
    return true;
}

static void facts_add(struct screen_facts *facts, const struct screen_fact *fact)
{
    if (facts_make_room(facts)) {
        facts->items[facts->count++] = *fact;
    }
}

static enum err facts_add_text(struct screen_facts *facts, struct str text,
                               const struct screen_fact *like)
{
    struct screen_fact fact = *like;
    fact.value.kind = SCREEN_TEXT;
    TRY(facts_plain(facts, text, &fact.text));
    if (fact.text.len > 1) {
        facts_add(facts, &fact);
    }
    return OK;
}

/* The values of a text, none if there are too many. It is left in `sentence`, of which only its
 * part is cleared: the whole is more than most texts need by far. */
static size_t facts_read(const struct screen_facts *facts, struct str text,
                         struct screen_sentence *sentence,
                         struct screen_value values[SCREEN_VALUES_MAX])
{
    size_t count = 0;
    plain_of(text, &sentence->plain);
    memset(sentence->read, 0, sentence->plain.len);
    return screen_read(sentence, facts->today, values, &count) ? count : 0;
}

/* A product's name, and what several of it are called. */
static enum err facts_add_name(struct screen_facts *facts, struct str name,
                               const struct screen_fact *like)
{
    struct screen_fact fact = *like;
    struct str others[PLURAL_MAX];
    size_t count = 0;
    size_t before = facts->count;
    fact.role = SCREEN_OF_PRODUCT;
    TRY(facts_add_text(facts, name, &fact));
    if (facts->count == before) {
        return OK;
    }
    TRY(plural_others(facts->arena, facts->items[before].text, others, &count));
    for (size_t i = 0; i < count; i++) {
        fact.value.kind = SCREEN_TEXT;
        fact.text = others[i];
        facts_add(facts, &fact);
    }
    return OK;
}

/* The values of one sentence, all of them about what the sentence is about. */
static void facts_add_values(struct screen_facts *facts, struct str text,
                             const struct screen_fact *like)
{
    struct screen_sentence sentence;
    struct screen_value values[SCREEN_VALUES_MAX];
    size_t count = facts_read(facts, text, &sentence, values);
    size_t lead = (size_t)(str_trim(plain_str(&sentence.plain)).ptr - sentence.plain.bytes);
    for (size_t i = 0; i < count; i++) {
        struct screen_fact fact = *like;
        fact.value = values[i];
        fact.value.from -= min_size(fact.value.from, lead); /* sentences are kept without it */
        if (values[i].kind == SCREEN_IDENTIFIER) {
            struct str word = str_slice(plain_str(&sentence.plain), values[i].from,
                                        values[i].to - values[i].from);
            if (facts_add_text(facts, word, like) != OK) {
                return;
            }
            continue;
        }
        facts_add(facts, &fact);
    }
}

static enum err facts_add_sentences(struct screen_facts *facts, struct str text,
                                    const struct screen_fact *like)
{
    struct str rest = text;
    struct str sentence;
    topic_set before = 0;
    while (screen_sentence_next(&rest, &sentence) &&
           facts->sentences_count < SCREEN_SENTENCES_MAX) {
        struct str *kept = &facts->sentences[facts->sentences_count++];
        struct screen_fact fact = *like;
        fact.sentence = (size_t)(kept - facts->sentences);
        TRY(facts_plain(facts, sentence, kept));
        /* "Below that it costs 5.90 EUR" is about what the sentence before is about. */
        bool leans = before && plain_has_any(*kept, "it|that|this|they");
        fact.topics = screen_topics_in(facts, *kept) | (leans ? before & ~TOPIC_BIT(FREE) : 0);
        before = fact.topics;
        facts_add_values(facts, sentence, &fact);
    }
    return OK;
}

static void facts_add_money(struct screen_facts *facts, struct str price, struct str currency,
                            const struct screen_fact *like)
{
    struct screen_sentence sentence;
    struct screen_value values[SCREEN_VALUES_MAX];
    if (price.len == 0 || facts_read(facts, price, &sentence, values) == 0) {
        return;
    }
    struct screen_fact fact = *like;
    fact.value = (struct screen_value){ .kind = SCREEN_MONEY,
                                        .amount = values[0].amount,
                                        .unit = screen_currency(currency) };
    if (values[0].kind == SCREEN_IDENTIFIER || values[0].kind == SCREEN_PHONE) { /* 10000 */
        int64_t whole = 0;
        (void)str_to_i64(price, 0, INT32_MAX, &whole);
        fact.value.amount = whole * 10000;
    }
    facts_add(facts, &fact);
}

static void facts_add_days(struct screen_facts *facts, const struct product *product, int item)
{
    const int days[] = { product->ship_min_days, product->ship_max_days };
    struct screen_fact fact = { .topics = TOPIC_BIT(SHIP) | TOPIC_BIT(ARRIVE), .order = SCREEN_ANY,
                                .item = item, .passage = SCREEN_ANY };
    bool is_one = days[0] == days[1];
    for (size_t i = 0; i < countof(days); i++) {
        if (days[i] < 0) {
            continue;
        }
        struct screen_sentence sentence;
        struct screen_value values[SCREEN_VALUES_MAX];
        char text[32];
        snprintf(text, sizeof(text), "%d days", days[i]);
        (void)facts_read(facts, str_from(text), &sentence, values);
        fact.value = values[0];
        fact.value.bound = is_one ? SCREEN_ALONE : i == 0 ? SCREEN_FROM : SCREEN_TO;
        facts_add(facts, &fact);
    }
}

static enum err facts_add_attribute(struct screen_facts *facts, const struct attribute *attribute)
{
    struct screen_fact fact = { .order = SCREEN_ANY, .item = 0, .passage = SCREEN_ANY };
    struct str name;
    struct str told;
    TRY(facts_plain(facts, attribute->name, &name));
    TRY(arena_printf(facts->arena, &told, "%.*s %.*s", STR_ARG(attribute->name),
                     STR_ARG(attribute->value)));
    TRY(facts_plain(facts, told, &told));
    if (facts->attributes_count < SCREEN_ATTRIBUTES_MAX) {
        facts->attributes_told[facts->attributes_count] = told;
        facts->attributes[facts->attributes_count++] = name;
    }
    fact.topics = screen_topics_in(facts, name);
    facts_add_values(facts, attribute->value, &fact);
    return facts_add_text(facts, attribute->value, &fact);
}

static enum err facts_add_product(struct screen_facts *facts, const struct product *product)
{
    struct screen_fact fact = { .order = SCREEN_ANY, .item = 0, .passage = SCREEN_ANY };
    if (!product) {
        return OK;
    }
    facts->products = 1;
    TRY(facts_add_name(facts, product->name, &fact));
    fact.role = SCREEN_OF_SKU;
    TRY(facts_add_text(facts, product->sku, &fact));
    fact.role = SCREEN_OF_TEXT;
    for (size_t i = 0; i < product->attributes_count; i++) {
        TRY(facts_add_attribute(facts, &product->attributes[i]));
    }
    fact.topics = TOPIC_BIT(CATEGORY);
    TRY(facts_add_text(facts, product->category, &fact));
    fact.topics = TOPIC_BIT(FROM) | TOPIC_BIT(SHIP);
    TRY(facts_add_text(facts, product->ship_from, &fact));
    fact.topics = TOPIC_BIT(PRICE);
    facts_add_money(facts, product->price, product->currency, &fact);
    facts_add_days(facts, product, 0);
    fact.topics = 0;
    return facts_add_sentences(facts, product->description, &fact);
}

/* Of a product that is named beside the first: what two are compared by. */
static enum err facts_add_other(struct screen_facts *facts, const struct product *product)
{
    struct screen_fact fact = { .order = SCREEN_ANY, .item = (int)facts->products++,
                                .passage = SCREEN_ANY };
    TRY(facts_add_name(facts, product->name, &fact));
    fact.role = SCREEN_OF_SKU;
    TRY(facts_add_text(facts, product->sku, &fact));
    fact.role = SCREEN_OF_TEXT;
    fact.topics = TOPIC_BIT(FROM) | TOPIC_BIT(SHIP);
    TRY(facts_add_text(facts, product->ship_from, &fact));
    fact.topics = TOPIC_BIT(PRICE);
    facts_add_money(facts, product->price, product->currency, &fact);
    facts_add_days(facts, product, fact.item);
    return OK;
}

static enum err facts_add_products(struct screen_facts *facts)
{
    const struct brief *brief = facts->brief;
    TRY(facts_add_product(facts, brief_product(brief)));
    facts->described = facts->sentences_count;
    facts->products = brief->others_count > 0 ? 1 : facts->products; /* others begin behind it */
    for (size_t i = 0; i < brief->others_count; i++) {
        TRY(facts_add_other(facts, brief->others[i]));
    }
    for (size_t i = 0; i < brief->categories_count; i++) {
        const struct screen_fact fact = { .order = SCREEN_ANY, .item = SCREEN_ANY,
                                          .passage = SCREEN_ANY };
        TRY(facts_add_text(facts, brief->categories[i], &fact));
    }
    return OK;
}

/* What costs the least of its kind is told of as that. */
static enum err facts_add_cheapest(struct screen_facts *facts)
{
    bool is_told = facts->brief->is_shelf_cheapest &&
                   facts->sentences_count < SCREEN_SENTENCES_MAX;
    return is_told ? facts_plain(facts, STR("the cheapest, 最便宜"),
                                 &facts->sentences[facts->sentences_count++])
                   : OK;
}

/* The product of an item: the page's, if it is the same, else one of its own. */
static int facts_item(struct screen_facts *facts, const struct order_item *item)
{
    const struct product *product = brief_product(facts->brief);
    if (product && str_eq(product->sku, item->sku)) {
        return 0;
    }
    for (size_t i = 0; i < facts->brief->others_count; i++) {
        if (str_eq(facts->brief->others[i]->sku, item->sku)) {
            return (int)i + 1;
        }
    }
    return (int)++facts->products;
}

static enum err facts_add_item(struct screen_facts *facts, const struct order_item *item,
                               int order)
{
    struct screen_fact fact = { .order = order, .item = facts_item(facts, item),
                                .passage = SCREEN_ANY };
    TRY(facts_add_name(facts, item->name, &fact));
    fact.role = SCREEN_OF_SKU;
    TRY(facts_add_text(facts, item->sku, &fact));
    fact.role = SCREEN_OF_TEXT;
    TRY(facts_add_text(facts, item->category, &fact));
    fact.topics = TOPIC_BIT(PRICE) | TOPIC_BIT(ORDER);
    facts_add_money(facts, item->price, item->currency, &fact);
    fact.topics = TOPIC_BIT(QUANTITY) | TOPIC_BIT(ORDER);
    fact.value = (struct screen_value){ .kind = SCREEN_NUMBER, .amount = item->quantity * 10000 };
    facts_add(facts, &fact);
    return OK;
}

/* What its lines add up to, and the days of its placing and its delivery. */
static void facts_add_sums(struct screen_facts *facts, const struct order *order,
                           const struct screen_fact *like)
{
    struct screen_fact fact = *like;
    struct order_total total;
    char text[ORDER_AMOUNT_BYTES > CLOCK_TEXT_BYTES ? ORDER_AMOUNT_BYTES : CLOCK_TEXT_BYTES];
    struct str day;
    if (order_total_of(order, &total)) {
        fact.topics = TOPIC_BIT(TOTAL) | TOPIC_BIT(PRICE) | TOPIC_BIT(ORDER);
        facts_add_money(facts, order_amount(total.amount, text), total.currency, &fact);
    }
    if (order_placed_day(order, text, &day)) {
        fact.topics = TOPIC_BIT(PLACED);
        facts_add_values(facts, day, &fact);
    }
    if (order->type == ORDER_DELIVERED) {
        fact.topics = TOPIC_BIT(ARRIVE) | TOPIC_BIT(SHIP);
        facts_add_values(facts, order_day(order->at_wall_ms, order->at_offset_min, text), &fact);
    }
}

static void facts_add_sum_of_all(struct screen_facts *facts)
{
    const struct brief *brief = facts->brief;
    struct order_total total;
    char text[ORDER_AMOUNT_BYTES];
    const struct screen_fact fact = { .order = SCREEN_ANY, .item = SCREEN_ANY,
                                      .passage = SCREEN_ANY, .topics = TOPIC_BIT(TOTAL) };
    if (brief->orders_count > 1 && brief->orders_count < BRIEF_ORDERS_MAX &&
        order_total_of_all(brief->orders, brief->orders_count, &total)) {
        facts_add_money(facts, order_amount(total.amount, text), total.currency, &fact);
    }
}

static enum err facts_add_order(struct screen_facts *facts, const struct order *order, int number)
{
    struct screen_fact fact = { .order = number, .item = SCREEN_ANY, .passage = SCREEN_ANY };
    fact.role = SCREEN_OF_ORDER_ID;
    TRY(facts_add_text(facts, order->order_id, &fact));
    fact.role = SCREEN_OF_TRACKING;
    TRY(facts_add_text(facts, order->tracking, &fact));
    fact.role = SCREEN_OF_TEXT;
    fact.topics = TOPIC_BIT(CARRIER) | TOPIC_BIT(SHIP) | TOPIC_BIT(ORDER);
    TRY(facts_add_text(facts, order->carrier, &fact));
    fact.topics = TOPIC_BIT(ARRIVE) | TOPIC_BIT(SHIP) | TOPIC_BIT(ORDER);
    facts_add_values(facts, order->eta, &fact);
    facts_add_sums(facts, order, &fact);
    for (size_t i = 0; i < order->items_count; i++) {
        TRY(facts_add_item(facts, &order->items[i], number));
    }
    return OK;
}

/* What the shop says in its request may be said. */
static enum err facts_add_request(struct screen_facts *facts, const struct copy_request *request)
{
    const struct screen_fact fact = { .order = SCREEN_ANY, .item = SCREEN_ANY,
                                      .passage = SCREEN_ANY };
    TRY(facts_add_sentences(facts, request->offer, &fact));
    return facts_add_sentences(facts, request->audience, &fact);
}

/* The line that names the section which is quoted says no more than that it is there. */
static enum err facts_add_lead(struct screen_facts *facts, const struct passage *passage)
{
    struct str lead;
    if (facts->sentences_count == SCREEN_SENTENCES_MAX) {
        return OK;
    }
    TRY(builtin_page_lead(facts->arena, facts->brief->language, passage->title, &lead));
    return facts_plain(facts, lead, &facts->sentences[facts->sentences_count++]);
}

static enum err facts_add_all(struct screen_facts *facts)
{
    const struct brief *brief = facts->brief;
    TRY(facts_add_products(facts));
    TRY(facts_add_cheapest(facts));
    if (brief->event->kind == EVENT_COPY_REQUEST) {
        TRY(facts_add_request(facts, &brief->event->copy_request));
    }
    for (size_t i = 0; i < brief->orders_count; i++) {
        TRY(facts_add_order(facts, &brief->orders[i], (int)i));
    }
    facts_add_sum_of_all(facts);
    facts->quotable = facts->sentences_count;
    for (size_t i = 0; i < brief->passages_count; i++) {
        const struct screen_fact fact = { .order = SCREEN_ANY, .item = SCREEN_ANY,
                                          .passage = (int)i };
        TRY(facts_add_sentences(facts, brief->passages[i].title, &fact));
        TRY(facts_add_sentences(facts, brief->passages[i].text, &fact));
        TRY(facts_add_lead(facts, &brief->passages[i]));
    }
    return OK;
}

enum err screen_facts_of(struct arena *arena, const struct brief *brief, int64_t today,
                         struct screen_facts *ret_facts)
{
    enum event_kind kind = brief->event->kind;
    struct screen_facts facts = { .arena = arena, .brief = brief, .today = today };
    facts.is_copy = kind == EVENT_COPY_REQUEST || kind == EVENT_RECOMMENDATION_REQUEST;
    facts.sentences = arena_alloc(arena, SCREEN_SENTENCES_MAX * sizeof(*facts.sentences));
    if (!facts.sentences) {
        return ERR_NOMEM;
    }
    TRY(facts_add_all(&facts));
    if (facts.is_short) {
        return ERR_NOMEM;
    }
    *ret_facts = facts;
    return OK;
}
