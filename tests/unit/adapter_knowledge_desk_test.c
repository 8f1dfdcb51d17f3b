/* adapter_knowledge_desk_test.c - questions go to a thread and come back on the loop, also while
 * the pages are read again. */
#include "worker/adapter/knowledge_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/json.h"
#include "tests/unit/cm.h"
#include "tests/unit/folder.h"
#include "tests/unit/temporary.h"

#define QUESTIONS 500

struct asking {
    struct knowledge_call call;
    struct visit *visit;
};

struct visit {
    struct loop *loop;
    struct knowledge_desk *desk;
    struct knowledge *port;
    struct arena arena;
    struct asking askings[QUESTIONS];
    size_t answered;
    bool is_starting; /* inside find() */
    bool is_current;
    bool is_waiting; /* for that */
};

static void open_visit(struct visit *visit, const struct library_options *library)
{
    struct note note;
    memset(visit, 0, sizeof(*visit));
    json_setup(1);
    visit->loop = loop_create();
    arena_init(&visit->arena, (size_t)4 << 20);
    const struct knowledge_desk_options options = { .loop = visit->loop, .library = *library };
    assert_int_equal(knowledge_desk_create(&options, &visit->desk, &note), OK);
    visit->port = knowledge_desk_port(visit->desk);
}

static void close_visit(struct visit *visit)
{
    knowledge_desk_destroy(visit->desk);
    loop_destroy(visit->loop);
    arena_fini(&visit->arena);
}

static void on_answer(struct knowledge_call *call, enum err err)
{
    struct asking *asking = container_of(call, struct asking, call);
    struct visit *visit = asking->visit;
    assert_false(visit->is_starting);
    assert_int_equal(err, OK);
    assert_int_equal(call->passages_count, 1);
    if (++visit->answered == QUESTIONS) {
        loop_stop(visit->loop);
    }
}

static void ask_all(struct visit *visit)
{
    visit->is_starting = true;
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct asking *asking = &visit->askings[i];
        asking->visit = visit;
        asking->call = (struct knowledge_call){ .question.text = i % 2 ? STR("returns?")
                                                                       : STR("voucher"),
                                                .arena = &visit->arena,
                                                .on_done = on_answer };
        visit->port->ops->find(visit->port, &asking->call);
    }
    visit->is_starting = false;
}

static void every_question_is_answered_once_later_and_with_its_own(void **state)
{
    (void)state;
    static struct visit visit;
    const struct library_options library = { .dir = folder };
    open_visit(&visit, &library);
    assert_true(visit.port->ops->has(visit.port, STR_NONE));
    assert_false(visit.port->ops->has(visit.port, STR("acme")));
    ask_all(&visit);
    loop_run(visit.loop);
    assert_int_equal(visit.answered, QUESTIONS);
    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *id = i % 2 ? "returns.md#1" : "faq.md#1";
        assert_string_equal(visit.askings[i].call.passages[0].id.ptr, id);
    }
    close_visit(&visit);
}

static void pages_are_read_again_while_questions_are_answered(void **state)
{
    (void)state;
    static struct visit visit;
    const struct library_options library = { .dir = folder };
    open_visit(&visit, &library);
    for (int i = 0; i < 20; i++) {
        visit.answered = 0;
        knowledge_desk_reload(visit.desk);
        ask_all(&visit);
        knowledge_desk_reload(visit.desk); /* one at a time; the second comes later */
        loop_run(visit.loop);
        assert_int_equal(visit.answered, QUESTIONS);
    }
    close_visit(&visit); /* a reading may still be under way */
}

static void what_cannot_be_read_again_leaves_the_old_pages(void **state)
{
    (void)state;
    static struct visit visit;
    char own[TEMPORARY_BYTES];
    char path[TEMPORARY_BYTES + 8];
    temporary_name(own);
    assert_non_null(mkdtemp(own));
    snprintf(path, sizeof(path), "%s/a.jsonl", own);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs("{\"text\":\"returns voucher\"}\n", file);
    fclose(file);
    const struct library_options library = { .dir = own };
    open_visit(&visit, &library);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(own), 0);
    knowledge_desk_reload(visit.desk);
    ask_all(&visit);
    loop_run(visit.loop);
    visit.answered = 0;
    ask_all(&visit);
    loop_run(visit.loop);
    assert_int_equal(visit.answered, QUESTIONS);
    close_visit(&visit);
}

/* ---- a topic ---- */

static enum err put_page(struct visit *visit, const char *key, const char *text)
{
    const struct page page = { .name = str_from(key),
                               .text = str_from(text),
                               .is_removed = text[0] == '\0' };
    return knowledge_desk_put(visit->desk, str_from(key), STR_NONE, &page);
}

static void on_current(void *owner)
{
    struct visit *visit = owner;
    visit->is_current = true;
    if (visit->is_waiting) { /* a loop that does not run would stop the next time */
        loop_stop(visit->loop);
    }
}

static void on_found(struct knowledge_call *call, enum err err)
{
    struct asking *asking = container_of(call, struct asking, call);
    assert_int_equal(err, OK);
    loop_stop(asking->visit->loop);
}

