/* utf8_script.c - which writing a character belongs to; the second half of utf8.h.
 *
 * Ranges of blocks, not the property of every character: telling languages apart needs no
 * more, and a table of twenty rows can be read. */
#include "common/utf8.h"

struct utf8_range {
    uint32_t first;
    uint32_t last;
    enum utf8_script script;
};

/* In order. What lies between the rows is UTF8_OTHER. */
static const struct utf8_range utf8_ranges[] = {
    { 0x0000, 0x0040, UTF8_COMMON },     { 0x0041, 0x005A, UTF8_LATIN },
    { 0x005B, 0x0060, UTF8_COMMON },     { 0x0061, 0x007A, UTF8_LATIN },
    { 0x007B, 0x00A9, UTF8_COMMON },     { 0x00AA, 0x00AA, UTF8_LATIN },
    { 0x00AB, 0x00B9, UTF8_COMMON },     { 0x00BA, 0x00BA, UTF8_LATIN },
    { 0x00BB, 0x00BF, UTF8_COMMON },     { 0x00C0, 0x00D6, UTF8_LATIN },
    { 0x00D7, 0x00D7, UTF8_COMMON },     { 0x00D8, 0x00F6, UTF8_LATIN },
    { 0x00F7, 0x00F7, UTF8_COMMON },     { 0x00F8, 0x02AF, UTF8_LATIN },
    { 0x02B0, 0x036F, UTF8_COMMON },     { 0x0370, 0x03FF, UTF8_GREEK },
    { 0x0400, 0x052F, UTF8_CYRILLIC },   { 0x0590, 0x05FF, UTF8_HEBREW },
    { 0x0600, 0x06FF, UTF8_ARABIC },     { 0x0750, 0x077F, UTF8_ARABIC },
    { 0x08A0, 0x08FF, UTF8_ARABIC },     { 0x0900, 0x097F, UTF8_DEVANAGARI },
    { 0x0E00, 0x0E7F, UTF8_THAI },       { 0x1100, 0x11FF, UTF8_HANGUL },
    { 0x1C80, 0x1C8F, UTF8_CYRILLIC },   { 0x1E00, 0x1EFF, UTF8_LATIN },
    { 0x1F00, 0x1FFF, UTF8_GREEK },      { 0x2000, 0x2BFF, UTF8_COMMON },
    { 0x2C60, 0x2C7F, UTF8_LATIN },      { 0x2DE0, 0x2DFF, UTF8_CYRILLIC },
    { 0x2E00, 0x2E7F, UTF8_COMMON },     { 0x2E80, 0x2FDF, UTF8_HAN },
    { 0x2FF0, 0x3004, UTF8_COMMON },     { 0x3005, 0x3007, UTF8_HAN },
    { 0x3008, 0x3020, UTF8_COMMON },     { 0x3021, 0x3029, UTF8_HAN },
    { 0x302A, 0x3037, UTF8_COMMON },     { 0x3038, 0x303B, UTF8_HAN },
    { 0x303C, 0x303F, UTF8_COMMON },     { 0x3041, 0x309F, UTF8_KANA },
    { 0x30A0, 0x30A0, UTF8_COMMON },     { 0x30A1, 0x30FA, UTF8_KANA },
    { 0x30FB, 0x30FC, UTF8_COMMON },     { 0x30FD, 0x30FF, UTF8_KANA },
    { 0x3130, 0x318F, UTF8_HANGUL },     { 0x31F0, 0x31FF, UTF8_KANA },
    { 0x3200, 0x33FF, UTF8_COMMON },     { 0x3400, 0x4DBF, UTF8_HAN },
    { 0x4E00, 0x9FFF, UTF8_HAN },        { 0xA640, 0xA69F, UTF8_CYRILLIC },
    { 0xA720, 0xA7FF, UTF8_LATIN },      { 0xA960, 0xA97F, UTF8_HANGUL },
    { 0xAC00, 0xD7FF, UTF8_HANGUL },     { 0xF900, 0xFAFF, UTF8_HAN },
    { 0xFB00, 0xFB06, UTF8_LATIN },      { 0xFB1D, 0xFB4F, UTF8_HEBREW },
    { 0xFB50, 0xFDFF, UTF8_ARABIC },     { 0xFE00, 0xFE6F, UTF8_COMMON },
    { 0xFE70, 0xFEFE, UTF8_ARABIC },     { 0xFEFF, 0xFF20, UTF8_COMMON },
    { 0xFF21, 0xFF3A, UTF8_LATIN },      { 0xFF3B, 0xFF40, UTF8_COMMON },
    { 0xFF41, 0xFF5A, UTF8_LATIN },      { 0xFF5B, 0xFF65, UTF8_COMMON },
    { 0xFF66, 0xFF9D, UTF8_KANA },       { 0xFF9E, 0xFF9F, UTF8_COMMON },
    { 0xFFA0, 0xFFDC, UTF8_HANGUL },     { 0xFFE0, 0xFFFF, UTF8_COMMON },
    { 0x1B000, 0x1B16F, UTF8_KANA },     { 0x1F000, 0x1FAFF, UTF8_COMMON },
    { 0x20000, 0x3FFFF, UTF8_HAN },      { 0xE0000, 0xE0FFF, UTF8_COMMON },
};

/* Of ASCII. */
static bool utf8_is_letter(uint32_t character)
{
    return (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
}

enum utf8_script utf8_script_of(uint32_t character)
{
    if (character < 0x80) { /* by far the most in the languages of this alphabet */
        return utf8_is_letter(character) ? UTF8_LATIN : UTF8_COMMON;
    }
    size_t low = 0;
    size_t high = countof(utf8_ranges);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character > utf8_ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == countof(utf8_ranges) || character < utf8_ranges[low].first) {
        return UTF8_OTHER;
    }
    return utf8_ranges[low].script;
}

struct utf8_scripts utf8_scripts_in(struct str text)
{
    struct utf8_scripts scripts = { { 0 } };
    size_t letters = 0;
    size_t others = 0; /* of ASCII, which needs no decoding */
    for (size_t at = 0; at < text.len;) {
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte < 0x80) {
            letters += utf8_is_letter(byte) ? 1 : 0;
            others += utf8_is_letter(byte) ? 0 : 1;
            at++;
        } else {
            scripts.of[utf8_script_of(utf8_next(text, &at))]++;
        }
    }
    scripts.of[UTF8_LATIN] += letters;
    scripts.of[UTF8_COMMON] += others;
    return scripts;
}
