/* copy_claim.c - see copy_claim.h. */
#include "worker/answer/copy_claim.h"

#include "worker/answer/plain.h"
#include "worker/answer/sentence.h"

struct claim {
    const char *words; /* parted by '|' */
    bool is_of_number; /* only in front of one */
};

#define CLAIM(words) { words, false },
#define OVER(words) { words, true },
static const struct claim claims[] = {
#include "worker/answer/copy_claim.def"
};
#undef CLAIM
#undef OVER

#define CLAIM_GAP_MAX 4 /* bytes of a space and a currency's sign */

/* "Under 800 g", "over €5", 不到128元. */
static bool claim_is_before_number(struct str text, struct str word)
{
    for (size_t at = 0; (at = plain_find(text, at, word)) < text.len; at++) {
        struct str behind = str_slice(text, at + word.len, text.len);
        size_t gap = 0;
        while (gap < min_size(behind.len, CLAIM_GAP_MAX) && !plain_is_letter(behind.ptr[gap])) {
            gap++;
        }
        if (gap < behind.len && behind.ptr[gap] >= '0' && behind.ptr[gap] <= '9') {
            return true;
        }
    }
    return false;
}

static bool claim_is_made(struct str text, const struct claim *claim)
{
    struct str rest = str_from(claim->words);
    struct str word;
    if (!claim->is_of_number) {
        return plain_has_any(text, claim->words);
    }
    while (str_split(&rest, '|', &word)) {
        if (claim_is_before_number(text, word)) {
            return true;
        }
    }
    return false;
}

/* Long texts are looked at whole, sentence by sentence. */
static bool claim_is_in(struct str text, const struct claim *claim)
{
    struct str rest = text;
    struct str sentence;
    struct plain plain;
    while (sentence_next(&rest, &sentence)) {
        plain_of(sentence, &plain);
        if (claim_is_made(plain_str(&plain), claim)) {
            return true;
        }
    }
    return false;
}

static bool claim_is_of_product(const struct product *product, const struct claim *claim)
{
    for (size_t i = 0; i < product->attributes_count; i++) {
        const struct attribute *attribute = &product->attributes[i];
        if (claim_is_in(attribute->name, claim) || claim_is_in(attribute->value, claim)) {
            return true;
        }
    }
    return claim_is_in(product->name, claim) || claim_is_in(product->category, claim) ||
           claim_is_in(product->description, claim);
}

static bool claim_is_founded(const struct brief *brief, const struct claim *claim)
{
    const struct product *product = brief_product(brief);
    const struct event *event = brief->event;
    for (size_t i = 0; i < brief->passages_count; i++) {
        if (claim_is_in(brief->passages[i].title, claim) ||
            claim_is_in(brief->passages[i].text, claim)) {
            return true;
        }
    }
    if (product && claim_is_of_product(product, claim)) {
        return true;
    }
    return event->kind == EVENT_COPY_REQUEST &&
           (claim_is_in(event->copy_request.offer, claim) ||
            claim_is_in(event->copy_request.audience, claim));
}

static bool claim_is_unfounded(const struct brief *brief, struct str text)
{
    for (size_t i = 0; i < countof(claims); i++) {
        if (claim_is_made(text, &claims[i]) && !claim_is_founded(brief, &claims[i])) {
            return true;
        }
    }
    return false;
}

enum flaw copy_claim_flaw(const struct brief *brief, struct str text)
{
    struct str rest = text;
    struct str sentence;
    struct plain plain;
    while (sentence_next(&rest, &sentence)) {
        plain_of(sentence, &plain);
        if (claim_is_unfounded(brief, plain_str(&plain))) {
            return FLAW_PROMISE;
        }
    }
    return FLAW_NONE;
}
