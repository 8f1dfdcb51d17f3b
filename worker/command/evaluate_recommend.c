/* evaluate_recommend.c - see evaluate_recommend.h and docs/recommendations.md. */
#include "worker/command/evaluate_recommend.h"

#include <string.h>
#include <sysexits.h>

#include "common/crc32c.h"
#include "common/json.h"
#include "common/json_out.h"
#include "common/mem.h"
#include "worker/adapter/now.h"
#include "worker/adapter/secret_file.h"
#include "worker/answer/rank_pick.h"
#include "worker/command/cli.h"
#include "worker/command/evaluate_pace.h"
#include "worker/command/evaluate_score.h"

#define EVALUATE_ARENA_BYTES ((size_t)16 << 20)
#define EVALUATE_PRINT_BYTES ((size_t)1 << 20)

enum evaluate_way { WAY_DESKHAND, WAY_PERSONAL, WAY_NEIGHBOURS, WAY_POPULAR, WAYS };

static const char *const evaluate_ways[WAYS] = {
    [WAY_DESKHAND] = "deskhand",
    [WAY_PERSONAL] = "gp-topfreq",
    [WAY_NEIGHBOURS] = "item-knn",
    [WAY_POPULAR] = "popular",
};

static const char *const evaluate_parts[SCORE_PARTS] = { "all", "repeat", "explore" };

struct evaluation {
    struct baskets baskets;
    struct past past;
    struct rank *rank;
    const char *customers; /* "tune", "report" or "all" */
    struct score scores[WAYS];
    uint64_t asked;
    double learn_ms;
};

static double evaluate_now_ms(void)
{
    return 1e-3 * (double)now_mono_us();
}

/* ---- learning ---- */

static enum err evaluate_learn_basket(struct evaluation *evaluation, const struct basket *basket)
{
    const struct baskets *baskets = &evaluation->baskets;
    struct order_item *items = mem_zero(max_size(basket->items_count, 1), sizeof(*items));
    if (!items) {
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < basket->items_count; i++) {
        items[i].sku = baskets->items.texts[basket->items[i]];
        items[i].category = baskets->categories[basket->items[i]];
        items[i].quantity = 1;
    }
    const struct order order = {
        .order_id = basket->order,
        .customer_id = baskets->customers.texts[basket->customer],
        .at_wall_ms = basket->at,
        .items = items,
        .items_count = basket->items_count,
    };
    enum err err = rank_learn(evaluation->rank, STR_NONE, &order, INT64_MAX);
    mem_free(items);
    return err;
}

static enum err evaluate_learn(struct evaluation *evaluation)
{
    static const uint64_t seed[2] = { 0, 0 };
    double start_ms = evaluate_now_ms();
    evaluation->rank = rank_create(&rank_limits_usual, seed);
    if (!evaluation->rank) {
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < evaluation->baskets.count; i++) {
        if (!evaluation->baskets.all[i].is_held) {
            TRY(evaluate_learn_basket(evaluation, &evaluation->baskets.all[i]));
        }
    }
    evaluation->learn_ms = evaluate_now_ms() - start_ms;
    return OK;
}

/* ---- asking ---- */

static enum err evaluate_pick(struct evaluation *evaluation, const struct basket *truth,
                              uint32_t *ret_items, uint32_t *ret_count)
{
    const struct rank_wish wish = {
        .customer_id = evaluation->baskets.customers.texts[truth->customer],
        .count = EVALUATE_COUNT,
        .now_wall_ms = truth->at,
    };
    struct arena arena;
    struct rank_pick *picks;
    size_t count;
    arena_init(&arena, EVALUATE_ARENA_BYTES);
    enum err err = rank_pick(evaluation->rank, &arena, &wish, &picks, &count);
    for (size_t i = 0; err == OK && i < count; i++) {
        ret_items[i] = baskets_number(&evaluation->baskets, picks[i].item->sku);
    }
    arena_fini(&arena);
    *ret_count = err == OK ? (uint32_t)count : 0;
    return err;
}

static enum err evaluate_rank(struct evaluation *evaluation, enum evaluate_way way,
                              const struct basket *truth, uint32_t *ret_items, uint32_t *ret_count)
{
    struct past *past = &evaluation->past;
    switch (way) {
    case WAY_DESKHAND:
        return evaluate_pick(evaluation, truth, ret_items, ret_count);
    case WAY_PERSONAL:
        *ret_count = past_rank_personal(past, truth->customer, ret_items);
        return OK;
    case WAY_NEIGHBOURS:
        *ret_count = past_rank_neighbours(past, truth->customer, ret_items);
        return OK;
    case WAY_POPULAR:
        *ret_count = past_rank_popular(past, truth->customer, ret_items);
        return OK;
    case WAYS:
        break;
    }
    BUG("no such ranking");
}

