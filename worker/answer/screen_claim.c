/* screen_claim.c - see screen_claim.h. A clause ends at a comma or "but"; what denies or only
 * supposes must stand in the same clause, before the word. */
#include "worker/answer/screen_claim.h"

#include "worker/answer/screen_clause.h"
#include "worker/answer/screen_deed.h"
#include "worker/answer/screen_extent.h"
#include "worker/answer/screen_order.h"
#include "worker/answer/screen_pair.h"
#include "worker/answer/screen_words.h"

#define LIKENESS_RARE 4 /* a word that says what is meant counts as so many that do not */

#define CLAIM_WORDS_MAX 1024

struct claim_row {
    int what;
    struct str words;
    const struct screen_pair_word *index; /* of each of the words */
    size_t index_count;
};

#define STATE(type, words)
#define STOCK(in, words)
#define PROMISE(topic, words)
#define NOT(word)
#define MAYBE(word)

#undef STATE
#define STATE(type, words) { type, { words, sizeof(words) - 1 }, NULL, 0 },
static struct claim_row states[] = {
#include "worker/answer/screen_claim.def"
};
#undef STATE
#define STATE(type, words)

#undef STOCK
#define STOCK(in, words) { in, { words, sizeof(words) - 1 }, NULL, 0 },
static struct claim_row stocks[] = {
#include "worker/answer/screen_claim.def"
};
#undef STOCK
#define STOCK(in, words)

#undef PROMISE
#define PROMISE(topic, words) { SCREEN_TOPIC_##topic, { words, sizeof(words) - 1 }, NULL, 0 },
static struct claim_row promises[] = {
#include "worker/answer/screen_claim.def"
};
#undef PROMISE
#define PROMISE(topic, words)

#undef NOT
#define NOT(word) { word, sizeof(word) - 1 },
static const struct str nots[] = {
#include "worker/answer/screen_claim.def"
};
#undef NOT
#define NOT(word)

#undef MAYBE
#define MAYBE(word) { word, sizeof(word) - 1 },
static const struct str maybes[] = {
#include "worker/answer/screen_claim.def"
};
#undef MAYBE
#undef STATE
#undef STOCK
#undef PROMISE
#undef NOT

/* Only read, as the rows are, once main() runs. */
static struct screen_pair_word claim_words[CLAIM_WORDS_MAX];
static size_t claim_words_count;

static void claim_index_rows(struct claim_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str rest = rows[i].words;
        struct str word;
        rows[i].index = claim_words + claim_words_count;
        while (str_split(&rest, '|', &word)) {
            assert(claim_words_count < CLAIM_WORDS_MAX);
            claim_words[claim_words_count++] = screen_pair_word(word);
            rows[i].index_count++;
        }
    }
}

__attribute__((constructor)) static void claim_index_build(void)
{
    claim_index_rows(states, countof(states));
    claim_index_rows(stocks, countof(stocks));
    claim_index_rows(promises, countof(promises));
}

/* No negations, though they look it. */
static const struct str harmless[] = {
    { "不客气", 9 }, { "不好意思", 12 }, { "不仅", 6 },   { "不同", 6 },    { "不过", 6 },
    { "不错", 6 },   { "不久", 6 },      { "非常", 6 },   { "特别", 6 },    { "没问题", 9 },
    { "不用担心", 12 }, { "请不要担心", 15 }, { "no problem", 10 }, { "not only", 8 },
    { "不锈钢", 9 }, { "别的", 6 }, { "no later than", 13 }, { "no more than", 12 }, { "不超过", 9 },
    { "未使用", 9 }, { "未拆封", 9 }, { "未开封", 9 }, { "未穿", 6 }, { "未洗", 6 },
    { "不影响", 9 }, { "没关系", 9 }, { "no doubt", 8 }, { "无论", 6 },
};

