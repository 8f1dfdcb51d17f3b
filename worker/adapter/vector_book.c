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
    bool is_kept; /* by the next sweep */
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
        if (!old->is_kept) {
            map_remove(&book->map, &old->entry);
            mem_free(old);
            continue;
        }
        old->is_kept = false;
    }
}

void vector_book_destroy(struct vector_book *book)
{
    if (!book) {
        return;
    }
    if (book->map.buckets) {
        vector_book_sweep(book);
        vector_book_sweep(book); /* by now nothing is kept */
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

static enum err book_digest(const struct passage *passage, struct buf *text,
                            uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    TRY(book_text(passage, text));
    return crypto_sha256(buf_str(text), ret_digest);
}

static struct book_entry *book_find(const struct vector_book *book,
                                    const uint8_t digest[CRYPTO_DIGEST_BYTES])
{
    const struct str key = { (const char *)digest, CRYPTO_DIGEST_BYTES };
    struct map_entry *known = map_find(&book->map, key);
    return known ? container_of(known, struct book_entry, entry) : NULL;
}

/* A text without a vector has one of zeros, so that it is not tried again with each change. */
static enum err book_make(struct vector_book *book, struct str text,
                          const uint8_t digest[CRYPTO_DIGEST_BYTES], float *ret_vector)
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
    if (err != OK) {
        memset(made->vector, 0, sizeof(made->vector));
    }
    enum err added = err == OK || err == ERR_FORMAT ? map_add(&book->map, &made->entry, key) : err;
    if (added != OK) {
        mem_free(made);
        return added;
    }
    memcpy(ret_vector, made->vector, sizeof(made->vector));
    return err;
}

bool vector_book_keep(struct vector_book *book, const struct passage *passage)
{
    CLEANUP(buf_fini) struct buf text;
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    buf_init(&text, BOOK_TEXT_BYTES_MAX);
    if (book_digest(passage, &text, digest) != OK) {
        return false; /* it is made again: no more than that is lost for lack of memory */
    }
    struct book_entry *entry = book_find(book, digest);
    if (entry) {
        entry->is_kept = true;
    }
    return entry != NULL;
}

enum err vector_book_read(struct vector_book *book, const struct passage *passage,
                          float *ret_vector, bool *ret_is_new)
{
    CLEANUP(buf_fini) struct buf text;
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    buf_init(&text, BOOK_TEXT_BYTES_MAX);
    TRY(book_digest(passage, &text, digest));
    const struct book_entry *entry = book_find(book, digest);
    *ret_is_new = !entry;
    if (!entry) {
        return book_make(book, buf_str(&text), digest, ret_vector);
    }
    memcpy(ret_vector, entry->vector, sizeof(entry->vector));
    return OK;
}

size_t vector_book_count(const struct vector_book *book)
{
    return book->map.count;
}
