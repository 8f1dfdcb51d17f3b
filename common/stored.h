/* stored.h - the version that every stored form carries.
 *
 * One number for done-maps, order states, histories, memos, cached answers and settings files. A
 * release that changes a form raises STORED_NEWEST, reads both, and goes on writing what the one
 * before it can read, until the setting stored.version says otherwise: so two versions work side
 * by side in one group, and the newer one can be taken back.
 *
 * What is newer than that: a cached answer is a miss; a done-map or the state of an order is not
 * guessed around, since that would answer twice or wrongly.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_STORED_H
#define COMMON_STORED_H

#include "common/json.h"

#define STORED_OLDEST 1
#ifndef STORED_NEWEST /* a test builds the next version with one more */
#define STORED_NEWEST 1
#endif
#define STORED_DEFAULT "1" /* what stored.version is when it is not set */

/* Checks the version in the object of a stored form. ERR_VERSION: it is newer than what this
 * program reads. ERR_SCHEMA: it has none of ours. ERR_NOMEM. */
MUST_USE enum err stored_check(const struct json_at *at);

#endif
