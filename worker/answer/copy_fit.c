/* copy_fit.c - see copy_fit.h. */
#include "worker/answer/copy_fit.h"

#include "common/utf8.h"
#include "worker/answer/sentence.h"

#define FIT_SENTENCES_MAX 64 /* what lies behind is one sentence */
#define FIT_BYTES_MAX ((size_t)128 << 10)
#define FIT_MARKS_MAX 8 /* an offer with more numbers is told by these */

struct fitting {
    struct arena *arena;
    const struct copy_limits *limits;
    struct copy_variant variant; /* what is tried */
    struct str marks[FIT_MARKS_MAX]; /* what all of it tells of price and offer */
    size_t marks_count;
};

/* ---- what has to stay ---- */

static bool fit_is_digit(struct str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* 20 is neither in 2020 nor in 1.20, but at the end of "now 20." */
static bool fit_is_inside(struct str text, size_t start, size_t end)
{
    bool before = start > 0 && (fit_is_digit(text, start - 1) ||
                                (text.ptr[start - 1] == '.' && start > 1 &&
                                 fit_is_digit(text, start - 2)));
    return before || fit_is_digit(text, end) ||
           (end < text.len && text.ptr[end] == '.' && fit_is_digit(text, end + 1));
}

static bool fit_text_has(struct str text, struct str mark)
{
    bool is_number = fit_is_digit(mark, 0);
    for (size_t from = 0; from < text.len;) {
        size_t at = from + str_find(str_slice(text, from, text.len), mark);
        if (at >= text.len) {
            return false;
        }
        if (!is_number || !fit_is_inside(text, at, at + mark.len)) {
            return true;
        }
        from = at + 1;
    }
    return false;
}

static bool fit_has(const struct copy_variant *variant, struct str mark)
{
    return fit_text_has(variant->headline, mark) || fit_text_has(variant->body, mark) ||
           fit_text_has(variant->call_to_action, mark);
}

static void fit_mark(struct fitting *fitting, struct str mark)
{
    if (mark.len > 0 && fitting->marks_count < FIT_MARKS_MAX &&
        fit_has(&fitting->variant, mark)) {
        fitting->marks[fitting->marks_count++] = mark;
    }
}

/* Each number of the text; gives whether there is any. */
static bool fit_mark_numbers(struct fitting *fitting, struct str text)
{
    bool has = false;
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (fit_is_digit(text, end) ||
               (end > at && text.ptr[end] == '.' && fit_is_digit(text, end + 1))) {
            end++;
        }
        has = has || end > at;
        fit_mark(fitting, str_slice(text, at, end - at));
        at = end + 1;
    }
    return has;
}

static struct str fit_without_stop(struct str text)
{
    struct str trimmed = str_trim(text);
    bool is_stopped = trimmed.len > 0 && (trimmed.ptr[trimmed.len - 1] == '.' ||
                                          trimmed.ptr[trimmed.len - 1] == '!');
    return str_slice(trimmed, 0, trimmed.len - (is_stopped ? 1 : 0));
}

static void fit_mark_all(struct fitting *fitting)
{
    fit_mark_numbers(fitting, fitting->limits->price);
    if (!fit_mark_numbers(fitting, fitting->limits->offer)) {
        fit_mark(fitting, fit_without_stop(fitting->limits->offer));
    }
}

static bool fit_keeps_marks(const struct fitting *fitting)
{
    for (size_t i = 0; i < fitting->marks_count; i++) {
        if (!fit_has(&fitting->variant, fitting->marks[i])) {
            return false;
        }
    }
    return true;
}

/* ---- what is tried ---- */

/* What stands between two texts that are sent as one. */
static enum err fit_join(struct buf *buf, struct str language, struct str text)
{
    struct str before = buf_str(buf);
    if (text.len > 0 && before.len > 0) {
        bool is_chinese = str_is(language, "zh");
        bool is_closed = sentence_is_closed(before);
        TRY(buf_add(buf, is_chinese ? (is_closed ? STR("") : STR("。"))
                                    : (is_closed ? STR(" ") : STR(". "))));
    }
    return buf_add(buf, text);
}

static enum err fit_text(const struct fitting *fitting, enum channel_of of, struct buf *buf)
{
    const struct copy_variant *variant = &fitting->variant;
    struct str language = fitting->limits->language;
    if (of == CHANNEL_OF_HEADLINE || of == CHANNEL_OF_MESSAGE) {
        TRY(buf_add(buf, variant->headline));
    }
    if (of == CHANNEL_OF_BODY || of == CHANNEL_OF_TEXT || of == CHANNEL_OF_MESSAGE) {
        TRY(fit_join(buf, language, variant->body));
    }
    if (of == CHANNEL_OF_ACTION || of == CHANNEL_OF_TEXT || of == CHANNEL_OF_MESSAGE) {
        TRY(fit_join(buf, language, variant->call_to_action));
    }
    return OK;
}

static enum err fit_add_part(struct fitting *fitting, const struct channel_part *part,
                             struct str text)
{
    struct copy_variant *variant = &fitting->variant;
    struct channel_length length = channel_measure(part, fitting->limits->language, text);
    if (length.length > length.max || variant->parts_count == COPY_PARTS_MAX) {
        return ERR_ANSWER;
    }
    struct copy_part *made = &variant->parts[variant->parts_count];
    *made = (struct copy_part){ .name = part->name, .length = length.length,
                                .limit = length.max, .unit = length.unit };
    TRY(arena_copy(fitting->arena, text, &made->text));
    variant->parts_count++;
    return OK;
}

