/* screen_order.c - see screen_order.h. */
#include "worker/answer/screen_order.h"

#include "worker/answer/screen_clause.h"

static bool order_fact_is(const struct screen_fact *fact, enum screen_role role)
{
    return fact->value.kind == SCREEN_TEXT && fact->role == role;
}

/* The only order that has a thing of that name; SCREEN_ANY: none, or several. */
static int order_of_item(const struct screen_facts *facts, struct str name)
{
    int order = SCREEN_ANY;
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (!order_fact_is(fact, SCREEN_OF_PRODUCT) || fact->order == SCREEN_ANY ||
            !str_eq(fact->text, name)) {
            continue;
        }
        if (order != SCREEN_ANY && order != fact->order) {
            return SCREEN_ANY;
        }
        order = fact->order;
    }
    return order;
}

/* Whether the name stands in the text by itself, not as a part of a longer one. */
static bool order_is_named(const struct screen_facts *facts, struct str text, struct str name)
{
    size_t at = plain_find(text, 0, name);
    bool is_named = at < text.len;
    for (size_t i = 0; i < facts->count && is_named; i++) {
        const struct screen_fact *fact = &facts->items[i];
        bool is_longer = order_fact_is(fact, SCREEN_OF_PRODUCT) && fact->text.len > name.len &&
                         plain_find(fact->text, 0, name) < fact->text.len;
        is_named = !is_longer || plain_find(text, 0, fact->text) == text.len;
    }
    return is_named;
}

static int order_by_item(const struct screen_facts *facts, struct str text, int spoken)
{
    int order = spoken;
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        bool is_item = order_fact_is(fact, SCREEN_OF_PRODUCT) && fact->order != SCREEN_ANY;
        if (is_item && order_is_named(facts, text, fact->text)) {
            int only = order_of_item(facts, fact->text);
            order = only != SCREEN_ANY ? only : order;
        }
    }
    return order;
}

int screen_order_at(const struct screen_facts *facts, struct str sentence, size_t at, int spoken)
{
    int order = SCREEN_ANY;
    int any = SCREEN_ANY;
    size_t nearest = 0;
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (!order_fact_is(fact, SCREEN_OF_ORDER_ID)) {
            continue;
        }
        size_t found = plain_find(sentence, 0, fact->text);
        any = found < sentence.len ? fact->order : any;
        for (; found < at; found = plain_find(sentence, found + 1, fact->text)) {
            order = found >= nearest ? fact->order : order;
            nearest = max_size(nearest, found);
        }
    }
    if (order != SCREEN_ANY || any != SCREEN_ANY) {
        return order != SCREEN_ANY ? order : spoken;
    }
    return order_by_item(facts, str_slice(sentence, 0, at), spoken);
}

/* The only order whose number stands in the clause. */
static int order_in(const struct screen_facts *facts, struct str clause)
{
    int order = SCREEN_ANY;
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (!order_fact_is(fact, SCREEN_OF_ORDER_ID) || !plain_has(clause, fact->text)) {
            continue;
        }
        if (order != SCREEN_ANY && order != fact->order) {
            return SCREEN_ANY;
        }
        order = fact->order;
    }
    return order;
}

static bool order_has(const struct screen_facts *facts, int order, struct str name)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct screen_fact *fact = &facts->items[i];
        if (order_fact_is(fact, SCREEN_OF_PRODUCT) && fact->order == order &&
            str_eq(fact->text, name)) {
            return true;
        }
    }
    return false;
}

static bool order_is_mixed_up_in(const struct screen_facts *facts, struct str clause)
{
    int order = order_in(facts, clause);
    for (size_t i = 0; i < facts->count && order != SCREEN_ANY; i++) {
        const struct screen_fact *fact = &facts->items[i];
        bool is_of_others = order_fact_is(fact, SCREEN_OF_PRODUCT) && fact->order != SCREEN_ANY &&
                            fact->order != order;
        if (is_of_others && order_is_named(facts, clause, fact->text) &&
            !order_has(facts, order, fact->text)) {
            return true;
        }
    }
    return false;
}

bool screen_order_is_mixed_up(const struct screen_facts *facts, struct str sentence)
{
    size_t start = 0;
    for (size_t at = 0; at < sentence.len; at++) {
        if (screen_clause_ends(sentence, at)) {
            if (order_is_mixed_up_in(facts, str_slice(sentence, start, at - start))) {
                return true;
            }
            start = at + 1;
        }
    }
    return order_is_mixed_up_in(facts, str_slice(sentence, start, sentence.len));
}

bool screen_order_is_each(struct str clause)
{
    return plain_has_any(clause, "all|both|none|each|every|neither|全部|所有|都|均|皆");
}
