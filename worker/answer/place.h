/* place.h - whether a page tells of the countries that a question names.
 *
 * "Do you ship to Norway?" is not answered by a page that tells of Germany and France: that it does
 * not name Norway may mean no or that nobody has thought of it.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PLACE_H
#define ANSWER_PLACE_H

#include "worker/answer/plain.h"

/* One bit for each country of place.def. */
typedef uint64_t place_set;

/* Those that the text names. */
place_set places_in(struct str text);

/* Commas in place of their names. */
void places_take_out(struct plain *plain);

/* True if the page leaves one of them out, and does not tell of the world or a part of it. */
bool place_is_untold(place_set asked, struct str page);

#endif
