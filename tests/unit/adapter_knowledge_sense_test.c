/* adapter_knowledge_sense_test.c - meaning makes answers better, and never later than its wait. */
#include "worker/adapter/knowledge_sense.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "tests/unit/cm.h"
#include "tests/unit/folder.h"
#include "tests/unit/stand_in.h"
#include "worker/adapter/knowledge_desk.h"

#define CALLS (SENSE_QUESTIONS_MAX + 8)
#define WAIT_MS 50
#define LONG_MS 600000

/* The vectors of the stand-in are made of letters, so "jqz" means what "qqqq jjjj zzzz" does and
 * shares no word with it. */
static int make_page(void **state)
{
    int made = folder_make(state);
    folder_put("a.jsonl", "{\"text\":\"aaaa\"}\n{\"text\":\"bbbb\"}\n{\"text\":\"cccc\"}\n"
                          "{\"text\":\"dddd\"}\n{\"text\":\"qqqq jjjj zzzz\"}\n");
    return made;
}

struct asking {
    struct knowledge_call call;
    struct visit *visit;
};

struct visit {
    struct loop *loop;
    struct metrics *metrics;
    struct knowledge_desk *desk;
    struct knowledge *port;
    struct stand_in stand_in;
    struct arena arena;
    struct asking askings[CALLS];
    size_t answered;
    size_t wanted;   /* so many end the loop's run */
    size_t passages; /* of the last answer */
};

static void start_visit(struct visit *visit)
{
    json_setup(1);
    memset(visit, 0, sizeof(*visit));
    visit->loop = loop_create();
    visit->metrics = metrics_create();
    arena_init(&visit->arena, (size_t)4 << 20);
    stand_in_open(&visit->stand_in);
}

static void open_desk(struct visit *visit, int64_t wait_ms)
{
    struct note note;
    const struct knowledge_desk_options options = { .loop = visit->loop,
                                                    .library = { .dir = folder },
                                                    .metrics = visit->metrics,
                                                    .embedder = &visit->stand_in.port,
                                                    .meaning_wait_ms = wait_ms };
    assert_int_equal(knowledge_desk_create(&options, &visit->desk, &note), OK);
    visit->port = knowledge_desk_port(visit->desk);
}

static void open_visit(struct visit *visit, int64_t wait_ms)
{
    start_visit(visit);
    open_desk(visit, wait_ms);
}

static void close_visit(struct visit *visit)
{
    knowledge_desk_destroy(visit->desk);
    loop_destroy(visit->loop);
    metrics_destroy(visit->metrics);
    arena_fini(&visit->arena);
    stand_in_close(&visit->stand_in);
}

static void on_found(struct knowledge_call *call, enum err err)
{
    struct visit *visit = container_of(call, struct asking, call)->visit;
    assert_int_equal(err, OK);
    visit->passages = call->passages_count;
    if (++visit->answered >= visit->wanted) {
        loop_stop(visit->loop);
    }
}

static void ask(struct visit *visit, size_t number, const char *question)
{
    struct asking *asking = &visit->askings[number];
    asking->visit = visit;
    asking->call = (struct knowledge_call){ .question.text = str_from(question),
                                            .arena = &visit->arena,
                                            .on_done = on_found };
    visit->port->ops->find(visit->port, &asking->call);
}

static size_t ask_alone(struct visit *visit, const char *question)
{
    visit->wanted = visit->answered + 1;
    ask(visit, 0, question);
    loop_run(visit->loop);
    return visit->passages;
}

static int64_t counted(const struct visit *visit, enum metric_meaning result)
{
    return metric_get(visit->metrics, METRIC_MEANING, result, 0);
}

static void wait_learnt(struct visit *visit)
{
    while (counted(visit, METRIC_MEANING_USED) == 0) {
        (void)ask_alone(visit, "jqz");
    }
}

static void a_passage_without_a_word_of_the_question_is_found(void **state)
{
    (void)state;
    static struct visit visit;
    open_visit(&visit, LONG_MS);
    wait_learnt(&visit);
    assert_int_equal(ask_alone(&visit, "jqz"), 1);
    assert_true(str_is(visit.askings[0].call.passages[0].text, "qqqq jjjj zzzz"));
    assert_int_equal(ask_alone(&visit, "vvvv"), 0); /* nothing stands out */
    assert_int_equal(stand_in_passages(&visit.stand_in), 5);
    close_visit(&visit);
}

static void until_the_passages_are_read_words_alone_decide(void **state)
{
    (void)state;
    static struct visit visit;
    start_visit(&visit);
    stand_in_hold(&visit.stand_in);
    open_desk(&visit, LONG_MS);
    assert_int_equal(ask_alone(&visit, "qqqq"), 1);
    assert_int_equal(ask_alone(&visit, "jqz"), 0);
    assert_int_equal(stand_in_questions(&visit.stand_in), 0);
    stand_in_release(&visit.stand_in);
    close_visit(&visit);
}

static void a_question_that_comes_late_is_answered_by_its_words(void **state)
{
    (void)state;
    static struct visit visit;
    open_visit(&visit, WAIT_MS);
    wait_learnt(&visit);
    int64_t late = counted(&visit, METRIC_MEANING_LATE); /* on a busy machine */
    stand_in_hold(&visit.stand_in);
    assert_int_equal(ask_alone(&visit, "jqz"), 0);  /* it is being read */
    assert_int_equal(ask_alone(&visit, "qqqq"), 1); /* it waits behind that one */
    assert_int_equal(counted(&visit, METRIC_MEANING_LATE), late + 2);
    stand_in_release(&visit.stand_in);
    close_visit(&visit);
}

