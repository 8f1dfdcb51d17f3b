/* listed.c - see listed.h. */
#include "worker/answer/listed.h"

#define LISTED_MIN 2

/* Words of CONCEPT_LISTED, by the places that they name; the last row is the last place. */
static const char *const listed_places[] = {
    "first|1st|第一",
    "second|2nd|第二",
    "third|3rd|第三",
    "last|最后",
};

size_t listed_place(struct str text, size_t count)
{
    struct plain plain;
    plain_of(text, &plain);
    for (size_t i = 0; i < countof(listed_places); i++) {
        if (plain_has_any(plain_str(&plain), listed_places[i])) {
            bool is_last = i == countof(listed_places) - 1 && count > 0;
            return min_size(is_last ? count - 1 : i, count);
        }
    }
    return count;
}

/* How many orders the answer tells before the one that stands at `at`. */
static size_t listed_before(const size_t *places, size_t count, size_t at, size_t nowhere)
{
    size_t before = 0;
    for (size_t i = 0; i < count; i++) {
        before += places[i] < nowhere && places[i] < places[at] ? 1 : 0;
    }
    return before;
}

static size_t listed_look(const struct brief *brief, struct str answer,
                          size_t places[BRIEF_ORDERS_MAX])
{
    size_t listed = 0;
    for (size_t i = 0; i < brief->orders_count && i < BRIEF_ORDERS_MAX; i++) {
        struct plain id;
        plain_of(brief->orders[i].order_id, &id);
        places[i] = id.len > 0 ? plain_find(answer, 0, plain_str(&id)) : answer.len;
        listed += places[i] < answer.len ? 1 : 0;
    }
    return listed;
}

bool listed_is_other(struct str text)
{
    static const char others[] = "the other|my other|另一|另外一|另外那";
    struct plain plain;
    plain_of(text, &plain);
    return plain_has_any(plain_str(&plain), others);
}

/* The number of the order that was spoken of last; empty: none was. */
static struct str listed_spoken(const struct brief *brief)
{
    for (size_t i = brief->history_count; i > 0; i--) {
        if (brief->history[i - 1].order_id.len > 0) {
            return brief->history[i - 1].order_id;
        }
    }
    return STR_NONE;
}

/* Of two that the customer has, or that the last answer told. */
static const struct order *listed_other(const struct brief *brief, const size_t *places,
                                        size_t listed, size_t nowhere)
{
    struct str spoken = listed_spoken(brief);
    const struct order *other = NULL;
    size_t candidates = 0;
    bool is_among = false;
    for (size_t i = 0; i < brief->orders_count && i < BRIEF_ORDERS_MAX; i++) {
        if (listed >= LISTED_MIN && places[i] == nowhere) {
            continue;
        }
        bool is_spoken = str_eq(brief->orders[i].order_id, spoken);
        is_among = is_among || is_spoken;
        other = is_spoken ? other : &brief->orders[i];
        candidates++;
    }
    return candidates == LISTED_MIN && is_among ? other : NULL;
}

const struct order *listed_order(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->history_count == 0) {
        return NULL;
    }
    struct plain answer;
    size_t places[BRIEF_ORDERS_MAX];
    plain_of(brief->history[brief->history_count - 1].answer, &answer);
    size_t listed = listed_look(brief, plain_str(&answer), places);
    if (listed_is_other(brief_text(brief))) {
        return listed_other(brief, places, listed, answer.len);
    }
    size_t place = listed_place(brief_text(brief), listed);
    for (size_t i = 0; listed >= LISTED_MIN && i < brief->orders_count && i < BRIEF_ORDERS_MAX;
         i++) {
        if (places[i] < answer.len &&
            listed_before(places, min_size(brief->orders_count, BRIEF_ORDERS_MAX), i,
                          answer.len) == place) {
            return &brief->orders[i];
        }
    }
    return NULL;
}
