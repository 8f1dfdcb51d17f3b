/* sentence.h - a text cut where a reader takes a breath: never inside a word, a number, an
 * abbreviation or a grapheme cluster.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_SENTENCE_H
#define ANSWER_SENTENCE_H

#include "common/str.h"

/* Cuts the next sentence off valid UTF-8, without white space at its ends; false when there is
 * none. It ends at . ! ? … before white space or the end, at 。 ！ ？, with what closes a quotation
 * behind it, and at a line's end. */
bool sentence_next(struct str *rest, struct str *ret_sentence);

/* True if the text ends as a sentence does. */
bool sentence_is_closed(struct str text);

#endif
