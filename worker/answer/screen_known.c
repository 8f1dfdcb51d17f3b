/* screen_known.c - see screen_known.h. */
#include "worker/answer/screen_known.h"

#include "worker/answer/plural.h"
#include "worker/answer/screen_words.h"

#define CAPITAL_MAX 64 /* bytes of a name in capitals that is looked at */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '\'';
}

/* A word of the passages and descriptions is a fact's, too. */
static bool facts_know(const struct screen_facts *facts, struct str word)
{
    for (size_t i = 0; i < facts->sentences_count; i++) {
        if (plain_has(facts->sentences[i], word)) {
            return true;
        }
    }
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (fact->value.kind == SCREEN_TEXT && plain_has(fact->text, word)) {
            return true;
        }
    }
    for (size_t i = 0; i < facts->attributes_count; i++) {
        if (plain_has(facts->attributes[i], word)) {
            return true;
        }
    }
    return false;
}

/* One letter is too short for a fact's words, and long enough for a sku. */
static bool word_is_sku(const struct brief *brief, struct str word)
{
    const struct product *product = brief_product(brief);
    bool is_sku = product && str_eq_ascii_case(product->sku, word);
    for (size_t i = 0; i < brief->others_count; i++) {
        is_sku = is_sku || str_eq_ascii_case(brief->others[i]->sku, word);
    }
    return is_sku;
}

/* "Kettles" are known by a kettle. Without memory for it the word is not. */
static bool facts_know_other(const struct screen_facts *facts, struct str word)
{
    struct str others[PLURAL_MAX];
    size_t count = 0;
    bool is_known = false;
    if (plural_others(facts->arena, word, others, &count) != OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        is_known = is_known || facts_know(facts, others[i]);
    }
    return is_known;
}

/* Says nothing by itself, or is a fact's. */
static bool word_is_usual(const struct screen_facts *facts, struct str word)
{
    return screen_word_is_plain(word) || (facts->is_copy && screen_word_is_praise(word)) ||
           facts_know(facts, word) || word_is_sku(facts->brief, word) ||
           facts_know_other(facts, word);
}

static size_t word_end(const struct screen_sentence *sentence, size_t at)
{
    while (at < sentence->plain.len && is_letter(sentence->plain.bytes[at]) &&
           sentence->read[at] != 1) {
        at++;
    }
    return at;
}

static bool is_han_at(struct str text, size_t at)
{
    unsigned char c = (unsigned char)text.ptr[at];
    return c >= 0xE4 && c <= 0xE9;
}

/* The longest stretch from here that stands in a fact; a single character says nothing. */
static size_t facts_known_han(const struct screen_facts *facts, struct str rest)
{
    size_t len = 0;
    for (size_t chars = 2; chars <= 8 && 3 * chars <= rest.len; chars++) {
        if (!facts_know(facts, str_slice(rest, 0, 3 * chars))) {
            break;
        }
        len = 3 * chars;
    }
    return len;
}

static bool han_is_known(const struct screen_facts *facts,
                         const struct screen_sentence *sentence)
{
    for (size_t at = 0; at < sentence->plain.len;) {
        if (!is_han_at(plain_str(&sentence->plain), at) || sentence->read[at] == 1) {
            at++;
            continue;
        }
        struct str rest = str_slice(plain_str(&sentence->plain), at, sentence->plain.len);
        size_t word = screen_word_at(rest);
        word = facts->is_copy ? max_size(word, screen_praise_at(rest)) : word;
        size_t fact = word < 6 ? facts_known_han(facts, rest) : 0;
        if (fact == 0 && word == 0) {
            return false;
        }
        at += max_size(fact, word);
    }
    return true;
}

bool screen_words_are_known(const struct screen_facts *facts,
                            const struct screen_sentence *sentence)
{
    for (size_t at = 0; at < sentence->plain.len;) {
        size_t end = word_end(sentence, at);
        if (end == at) {
            at++;
            continue;
        }
        struct str word = str_slice(plain_str(&sentence->plain), at, end - at);
        if (!word_is_usual(facts, word)) {
            return false;
        }
        at = end;
    }
    return han_is_known(facts, sentence);
}

/* Part of an identifier, which is checked as one. */
static bool touches_digit(struct str text, size_t from, size_t to)
{
    bool is_before = from > 0 && text.ptr[from - 1] >= '0' && text.ptr[from - 1] <= '9';
    return is_before || (to < text.len && text.ptr[to] >= '0' && text.ptr[to] <= '9');
}

/* "US" is no "us": a page has to name the country. */
static bool is_untold_country(const struct screen_facts *facts, struct str name)
{
    bool is_told = !str_eq(name, STR("US"));
    for (size_t i = 0; i < facts->brief->passages_count; i++) {
        struct str text = facts->brief->passages[i].text;
        is_told = is_told || str_find(text, STR("US")) < text.len ||
                  str_find(text, STR("United States")) < text.len;
    }
    return !is_told;
}

bool screen_names_are_known(const struct screen_facts *facts, struct str original)
{
    bool is_first = true;
    for (size_t at = 0; at < original.len; at++) {
        bool is_upper = original.ptr[at] >= 'A' && original.ptr[at] <= 'Z';
        size_t end = at;
        char lower[CAPITAL_MAX];
        while (end < original.len && end - at < sizeof(lower)) {
            char c = (char)(original.ptr[end] | 0x20);
            if (c < 'a' || c > 'z') {
                break;
            }
            lower[end - at] = c;
            end++;
        }
        const struct str word = { lower, end - at };
        if (end == at) {
            continue;
        }
        bool is_name = is_upper && !is_first && !touches_digit(original, at, end);
        bool is_untold = is_untold_country(facts, str_slice(original, at, end - at));
        if (is_name && (is_untold || !word_is_usual(facts, word))) {
            return false;
        }
        is_first = false;
        at = end - 1;
    }
    return true;
}