static enum err evaluate_ask(struct evaluation *evaluation, enum evaluate_way way,
                             const struct basket *truth)
{
    uint32_t items[EVALUATE_COUNT];
    uint32_t count = 0;
    struct score *score = &evaluation->scores[way];
    double start_ms = evaluate_now_ms();
    TRY(evaluate_rank(evaluation, way, truth, items, &count));
    double took_ms = evaluate_now_ms() - start_ms;
    score->ms_sum += took_ms;
    score->ms_max = took_ms > score->ms_max ? took_ms : score->ms_max;
    score_add(score, &evaluation->past, truth, items, count);
    return OK;
}

/* Half of the customers, by their ids, are there to choose constants on. */
static bool evaluate_is_asked(const struct evaluation *evaluation, const struct basket *basket)
{
    bool is_report = crc32c(evaluation->baskets.customers.texts[basket->customer]) & 1;
    return basket->is_held && (strcmp(evaluation->customers, "all") == 0 ||
                               is_report == (strcmp(evaluation->customers, "report") == 0));
}

static enum err evaluate_ask_all(struct evaluation *evaluation)
{
    for (uint32_t i = 0; i < evaluation->baskets.count; i++) {
        const struct basket *basket = &evaluation->baskets.all[i];
        if (!evaluate_is_asked(evaluation, basket)) {
            continue;
        }
        evaluation->asked++;
        for (enum evaluate_way way = 0; way < WAYS; way++) {
            TRY(evaluate_ask(evaluation, way, basket));
        }
    }
    return OK;
}

static enum err evaluate_run(struct evaluation *evaluation, struct str bytes, struct note *note)
{
    struct baskets *baskets = &evaluation->baskets;
    TRY(baskets_read(baskets, bytes, note));
    TRY(baskets_pace(baskets));
    TRY(past_init(&evaluation->past, baskets));
    TRY(evaluate_learn(evaluation));
    for (enum evaluate_way way = 0; way < WAYS; way++) {
        struct score *score = &evaluation->scores[way];
        score->is_offered = mem_zero(max_size(baskets->items.count, 1), sizeof(bool));
        if (!score->is_offered) {
            return ERR_NOMEM;
        }
    }
    TRY(evaluate_ask_all(evaluation));
    if (evaluation->asked == 0) {
        note_set(note,
                 "--baskets: no customer of these (%s) has three baskets or more, so there is "
                 "nothing to hold back",
                 evaluation->customers);
        return ERR_SCHEMA;
    }
    return OK;
}

/* ---- showing ---- */

static double evaluate_mean(double sum, uint64_t count)
{
    return count > 0 ? sum / (double)count : 0;
}

static double evaluate_coverage(const struct evaluation *evaluation, const struct score *score)
{
    return evaluate_mean((double)score->offered, evaluation->baskets.items.count);
}

static void evaluate_put_part(struct json_out *out, const char *name, const struct score_sum *sum)
{
    json_open_object(out, name);
    json_put_int(out, "customers", (int64_t)sum->customers);
    json_put_number(out, "recall", evaluate_mean(sum->recall, sum->customers));
    json_put_number(out, "ndcg", evaluate_mean(sum->ndcg, sum->customers));
    json_put_number(out, "hit_rate", evaluate_mean(sum->hits, sum->customers));
    json_close_object(out);
}

static void evaluate_put(struct json_out *out, const struct evaluation *evaluation)
{
    const struct baskets *baskets = &evaluation->baskets;
    json_open_object(out, NULL);
    json_put_text(out, "customers", str_from(evaluation->customers));
    json_put_int(out, "asked", (int64_t)evaluation->asked);
    json_put_int(out, "lines", (int64_t)baskets->lines);
    json_put_int(out, "baskets", baskets->count);
    json_put_int(out, "products", baskets->items.count);
    json_put_int(out, "count", EVALUATE_COUNT);
    json_put_number(out, "learn_ms", evaluation->learn_ms);
    json_open_object(out, "rankings");
    for (enum evaluate_way way = 0; way < WAYS; way++) {
        const struct score *score = &evaluation->scores[way];
        json_open_object(out, evaluate_ways[way]);
        for (enum score_part part = 0; part < SCORE_PARTS; part++) {
            evaluate_put_part(out, evaluate_parts[part], &score->sums[part]);
        }
        json_put_number(out, "coverage", evaluate_coverage(evaluation, score));
        json_put_number(out, "mean_ms", evaluate_mean(score->ms_sum, evaluation->asked));
        json_put_number(out, "max_ms", score->ms_max);
        json_close_object(out);
    }
    json_close_object(out);
    json_close_object(out);
}