static void a_full_queue_makes_nobody_wait(void **state)
{
    (void)state;
    static struct visit visit;
    open_visit(&visit, LONG_MS);
    wait_learnt(&visit);
    stand_in_hold(&visit.stand_in);
    size_t beyond = CALLS - SENSE_QUESTIONS_MAX - 1; /* one is being read */
    visit.wanted = visit.answered + beyond;
    for (size_t i = 0; i < CALLS; i++) {
        ask(&visit, i, "qqqq");
    }
    loop_run(visit.loop);
    assert_int_equal(counted(&visit, METRIC_MEANING_FULL), beyond);
    visit.wanted += CALLS - beyond;
    stand_in_release(&visit.stand_in);
    loop_run(visit.loop);
    assert_int_equal(counted(&visit, METRIC_MEANING_LATE), 0);
    close_visit(&visit);
}

static void a_question_that_cannot_be_read_is_answered_by_its_words(void **state)
{
    (void)state;
    static struct visit visit;
    open_visit(&visit, LONG_MS);
    wait_learnt(&visit);
    visit.stand_in.result = ERR_FORMAT;
    assert_int_equal(ask_alone(&visit, "qqqq"), 1);
    assert_int_equal(counted(&visit, METRIC_MEANING_FAILED), 1);
    close_visit(&visit);
}

/* New pages are there by their words as soon as they are read; a reading of old ones gives way. */
static void pages_change_while_their_passages_are_read(void **state)
{
    (void)state;
    static struct visit visit;
    start_visit(&visit);
    stand_in_hold(&visit.stand_in);
    open_desk(&visit, LONG_MS);
    knowledge_desk_begin(visit.desk, NULL, NULL);
    const struct page page = { .name = STR("new.md"), .text = STR("jqz jqz xylophone") };
    assert_int_equal(knowledge_desk_put(visit.desk, page.name, STR_NONE, &page), OK);
    knowledge_desk_reload(visit.desk);
    stand_in_release(&visit.stand_in);
    while (ask_alone(&visit, "xylophone") == 0) {
    }
    while (ask_alone(&visit, "jqz") < 2) { /* the old ones may have been learnt before */
    }
    assert_int_equal(stand_in_passages(&visit.stand_in), 6); /* none twice */
    close_visit(&visit);
}

/* While the changed passage is being read, others are still asked for by meaning: the reading of
 * that question comes too late, which it could not if words alone were asked. */
static void a_changed_page_takes_meaning_from_no_other_tenant(void **state)
{
    (void)state;
    static struct visit visit;
    open_visit(&visit, WAIT_MS);
    knowledge_desk_begin(visit.desk, NULL, NULL);
    wait_learnt(&visit);
    stand_in_hold_passages(&visit.stand_in);
    const struct page page = { .name = STR("new.md"), .text = STR("jqz jqz xylophone") };
    assert_int_equal(knowledge_desk_put(visit.desk, page.name, STR("lin"), &page), OK);
    knowledge_desk_reload(visit.desk);
    while (!visit.port->ops->has(visit.port, STR("lin"))) {
        (void)ask_alone(&visit, "qqqq");
    }
    int64_t late = counted(&visit, METRIC_MEANING_LATE);
    assert_int_equal(ask_alone(&visit, "qqqq"), 1);
    assert_int_equal(counted(&visit, METRIC_MEANING_LATE), late + 1);
    stand_in_release(&visit.stand_in);
    close_visit(&visit);
}

static void release(void *owner)
{
    struct visit *visit = owner;
    stand_in_release(&visit->stand_in);
}

/* The loop runs only inside the closing, so the passage ends after that has begun. */
static void the_end_waits_for_one_passage_at_most(void **state)
{
    (void)state;
    static struct visit visit;
    start_visit(&visit);
    stand_in_hold(&visit.stand_in);
    open_desk(&visit, LONG_MS);
    (void)ask_alone(&visit, "qqqq");
    while (stand_in_passages(&visit.stand_in) == 0) {
        (void)ask_alone(&visit, "qqqq");
    }
    struct loop_timer *timer = loop_timer_create(visit.loop, release, &visit);
    assert_non_null(timer);
    loop_timer_set(timer, 0);
    knowledge_desk_destroy(TAKE(visit.desk));
    assert_int_equal(stand_in_passages(&visit.stand_in), 1);
    loop_timer_destroy(timer);
    close_visit(&visit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passage_without_a_word_of_the_question_is_found),
        cmocka_unit_test(until_the_passages_are_read_words_alone_decide),
        cmocka_unit_test(a_question_that_comes_late_is_answered_by_its_words),
        cmocka_unit_test(a_full_queue_makes_nobody_wait),
        cmocka_unit_test(a_question_that_cannot_be_read_is_answered_by_its_words),
        cmocka_unit_test(pages_change_while_their_passages_are_read),
        cmocka_unit_test(a_changed_page_takes_meaning_from_no_other_tenant),
        cmocka_unit_test(the_end_waits_for_one_passage_at_most),
    };
    return cmocka_run_group_tests(tests, make_page, folder_remove);
}
