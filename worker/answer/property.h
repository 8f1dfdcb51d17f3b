/* property.h - whether what a product's entry says tells the property that is asked for.
 *
 * "Is it made of steel?" is not answered by a capacity: what the entry does not tell, nobody but a
 * person knows. property.def has the properties that are known by their words.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PROPERTY_H
#define ANSWER_PROPERTY_H

#include "common/str.h"

enum property_told {
    PROPERTY_NOT_ASKED, /* no property that is known is asked for */
    PROPERTY_TOLD,      /* all of those that are asked for are told */
    PROPERTY_PARTLY,    /* at least one is told, and one by a word of its own is not */
    PROPERTY_UNTOLD,
};

enum property_told property_is_told(struct str question, struct str entry);

/* Bytes of the longest word at `at` of a plain text that is a property of another kind than the one
 * which the plain `entry` tells: "cotton" where the material is wool. 0: none. */
size_t property_excluded_at(struct str text, size_t at, struct str entry);

/* The colour that is named at `at` of a plain text: "green", 绿色. Empty: none. Static. */
struct str property_colour_at(struct str text, size_t at);

#endif
