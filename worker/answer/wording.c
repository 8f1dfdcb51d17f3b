/* wording.c - see wording.h. The common beginning and end are cut off first; between them, the
 * longest common subsequence of words by dynamic programming (Wagner and Fischer, 1974). */
#include "worker/answer/wording.h"

#include "common/utf8.h"

struct words {
    struct str *items;
    size_t count;
};

static bool wording_is_spaced(uint32_t character)
{
    enum utf8_script script = utf8_script_of(character);
    if (script == UTF8_COMMON) {
        return character >= '0' && character <= '9';
    }
    return script != UTF8_HAN && script != UTF8_KANA && script != UTF8_THAI;
}

static struct str wording_next(struct str text, size_t *at)
{
    size_t start = *at;
    bool is_word = wording_is_spaced(utf8_next(text, at));
    while (is_word && *at < text.len) {
        size_t behind = *at;
        if (!wording_is_spaced(utf8_next(text, &behind))) {
            break;
        }
        *at = behind;
    }
    return str_slice(text, start, *at - start);
}

static enum err wording_cut(struct arena *arena, struct str text, struct words *ret_words)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        (void)wording_next(text, &at);
    }
    struct words words = { .items = arena_zero(arena, max_size(count, 1), sizeof(struct str)) };
    if (!words.items) {
        return ERR_NOMEM;
    }
    for (size_t at = 0; at < text.len;) {
        words.items[words.count++] = wording_next(text, &at);
    }
    *ret_words = words;
    return OK;
}

/* Words `from` to `to` as they stand in their text. */
static void wording_add(struct wording *wording, enum wording_kind kind, const struct words *words,
                        size_t from, size_t to)
{
    if (from == to) {
        return;
    }
    const char *start = words->items[from].ptr;
    const struct str *last = &words->items[to - 1];
    struct str text = { start, (size_t)(last->ptr + last->len - start) };
    wording->pieces[wording->count++] = (struct wording_piece){ kind, text };
}

/* lengths[i][j], rows of fresh.count + 1: of the longest common subsequence from there on. */
static void wording_measure(const struct words *old, const struct words *fresh, uint16_t *lengths)
{
    size_t width = fresh->count + 1;
    for (size_t i = old->count; i-- > 0;) {
        uint16_t *row = lengths + i * width;
        const uint16_t *below = row + width;
        for (size_t j = fresh->count; j-- > 0;) {
            if (str_eq(old->items[i], fresh->items[j])) {
                row[j] = (uint16_t)(below[j + 1] + 1);
            } else {
                row[j] = below[j] >= row[j + 1] ? below[j] : row[j + 1];
            }
        }
    }
}

/* Words of the old text that went, in whose place words of the new one came. */
struct wording_edit {
    size_t old_from;
    size_t old_to;
    size_t new_from;
    size_t new_to;
};

static void wording_add_edit(struct wording *wording, const struct words *old,
                             const struct words *fresh, const struct wording_edit *edit)
{
    wording_add(wording, WORDING_GONE, old, edit->old_from, edit->old_to);
    wording_add(wording, WORDING_NEW, fresh, edit->new_from, edit->new_to);
}

static bool wording_is_space(const struct words *words, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (str_trim(words->items[i]).len > 0) {
            return false;
        }
    }
    return true;
}

/* Extends the edit up to the next word that both have. */
static void wording_extend(const struct words *old, const struct words *fresh,
                           const uint16_t *lengths, struct wording_edit *edit)
{
    size_t width = fresh->count + 1;
    size_t i = edit->old_to;
    size_t j = edit->new_to;
    while (i < old->count || j < fresh->count) {
        bool has_both = i < old->count && j < fresh->count;
        if (has_both && str_eq(old->items[i], fresh->items[j])) {
            break;
        }
        bool goes = j == fresh->count ||
                    (has_both && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]);
        i += goes ? 1 : 0;
        j += goes ? 0 : 1;
    }
    edit->old_to = i;
    edit->new_to = j;
}

/* How many words both have from there on. */
static size_t wording_run(const struct words *old, const struct words *fresh,
                          const struct wording_edit *edit)
{
    size_t run = 0;
    while (edit->old_to + run < old->count && edit->new_to + run < fresh->count &&
           str_eq(old->items[edit->old_to + run], fresh->items[edit->new_to + run])) {
        run++;
    }
    return run;
}

/* White space that happens to stand between two edits is no reason to read them as two. */
static void wording_walk(const struct words *old, const struct words *fresh,
                         const uint16_t *lengths, struct wording *wording)
{
    struct wording_edit edit = { 0 };
    for (;;) {
        wording_extend(old, fresh, lengths, &edit);
        size_t run = wording_run(old, fresh, &edit);
        size_t kept_from = edit.old_to;
        size_t kept_to = kept_from + run;
        size_t new_to = edit.new_to + run;
        bool is_end = kept_to == old->count && new_to == fresh->count;
        bool is_empty = edit.old_from == edit.old_to && edit.new_from == edit.new_to;
        if (!is_end && !is_empty && wording_is_space(old, kept_from, kept_to)) {
            edit.old_to = kept_to;
            edit.new_to = new_to;
            continue;
        }
        wording_add_edit(wording, old, fresh, &edit);
        wording_add(wording, WORDING_KEPT, old, kept_from, kept_to);
        if (is_end) {
            return;
        }
        edit = (struct wording_edit){ kept_to, kept_to, new_to, new_to };
    }
}

static enum err wording_compare(struct arena *arena, const struct words *old,
                                const struct words *fresh, struct wording *wording)
{
    if (old->count > WORDING_WORDS_MAX || fresh->count > WORDING_WORDS_MAX) {
        wording_add(wording, WORDING_GONE, old, 0, old->count);
        wording_add(wording, WORDING_NEW, fresh, 0, fresh->count);
        return OK;
    }
    uint16_t *lengths = arena_zero(arena, (old->count + 1) * (fresh->count + 1), sizeof(*lengths));
    if (!lengths) {
        return ERR_NOMEM;
    }
    wording_measure(old, fresh, lengths);
    wording_walk(old, fresh, lengths, wording);
    return OK;
}

enum err wording_of(struct arena *arena, struct str old, struct str fresh,
                    struct wording *ret_wording)
{
    struct words olds;
    struct words news;
    TRY(wording_cut(arena, old, &olds));
    TRY(wording_cut(arena, fresh, &news));
    struct wording wording = { .pieces = arena_zero(arena, olds.count + news.count + 1,
                                                    sizeof(struct wording_piece)) };
    if (!wording.pieces) {
        return ERR_NOMEM;
    }
    size_t shorter = min_size(olds.count, news.count);
    size_t head = 0;
    while (head < shorter && str_eq(olds.items[head], news.items[head])) {
        head++;
    }
    size_t tail = 0;
    while (tail < shorter - head &&
           str_eq(olds.items[olds.count - 1 - tail], news.items[news.count - 1 - tail])) {
        tail++;
    }
    const struct words old_middle = { olds.items + head, olds.count - head - tail };
    const struct words new_middle = { news.items + head, news.count - head - tail };
    wording_add(&wording, WORDING_KEPT, &olds, 0, head);
    TRY(wording_compare(arena, &old_middle, &new_middle, &wording));
    wording_add(&wording, WORDING_KEPT, &olds, olds.count - tail, olds.count);
    *ret_wording = wording;
    return OK;
}