static enum err evaluate_print_json(const struct evaluation *evaluation)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, EVALUATE_PRINT_BYTES);
    struct json_out out = json_out_to(&buf);
    evaluate_put(&out, evaluation);
    TRY(json_out_end(&out));
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    return OK;
}

static void evaluate_print_table(const struct evaluation *evaluation)
{
    const struct baskets *baskets = &evaluation->baskets;
    const char *unit =
        baskets->is_stretched ? "; times are no milliseconds, a week is the usual distance" : "";
    printf("%llu customers (%s) asked for %d products; %llu lines, %u baskets, %u products; "
           "learned in %.0f ms%s\n\n",
           (unsigned long long)evaluation->asked, evaluation->customers, EVALUATE_COUNT,
           (unsigned long long)baskets->lines, baskets->count, baskets->items.count,
           evaluation->learn_ms, unit);
    printf("%-11s %-8s %9s %9s %9s %9s %9s %8s\n", "ranking", "part", "customers", "Recall@10",
           "nDCG@10", "HR@10", "coverage", "mean ms");
    for (enum evaluate_way way = 0; way < WAYS; way++) {
        const struct score *score = &evaluation->scores[way];
        for (enum score_part part = 0; part < SCORE_PARTS; part++) {
            const struct score_sum *sum = &score->sums[part];
            printf("%-11s %-8s %9llu %9.4f %9.4f %9.4f", evaluate_ways[way], evaluate_parts[part],
                   (unsigned long long)sum->customers, evaluate_mean(sum->recall, sum->customers),
                   evaluate_mean(sum->ndcg, sum->customers),
                   evaluate_mean(sum->hits, sum->customers));
            if (part == SCORE_ALL) {
                printf(" %9.4f %8.3f", evaluate_coverage(evaluation, score),
                       evaluate_mean(score->ms_sum, evaluation->asked));
            }
            printf("\n");
        }
    }
}

static void evaluate_close(struct evaluation *evaluation)
{
    rank_destroy(evaluation->rank);
    past_fini(&evaluation->past);
    baskets_fini(&evaluation->baskets);
    for (enum evaluate_way way = 0; way < WAYS; way++) {
        mem_free(evaluation->scores[way].is_offered);
    }
}

static int evaluate_file(const char *path, const char *customers, bool is_json)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note note = { 0 };
    struct evaluation evaluation = { .customers = customers };
    buf_init(&bytes, BASKETS_BYTES_MAX);
    enum err err = text_file_read("--baskets", path, BASKETS_BYTES_MAX, &bytes, &note);
    if (err != OK) {
        return cli_fail("evaluate recommend", err, &note);
    }
    err = evaluate_run(&evaluation, buf_str(&bytes), &note);
    if (err == OK && is_json) {
        err = evaluate_print_json(&evaluation);
    } else if (err == OK) {
        evaluate_print_table(&evaluation);
    }
    int code = err == OK ? EX_OK : cli_fail("evaluate recommend", err, &note);
    evaluate_close(&evaluation);
    return code;
}

static bool evaluate_knows(const char *customers)
{
    return strcmp(customers, "all") == 0 || strcmp(customers, "tune") == 0 ||
           strcmp(customers, "report") == 0;
}

int evaluate_recommend(int argc, char **argv)
{
    const char *path = NULL;
    const char *customers = "all";
    const char *is_json = NULL;
    const struct cli_option options[] = {
        { "baskets", "FILE", "CSV or JSON lines; docs/recommendations.md tells the columns",
          &path },
        { "customers", "WHICH",
          "all (default), or the half to tune on, or the half to report on: "
          "tune, report",
          &customers },
        { "json", NULL, "prints JSON in place of a table", &is_json },
        { 0 },
    };
    struct cli cli = {
        .usage = "evaluate recommend --baskets FILE [--customers all|tune|report] [--json]",
        .text = "Holds back each customer's last basket and tells how well it is foretold.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    conf_destroy(cli.conf);
    if (!path) {
        return cli_misuse("evaluate recommend", "name the file of baskets: --baskets FILE");
    }
    if (!evaluate_knows(customers)) {
        return cli_misuse("evaluate recommend", "--customers is all, tune or report");
    }
    json_setup(0);
    return evaluate_file(path, customers, is_json != NULL);
}
