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

size_t record_bytes(const struct record *record)
{
    size_t bytes = record->key.len + record->value.len;
    for (size_t i = 0; i < record->headers_count; i++) {
        bytes += record->headers[i].name.len + record->headers[i].value.len;
    }
    return bytes;
}

static enum err record_copy_headers(struct arena *arena, const struct record *record,
                                    struct record *copy)
{
    if (record->headers_count == 0) {
        copy->headers = NULL;
        return OK;
    }
    struct header *headers = arena_zero(arena, record->headers_count, sizeof(*headers));
    if (!headers) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < record->headers_count; i++) {
        TRY(arena_copy(arena, record->headers[i].name, &headers[i].name));
        if (record->headers[i].value.ptr) {
            TRY(arena_copy(arena, record->headers[i].value, &headers[i].value));
        }
    }
    copy->headers = headers;
    return OK;
}

enum err record_copy(struct arena *arena, const struct record *record, struct record *ret_copy)
{
    struct record copy = *record;
    TRY(arena_copy(arena, record->key, &copy.key));
    TRY(arena_copy(arena, record->value, &copy.value));
    TRY(record_copy_headers(arena, record, &copy));
    *ret_copy = copy;
    return OK;
}
