/* ranking_bench.c - what a recommendation costs in a shop with many orders.
 *
 *   ranking_bench CUSTOMERS LINES REQUESTS RATE
 *
 * Learns the orders of a made-up shop, then ranks ten products for REQUESTS customers, RATE a
 * second at even distances. A request's time counts from when it was due, so one that waits for
 * another pays for it. Prints one line of JSON.
 *
 * Products, and what a customer comes back to, follow a power law as in the shops whose orders
 * are public: few products are in many orders, and half of an order is what was bought before. */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "worker/answer/rank_pick.h"

#define PRODUCTS 20000
#define CATEGORIES 120
#define ORDER_LINES 10      /* as in the Instacart sample: 570,000 lines of 14,000 customers */
#define AGAIN_OF 2          /* one line of so many is what the customer had before */
#define HAD_MAX 24
#define DAY_MS ((int64_t)86400000)
#define COUNT 10
#define ARENA_BYTES ((size_t)16 << 20)

struct buyer {
    int64_t at_wall_ms;
    size_t orders;
    size_t had_count;
    unsigned had[HAD_MAX];
};

struct bench {
    struct rank *rank;
    struct buyer *buyers;
    size_t customers;
    size_t lines;    /* wanted, then learned */
    size_t requests;
    size_t rate;
    uint64_t chance;
    double learn_us; /* CPU time of a line */
};

