/* adapter_knowledge_learn_test.c - which passages are read for their meaning, and when an index has
 * what was read. */
#include <stdio.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/stand_in.h"
#include "worker/adapter/knowledge_sense.h"
#include "worker/adapter/vector_book.h"

#define TENANTS 4

/* `count` passages "FROM", "FROM + 1", ... under the title. */
struct shelf {
    const char *tenant;
    const char *title;
    size_t from;
    size_t count;
};

struct test {
    struct loop *loop;
    struct stand_in stand_in;
    struct knowledge_sense *sense;
    struct knowledge_library *library;
    struct log *log;
    char said[16384];
    size_t first_at; /* passages read when the first index was learnt */
    size_t learnt;   /* calls of on_learnt */
};

static size_t keep_log(void *owner, struct str bytes)
{
    struct test *test = owner;
    size_t len = strlen(test->said);
    snprintf(test->said + len, sizeof(test->said) - len, "%.*s", STR_ARG(bytes));
    return bytes.len;
}

static int64_t no_time(void *owner)
{
    (void)owner;
    return 0;
}

static void on_question(void *owner, struct knowledge_call *call)
{
    (void)owner;
    (void)call;
}

static void on_recalled(void *owner, const struct knowledge_library *library)
{
    struct test *test = owner;
    assert_ptr_equal(library, test->library);
    loop_stop(test->loop);
}

static void on_learnt(void *owner)
{
    struct test *test = owner;
    if (test->learnt++ == 0) {
        test->first_at = stand_in_passages(&test->stand_in);
    }
    if (!knowledge_sense_is_busy(test->sense)) {
        loop_stop(test->loop);
    }
}

static void open_test(struct test *test)
{
    json_setup(1);
    memset(test, 0, sizeof(*test));
    test->loop = loop_create();
    const struct log_options log = { .form = LOG_AS_JSON,
                                     .buffer_bytes = 65536,
                                     .owner = test,
                                     .wall_ms = no_time,
                                     .write = keep_log };
    test->log = log_create(&log);
    stand_in_open(&test->stand_in);
    const struct knowledge_sense_options options = { .loop = test->loop,
                                                     .log = test->log,
                                                     .embedder = &test->stand_in.port,
                                                     .wait_ms = 1000,
                                                     .on_question = on_question,
                                                     .on_recalled = on_recalled,
                                                     .on_learnt = on_learnt,
                                                     .owner = test };
    test->sense = knowledge_sense_create(&options);
    assert_non_null(test->sense);
}

static void close_test(struct test *test)
{
    knowledge_sense_destroy(test->sense);
    knowledge_library_destroy(test->library);
    loop_destroy(test->loop);
    log_destroy(test->log);
    stand_in_close(&test->stand_in);
}

static void add_lines(struct buf *lines, const struct shelf *shelf)
{
    char line[96];
    for (size_t i = 0; i < shelf->count; i++) {
        snprintf(line, sizeof(line), "{\"title\":\"%s\",\"text\":\"passage %zu\"}\n", shelf->title,
                 shelf->from + i);
        assert_int_equal(buf_add(lines, str_from(line)), OK);
    }
}

static struct knowledge_library *library_of(const struct shelf *shelves, size_t count)
{
    struct buf lines[TENANTS];
    struct library_page pages[TENANTS];
    const struct library_page *all[TENANTS];
    const struct library_options options = { .dir = NULL };
    struct knowledge_library *library = NULL;
    struct note note;
    for (size_t i = 0; i < count; i++) {
        buf_init(&lines[i], (size_t)8 << 20);
        add_lines(&lines[i], &shelves[i]);
        pages[i] = (struct library_page){ str_from(shelves[i].tenant), STR("a.jsonl"),
                                          buf_str(&lines[i]) };
        all[i] = &pages[i];
    }
    assert_int_equal(knowledge_library_read(&options, all, count, &library, &note), OK);
    for (size_t i = 0; i < count; i++) {
        buf_fini(&lines[i]);
    }
    return library;
}

/* As the desk does: what is known is there with the library. */
static void recall(struct test *test, const struct shelf *shelves, size_t count)
{
    struct knowledge_library *old = test->library;
    test->library = library_of(shelves, count);
    knowledge_sense_recall(test->sense, test->library);
    loop_run(test->loop);
    knowledge_library_destroy(old);
    knowledge_sense_teach(test->sense);
}

static void learn(struct test *test)
{
    knowledge_sense_learn(test->sense);
    while (knowledge_sense_is_busy(test->sense)) {
        loop_run(test->loop);
    }
    knowledge_sense_teach(test->sense);
}

static bool has_meaning(const struct test *test, const char *tenant)
{
    const struct knowledge_index *index = knowledge_library_of(test->library, str_from(tenant));
    assert_non_null(index);
    return knowledge_index_has_vectors(index);
}

static bool log_says(const struct test *test, const char *what)
{
    log_flush(test->log);
    return strstr(test->said, what) != NULL;
}

static void pages_that_change_at_large_have_a_meaning_again(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf before = { "a", "Before", 0, 3000 };
    const struct shelf after = { "a", "After", 0, VECTOR_BOOK_MAX };
    open_test(&test);
    recall(&test, &before, 1);
    learn(&test);
    assert_true(has_meaning(&test, "a"));
    recall(&test, &after, 1);
    assert_false(has_meaning(&test, "a"));
    learn(&test);
    assert_true(has_meaning(&test, "a"));
    assert_int_equal(stand_in_passages(&test.stand_in), 3000 + VECTOR_BOOK_MAX);
    close_test(&test);
}

