/* language.h - in which language a text is written, by script first, then by words.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_LANGUAGE_H
#define ANSWER_LANGUAGE_H

#include "common/str.h"

/* A BCP 47 primary language ("zh", "en", "ja", "ko", "ru", "ar", ...), static. `hint` is
 * what the event says, used when the text does not decide, as in "A100?", or when its script
 * leaves several open, as Han without Kana; then `fallback`. Only the primary part of a hint
 * counts, and only if languages.def has it; "und" when nothing is left. `text` is valid UTF-8. */
struct str language_of(struct str text, struct str hint, struct str fallback);

/* The English name of a language that language_of() gave: "Chinese". NULL: not known. */
const char *language_name(struct str language);

#endif
