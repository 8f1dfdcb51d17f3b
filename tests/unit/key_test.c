/* key_test.c - equal briefs share a key, and whatever a prompt may hold tells keys apart. */
#include "worker/answer/key.h"

#include "tests/unit/cm.h"

struct asking {
    struct arena arena;
    struct key_scope scope;
    struct event event;
    struct product product;
    struct attribute attribute;
    struct order order;
    struct order_item item;
    struct exchange exchange;
    struct brief brief;
};

static void asking_init(struct asking *asking)
{
    *asking = (struct asking){ 0 };
    arena_init(&asking->arena, (size_t)1 << 20);
    asking->scope = (struct key_scope){ seal_create(STR("0123456789abcdef")), STR("openai m"),
                                        STR("v1") };
    assert_non_null(asking->scope.seal);
    asking->event.kind = EVENT_MESSAGE;
    asking->event.tenant = STR("acme");
    asking->event.message = (struct message){ .id = STR("m-1"),
                                              .conversation_id = STR("c-1"),
                                              .customer_id = STR("u-1"),
                                              .text = STR("How much is it?"),
                                              .sku = STR("A1") };
    asking->attribute = (struct attribute){ STR("colour"), STR("red") };
    asking->product = (struct product){ .sku = STR("A1"),
                                        .price = STR("9.90"),
                                        .currency = STR("EUR"),
                                        .attributes = &asking->attribute,
                                        .attributes_count = 1,
                                        .ship_min_days = -1,
                                        .ship_max_days = -1 };
    asking->item = (struct order_item){ .sku = STR("A1"), .quantity = 1 };
    asking->order = (struct order){ .order_id = STR("100234"),
                                    .items = &asking->item,
                                    .items_count = 1 };
    asking->brief = (struct brief){ .event = &asking->event,
                                    .language = STR("en"),
                                    .intent = INTENT_PRICE,
                                    .history = &asking->exchange,
                                    .orders = &asking->order,
                                    .product = &asking->product };
}

static void asking_fini(struct asking *asking)
{
    seal_destroy(asking->scope.seal);
    arena_fini(&asking->arena);
}

static struct key asking_key(struct asking *asking)
{
    struct key key;
    bool is_cacheable = false;
    assert_int_equal(key_of_answer(&asking->scope, &asking->arena, &asking->brief, &is_cacheable,
                                   &key), OK);
    assert_true(is_cacheable);
    return key;
}

static void assert_told_apart(struct asking *asking, const struct key *before)
{
    struct key key = asking_key(asking);
    assert_memory_not_equal(key.bytes, before->bytes, KEY_BYTES);
}

static void spelling_of_one_text_and_its_ids_do_not_matter(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key first = asking_key(&asking);
    asking.event.id = STR("e-2");
    asking.event.message.id = STR("m-2");
    asking.event.message.conversation_id = STR("c-2");
    asking.event.message.customer_id = STR("u-2");
    asking.event.message.text = STR("  HOW  much is\tit? ");
    struct key second = asking_key(&asking);
    assert_memory_equal(first.bytes, second.bytes, KEY_BYTES);
    asking_fini(&asking);
}

static void every_word_of_the_question_counts(void **state)
{
    (void)state;
    static const char *const others[] = { "How much is", "How much is it", "How much is it? 2",
                                          "How much isit?", "" };
    struct asking asking;
    asking_init(&asking);
    struct key first = asking_key(&asking);
    for (size_t i = 0; i < countof(others); i++) {
        asking.event.message.text = str_from(others[i]);
        assert_told_apart(&asking, &first);
    }
    asking_fini(&asking);
}

/* The builtin answer is another one. */
static void whether_products_are_those_that_fit_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key before = asking_key(&asking);
    asking.brief.is_shelf = true;
    assert_told_apart(&asking, &before);
    struct key whole = asking_key(&asking);
    asking.brief.is_shelf_part = true;
    assert_told_apart(&asking, &whole);
    struct key part = asking_key(&asking);
    asking.brief.is_shelf_cheapest = true;
    assert_told_apart(&asking, &part);
    struct key cheapest = asking_key(&asking);
    asking.brief.is_choice = true;
    assert_told_apart(&asking, &cheapest);
    struct key choice = asking_key(&asking);
    asking.brief.is_unsold = true;
    assert_told_apart(&asking, &choice);
    asking_fini(&asking);
}

