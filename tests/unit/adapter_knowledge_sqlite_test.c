/* adapter_knowledge_sqlite_test.c - passages are found by a question in Chinese or English. */
#include "worker/adapter/knowledge_sqlite.h"

#include <stdio.h>

#include "common/json.h"
#include "tests/unit/cm.h"
#include "worker/answer/brief.h"
#include "worker/answer/passage_cut.h"

#define FOLDER "tests/data/knowledge/"
#define FILE_BYTES_MAX ((size_t)1 << 16)

static void read_file(const char *path, struct buf *buf)
{
    buf_init(buf, FILE_BYTES_MAX);
    assert_int_equal(buf_reserve(buf, FILE_BYTES_MAX - 1), OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf->len = fread(buf->ptr, 1, FILE_BYTES_MAX - 1, file);
    fclose(file);
}

static enum err add(void *owner, const struct passage *passage)
{
    return knowledge_index_add(owner, passage);
}

static void add_file(struct knowledge_index *index, const char *name)
{
    struct buf text;
    char path[128];
    snprintf(path, sizeof(path), FOLDER "shop/%s", name);
    read_file(path, &text);
    const struct passage_sheet sheet = {
        .name = str_from(name), .text = buf_str(&text), .owner = index, .on_passage = add
    };
    bool is_page = str_find(sheet.name, STR(".md")) < sheet.name.len;
    assert_int_equal(is_page ? passage_cut_page(&sheet) : passage_cut_lines(&sheet), OK);
    buf_fini(&text);
}

static struct knowledge_index *shop(void)
{
    static const char *const names[] = { "care.md",    "faq.jsonl",   "payment.md",
                                         "returns.md", "shipping.md", "zhengce.md" };
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    json_setup(1);
    for (size_t i = 0; i < countof(names); i++) {
        add_file(index, names[i]);
    }
    return index;
}

struct recall {
    size_t asked;
    size_t first;
    size_t found;
    size_t off_topic;
    size_t misled; /* passages for questions that no passage answers */
};

static void ask(struct knowledge_index *index, struct str question, struct str wanted,
                struct recall *recall)
{
    const struct passage *got[BRIEF_PASSAGES_MAX];
    size_t count = 0;
    size_t place = 0;
    assert_int_equal(knowledge_index_find(index, question, got, countof(got), &count), OK);
    if (str_is(wanted, "-")) {
        recall->off_topic++;
        recall->misled += count;
        return;
    }
    while (place < count && !str_eq(got[place]->id, wanted)) {
        place++;
    }
    recall->asked++;
    recall->first += place == 0 && count > 0 ? 1 : 0;
    recall->found += place < count ? 1 : 0;
    if (place > 0) {
        printf("  %s at %zu of %zu: %.*s\n", place < count ? "found" : "missed", place + 1, count,
               STR_ARG(question));
    }
}

static void questions_find_the_passage_that_answers_them(void **state)
{
    (void)state;
    struct knowledge_index *index = shop();
    struct recall recall = { 0 };
    struct buf text;
    struct str line;
    read_file(FOLDER "questions.tsv", &text);
    struct str rest = str_trim(buf_str(&text));
    while (str_split(&rest, '\n', &line)) {
        struct str question;
        assert_true(str_split(&line, '\t', &question));
        ask(index, question, line, &recall);
    }
    printf("recall at 1: %zu of %zu, at %d: %zu; passages for %zu questions off topic: %zu\n",
           recall.first, recall.asked, BRIEF_PASSAGES_MAX, recall.found, recall.off_topic,
           recall.misled);
    assert_int_equal(recall.asked, 40);
    assert_true(recall.found * 100 >= recall.asked * 95);
    assert_true(recall.first * 100 >= recall.asked * 80);
    assert_int_equal(recall.misled, 0);
    buf_fini(&text);
    knowledge_index_destroy(index);
}

static void an_empty_index_and_an_empty_question_find_nothing(void **state)
{
    (void)state;
    const struct passage *got[1];
    size_t count = 9;
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    assert_int_equal(knowledge_index_find(index, STR("How do I return it?"), got, 1, &count), OK);
    assert_int_equal(count, 0);
    knowledge_index_destroy(index);
    index = shop();
    assert_true(knowledge_index_count(index) > 20);
    assert_int_equal(knowledge_index_find(index, STR(""), got, 1, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(knowledge_index_find(index, STR("???"), got, 1, &count), OK);
    assert_int_equal(count, 0);
    knowledge_index_destroy(index);
    knowledge_index_destroy(NULL);
}

static void the_words_of_a_query_language_are_only_words(void **state)
{
    (void)state;
    static const char *const questions[] = {
        "\" OR title : * NEAR(refund", "refund AND NOT NOT", "{body} : x*", "'); DROP TABLE pages;",
        "-refund + ^refund", "NULL \xe9\x80\x80\xe8\xb4\xa7 OR",
    };
    struct knowledge_index *index = shop();
    for (size_t i = 0; i < countof(questions); i++) {
        const struct passage *got[4];
        size_t count = 9;
        assert_int_equal(knowledge_index_find(index, str_from(questions[i]), got, 4, &count), OK);
        assert_true(count <= 4);
    }
    knowledge_index_destroy(index);
}

static void the_same_question_finds_the_same_in_the_same_order(void **state)
{
    (void)state;
    struct knowledge_index *first = shop();
    struct knowledge_index *second = shop();
    const struct passage *got[2][4];
    size_t counts[2];
    struct str question = STR("What does delivery cost and how long does it take?");
    assert_int_equal(knowledge_index_find(first, question, got[0], 4, &counts[0]), OK);
    assert_int_equal(knowledge_index_find(second, question, got[1], 4, &counts[1]), OK);
    assert_int_equal(counts[0], counts[1]);
    for (size_t i = 0; i < counts[0]; i++) {
        assert_true(str_eq(got[0][i]->id, got[1][i]->id));
    }
    knowledge_index_destroy(first);
    knowledge_index_destroy(second);
}

static void an_index_is_bounded(void **state)
{
    (void)state;
    struct knowledge_index *index = knowledge_index_create();
    const struct passage passage = { STR("p#1"), STR(""), STR("word") };
    assert_non_null(index);
    for (size_t i = 0; i < KNOWLEDGE_PASSAGES_MAX; i++) {
        assert_int_equal(knowledge_index_add(index, &passage), OK);
    }
    assert_int_equal(knowledge_index_add(index, &passage), ERR_FULL);
    assert_int_equal(knowledge_index_count(index), KNOWLEDGE_PASSAGES_MAX);
    knowledge_index_destroy(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_find_the_passage_that_answers_them),
        cmocka_unit_test(an_empty_index_and_an_empty_question_find_nothing),
        cmocka_unit_test(the_words_of_a_query_language_are_only_words),
        cmocka_unit_test(the_same_question_finds_the_same_in_the_same_order),
        cmocka_unit_test(an_index_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
