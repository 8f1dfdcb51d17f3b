/* passage_cut.c - see passage_cut.h. A passage of a page is made of a slice of the page: the cutter
 * only moves its two ends. */
#include "worker/answer/passage_cut.h"

#include "common/utf8.h"
#include "worker/answer/markdown.h"

#define CUT_HEADINGS 6
#define CUT_HEADING_BYTES_MAX 100
#define CUT_NOWHERE SIZE_MAX

struct cutter {
    const struct passage_sheet *sheet;
    struct str headings[CUT_HEADINGS]; /* the ones that stand now, by level */
    size_t start; /* of the passage that grows, or CUT_NOWHERE */
    size_t block; /* where its last block began */
    size_t end;
    size_t number; /* of the last one that was given */
    bool is_new_block;
    bool has_no_comments; /* from here on: none ends */
    char fence; /* the mark of the fence that is open; 0: none */
};

static bool cut_ends_sentence(uint32_t character)
{
    return character == '.' || character == '!' || character == '?' || character == ';' ||
           character == 0x3002 || character == 0xFF01 || character == 0xFF1F ||
           character == 0xFF1B; /* the Chinese ones */
}

struct str passage_first_part(struct str text)
{
    if (text.len <= PASSAGE_TEXT_BYTES_MAX) {
        return text;
    }
    size_t line = 0;
    size_t sentence = 0;
    size_t word = 0;
    size_t last = 0;
    for (size_t at = 0; at < PASSAGE_TEXT_BYTES_MAX;) {
        uint32_t character = utf8_next(text, &at);
        if (at > PASSAGE_TEXT_BYTES_MAX) {
            break;
        }
        bool is_wide = character > 0x7F;
        bool is_before_space = at < text.len && str_is_space(text.ptr[at]);
        last = at;
        line = character == '\n' ? at : line;
        sentence = cut_ends_sentence(character) && (is_wide || is_before_space) ? at : sentence;
        word = is_before_space ? at : word;
    }
    const size_t ends[] = { line, sentence, word, last };
    for (size_t i = 0; i < countof(ends); i++) {
        if (ends[i] > PASSAGE_TEXT_BYTES_MAX / 2 || (i + 1 == countof(ends))) {
            return str_slice(text, 0, ends[i]);
        }
    }
    return text;
}

static struct str cut_title(const struct cutter *cutter, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < CUT_HEADINGS; i++) {
        struct str heading = cutter->headings[i];
        size_t room = PASSAGE_TITLE_BYTES_MAX - len;
        if (heading.len == 0 || heading.len + 3 > room) {
            continue;
        }
        const struct str parts[] = { len > 0 ? STR(" / ") : STR_NONE, heading };
        len += str_join(parts, countof(parts), out + len, room).len;
    }
    return (struct str){ out, len };
}

static enum err cut_give(struct cutter *cutter, size_t start, size_t end)
{
    const struct passage_sheet *sheet = cutter->sheet;
    char title[PASSAGE_TITLE_BYTES_MAX];
    char id[PASSAGE_ID_BYTES_MAX];
    char digits[STR_INT_BYTES];
    char text[PASSAGE_TEXT_BYTES_MAX * MARKDOWN_GROWTH];
    struct str slice = str_slice(sheet->text, start, end - start);
    struct passage passage = { .text = markdown_plain(slice, text) };
    if (passage.text.len == 0) {
        return OK;
    }
    struct str name = utf8_cut_bytes(sheet->name, sizeof(id) - STR_INT_BYTES - 1);
    const struct str parts[] = { name, STR("#"),
                                 str_from_int((int64_t)++cutter->number, digits) };
    passage.id = str_join(parts, countof(parts), id, sizeof(id));
    char plain_title[PASSAGE_TITLE_BYTES_MAX * MARKDOWN_GROWTH];
    passage.title = markdown_plain(cut_title(cutter, title), plain_title);
    return sheet->on_passage(sheet->owner, &passage);
}

static enum err cut_flush(struct cutter *cutter)
{
    size_t start = cutter->start;
    cutter->start = CUT_NOWHERE;
    return start == CUT_NOWHERE ? OK : cut_give(cutter, start, cutter->end);
}

/* The passage grows by a line, after what has no room beside it was given. */
static enum err cut_take(struct cutter *cutter, size_t from, size_t to)
{
    if (cutter->start == CUT_NOWHERE) {
        cutter->start = from;
        cutter->block = from;
    } else if (cutter->is_new_block) {
        cutter->block = from;
    }
    cutter->is_new_block = false;
    if (to - cutter->start > PASSAGE_TEXT_BYTES_MAX && cutter->block > cutter->start) {
        TRY(cut_give(cutter, cutter->start, cutter->block));
        cutter->start = cutter->block;
    }
    while (to - cutter->start > PASSAGE_TEXT_BYTES_MAX) {
        struct str rest = str_slice(cutter->sheet->text, cutter->start, to - cutter->start);
        size_t end = cutter->start + passage_first_part(rest).len;
        TRY(cut_give(cutter, cutter->start, end));
        cutter->start = end;
        cutter->block = end;
    }
    cutter->end = to;
    return OK;
}

