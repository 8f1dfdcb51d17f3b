/* screen_subject.c - see screen_subject.h. */
#include "worker/answer/screen_subject.h"

#include "worker/answer/plural.h"
#include "worker/answer/screen_clause.h"
#include "worker/answer/screen_number.h"
#include "worker/answer/screen_words.h"

#define SUBJECT_HAN_BYTES 6 /* two characters: one alone says too little */
#define SUBJECT_WORD_MIN 3
#define SUBJECT_WORD_MAX 48

enum subject_verdict { SUBJECT_UNKNOWN, SUBJECT_FACTS, SUBJECT_RIVALS };

static bool subject_is_kind(enum screen_kind kind)
{
    return kind == SCREEN_PERIOD || kind == SCREEN_MONEY || kind == SCREEN_CLOCK ||
           kind == SCREEN_WEEKDAYS;
}

static struct str subject_sentence(const struct screen_facts *facts, const struct screen_fact *fact)
{
    return facts->sentences[fact->sentence];
}

static struct str subject_clause(const struct screen_facts *facts, const struct screen_fact *fact)
{
    struct str sentence = subject_sentence(facts, fact);
    return screen_clause_around(sentence, min_size(fact->value.from, sentence.len));
}

/* Another value of the same kind that a page has for what the value is told of. */
static bool subject_is_rival(const struct screen_facts *facts, const struct screen_said *said,
                             const struct screen_fact *fact, const struct screen_fact *other)
{
    bool is_bound = other->value.bound == fact->value.bound ||
                    other->value.bound == SCREEN_ALONE || fact->value.bound == SCREEN_ALONE;
    bool is_clock = fact->value.kind == SCREEN_CLOCK;
    bool is_same = other->value.amount == fact->value.amount &&
                   (is_clock || other->value.unit == fact->value.unit);
    if (other->passage == SCREEN_ANY || other->value.kind != fact->value.kind || is_same ||
        !is_bound) {
        return false;
    }
    bool is_hours = is_clock || fact->value.kind == SCREEN_WEEKDAYS;
    bool is_topic = is_hours || ((other->topics & fact->topics & ~TOPIC_BIT(ORDER)) != 0 &&
                                 (said->topics & ~other->topics) == 0);
    bool is_listed = other->passage == fact->passage &&
                     (other->topics == 0 || (fact->topics == 0 && said->topics == 0));
    /* From when to when is told in one breath, and the colon of 9:00 ends a clause. */
    bool is_apart = is_clock
                        ? other->sentence != fact->sentence
                        : subject_clause(facts, other).ptr != subject_clause(facts, fact).ptr;
    return (is_topic || is_listed) && is_apart;
}

/* In either number, which finds "returned" of "return" as well. */
static bool subject_text_has(struct str text, struct str word)
{
    char open[SUBJECT_WORD_MAX + 1];
    struct str stem = plural_stem(word);
    if ((unsigned char)word.ptr[0] >= 0x80 || stem.len > SUBJECT_WORD_MAX) {
        return plain_has(text, word);
    }
    memcpy(open, stem.ptr, stem.len);
    open[stem.len] = '*';
    const struct str begin = { open, stem.len + 1 };
    for (size_t at = 0; (at = plain_find(text, at, begin)) < text.len; at++) {
        size_t end = at + stem.len;
        while (end < text.len && plain_is_letter(text.ptr[end])) {
            end++;
        }
        if (end - at - stem.len <= PLURAL_ENDING_MAX) {
            return true;
        }
    }
    return false;
}

static bool subject_is_han_at(struct str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : 0;
    return c >= 0xE4 && c <= 0xE9;
}

