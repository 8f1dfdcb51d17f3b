/* screen_hits.c - see screen_hits.h. */
#include "worker/answer/screen_hits.h"

struct hits_walk {
    const struct screen_facts *facts;
    const struct screen_pairs *pairs;
    struct screen_sentence *sentence;
    struct str text; /* of the sentence, plain */
    struct screen_hits *hits;
};

/* These look like numbers and are none. */
static const struct str no_numbers[] = {
    { "一下", 6 },   { "一些", 6 },   { "一般", 6 },   { "一直", 6 },   { "一定", 6 },
    { "一样", 6 },   { "一起", 6 },   { "一切", 6 },   { "一旦", 6 },   { "一并", 6 },
    { "一款", 6 },   { "一个", 6 },   { "一位", 6 },   { "一件", 6 },   { "一点", 6 },
    { "一种", 6 },   { "统一", 6 },   { "唯一", 6 },   { "之一", 6 },   { "任一", 6 },
    { "进一步", 9 }, { "万一", 6 },   { "十分", 6 },   { "千万", 6 },   { "百分之百", 12 },
    { "第一", 6 },   { "另一", 6 },   { "某一", 6 },   { "一旁", 6 },   { "一经", 6 },
    { "一共", 6 },   { "三包", 6 },   { "一会", 6 },   { "一键", 6 },   { "同一", 6 },
    { "one of", 6 }, { "a one", 5 },  { "this one", 8 }, { "that one", 8 }, { "which one", 9 },
    { "any one", 7 }, { "no one", 6 }, { "one moment", 10 }, { "the one", 7 }, { "each one", 8 },
    { "another one", 11 }, { "24/7", 4 },
    { "help you today", 14 }, { "assist you today", 16 }, { "do for you today", 16 },
};

static void hits_add(struct screen_hits *hits, const struct screen_hit *hit)
{
    if (hits->count < SCREEN_HITS_MAX) {
        hits->items[hits->count++] = *hit;
    }
}

static void hits_hide_no_numbers(const struct hits_walk *walk)
{
    for (size_t i = 0; i < countof(no_numbers); i++) {
        struct str word = no_numbers[i];
        if (!screen_pairs_may_have(walk->pairs, screen_pair_of(word.ptr))) {
            continue;
        }
        for (size_t at = 0; (at = plain_find(walk->text, at, word)) < walk->text.len; at++) {
            memset(walk->sentence->read + at, 2, word.len);
        }
    }
}

static bool hits_are_unread(const struct hits_walk *walk, size_t at, size_t len)
{
    for (size_t i = at; i < at + len; i++) {
        if (walk->sentence->read[i] == 1) {
            return false;
        }
    }
    return true;
}

static void hits_find_words(const struct hits_walk *walk, const struct screen_fact *fact)
{
    struct str word = fact->text;
    if (!screen_pairs_may_have(walk->pairs, screen_pair_of(word.ptr))) {
        return;
    }
    for (size_t at = 0; (at = plain_find(walk->text, at, word)) < walk->text.len; at++) {
        if (!hits_are_unread(walk, at, word.len)) {
            continue;
        }
        memset(walk->sentence->read + at, 1, word.len);
        const struct screen_hit hit = {
            .value = { .kind = SCREEN_TEXT, .from = at, .to = at + word.len }, .fact = fact };
        hits_add(walk->hits, &hit);
    }
}

/* The longest words first, so that a kettle's name is not taken for its category. */
static void hits_find_facts(const struct hits_walk *walk)
{
    for (size_t len = walk->text.len, next; len > 1; len = next) {
        next = 0;
        for (size_t i = 0; i < walk->facts->count; i++) {
            const struct screen_fact *fact = &walk->facts->items[i];
            if (fact->value.kind != SCREEN_TEXT || fact->text.len > len ||
                screen_is_bare_number(fact)) {
                continue;
            }
            if (fact->text.len == len) {
                hits_find_words(walk, fact);
            } else {
                next = max_size(next, fact->text.len);
            }
        }
    }
}

static bool hits_read_values(const struct hits_walk *walk)
{
    struct screen_value values[SCREEN_VALUES_MAX];
    size_t count = 0;
    if (!screen_read(walk->sentence, walk->facts->today, values, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct screen_hit hit = { .value = values[i] };
        hits_add(walk->hits, &hit);
    }
    return walk->hits->count < SCREEN_HITS_MAX;
}

static void hits_sort(struct screen_hits *hits)
{
    for (size_t i = 1; i < hits->count; i++) {
        struct screen_hit hit = hits->items[i];
        size_t at = i;
        for (; at > 0 && hits->items[at - 1].value.from > hit.value.from; at--) {
            hits->items[at] = hits->items[at - 1];
        }
        hits->items[at] = hit;
    }
}

bool screen_hits_of(const struct screen_facts *facts, const struct screen_pairs *pairs,
                    struct screen_sentence *sentence, struct screen_hits *ret_hits)
{
    const struct hits_walk walk = { facts, pairs, sentence, plain_str(&sentence->plain), ret_hits };
    ret_hits->count = 0;
    hits_hide_no_numbers(&walk);
    hits_find_facts(&walk);
    bool is_read = hits_read_values(&walk);
    hits_sort(ret_hits);
    return is_read;
}

bool screen_hits_lean_on_day(const struct screen_hits *hits)
{
    bool leans = false;
    for (size_t i = 0; i < hits->count; i++) {
        const struct screen_hit *hit = &hits->items[i];
        leans = leans || (!hit->fact && (hit->value.kind == SCREEN_DATE ||
                                         hit->value.kind == SCREEN_PERIOD));
    }
    return leans;
}
