/* intent.c - see intent.h. Two tables decide: smalltalk.def for messages that are nothing
 * else, intent.def for the rest. */
#include "worker/answer/intent.h"

#include "worker/answer/waiver.h"

#define SMALLTALK_BYTES_MAX 160

/* The later one decides. */
enum smalltalk { FILLER, NOD, GREETING, THANKS, HELP, ROBOT };

struct small_word {
    struct str text;
    enum smalltalk kind;
};

static const struct small_word small_words[] = {
#define SMALLTALK(kind, text) { { text, sizeof(text) - 1 }, kind },
#include "worker/answer/smalltalk.def"
#undef SMALLTALK
};

struct rule {
    enum intent intent;
    int weight;
    concept_set all;
    concept_set any; /* 0: no condition */
    concept_set none;
};

static const struct rule rules[] = {
#define C(name) CONCEPT_BIT(name)
#define RULE(intent, weight, all, any, none) { intent, weight, all, any, none },
#include "worker/answer/intent.def"
#undef RULE
#undef C
};

/* What one sentence names and the next ones are about, too. */
static const concept_set intent_topics = CONCEPT_BIT(MINE) | CONCEPT_BIT(NUMBER);

/* Bytes of the small word at the start of `rest`, the longest one; 0: none. */
static size_t small_word_at(struct str rest, enum smalltalk *ret_kind)
{
    size_t longest = 0;
    for (size_t i = 0; i < countof(small_words); i++) {
        struct str word = small_words[i].text;
        if (word.len > longest && word.ptr[0] == rest.ptr[0] && plain_is_at(rest, 0, word)) {
            longest = word.len;
            *ret_kind = small_words[i].kind;
        }
    }
    return longest;
}

/* Punctuation and pictures, between words: nothing that could carry a wish. */
static size_t mark_at(struct str rest)
{
    unsigned char c = (unsigned char)rest.ptr[0];
    if (c < 0x80) {
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return is_letter ? 0 : 1;
    }
    if (c >= 0xF0) {
        return 4;
    }
    bool is_punctuation = str_starts(rest, STR("。")) || str_starts(rest, STR("、")) ||
                          str_starts(rest, STR("…")) || str_starts(rest, STR("～")) ||
                          c == 0xE2;
    return is_punctuation ? 3 : 0;
}

static enum intent intent_of_smalltalk(struct str text)
{
    static const enum intent intents[] = {
        [FILLER] = INTENT_OTHER,   [NOD] = INTENT_NOD,   [GREETING] = INTENT_GREETING,
        [THANKS] = INTENT_THANKS,  [HELP] = INTENT_HELP, [ROBOT] = INTENT_ROBOT,
    };
    enum smalltalk best = FILLER;
    if (text.len > SMALLTALK_BYTES_MAX) {
        return INTENT_OTHER;
    }
    for (size_t at = 0; at < text.len;) {
        struct str rest = str_slice(text, at, text.len);
        enum smalltalk kind = FILLER;
        size_t word = small_word_at(rest, &kind); /* pictures may be words */
        size_t len = word ? word : mark_at(rest);
        if (!len) {
            return INTENT_OTHER;
        }
        best = kind > best ? kind : best;
        at += len;
    }
    return intents[best];
}

static const struct rule *rule_for(concept_set set)
{
    for (size_t i = 0; i < countof(rules); i++) {
        const struct rule *rule = &rules[i];
        bool has_all = (set & rule->all) == rule->all;
        bool has_any = !rule->any || (set & rule->any);
        if (has_all && has_any && !(set & rule->none)) {
            return rule;
        }
    }
    return NULL;
}

enum intent intent_of_concepts(const struct concepts *found)
{
    const struct rule *best = NULL;
    for (size_t i = 0; i < found->count; i++) {
        concept_set set = found->sentences[i];
        const struct rule *rule = set ? rule_for(set | (found->all & intent_topics)) : NULL;
        if (rule && (!best || rule->weight > best->weight)) {
            best = rule;
        }
    }
    return best ? best->intent : INTENT_OTHER;
}

enum intent intent_of_part(concept_set part, int *ret_weight)
{
    const struct rule *rule = part ? rule_for(part) : NULL;
    *ret_weight = rule ? rule->weight : 0;
    return rule ? rule->intent : INTENT_OTHER;
}

/* "Please don't cancel my order": how it stands with the order is what there is to say. */
static bool intent_keeps_order(const struct concepts *found)
{
    const concept_set orders = CONCEPT_BIT(ORDER) | CONCEPT_BIT(MINE) | CONCEPT_BIT(PARCEL) |
                               CONCEPT_BIT(NUMBER) | CONCEPT_BIT(ID) | CONCEPT_BIT(LEAN);
    return (found->denied & CONCEPT_BIT(CANCEL)) != 0 && (found->all & orders) != 0;
}

enum intent intent_read(struct str text, struct concepts *ret_concepts)
{
    struct plain plain;
    plain_of(text, &plain);
    enum intent small = intent_of_smalltalk(plain_str(&plain));
    if (small != INTENT_OTHER) {
        ret_concepts->count = 0;
        return small;
    }
    concepts_in(&plain, ret_concepts);
    enum intent intent = intent_of_concepts(ret_concepts);
    if (intent == INTENT_OTHER && intent_keeps_order(ret_concepts)) {
        return INTENT_ORDER_STATUS;
    }
    if (intent != INTENT_OTHER || plain.len > WAIVER_BYTES_MAX ||
        !waiver_is(plain_str(&plain), ret_concepts)) {
        return intent;
    }
    ret_concepts->count = 0;
    return INTENT_NOD;
}

enum intent intent_of(struct str text)
{
    struct concepts found;
    return intent_read(text, &found);
}

bool intent_asks_for_state(concept_set about)
{
    return (about & (CONCEPT_BIT(WHERE) | CONCEPT_BIT(WHEN) | CONCEPT_BIT(STATUS) |
                     CONCEPT_BIT(ARRIVE) | CONCEPT_BIT(SHIPPED) | CONCEPT_BIT(TRACK) |
                     CONCEPT_BIT(NOT_YET))) != 0;
}

enum intent intent_on_order(enum intent intent, const struct concepts *concepts)
{
    bool is_asked = concepts->count > 0 && intent_asks_for_state(concepts->all);
    return intent == INTENT_OTHER && is_asked ? INTENT_ORDER_STATUS : intent;
}

const char *intent_name(enum intent intent)
{
    switch (intent) {
    case INTENT_OTHER:
        return "other";
    case INTENT_SHIPPING_TIME:
        return "shipping_time";
    case INTENT_ORDER_STATUS:
        return "order_status";
    case INTENT_RETURN:
        return "return";
    case INTENT_REFUND:
        return "refund";
    case INTENT_CANCEL:
        return "cancel";
    case INTENT_PRICE:
        return "price";
    case INTENT_STOCK:
        return "stock";
    case INTENT_PRODUCT:
        return "product";
    case INTENT_COMPLAINT:
        return "complaint";
    case INTENT_PERSON:
        return "person";
    case INTENT_ANGRY:
        return "angry";
    case INTENT_GREETING:
        return "greeting";
    case INTENT_THANKS:
        return "thanks";
    case INTENT_ADDRESS:
        return "change_address";
    case INTENT_SCOPE:
        return "out_of_scope";
    case INTENT_NOD:
        return "nod";
    case INTENT_HELP:
        return "help";
    case INTENT_ROBOT:
        return "robot";
    }
    BUG("an intent without a name");
}