/* The next word from `*at` on that may name a thing; empty: none. */
static struct str subject_word_next(struct str text, size_t *at)
{
    while (*at < text.len) {
        struct screen_number number;
        struct str rest = str_slice(text, *at, text.len);
        size_t end = *at;
        while (end < text.len && text.ptr[end] >= 'a' && text.ptr[end] <= 'z') {
            end++;
        }
        bool is_han = subject_is_han_at(text, *at) && subject_is_han_at(text, *at + 3);
        size_t plain = is_han ? screen_word_at(rest) : 0;
        if (end > *at) {
            struct str word = str_slice(text, *at, end - *at);
            *at = end;
            if (word.len >= SUBJECT_WORD_MIN &&
                (!screen_word_is_plain(word) || str_eq(word, STR("else")))) {
                return word;
            }
        } else if (is_han && plain < SUBJECT_HAN_BYTES && !screen_number_at(text, *at, &number)) {
            *at += SUBJECT_HAN_BYTES / 2;
            return str_slice(rest, 0, SUBJECT_HAN_BYTES);
        } else {
            *at += plain >= SUBJECT_HAN_BYTES ? plain : 1;
        }
    }
    return STR_NONE;
}

/* Whether a word that parts `own` from `other` stands in the text. A text without bytes: whether
 * there is any such word. */
static bool subject_hits(const struct screen_facts *facts, struct str own, struct str other,
                         struct str text)
{
    size_t at = 0;
    for (struct str word; (word = subject_word_next(own, &at)).len > 0;) {
        if (!subject_text_has(other, word) && screen_topics_in(facts, word) == 0 &&
            (text.len == 0 || subject_text_has(text, word))) {
            return true;
        }
    }
    return false;
}

/* What a fact and its rival are told of: their clauses, or sentences where the clauses say nothing
 * that parts them. */
struct subject_pair {
    struct str fact;
    struct str rival;
};

static struct subject_pair subject_pair_of(const struct screen_facts *facts,
                                           const struct screen_fact *fact,
                                           const struct screen_fact *rival)
{
    struct subject_pair pair = { subject_clause(facts, fact), subject_clause(facts, rival) };
    bool is_parted = subject_hits(facts, pair.fact, pair.rival, STR_NONE) ||
                     subject_hits(facts, pair.rival, pair.fact, STR_NONE);
    if (!is_parted && rival->sentence != fact->sentence) {
        pair.fact = subject_sentence(facts, fact);
        pair.rival = subject_sentence(facts, rival);
    }
    return pair;
}

static enum subject_verdict subject_in(const struct screen_facts *facts,
                                       const struct subject_pair *pair, struct str text)
{
    if (text.len == 0) {
        return SUBJECT_UNKNOWN;
    }
    if (subject_hits(facts, pair->fact, pair->rival, text)) {
        return SUBJECT_FACTS;
    }
    return subject_hits(facts, pair->rival, pair->fact, text) ? SUBJECT_RIVALS : SUBJECT_UNKNOWN;
}

/* By the name, the category and the like of the product that is spoken of. */
static enum subject_verdict subject_in_product(const struct screen_facts *facts,
                                               const struct subject_pair *pair, int item)
{
    enum subject_verdict found = SUBJECT_UNKNOWN;
    int meant = item == SCREEN_ANY && brief_product(facts->brief) ? 0 : item;
    for (size_t i = 0; i < facts->count && found != SUBJECT_FACTS; i++) {
        const struct screen_fact *fact = &facts->items[i];
        bool is_meant = fact->value.kind == SCREEN_TEXT && fact->passage == SCREEN_ANY &&
                        !(fact->topics & TOPIC_BIT(FROM)) && fact->item != SCREEN_ANY &&
                        (meant == SCREEN_ANY || fact->item == meant);
        enum subject_verdict verdict = is_meant ? subject_in(facts, pair, fact->text)
                                                : SUBJECT_UNKNOWN;
        found = verdict != SUBJECT_UNKNOWN ? verdict : found;
    }
    return found;
}

/* The texts of a context that are longer than most need. */
struct subject_texts {
    struct plain reply;
    struct plain question; /* empty: it is no message */
};

static void subject_read(const struct screen_facts *facts, const struct screen_context *context,
                         struct subject_texts *texts)
{
    const struct brief *brief = facts->brief;
    plain_of(context->reply, &texts->reply);
    plain_of(brief->event->kind == EVENT_MESSAGE ? brief_text(brief) : STR_NONE, &texts->question);
}