/* The builtin answer is made from it. */
static void how_it_was_mended_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key before = asking_key(&asking);
    asking.brief.mended = STR("how much is the kettle");
    assert_told_apart(&asking, &before);
    asking_fini(&asking);
}

static void model_version_tenant_language_and_context_count(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key first = asking_key(&asking);
    struct str *const parts[] = { &asking.scope.model,           &asking.scope.prompt_version,
                                  &asking.event.tenant,          &asking.brief.language,
                                  &asking.event.message.sku,     &asking.event.message.order_id,
                                  &asking.event.message.channel };
    for (size_t i = 0; i < countof(parts); i++) {
        struct str kept = *parts[i];
        *parts[i] = STR("other");
        assert_told_apart(&asking, &first);
        *parts[i] = kept;
    }
    asking_fini(&asking);
}

static void every_fact_of_the_product_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key first = asking_key(&asking);
    struct product *product = &asking.product;
    struct str *const texts[] = { &product->name,        &product->category,
                                  &product->price,       &product->currency,
                                  &product->description, &product->ship_from,
                                  &asking.attribute.name, &asking.attribute.value };
    for (size_t i = 0; i < countof(texts); i++) {
        struct str kept = *texts[i];
        *texts[i] = STR("other");
        assert_told_apart(&asking, &first);
        *texts[i] = kept;
    }
    product->stock = STOCK_OUT;
    assert_told_apart(&asking, &first);
    product->stock = STOCK_UNKNOWN;
    product->ship_min_days = 3;
    struct key min = asking_key(&asking);
    product->ship_min_days = -1;
    product->ship_max_days = 3;
    assert_told_apart(&asking, &min);
    assert_told_apart(&asking, &first);
    asking.brief.product = NULL;
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void every_fact_of_an_order_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    asking.brief.orders_known = true;
    asking.brief.orders_count = 1;
    asking.order.type = ORDER_SHIPPED;
    asking.order.since_set = 1U << ORDER_ITEMS;
    asking.order.since[ORDER_ITEMS] = (struct order_rank){ .type = ORDER_PLACED, .at_wall_ms = 1 };
    struct key first = asking_key(&asking);
    struct str *const texts[] = { &asking.order.order_id, &asking.order.carrier,
                                  &asking.order.tracking, &asking.order.eta,
                                  &asking.item.sku,       &asking.item.name,
                                  &asking.item.price,     &asking.item.currency };
    for (size_t i = 0; i < countof(texts); i++) {
        struct str kept = *texts[i];
        *texts[i] = STR("other");
        assert_told_apart(&asking, &first);
        *texts[i] = kept;
    }
    asking.item.quantity = 2;
    assert_told_apart(&asking, &first);
    asking.item.quantity = 1;
    asking.order.at_wall_ms = 5;
    assert_told_apart(&asking, &first);
    asking.order.at_wall_ms = 0;
    asking.order.at_offset_min = 480; /* another day, where it happened */
    assert_told_apart(&asking, &first);
    asking.order.at_offset_min = 0;
    asking.order.since[ORDER_ITEMS].at_wall_ms = 86400000; /* placed on another day */
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void text_that_moves_from_one_field_to_the_next_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    asking.product.name = STR("ab");
    asking.product.category = STR("c");
    struct key first = asking_key(&asking);
    asking.product.name = STR("a");
    asking.product.category = STR("bc");
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void every_passage_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct passage passages[] = { { STR("returns.md#1"), STR("Returns"), STR("Within 30 days.") },
                                  { STR("faq.md#4"), STR("FAQ"), STR("Keep the box.") } };
    asking.brief.passages = passages;
    struct key without = asking_key(&asking);
    asking.brief.passages_count = 1;
    struct key first = asking_key(&asking);
    assert_memory_not_equal(first.bytes, without.bytes, KEY_BYTES);
    struct str *const texts[] = { &passages[0].id, &passages[0].title, &passages[0].text };
    for (size_t i = 0; i < countof(texts); i++) {
        struct str kept = *texts[i];
        *texts[i] = STR("other");
        assert_told_apart(&asking, &first);
        *texts[i] = kept;
    }
    asking.brief.passages_count = 2;
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void one_customers_orders_are_never_anothers(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    struct key impersonal = asking_key(&asking);
    asking.brief.orders_known = true;
    struct key without = asking_key(&asking);
    assert_memory_not_equal(without.bytes, impersonal.bytes, KEY_BYTES);
    asking.brief.orders_count = 1;
    struct key first = asking_key(&asking);
    assert_memory_not_equal(first.bytes, without.bytes, KEY_BYTES);
    asking.event.message.customer_id = STR("u-2");
    assert_told_apart(&asking, &first);
    asking.event.message.customer_id = STR("u-1");
    asking.order.type = ORDER_SHIPPED;
    assert_told_apart(&asking, &first);
    asking.order.type = ORDER_PLACED;
    asking.item.quantity = 2;
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void an_answer_that_leans_on_history_is_not_shared(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    asking.brief.history_count = 1;
    struct key key = { { 7 } };
    bool is_cacheable = true;
    assert_int_equal(key_of_answer(&asking.scope, &asking.arena, &asking.brief, &is_cacheable,
                                   &key), OK);
    assert_false(is_cacheable);
    assert_int_equal(key.bytes[0], 7);
    asking_fini(&asking);
}

static void every_wish_of_a_copy_request_counts(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking);
    asking.event.kind = EVENT_COPY_REQUEST;
    asking.event.copy_request = (struct copy_request){ .sku = STR("A1") };
    struct copy_request *request = &asking.event.copy_request;
    struct key first = asking_key(&asking);
    struct str *const texts[] = { &request->sku, &request->audience, &request->tone,
                                  &request->channel, &request->offer, &request->market };
    for (size_t i = 0; i < countof(texts); i++) {
        struct str kept = *texts[i];
        *texts[i] = STR("other");
        assert_told_apart(&asking, &first);
        *texts[i] = kept;
    }
    request->variants = 2;
    assert_told_apart(&asking, &first);
    request->variants = 0;
    const struct ban ban = { .version = STR("0a1b") };
    asking.brief.ban = &ban;
    assert_told_apart(&asking, &first);
    asking.brief.ban = NULL;
    request->max_chars = 80;
    assert_told_apart(&asking, &first);
    asking_fini(&asking);
}

