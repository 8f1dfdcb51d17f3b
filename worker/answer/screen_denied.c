/* screen_denied.c - see screen_denied.h. */
#include "worker/answer/screen_denied.h"

#include "worker/answer/property.h"
#include "worker/answer/screen_words.h"

#define DENIED_STEPS_MAX 4 /* words between what denies and what is denied */

static const struct str denials[] = {
    STR("not"),  STR("isn't"), STR("aren't"), STR("no"),   STR("doesn't"), STR("never"),
    STR("不是"), STR("并非"),  STR("而非"),   STR("不含"), STR("没有"),
};

/* "Not only wool" */
static const char denied_yet[] = "only|just|sure|all|every|both|只|仅";

static size_t denied_word_len(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && plain_is_letter(text.ptr[end])) {
        end++;
    }
    return end - at;
}

static bool denied_is_han(struct str text, size_t at)
{
    return (unsigned char)text.ptr[at] >= 0xE4 && (unsigned char)text.ptr[at] <= 0xE9;
}

/* The attribute that has the word; SIZE_MAX: none. One that denies it itself is none. */
static bool denied_is_told(const struct screen_facts *facts, struct str word)
{
    bool is_told = false;
    for (size_t i = 0; i < facts->attributes_count; i++) {
        struct str told = facts->attributes_told[i];
        struct str name = facts->attributes[i];
        bool is_no = plain_has_any(told, "not|no|without|不含|不可|不能|不支持|无|非");
        struct str value = str_slice(told, min_size(name.len, told.len), told.len);
        is_told = is_told || (!is_no && plain_has(value, word));
    }
    return is_told;
}

/* Bytes of what stands there and is no part of a property that some attribute tells; 0: nothing. */
static size_t denied_rightly_at(const struct screen_facts *facts, struct str text, size_t at)
{
    size_t len = 0;
    for (size_t i = 0; i < facts->attributes_count && len == 0; i++) {
        len = property_excluded_at(text, at, facts->attributes_told[i]);
    }
    return len > 0 && !denied_is_told(facts, str_slice(text, at, len)) ? len : 0;
}

/* The word, or the pair of characters, that stands at `at`. */
static size_t denied_step(struct str text, size_t at)
{
    if (denied_is_han(text, at)) {
        return at + 6 <= text.len && denied_is_han(text, at + 3) ? 6 : 3;
    }
    return max_size(denied_word_len(text, at), 1);
}

/* "Made of", 颜色: what names a property, and not which. */
static bool denied_is_plain(struct str text, size_t at)
{
    size_t len = denied_word_len(text, at);
    struct str rest = str_slice(text, at, text.len);
    return denied_is_han(text, at) ? screen_word_at(rest) >= 6
                                   : len > 0 && screen_word_is_plain(str_slice(text, at, len));
}

/* What stands behind the word that denies, up to the first that says something. */
static enum flaw denied_behind(const struct screen_facts *facts, struct screen_sentence *sentence,
                               size_t at)
{
    struct str text = plain_str(&sentence->plain);
    for (size_t steps = 0; steps < DENIED_STEPS_MAX && at < text.len;) {
        if (text.ptr[at] == ' ') {
            at++;
            continue;
        }
        bool is_plain = denied_is_plain(text, at);
        size_t rightly = is_plain ? 0 : denied_rightly_at(facts, text, at);
        if (rightly > 0) {
            memset(sentence->read + at, 1, rightly);
            return FLAW_NONE;
        }
        size_t len = denied_step(text, at);
        struct str word = str_slice(text, at, len);
        bool is_mark = !denied_is_han(text, at) && denied_word_len(text, at) == 0;
        bool is_end = is_mark || plain_has_any(word, denied_yet);
        if (is_end || (!is_plain && denied_is_told(facts, word))) {
            return is_end ? FLAW_NONE : FLAW_ATTRIBUTE;
        }
        at += denied_is_han(text, at) ? 3 : len;
        steps++;
    }
    return FLAW_NONE;
}

enum flaw screen_denied_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                             struct screen_sentence *sentence)
{
    struct str text = plain_str(&sentence->plain);
    enum flaw flaw = FLAW_NONE;
    for (size_t i = 0; i < countof(denials) && facts->attributes_count > 0; i++) {
        struct str word = denials[i];
        if (!screen_pairs_may_have(pairs, screen_pair_of(word.ptr))) {
            continue;
        }
        for (size_t at = 0; (at = plain_find(text, at, word)) < text.len; at++) {
            flaw = flaw == FLAW_NONE ? denied_behind(facts, sentence, at + word.len) : flaw;
        }
    }
    return flaw;
}
