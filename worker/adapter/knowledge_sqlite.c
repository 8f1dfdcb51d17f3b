/* knowledge_sqlite.c - see knowledge_sqlite.h. SQLite holds the words only; the row number leads
 * to the passage, which is in the index's own memory. */
#include "worker/adapter/knowledge_sqlite.h"

#include <sqlite3.h>

#include "common/buf.h"
#include "common/mem.h"
#include "worker/answer/passage_tally.h"

#define INDEX_WORDS_BYTES_MAX ((size_t)64 << 10)
#define INDEX_QUERY_BYTES_MAX ((size_t)8 << 10)
#define INDEX_LIST_MAX 12
#define INDEX_FORMS 2
#define INDEX_LISTS_MAX 3

/* A word of more passages than these is not looked for while the question has a rarer one: each
 * passage that has it would be ranked. */
#define INDEX_OFTEN_MAX 250
#define INDEX_OFTEN_KEPT 2

/* Where the words that were looked for are not all, so many of the passages that they find are held
 * against all: words are left out, or those of what the question leans on come after its own. */
#define INDEX_HELD_MAX 48
#define INDEX_JOINED_MAX 2

/* A word that tells what a conversation is about stands in no more than one of so many passages. */
#define INDEX_TELLING 4

/* Ranks near the top count about alike; the value is the paper's. */
#define INDEX_FUSION_K 60

/* Rows, best first. */
struct listing {
    size_t rows[INDEX_HELD_MAX];
    size_t count;
};

/* What a topic that stands too often finds: always the same, so it is looked for once. */
struct shortlist {
    struct listing listing;
    size_t passages; /* as many there were then; 0: it was never looked for */
};

struct knowledge_index {
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_stmt *find[INDEX_FORMS];
    struct passage_tally *tally;
    struct arena arena;
    struct passage *passages;
    size_t count;
    size_t room;
    struct passage_terms topics; /* all there are */
    struct shortlist shortlists[PASSAGE_TERMS_MAX]; /* one for each of them */
};

struct candidate {
    size_t row;
    double score;
    bool by_topic;
};

/* Words of a question. */
struct asked {
    struct passage_terms own;
    struct passage_terms all; /* and of what it leans on */
};

struct candidates {
    struct candidate all[INDEX_LISTS_MAX * INDEX_LIST_MAX];
    size_t count;
};

static bool index_leans(const struct asked *asked)
{
    return asked->all.count > asked->own.count;
}

static const char index_table[] =
    "CREATE VIRTUAL TABLE pages USING fts5(title, body, topics, content='',"
    " tokenize='porter unicode61 remove_diacritics 2')";
static const char index_insert[] =
    "INSERT INTO pages(rowid, title, body, topics) VALUES(?1, ?2, ?3, ?4)";
/* Words: one in the title counts three times. Topics: the column stands alone. */
static const char *const index_finds[INDEX_FORMS] = {
    "SELECT rowid FROM pages WHERE pages MATCH ?1 AND rank MATCH 'bm25(3.0, 1.0, 0.0)'"
    " ORDER BY rank LIMIT ?2",
    "SELECT rowid FROM pages WHERE pages MATCH ?1 AND rank MATCH 'bm25(0.0, 0.0, 1.0)'"
    " ORDER BY rank LIMIT ?2",
};
static const char *const index_columns[INDEX_FORMS] = { "{title body}", "{topics}" };

