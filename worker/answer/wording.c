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

/* Neighbours of one kind lie side by side in their text, so they become one piece. */
static void wording_add(struct wording *wording, enum wording_kind kind, struct str text)
{
    struct wording_piece *last = wording->count ? &wording->pieces[wording->count - 1] : NULL;
    if (last && last->kind == kind) {
        last->text.len += text.len;
    } else if (text.len > 0) {
        wording->pieces[wording->count++] = (struct wording_piece){ kind, text };
    }
}

static void wording_add_all(struct wording *wording, enum wording_kind kind,
                            const struct str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wording_add(wording, kind, words[i]);
    }
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

static void wording_walk(const struct words *old, const struct words *fresh,
                         const uint16_t *lengths, struct wording *wording)
{
    size_t width = fresh->count + 1;
    size_t i = 0;
    size_t j = 0;
    while (i < old->count && j < fresh->count) {
        if (str_eq(old->items[i], fresh->items[j])) {
            wording_add(wording, WORDING_KEPT, old->items[i]);
            i++;
            j++;
        } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
            wording_add(wording, WORDING_GONE, old->items[i++]);
        } else {
            wording_add(wording, WORDING_NEW, fresh->items[j++]);
        }
    }
    wording_add_all(wording, WORDING_GONE, old->items + i, old->count - i);
    wording_add_all(wording, WORDING_NEW, fresh->items + j, fresh->count - j);
}

static enum err wording_compare(struct arena *arena, const struct words *old,
                                const struct words *fresh, struct wording *wording)
{
    if (old->count > WORDING_WORDS_MAX || fresh->count > WORDING_WORDS_MAX) {
        wording_add_all(wording, WORDING_GONE, old->items, old->count);
        wording_add_all(wording, WORDING_NEW, fresh->items, fresh->count);
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
    wording_add_all(&wording, WORDING_KEPT, olds.items, head);
    TRY(wording_compare(arena, &old_middle, &new_middle, &wording));
    wording_add_all(&wording, WORDING_KEPT, olds.items + olds.count - tail, tail);
    *ret_wording = wording;
    return OK;
}
