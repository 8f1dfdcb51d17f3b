/* screen_clause.h - the clauses of a sentence: what denies or supposes does so in its own.
 *
 * A clause ends at a comma, a colon, a semicolon, "but" and "because". Texts are plain (plain.h)
 * and of one sentence; what is returned borrows them. Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_CLAUSE_H
#define ANSWER_SCREEN_CLAUSE_H

#include "worker/answer/plain.h"

bool screen_clause_ends(struct str text, size_t at);

/* From the last clause's end before `at` to `to`. */
struct str screen_clause_before(struct str text, size_t at, size_t to);

/* The clause that `at` stands in. */
struct str screen_clause_around(struct str text, size_t at);

#endif
