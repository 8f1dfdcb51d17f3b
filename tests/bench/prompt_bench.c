/* How long the prompts of typical questions are, as the Markdown table of docs/replies.md.
 *
 * Tokens are estimated from above for the usual tokenizers: one for three bytes of ASCII, one for
 * each other character. The schema counts, since backends put it into the prompt. */
#include <stdio.h>

#include "common/utf8.h"
#include "worker/answer/prompt.h"

static size_t tokens_of(struct str text)
{
    size_t ascii = 0;
    size_t others = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t character = utf8_next(text, &at);
        ascii += character < 0x80;
        others += character >= 0x80;
    }
    return (ascii + 2) / 3 + others;
}

static const struct attribute attributes[] = {
    { { "material", 8 }, { "stainless steel", 15 } },
    { { "capacity", 8 }, { "1.0 l", 5 } },
    { { "colour", 6 }, { "silver", 6 } },
};

static const struct product kettle = {
    .sku = STR("KETTLE-17"), .name = STR("Gooseneck kettle"), .category = STR("kitchen"),
    .price = STR("39.90"), .currency = STR("EUR"), .stock = STOCK_IN,
    .description = STR("1 litre, for pour-over coffee, with a thin spout and a lid that stays on."),
    .attributes = attributes, .attributes_count = countof(attributes),
    .ship_min_days = 2, .ship_max_days = 4, .ship_from = STR("Rotterdam"),
};

static const struct order_item items[] = {
    { .sku = STR("KETTLE-17"), .name = STR("Gooseneck kettle"), .price = STR("39.90"),
      .currency = STR("EUR"), .quantity = 1 },
    { .sku = STR("TEA-88"), .name = STR("龙井茶"), .price = STR("128.00"),
      .currency = STR("CNY"), .quantity = 2 },
};

static const struct order orders[] = {
    { .order_id = STR("100234"), .type = ORDER_SHIPPED, .carrier = STR("DHL"),
      .tracking = STR("JD014600003"), .eta = STR("2025-03-05"), .items = items,
      .items_count = countof(items) },
    { .order_id = STR("100198"), .type = ORDER_DELIVERED, .items = items, .items_count = 1 },
    { .order_id = STR("100120"), .type = ORDER_RETURNED, .items = items, .items_count = 1 },
};

#define POLICY                                                                                     \
    "Unused goods can be returned within 30 days of delivery. Write to us first and we send a "    \
    "label; the parcel may be handed in at any post office. Used kettles and lamps are taken "     \
    "back only if they are faulty. Refunds go to the card that paid, within 5 business days "      \
    "of the day on which the goods are back in our warehouse. "

static const struct passage passages[] = {
    { STR("returns.md#1"), STR("Returns / Time"), STR(POLICY POLICY) },
    { STR("returns.md#2"), STR("Returns / How"), STR(POLICY POLICY) },
    { STR("shipping.md#1"), STR("Shipping"), STR(POLICY) },
};

static const struct exchange history[] = {
    { .text = STR("Do you have a kettle for pour-over coffee?"),
      .answer = STR("Yes, the Gooseneck kettle (KETTLE-17). It costs 39.90 EUR.") },
    { .text = STR("And is it in stock?"), .answer = STR("Yes, it is in stock.") },
    { .text = STR("How long does it take?"),
      .answer = STR("Shipping takes 2 to 4 days, sent from Rotterdam.") },
};

struct typical {
    const char *name;
    struct str language;
    struct str text;
    bool has_product;
    size_t orders_count;
    size_t passages_count;
    size_t history_count;
};

static const struct typical typicals[] = {
    { "greeting", STR("en"), STR("Hello!"), false, 0, 0, 0 },
    { "shipping time, English", STR("en"), STR("How long does shipping take?"), true, 0, 0, 0 },
    { "shipping time, Chinese", STR("zh"), STR("请问这个产品的运输时间是多少?"), true, 0, 0, 0 },
    { "where is my order, three orders", STR("en"), STR("Where is my order?"), false, 3, 0, 0 },
    { "return, three passages", STR("en"), STR("Can I return it?"), true, 0, 3, 0 },
    { "follow-up, three turns before it", STR("en"), STR("And the second one?"), true, 0, 0, 3 },
    { "all of it", STR("en"), STR("And can I return the second one?"), true, 3, 3, 3 },
};

static enum err print_row(const struct typical *typical)
{
    CLEANUP(arena_fini) struct arena arena;
    arena_init(&arena, (size_t)1 << 20);
    struct instructions instructions;
    struct prompt prompt;
    struct event event = { .kind = EVENT_MESSAGE, .message = { .text = typical->text } };
    const struct brief brief = {
        .event = &event, .language = typical->language,
        .product = typical->has_product ? &kettle : NULL,
        .orders = orders, .orders_count = typical->orders_count,
        .passages = passages, .passages_count = typical->passages_count,
        .history = history, .history_count = typical->history_count,
    };
    TRY(instructions_read(&arena, instructions_builtin(), &instructions, NULL));
    TRY(prompt_render(&arena, &brief, &instructions, &prompt));
    size_t bytes = prompt.schema.len + prompt.form.len;
    size_t tokens = tokens_of(prompt.schema) + tokens_of(prompt.form);
    for (size_t i = 0; i < prompt.parts_count; i++) {
        bytes += prompt.parts[i].text.len;
        tokens += tokens_of(prompt.parts[i].text);
    }
    printf("| %s | %zu | %zu |\n", typical->name, bytes, tokens);
    return OK;
}

int main(void)
{
    printf("| question | bytes | tokens at most |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < countof(typicals); i++) {
        if (print_row(&typicals[i]) != OK) {
            return 1;
        }
    }
    return 0;
}