static enum err fit_add_sentences(struct fitting *fitting, const struct channel_part *part)
{
    struct str rest = fitting->variant.body;
    struct str sentence;
    for (size_t count = 0; sentence_next(&rest, &sentence); count++) {
        if (count == part->count_max) {
            return ERR_ANSWER;
        }
        TRY(fit_add_part(fitting, part, sentence));
    }
    return OK;
}

static enum err fit_make_part(struct fitting *fitting, const struct channel_part *part)
{
    if (part->of == CHANNEL_OF_SENTENCE) {
        return fit_add_sentences(fitting, part);
    }
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, FIT_BYTES_MAX);
    TRY(fit_text(fitting, part->of, &buf));
    return buf.len > 0 ? fit_add_part(fitting, part, buf_str(&buf)) : OK;
}

/* As it is sent: with what stands between texts that a channel shows as one. */
static size_t fit_sent(const struct copy_variant *variant)
{
    size_t chars = 0;
    for (size_t i = 0; i < variant->parts_count; i++) {
        chars += utf8_count(variant->parts[i].text);
    }
    return chars;
}

static enum err fit_try(struct fitting *fitting)
{
    const struct copy_limits *limits = fitting->limits;
    struct copy_variant *variant = &fitting->variant;
    size_t chars = utf8_count(variant->headline) + utf8_count(variant->body) +
                   utf8_count(variant->call_to_action);
    variant->parts_count = 0;
    if (!fit_keeps_marks(fitting) || variant->headline.len == 0 || variant->body.len == 0 ||
        (limits->chars_max > 0 && chars > limits->chars_max)) {
        return ERR_ANSWER;
    }
    for (size_t i = 0; limits->channel && i < limits->channel->parts_count; i++) {
        TRY(fit_make_part(fitting, &limits->channel->parts[i]));
    }
    bool is_sent_longer = limits->chars_max > 0 && fit_sent(variant) > limits->chars_max;
    return is_sent_longer ? ERR_ANSWER : OK;
}

static size_t fit_cut(struct str body, struct str sentences[FIT_SENTENCES_MAX])
{
    size_t count = 0;
    struct str rest = body;
    while (count < FIT_SENTENCES_MAX && sentence_next(&rest, &sentences[count])) {
        count++;
    }
    if (str_trim(rest).len > 0) {
        struct str *last = &sentences[count - 1];
        *last = str_trim(str_slice(body, (size_t)(last->ptr - body.ptr), body.len));
    }
    return count;
}

/* Ever fewer sentences, from the one at `from` on. */
static enum err fit_from(struct fitting *fitting, struct str body, const struct str *sentences,
                         size_t from, size_t count)
{
    enum err err = ERR_ANSWER;
    for (size_t i = count; i > from && err == ERR_ANSWER; i--) {
        const struct str *last = &sentences[i - 1];
        size_t start = (size_t)(sentences[from].ptr - body.ptr);
        size_t end = (size_t)(last->ptr + last->len - body.ptr);
        fitting->variant.body = str_slice(body, start, end - start);
        err = fit_try(fitting);
    }
    return err;
}

/* The first that tells what has to stay; 0 if none does. */
static size_t fit_first_marked(const struct fitting *fitting, const struct str *sentences,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t mark = 0; mark < fitting->marks_count; mark++) {
            if (fit_text_has(sentences[i], fitting->marks[mark])) {
                return i;
            }
        }
    }
    return 0;
}

static enum err fit_bodies(struct fitting *fitting, struct str body)
{
    struct str sentences[FIT_SENTENCES_MAX];
    size_t count = fit_cut(body, sentences);
    size_t marked = fit_first_marked(fitting, sentences, count);
    enum err err = fit_from(fitting, body, sentences, 0, count);
    if (err == ERR_ANSWER && marked > 0) {
        err = fit_from(fitting, body, sentences, marked, count);
    }
    for (size_t i = 1; i < count && err == ERR_ANSWER; i++) {
        fitting->variant.body = sentences[i];
        err = fit_try(fitting);
    }
    return err;
}

enum err copy_fit(struct arena *arena, const struct copy_limits *limits,
                  const struct copy_variant *texts, struct copy_variant *ret_variant)
{
    struct fitting fitting = { .arena = arena, .limits = limits, .variant = *texts };
    fit_mark_all(&fitting);
    enum err err = fit_bodies(&fitting, texts->body);
    if (err == ERR_ANSWER && texts->call_to_action.len > 0) {
        fitting.variant.call_to_action = STR_NONE;
        err = fit_bodies(&fitting, texts->body);
    }
    TRY(err);
    *ret_variant = fitting.variant;
    return OK;
}

enum err copy_fit_whole(struct arena *arena, const struct copy_limits *limits,
                        const struct copy_variant *texts, struct copy_variant *ret_variant)
{
    struct fitting fitting = { .arena = arena, .limits = limits, .variant = *texts };
    TRY(fit_try(&fitting));
    *ret_variant = fitting.variant;
    return OK;
}
