/* copy_advice.h - what to do about a request for copy that nothing true can be said to.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COPY_ADVICE_H
#define ANSWER_COPY_ADVICE_H

#include "common/note.h"
#include "worker/answer/brief.h"

/* For whoever reads the dead letter: the field of the request, and what to do about it. */
void copy_advise(const struct brief *brief, struct note *note);

#endif
