/* Whatever stands in the metadata of a committed offset: a done-map, someone else's text, or ours
 * but unreadable; never a wrong set of offsets.
 *
 * A seed is a position, a line end, and the metadata. Since no one hits a checksum by chance, what
 * stands in base64 behind "sum:" is taken for form, stamp and body, and gets its checksum here. */
#include "common/base64.h"
#include "common/crc32c.h"
#include "tests/fuzz/check.h"
#include "worker/engine/donemap.h"

#define RUNS_MAX 5000

static bool is_sorted(const struct runs *runs, int64_t position)
{
    int64_t before = position;
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i].start <= before || runs->items[i].end <= runs->items[i].start) {
            return false;
        }
        before = runs->items[i].end;
    }
    return true;
}

static void check_again(struct arena *arena, const struct runs *runs, int64_t position,
                        const struct donemap_stamp *stamp)
{
    struct str text;
    struct runs again;
    struct donemap_stamp same;
    enum err err = donemap_encode(arena, runs, position, stamp, &text);
    CHECK(err == OK ? donemap_fits(runs, position, DONEMAP_BODY_MAX) : err == ERR_FULL);
    if (err != OK) {
        return;
    }
    runs_init(&again, RUNS_MAX);
    CHECK(text.len <= DONEMAP_CHARS_MAX);
    CHECK(donemap_decode(text, position, &again, &same, NULL) == DONEMAP_READ);
    CHECK(again.count == runs->count);
    CHECK(runs->count == 0 ||
          memcmp(again.items, runs->items, runs->count * sizeof(*runs->items)) == 0);
    CHECK(same.version == stamp->version && same.leader_epoch == stamp->leader_epoch);
    CHECK(memcmp(same.topic_id, stamp->topic_id, TOPIC_ID_BYTES) == 0);
    runs_fini(&again);
}

static void check_text(struct arena *arena, struct str text, int64_t position)
{
    struct runs runs;
    struct donemap_stamp stamp;
    struct note note = { .text = "" };
    runs_init(&runs, RUNS_MAX);
    enum donemap_verdict verdict = donemap_decode(text, position, &runs, &stamp, &note);
    if (verdict == DONEMAP_READ) {
        CHECK(is_sorted(&runs, position));
        check_again(arena, &runs, position, &stamp);
    }
    if (verdict == DONEMAP_UNREADABLE) {
        check_note(note.text, sizeof(note.text));
    }
    CHECK(verdict != DONEMAP_FOREIGN || !str_starts(text, STR("dhm")));
    runs_fini(&runs);
}

/* False: it is no base64. */
static bool add_sum(struct str coded, struct buf *ret_text)
{
    struct buf bytes;
    buf_init(&bytes, 2 * DONEMAP_CHARS_MAX);
    bool is_coded = base64_decode(coded, BASE64_URL, &bytes) == OK;
    if (is_coded) {
        uint32_t sum = crc32c(buf_str(&bytes));
        const char last[4] = { (char)(sum >> 24), (char)(sum >> 16), (char)(sum >> 8), (char)sum };
        CHECK(buf_add(&bytes, (struct str){ last, sizeof(last) }) == OK);
        CHECK(buf_add(ret_text, STR("dhm1:")) == OK);
        CHECK(base64_encode(buf_str(&bytes), BASE64_URL, ret_text) == OK);
    }
    buf_fini(&bytes);
    return is_coded;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str input = { (const char *)bytes, min_size(len, DONEMAP_CHARS_MAX) };
    int64_t position = 0;
    struct arena arena;
    struct buf text;
    buf_init(&text, 4 * DONEMAP_CHARS_MAX);
    arena_init(&arena, 1 << 20);
    if (!str_to_i64(check_line(&input), 0, INT64_MAX, &position)) {
        position = 0;
    }
    if (!str_starts(input, STR("sum:"))) {
        check_text(&arena, input, position);
    } else if (add_sum(str_slice(input, 4, input.len), &text)) {
        check_text(&arena, buf_str(&text), position);
    }
    arena_fini(&arena);
    buf_fini(&text);
    return 0;
}
