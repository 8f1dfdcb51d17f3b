/* vector_book.c - see vector_book.h. */
#include "worker/adapter/vector_book.h"

#include "common/buf.h"
#include "common/crypto.h"
#include "common/map.h"
#include "common/mem.h"

#define BOOK_TEXT_BYTES_MAX ((size_t)8 << 10)

struct book_entry {
    struct map_entry entry; /* by digest */
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    bool is_read; /* since the last sweep */
    float vector[MEANING_DIMS];
};

struct vector_book {
    struct embedder *embedder;
    struct map map;
};

struct vector_book *vector_book_create(struct embedder *embedder, const uint64_t seed[2])
{
    struct vector_book *book = mem_zero(1, sizeof(*book));
    if (!book) {
        return NULL;
    }
    book->embedder = embedder;
    if (map_init(&book->map, VECTOR_BOOK_MAX, seed) != OK) {
        vector_book_destroy(book);
        return NULL;
    }
    return book;
}

void vector_book_sweep(struct vector_book *book)
{
    size_t bucket = 0;
    struct map_entry *entry = map_walk(&book->map, &bucket, NULL);
    while (entry) {
        struct book_entry *old = container_of(entry, struct book_entry, entry);
        entry = map_walk(&book->map, &bucket, entry);
        if (!old->is_read) {
            map_remove(&book->map, &old->entry);
            mem_free(old);
            continue;
        }
        old->is_read = false;
    }
}

void vector_book_destroy(struct vector_book *book)
{
    if (!book) {
        return;
    }
    if (book->map.buckets) {
        vector_book_sweep(book);
        vector_book_sweep(book); /* by now nothing was read since the last time */
    }
    map_fini(&book->map);
    mem_free(book);
}

/* The headings say what a passage is about as much as its text does. */
static enum err book_text(const struct passage *passage, struct buf *text)
{
    TRY(buf_add(text, passage->title));
    TRY(buf_add_char(text, '\n'));
    return buf_add(text, passage->text);
}

static enum err book_make(struct vector_book *book, struct str text,
                          const uint8_t digest[CRYPTO_DIGEST_BYTES], struct book_entry **ret_entry)
{
    if (book->map.count == VECTOR_BOOK_MAX) {
        return ERR_FULL;
    }
    struct book_entry *made = mem_zero(1, sizeof(*made));
    if (!made) {
        return ERR_NOMEM;
    }
    memcpy(made->digest, digest, CRYPTO_DIGEST_BYTES);
    const struct str key = { (const char *)made->digest, CRYPTO_DIGEST_BYTES };
    enum err err = book->embedder->ops->embed(book->embedder, text, EMBED_PASSAGE, made->vector);
    err = err == OK ? map_add(&book->map, &made->entry, key) : err;
    if (err != OK) {
        mem_free(made);
        return err;
    }
    *ret_entry = made;
    return OK;
}

static enum err book_vector(struct vector_book *book, const struct passage *passage,
                            float *ret_vector)
{
    CLEANUP(buf_fini) struct buf text;
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    buf_init(&text, BOOK_TEXT_BYTES_MAX);
    TRY(book_text(passage, &text));
    TRY(crypto_sha256(buf_str(&text), digest));
    const struct str key = { (const char *)digest, sizeof(digest) };
    struct map_entry *known = map_find(&book->map, key);
    struct book_entry *entry = known ? container_of(known, struct book_entry, entry) : NULL;
    if (!entry) {
        TRY(book_make(book, buf_str(&text), digest, &entry));
    }
    entry->is_read = true;
    memcpy(ret_vector, entry->vector, sizeof(entry->vector));
    return OK;
}

enum err vector_book_read(struct vector_book *book, const struct knowledge_index *index,
                          const atomic_bool *is_hurried, float **ret_vectors)
{
    size_t count = knowledge_index_count(index);
    float *vectors = mem_zero(max_size(count, 1), MEANING_DIMS * sizeof(float));
    if (!vectors) {
        return ERR_NOMEM;
    }
    enum err err = OK;
    for (size_t row = 0; row < count && err == OK; row++) {
        err = atomic_load(is_hurried)
                  ? ERR_CANCELLED
                  : book_vector(book, knowledge_index_at(index, row), vectors + row * MEANING_DIMS);
    }
    if (err != OK) {
        mem_free(vectors);
        return err;
    }
    *ret_vectors = vectors;
    return OK;
}

size_t vector_book_count(const struct vector_book *book)
{
    return book->map.count;
}
