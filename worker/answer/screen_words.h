/* screen_words.h - words that state nothing by themselves (screen_word.def,
 * screen_praise.def).
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_WORDS_H
#define ANSWER_SCREEN_WORDS_H

#include "common/str.h"

/* A plain English word, also with an ending of its own (checks, checked, checking). */
bool screen_word_is_plain(struct str word);

/* Bytes of the longest Chinese word at the start of `text`; 0: none. */
size_t screen_word_at(struct str text);

/* The same for words that praise (screen_praise.def). */
bool screen_word_is_praise(struct str word);
size_t screen_praise_at(struct str text);

#endif
