/* shown.c - see shown.h. */
#include "common/shown.h"

#include "common/utf8.h"

/* Unicode's Bidi_Control: what follows would be shown the other way round. */
static bool shown_turns_over(uint32_t character)
{
    return character == 0x061c || character == 0x200e || character == 0x200f ||
           (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

bool shown_steers(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 ||
           character == 0x2029 || character == UTF8_BAD || shown_turns_over(character);
}

struct str shown_next(struct str text, size_t *at)
{
    size_t start = *at;
    uint32_t character = utf8_next(text, at);
    if (!shown_steers(character)) {
        return str_slice(text, start, *at - start);
    }
    return character == '\n' ? STR(" / ") : STR("?");
}
