/* screen_language.h - whether a reply is in the language that was asked for.
 *
 * A fact's own words are in the shop's language, whatever the customer speaks: "Gooseneck
 * kettle现在有货" is Chinese. So what the product's entry says and the names in an order count
 * towards no language. What the shop's pages say does: they are there to be told, not to be named.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_LANGUAGE_H
#define ANSWER_SCREEN_LANGUAGE_H

#include "worker/answer/screen_facts.h"

/* True also for each language but Chinese and English: the builtin wording of these is English. */
bool screen_is_language(const struct screen_facts *facts, struct str text);

#endif
