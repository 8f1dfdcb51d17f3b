/* knowledge_sqlite.c - see knowledge_sqlite.h. SQLite holds the words only; the row number leads
 * to the passage, which is in the index's own memory. */
#include "worker/adapter/knowledge_sqlite.h"

#include <sqlite3.h>

#include "common/buf.h"
#include "common/mem.h"
#include "worker/adapter/knowledge_inner.h"

#define INDEX_WORDS_BYTES_MAX ((size_t)64 << 10)
#define INDEX_QUERY_BYTES_MAX ((size_t)8 << 10)

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
    mem_free(index->vectors);
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
static enum err index_query(const struct passage_terms *terms, enum index_form form,
                            struct buf *buf)
{
    TRY(buf_printf(buf, "%s : (", index_columns[form]));
    for (size_t i = 0; i < terms->count; i++) {
        TRY(buf_add(buf, i > 0 ? STR(" OR \"") : STR("\"")));
        TRY(buf_add(buf, passage_term(terms, i)));
        TRY(buf_add_char(buf, '"'));
    }
    return buf_add_char(buf, ')');
}

enum err index_search(struct knowledge_index *index, const struct passage_terms *terms,
                      enum index_form form, size_t rows_max, struct listing *ret_listing)
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

size_t knowledge_index_count(const struct knowledge_index *index)
{
    return index->count;
}

const struct passage *knowledge_index_at(const struct knowledge_index *index, size_t row)
{
    assert(row < index->count);
    return &index->passages[row];
}

void knowledge_index_learn(struct knowledge_index *index, float *vectors)
{
    mem_free(index->vectors);
    index->vectors = vectors;
}

bool knowledge_index_has_vectors(const struct knowledge_index *index)
{
    return index->vectors != NULL;
}