static bool index_open(struct knowledge_index *index)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    sqlite3 **db = &index->db;
    return sqlite3_open_v2(":memory:", db, flags, NULL) == SQLITE_OK &&
           sqlite3_exec(*db, index_table, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(*db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(*db, index_insert, -1, &index->insert, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(*db, index_finds[0], -1, &index->find[0], NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(*db, index_finds[1], -1, &index->find[1], NULL) == SQLITE_OK;
}

struct knowledge_index *knowledge_index_create(void)
{
    struct knowledge_index *index = mem_zero(1, sizeof(*index));
    if (!index) {
        return NULL;
    }
    arena_init(&index->arena, KNOWLEDGE_BYTES_MAX);
    passage_all_topics(&index->topics);
    index->tally = passage_tally_create();
    if (!index->tally || !index_open(index)) {
        knowledge_index_destroy(index);
        return NULL;
    }
    return index;
}

void knowledge_index_destroy(struct knowledge_index *index)
{
    if (!index) {
        return;
    }
    sqlite3_finalize(index->insert);
    for (size_t i = 0; i < INDEX_FORMS; i++) {
        sqlite3_finalize(index->find[i]);
    }
    (void)sqlite3_close(index->db);
    passage_tally_destroy(index->tally);
    arena_fini(&index->arena);
    mem_free(index->passages);
    mem_free(index);
}

static enum err index_bind(struct knowledge_index *index, int place, struct str words)
{
    int status = sqlite3_bind_text(index->insert, place, words.len ? words.ptr : "",
                                   (int)words.len, SQLITE_TRANSIENT);
    return status == SQLITE_OK ? OK : ERR_NOMEM;
}

static enum err index_bind_words(struct knowledge_index *index, int place, struct str text)
{
    CLEANUP(buf_fini) struct buf words;
    buf_init(&words, INDEX_WORDS_BYTES_MAX);
    TRY(passage_index_words(text, &words));
    TRY(passage_tally_add(index->tally, (uint32_t)index->count + 1, buf_str(&words)));
    return index_bind(index, place, buf_str(&words));
}

/* The title's topics count as much as the text's. */
static enum err index_bind_topics(struct knowledge_index *index, const struct passage *passage)
{
    CLEANUP(buf_fini) struct buf topics;
    buf_init(&topics, INDEX_WORDS_BYTES_MAX);
    TRY(passage_index_topics(passage->title, &topics));
    TRY(passage_index_topics(passage->text, &topics));
    TRY(passage_tally_add(index->tally, (uint32_t)index->count + 1, buf_str(&topics)));
    return index_bind(index, 4, buf_str(&topics));
}

static enum err index_write(struct knowledge_index *index, const struct passage *passage)
{
    sqlite3_reset(index->insert);
    if (sqlite3_bind_int64(index->insert, 1, (sqlite3_int64)index->count) != SQLITE_OK) {
        return ERR_NOMEM;
    }
    TRY(index_bind_words(index, 2, passage->title));
    TRY(index_bind_words(index, 3, passage->text));
    TRY(index_bind_topics(index, passage));
    int status = sqlite3_step(index->insert);
    sqlite3_reset(index->insert);
    return status == SQLITE_DONE ? OK : ERR_NOMEM;
}

static enum err index_reserve(struct knowledge_index *index)
{
    if (index->count < index->room) {
        return OK;
    }
    if (index->count == KNOWLEDGE_PASSAGES_MAX) {
        return ERR_FULL;
    }
    size_t room = min_size(max_size(64, index->room * 2), KNOWLEDGE_PASSAGES_MAX);
    struct passage *passages = mem_resize(index->passages, room * sizeof(*passages));
    if (!passages) {
        return ERR_NOMEM;
    }
    index->passages = passages;
    index->room = room;
    return OK;
}

enum err knowledge_index_add(struct knowledge_index *index, const struct passage *passage)
{
    struct passage copy;
    TRY(index_reserve(index));
    TRY(arena_copy(&index->arena, passage->id, &copy.id));
    TRY(arena_copy(&index->arena, passage->title, &copy.title));
    TRY(arena_copy(&index->arena, passage->text, &copy.text));
    TRY(index_write(index, &copy));
    index->passages[index->count++] = copy;
    return OK;
}

/* {title body} : ("return" OR "kettle"). A word holds no quotation mark: it is letters only. */
static enum err index_query(const struct passage_terms *terms, size_t form, struct buf *buf)
{
    TRY(buf_printf(buf, "%s : (", index_columns[form]));
    for (size_t i = 0; i < terms->count; i++) {
        TRY(buf_add(buf, i > 0 ? STR(" OR \"") : STR("\"")));
        TRY(buf_add(buf, passage_term(terms, i)));
        TRY(buf_add_char(buf, '"'));
    }
    return buf_add_char(buf, ')');
}

static void index_fuse(struct candidates *found, size_t row, size_t rank, size_t form)
{
    struct candidate *candidate = NULL;
    for (size_t i = 0; i < found->count && !candidate; i++) {
        candidate = found->all[i].row == row ? &found->all[i] : NULL;
    }
    if (!candidate) {
        candidate = &found->all[found->count++];
        *candidate = (struct candidate){ .row = row };
    }
    candidate->score += 1.0 / (double)(INDEX_FUSION_K + rank);
    candidate->by_topic = candidate->by_topic || form == 1;
}

static void index_fuse_all(struct candidates *found, const struct listing *listing, size_t form)
{
    for (size_t i = 0; i < listing->count && i < INDEX_LIST_MAX; i++) {
        index_fuse(found, listing->rows[i], i + 1, form);
    }
}

/* At most `rows_max`, which are no more than INDEX_HELD_MAX. */
static enum err index_search(struct knowledge_index *index, const struct passage_terms *terms,
                             size_t form, size_t rows_max, struct listing *ret_listing)
{
    CLEANUP(buf_fini) struct buf query;
    buf_init(&query, INDEX_QUERY_BYTES_MAX);
    sqlite3_stmt *find = index->find[form];
    ret_listing->count = 0;
    if (terms->count == 0) {
        return OK;
    }
    TRY(index_query(terms, form, &query));
    int status = sqlite3_bind_text(find, 1, query.ptr, (int)query.len, SQLITE_STATIC);
    status = status == SQLITE_OK ? sqlite3_bind_int(find, 2, (int)rows_max) : status;
    while (status == SQLITE_OK || status == SQLITE_ROW) {
        status = sqlite3_step(find);
        if (status == SQLITE_ROW) {
            ret_listing->rows[ret_listing->count++] = (size_t)sqlite3_column_int64(find, 0);
        }
    }
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return status == SQLITE_DONE ? OK : ERR_NOMEM;
}

/* Those with most of the words first; of equals the one that was first. */
static void index_hold(const struct knowledge_index *index, const struct passage_terms *words,
                       struct listing *listing)
{
    size_t held[INDEX_HELD_MAX];
    for (size_t i = 0; i < listing->count; i++) {
        size_t row = listing->rows[i];
        size_t found = passage_words_found(words, &index->passages[row]);
        size_t place = i;
        for (; place > 0 && held[place - 1] < found; place--) {
            held[place] = held[place - 1];
            listing->rows[place] = listing->rows[place - 1];
        }
        held[place] = found;
        listing->rows[place] = row;
    }
}

/* By `words`, in the order of `all` that they are among. */
static enum err index_find_words(struct knowledge_index *index, const struct passage_terms *words,
                                 const struct passage_terms *all, struct listing *ret_listing)
{
    struct passage_terms rare = *words;
    passage_tally_thin(index->tally, &rare, INDEX_OFTEN_MAX, INDEX_OFTEN_KEPT);
    bool is_part = rare.count < all->count;
    TRY(index_search(index, &rare, 0, is_part ? INDEX_HELD_MAX : INDEX_LIST_MAX, ret_listing));
    if (is_part) {
        index_hold(index, all, ret_listing);
    }
    return OK;
}

static bool listing_has(const struct listing *listing, size_t row)
{
    for (size_t i = 0; i < listing->count; i++) {
        if (listing->rows[i] == row) {
            return true;
        }
    }
    return false;
}

/* The best of what was found by all words and has own ones, too, is among what the own ones find:
 * where those stand often, it need not have been. Not all of it, so that a page about the subject
 * in general has a place beside those about the one thing. */
static void index_join(const struct knowledge_index *index, const struct asked *asked,
                       const struct listing *by_all, struct listing *by_own)
{
    struct listing joined = { .count = 0 };
    for (size_t i = 0; i < by_all->count && joined.count < INDEX_JOINED_MAX; i++) {
        size_t row = by_all->rows[i];
        if (passage_words_found(&asked->own, &index->passages[row]) > 0) {
            joined.rows[joined.count++] = row;
        }
    }
    for (size_t i = 0; i < by_own->count && joined.count < INDEX_HELD_MAX; i++) {
        if (!listing_has(&joined, by_own->rows[i])) {
            joined.rows[joined.count++] = by_own->rows[i];
        }
    }
    index_hold(index, &asked->all, &joined);
    *by_own = joined;
}

static enum err index_list_words(struct knowledge_index *index, const struct asked *asked,
                                 struct candidates *found)
{
    struct listing by_own;
    struct listing by_all;
    TRY(index_find_words(index, &asked->own, &asked->all, &by_own));
    if (index_leans(asked)) {
        TRY(index_find_words(index, &asked->all, &asked->all, &by_all));
        index_join(index, asked, &by_all, &by_own);
        index_fuse_all(found, &by_all, 0);
    }
    index_fuse_all(found, &by_own, 0);
    return OK;
}

static enum err index_shortlist(struct knowledge_index *index, struct str topic,
                                struct listing *ret_listing)
{
    struct passage_terms *topics = &index->topics;
    size_t number = 0;
    while (!str_eq(topic, passage_term(topics, number))) {
        number++;
    }
    struct shortlist *shortlist = &index->shortlists[number];
    if (shortlist->passages != index->count) {
        struct passage_terms alone = { .count = 0 };
        passage_terms_add(&alone, topic);
        TRY(index_search(index, &alone, 1, INDEX_HELD_MAX, &shortlist->listing));
        shortlist->passages = index->count;
    }
    *ret_listing = shortlist->listing;
    return OK;
}

/* Empty: there is none. */
static struct str index_often(const struct knowledge_index *index,
                              const struct passage_terms *topics)
{
    for (size_t i = 0; i < topics->count; i++) {
        struct str topic = passage_term(topics, i);
        if (passage_tally_of(index->tally, topic) > INDEX_OFTEN_MAX) {
            return topic;
        }
    }
    return STR_NONE;
}

/* A topic that stands too often is looked for if nothing would be found by the others. */
static enum err index_list_topics(struct knowledge_index *index,
                                  const struct passage_question *question,
                                  const struct asked *asked, struct candidates *found)
{
    struct passage_terms topics;
    struct listing listing;
    passage_question_topics(question->text, &topics);
    if (topics.count == 0) {
        passage_question_topics(question->before, &topics);
    }
    passage_tally_thin(index->tally, &topics, INDEX_OFTEN_MAX, 1);
    struct str often = index_often(index, &topics);
    TRY(often.len > 0 ? index_shortlist(index, often, &listing)
                      : index_search(index, &topics, 1, INDEX_HELD_MAX, &listing));
    if (index_leans(asked)) {
        index_hold(index, &asked->all, &listing);
    }
    index_fuse_all(found, &listing, 1);
    return OK;
}

static int index_compare(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->score != right->score) {
        return left->score > right->score ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1; /* the same question, the same order */
}

static bool index_has_third(const struct passage_terms *words, const struct passage *passage)
{
    return words->count > 0 && 3 * passage_words_found(words, passage) >= words->count;
}

/* Whether a passage says anything about the question: it is of its topic, or holds a good part
 * of its words. What merely shares a common word with it would mislead more than help. */
static bool index_fits(const struct knowledge_index *index, const struct candidate *candidate,
                       const struct asked *asked)
{
    const struct passage *passage = &index->passages[candidate->row];
    if (candidate->by_topic) {
        return asked->all.count > 0;
    }
    return index_has_third(&asked->own, passage) || index_has_third(&asked->all, passage);
}

enum err knowledge_index_settle(struct knowledge_index *index)
{
    for (size_t i = 0; i < index->topics.count; i++) {
        struct listing listing;
        struct str topic = passage_term(&index->topics, i);
        if (passage_tally_of(index->tally, topic) > INDEX_OFTEN_MAX) {
            TRY(index_shortlist(index, topic, &listing));
        }
    }
    return OK;
}

/* Whether a word of the conversation tells what it is about: what stands in many passages would
 * only draw the question away from its own subject. */
static bool index_tells(const struct knowledge_index *index, struct str word)
{
    size_t count = passage_tally_of(index->tally, word);
    return count > 0 && count <= INDEX_OFTEN_MAX &&
           (count == 1 || INDEX_TELLING * count <= index->count);
}

/* A question without words of its own has all of those that it leans on. */
static void index_read(const struct knowledge_index *index,
                       const struct passage_question *question, struct asked *ret_asked)
{
    struct passage_terms before;
    passage_question_words(question->text, &ret_asked->own);
    passage_question_words(question->before, &before);
    ret_asked->all = ret_asked->own;
    for (size_t i = 0; i < before.count; i++) {
        struct str word = passage_term(&before, i);
        if (ret_asked->own.count == 0 || index_tells(index, word)) {
            passage_terms_add(&ret_asked->all, word);
        }
    }
}

enum err knowledge_index_find(struct knowledge_index *index,
                              const struct passage_question *question,
                              const struct passage **ret_passages, size_t passages_max,
                              size_t *ret_count)
{
    struct asked asked;
    struct candidates found = { .count = 0 };
    index_read(index, question, &asked);
    TRY(index_list_words(index, &asked, &found));
    TRY(index_list_topics(index, question, &asked, &found));
    qsort(found.all, found.count, sizeof(found.all[0]), index_compare);
    size_t count = 0;
    for (size_t i = 0; i < found.count && count < passages_max; i++) {
        if (index_fits(index, &found.all[i], &asked)) {
            ret_passages[count++] = &index->passages[found.all[i].row];
        }
    }
    *ret_count = count;
    return OK;
}

size_t knowledge_index_count(const struct knowledge_index *index)
{
    return index->count;
}
