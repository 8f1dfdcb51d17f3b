/* screen_vague.c - see screen_vague.h. */
#include "worker/answer/screen_vague.h"

#include "worker/answer/screen_date.h"

#define VAGUE_NEVER 1000 /* days, to where no range begins: only a page may say it */

/* Days from the Monday of this week. */
struct vague {
    const char *english; /* words parted by '|' */
    const char *chinese;
    int from;
    int to;
};

static const struct vague vagues[] = {
    { "this week|later this week|within this week", "本周|这周|这星期|本星期", 0, 6 },
    { "next week", "下周|下星期|下礼拜", 7, 13 },
    { "this weekend|at the weekend|over the weekend|by the weekend",
      "本周末|这周末|周末能|周末到|周末送|周末前|周末发", 5, 6 },
    { "next weekend", "下周末", 12, 13 },
    { "a few weeks|several days|several weeks|some days|some weeks|a few months|several months|"
      "a few days|a few hours|several hours|a while",
      "几周|几个星期|好几天|若干天|几个月|数天|数日|数周|几个工作日",
      VAGUE_NEVER, VAGUE_NEVER },
    { "next month|this month|end of the month|end of this month|end of the week|in a few days|"
      "within a few days|in a couple of days|within a couple of days|any day now|in no time",
      "下个月|下月|月底|月末|这个月内|本月内|过几天|几天内|几天就|这几天|近日|很快就能到|很快就会到|"
      "很快到",
      VAGUE_NEVER, VAGUE_NEVER },
};

/* 下周五 is a day. */
static bool vague_is_weekday(struct str sentence, size_t at)
{
    static const char *const days[] = { "一", "二", "三", "四", "五", "六", "日", "天", "末" };
    for (size_t i = 0; i < countof(days); i++) {
        if (str_starts(str_slice(sentence, at, 3), str_from(days[i]))) {
            return true;
        }
    }
    return false;
}

static bool vague_is_paged(const struct screen_facts *facts, struct str word)
{
    for (size_t i = 0; i < facts->sentences_count; i++) {
        if (plain_has(facts->sentences[i], word)) {
            return true;
        }
    }
    return false;
}

static bool vague_has_day(const struct screen_facts *facts, const struct vague *vague, int order)
{
    int64_t monday = facts->today - (screen_date_of(facts->today).weekday - 1);
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        const struct screen_date *date = &fact->value.date;
        if (fact->value.kind != SCREEN_DATE || !date->year || !date->month || !date->day ||
            (order != SCREEN_ANY && fact->order != SCREEN_ANY && fact->order != order)) {
            continue;
        }
        int64_t day = screen_day_of(date) - monday;
        if (day >= vague->from && day <= vague->to) {
            return true;
        }
    }
    return false;
}

struct vague_sentence {
    const struct screen_facts *facts;
    struct str text;
    int order;
    bool leans; /* on the day on which it is said */
};

#define VAGUE_WORDS_MAX 128

struct vague_word {
    struct screen_pair_word word;
    unsigned second; /* pair */
    const struct vague *vague;
};

static struct vague_word vague_words[VAGUE_WORDS_MAX]; /* only read once main() runs */
static size_t vague_words_count;

static void vague_words_add(const struct vague *vague, const char *words)
{
    struct str rest = str_from(words);
    struct str word;
    while (str_split(&rest, '|', &word)) {
        assert(vague_words_count < VAGUE_WORDS_MAX);
        vague_words[vague_words_count++] =
            (struct vague_word){ screen_pair_word(word), screen_pair_second(word), vague };
    }
}

__attribute__((constructor)) static void vague_words_build(void)
{
    for (size_t i = 0; i < countof(vagues); i++) {
        vague_words_add(&vagues[i], vagues[i].english);
        vague_words_add(&vagues[i], vagues[i].chinese);
    }
}

/* It stands there, and neither a page nor an order's day bears it out. */
static bool vague_is_unfounded(struct vague_sentence *sentence, const struct vague_word *one)
{
    struct str word = one->word.word;
    size_t at = plain_find(sentence->text, 0, word);
    if (at == sentence->text.len || vague_is_weekday(sentence->text, at + word.len)) {
        return false;
    }
    sentence->leans = true;
    return !vague_is_paged(sentence->facts, word) &&
           !vague_has_day(sentence->facts, one->vague, sentence->order);
}

enum flaw screen_vague_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                            struct str sentence, int order, bool *ret_leans)
{
    struct vague_sentence looked = { .facts = facts, .text = sentence, .order = order };
    bool is_unfounded = false;
    for (size_t i = 0; i < vague_words_count && !is_unfounded; i++) {
        const struct vague_word *one = &vague_words[i];
        is_unfounded = screen_pairs_may_have(pairs, one->word.pair) &&
                       screen_pairs_may_have(pairs, one->second) &&
                       vague_is_unfounded(&looked, one);
    }
    *ret_leans = *ret_leans || looked.leans;
    return is_unfounded ? FLAW_DATE : FLAW_NONE;
}
