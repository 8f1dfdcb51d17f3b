/* utf8_grapheme.c - where what a reader takes for one character ends. */
#include "common/utf8.h"

#include <utf8proc.h>

size_t utf8_grapheme_end(struct str text, size_t at)
{
    utf8proc_int32_t state = 0;
    size_t end = at;
    uint32_t last = utf8_next(text, &end);
    while (end < text.len) {
        size_t behind = end;
        uint32_t next = utf8_next(text, &behind);
        if (last == UTF8_BAD || next == UTF8_BAD ||
            utf8proc_grapheme_break_stateful((utf8proc_int32_t)last, (utf8proc_int32_t)next,
                                             &state)) {
            break;
        }
        last = next;
        end = behind;
    }
    return end;
}
