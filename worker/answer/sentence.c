/* sentence.c - see sentence.h. Goes from grapheme cluster to grapheme cluster, so that a mark that
 * carries another one (U+FE0F behind an exclamation mark) is a picture and ends nothing. */
#include "worker/answer/sentence.h"

#include "common/utf8.h"

static const char *const wide_ends[] = { "。", "！", "？", "｡" };
static const char *const ends[] = { ".", "!", "?", "…" };
static const char *const closers[] = { "\"", "'", "”", "’", ")", "]", "」", "』", "）", "】", "》" };

/* They end in a point, and no sentence does. */
static const char *const shorts[] = { "mr",  "mrs", "ms",     "dr",  "st",  "no", "nr", "vol",
                                      "inc", "ltd", "approx", "e.g", "i.e", "vs", "ca", "incl" };

static bool sentence_is_one(struct str cluster, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(cluster, marks[i])) {
            return true;
        }
    }
    return false;
}

static struct str sentence_cluster(struct str text, size_t at)
{
    return str_slice(text, at, at < text.len ? utf8_grapheme_end(text, at) - at : 0);
}

static bool sentence_is_end(struct str cluster)
{
    return sentence_is_one(cluster, wide_ends, countof(wide_ends)) ||
           sentence_is_one(cluster, ends, countof(ends));
}

/* Behind further marks and what closes a quotation or a bracket. */
static size_t sentence_tail(struct str text, size_t at)
{
    struct str cluster = sentence_cluster(text, at);
    while (cluster.len > 0 && (sentence_is_end(cluster) ||
                               sentence_is_one(cluster, closers, countof(closers)))) {
        at += cluster.len;
        cluster = sentence_cluster(text, at);
    }
    return at;
}

static bool sentence_is_gap(struct str text, size_t at)
{
    struct str cluster = sentence_cluster(text, at);
    return str_trim(cluster).len == 0 || str_eq(cluster, STR("　"));
}

/* A space that carries a mark is no space. */
static struct str sentence_trim(struct str text)
{
    size_t from = 0;
    while (from < text.len && sentence_is_gap(text, from)) {
        from += sentence_cluster(text, from).len;
    }
    size_t to = text.len;
    while (to > from && str_trim(str_slice(text, to - 1, 1)).len == 0) {
        to--;
    }
    return str_slice(text, from, to - from);
}

static bool sentence_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "No. 1", "e.g. tea", "J. Doe", "approx. 5": the point at `dot` belongs to the word. */
static bool sentence_goes_on(struct str text, size_t dot, size_t end)
{
    struct str behind = sentence_trim(str_slice(text, end, text.len));
    if (behind.len == 0) {
        return false;
    }
    char next = behind.ptr[0];
    if ((next >= 'a' && next <= 'z') || (next >= '0' && next <= '9')) {
        return true;
    }
    size_t from = dot;
    while (from > 0 && (sentence_is_letter(text.ptr[from - 1]) || text.ptr[from - 1] == '.')) {
        from--;
    }
    struct str word = str_slice(text, from, dot - from);
    bool is_short = word.len == 1;
    for (size_t i = 0; i < countof(shorts) && !is_short; i++) {
        is_short = str_eq_ascii_case(word, str_from(shorts[i]));
    }
    return is_short;
}

static size_t sentence_end(struct str text)
{
    for (size_t at = 0; at < text.len;) {
        struct str cluster = sentence_cluster(text, at);
        size_t next = at + cluster.len;
        if (cluster.ptr[0] == '\n' || cluster.ptr[0] == '\r') {
            return next;
        }
        if (sentence_is_end(cluster)) {
            size_t end = sentence_tail(text, next);
            bool is_wide = sentence_is_one(cluster, wide_ends, countof(wide_ends));
            bool is_short = str_is(cluster, ".") && sentence_goes_on(text, at, end);
            if (is_wide || (sentence_is_gap(text, end) && !is_short)) {
                return end;
            }
            next = end;
        }
        at = next;
    }
    return text.len;
}

bool sentence_next(struct str *rest, struct str *ret_sentence)
{
    struct str text = sentence_trim(*rest);
    if (text.len == 0) {
        *rest = STR_NONE;
        return false;
    }
    size_t end = sentence_end(text);
    *ret_sentence = sentence_trim(str_slice(text, 0, end));
    *rest = str_slice(text, end, text.len);
    return true;
}

bool sentence_is_closed(struct str text)
{
    struct str bare = str_trim(text);
    bool is_closed = false;
    for (size_t at = 0; at < bare.len;) {
        struct str cluster = sentence_cluster(bare, at);
        is_closed = sentence_is_end(cluster) ||
                    (is_closed && sentence_is_one(cluster, closers, countof(closers)));
        at += cluster.len;
    }
    return is_closed;
}
