/* folder.h - a folder of a test's own, made before it and removed behind it. */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include <stddef.h>

#include "tests/unit/temporary.h"

#define FOLDER_PATH_BYTES 256

extern char folder[TEMPORARY_BYTES]; /* its path */

/* As cmocka's set-up and tear-down of a test or of a group. */
int folder_make(void **state);
int folder_remove(void **state);

/* Writes a file; folders in its name are made. */
void folder_put(const char *name, const char *text);
void folder_put_bytes(const char *name, const char *bytes, size_t len);

#endif
