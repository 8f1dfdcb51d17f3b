/* donemap.c - see donemap.h. */
#include "worker/engine/donemap.h"

#include "common/base64.h"
#include "common/buf.h"
#include "common/crc32c.h"
#include "common/stored.h"
#include "common/varint.h"

#define DONEMAP_PREFIX "dhm"
#define DONEMAP_FIXED_BYTES ((size_t)(1 + TOPIC_ID_BYTES + 4))
#define DONEMAP_SUM_BYTES ((size_t)4)
#define DONEMAP_BYTES_MAX (DONEMAP_FIXED_BYTES + DONEMAP_BODY_MAX + DONEMAP_SUM_BYTES)

enum donemap_form { DONEMAP_BITMAP = 0, DONEMAP_PAIRS = 1 };

static size_t donemap_bitmap_bytes(const struct runs *runs, int64_t position)
{
    if (runs->count == 0) {
        return 0;
    }
    return ((size_t)(runs->items[runs->count - 1].end - position - 1) + 7) / 8;
}

/* Stops counting when it has passed `enough`. */
static size_t donemap_pairs_bytes(const struct runs *runs, int64_t position, size_t enough)
{
    size_t bytes = 0;
    int64_t before = position;
    for (size_t i = 0; i < runs->count && bytes <= enough; i++) {
        bytes += varint_length((uint64_t)(runs->items[i].start - before));
        bytes += varint_length((uint64_t)(runs->items[i].end - runs->items[i].start));
        before = runs->items[i].end;
    }
    return bytes;
}

/* The bitmap's size is known at once and mostly small enough; pairs are only counted for a
 * partition that has run far ahead. */
bool donemap_fits(const struct runs *runs, int64_t position, size_t body_max)
{
    return donemap_bitmap_bytes(runs, position) <= body_max ||
           donemap_pairs_bytes(runs, position, body_max) <= body_max;
}

static enum err donemap_add_be32(struct buf *buf, uint32_t number)
{
    char bytes[4] = { (char)(number >> 24), (char)(number >> 16), (char)(number >> 8),
                      (char)number };
    return buf_add(buf, (struct str){ bytes, sizeof(bytes) });
}

static uint32_t donemap_be32(const char *bytes)
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        number = number << 8 | (unsigned char)bytes[i];
    }
    return number;
}

static enum err donemap_add_bitmap(struct buf *buf, const struct runs *runs, int64_t position)
{
    size_t bytes = donemap_bitmap_bytes(runs, position);
    TRY(buf_reserve(buf, bytes));
    char *bits = buf->ptr + buf->len;
    memset(bits, 0, bytes);
    for (size_t i = 0; i < runs->count; i++) {
        for (int64_t offset = runs->items[i].start; offset < runs->items[i].end; offset++) {
            size_t bit = (size_t)(offset - position - 1);
            bits[bit / 8] = (char)((unsigned char)bits[bit / 8] | BIT(bit % 8));
        }
    }
    buf->len += bytes;
    return OK;
}

static enum err donemap_add_pairs(struct buf *buf, const struct runs *runs, int64_t position)
{
    int64_t before = position;
    for (size_t i = 0; i < runs->count; i++) {
        TRY(varint_add(buf, (uint64_t)(runs->items[i].start - before)));
        TRY(varint_add(buf, (uint64_t)(runs->items[i].end - runs->items[i].start)));
        before = runs->items[i].end;
    }
    return OK;
}

static enum err donemap_add_body(struct buf *buf, const struct runs *runs, int64_t position,
                                 enum donemap_form form)
{
    return form == DONEMAP_BITMAP ? donemap_add_bitmap(buf, runs, position)
                                  : donemap_add_pairs(buf, runs, position);
}

static enum donemap_form donemap_shorter_form(const struct runs *runs, int64_t position)
{
    size_t bitmap = donemap_bitmap_bytes(runs, position);
    return donemap_pairs_bytes(runs, position, bitmap) < bitmap ? DONEMAP_PAIRS : DONEMAP_BITMAP;
}