static struct knowledge_call *ask_one(struct visit *visit, const char *question)
{
    struct asking *asking = &visit->askings[0];
    arena_fini(&visit->arena); /* what an earlier question found is not looked at again */
    arena_init(&visit->arena, (size_t)4 << 20);
    asking->visit = visit;
    asking->call = (struct knowledge_call){ .question.text = str_from(question),
                                            .arena = &visit->arena,
                                            .on_done = on_found };
    visit->port->ops->find(visit->port, &asking->call);
    loop_run(visit->loop);
    return &asking->call;
}

/* Questions go on while the pages are read again; the loop wakes for both. */
static void ask_until(struct visit *visit, const char *question, const char *text)
{
    struct knowledge_call *call;
    do {
        call = ask_one(visit, question);
    } while (call->passages_count != (text[0] ? 1 : 0) ||
             (text[0] && !str_is(call->passages[0].text, text)));
}

static void wait_current(struct visit *visit)
{
    visit->is_waiting = true;
    while (!visit->is_current) {
        loop_run(visit->loop);
    }
    visit->is_waiting = false;
}

static void begin(struct visit *visit)
{
    knowledge_desk_begin(visit->desk, on_current, visit);
    wait_current(visit);
}

static void a_topic_is_searched_as_soon_as_it_is_whole(void **state)
{
    (void)state;
    static struct visit visit;
    const struct library_options library = { .dir = NULL };
    open_visit(&visit, &library);
    assert_int_equal(put_page(&visit, "returns.md", "# Returns\nWithin 7 days.\n"), OK);
    assert_int_equal(put_page(&visit, "returns.md", "# Returns\nWithin 30 days.\n"), OK);
    assert_int_equal(put_page(&visit, "faq.md", "# Vouchers\nValid for a year.\n"), OK);
    assert_int_equal(put_page(&visit, "faq.md", ""), OK);
    assert_false(visit.port->ops->has(visit.port, STR_NONE));
    begin(&visit);
    assert_true(visit.port->ops->has(visit.port, STR_NONE));
    struct knowledge_call *call = ask_one(&visit, "returns?");
    assert_int_equal(call->passages_count, 1);
    assert_true(str_is(call->passages[0].text, "Within 30 days."));
    assert_int_equal(ask_one(&visit, "voucher")->passages_count, 0);
    close_visit(&visit);
}

static void an_empty_topic_is_current_at_once(void **state)
{
    (void)state;
    static struct visit visit;
    const struct library_options library = { .dir = folder };
    open_visit(&visit, &library);
    knowledge_desk_begin(visit.desk, on_current, &visit);
    assert_true(visit.is_current);
    assert_true(visit.port->ops->has(visit.port, STR_NONE));
    close_visit(&visit);
}

static void what_changes_later_is_read_without_being_told(void **state)
{
    (void)state;
    static struct visit visit;
    const struct library_options library = { .dir = folder };
    open_visit(&visit, &library);
    begin(&visit);
    assert_int_equal(put_page(&visit, "gifts.md", "# Wrapping\nFree.\n"), OK);
    ask_until(&visit, "wrapping", "Free.");
    assert_int_equal(put_page(&visit, "gifts.md", "# Wrapping\nTwo euros.\n"), OK);
    ask_until(&visit, "wrapping", "Two euros.");
    assert_int_equal(put_page(&visit, "gifts.md", ""), OK);
    ask_until(&visit, "wrapping", "");
    close_visit(&visit);
}

/* A worker that cannot know its pages does not answer without them. */
static void a_folder_that_is_gone_holds_the_start_back_until_it_is_there(void **state)
{
    (void)state;
    static struct visit visit;
    char own[TEMPORARY_BYTES];
    temporary_name(own);
    assert_non_null(mkdtemp(own));
    const struct library_options library = { .dir = own };
    open_visit(&visit, &library);
    assert_int_equal(remove(own), 0);
    assert_int_equal(put_page(&visit, "returns.md", "# Returns\nWithin 30 days.\n"), OK);
    knowledge_desk_begin(visit.desk, on_current, &visit);
    assert_int_equal(ask_one(&visit, "returns?")->passages_count, 0);
    assert_false(visit.is_current);
    assert_int_equal(mkdir(own, 0700), 0);
    do { /* what SIGHUP asks for; the reading that failed may not be over yet */
        knowledge_desk_reload(visit.desk);
    } while (ask_one(&visit, "returns?")->passages_count == 0);
    wait_current(&visit);
    assert_int_equal(remove(own), 0);
    close_visit(&visit);
}

static int make_pages(void **state)
{
    int made = folder_make(state);
    folder_put("returns.md", "# Returns\nWithin 30 days.\n");
    folder_put("faq.md", "# Vouchers\nValid for a year.\n");
    return made;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_question_is_answered_once_later_and_with_its_own),
        cmocka_unit_test(pages_are_read_again_while_questions_are_answered),
        cmocka_unit_test(what_cannot_be_read_again_leaves_the_old_pages),
        cmocka_unit_test(a_topic_is_searched_as_soon_as_it_is_whole),
        cmocka_unit_test(an_empty_topic_is_current_at_once),
        cmocka_unit_test(what_changes_later_is_read_without_being_told),
        cmocka_unit_test(a_folder_that_is_gone_holds_the_start_back_until_it_is_there),
    };
    return cmocka_run_group_tests(tests, make_pages, folder_remove);
}
