/* plain.c - see plain.h. One pass, no allocation: this runs for every message, also for those
 * that are answered from the cache. */
#include "worker/answer/plain.h"

#include "common/utf8.h"

struct han {
    uint16_t traditional;
    uint16_t simplified;
};

/* Ascending, for the binary search; a test holds it to that. */
static const struct han hans[] = {
#define HAN(traditional, simplified) { traditional, simplified },
#include "worker/answer/han.def"
#undef HAN
};

static uint32_t plain_han(uint32_t character)
{
    size_t low = 0;
    size_t high = countof(hans);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (hans[middle].traditional < character) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < countof(hans) && hans[low].traditional == character) {
        return hans[low].simplified;
    }
    return character;
}

static bool plain_is_han(uint32_t character)
{
    return character >= 0x3400 && character <= 0x9FFF;
}

static uint32_t plain_fold(uint32_t character)
{
    if (character >= 0xFF01 && character <= 0xFF5E) {
        character -= 0xFF01 - '!';
    }
    if (character >= 'A' && character <= 'Z') {
        return character + ('a' - 'A');
    }
    if (character < 0x80) {
        return character;
    }
    if (character == 0x2018 || character == 0x2019 || character == 0x02BC) {
        return '\'';
    }
    return plain_is_han(character) ? plain_han(character) : character;
}

static bool plain_is_space(uint32_t character)
{
    return character == ' ' || (character >= '\t' && character <= '\r') || character == 0xA0 ||
           character == 0x3000;
}

/* The next character, folded; most are ASCII, which needs no decoding. */
static uint32_t plain_next(struct str text, size_t *at)
{
    unsigned char first = (unsigned char)text.ptr[*at];
    if (first < 0x80) {
        (*at)++;
        return first >= 'A' && first <= 'Z' ? first + ('a' - 'A') : first;
    }
    uint32_t character = utf8_next(text, at);
    return character == UTF8_BAD ? UTF8_BAD : plain_fold(character);
}

/* Copies the visible ASCII from `*at` on, which is most of most texts, behind the first `len`
 * bytes; returns how many there are then. */
static size_t plain_run(struct str text, size_t *at, struct plain *plain, size_t len)
{
    while (*at < text.len && len < PLAIN_BYTES_MAX - 1) {
        unsigned char byte = (unsigned char)text.ptr[*at];
        if (byte <= ' ' || byte >= 0x80) {
            break;
        }
        bool is_upper = byte >= 'A' && byte <= 'Z';
        plain->bytes[len++] = (char)(is_upper ? byte + ('a' - 'A') : byte);
        (*at)++;
    }
    return len;
}

static size_t plain_put(uint32_t character, char out[4])
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    return utf8_put(character, out);
}

void plain_of(struct str text, struct plain *ret_plain)
{
    size_t len = 0;
    bool is_spaced = false;
    uint32_t last = '\n';
    for (size_t at = 0; at < text.len;) {
        uint32_t character = plain_next(text, &at);
        if (character == UTF8_BAD) {
            continue;
        }
        if (plain_is_space(character) && character != '\n') {
            is_spaced = true;
            continue;
        }
        char bytes[4];
        size_t size = plain_put(character, bytes);
        if (len + size + 1 > PLAIN_BYTES_MAX) {
            break;
        }
        if (is_spaced && last != '\n' && !(plain_is_han(last) && plain_is_han(character))) {
            ret_plain->bytes[len++] = ' ';
        }
        memcpy(ret_plain->bytes + len, bytes, size);
        len += size;
        last = character;
        is_spaced = false;
        size_t behind = plain_run(text, &at, ret_plain, len);
        last = behind > len ? (unsigned char)ret_plain->bytes[behind - 1] : last;
        len = behind;
    }
    memset(ret_plain->bytes + len, '\0', PLAIN_TAIL_BYTES);
    ret_plain->len = len;
}

/* A letter or digit at the edge of a word must not touch another one outside. */
bool plain_goes_on(struct str text, size_t at, struct str word)
{
    bool is_open = word.len > 1 && word.ptr[word.len - 1] == '*';
    size_t len = word.len - (is_open ? 1 : 0);
    size_t end = at + len;
    if (end > text.len || memcmp(text.ptr + at, word.ptr, len) != 0) {
        return false;
    }
    bool goes_on = !is_open && end < text.len && plain_is_letter(word.ptr[len - 1]) &&
                   plain_is_letter(text.ptr[end]);
    return !goes_on && !plain_is_inside(text, at);
}

/* Hundreds of short words are looked for in a short sentence, so getting ready to search, as
 * memmem() does, would cost more than the search. One byte is looked for instead: the first, but
 * of a Han character the third, since a few lead bytes begin them all. */
size_t plain_find(struct str text, size_t from, struct str word)
{
    assert(word.len > 0);
    bool is_wide = word.len >= 3 && (unsigned char)word.ptr[0] >= 0xE0 && word.ptr[2] != '*';
    size_t anchor = is_wide ? 2 : 0;
    for (size_t at = from; at + anchor < text.len; at++) {
        const char *rest = text.ptr + at + anchor;
        const char *hit = memchr(rest, word.ptr[anchor], text.len - at - anchor);
        if (!hit) {
            return text.len;
        }
        at += (size_t)(hit - rest);
        if (plain_is_at(text, at, word)) {
            return at;
        }
    }
    return text.len;
}

bool plain_is_ascii(struct str text)
{
    unsigned char bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        bits |= (unsigned char)text.ptr[i];
    }
    return bits < 0x80;
}

bool plain_has_any(struct str text, const char *words)
{
    struct str rest = str_from(words);
    struct str word;
    while (str_split(&rest, '|', &word)) {
        if (plain_has(text, word)) {
            return true;
        }
    }
    return false;
}
