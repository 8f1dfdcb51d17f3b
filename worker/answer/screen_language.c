/* screen_language.c - see screen_language.h. Names are looked for only where the text as a whole
 * seems to be in another language. */
#include "worker/answer/screen_language.h"

#include "worker/answer/language.h"

/* A reply with the fact's words marked; the text stays whole, since names stand in names. */
struct telling {
    struct plain plain;
    bool is_fact[PLAIN_BYTES_MAX];
};

static void telling_mark(struct telling *telling, struct str word)
{
    struct str text = plain_str(&telling->plain);
    if (word.len < 2) {
        return;
    }
    for (size_t at = 0; (at = plain_find(text, at, word)) < text.len; at++) {
        memset(telling->is_fact + at, true, word.len);
    }
}

static void telling_mark_facts(struct telling *telling, const struct screen_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (facts->items[i].value.kind == SCREEN_TEXT) {
            telling_mark(telling, facts->items[i].text);
        }
    }
    for (size_t i = 0; i < facts->attributes_count; i++) {
        telling_mark(telling, facts->attributes[i]);
    }
}

static void telling_mark_description(struct telling *telling, const struct screen_facts *facts)
{
    const struct product *product = brief_product(facts->brief);
    struct str rest = product ? product->description : STR_NONE;
    struct str sentence;
    while (screen_sentence_next(&rest, &sentence)) {
        struct plain plain;
        plain_of(sentence, &plain);
        telling_mark(telling, str_trim(plain_str(&plain)));
    }
}

static struct str telling_rest(struct telling *telling)
{
    for (size_t i = 0; i < telling->plain.len; i++) {
        if (telling->is_fact[i]) {
            telling->plain.bytes[i] = ' ';
        }
    }
    return plain_str(&telling->plain);
}

bool screen_is_language(const struct screen_facts *facts, struct str text)
{
    struct str wanted = facts->brief->language;
    bool is_known = str_is(wanted, "zh") || str_is(wanted, "en");
    if (!is_known || str_eq(language_of(text, wanted, wanted), wanted)) {
        return true;
    }
    struct telling telling = { .is_fact = { false } };
    plain_of(text, &telling.plain);
    telling_mark_facts(&telling, facts);
    telling_mark_description(&telling, facts);
    return str_eq(language_of(telling_rest(&telling), wanted, wanted), wanted);
}
