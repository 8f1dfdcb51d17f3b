/* What the shop's own data costs: memory of a catalogue and time of a look-up by words, and the
 * time in which passages are found. `shop_bench PRODUCTS PASSAGES` prints one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "common/json.h"
#include "worker/adapter/knowledge_sqlite.h"
#include "worker/answer/brief.h"
#include "worker/answer/catalog.h"
#include "worker/answer/shelf.h"

#define ASKED 200
#define NOUNS 400

static const uint64_t bench_seed[2] = { 1, 2 };

static int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static long bench_memory_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static enum err bench_offer(struct catalog *catalog, size_t number)
{
    char sku[32];
    char name[96];
    char text[400];
    const struct attribute attributes[] = { { STR("material"), STR("stainless steel") },
                                            { STR("colour"), STR("midnight blue") },
                                            { STR("capacity"), STR("1.7 l") } };
    snprintf(sku, sizeof(sku), "SKU-%06zu", number);
    snprintf(name, sizeof(name), "Model%zu noun%zu 保温杯 of series %zu", number % 5000,
             number % NOUNS, number / 5000);
    snprintf(text, sizeof(text), "Number %zu of a series of things that a shop sells, with a text "
             "as long as most shops write: two sentences, of which the second one says little. "
             "It is dishwasher safe and comes with two years of warranty.", number);
    const struct event event = { .kind = EVENT_PRODUCT,
                                 .tenant = STR("acme"),
                                 .product = { .sku = str_from(sku), .name = str_from(name),
                                              .category = STR("kitchen"), .price = STR("39.90"),
                                              .currency = STR("EUR"), .stock = STOCK_IN,
                                              .description = str_from(text),
                                              .attributes = attributes,
                                              .attributes_count = countof(attributes),
                                              .ship_min_days = 2, .ship_max_days = 4,
                                              .ship_from = STR("Rotterdam") } };
    return catalog_apply(catalog, &event);
}

/* Words of three letters and fewer, which are looked for in most forms, and longer ones. */
static enum err bench_shelf(const struct catalog *catalog, double *ret_us)
{
    static const char *const texts[] = { "any mug or pan under 50 euros?",
                                         "any blue kettles under 50 euros?" };
    int64_t start_ns = bench_now_ns();
    for (size_t i = 0; i < ASKED; i++) {
        struct arena arena;
        struct shelf_wish wish;
        struct shelf shelf;
        struct plain plain;
        struct concepts concepts;
        struct str text = str_from(texts[i % countof(texts)]);
        plain_of(text, &plain);
        concepts_in(&plain, &concepts);
        if (!shelf_wish_of(text, concepts.all, &wish)) {
            return ERR_FORMAT;
        }
        arena_init(&arena, (size_t)1 << 20);
        enum err err = shelf_find(&arena, catalog, STR("acme"), &wish, &shelf);
        arena_fini(&arena);
        TRY(err);
    }
    *ret_us = (double)(bench_now_ns() - start_ns) / 1000 / ASKED;
    return OK;
}

static enum err bench_catalog(size_t products)
{
    long before_kb = bench_memory_kb();
    struct catalog *catalog = catalog_create(1000000, bench_seed);
    int64_t start_ns = bench_now_ns();
    for (size_t i = 0; catalog && i < products; i++) {
        TRY(bench_offer(catalog, i));
    }
    int64_t filled_ns = bench_now_ns();
    long after_kb = bench_memory_kb();
    size_t found = 0;
    for (size_t i = 0; catalog && i < ASKED; i++) {
        char text[96];
        size_t number = i * 7919 % products;
        snprintf(text, sizeof(text), "how much is the model%zu noun%zu of series %zu?",
                 number % 5000, number % NOUNS, number / 5000);
        found += catalog_named(catalog, STR("acme"), str_from(text)).len > 0 ? 1 : 0;
    }
    int64_t asked_ns = bench_now_ns();
    double shelf_us = 0;
    TRY(catalog ? bench_shelf(catalog, &shelf_us) : ERR_NOMEM);
    printf("{\"products\":%zu,\"catalog_mb\":%.1f,\"put_us\":%.2f,\"named_us\":%.2f,"
           "\"named_found\":%.3f,\"shelf_us\":%.1f", products,
           (double)(after_kb - before_kb) / 1024,
           (double)(filled_ns - start_ns) / 1000 / (double)products,
           (double)(asked_ns - filled_ns) / 1000 / ASKED, (double)found / ASKED, shelf_us);
    catalog_destroy(catalog);
    return OK;
}

static enum err bench_write(struct knowledge_index *index, size_t number)
{
    char id[32];
    char title[64];
    char text[900];
    snprintf(id, sizeof(id), "p.md#%zu", number);
    snprintf(title, sizeof(title), "Delivery of thing%zu", number % 900);
    snprintf(text, sizeof(text), "The thing%zu of kind%zu is shipped within %zu days and may be "
             "returned within 30 days of delivery, unused and in its box. The refund goes to the "
             "card that paid. 退货期限为%zu天，商品完好可以退货，退款原路返回。 Part%zu and part%zu "
             "are spare parts that fit.", number, number % 700, number % 9, number % 30,
             number % 1300, number * 31 % 1700);
    const struct passage passage = { str_from(id), str_from(title), str_from(text) };
    return knowledge_index_add(index, &passage);
}

static int bench_order(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static enum err bench_ask(struct knowledge_index *index, double us[ASKED])
{
    static const char *const forms[] = {
        "What is the refund for part%zu and how is it shipped?",
        "Can I return kind%zu within 30 days of delivery?",
        "part%zu 可以退货吗，退款要几天？",
        "How is it shipped, and is the refund for a return paid within days of delivery?",
    };
    for (size_t i = 0; i < ASKED; i++) {
        char text[128];
        struct passage_found got[BRIEF_PASSAGES_MAX];
        size_t count;
        /* The forms are literals of this function. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof(text), forms[i % countof(forms)], i % 700);
#pragma GCC diagnostic pop
        const struct passage_question question = { .text = str_from(text) };
        int64_t start_ns = bench_now_ns();
        TRY(knowledge_index_find(index, &question, got, countof(got), &count));
        us[i] = (double)(bench_now_ns() - start_ns) / 1000;
    }
    return OK;
}

static enum err bench_knowledge(size_t passages)
{
    static double us[ASKED];
    struct knowledge_index *index = knowledge_index_create();
    int64_t start_ns = bench_now_ns();
    for (size_t i = 0; index && i < passages; i++) {
        TRY(bench_write(index, i));
    }
    TRY(index ? knowledge_index_settle(index) : ERR_NOMEM);
    double read_us = (double)(bench_now_ns() - start_ns) / 1000 / (double)passages;
    TRY(bench_ask(index, us));
    qsort(us, ASKED, sizeof(us[0]), bench_order);
    printf(",\"passages\":%zu,\"add_us\":%.1f,\"find_p50_us\":%.0f,\"find_p99_us\":%.0f}\n",
           passages, read_us, us[ASKED / 2], us[ASKED * 99 / 100]);
    knowledge_index_destroy(index);
    return OK;
}

int main(int argc, char **argv)
{
    size_t products = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100000;
    size_t passages = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : KNOWLEDGE_PASSAGES_MAX;
    json_setup(1);
    return bench_catalog(products) == OK && bench_knowledge(passages) == OK ? 0 : 1;
}
