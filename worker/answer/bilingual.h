/* bilingual.h - a sentence in both languages that the builtin model speaks.
 *
 * Whatever is not Chinese gets the English one.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BILINGUAL_H
#define ANSWER_BILINGUAL_H

#include "common/str.h"

/* Text, or a format whose arguments are the same in both. */
struct bilingual {
    const char *zh;
    const char *en;
};

/* `language`: a tag, as in brief.h. */
static inline const char *bilingual_pick(const struct bilingual *pair, struct str language)
{
    return str_is(language, "zh") ? pair->zh : pair->en;
}

#endif