static bool subject_is_rivals(const struct screen_facts *facts,
                              const struct screen_context *context,
                              const struct subject_texts *texts, const struct subject_pair *pair,
                              bool is_strict)
{
    const struct str near[] = { screen_clause_around(context->sentence, context->at),
                                context->sentence, plain_str(&texts->reply),
                                plain_str(&texts->question) };
    enum subject_verdict verdict = SUBJECT_UNKNOWN;
    for (size_t i = 0; i < countof(near) && verdict == SUBJECT_UNKNOWN; i++) {
        verdict = subject_in(facts, pair, near[i]);
    }
    verdict = verdict ? verdict : subject_in_product(facts, pair, context->item);
    bool is_of_all = plain_has_any(pair->fact, "else|other|others|rest|remaining|其他|其它|其余") ||
                     !subject_hits(facts, pair->fact, pair->rival, STR_NONE);
    bool is_untold = verdict == SUBJECT_UNKNOWN && is_strict && !is_of_all;
    return verdict == SUBJECT_RIVALS || is_untold;
}

/* What stands around a colon is of one day ("9:00", "Sunday: closed"), what is "and closed on
 * Sundays" of another one. */
static bool subject_hours_end(struct str text, size_t at)
{
    return (text.ptr[at] != ':' && screen_clause_ends(text, at)) ||
           plain_is_at(text, at, STR("and closed")) || plain_is_at(text, at, STR("and open")) ||
           plain_is_at(text, at, STR("and not"));
}

/* Whether it says when the shop is closed, where the value at `at` stands. */
static bool subject_is_closed(struct str text, size_t at)
{
    static const char closed[] = "closed|not|cannot|can't|aren't|don't|isn't|nobody|no one|except|"
                                 "unavailable|休息|不|关门|打烊|闭店|停止";
    size_t from = 0;
    size_t end = min_size(at, text.len);
    for (size_t i = 0; i < end; i++) {
        from = subject_hours_end(text, i) ? i + 1 : from;
    }
    while (end < text.len && !subject_hours_end(text, end)) {
        end++;
    }
    return plain_has_any(str_slice(text, from, end - from), closed);
}

/* "Closed on Sundays" says when, and bears out no "open on Sundays". */
static bool subject_is_denied(const struct screen_facts *facts,
                              const struct screen_context *context, const struct screen_fact *fact)
{
    const struct screen_value *value = &fact->value;
    bool is_weekly = value->kind == SCREEN_WEEKDAYS || value->kind == SCREEN_CLOCK ||
                     (value->kind == SCREEN_DATE && value->date.weekday > 0 &&
                      value->date.day == 0);
    return is_weekly && subject_is_closed(context->sentence, context->at) !=
                            subject_is_closed(subject_sentence(facts, fact), value->from);
}

bool screen_subject_is_other(const struct screen_facts *facts, const struct screen_context *context,
                             const struct screen_said *said, const struct screen_fact *fact)
{
    struct subject_texts texts;
    bool is_read = false;
    bool is_other = false;
    /* Hours are of the only shop as long as nothing speaks for another one. */
    bool is_strict = fact->value.kind == SCREEN_PERIOD || fact->value.kind == SCREEN_MONEY;
    if (fact->passage != SCREEN_ANY && subject_is_denied(facts, context, fact)) {
        return true;
    }
    if (fact->passage == SCREEN_ANY || !subject_is_kind(fact->value.kind)) {
        return false;
    }
    for (size_t i = 0; i < facts->count && !is_other; i++) {
        const struct screen_fact *rival = &facts->items[i];
        if (!subject_is_rival(facts, said, fact, rival)) {
            continue;
        }
        if (!is_read) {
            subject_read(facts, context, &texts);
            is_read = true;
        }
        const struct subject_pair pair = subject_pair_of(facts, fact, rival);
        is_other = subject_is_rivals(facts, context, &texts, &pair, is_strict);
    }
    return is_other;
}