static bool harmless_at(struct str text, size_t at)
{
    for (size_t i = 0; i < countof(harmless); i++) {
        struct str word = harmless[i];
        for (size_t back = 0; back <= at && back < word.len; back++) {
            if (str_starts(str_slice(text, at - back, word.len), word)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_not(struct str clause)
{
    bool is_denied = false;
    for (size_t i = 0; i < countof(nots); i++) {
        for (size_t at = 0; (at = plain_find(clause, at, nots[i])) < clause.len; at++) {
            is_denied = is_denied || !harmless_at(clause, at);
        }
    }
    return is_denied;
}

static bool has_maybe(struct str clause)
{
    for (size_t i = 0; i < countof(maybes); i++) {
        if (plain_has(clause, maybes[i])) {
            return true;
        }
    }
    return false;
}

static const char claim_limits[] = "until|before|unless|前|除非";

static bool is_question(struct str text)
{
    struct str bare = str_trim(text);
    return bare.len > 0 && bare.ptr[bare.len - 1] == '?';
}

/* Where the row's words stand first at `from` or behind; text.len: nowhere. */
static size_t row_find(struct str text, size_t from, const struct claim_row *row, size_t *ret_len)
{
    size_t best = text.len;
    const struct screen_pairs pairs = screen_pairs_of(text);
    for (size_t i = 0; i < row->index_count; i++) {
        struct str word = row->index[i].word;
        if (!screen_pairs_may_have(&pairs, row->index[i].pair)) {
            continue;
        }
        size_t at = plain_find(text, from, word);
        size_t len = word.len - (word.ptr[word.len - 1] == '*' ? 1 : 0);
        if (at < best || (at == best && at < text.len && len > *ret_len)) {
            best = at;
            *ret_len = len;
        }
    }
    return best;
}

/* What is true of an order: each state that it went through, as far as that is sure. */
static bool state_holds(enum order_type said, enum order_type type)
{
    switch (said) {
    case ORDER_PLACED:
        return true;
    case ORDER_PAID:
        return type != ORDER_PLACED && type != ORDER_CANCELLED;
    case ORDER_SHIPPED:
        return type == ORDER_SHIPPED || type == ORDER_DELIVERED || type == ORDER_RETURNED;
    case ORDER_DELIVERED:
        return type == ORDER_DELIVERED || type == ORDER_RETURNED;
    case ORDER_CANCELLED:
    case ORDER_RETURNED:
    case ORDER_REFUNDED:
        break;
    }
    return said == type;
}

/* What may still come. */
static bool state_may_come(enum order_type said, enum order_type type)
{
    return said > type && type < ORDER_DELIVERED && said <= ORDER_DELIVERED;
}

static bool any_order(const struct screen_facts *facts, int order, enum order_type said,
                      bool (*holds)(enum order_type said, enum order_type type))
{
    for (size_t i = 0; i < facts->brief->orders_count; i++) {
        bool is_meant = order == SCREEN_ANY || order == (int)i;
        if (is_meant && holds(said, facts->brief->orders[i].type)) {
            return true;
        }
    }
    return false;
}

static bool any_order_lacks(const struct screen_facts *facts, int order, enum order_type said)
{
    for (size_t i = 0; i < facts->brief->orders_count; i++) {
        bool is_meant = order == SCREEN_ANY || order == (int)i;
        if (is_meant && !state_holds(said, facts->brief->orders[i].type)) {
            return true;
        }
    }
    return false;
}

/* How many words, or pairs of Chinese characters, of the reply the sentence has too. */
static size_t likeness(struct str sentence, struct str reply)
{
    size_t count = 0;
    for (size_t at = 0; at < reply.len;) {
        bool is_han = (unsigned char)reply.ptr[at] >= 0xE4 && (unsigned char)reply.ptr[at] <= 0xE9;
        size_t end = at;
        while (!is_han && end < reply.len && reply.ptr[end] > ' ' && reply.ptr[end] != ',' &&
               reply.ptr[end] != '.') {
            end++;
        }
        struct str word = str_slice(reply, at, is_han ? 6 : end - at);
        bool is_shared = word.len > 2 && (is_han ? str_find(sentence, word) < sentence.len
                                                 : plain_has(sentence, word));
        size_t weight = is_han || screen_word_is_plain(word) ? 1 : LIKENESS_RARE;
        count += is_shared ? weight : 0;
        at = is_han ? at + 3 : max_size(end, at + 1);
    }
    return count;
}

/* What may be free. */
static topic_set claim_services(const struct screen_facts *facts, struct str text)
{
    const topic_set services = TOPIC_BIT(SHIP) | TOPIC_BIT(RETURN) | TOPIC_BIT(EXCHANGE) |
                               TOPIC_BIT(REPAIR) | TOPIC_BIT(REPLACE) | TOPIC_BIT(CANCEL) |
                               TOPIC_BIT(GIFT) | TOPIC_BIT(MINIMUM);
    topic_set ships = plain_has_any(text, "包邮|免运费|免邮") ? TOPIC_BIT(SHIP) : 0;
    return ships | (screen_topics_in(facts, text) & services);
}

/* That shipping is free says nothing of returns, nor of the product. */
static bool is_of_same(const struct screen_facts *facts, struct str reply, struct str sentence)
{
    const topic_set others = TOPIC_BIT(SHIP) | TOPIC_BIT(CANCEL) | TOPIC_BIT(MINIMUM);
    topic_set said = claim_services(facts, reply);
    topic_set told = claim_services(facts, sentence);
    return (said & ~told & ~others) == 0 && (told == 0 || (said & told) != 0);
}

/* Of the sentences of the shop's pages and of the description that have one of the words, the one
 * that is most like the reply, or all that are, have the same sign. */
static bool is_supported(const struct screen_facts *facts, struct str reply,
                         const struct claim_row *row, bool is_denied)
{
    size_t best = 0;
    bool is_same = false;
    size_t len = 0;
    for (size_t i = 0; i < facts->sentences_count; i++) {
        struct str sentence = facts->sentences[i];
        size_t at = row_find(sentence, 0, row, &len);
        size_t alike = at < sentence.len ? 1 + likeness(sentence, reply) : 0;
        bool agrees = alike > 0 && has_not(screen_clause_around(sentence, at)) == is_denied &&
                      (row->what != SCREEN_TOPIC_FREE || is_of_same(facts, reply, sentence)) &&
                      (is_denied || !screen_extent_is_wider(reply, sentence));
        is_same = alike > best ? agrees : alike == best ? is_same && agrees : is_same;
        best = max_size(best, alike);
    }
    return is_same;
}

/* An attribute allows the promise that it states, no other one of its kind: its name stands in the
 * clause, or all of it is quoted. */
static bool is_attribute(const struct screen_facts *facts, struct str reply, size_t at,
                         const struct claim_row *row, bool is_denied)
{
    struct str clause = screen_clause_around(reply, at);
    size_t len = 0;
    for (size_t i = 0; i < facts->attributes_count; i++) {
        struct str told = facts->attributes_told[i];
        size_t quote = plain_find(reply, at > told.len ? at - told.len : 0, told);
        size_t said = row_find(told, 0, row, &len);
        bool is_quoted = quote <= at && at < quote + told.len;
        bool is_named = facts->attributes[i].len > 0 && plain_has(clause, facts->attributes[i]);
        bool agrees = said < told.len && has_not(screen_clause_around(told, said)) == is_denied;
        if (agrees && (is_quoted || is_named)) {
            return true;
        }
    }
    return false;
}

typedef bool deed_is_fn(struct str clause, struct screen_place word);

/* Of the words of a row at `at`, in their clause. */
static bool claim_is_deed(struct str text, size_t at, size_t len, deed_is_fn *is_deed)
{
    struct str clause = screen_clause_around(text, at);
    size_t from = at - (size_t)(clause.ptr - text.ptr);
    return is_deed(clause, (struct screen_place){ from, from + len });
}

static enum flaw claim_state(const struct screen_facts *facts, struct str text,
                             const struct claim_row *row, int spoken, bool *is_claim)
{
    size_t len = 0;
    enum order_type said = (enum order_type)row->what;
    for (size_t at = 0; (at = row_find(text, at, row, &len)) < text.len; at++) {
        int order = screen_order_at(facts, text, at, spoken);
        struct str before = screen_clause_before(text, at, at + len);
        struct str ahead = str_slice(text, at + len, 3);
        bool is_maybe = has_maybe(screen_clause_before(text, at, at)) || str_eq(ahead, STR("后")) ||
                        is_question(text);
        bool is_denied = has_not(before);
        bool is_policy = is_maybe && said != ORDER_SHIPPED && said != ORDER_DELIVERED;
        bool is_deed = !is_maybe && claim_is_deed(text, at, len, screen_deed_is_state);
        if (is_policy || (!is_deed && is_supported(facts, text, row, is_denied))) {
            continue;
        }
        *is_claim = true;
        bool is_each = screen_order_is_each(screen_clause_around(text, at));
        bool holds = any_order(facts, order, said, state_holds);
        bool lacks = any_order_lacks(facts, order, said);
        bool is_true = is_denied ? lacks && !(is_each && holds) : holds && !(is_each && lacks);
        bool is_coming = is_maybe && (any_order(facts, order, said, state_may_come) ||
                                      facts->brief->orders_count == 0);
        if (is_maybe ? !is_coming : !is_true) {
            return FLAW_STATE;
        }
    }
    return FLAW_NONE;
}

static bool has_word_of(struct str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (plain_has(text, str_from(words[i]))) {
            return true;
        }
    }
    return false;
}

/* Word for word what a page says: "an available item" there is no word on this product. */
static bool is_quoted(const struct screen_facts *facts, struct str reply)
{
    for (size_t i = 0; i < facts->sentences_count; i++) {
        if (str_eq(facts->sentences[i], reply)) {
            return true;
        }
    }
    return false;
}

/* The product with that number in the facts, which is the first one's where none is told of. */
static enum stock stock_of(const struct screen_facts *facts, int item)
{
    const struct brief *brief = facts->brief;
    bool is_other = item > 0 && (size_t)item <= brief->others_count;
    const struct product *product = is_other ? brief->others[item - 1] : brief_product(brief);
    return product ? product->stock : STOCK_UNKNOWN;
}

/* "Our team is available": people are no stock. */
static bool is_of_people(struct str before)
{
    static const char *const people[] = { "we are", "we're", "team is", "team are", "service is",
                                          "support is", "staff is", "staff are", "agents are",
                                          "colleagues are", "hotline is", "lines are" };
    struct str clause = str_trim(before);
    bool is_people = false;
    for (size_t i = 0; i < countof(people); i++) {
        struct str words = str_from(people[i]);
        size_t from = clause.len > words.len ? clause.len - words.len : 0;
        is_people = is_people || plain_is_at(clause, from, words);
    }
    return is_people;
}

static enum flaw claim_stock(const struct screen_facts *facts, struct str text,
                             const struct claim_row *row, int item, bool *is_claim)
{
    static const char *const supposes[] = { "if", "when", "once", "whether", "如果", "若", "一旦",
                                            "是否", "等" };
    enum stock stock = stock_of(facts, item);
    size_t len = 0;
    for (size_t at = 0; (at = row_find(text, at, row, &len)) < text.len; at++) {
        struct str before = screen_clause_before(text, at, at);
        if (is_question(text) || has_word_of(before, supposes, countof(supposes)) ||
            is_of_people(before)) {
            continue;
        }
        *is_claim = true;
        bool is_denied = has_not(before);
        enum stock said = is_denied ? (row->what == STOCK_IN ? STOCK_OUT : STOCK_IN)
                                    : (enum stock)row->what;
        if (said != stock) {
            return FLAW_STATE;
        }
    }
    return FLAW_NONE;
}

/* A wish that is passed on, and a word that only names what is spoken of, promise nothing. */
static bool is_only_named(struct str text, size_t at, size_t len)
{
    static const char *const behind[] = { "request", "question", "enquiry", "inquiry", "申请",
                                          "请求", "问题", "事宜", "诉求" };
    static const char *const before[] = { "about", "regarding", "concerning", "关于", "有关" };
    static const char *const unable[] = { "cannot promise", "can't promise", "cannot confirm",
                                          "can't confirm", "cannot say", "can't say",
                                          "not able to confirm", "unable to confirm",
                                          "don't know", "do not know", "cannot decide",
                                          "无法承诺", "不能承诺", "无法确认", "不能确认", "无法保证",
                                          "不能保证", "不清楚", "不确定", "无法判断",
                                          "no date", "no restock date", "no information",
                                          "暂无", "没有补货时间", "未定", "不知道" };
    struct str ahead = str_slice(text, at + len, 16);
    struct str clause = screen_clause_before(text, at, at);
    bool is_noun = false;
    for (size_t i = 0; i < countof(behind); i++) {
        size_t found = str_find(ahead, str_from(behind[i]));
        is_noun = is_noun || (found < ahead.len && found <= 8);
    }
    struct str near = str_slice(clause, clause.len > 16 ? clause.len - 16 : 0, 16);
    return is_noun || has_word_of(near, before, countof(before)) ||
           has_word_of(screen_clause_around(text, at), unable, countof(unable));
}

/* "Orders can be cancelled until they are shipped", and this one was: then it cannot. */
static bool is_too_late(const struct screen_facts *facts, const struct claim_row *row, int order)
{
    bool is_limited = false;
    size_t len = 0;
    if (row->what != SCREEN_TOPIC_CANCEL ||
        !any_order(facts, order, ORDER_SHIPPED, state_holds)) {
        return false;
    }
    for (size_t i = 0; i < facts->sentences_count && !is_limited; i++) {
        struct str sentence = facts->sentences[i];
        size_t at = row_find(sentence, 0, row, &len);
        is_limited = at < sentence.len && !has_not(screen_clause_around(sentence, at)) &&
                     plain_has_any(sentence, claim_limits) &&
                     plain_has_any(sentence, "ship*|dispatch*|sent|发货|出库|寄出|发出");
    }
    return is_limited;
}

static enum flaw claim_promise(const struct screen_facts *facts, struct str text,
                               const struct claim_row *row, int spoken, bool *is_claim)
{
    size_t len = 0;
    for (size_t at = 0; (at = row_find(text, at, row, &len)) < text.len; at++) {
        int order = screen_order_at(facts, text, at, spoken);
        bool is_supposed = row->what == SCREEN_TOPIC_QUANTITY && /* "once it is back in stock" */
                           plain_has_any(screen_clause_before(text, at, at), "once|when|if|until");
        if (is_question(text) || is_supposed || is_only_named(text, at, len) ||
            screen_is_in_name(facts, text, at, len)) {
            continue;
        }
        *is_claim = true;
        bool is_denied = has_not(screen_clause_around(text, at));
        bool is_refunded = row->what == SCREEN_TOPIC_REFUND &&
                           any_order(facts, order, ORDER_REFUNDED, state_holds);
        bool is_returned = row->what == SCREEN_TOPIC_RETURN &&
                           any_order(facts, order, ORDER_RETURNED, state_holds);
        bool is_cancelled = row->what == SCREEN_TOPIC_CANCEL &&
                            any_order(facts, order, ORDER_CANCELLED, state_holds);
        bool is_state = !is_denied && (is_refunded || is_returned || is_cancelled) &&
                        !has_maybe(screen_clause_before(text, at, at));
        bool is_deed = !is_denied && claim_is_deed(text, at, len, screen_deed_is_promised);
        bool is_told = is_supported(facts, text, row, is_denied) ||
                       is_attribute(facts, text, at, row, is_denied);
        bool is_late = is_too_late(facts, row, order);
        bool is_missed = is_late && !is_denied && order != SCREEN_ANY &&
                         !plain_has_any(text, claim_limits);
        if (!is_state && (is_deed || is_missed || !(is_told || (is_late && is_denied)))) {
            return FLAW_PROMISE;
        }
    }
    return FLAW_NONE;
}

/* False: none of the row's words stands in the text with those pairs. */
static bool row_may_be(const struct claim_row *row, const struct screen_pairs *pairs)
{
    for (size_t i = 0; i < row->index_count; i++) {
        if (screen_pairs_may_have(pairs, row->index[i].pair)) {
            return true;
        }
    }
    return false;
}

enum flaw screen_claims(const struct screen_facts *facts, struct str sentence, int order,
                        int item, bool *ret_is_claim)
{
    const struct screen_pairs pairs = screen_pairs_of(sentence);
    enum flaw flaw = screen_order_is_mixed_up(facts, sentence) ? FLAW_ATTRIBUTE : FLAW_NONE;
    for (size_t i = 0; i < countof(states) && flaw == FLAW_NONE; i++) {
        flaw = row_may_be(&states[i], &pairs)
                   ? claim_state(facts, sentence, &states[i], order, ret_is_claim)
                   : flaw;
    }
    bool is_page = is_quoted(facts, sentence);
    for (size_t i = 0; i < countof(stocks) && flaw == FLAW_NONE && !is_page; i++) {
        flaw = row_may_be(&stocks[i], &pairs)
                   ? claim_stock(facts, sentence, &stocks[i], item, ret_is_claim)
                   : flaw;
    }
    for (size_t i = 0; i < countof(promises) && flaw == FLAW_NONE; i++) {
        flaw = row_may_be(&promises[i], &pairs)
                   ? claim_promise(facts, sentence, &promises[i], order, ret_is_claim)
                   : flaw;
    }
    return flaw == FLAW_NONE && screen_deed_is_claimed(sentence) ? FLAW_PROMISE : flaw;
}