static enum err cut_head(struct cutter *cutter, size_t level, struct str text)
{
    TRY(cut_flush(cutter));
    cutter->headings[level - 1] = utf8_cut_bytes(text, CUT_HEADING_BYTES_MAX);
    for (size_t i = level; i < CUT_HEADINGS; i++) {
        cutter->headings[i] = STR_NONE;
    }
    return OK;
}

/* The level of a heading such as "## Refunds ##", and its text; 0: it is none. */
static size_t cut_heading(struct str line, struct str *ret_text)
{
    size_t level = 0;
    while (level < line.len && line.ptr[level] == '#') {
        level++;
    }
    if (level == 0 || level > CUT_HEADINGS ||
        (level < line.len && !str_is_space(line.ptr[level]))) {
        return 0;
    }
    size_t end = line.len;
    while (end > level && line.ptr[end - 1] == '#') {
        end--;
    }
    *ret_text = str_trim(str_slice(line, level, end - level));
    return level;
}

static bool cut_is_only(struct str line, char mark)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != mark) {
            return false;
        }
    }
    return line.len >= 3;
}

/* 1 or 2 if the line that follows underlines this one. */
static size_t cut_underline(struct str next)
{
    struct str line = str_trim(next);
    return cut_is_only(line, '=') ? 1 : cut_is_only(line, '-') ? 2 : 0;
}

/* Inside a fence, and on the two lines that are its marks, nothing is a heading. */
static bool cut_is_fenced(struct cutter *cutter, struct str line)
{
    bool was_open = cutter->fence != 0;
    return markdown_take_fence(line, &cutter->fence) || was_open;
}

static struct str cut_line(struct str text, size_t at)
{
    return str_line(str_slice(text, at, text.len));
}

/* Behind the byte order mark and a head between two lines of "---". With an empty line behind the
 * first, that is a rule across the page. */
static size_t cut_front(struct str text)
{
    size_t start = str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0;
    struct str first = cut_line(text, start);
    struct str second = cut_line(text, start + first.len);
    if (!str_is(str_trim(first), "---") || str_trim(second).len == 0) {
        return start;
    }
    for (size_t at = start + first.len; at < text.len;) {
        struct str line = cut_line(text, at);
        at += line.len;
        if (str_is(str_trim(line), "---")) {
            return at;
        }
    }
    return start;
}

/* Takes the line `whole` at `at`, or the two of an underlined heading; returns how many bytes. */
static enum err cut_step(struct cutter *cutter, size_t at, struct str whole, size_t *ret_len)
{
    struct str text = cutter->sheet->text;
    struct str line = str_trim(whole);
    struct str heading;
    *ret_len = whole.len;
    if (cut_is_fenced(cutter, line)) {
        return cut_take(cutter, at, at + whole.len);
    }
    if (line.len == 0 || cut_is_only(line, '-') || cut_is_only(line, '*')) {
        cutter->is_new_block = true; /* an empty line, or a rule across the page */
        return OK;
    }
    size_t level = cut_heading(line, &heading);
    if (level > 0) {
        return cut_head(cutter, level, heading);
    }
    struct str next = cut_line(text, at + whole.len);
    bool is_first = cutter->start == CUT_NOWHERE || cutter->is_new_block;
    level = is_first ? cut_underline(next) : 0;
    if (level > 0) {
        *ret_len += next.len;
        return cut_head(cutter, level, line);
    }
    return cut_take(cutter, at, at + whole.len);
}

/* How much of the line stands before a comment, and how far that goes from there; a comment that
 * does not end is none. */
static size_t cut_before_comment(struct cutter *cutter, size_t at, struct str line,
                                 size_t *ret_comment_len)
{
    size_t before = cutter->fence == 0 ? str_find(line, STR("<!--")) : line.len;
    *ret_comment_len = 0;
    if (before == line.len || cutter->has_no_comments) {
        return line.len;
    }
    struct str rest = str_slice(cutter->sheet->text, at + before, cutter->sheet->text.len);
    size_t end = str_find(rest, STR("-->"));
    if (end == rest.len) {
        cutter->has_no_comments = true;
        return line.len;
    }
    *ret_comment_len = end + 3;
    return before;
}

/* The passage ends at a comment: it is a slice, and a comment is not told. */
static enum err cut_next(struct cutter *cutter, size_t at, size_t *ret_len)
{
    struct str line = cut_line(cutter->sheet->text, at);
    size_t comment_len;
    size_t before = cut_before_comment(cutter, at, line, &comment_len);
    *ret_len = 0;
    if (before > 0) {
        TRY(cut_step(cutter, at, str_slice(line, 0, before), ret_len));
    }
    *ret_len += comment_len;
    return comment_len > 0 ? cut_flush(cutter) : OK;
}

enum err passage_cut_page(const struct passage_sheet *sheet)
{
    struct cutter cutter = { .sheet = sheet, .start = CUT_NOWHERE };
    for (size_t at = cut_front(sheet->text); at < sheet->text.len;) {
        size_t len = 0;
        TRY(cut_next(&cutter, at, &len));
        at += len;
    }
    return cut_flush(&cutter);
}