static void a_tenant_beyond_the_room_leaves_it_to_the_others(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelves[] = { { "a", "T", 0, VECTOR_BOOK_MAX + 1 },
                                     { "b", "T", 0, 3 },
                                     { "c", "T", 7, 2 } };
    open_test(&test);
    recall(&test, shelves, countof(shelves));
    learn(&test);
    assert_false(has_meaning(&test, "a"));
    assert_true(has_meaning(&test, "b"));
    assert_true(has_meaning(&test, "c"));
    assert_int_equal(stand_in_passages(&test.stand_in), 5);
    assert_true(log_says(&test, "\"deskhand.tenant\":\"a\""));
    assert_true(log_says(&test, "\"deskhand.passages\":5001"));
    close_test(&test);
}

static void equal_passages_of_tenants_are_read_once_and_take_room_each(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelves[] = { { "a", "T", 0, VECTOR_BOOK_MAX / 2 },
                                     { "b", "T", 0, VECTOR_BOOK_MAX / 2 },
                                     { "c", "T", 0, 1 } };
    open_test(&test);
    recall(&test, shelves, countof(shelves));
    learn(&test);
    assert_true(has_meaning(&test, "a"));
    assert_true(has_meaning(&test, "b"));
    assert_false(has_meaning(&test, "c"));
    assert_int_equal(stand_in_passages(&test.stand_in), VECTOR_BOOK_MAX / 2);
    close_test(&test);
}

static void an_index_is_learnt_before_the_next_one_is_begun(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelves[] = { { "a", "T", 0, 2 }, { "b", "T", 5, 3 } };
    open_test(&test);
    recall(&test, shelves, countof(shelves));
    learn(&test);
    assert_int_equal(test.first_at, 2);
    assert_int_equal(test.learnt, 3); /* each of them, and the end */
    close_test(&test);
}

static void what_is_known_needs_no_learning(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf before[] = { { "a", "T", 0, 2 }, { "b", "T", 5, 3 } };
    const struct shelf after[] = { { "a", "T", 0, 2 }, { "b", "T", 5, 4 } };
    open_test(&test);
    recall(&test, before, countof(before));
    learn(&test);
    recall(&test, after, countof(after));
    assert_true(has_meaning(&test, "a"));
    assert_false(has_meaning(&test, "b"));
    learn(&test);
    assert_true(has_meaning(&test, "b"));
    assert_int_equal(stand_in_passages(&test.stand_in), 6);
    recall(&test, before, countof(before));
    assert_true(has_meaning(&test, "b"));
    test.learnt = 0;
    learn(&test);
    assert_int_equal(test.learnt, 0);
    close_test(&test);
}

static void a_learning_that_is_called_off_goes_on_where_it_was(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelf = { "a", "T", 0, 5 };
    open_test(&test);
    recall(&test, &shelf, 1);
    knowledge_sense_learn(test.sense);
    knowledge_sense_hurry(test.sense);
    loop_run(test.loop);
    assert_false(knowledge_sense_is_busy(test.sense));
    assert_int_equal(stand_in_passages(&test.stand_in), 1);
    recall(&test, &shelf, 1);
    learn(&test);
    assert_true(has_meaning(&test, "a"));
    assert_int_equal(stand_in_passages(&test.stand_in), 5);
    close_test(&test);
}

static void a_passage_without_a_meaning_takes_it_from_no_other(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelf = { "lin", "T", 0, 5 };
    open_test(&test);
    test.stand_in.result = ERR_FORMAT;
    test.stand_in.refused = "passage 3";
    recall(&test, &shelf, 1);
    learn(&test);
    assert_true(has_meaning(&test, "lin"));
    assert_true(log_says(&test, "\"deskhand.tenant\":\"lin\""));
    assert_true(log_says(&test, "\"deskhand.passage\":\"a.jsonl#4\""));
    close_test(&test);
}

static void a_tenant_whose_passages_cannot_be_read_is_named(void **state)
{
    (void)state;
    static struct test test;
    const struct shelf shelves[] = { { "lin", "T", 0, 5 }, { "zoe", "T", 7, 2 } };
    open_test(&test);
    test.stand_in.result = ERR_NOMEM;
    test.stand_in.refused = "passage 3";
    recall(&test, shelves, countof(shelves));
    learn(&test);
    assert_false(has_meaning(&test, "lin"));
    assert_true(has_meaning(&test, "zoe"));
    assert_true(log_says(&test, "a tenant's passages are found by their words alone"));
    close_test(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_that_change_at_large_have_a_meaning_again),
        cmocka_unit_test(a_tenant_beyond_the_room_leaves_it_to_the_others),
        cmocka_unit_test(equal_passages_of_tenants_are_read_once_and_take_room_each),
        cmocka_unit_test(an_index_is_learnt_before_the_next_one_is_begun),
        cmocka_unit_test(what_is_known_needs_no_learning),
        cmocka_unit_test(a_learning_that_is_called_off_goes_on_where_it_was),
        cmocka_unit_test(a_passage_without_a_meaning_takes_it_from_no_other),
        cmocka_unit_test(a_tenant_whose_passages_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
