/* place.h - whether a page tells of the country that a question names.
 *
 * "Do you ship to Norway?" is not answered by a page that tells of Germany and France: that it does
 * not name Norway may mean no or that nobody has thought of it.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PLACE_H
#define ANSWER_PLACE_H

#include "common/str.h"

/* True if the question names a country of place.def and the page neither that one nor, in general,
 * the world or a part of it. */
bool place_is_untold(struct str question, struct str page);

#endif
