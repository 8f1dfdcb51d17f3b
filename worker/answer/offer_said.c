/* offer_said.c - see offer_said.h. */
#include "worker/answer/offer_said.h"

#include "common/json.h"
#include "worker/answer/compose.h"
#include "worker/answer/said.h"
#include "worker/answer/sentence.h"

#define OFFER_SAID_SENTENCES_MAX 1000

static bool offer_said_is_fit(struct str text)
{
    struct str rest = text;
    struct str sentence;
    if (compose_text_flaw(text, OFFER_SENTENCE_CHARS_MAX) != FLAW_NONE) {
        return false;
    }
    return sentence_next(&rest, &sentence) && sentence.len == text.len;
}

static struct offer *offer_said_of(struct offer *offers, size_t count, struct str sku)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(offers[i].sku, sku)) {
            return &offers[i];
        }
    }
    return NULL;
}

static enum err offer_said_take(const struct json_at *element, struct offer *offers, size_t count)
{
    struct json_at object;
    struct str sku;
    struct str text;
    TRY(json_want_object(element, NULL, &object));
    TRY(json_want_text(&object, "sku", 0, OFFER_SAID_BYTES_MAX, &sku));
    TRY(json_want_text(&object, "sentence", 0, OFFER_SAID_BYTES_MAX, &text));
    struct offer *offer = offer_said_of(offers, count, sku);
    text = str_trim(text);
    if (offer && offer->sentence.len == 0 && offer_said_is_fit(text)) {
        offer->sentence = text;
    }
    return OK;
}

static enum err offer_said_sentences(const struct json_at *root, struct offer *offers, size_t count)
{
    struct json_at list;
    TRY(json_want_array(root, "sentences", 0, OFFER_SAID_SENTENCES_MAX, &list));
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at element = json_element(&list, i);
        TRY(offer_said_take(&element, offers, count));
    }
    return OK;
}

enum err offer_said_read(struct arena *arena, struct str said, struct offer *offers, size_t count)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    struct offer *read = arena_alloc(arena, max_size(count, 1) * sizeof(*read));
    if (!read) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        read[i] = offers[i];
        read[i].sentence = STR_NONE;
    }
    enum err err = json_read(said_object(said), OFFER_SAID_BYTES_MAX, &root, NULL);
    if (err == OK) {
        const struct json_in in = { .arena = arena };
        struct json_at at = json_root(root, &in);
        err = offer_said_sentences(&at, read, count);
    }
    if (err != OK) {
        return err == ERR_NOMEM ? ERR_NOMEM : ERR_ANSWER;
    }
    for (size_t i = 0; i < count; i++) {
        offers[i].sentence = read[i].sentence;
    }
    return OK;
}
