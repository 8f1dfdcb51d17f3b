/* language.h - in which language a text is written, by script first, then by words.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_LANGUAGE_H
#define ANSWER_LANGUAGE_H

#include "common/str.h"

/* A BCP 47 primary language ("zh", "en", "ja", "ko", "ru", "ar", ...), static. `hint` is
 * what the event says, used when the text does not decide; then `fallback`. */
struct str language_of(struct str text, struct str hint, struct str fallback);

#endif
