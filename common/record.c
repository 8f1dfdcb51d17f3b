/* record.c - see record.h. */
#include "common/record.h"

bool record_header(const struct record *record, const char *name, struct str *ret_value)
{
    struct str wanted = str_from(name);
    for (size_t i = record->headers_count; i > 0; i--) {
        const struct header *header = &record->headers[i - 1];
        if (str_eq(header->name, wanted)) {
            *ret_value = header->value;
            return true;
        }
    }
    return false;
}