enum err donemap_encode(struct arena *arena, const struct runs *runs, int64_t position,
                        const struct donemap_stamp *stamp, struct str *ret_text)
{
    assert(runs->count == 0 || runs->items[0].start > position);
    assert(stamp->version >= STORED_OLDEST && stamp->version <= STORED_NEWEST);
    if (!donemap_fits(runs, position, DONEMAP_BODY_MAX)) {
        return ERR_FULL;
    }
    enum donemap_form form = donemap_shorter_form(runs, position);
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, DONEMAP_BYTES_MAX);
    TRY(buf_add_char(&bytes, (char)form));
    TRY(buf_add(&bytes, (struct str){ (const char *)stamp->topic_id, TOPIC_ID_BYTES }));
    TRY(donemap_add_be32(&bytes, (uint32_t)stamp->leader_epoch));
    TRY(donemap_add_body(&bytes, runs, position, form));
    TRY(donemap_add_be32(&bytes, crc32c(buf_str(&bytes))));
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, DONEMAP_CHARS_MAX);
    TRY(buf_printf(&text, DONEMAP_PREFIX "%d:", stamp->version));
    TRY(base64_encode(buf_str(&bytes), BASE64_URL, &text));
    return arena_copy(arena, buf_str(&text), ret_text);
}

static enum err donemap_take_bitmap(struct str body, int64_t position, struct runs *runs)
{
    for (size_t bit = 0; bit < body.len * 8; bit++) {
        if ((unsigned char)body.ptr[bit / 8] & BIT(bit % 8)) {
            int64_t offset = position + 1 + (int64_t)bit;
            TRY(runs_add(runs, offset, offset + 1));
        }
    }
    return OK;
}

static enum err donemap_take_pairs(struct str body, int64_t position, struct runs *runs)
{
    int64_t at = position;
    while (body.len > 0) {
        uint64_t open;
        uint64_t settled;
        TRY(varint_take(&body, &open));
        TRY(varint_take(&body, &settled));
        if (open == 0 || settled == 0 || open > INT64_MAX || settled > INT64_MAX ||
            __builtin_add_overflow(at, (int64_t)open, &at)) {
            return ERR_FORMAT;
        }
        int64_t end;
        if (__builtin_add_overflow(at, (int64_t)settled, &end)) {
            return ERR_FORMAT;
        }
        TRY(runs_add(runs, at, end));
        at = end;
    }
    return OK;
}

static enum donemap_verdict donemap_damaged(struct note *note, const char *what)
{
    note_set(note, "the done-map is unreadable: %s", what);
    return DONEMAP_UNREADABLE;
}

static enum donemap_verdict donemap_take(struct str bytes, int64_t position, struct runs *runs,
                                         struct donemap_stamp *ret_stamp, struct note *note)
{
    if (bytes.len < DONEMAP_FIXED_BYTES + DONEMAP_SUM_BYTES) {
        return donemap_damaged(note, "too short");
    }
    struct str summed = str_slice(bytes, 0, bytes.len - DONEMAP_SUM_BYTES);
    if (crc32c(summed) != donemap_be32(bytes.ptr + summed.len)) {
        return donemap_damaged(note, "its checksum does not fit");
    }
    struct str body = str_slice(summed, DONEMAP_FIXED_BYTES, summed.len);
    char form = bytes.ptr[0];
    if (form != DONEMAP_BITMAP && form != DONEMAP_PAIRS) {
        return donemap_damaged(note, "of an unknown form");
    }
    enum err err = form == DONEMAP_BITMAP ? donemap_take_bitmap(body, position, runs)
                                          : donemap_take_pairs(body, position, runs);
    if (err != OK) {
        return donemap_damaged(note, err_text(err));
    }
    memcpy(ret_stamp->topic_id, bytes.ptr + 1, TOPIC_ID_BYTES);
    ret_stamp->leader_epoch = (int32_t)donemap_be32(bytes.ptr + 1 + TOPIC_ID_BYTES);
    return DONEMAP_READ;
}

enum donemap_verdict donemap_decode(struct str text, int64_t position, struct runs *runs,
                                    struct donemap_stamp *ret_stamp, struct note *note)
{
    if (!str_starts(text, STR(DONEMAP_PREFIX))) {
        return DONEMAP_FOREIGN;
    }
    struct str coded = str_slice(text, sizeof(DONEMAP_PREFIX) - 1, text.len);
    struct str version;
    int64_t number;
    if (!str_split(&coded, ':', &version) ||
        !str_to_i64(version, STORED_OLDEST, STORED_NEWEST, &number)) {
        return donemap_damaged(note, "written by a newer version");
    }
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, DONEMAP_BYTES_MAX);
    if (base64_decode(coded, BASE64_URL, &bytes) != OK) {
        return donemap_damaged(note, "not base64");
    }
    enum donemap_verdict verdict =
        donemap_take(buf_str(&bytes), position, runs, ret_stamp, note);
    if (verdict == DONEMAP_READ) {
        ret_stamp->version = (int)number;
    }
    return verdict;
}
