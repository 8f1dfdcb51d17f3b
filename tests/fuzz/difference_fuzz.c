/* Two payloads, parted by a line of their own "---": whatever was once published is read, compared
 * and worded, and each text can be told from the wording. */
#include "common/json.h"
#include "tests/fuzz/check.h"
#include "worker/answer/difference.h"
#include "worker/answer/wording.h"

#define ARENA_BYTES ((size_t)64 << 20)

/* All pieces but those of one kind make one of the texts. */
static void check_pieces(const struct wording *wording, enum wording_kind left_out,
                         struct str expected)
{
    size_t at = 0;
    for (size_t i = 0; i < wording->count; i++) {
        const struct wording_piece *piece = &wording->pieces[i];
        if (piece->kind != left_out) {
            CHECK(str_eq(str_slice(expected, at, piece->text.len), piece->text));
            at += piece->text.len;
        }
    }
    CHECK(at == expected.len);
}

static void word(struct arena *arena, const struct difference_field *field)
{
    struct wording wording;
    if (!field->recorded || !field->fresh || !field->recorded->is_text || !field->fresh->is_text ||
        wording_of(arena, field->recorded->value, field->fresh->value, &wording) != OK) {
        return;
    }
    check_pieces(&wording, WORDING_NEW, field->recorded->value);
    check_pieces(&wording, WORDING_GONE, field->fresh->value);
}

static void compare(struct arena *arena, const struct statement *recorded,
                    const struct statement *fresh)
{
    struct difference difference;
    difference_of(recorded, recorded, &difference);
    CHECK(difference.verdict == VERDICT_SAME && difference.fields_count == 0);
    difference_of(recorded, fresh, &difference);
    CHECK((difference.verdict == VERDICT_SAME) == (difference.fields_count == 0));
    for (size_t i = 0; i < difference.fields_count; i++) {
        word(arena, &difference.fields[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct str parting = STR("\n---\n");
    const struct str input = { (const char *)bytes, len };
    size_t at = str_find(input, parting);
    const struct record recorded = { .value = str_slice(input, 0, at), .has_value = true };
    const struct record fresh = { .value = str_slice(input, at + parting.len, len),
                                  .has_value = true };
    struct statement statements[2];
    struct arena arena;
    json_setup(1);
    arena_init(&arena, ARENA_BYTES);
    if (statement_read(&arena, OUTCOME_ANSWER, &recorded, &statements[0]) == OK &&
        statement_read(&arena, OUTCOME_ANSWER, &fresh, &statements[1]) == OK) {
        compare(&arena, &statements[0], &statements[1]);
    }
    arena_fini(&arena);
    return 0;
}
