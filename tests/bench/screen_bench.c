/* Holds replies against facts: one JSON object a line on standard input, the flaw of each on
 * standard output, and what a reply costs, in CPU time of this thread, on standard error.
 *
 *   {"language", "reply", "now_ms", "product": catalogue entry, "orders": [order events],
 *    "passages": [{"id", "text"}]} */
#include <stdio.h>
#include <time.h>

#include "common/json.h"
#include "worker/answer/screen.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)
#define PASSAGES_MAX 8
#define ROUNDS 20

struct bench {
    int64_t spent_ns;
    int64_t replies;
};

static int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct question {
    struct event event;
    struct brief brief;
    struct product product;
    struct order orders[BRIEF_ORDERS_MAX];
    struct passage passages[PASSAGES_MAX];
    struct str reply;
    int64_t now_wall_ms;
};

static enum err read_orders(const struct json_at *root, struct question *question)
{
    struct json_at orders;
    TRY(json_may_array(root, "orders", 0, BRIEF_ORDERS_MAX, &orders));
    for (size_t i = 0; i < json_count(&orders); i++) {
        struct json_at order = json_element(&orders, i);
        TRY(order_decode(&order, &question->orders[i]));
    }
    question->brief.orders = question->orders;
    question->brief.orders_count = json_count(&orders);
    question->brief.orders_known = question->brief.orders_count > 0;
    return OK;
}

static enum err read_passages(const struct json_at *root, struct question *question)
{
    struct json_at passages;
    TRY(json_may_array(root, "passages", 0, PASSAGES_MAX, &passages));
    for (size_t i = 0; i < json_count(&passages); i++) {
        struct json_at passage = json_element(&passages, i);
        TRY(json_want_text(&passage, "id", 1, 256, &question->passages[i].id));
        TRY(json_want_text(&passage, "text", 1, 8192, &question->passages[i].text));
    }
    question->brief.passages = question->passages;
    question->brief.passages_count = json_count(&passages);
    return OK;
}

static enum err read_question(const struct json_at *root, struct question *question)
{
    struct json_at product;
    question->event.kind = EVENT_MESSAGE;
    question->brief.event = &question->event;
    TRY(json_want_text(root, "language", 1, 35, &question->brief.language));
    TRY(json_want_text(root, "reply", 1, 8192, &question->reply));
    TRY(json_want_int(root, "now_ms", 0, INT64_MAX, &question->now_wall_ms));
    TRY(json_may_object(root, "product", &product));
    if (product.value) {
        TRY(product_decode(&product, &question->product));
        question->brief.product = &question->product;
    }
    TRY(read_orders(root, question));
    return read_passages(root, question);
}

static enum err bench_line(struct bench *bench, struct str line, struct note *note)
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    CLEANUP(arena_fini) struct arena arena;
    arena_init(&arena, (size_t)16 << 20);
    const struct json_in in = { &arena, note };
    struct question question = { .now_wall_ms = 0 };
    enum flaw flaw = FLAW_NONE;
    TRY(json_read(line, LINE_BYTES_MAX, &tree, note));
    struct json_at root = json_root(tree, &in);
    TRY(read_question(&root, &question));
    int64_t start_ns = bench_now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        CLEANUP(arena_fini) struct arena scratch;
        arena_init(&scratch, (size_t)4 << 20);
        TRY(screen_reply(&scratch, &question.brief, question.reply, question.now_wall_ms, &flaw));
    }
    bench->spent_ns += bench_now_ns() - start_ns;
    bench->replies += ROUNDS;
    printf("%s\n", flaw_label(flaw));
    return OK;
}

int main(void)
{
    static char line[LINE_BYTES_MAX];
    struct bench bench = { 0 };
    json_setup(1);
    while (fgets(line, sizeof(line), stdin)) {
        struct note note = { .text = "" };
        if (bench_line(&bench, str_trim(str_from(line)), &note) != OK) {
            fprintf(stderr, "not a question: %s %s\n", note.pointer, note.text);
            return 65;
        }
    }
    fprintf(stderr, "%.1f us a reply, %lld replies\n",
            bench.replies ? (double)bench.spent_ns / 1000 / (double)bench.replies : 0,
            (long long)bench.replies / ROUNDS);
    return 0;
}
