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

/* A word of more passages than these is not looked for while the question has rarer ones: each
 * passage that has it would be ranked. So a search of any library takes about as long as one of
 * this many. */
#define INDEX_OFTEN_MAX 250
#define INDEX_WORDS_MIN 2
#define INDEX_TOPICS_MIN 1

/* Ranks near the top count about alike; the value is the paper's. */
#define INDEX_FUSION_K 60

struct knowledge_index {
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_stmt *find[INDEX_FORMS];
    struct passage_tally *tally;
    struct arena arena;
    struct passage *passages;
    size_t count;
    size_t room;
};

struct candidate {
    size_t row;
    double score;
    bool by_topic;
};

struct candidates {
    struct candidate all[INDEX_FORMS * INDEX_LIST_MAX];
    size_t count;
};

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
        TRY(buf_add(buf, (struct str){ terms->bytes[i], terms->lens[i] }));
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

static enum err index_list(struct knowledge_index *index, const struct passage_terms *terms,
                           size_t form, struct candidates *found)
{
    CLEANUP(buf_fini) struct buf query;
    buf_init(&query, INDEX_QUERY_BYTES_MAX);
    sqlite3_stmt *find = index->find[form];
    if (terms->count == 0) {
        return OK;
    }
    TRY(index_query(terms, form, &query));
    int status = sqlite3_bind_text(find, 1, query.ptr, (int)query.len, SQLITE_STATIC);
    status = status == SQLITE_OK ? sqlite3_bind_int(find, 2, INDEX_LIST_MAX) : status;
    size_t rank = 1;
    while (status == SQLITE_OK || status == SQLITE_ROW) {
        status = sqlite3_step(find);
        if (status == SQLITE_ROW) {
            index_fuse(found, (size_t)sqlite3_column_int64(find, 0), rank++, form);
        }
    }
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return status == SQLITE_DONE ? OK : ERR_NOMEM;
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

/* Whether a passage says anything about the question: it is of its topic, or holds a good part
 * of its words. What merely shares a common word with it would mislead more than help. */
static bool index_fits(const struct knowledge_index *index, const struct candidate *candidate,
                       const struct passage_terms *words)
{
    size_t found = passage_words_found(words, &index->passages[candidate->row]);
    return candidate->by_topic ? found > 0 || words->count > 0 : 3 * found >= words->count;
}

enum err knowledge_index_find(struct knowledge_index *index, struct str text,
                              const struct passage **ret_passages, size_t passages_max,
                              size_t *ret_count)
{
    struct passage_terms words;
    struct passage_terms topics;
    struct candidates found = { .count = 0 };
    passage_question_words(text, &words);
    passage_question_topics(text, &topics);
    struct passage_terms rare = words;
    passage_tally_thin(index->tally, &rare, INDEX_OFTEN_MAX, INDEX_WORDS_MIN);
    passage_tally_thin(index->tally, &topics, INDEX_OFTEN_MAX, INDEX_TOPICS_MIN);
    TRY(index_list(index, &rare, 0, &found));
    TRY(index_list(index, &topics, 1, &found));
    qsort(found.all, found.count, sizeof(found.all[0]), index_compare);
    size_t count = 0;
    for (size_t i = 0; i < found.count && count < passages_max; i++) {
        if (index_fits(index, &found.all[i], &words)) {
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
