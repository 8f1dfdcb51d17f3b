/* markdown.c - see markdown.h. */
#include "worker/answer/markdown.h"

#include "common/base.h"

#define MARKDOWN_DEPTH_MAX 4 /* of marks within marks; deeper ones stay */

struct markdown {
    char *out;
    size_t len;
    char fence; /* the mark of the fenced code that is open; 0: none */
};

static void markdown_inline(struct markdown *markdown, struct str text, int depth);

static void markdown_put(struct markdown *markdown, struct str text)
{
    if (text.len > 0) {
        memcpy(markdown->out + markdown->len, text.ptr, text.len);
    }
    markdown->len += text.len;
}

static bool is_alnum(char c)
{
    return str_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_mark(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

static size_t run_of(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.ptr[end] == text.ptr[at]) {
        end++;
    }
    return end - at;
}

/* Where the same run of marks ends what began at `at`; `text.len`: nowhere. */
static size_t closing_of(struct str text, size_t at, size_t run)
{
    char mark = text.ptr[at];
    for (size_t i = at + run + 1; i < text.len; i++) {
        size_t len = text.ptr[i] == mark ? run_of(text, i) : 0;
        bool is_end = len == run && !str_is_space(text.ptr[i - 1]) &&
                      (mark == '`' || mark == '~' || i + len == text.len ||
                       !is_alnum(text.ptr[i + len]));
        if (is_end) {
            return i;
        }
        i += len > 0 ? len - 1 : 0;
    }
    return text.len;
}

/* "**so**", "_so_", "~~no~~", "`code`". Returns how much of the text that was; 0: none. */
static size_t take_marked(struct markdown *markdown, struct str text, size_t at, int depth)
{
    char mark = text.ptr[at];
    size_t run = run_of(text, at);
    bool is_code = mark == '`';
    bool is_struck = mark == '~' && run == 2;
    bool is_stress = (mark == '*' || mark == '_') && run <= 3 &&
                     (at == 0 || !is_alnum(text.ptr[at - 1]));
    bool opens = at + run < text.len && !str_is_space(text.ptr[at + run]);
    size_t end = (is_code || is_struck || is_stress) && opens ? closing_of(text, at, run)
                                                              : text.len;
    if (end == text.len) {
        return 0;
    }
    struct str inner = str_slice(text, at + run, end - at - run);
    if (is_code) {
        markdown_put(markdown, inner);
    } else if (!is_struck) {
        markdown_inline(markdown, inner, depth + 1);
    }
    return end + run - at;
}

/* Where the bracket that opens at `at` is closed; `text.len`: nowhere. */
static size_t bracket_of(struct str text, size_t at, char open, char close)
{
    size_t depth = 0;
    for (size_t i = at; i < text.len; i++) {
        if (text.ptr[i] == '\\') {
            i++;
        } else if (text.ptr[i] == open) {
            depth++;
        } else if (text.ptr[i] == close && --depth == 0) {
            return i;
        }
    }
    return text.len;
}

/* The address in front of a title, without the angle brackets that it may have. */
static struct str address_of(struct str inner)
{
    struct str address = str_trim(inner);
    address = str_slice(address, 0, str_find(address, STR(" ")));
    bool is_angled = address.len > 1 && address.ptr[0] == '<' &&
                     address.ptr[address.len - 1] == '>';
    return is_angled ? str_slice(address, 1, address.len - 2) : address;
}

static bool is_of_use(struct str address)
{
    return str_starts(address, STR("https://")) || str_starts(address, STR("http://"));
}

/* "[words](address)", "[words][reference]", "![description](image)". */
static size_t take_link(struct markdown *markdown, struct str text, size_t at, int depth)
{
    size_t from = at + (text.ptr[at] == '!' ? 1 : 0);
    size_t middle = from < text.len && text.ptr[from] == '['
                        ? bracket_of(text, from, '[', ']') + 1
                        : text.len;
    char open = middle < text.len ? text.ptr[middle] : '\0';
    size_t end = open == '('   ? bracket_of(text, middle, '(', ')')
                 : open == '[' ? bracket_of(text, middle, '[', ']')
                               : text.len;
    if (end >= text.len) {
        return 0;
    }
    struct str words = str_slice(text, from + 1, middle - from - 2);
    struct str address = address_of(str_slice(text, middle + 1, end - middle - 1));
    markdown_inline(markdown, words, depth + 1);
    if (open == '(' && text.ptr[at] != '!' && is_of_use(address) && !str_eq(words, address)) {
        markdown_put(markdown, STR(" ("));
        markdown_put(markdown, address);
        markdown_put(markdown, STR(")"));
    }
    return end + 1 - at;
}

static bool tag_ends_line(struct str name)
{
    static const char *const names[] = { "br", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3" };
    bool is_end = false;
    for (size_t i = 0; i < countof(names); i++) {
        is_end = is_end || str_eq_ascii_case(name, str_from(names[i]));
    }
    return is_end;
}

/* "<b>", "</p>", "<br/>", "<https://...>"; "a < b" is none. */
static size_t take_tag(struct markdown *markdown, struct str text, size_t at)
{
    struct str rest = str_slice(text, at + 1, text.len);
    size_t end = str_find(rest, STR(">"));
    bool is_tag = end < rest.len && end > 0 && (is_alnum(rest.ptr[0]) || rest.ptr[0] == '/') &&
                  !str_is_digit(rest.ptr[0]) &&
                  str_find(str_slice(rest, 0, end), STR("<")) == end;
    if (!is_tag) {
        return 0;
    }
    struct str inner = str_slice(rest, 0, end);
    size_t name = 1;
    while (name < inner.len && is_alnum(inner.ptr[name])) {
        name++;
    }
    if (is_of_use(inner)) {
        markdown_put(markdown, inner);
    } else if (tag_ends_line(str_slice(inner, 0, name))) {
        markdown_put(markdown, STR("\n"));
    }
    return end + 2;
}

static size_t take_entity(struct markdown *markdown, struct str text, size_t at)
{
    static const struct {
        struct str name;
        struct str text;
    } entities[] = {
        { { "&amp;", 5 }, { "&", 1 } },   { { "&lt;", 4 }, { "<", 1 } },
        { { "&gt;", 4 }, { ">", 1 } },    { { "&quot;", 6 }, { "\"", 1 } },
        { { "&#39;", 5 }, { "'", 1 } },   { { "&apos;", 6 }, { "'", 1 } },
        { { "&nbsp;", 6 }, { " ", 1 } },  { { "&euro;", 6 }, { "€", 3 } },
        { { "&ndash;", 7 }, { "–", 3 } }, { { "&mdash;", 7 }, { "—", 3 } },
    };
    struct str rest = str_slice(text, at, 8);
    for (size_t i = 0; i < countof(entities); i++) {
        if (str_starts(rest, entities[i].name)) {
            markdown_put(markdown, entities[i].text);
            return entities[i].name.len;
        }
    }
    return 0;
}

static size_t take_special(struct markdown *markdown, struct str text, size_t at, int depth)
{
    bool has_next = at + 1 < text.len;
    switch (text.ptr[at]) {
    case '*':
    case '_':
    case '~':
    case '`':
        return take_marked(markdown, text, at, depth);
    case '!':
    case '[':
        return take_link(markdown, text, at, depth);
    case '<':
        return take_tag(markdown, text, at);
    case '&':
        return take_entity(markdown, text, at);
    case '\\':
        if (has_next && is_mark(text.ptr[at + 1])) {
            markdown_put(markdown, str_slice(text, at + 1, 1));
            return 2;
        }
        return 0;
    default:
        return 0;
    }
}

/* What begins no pair stays, all of its run. */
static void markdown_inline(struct markdown *markdown, struct str text, int depth)
{
    for (size_t at = 0; at < text.len;) {
        size_t taken = depth < MARKDOWN_DEPTH_MAX ? take_special(markdown, text, at, depth) : 0;
        if (taken == 0) {
            bool is_run = text.ptr[at] == '*' || text.ptr[at] == '_' || text.ptr[at] == '~' ||
                          text.ptr[at] == '`';
            taken = is_run ? run_of(text, at) : 1;
            markdown_put(markdown, str_slice(text, at, taken));
        }
        at += taken;
    }
}

/* "|---|:--:|": what stands between the head of a table and its rows. */
static bool is_delimiter(struct str row)
{
    bool has_dash = false;
    for (size_t i = 0; i < row.len; i++) {
        char c = row.ptr[i];
        if (c != '|' && c != '-' && c != ':' && c != ' ') {
            return false;
        }
        has_dash = has_dash || c == '-';
    }
    return has_dash;
}

/* The cells of "| a | b | c |" as "a: b, c". */
static void markdown_row(struct markdown *markdown, struct str row)
{
    struct str rest = str_slice(row, 1, row.len);
    for (size_t count = 0; rest.len > 0;) {
        size_t end = str_find(rest, STR("|"));
        struct str cell = str_trim(str_slice(rest, 0, end));
        rest = str_slice(rest, end + 1, rest.len);
        if (cell.len > 0) {
            markdown_put(markdown, count == 0 ? STR_NONE : count == 1 ? STR(": ") : STR(", "));
            markdown_inline(markdown, cell, 0);
            count++;
        }
    }
    markdown_put(markdown, STR("\n"));
}

/* "[1]: https://..." */
static bool is_definition(struct str line)
{
    size_t end = line.len > 0 && line.ptr[0] == '[' ? bracket_of(line, 0, '[', ']') : line.len;
    return end + 1 < line.len && line.ptr[end + 1] == ':';
}

static bool is_fence(struct str line)
{
    return str_starts(line, STR("```")) || str_starts(line, STR("~~~"));
}

bool markdown_take_fence(struct str line, char *fence)
{
    if (!is_fence(line) || (*fence != 0 && *fence != line.ptr[0])) {
        return false;
    }
    *fence = *fence == 0 ? line.ptr[0] : 0;
    return true;
}

static bool is_bullet(struct str line)
{
    return str_starts(line, STR("* ")) || str_starts(line, STR("+ "));
}

/* A line that is no part of a paragraph. */
static bool is_line_alone(struct str line)
{
    return line.len == 0 || line.ptr[0] == '|' || line.ptr[0] == '>' || is_bullet(line) ||
           is_definition(line) || is_fence(line);
}

/* Without the marks of a quotation, however deep it is. */
static struct str unquoted(struct str line)
{
    size_t at = 0;
    size_t behind = 0;
    while (at < line.len && (line.ptr[at] == '>' || str_is_space(line.ptr[at]))) {
        behind = line.ptr[at] == '>' ? at + 1 : behind;
        at++;
    }
    bool is_spaced = behind > 0 && behind < line.len && line.ptr[behind] == ' ';
    return str_slice(line, behind + (is_spaced ? 1 : 0), line.len);
}

static void markdown_line(struct markdown *markdown, struct str whole)
{
    struct str line = str_trim(whole);
    size_t indent = line.len > 0 ? (size_t)(line.ptr - whole.ptr) : 0;
    if (markdown_take_fence(line, &markdown->fence)) {
        return;
    }
    if (markdown->fence != 0 || line.len == 0) {
        markdown_put(markdown, whole);
    } else if (line.ptr[0] == '|') {
        if (!is_delimiter(line)) {
            markdown_row(markdown, line);
        }
    } else if (line.ptr[0] == '>') {
        markdown_line(markdown, unquoted(whole));
    } else if (is_bullet(line)) {
        markdown_put(markdown, str_slice(whole, 0, indent));
        markdown_put(markdown, STR("-"));
        markdown_inline(markdown, str_slice(whole, indent + 1, whole.len), 0);
    } else if (!is_definition(line)) {
        markdown_inline(markdown, whole, 0);
    }
}

/* The lines of a paragraph, in which a mark may end on a later one. */
static struct str paragraph_of(struct str text)
{
    size_t len = str_line(text).len;
    while (len < text.len) {
        struct str next = str_line(str_slice(text, len, text.len));
        if (is_line_alone(str_trim(next))) {
            break;
        }
        len += next.len;
    }
    return str_slice(text, 0, len);
}

/* What is left out leaves one empty line at most. */
static void markdown_squeeze(struct markdown *markdown)
{
    size_t kept = 0;
    size_t breaks = 0;
    for (size_t i = 0; i < markdown->len; i++) {
        breaks = markdown->out[i] == '\n' ? breaks + 1 : 0;
        if (breaks <= 2) {
            markdown->out[kept++] = markdown->out[i];
        }
    }
    markdown->len = kept;
}

struct str markdown_plain(struct str text, char *out)
{
    struct markdown markdown = { .out = out };
    while (text.len > 0) {
        struct str line = str_line(text);
        if (markdown.fence != 0 || is_line_alone(str_trim(line))) {
            markdown_line(&markdown, line);
        } else {
            line = paragraph_of(text);
            markdown_inline(&markdown, line, 0);
        }
        text = str_slice(text, line.len, text.len);
    }
    markdown_squeeze(&markdown);
    return str_trim((struct str){ out, markdown.len });
}
