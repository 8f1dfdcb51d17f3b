/* folder.c - see folder.h. */
#include "tests/unit/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/cm.h"

char folder[TEMPORARY_BYTES];

int folder_make(void **state)
{
    (void)state;
    temporary_name(folder);
    return mkdtemp(folder) ? 0 : -1;
}

int folder_remove(void **state)
{
    (void)state;
    char command[TEMPORARY_BYTES + 16];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

void folder_put_bytes(const char *name, const char *bytes, size_t len)
{
    char path[FOLDER_PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

void folder_put(const char *name, const char *text)
{
    folder_put_bytes(name, text, strlen(text));
}