static void die(const char *what)
{
    fprintf(stderr, "ranking_bench: %s\n", what);
    exit(1);
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* SplitMix64: every run is the same shop. */
static uint64_t chance(struct bench *bench)
{
    bench->chance += 0x9e3779b97f4a7c15u;
    uint64_t z = bench->chance;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned draw_product(struct bench *bench)
{
    double share = (double)(chance(bench) >> 11) / (double)(UINT64_C(1) << 53);
    return (unsigned)(pow((double)PRODUCTS, share)) - 1;
}

static unsigned draw_line(struct bench *bench, struct buyer *buyer)
{
    bool is_again = buyer->had_count > 0 && chance(bench) % AGAIN_OF == 0;
    if (is_again) {
        return buyer->had[chance(bench) % buyer->had_count];
    }
    unsigned product = draw_product(bench);
    size_t place = buyer->had_count < HAD_MAX ? buyer->had_count++ : chance(bench) % HAD_MAX;
    buyer->had[place] = product;
    return product;
}

static void learn_order(struct bench *bench, size_t who)
{
    struct buyer *buyer = &bench->buyers[who];
    char names[ORDER_LINES][2][24];
    struct order_item items[ORDER_LINES] = { 0 };
    char customer[32];
    char order_id[48];
    for (size_t i = 0; i < ORDER_LINES; i++) {
        unsigned product = draw_line(bench, buyer);
        snprintf(names[i][0], sizeof(names[i][0]), "SKU-%06u", product);
        snprintf(names[i][1], sizeof(names[i][1]), "category-%u", product % CATEGORIES);
        items[i] = (struct order_item){ .sku = str_from(names[i][0]),
                                        .category = str_from(names[i][1]),
                                        .quantity = 1 };
    }
    snprintf(customer, sizeof(customer), "customer-%06zu", who);
    snprintf(order_id, sizeof(order_id), "%s-%zu", customer, ++buyer->orders);
    buyer->at_wall_ms += DAY_MS + (int64_t)(chance(bench) % (20 * (uint64_t)DAY_MS));
    const struct order order = { .order_id = str_from(order_id),
                                 .customer_id = str_from(customer),
                                 .at_wall_ms = buyer->at_wall_ms,
                                 .items = items,
                                 .items_count = countof(items) };
    if (rank_learn(bench->rank, STR_NONE, &order, INT64_MAX) != OK) {
        die("no memory");
    }
}

static void learn(struct bench *bench)
{
    static const uint64_t seed[2] = { 1, 2 };
    bench->rank = rank_create(&rank_limits_usual, seed);
    bench->buyers = calloc(max_size(bench->customers, 1), sizeof(*bench->buyers));
    if (!bench->rank || !bench->buyers || bench->customers == 0) {
        die("no memory, or CUSTOMERS is no number above 0");
    }
    int64_t start_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
    size_t learned = 0;
    for (; learned < bench->lines; learned += ORDER_LINES) {
        bool is_first_round = learned / ORDER_LINES < bench->customers;
        learn_order(bench, is_first_round ? learned / ORDER_LINES
                                          : chance(bench) % bench->customers);
    }
    bench->lines = learned;
    bench->learn_us = (double)(now_ns(CLOCK_THREAD_CPUTIME_ID) - start_ns) / 1000 /
                      (double)max_size(learned, 1);
}

static size_t ask(struct bench *bench)
{
    size_t who = chance(bench) % bench->customers;
    char customer[32];
    struct arena arena;
    struct rank_pick *picks;
    size_t count;
    snprintf(customer, sizeof(customer), "customer-%06zu", who);
    const struct rank_wish wish = { .customer_id = str_from(customer),
                                    .count = COUNT,
                                    .now_wall_ms = bench->buyers[who].at_wall_ms + DAY_MS };
    arena_init(&arena, ARENA_BYTES);
    if (rank_pick(bench->rank, &arena, &wish, &picks, &count) != OK) {
        die("no memory");
    }
    arena_fini(&arena);
    return count;
}

static void wait_until(int64_t due_ns)
{
    const struct timespec due = { .tv_sec = due_ns / 1000000000, .tv_nsec = due_ns % 1000000000 };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0) {
    }
}

static int compare(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;
    return (left > right) - (left < right);
}

static double rank_of(double *us, size_t count, size_t percent)
{
    qsort(us, count, sizeof(*us), compare);
    return us[min_size(count * percent / 100, count - 1)];
}

/* The time of each from when it was due, and the CPU time of each alone. */
static void measure(struct bench *bench, double *took_us, double *cpu_us, size_t *ret_offered)
{
    int64_t begun_ns = now_ns(CLOCK_MONOTONIC);
    for (size_t i = 0; i < bench->requests; i++) {
        int64_t due_ns = begun_ns + (int64_t)(i * 1000000000 / bench->rate);
        wait_until(due_ns);
        int64_t cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
        *ret_offered += ask(bench);
        cpu_us[i] = (double)(now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns) / 1000;
        took_us[i] = (double)(now_ns(CLOCK_MONOTONIC) - due_ns) / 1000;
    }
}

int main(int argc, char **argv)
{
    struct bench bench = { .customers = argc > 1 ? strtoul(argv[1], NULL, 10) : 14000,
                           .lines = argc > 2 ? strtoul(argv[2], NULL, 10) : 570000,
                           .requests = argc > 3 ? strtoul(argv[3], NULL, 10) : 10000,
                           .rate = argc > 4 ? strtoul(argv[4], NULL, 10) : 1000 };
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    learn(&bench);
    size_t bytes = mallinfo2().uordblks + mallinfo2().hblkhd - before -
                   bench.customers * sizeof(*bench.buyers);
    bench.requests = max_size(bench.requests, 1);
    bench.rate = max_size(bench.rate, 1);
    double *took_us = calloc(bench.requests, sizeof(*took_us));
    double *cpu_us = calloc(bench.requests, sizeof(*cpu_us));
    size_t offered = 0;
    if (!took_us || !cpu_us) {
        die("no memory");
    }
    measure(&bench, took_us, cpu_us, &offered);
    printf("{\"lines\":%zu,\"bytes\":%zu,\"learn_us\":%.2f,\"offered\":%.2f,"
           "\"p50_us\":%.0f,\"p99_us\":%.0f,\"cpu_p50_us\":%.0f,\"cpu_p99_us\":%.0f}\n",
           bench.lines, bytes, bench.learn_us, (double)offered / (double)bench.requests,
           rank_of(took_us, bench.requests, 50), rank_of(took_us, bench.requests, 99),
           rank_of(cpu_us, bench.requests, 50), rank_of(cpu_us, bench.requests, 99));
    rank_destroy(bench.rank);
    free(bench.buyers);
    free(took_us);
    free(cpu_us);
    return 0;
}
