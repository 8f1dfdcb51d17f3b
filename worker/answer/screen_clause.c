/* screen_clause.c - see screen_clause.h. */
#include "worker/answer/screen_clause.h"

bool screen_clause_ends(struct str text, size_t at)
{
    char c = text.ptr[at];
    if (c == ',' || c == ';' || c == ':') {
        return true;
    }
    struct str rest = str_slice(text, at, text.len);
    return str_starts(rest, STR("、")) || str_starts(rest, STR("但")) ||
           str_starts(rest, STR("因为")) || plain_is_at(text, at, STR("but")) ||
           plain_is_at(text, at, STR("because"));
}

struct str screen_clause_before(struct str text, size_t at, size_t to)
{
    size_t start = 0;
    for (size_t i = 0; i < at; i++) {
        start = screen_clause_ends(text, i) ? i + 1 : start;
    }
    return str_slice(text, start, to - start);
}

struct str screen_clause_around(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && !screen_clause_ends(text, end)) {
        end++;
    }
    return screen_clause_before(text, at, end);
}