static void kinds_names_and_secrets_have_keys_of_their_own(void **state)
{
    (void)state;
    struct seal *seal = seal_create(STR("0123456789abcdef"));
    struct seal *other = seal_create(STR("0123456789abcdeX"));
    assert_non_null(seal);
    assert_non_null(other);
    const struct str names[] = { STR("ab"), STR("c") };
    const struct str shifted[] = { STR("a"), STR("bc") };
    struct key key;
    struct key again;
    assert_int_equal(key_of(seal, STR("memo"), names, 2, &key), OK);
    assert_int_equal(key_of(seal, STR("memo"), names, 2, &again), OK);
    assert_memory_equal(key.bytes, again.bytes, KEY_BYTES);
    assert_int_equal(key_str(&key).len, KEY_BYTES);
    assert_int_equal(key_of(seal, STR("orders"), names, 2, &again), OK);
    assert_memory_not_equal(key.bytes, again.bytes, KEY_BYTES);
    assert_int_equal(key_of(seal, STR("memo"), shifted, 2, &again), OK);
    assert_memory_not_equal(key.bytes, again.bytes, KEY_BYTES);
    assert_int_equal(key_of(seal, STR("memo"), names, 1, &again), OK);
    assert_memory_not_equal(key.bytes, again.bytes, KEY_BYTES);
    assert_int_equal(key_of(other, STR("memo"), names, 2, &again), OK);
    assert_memory_not_equal(key.bytes, again.bytes, KEY_BYTES);
    seal_destroy(seal);
    seal_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spelling_of_one_text_and_its_ids_do_not_matter),
        cmocka_unit_test(every_word_of_the_question_counts),
        cmocka_unit_test(how_it_was_mended_counts),
        cmocka_unit_test(model_version_tenant_language_and_context_count),
        cmocka_unit_test(every_fact_of_the_product_counts),
        cmocka_unit_test(every_fact_of_an_order_counts),
        cmocka_unit_test(text_that_moves_from_one_field_to_the_next_counts),
        cmocka_unit_test(every_passage_counts),
        cmocka_unit_test(whether_products_are_those_that_fit_counts),
        cmocka_unit_test(one_customers_orders_are_never_anothers),
        cmocka_unit_test(an_answer_that_leans_on_history_is_not_shared),
        cmocka_unit_test(every_wish_of_a_copy_request_counts),
        cmocka_unit_test(kinds_names_and_secrets_have_keys_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
