/* passage_lines.c - passages out of JSON lines; the second half of passage_cut.h. */
#include "common/json.h"
#include "common/utf8.h"
#include "worker/answer/passage_cut.h"

#define LINES_ARENA_BYTES ((size_t)8 << 20)
#define LINES_BYTES_MAX ((size_t)1 << 20)
#define LINES_TEXT_CHARS_MAX ((size_t)1 << 19)
#define LINES_ID_CHARS_MAX 64
#define LINES_TITLE_CHARS_MAX 512

/* What one line says. */
struct page_line {
    struct str id;
    struct str title;
    struct str text;
};

static enum err lines_decode(const struct json_at *at, struct page_line *line)
{
    bool is_question = json_kind_of(at, "question") != KIND_NONE;
    const char *title = is_question ? "question" : "title";
    const char *text = is_question ? "answer" : "text";
    TRY(json_may_text(at, "id", 1, LINES_ID_CHARS_MAX, &line->id));
    TRY(json_may_text(at, title, 0, LINES_TITLE_CHARS_MAX, &line->title));
    TRY(json_want_text(at, text, 1, LINES_TEXT_CHARS_MAX, &line->text));
    return str_trim(line->text).len > 0 ? OK : json_fault(at, text, "must not be blank");
}

static enum err lines_read(struct arena *arena, struct str bytes, struct page_line *ret_line,
                           struct note *note)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    struct page_line line = { .id = STR_NONE };
    TRY(json_read(bytes, LINES_BYTES_MAX, &root, note));
    const struct json_in in = { .arena = arena, .note = note };
    struct json_at at = json_root(root, &in);
    TRY(lines_decode(&at, &line));
    *ret_line = line;
    return OK;
}

static enum err lines_give(const struct passage_sheet *sheet, const struct page_line *line,
                           size_t number)
{
    struct str rest = str_trim(line->text);
    char digits[2][STR_INT_BYTES];
    struct str id = line->id.len > 0 ? line->id : str_from_int((int64_t)number, digits[0]);
    char bytes[PASSAGE_ID_BYTES_MAX];
    struct str name = utf8_cut_bytes(sheet->name, sizeof(bytes) / 2);
    id = utf8_cut_bytes(id, sizeof(bytes) / 2 - STR_INT_BYTES - 2);
    for (int64_t part = 1; rest.len > 0; part++) {
        struct str text = passage_first_part(rest);
        bool is_later = part > 1;
        const struct str parts[] = { name, STR("#"), id, is_later ? STR(".") : STR_NONE,
                                     is_later ? str_from_int(part, digits[1]) : STR_NONE };
        const struct passage passage = {
            .id = str_join(parts, countof(parts), bytes, sizeof(bytes)),
            .title = utf8_cut_bytes(str_trim(line->title), PASSAGE_TITLE_BYTES_MAX),
            .text = str_trim(text),
        };
        TRY(passage.text.len > 0 ? sheet->on_passage(sheet->owner, &passage) : OK);
        rest = str_trim(str_slice(rest, text.len, rest.len));
    }
    return OK;
}

static enum err lines_take(const struct passage_sheet *sheet, struct arena *arena,
                           struct str bytes, size_t number)
{
    struct page_line line;
    struct note note = { .text = "" };
    enum err err = lines_read(arena, bytes, &line, &note);
    if (err == ERR_NOMEM) {
        return err;
    }
    if (err != OK) {
        sheet->on_fault(sheet->owner, number, &note);
        return OK;
    }
    return lines_give(sheet, &line, number);
}

enum err passage_cut_lines(const struct passage_sheet *sheet)
{
    bool has_mark = str_starts(sheet->text, STR("\xEF\xBB\xBF"));
    struct str rest = str_slice(sheet->text, has_mark ? 3 : 0, sheet->text.len);
    struct str bytes;
    for (size_t number = 1; str_split(&rest, '\n', &bytes); number++) {
        if (str_trim(bytes).len == 0) {
            continue;
        }
        struct arena arena;
        arena_init(&arena, LINES_ARENA_BYTES);
        enum err err = lines_take(sheet, &arena, bytes, number);
        arena_fini(&arena);
        TRY(err);
    }
    return OK;
}
