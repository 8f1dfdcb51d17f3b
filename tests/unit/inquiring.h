/* inquiring.h - a message to the builtin model about a small shop, and what it has to answer. */
#ifndef TESTS_UNIT_INQUIRING_H
#define TESTS_UNIT_INQUIRING_H

#include "tests/unit/screening.h"
#include "worker/answer/builtin.h"

static const struct passage inquiring_pages[] = {
    { STR("p#1"), STR("Returns"), STR("Unused goods can be returned within 30 days.") },
    { STR("p#2"), STR("Payment"), STR("We take cards and PayPal.") },
};

struct inquiry {
    struct arena arena;
    struct event event;
    struct brief brief;
    struct str text;
};

static inline enum err inquire(struct inquiry *inquiry, const char *language, const char *text,
                               size_t orders)
{
    *inquiry = (struct inquiry){ .event = { .kind = EVENT_MESSAGE } };
    inquiry->event.message.text = str_from(text);
    inquiry->brief = (struct brief){ .event = &inquiry->event,
                                     .language = str_from(language),
                                     .intent = intent_of(str_from(text)),
                                     .product = orders == 0 ? &screening_kettle : NULL,
                                     .names_product = orders == 0,
                                     .orders = screening_orders,
                                     .orders_count = orders,
                                     .orders_known = true,
                                     .passages = inquiring_pages,
                                     .passages_count = countof(inquiring_pages) };
    arena_init(&inquiry->arena, (size_t)2 << 20);
    return builtin_answer(&inquiry->arena, &inquiry->brief, &inquiry->text);
}

/* All of the wanted lines, in any order, none of the other, and the screen lets it pass. */
static inline void says(const char *language, const char *text, size_t orders,
                        const char *const wanted[3], const char *never)
{
    struct inquiry inquiry;
    enum flaw flaw = FLAW_COUNT;
    assert_int_equal(inquire(&inquiry, language, text, orders), OK);
    print_message("%s\n%.*s\n", text, STR_ARG(inquiry.text));
    for (size_t i = 0; i < 3 && wanted[i]; i++) {
        assert_true(str_find(inquiry.text, str_from(wanted[i])) < inquiry.text.len);
    }
    assert_true(!never || str_find(inquiry.text, str_from(never)) == inquiry.text.len);
    assert_int_equal(
        screen_reply(&inquiry.arena, &inquiry.brief, inquiry.text, SCREENING_NOW_MS, &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&inquiry.arena);
}

#endif
