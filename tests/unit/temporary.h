/* temporary.h - names for a test's own files, where the environment wants them (TMPDIR). */
#ifndef TESTS_UNIT_TEMPORARY_H
#define TESTS_UNIT_TEMPORARY_H

#include <stdio.h>
#include <stdlib.h>

#define TEMPORARY_BYTES 128 /* of a name, with its end */

/* A pattern for mkstemp() and mkdtemp(). */
static inline void temporary_name(char name[TEMPORARY_BYTES])
{
    const char *place = getenv("TMPDIR");
    int len = snprintf(name, TEMPORARY_BYTES, "%s/deskhand-test-XXXXXX",
                       place && place[0] != '\0' ? place : "/tmp");
    if (len < 0 || len >= TEMPORARY_BYTES) {
        fprintf(stderr, "TMPDIR is too long\n");
        abort();
    }
}

#endif
